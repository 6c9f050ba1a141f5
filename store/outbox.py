"""What must leave the office, written in the same transaction as its cause and delivered after the commit.

Rows stand in lanes (`mailbox:3`, `slack:7`): a lane is drained in order by one holder of its lease at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Index, and_, event, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column, sessionmaker

from store.base import Row

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(days=2)


class Outgoing(Row):
    """`key` makes a second delivery harmless; `failure` is the last error, for the log and the administrator."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    lane: Mapped[str]
    content: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(default="")


_waiting = and_(Outgoing.delivered_at.is_(None), Outgoing.given_up_at.is_(None))
# Only what waits is indexed: the delivered rows, which are nearly all, cost nothing.
Index("outbox_waiting", Outgoing.lane, Outgoing.id, sqlite_where=_waiting, postgresql_where=_waiting)


def slack_lane(collaborator_id: int) -> str:
    """The lane of what a collaborator is told in Slack: what Slack refuses to one of them silences nobody else."""
    return f"slack:{collaborator_id}"


def put_in_outbox(
    session: Session, *, kind: str, key: str, lane: str, content: dict[str, Any], now: datetime
) -> Outgoing | None:
    """None when this key was written before: the same cause tells the outside once."""
    if session.scalar(select(Outgoing.id).where(Outgoing.key == key)) is not None:
        return None
    row = Outgoing(kind=kind, key=key, lane=lane, content=content, written_at=now, due_at=now)
    session.add(row)
    session.flush()
    return row


def lanes_due(session: Session, *, now: datetime) -> Sequence[str]:
    """The lanes whose first waiting row may be claimed now: one that waits keeps all behind it waiting."""
    first = select(func.min(Outgoing.id)).where(_waiting).group_by(Outgoing.lane)
    return session.scalars(select(Outgoing.lane).where(Outgoing.id.in_(first), _is_due(now))).all()


def claim_next(session: Session, lane: str, *, now: datetime, length: timedelta) -> Outgoing | None:
    """The first waiting row of the lane, claimed; None when it is not due yet, for order is kept.

    The caller holds the lane's lease.
    """
    first = select(Outgoing).where(Outgoing.lane == lane, _waiting).order_by(Outgoing.id).limit(1)
    row = session.scalars(first).one_or_none()
    if row is None:
        return None
    claim = update(Outgoing).where(Outgoing.id == row.id, _is_due(now))
    claim = claim.values(claimed_until=now + length, attempts=Outgoing.attempts + 1)
    if session.scalar(claim.returning(Outgoing.id)) is None:
        return None
    return session.get_one(Outgoing, row.id, populate_existing=True)


def mark_delivered(session: Session, outgoing_id: int, *, now: datetime) -> None:
    done = update(Outgoing).where(Outgoing.id == outgoing_id)
    session.execute(done.values(delivered_at=now, claimed_until=None, failure=""))


def mark_failed(
    session: Session,
    outgoing_id: int,
    failure: str,
    *,
    is_permanent: bool,
    now: datetime,
    retry_after: timedelta | None = None,
) -> Outgoing:
    """Sets the next try (doubling, or what the other side asked for), or gives up. Returns the row as it now is."""
    row = session.get_one(Outgoing, outgoing_id, populate_existing=True)
    row.failure, row.claimed_until = failure[:500], None
    row.due_at = now + (retry_after or retry_delay(row.attempts))
    if is_permanent or now - row.written_at > GIVE_UP_AFTER:
        row.given_up_at = now
    return row


def put_off(session: Session, outgoing_id: int, *, until: datetime) -> None:
    """It waits, and its lane behind it; whatever it waits for has its own patience, so this is never given up."""
    later = update(Outgoing).where(Outgoing.id == outgoing_id)
    session.execute(later.values(due_at=until, claimed_until=None))


def let_go_all(session: Session) -> None:
    """Drops every claim: for who knows that no other worker lives."""
    session.execute(update(Outgoing).where(_waiting, Outgoing.claimed_until.is_not(None)).values(claimed_until=None))


def retry_delay(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s … up to half an hour."""
    doubled = 1 << min(max(attempts, 1) - 1, 12)
    return min(LONGEST_RETRY, FIRST_RETRY * doubled)


def _is_due(now: datetime) -> ColumnElement[bool]:
    free = or_(Outgoing.claimed_until.is_(None), Outgoing.claimed_until < now)
    return and_(_waiting, Outgoing.due_at <= now, free)


def on_written(sessions: sessionmaker[Session], call: Callable[[Session, frozenset[str]], None]) -> None:
    """`call` gets the lanes of new rows, inside the transaction that wrote them."""

    def flushed(session: Session, _context: object) -> None:
        if lanes := frozenset(row.lane for row in session.new if isinstance(row, Outgoing)):
            call(session, lanes)

    event.listen(sessions, "after_flush", flushed)


def on_committed(sessions: sessionmaker[Session], call: Callable[[frozenset[str]], None]) -> None:
    """`call` gets the lanes of new rows, after the commit that makes them seen: not when a savepoint is released.

    Those of a savepoint that was rolled back may be among them: a wake-up too many is harmless.
    """
    on_written(sessions, lambda session, lanes: session.info.setdefault("lanes", set()).update(lanes))

    def committed(session: Session) -> None:
        if not session.in_nested_transaction() and (lanes := session.info.pop("lanes", None)):
            call(frozenset(lanes))

    def ended(session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None:
            session.info.pop("lanes", None)

    event.listen(sessions, "after_commit", committed)
    event.listen(sessions, "after_transaction_end", ended)
