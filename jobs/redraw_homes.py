"""Draws the Home tabs anew that may be on a screen and no longer say what is so."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.office import Office
from bot.slack.home_redrawing import redraw_home
from jobs.edge import run_guarded
from store.homes import are_homes_due, take_home

LOOKED_AT_ONCE = 10
PUBLISHED_AT_ONCE = 3
"""Every two seconds: Slack takes somewhat more than a hundred a minute."""


def redraw_homes(office: Office, _due_at: datetime) -> None:
    """Some of them, the longest waiting first: the next run goes on. What one cannot show holds up no other."""
    now = office.now()
    published: list[int] = []
    for _ in range(LOOKED_AT_ONCE):
        if len(published) == PUBLISHED_AT_ONCE or (collaborator_id := _next(office, now)) is None:
            return
        run_guarded("redraw-homes", partial(_redraw, office, collaborator_id, published))


def _next(office: Office, now: datetime) -> int | None:
    with office.book.reading() as session:
        if not are_homes_due(session, now=now):
            return None
    with office.book.writing() as session:
        return take_home(session, now=now)


def _redraw(office: Office, collaborator_id: int, published: list[int]) -> None:
    if redraw_home(office, collaborator_id):
        published.append(collaborator_id)
