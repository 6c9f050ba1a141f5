"""Notes on a relation or a contact, and the reminders that come of them."""

from store.notes.model import Message, Note, Remind, Reminder, ReminderState, wall_moment
from store.notes.queries import (
    note_of_message,
    note_seen_by,
    notes_of,
    notes_seen_by,
    open_reminders,
    reminder_seen_by,
)
from store.notes.reminding import (
    LATE_AFTER,
    Snooze,
    due_reminders,
    finish_reminder,
    remind,
    reopen_reminder,
    snooze_reminder,
)
from store.notes.writing import (
    DETAIL_LIMIT,
    SUBJECT_LIMIT,
    NoteFacts,
    delete_note,
    edit_note,
    restore_note,
    write_note,
)

__all__ = [
    "DETAIL_LIMIT",
    "LATE_AFTER",
    "SUBJECT_LIMIT",
    "Message",
    "Note",
    "NoteFacts",
    "Remind",
    "Reminder",
    "ReminderState",
    "Snooze",
    "delete_note",
    "due_reminders",
    "edit_note",
    "finish_reminder",
    "note_of_message",
    "note_seen_by",
    "notes_of",
    "notes_seen_by",
    "open_reminders",
    "remind",
    "reminder_seen_by",
    "reopen_reminder",
    "restore_note",
    "snooze_reminder",
    "wall_moment",
    "write_note",
]
