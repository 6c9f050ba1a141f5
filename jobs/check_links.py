"""Looks once a day whether the web addresses that actions are linked to still open, and notes the dead ones."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.office import Office
from integrations.web_links import Found, ask
from jobs.holding import Hold, held
from store.linked_checking import (
    addresses_due,
    follow_new,
    forget_all_addresses,
    forget_unlinked,
    note_looked_at,
)

MOST = 100
"""In one run, one after the other: no server is asked by many at a time."""
_IS_THERE = {Found.THERE: True, Found.GONE: False, Found.UNKNOWN: None}

log = logging.getLogger(__name__)


def check_links(office: Office, _due_at: datetime) -> None:
    wanted = office.settings.actions.linked_addresses
    with held(office, "check-links") as hold:
        if hold is None:
            return
        if wanted == "none":
            with office.book.writing() as session:
                forget_all_addresses(session)
        else:
            _look(office, hold, allows_private=wanted == "all")


def _look(office: Office, hold: Hold, *, allows_private: bool) -> None:
    """Asks for as long as a turn lasts; what is left stays due."""
    followed = -1
    while followed and not hold.is_over:
        with office.book.writing() as session:
            followed = follow_new(session, now=office.now())
    with office.book.writing() as session:
        forget_unlinked(session)
        due = [(one.id, one.url) for one in addresses_due(session, now=office.now(), limit=MOST)]
    for address_id, url in due:
        if hold.is_over:
            return
        found = ask(url, allows_private=allows_private)
        log.info("linked address looked at", extra={"address_id": address_id, "found": found.value})
        with office.book.writing() as session:
            note_looked_at(session, address_id, is_there=_IS_THERE[found], now=office.now())
