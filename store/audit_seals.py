"""Seals on the audit trail: each covers an entry and the seal before it. Nothing is changed or dropped unnoticed.

Whoever can write to the database but has not the key cannot make a seal. What stands after the last seal is not
covered yet. Whoever cuts off the newest entries with their seals is found by a seal that was noted elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.audit import AuditEntry
from store.base import Row

START = "0" * 64
OUT_OF_ORDER = 200_000
"""How many entries others may write, and have sealed, while one transaction holds a lower id."""


class AuditSeal(Row):
    """`number` counts from 1 without a gap; `digest` is 64 hexadecimal figures. A seal outlives its entry."""

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(unique=True)
    digest: Mapped[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far the trail is as it was written. `wrong` is what was found first, "" when all is well."""

    sealed: int
    head: str
    wrong: str = ""


def seal_entries(session: Session, key: bytes, *, limit: int = 1000) -> AuditSeal | None:
    """Seals what was written since, oldest first, at most `limit`. Returns the last seal made, None without any.

    Two at once must not: hold a lease. In the order of sealing, for an entry with a lower id may be committed later.
    """
    last = session.scalars(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1)).first()
    number, digest = (last.number, last.digest) if last else (0, START)
    floor = (session.scalar(select(func.max(AuditSeal.entry_id))) or 0) - OUT_OF_ORDER
    sealed = select(AuditSeal.entry_id).where(AuditSeal.entry_id > floor)
    unsealed = select(AuditEntry).where(AuditEntry.id > floor, AuditEntry.id.not_in(sealed))
    made = None
    for entry in session.scalars(unsealed.order_by(AuditEntry.id).limit(limit)):
        number += 1
        digest = _digest(key, digest, number, entry)
        made = AuditSeal(number=number, entry_id=entry.id, digest=digest)
        session.add(made)
    session.flush()
    return made


def verify_entries(session: Session, key: bytes, *, noted: str = "") -> Verdict:
    """Reads the whole trail. `noted` is a head of an earlier verdict: it must still stand among the seals."""
    number, digest, is_noted = 0, START, not noted or noted == START
    query = select(AuditSeal, AuditEntry).outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
    with session.execute(query.order_by(AuditSeal.number).execution_options(yield_per=500)) as rows:
        for number, (seal, entry) in enumerate(rows, start=1):
            if wrong := _wrong(key, digest, number, seal, entry):
                return Verdict(number - 1, digest, wrong)
            digest = seal.digest
            is_noted = is_noted or digest == noted
    return Verdict(number, digest, "" if is_noted else "the newest entries were cut off: the noted seal is missing")


def _wrong(key: bytes, before: str, number: int, seal: AuditSeal, entry: AuditEntry | None) -> str:
    if seal.number != number:
        return f"seal {number} is missing"
    if entry is None:
        return f"entry {seal.entry_id} is missing"
    is_as_written = hmac.compare_digest(seal.digest, _digest(key, before, number, entry))
    return "" if is_as_written else f"entry {entry.id} is not as it was written"


def _digest(key: bytes, before: str, number: int, entry: AuditEntry) -> str:
    told = [entry.id, entry.at.isoformat(), entry.actor_id, entry.door, entry.kind, entry.row_id, entry.relation_id]
    content = [before, number, *told, entry.deed, entry.before, entry.after]
    packed = json.dumps(content, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hmac.new(key, packed.encode(), hashlib.sha256).hexdigest()
