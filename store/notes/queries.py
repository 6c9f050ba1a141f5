"""Reading notes and reminders, as far as the asking collaborator may."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, time, timedelta

from sqlalchemy import Select, not_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from store import access
from store.collaborators import Collaborator
from store.notes.model import Message, Note, Reminder, ReminderState, wall_moment
from store.relations import Relation


def seen(asked_by: Collaborator, *, also_deleted: bool = False) -> Select[Note]:
    """The notes that they may see, of relations that are in the book."""
    is_there = Note.relation.has(Relation.deleted_at.is_(None))
    query = select(Note).where(is_there, access.visible(Note, asked_by=asked_by))
    return query if also_deleted else query.where(Note.deleted_at.is_(None))


def note_seen_by(session: Session, note_id: int, *, asked_by: Collaborator) -> Note | None:
    """None when it or its relation is deleted, when it is hidden from them, or not there."""
    return session.scalars(seen(asked_by).where(Note.id == note_id)).unique().one_or_none()


def notes_seen_by(session: Session, note_ids: Collection[int], *, asked_by: Collaborator) -> set[int]:
    """Those of the ids that `note_seen_by` finds."""
    ids = seen(asked_by).where(Note.id.in_(note_ids)).with_only_columns(Note.id)
    return set(session.scalars(ids))


def notes_of(
    session: Session,
    *,
    asked_by: Collaborator,
    relation_id: int | None = None,
    contact_id: int | None = None,
    first_on: date | None = None,
    last_on: date | None = None,
    limit: int,
    offset: int = 0,
) -> Sequence[Note]:
    """Of the relation or of the contact, of these days (both included; None: no bound), newest first."""
    query = seen(asked_by).options(selectinload(Note.reminders))
    if relation_id is not None:
        query = query.where(Note.relation_id == relation_id)
    if contact_id is not None:
        query = query.where(Note.contact_id == contact_id)
    if first_on is not None:
        query = query.where(Note.noted_on >= first_on)
    if last_on is not None:
        query = query.where(Note.noted_on <= last_on)
    return session.scalars(query.order_by(Note.noted_on.desc(), Note.id.desc()).limit(limit).offset(offset)).all()


def note_of_message(session: Session, message: Message, *, asked_by: Collaborator) -> Note | None:
    """What this message in Slack made: the note of all, else their own private one; None without, or out of sight."""
    keys = [message.key(private_to=None), message.key(private_to=asked_by.id)]
    query = seen(asked_by).where(Note.message_key.in_(keys)).order_by(Note.message_key)
    return session.scalars(query.limit(1)).unique().first()


def open_reminders(
    session: Session, *, asked_by: Collaborator, on: date | None = None, limit: int = 50
) -> Sequence[Reminder]:
    """Their own, each with its note, by when they are or were due (so the overdue first).

    With `on` only those of that day and before, but what was snoozed beyond it.
    """
    query = (
        select(Reminder)
        .join(Reminder.note)
        .where(
            Reminder.for_id == asked_by.id,
            Reminder.state == ReminderState.OPEN,
            Note.deleted_at.is_(None),
            Note.relation.has(Relation.deleted_at.is_(None)),
        )
        .options(contains_eager(Reminder.note))
    )
    if on is not None:
        midnight = wall_moment(on + timedelta(days=1), time(), asked_by.zone)
        is_put_off = Reminder.snoozed_until.is_not(None) & (Reminder.snoozed_until >= midnight)
        query = query.where(Reminder.due_on <= on, not_(is_put_off))
    return session.scalars(query.order_by(Reminder.due_on, Reminder.due_time, Reminder.id).limit(limit)).unique().all()


def reminder_seen_by(session: Session, reminder_id: int, *, asked_by: Collaborator) -> Reminder | None:
    """Only whom it reminds."""
    row = session.get(Reminder, reminder_id)
    if row is None or row.for_id != asked_by.id or note_seen_by(session, row.note_id, asked_by=asked_by) is None:
        return None
    return row
