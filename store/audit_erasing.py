"""Emptying entries of the audit trail: why they tell nothing any more is known, and nobody else can claim it.

The entry that says why lists what it emptied, with a proof made by a key that stands in no database: whoever can write
to the database alone cannot pass off what they emptied as erased.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from store.audit import AuditEntry, note_deed

ERASED = "erased"
AT_ONCE = 500
"""Ids in one statement: engines take only so many."""


def empty_entries(
    session: Session,
    which: ColumnElement[bool],
    *,
    kind: str,
    row_id: int,
    by_id: int | None,
    reason: str,
    relation_id: int | None = None,
    limit: int | None = None,
) -> list[int]:
    """Empties those of these entries that still tell something, the oldest first, and returns their ids.

    One new entry about the row `row_id` of table `kind` says that it was done, and why.
    """
    found = select(AuditEntry.id).where(which, AuditEntry.erased_by_id.is_(None), AuditEntry.deed != ERASED)
    ids = list(session.scalars(found.order_by(AuditEntry.id).limit(limit)))
    why = note_deed(session, ERASED, kind=kind, row_id=row_id, by_id=by_id, relation_id=relation_id)
    why.after = {"reason": reason, "emptied": ids, "proof": _proof(session, why, reason, ids)}
    session.flush()
    for start in range(0, len(ids), AT_ONCE):
        emptied = update(AuditEntry).where(AuditEntry.id.in_(ids[start : start + AT_ONCE]))
        session.execute(emptied.values(before={}, after={}, erased_by_id=why.id))
    return ids


def emptied_by(session: Session, entry_id: int) -> frozenset[int]:
    """The ids of the entries that this one rightly emptied; none when it proves nothing."""
    why = session.get(AuditEntry, entry_id)
    if why is None or why.deed != ERASED:
        return frozenset()
    reason, ids, proof = (why.after.get(name) for name in ("reason", "emptied", "proof"))
    if not isinstance(reason, str) or not isinstance(ids, list) or not isinstance(proof, str):
        return frozenset()
    is_proven = hmac.compare_digest(proof.encode(), _proof(session, why, reason, ids).encode())
    return frozenset(ids) if is_proven else frozenset()


def _proof(session: Session, why: AuditEntry, reason: str, ids: Sequence[int]) -> str:
    key: bytes = session.info.get("hash_key", b"")
    told = [
        ERASED,
        why.at.astimezone(UTC).isoformat(),
        why.actor_id,
        why.kind,
        why.row_id,
        why.relation_id,
        reason,
        list(ids),
    ]
    return hmac.new(key, json.dumps(told).encode(), hashlib.sha256).hexdigest()
