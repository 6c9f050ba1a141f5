"""Writing, changing and deleting a note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from store import access
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.contacts import contact_seen_by
from store.notes.model import Message, Note, Remind, Reminder, ReminderState, wall_moment
from store.notes.queries import note_of_message, seen
from store.relations import relation_seen_by
from store.typed import line_typed, text_typed

SUBJECT_LIMIT = 150
DETAIL_LIMIT = 3_000
MOST_REMINDED = 20


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """Everything about a note that a form decides. `remind` None: nobody is reminded."""

    relation_id: int
    subject: str
    noted_on: date
    contact_id: int | None = None
    detail: str = ""
    is_private: bool = False
    remind: Remind | None = None


def write_note(
    session: Session, *, by: Collaborator, facts: NoteFacts, now: datetime, message: Message | None = None
) -> Note:
    """The note; for a message that was filed before, the note that it made then.

    Raises NotFound and BookError at `relation`, `subject`, `detail`, `remind_on` or `remind_whom`, and BookError for a
    message that a colleague filed where `by` sees nothing.
    """
    access.require_active(by)
    note = Note(created_by_id=by.id, owner_id=by.id, created_at=now, changed_at=now, reminders=[])
    _apply(session, note, facts, by=by)
    _remind(session, note, facts.remind, now=now)
    if message is None:
        session.add(note)
        session.flush()
        return note
    note.channel_id, note.message_ts, note.permalink = message.channel_id, message.ts, message.permalink
    note.message_key = message.key(private_to=by.id if facts.is_private else None)
    try:
        with session.begin_nested():
            session.add(note)
    except IntegrityError:
        return _filed_before(session, message, by=by)
    return note


def _filed_before(session: Session, message: Message, *, by: Collaborator) -> Note:
    found = note_of_message(session, message, asked_by=by)
    if found is None:
        raise BookError(_("A colleague filed this message before, in a file that is not yours."))
    return found


def edit_note(
    session: Session, note_id: int, *, by: Collaborator, version: int | None, facts: NoteFacts, now: datetime
) -> Note:
    """Who was told keeps the state of their reminder, unless its day or hour changed. Raises NotFound,
    ChangedMeanwhile, and as `write_note`.
    """
    note = _to_write(session, note_id, by=by)
    note.expect_version(version)
    _check_who_sees(note, facts, by=by)
    _apply(session, note, facts, by=by)
    _remind(session, note, facts.remind, now=now)
    _take_key(session, note)
    note.changed_at = now
    flag_modified(note, "changed_at")  # a new version also when only a reminder changed
    session.flush()
    session.expire(note, ["relation", "contact"])
    return note


def _check_who_sees(note: Note, facts: NoteFacts, *, by: Collaborator) -> None:
    """A private note is shown to nobody more by whom it was shown to."""
    if note.owner_id == by.id:
        return
    refused = _("Only who made the note can change who sees it.")
    if facts.is_private != note.is_private:
        raise BookError(refused, field="is_private")
    added = set(facts.remind.for_ids if facts.remind else ()) - {one.for_id for one in note.reminders}
    if note.is_private and added:
        raise BookError(refused, field="remind_whom")


def delete_note(session: Session, note_id: int, *, by: Collaborator, now: datetime) -> Note:
    """Out of every list, and reminds nobody any more. Raises NotFound."""
    note = _to_write(session, note_id, by=by)
    note.deleted_at, note.message_key = now, None
    session.flush()
    return note


def restore_note(session: Session, note_id: int, *, by: Collaborator) -> Note:
    """Takes the deletion back; harmless when it was taken back already.

    Raises NotFound, and BookError when its message made another note in the meantime.
    """
    note = _to_write(session, note_id, by=by, also_deleted=True)
    if note.deleted_at is not None:
        note.deleted_at = None
        _take_key(session, note)
        session.flush()
    return note


def _to_write(session: Session, note_id: int, *, by: Collaborator, also_deleted: bool = False) -> Note:
    access.require_active(by)
    note = session.scalars(seen(by, also_deleted=also_deleted).where(Note.id == note_id)).unique().one_or_none()
    if note is None:
        raise NotFound
    return note


def _take_key(session: Session, note: Note) -> None:
    if note.message is None:
        return
    key = note.message.key(private_to=note.owner_id if note.is_private else None)
    taken = select(Note.id).where(Note.message_key == key, Note.id != note.id)
    with session.no_autoflush:
        if session.scalar(taken) is not None:
            raise BookError(_("Another note was made of the same message."), field="is_private")
    note.message_key = key


def _apply(session: Session, note: Note, facts: NoteFacts, *, by: Collaborator) -> None:
    place = facts.relation_id, facts.contact_id
    if place != (note.relation_id, note.contact_id):
        place = _standing(session, *place, by=by)
    note.subject = line_typed(facts.subject, field="subject", limit=SUBJECT_LIMIT, required=True)
    note.detail = text_typed(facts.detail, field="detail", limit=DETAIL_LIMIT)
    note.relation_id, note.contact_id = place
    note.noted_on, note.is_private = facts.noted_on, facts.is_private


def _standing(
    session: Session, relation_id: int, contact_id: int | None, *, by: Collaborator
) -> tuple[int, int | None]:
    """The ids that those of a merged relation and contact lead to. Raises NotFound at `relation`."""
    relation = relation_seen_by(session, relation_id, asked_by=by)
    if relation is None:
        raise NotFound(_("This relation is no longer in the book."), field="relation")
    if contact_id is None:
        return relation.id, None
    contact = contact_seen_by(session, contact_id, asked_by=by)
    if contact is None or contact.relation_id != relation.id:
        raise NotFound(_("This contact is no longer in the book."), field="relation")
    return relation.id, contact.id


def _remind(session: Session, note: Note, remind: Remind | None, *, now: datetime) -> None:
    """Makes the note's reminders what the form says; those that stay as they were keep their state."""
    wanted = dict.fromkeys(remind.for_ids if remind else ())
    if len(wanted) > MOST_REMINDED:
        raise BookError(_("At most {most} people can be reminded."), field="remind_whom", most=MOST_REMINDED)
    people = _people(session, wanted, kept={one.for_id for one in note.reminders})
    for row in list(note.reminders):
        if row.for_id in people:
            person = people.pop(row.for_id)
            assert remind is not None, "whoever is wanted is reminded some day"
            if (row.due_on, row.due_time) != (remind.on, remind.at):
                _set(row, remind, person, now=now)
        else:
            note.reminders.remove(row)
    for person in people.values():
        assert remind is not None, "whoever is wanted is reminded some day"
        row = Reminder(for_id=person.id)
        _set(row, remind, person, now=now)
        note.reminders.append(row)


def _people(session: Session, ids: Iterable[int], *, kept: set[int]) -> dict[int, Collaborator]:
    """In the order given; who left can only stay. Raises BookError at `remind_whom`."""
    found = {one: session.get(Collaborator, one) for one in ids}
    people = {number: one for number, one in found.items() if one is not None and (one.is_active or number in kept)}
    if len(people) < len(found):
        raise BookError(_("This collaborator has left. Choose somebody else."), field="remind_whom")
    return people


def _set(row: Reminder, remind: Remind, person: Collaborator, *, now: datetime) -> None:
    row.due_on, row.due_time, row.zone = remind.on, remind.at, person.zone
    row.remind_at = wall_moment(remind.on, remind.at, person.zone)
    if row.remind_at <= now:
        raise BookError(_("This moment is past. Choose a later one."), field="remind_on")
    row.state, row.reminded_at, row.snoozed_until, row.done_at = ReminderState.OPEN, None, None, None
