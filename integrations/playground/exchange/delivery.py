"""Sending: who gets a mail, what each copy holds, and what is written down about it."""

from __future__ import annotations

import re
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from integrations.playground.exchange.accounts import Account, Mangling
from integrations.playground.exchange.bounce import report
from integrations.playground.exchange.database import Database
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.faults import Faults
from integrations.playground.exchange.folders import Folders
from integrations.playground.exchange.item_rows import mail_columns, moment, stamp, whole_mail
from integrations.playground.exchange.items import Items
from integrations.playground.exchange.itip import Consumer
from integrations.playground.exchange.mime_out import build, without_bcc
from integrations.playground.exchange.values import Address, Departure, Mail

_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")


class PostOffice:
    """Takes drafts and delivers them to the mailboxes of this server; keeps a list of everything that left one."""

    def __init__(
        self,
        database: Database,
        folders: Folders,
        items: Items,
        accounts: Mapping[str, Account],
        *,
        faults: Faults,
        mangling: Mangling,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._folders = folders
        self._items = items
        self._accounts = accounts
        self._domains = {account.domain for account in accounts.values()}
        self._faults = faults
        self._mangling = mangling
        self._now = now
        self._consumer = Consumer(database, folders, items)

    def send(self, account: Account, row: sqlite3.Row, save_to: int | None) -> None:
        """Delivers a stored mail and moves it to the folder `save_to` (None: no copy stays), all in one transaction.

        Raises EwsError: ErrorInvalidRecipients, ErrorSendAsDenied, ErrorMessageSubmissionBlocked.
        """
        with self._database.writing() as connection:
            mail = whole_mail(connection, row)
            recipients = _recipients(mail)
            if mail.sender and mail.sender.key != account.key:
                raise EwsError(
                    "ErrorSendAsDenied",
                    "The user account which was used to submit this request may not send as that sender.",
                )
            self._check_pace(connection, account)
            sent = self._submitted(account, mail)
            if save_to is None:
                self._items.remove(row)
            else:
                self._keep_copy(connection, row, sent, save_to)
            self._hand_over(connection, account, sent, recipients)

    def departures(self, sender: str = "") -> list[Departure]:
        """Every recipient that a mail left for, oldest first; of one sender, or of all."""
        rows = self._database.connection.execute(
            "SELECT sender, recipient, message_id, subject, outcome, left_at, mime FROM departure "
            "WHERE ? IN ('', sender) ORDER BY id",
            (sender.casefold(),),
        )
        return [
            Departure(sender, recipient, message_id, subject, outcome, moment(left_at), mime)
            for sender, recipient, message_id, subject, outcome, left_at, mime in rows
        ]

    def _submitted(self, account: Account, mail: Mail) -> Mail:
        message_id = mail.message_id
        if not message_id or self._mangling.replaces_message_id:
            message_id = f"<{uuid.uuid4().hex}@{account.domain}>"
        mime = mail.mime
        if mime is not None and not mail.message_id:
            mime = f"Message-ID: {message_id}\r\n".encode() + mime
        sender = mail.sender or Address(account.address, account.name)
        return replace(mail, sender=sender, sent_at=self._now(), message_id=message_id, mime=mime)

    def _keep_copy(self, connection: sqlite3.Connection, row: sqlite3.Row, sent: Mail, folder: int) -> None:
        flags = {"is_draft": False, "is_read": True, "received_at": stamp(self._now())}
        self._items.move(row, folder, {**mail_columns(sent), **flags})
        if sent.mime is not None:
            connection.execute("UPDATE original SET mime = ? WHERE item = ?", (sent.mime, row["id"]))

    def _hand_over(
        self, connection: sqlite3.Connection, account: Account, sent: Mail, recipients: tuple[Address, ...]
    ) -> None:
        public = replace(sent, bcc=(), mime=None if sent.mime is None else without_bcc(sent.mime))
        mime = build(public)
        for person in recipients:
            outcome = self._deliver(account, public, mime, person)
            connection.execute(
                "INSERT INTO departure (sender, recipient, message_id, subject, outcome, left_at, mime) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (account.key, person.key, sent.message_id, sent.subject, outcome, stamp(self._now()), mime),
            )

    def _deliver(self, account: Account, mail: Mail, mime: bytes, person: Address) -> str:
        recipient = self._accounts.get(person.key)
        if recipient is not None:
            self._items.add(self._folders.row(recipient.key, "inbox"), mail)
            if mail.calendar:
                self._consumer.receive(recipient, mail)
            return "delivered"
        if person.key.rpartition("@")[2] in self._domains:
            bounced = report(account, mail, mime, person, at=self._now())
            self._items.add(self._folders.row(account.key, "inbox"), bounced)
            return "bounced"
        return "outside"

    def _check_pace(self, connection: sqlite3.Connection, account: Account) -> None:
        limit = self._faults.messages_per_minute
        if limit is None:
            return
        since = stamp(self._now() - timedelta(minutes=1))
        sent = connection.execute(
            "SELECT count(DISTINCT message_id) FROM departure WHERE sender = ? AND left_at > ?", (account.key, since)
        ).fetchone()[0]
        if sent >= limit:
            raise EwsError("ErrorMessageSubmissionBlocked", "The message submission rate of this mailbox is exceeded.")


def _recipients(mail: Mail) -> tuple[Address, ...]:
    """Everybody once, in order. Raises ErrorInvalidRecipients when there is nobody, or somebody without an address."""
    people = {person.key: person for person in mail.recipients}
    if not people or not all(_ADDRESS.fullmatch(key) for key in people):
        raise EwsError("ErrorInvalidRecipients", "At least one recipient isn't valid.")
    return tuple(people.values())
