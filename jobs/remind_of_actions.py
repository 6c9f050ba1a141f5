"""Reminds of actions, as their types ask; late where Rapport stood still."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from bot.office import Office
from jobs.edge import run_guarded
from store.action_reminders import (
    Coming,
    coming_actions,
    coming_of_series,
    remind_of,
    reminded_series,
    unsaid,
)
from store.actions import Action


def remind_of_actions(office: Office, _due_at: datetime) -> None:
    """Each on its own: one that cannot be read or told keeps none of the others waiting."""
    now = office.now()
    due: list[Coming] = []
    with office.book.reading() as session:
        for one in coming_actions(session, now=now):
            run_guarded("remind-of-actions", partial(_keep_due, due, one, now))
        for series in reminded_series(session, now=now):
            run_guarded("remind-of-actions", partial(_keep_due_of_series, session, due, series, now))
        due = unsaid(session, due)
    for one in due:
        run_guarded("remind-of-actions", partial(_remind, office, one, now))


def _keep_due(due: list[Coming], one: Coming, now: datetime) -> None:
    if one.is_due(now):
        due.append(one)


def _keep_due_of_series(session: Session, due: list[Coming], series: Action, now: datetime) -> None:
    due += [one for one in coming_of_series(session, series, now=now) if one.is_due(now)]


def _remind(office: Office, one: Coming, now: datetime) -> None:
    with office.book.writing() as session:
        remind_of(session, one, now=now)
