"""What a calendar program does with the invitations that arrive: a small, honest consumer (RFC 5546 3.2).

Messages about one event are ordered by (SEQUENCE, DTSTAMP); what is older than what is known is ignored.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

from integrations.playground.exchange.accounts import Account
from integrations.playground.exchange.database import Database
from integrations.playground.exchange.folders import Folders
from integrations.playground.exchange.item_rows import event_of
from integrations.playground.exchange.items import Items
from integrations.playground.exchange.itip_read import Message, read
from integrations.playground.exchange.values import Event, Mail

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def is_older(message: Event, known: Event) -> bool:
    """Whether a message says less than what is known (RFC 5546 2.1.5)."""
    return (message.sequence, message.stamped_at or _LONG_AGO) < (known.sequence, known.stamped_at or _LONG_AGO)


class Consumer:
    """Keeps each account's calendar in step with the iTIP messages that reach its Inbox."""

    def __init__(self, database: Database, folders: Folders, items: Items) -> None:
        self._database = database
        self._folders = folders
        self._items = items

    def receive(self, account: Account, mail: Mail) -> None:
        """Takes the calendar part of a delivered mail; one that makes no sense changes nothing."""
        message = read(mail.calendar)
        if message is None:
            return
        calendar = self._folders.row(account.key, "calendar")
        for event in message.events:
            if message.method == "REQUEST":
                self._request(calendar, event)
            elif message.method == "CANCEL":
                self._cancel(calendar, event)
            elif message.method == "REPLY":
                self._reply(calendar, mail, message, event)

    def known(self, calendar: int, uid: str, recurrence_id: str) -> sqlite3.Row | None:
        """The calendar entry with that UID and RECURRENCE-ID, None without."""
        found: sqlite3.Row | None = self._database.connection.execute(
            "SELECT * FROM item WHERE folder = ? AND uid = ? AND recurrence_id = ?", (calendar, uid, recurrence_id)
        ).fetchone()
        return found

    def _request(self, calendar: int, event: Event) -> None:
        row = self.known(calendar, event.uid, event.recurrence_id)
        if row is None:
            self._add(calendar, event)
            return
        known = event_of(row)
        assert known is not None
        if is_older(event, known):
            return
        is_moved = event.sequence > known.sequence
        self._items.set_event(row, replace(event, response="NoResponseReceived" if is_moved else known.response))

    def _cancel(self, calendar: int, event: Event) -> None:
        connection = self._database.connection
        is_series = not event.recurrence_id  # which takes its occurrences along
        rows = connection.execute(
            "SELECT * FROM item WHERE folder = ? AND uid = ? AND (? OR recurrence_id = ?)",
            (calendar, event.uid, is_series, event.recurrence_id),
        ).fetchall()
        if not rows and event.recurrence_id and self.known(calendar, event.uid, "") is not None:
            self._add(calendar, replace(event, is_cancelled=True))
        for row in rows:
            known = event_of(row)
            if known is not None and not is_older(event, known):
                cancelled = replace(known, is_cancelled=True, sequence=event.sequence, stamped_at=event.stamped_at)
                self._items.set_event(row, cancelled)

    def _reply(self, calendar: int, mail: Mail, message: Message, event: Event) -> None:
        row = self.known(calendar, event.uid, event.recurrence_id)
        known = event_of(row) if row is not None else None
        if row is None or known is None or event.sequence < known.sequence or len(event.attendees) != 1:
            return
        person, status = event.attendees[0]
        if mail.sender is None or mail.sender.key != person.key:
            return
        attendees = tuple((each, status if each.key == person.key else was) for each, was in known.attendees)
        self._items.set_event(row, replace(known, attendees=attendees))

    def _add(self, calendar: int, event: Event) -> None:
        entry = Mail(
            sender=event.organizer, subject=event.summary, text=event.description, item_class="IPM.Appointment"
        )
        self._items.add(calendar, entry, event=event, is_read=True)
