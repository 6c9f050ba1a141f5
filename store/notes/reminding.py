"""When a reminder is said, to whom, and what they may answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import access
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.involvements import representative_of
from store.notes.model import Note, Reminder, ReminderState, wall_moment
from store.notes.queries import reminder_seen_by
from store.outbox import put_in_outbox, slack_lane

SATURDAY = 5
LATE_AFTER = timedelta(minutes=15)
"""Said later than this after it was due, a reminder says when that was."""


class Snooze(StrEnum):
    HOUR = "hour"
    TOMORROW = "tomorrow"
    MONDAY = "monday"


# What the person answers


def finish_reminder(session: Session, reminder_id: int, *, by: Collaborator, now: datetime) -> Reminder:
    """Done: it is said no more. Harmless when it was done already. Raises NotFound for all but whom it reminds."""
    row = _own(session, reminder_id, by=by)
    if row.state is ReminderState.OPEN:
        row.state, row.done_at, row.snoozed_until = ReminderState.DONE, now, None
        session.flush()
    return row


def reopen_reminder(session: Session, reminder_id: int, *, by: Collaborator, now: datetime) -> Reminder:
    """Takes `finish_reminder` and `snooze_reminder` back: said when it is due, or on the next working day."""
    row = _own(session, reminder_id, by=by)
    row.state, row.done_at, row.snoozed_until = ReminderState.OPEN, None, None
    row.remind_at = row.due_at if row.reminded_at is None and row.due_at > now else next_time(row, now)
    session.flush()
    return row


def snooze_reminder(session: Session, reminder_id: int, *, by: Collaborator, snooze: Snooze, now: datetime) -> Reminder:
    """Said next at `snoozed_until`. Raises NotFound for all but whom it reminds, BookError when it is done."""
    row = _own(session, reminder_id, by=by)
    if row.state is ReminderState.DONE:
        raise BookError(_("This reminder is done already."))
    row.remind_at = row.snoozed_until = snoozed_to(row, snooze, now)
    session.flush()
    return row


def snoozed_to(row: Reminder, snooze: Snooze, now: datetime) -> datetime:
    """UTC: an hour from now, or tomorrow or the next Monday at the reminder's hour."""
    if snooze is Snooze.HOUR:
        return now + timedelta(hours=1)
    today = _local_day(row, now)
    days = 1 if snooze is Snooze.TOMORROW else 7 - today.weekday()
    return wall_moment(today + timedelta(days=days), row.due_time, row.zone)


def next_time(row: Reminder, now: datetime) -> datetime:
    """UTC: the reminder's hour on the next working day."""
    day = _local_day(row, now) + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return wall_moment(day, row.due_time, row.zone)


def _local_day(row: Reminder, now: datetime) -> date:
    return now.astimezone(ZoneInfo(row.zone)).date()


def _own(session: Session, reminder_id: int, *, by: Collaborator) -> Reminder:
    access.require_present(by)  # a reader too is reminded, and must be able to say that it is done
    row = reminder_seen_by(session, reminder_id, asked_by=by)
    if row is None:
        raise NotFound
    return row


# What the clock does


def due_reminders(session: Session, *, now: datetime) -> Sequence[int]:
    """Ids, the longest due first."""
    query = select(Reminder.id).where(Reminder.state == ReminderState.OPEN, Reminder.remind_at <= now)
    return session.scalars(query.order_by(Reminder.remind_at, Reminder.id)).all()


def remind(session: Session, reminder_id: int, *, now: datetime) -> bool:
    """Puts it on its way to Slack, and sets the next time, on the next working day. False when it is not due any more.

    Of what nobody can be told any more (a deleted relation, nobody who may read it) only the next time is set.
    """
    row = session.get(Reminder, reminder_id, with_for_update={"of": Reminder}, populate_existing=True)
    if row is None or row.state is ReminderState.DONE or row.remind_at > now:
        return False
    due_at = row.remind_at
    person = _whom(session, row, now)
    if person is not None:
        if person.id != row.for_id:
            row.for_id, row.zone = person.id, person.zone
        content = {
            "notice": "reminder",
            "reminder_id": row.id,
            "collaborator_id": person.id,
            "due_at": due_at.isoformat(),
        }
        key = f"reminder/{row.id}/{due_at.isoformat()}"
        put_in_outbox(session, kind="notice", key=key, lane=slack_lane(person.id), content=content, now=now)
        row.reminded_at = now
    row.remind_at, row.snoozed_until = next_time(row, now), None
    session.flush()
    return person is not None


def _whom(session: Session, row: Reminder, now: datetime) -> Collaborator | None:
    """Whom it is for; after they left who represents the office at the relation, else who made the note.

    What is private goes to nobody but who made it.
    """
    note = session.get_one(Note, row.note_id)
    if note.deleted_at is not None or note.relation.deleted_at is not None:
        return None
    if row.for_whom.is_active:
        return row.for_whom
    on = _local_day(row, now)
    if not note.is_private and (found := representative_of(session, note.relation_id, on=on)) is not None:
        return found
    maker = session.get(Collaborator, note.created_by_id) if note.created_by_id else None
    return maker if maker is not None and maker.is_active else None
