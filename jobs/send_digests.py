"""Sends the morning digests, each at its reader's hour; later on the same day where Rapport stood still."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.office import Office
from jobs.edge import run_guarded
from store.digests import is_digest_due, send_digest, wanting_digests


def send_digests(office: Office, _due_at: datetime) -> None:
    """To everybody whose hour it is, or was today."""
    with office.book.reading() as session:
        wanting = wanting_digests(session)
    for collaborator_id in wanting:
        run_guarded("send-digests", partial(_send_digest, office, collaborator_id))


def _send_digest(office: Office, collaborator_id: int) -> None:
    now = office.now()
    with office.book.reading() as session:
        if not is_digest_due(session, collaborator_id, now=now):
            return
    with office.book.writing() as session:
        send_digest(session, collaborator_id, now=now)
