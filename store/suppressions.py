"""Addresses to which no mailing goes: added and let back in by an administrator, whoever has them, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from store import access
from store.addresses import MailLine, folded_mail
from store.audit import AuditEntry, entries_of
from store.audit_erasing import empty_entries
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.consent import Suppression, SuppressionReason, hashed, suppress, suppressed_before, suppression_of
from store.stranger_rows import Stranger

HASHED = "#"
"""What the hash of an address begins with, and no address does."""


def latest_suppressions(
    session: Session, *, asked_by: Collaborator, limit: int
) -> tuple[Sequence[Suppression], int, int]:
    """The newest addresses that can be read, how many there are of those, and how many are kept as a hash alone.

    Raises NotAllowed for all but administrators.
    """
    access.require_admin(asked_by)
    is_hashed = Suppression.mail.startswith(HASHED)
    newest = select(Suppression).where(~is_hashed).order_by(Suppression.at.desc(), Suppression.id.desc()).limit(limit)
    return session.scalars(newest).all(), _number(session, ~is_hashed), _number(session, is_hashed)


def _number(session: Session, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Suppression).where(which)) or 0


def checked_address(typed: str) -> str:
    """As `MailLine` writes it. Raises BookError at `mail` when it is no e-mail address."""
    mail = MailLine(typed).checked(field="mail").mail
    if not mail:
        raise BookError(_("{mail} is not an e-mail address."), field="mail", mail=typed)
    return mail


def suppress_for_office(
    session: Session, mail: str, *, is_hashed: bool, by: Collaborator, now: datetime
) -> tuple[Suppression, bool]:
    """No mailing goes to this address any more. Returns what stands, and whether it is new.

    `is_hashed`: it asked to be forgotten, so that only its hash is kept, and what the trail told of it is emptied;
    otherwise the reason that stood before stays. Raises NotAllowed, and BookError at `mail` when it is no address.
    """
    access.require_admin(by)
    mail = checked_address(mail)
    before = suppression_of(session, mail)
    if not is_hashed:
        return before or suppress(session, mail, reason=SuppressionReason.OFFICE, now=now), before is None
    session.execute(delete(Stranger).where(Stranger.address == folded_mail(mail)))
    row = before or Suppression(reason=SuppressionReason.ERASED, at=now)
    if row.mail != (hash_ := hashed(session, folded_mail(mail))):
        row.mail, row.reason = hash_, SuppressionReason.ERASED
        session.add(row)
        session.flush()
        if known := suppressed_before(session, mail):
            kind = Suppression.__tablename__
            theirs = (AuditEntry.kind == kind) & AuditEntry.row_id.in_(known)
            empty_entries(session, theirs, kind=kind, row_id=row.id, by_id=by.id, reason=row.reason.value)
    return row, before is None


def lift_suppression(session: Session, suppression_id: int, *, by: Collaborator) -> AuditEntry:
    """The address may receive mailings again, as far as its people consent.

    Returns the entry of the trail with which `put_back` suppresses it again. Raises NotAllowed, NotFound.
    """
    access.require_admin(by)
    row = session.get(Suppression, suppression_id)
    if row is None:
        raise NotFound
    session.delete(row)
    session.flush()
    return next(iter(entries_of(session, row)))


def put_back(session: Session, entry_id: int, *, by: Collaborator) -> Suppression:
    """Suppresses again what `lift_suppression` let back in, for the reason and since the day of before.

    What was suppressed again meanwhile stays as it is. Raises NotAllowed, NotFound.
    """
    access.require_admin(by)
    entry = session.get(AuditEntry, entry_id)
    if entry is None or (entry.kind, entry.deed) != (Suppression.__tablename__, "deleted") or not entry.before:
        raise NotFound
    mail, reason, at = (str(entry.before[name]) for name in ("mail", "reason", "at"))
    row = session.scalars(select(Suppression).where(Suppression.mail == mail)).one_or_none()
    if row is None:
        row = _of_hash(session, mail) if mail.startswith(HASHED) else suppression_of(session, mail)
    if row is None:
        row = Suppression(mail=mail, reason=SuppressionReason(reason), at=datetime.fromisoformat(at))
        if session.get(Suppression, entry.row_id) is None:
            row.id = entry.row_id  # its history goes on, and a button that stands in Slack still means it
        session.add(row)
        session.flush()
    return row


def _of_hash(session: Session, hash_: str) -> Suppression | None:
    """The one whose address can be read and has this hash."""
    readable = session.scalars(select(Suppression).where(~Suppression.mail.startswith(HASHED)))
    return next((row for row in readable if hashed(session, row.mail) == hash_), None)
