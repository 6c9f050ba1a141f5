"""Reminds of what is due, also of what was due while Rapport stood still."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.office import Office
from jobs.edge import run_guarded
from store.notes import due_reminders, remind


def remind_all(office: Office, _due_at: datetime) -> None:
    """Each in a transaction of its own: one that cannot be read or told keeps none of the others waiting."""
    with office.book.reading() as session:
        due = due_reminders(session, now=office.now())
    for reminder_id in due:
        run_guarded("remind", partial(_remind, office, reminder_id))


def _remind(office: Office, reminder_id: int) -> None:
    with office.book.writing() as session:
        remind(session, reminder_id, now=office.now())
