"""The Home tabs that may be on somebody's screen: what they show, and when they are looked at again.

Slack tells when one is opened and never when it is left, and what it shows changes by many doors and by the clock
alone. So the trail of changes says when there may be something new, and a Home is looked at now and then without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.audit import AuditEntry
from store.base import Row
from store.collaborators import Collaborator

WATCHED_FOR = timedelta(days=4)
"""After it was opened: over a long weekend."""
PAUSE = timedelta(seconds=10)
"""Between two looks at the same one, whatever happens in the book."""
LOOKED_AT_AFTER = timedelta(minutes=2)
"""Also when nothing was changed: an hour passes, the day turns."""


class HomeTab(Row):
    """`fingerprint` is of the view that Slack got last, `slack_hash` Slack's own ("" when not known).

    `entry_id` is the last line of the trail that the view was made of.
    """

    __tablename__ = "home_tab"

    collaborator_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"), primary_key=True)
    opened_at: Mapped[datetime]
    looked_at: Mapped[datetime]
    not_before: Mapped[datetime]
    entry_id: Mapped[int]
    fingerprint: Mapped[str]
    slack_hash: Mapped[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """As the columns of HomeTab."""

    entry_id: int
    fingerprint: str
    slack_hash: str


def last_entry_id(session: Session) -> int:
    """0 while nothing was ever changed."""
    return session.scalar(select(func.max(AuditEntry.id))) or 0


def note_opened(session: Session, collaborator_id: int, shown: Shown, *, now: datetime) -> None:
    """Their Home was opened, and shows this."""
    if session.get(HomeTab, collaborator_id) is None:
        _make(session, collaborator_id, now)
    row = session.get_one(HomeTab, collaborator_id, populate_existing=True)
    row.opened_at = row.looked_at = row.not_before = now
    row.entry_id, row.fingerprint, row.slack_hash = shown.entry_id, shown.fingerprint, shown.slack_hash
    session.flush()


def note_shown(session: Session, collaborator_id: int, shown: Shown, *, seen_hash: str) -> None:
    """Their Home shows this from now on; nothing once it is forgotten, or was opened since `seen_hash` was read.

    Slack may show the view of that opening then, whichever of the two was drawn later.
    """
    row = update(HomeTab).where(HomeTab.collaborator_id == collaborator_id, HomeTab.slack_hash == seen_hash)
    values = {"entry_id": shown.entry_id, "fingerprint": shown.fingerprint, "slack_hash": shown.slack_hash}
    session.execute(row.values(values))


def shown_at(session: Session, collaborator_id: int) -> Shown | None:
    row = session.get(HomeTab, collaborator_id)
    return Shown(row.entry_id, row.fingerprint, row.slack_hash) if row is not None else None


def are_homes_due(session: Session, *, now: datetime) -> bool:
    return session.scalar(select(HomeTab.collaborator_id).where(_is_due(now)).limit(1)) is not None


def take_home(session: Session, *, now: datetime) -> int | None:
    """Whose Home has waited longest to be looked at, and is not taken again for a pause; None when none is due.

    One at a time: whom a run does not come to keeps their place.
    """
    due = select(HomeTab.collaborator_id).where(_is_due(now))
    first = due.order_by(HomeTab.looked_at, HomeTab.collaborator_id).limit(1)
    taken = update(HomeTab).where(HomeTab.collaborator_id.in_(first), HomeTab.not_before <= now)
    taken = taken.values(looked_at=now, not_before=now + PAUSE)
    return session.scalar(taken.returning(HomeTab.collaborator_id))


def hold_homes(session: Session, *, until: datetime) -> None:
    """None is looked at before then: Slack wants to be left alone."""
    session.execute(update(HomeTab).where(HomeTab.not_before < until).values(not_before=until))


def forget_hash(session: Session, collaborator_id: int) -> None:
    """Slack shows something else there than is known here."""
    session.execute(update(HomeTab).where(HomeTab.collaborator_id == collaborator_id).values(slack_hash=""))


def forget_home(session: Session, collaborator_id: int) -> None:
    """Until it is opened again."""
    if (row := session.get(HomeTab, collaborator_id)) is not None:
        session.delete(row)


def _make(session: Session, collaborator_id: int, now: datetime) -> None:
    """Nothing where Slack's second telling made it at the same moment."""
    times = {"opened_at": now, "looked_at": now, "not_before": now}
    try:
        with session.begin_nested():
            session.add(HomeTab(collaborator_id=collaborator_id, entry_id=0, fingerprint="", slack_hash="", **times))
    except IntegrityError:
        pass


def _is_due(now: datetime) -> ColumnElement[bool]:
    """However long ago it was opened, who left is told so: what it shows is not theirs to read any more."""
    left = select(Collaborator.id).where(Collaborator.id == HomeTab.collaborator_id, Collaborator.is_active.is_(False))
    newest = select(func.max(AuditEntry.id)).scalar_subquery()
    may_differ = or_(HomeTab.entry_id < newest, HomeTab.looked_at <= now - LOOKED_AT_AFTER)
    is_watched = and_(HomeTab.opened_at > now - WATCHED_FOR, may_differ)
    return and_(HomeTab.not_before <= now, or_(is_watched, left.exists()))
