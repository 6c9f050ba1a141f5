"""Seals what was written to the audit trail since."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.office import Office
from jobs.holding import held
from store.audit_seals import seal_entries

log = logging.getLogger(__name__)


def seal(office: Office, _due_at: datetime) -> None:
    """In portions, so that nobody who writes to the book waits for long. The log keeps the last seal out of reach."""
    with held(office, "seal-audit-trail") as hold:
        while hold is not None and not hold.is_lost:
            with office.book.writing() as session:
                made = seal_entries(session, office.audit_key)
                last = (made.number, made.digest) if made else None
            if last is None:
                return
            log.info("audit trail sealed", extra={"number": last[0], "seal": last[1]})
