"""The gap between two mailing mails of one mailbox, kept by a row, so that it holds however many workers there are."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.mailings.model import Pace


def gap_of(delay_s: int, *, per_minute: int) -> timedelta:
    """What a mailing asks to be left free around each of its mails; `per_minute` is the mailbox's own limit."""
    return timedelta(seconds=max(float(delay_s), 60 / per_minute))


def free_at(last_at: datetime | None, gap: timedelta, *, now: datetime) -> datetime:
    """When the next mail may be handed over.

    A last time in the future means that the clock was set back: then a whole gap is waited from now on.
    """
    if last_at is None:
        return now
    return max(now, min(last_at, now) + gap)


def pace_of(session: Session, mailbox_id: int) -> tuple[datetime | None, timedelta]:
    """The last hand-over, None when there was none yet, and the gap that it asked for."""
    row = session.get(Pace, mailbox_id, populate_existing=True)
    return (None, timedelta()) if row is None else (row.last_at, timedelta(seconds=row.gap_s))


def take_turn(session: Session, mailbox_id: int, gap: timedelta, *, now: datetime) -> datetime | None:
    """None: the turn is ours, and counts once this transaction commits. Else when to try again.

    The gap kept is the longer of what the last mail asked for and what this one asks for.
    """
    row = session.get(Pace, mailbox_id, populate_existing=True, with_for_update=True)
    if row is None:
        try:
            with session.begin_nested():
                session.add(Pace(mailbox_id=mailbox_id, last_at=now, gap_s=gap.total_seconds()))
        except IntegrityError:
            return take_turn(session, mailbox_id, gap, now=now)
        return None
    free = free_at(row.last_at, max(gap, timedelta(seconds=row.gap_s)), now=now)
    if free > now:
        row.last_at = min(row.last_at, now)
        return free
    row.last_at, row.gap_s = now, gap.total_seconds()
    return None
