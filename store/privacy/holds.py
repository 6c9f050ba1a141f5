"""Legal holds: why a person's data must be kept for now, whatever they ask (GDPR, article 17.3)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from store.access import require_admin
from store.audit import Audited
from store.base import BookError, NotFound, Row, _
from store.collaborators import Collaborator
from store.relations import Relation, standing_id
from store.typed import text_typed


class LegalHold(Audited, Row):
    """`until_on` is the last day of it; None: until somebody lifts it."""

    __tablename__ = "legal_hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    reason: Mapped[str]
    until_on: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    put_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    by: Mapped[Collaborator] = relationship(lazy="joined")


def put_hold(
    session: Session, person_id: int, *, by: Collaborator, reason: str, until_on: date | None, now: datetime
) -> LegalHold:
    """For one that was merged into another, the hold is on that one.

    Raises NotAllowed for all but administrators, NotFound, and BookError at `reason` or `until_on`.
    """
    require_admin(by)
    person_id = standing_id(session, person_id)
    if session.get(Relation, person_id) is None:
        raise NotFound
    if until_on is not None and until_on < by.day_of(now):
        raise BookError(_("The last day must not be in the past."), field="until_on")
    row = LegalHold(relation_id=person_id, until_on=until_on, by_id=by.id, put_at=now)
    row.reason = text_typed(reason, field="reason", limit=500)
    if not row.reason:
        raise BookError(_("Say why it must be kept."), field="reason")
    session.add(row)
    session.flush()
    return row


def lift_hold(session: Session, hold_id: int, *, by: Collaborator, now: datetime) -> LegalHold:
    """Harmless when it was lifted before. Raises NotAllowed, NotFound."""
    require_admin(by)
    row = session.get(LegalHold, hold_id)
    if row is None:
        raise NotFound
    row.lifted_at = row.lifted_at or now
    session.flush()
    return row


def hold_of(session: Session, person_id: int, *, on: date) -> LegalHold | None:
    """The hold in force that day that lasts longest; None without any."""
    query = select(LegalHold).where(LegalHold.relation_id == person_id, LegalHold.lifted_at.is_(None))
    query = query.where(or_(LegalHold.until_on.is_(None), LegalHold.until_on >= on))
    return max(session.scalars(query), key=lambda one: one.until_on or date.max, default=None)
