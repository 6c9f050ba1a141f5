"""Posts the reports that are scheduled to a channel, each when it is due; late where Rapport stood still."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.office import Office
from jobs.edge import run_guarded
from store.reports.posting import hand_over, is_due, live_schedules


def post_reports(office: Office, _due_at: datetime) -> None:
    """Each on its own: one that cannot be read or made keeps none of the others waiting."""
    with office.book.reading() as session:
        live = live_schedules(session)
    for schedule_id in live:
        run_guarded("post-reports", partial(_hand_over, office, schedule_id))


def _hand_over(office: Office, schedule_id: int) -> None:
    with office.book.reading() as session:
        if not is_due(session, schedule_id, now=office.now()):
            return
    with office.book.writing() as session:
        hand_over(session, schedule_id, now=office.now())
