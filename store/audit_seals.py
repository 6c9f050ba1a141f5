"""Seals on the audit trail: each covers an entry and the seal before it. Nothing is changed or dropped unnoticed.

Whoever can write to the database but has not the key cannot make a seal. What stands after the last seal is not
covered yet. Whoever cuts off the newest entries with their seals is found by a seal that was noted elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.audit import AuditEntry
from store.audit_erasing import emptied_by
from store.base import Row

START = "0" * 64
OUT_OF_ORDER = 200_000
"""How many entries others may write, and have sealed, while one transaction holds a lower id."""


class AuditSeal(Row):
    """`number` counts from 1 without a gap; `content` and `digest` are 64 hexadecimal figures.

    `content` is that of what the entry told, which may be erased later: the rest of the chain holds without it.
    """

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(unique=True)
    content: Mapped[str]
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
        content = _content(key, entry)
        digest = _digest(key, digest, number, entry, content)
        made = AuditSeal(number=number, entry_id=entry.id, content=content, digest=digest)
        session.add(made)
    session.flush()
    return made


def verify_entries(session: Session, key: bytes, *, noted: str = "") -> Verdict:
    """Reads the whole trail. `noted` is a head of an earlier verdict: it must still stand among the seals."""
    number, digest, is_noted = 0, START, not noted or noted == START
    erased: dict[int, frozenset[int]] = {}
    query = select(AuditSeal, AuditEntry).outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
    with session.execute(query.order_by(AuditSeal.number).execution_options(yield_per=500)) as rows:
        for number, (seal, entry) in enumerate(rows, start=1):
            if wrong := _wrong(session, key, digest, number, seal, entry, erased):
                return Verdict(number - 1, digest, wrong)
            digest = seal.digest
            is_noted = is_noted or digest == noted
    return Verdict(number, digest, "" if is_noted else "the newest entries were cut off: the noted seal is missing")


def _wrong(
    session: Session,
    key: bytes,
    before: str,
    number: int,
    seal: AuditSeal,
    entry: AuditEntry | None,
    erased: dict[int, frozenset[int]],
) -> str:
    if seal.number != number:
        return f"seal {number} is missing"
    if entry is None:
        return f"entry {seal.entry_id} is missing"
    is_told = hmac.compare_digest(seal.content, _content(key, entry)) or _is_erased(session, entry, erased)
    is_as_written = hmac.compare_digest(seal.digest, _digest(key, before, number, entry, seal.content))
    return "" if is_told and is_as_written else f"entry {entry.id} is not as it was written"


def _is_erased(session: Session, entry: AuditEntry, erased: dict[int, frozenset[int]]) -> bool:
    """Emptied, and another entry proves that it was: `erased` keeps what each proves, so that it is read once."""
    why_id = entry.erased_by_id
    if why_id is None or entry.before or entry.after:
        return False
    if why_id not in erased:
        erased[why_id] = emptied_by(session, why_id)
    return entry.id in erased[why_id]


def _content(key: bytes, entry: AuditEntry) -> str:
    return _hash(key, [entry.before, entry.after])


def _digest(key: bytes, before: str, number: int, entry: AuditEntry, content: str) -> str:
    told = [entry.id, entry.at.isoformat(), entry.actor_id, entry.door, entry.kind, entry.row_id, entry.relation_id]
    return _hash(key, [before, number, *told, entry.deed, content])


def _hash(key: bytes, content: list[Any]) -> str:
    packed = json.dumps(content, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hmac.new(key, packed.encode(), hashlib.sha256).hexdigest()
