"""What must not overlap, on any number of machines: a named lease is a row.

So a killed holder frees it by time alone, and no engine's lock is needed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Row


class Lease(Row):
    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str | None]
    held_until: Mapped[datetime | None]


def take_lease(session: Session, name: str, *, holder: str, now: datetime, length: timedelta) -> bool:
    """True when it was free, expired or already ours (then it is prolonged)."""
    if session.scalar(select(Lease.name).where(Lease.name == name)) is None:
        try:
            with session.begin_nested():
                session.add(Lease(name=name, holder=None, held_until=None))
        except IntegrityError:
            pass  # another one made the row at the same moment; who holds it is decided below
    free = or_(Lease.held_until.is_(None), Lease.held_until < now, Lease.holder == holder)
    taken = update(Lease).where(Lease.name == name, free).values(holder=holder, held_until=now + length)
    return session.scalar(taken.returning(Lease.name)) is not None


def free_lease(session: Session, name: str, *, holder: str) -> None:
    """Lets go of what this holder has; somebody else's lease is left alone."""
    ours = update(Lease).where(Lease.name == name, Lease.holder == holder)
    session.execute(ours.values(holder=None, held_until=None))


def free_all_but(session: Session, kept: str) -> None:
    """Lets go of every other lease: for the holder of `kept`, who knows that nobody else alive works here."""
    session.execute(update(Lease).where(Lease.name != kept).values(holder=None, held_until=None))
