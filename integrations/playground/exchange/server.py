"""The Exchange server: its mailboxes, and the plain calls that pages and tests make on them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from integrations.playground.exchange.accounts import Account, Mangling
from integrations.playground.exchange.database import Database
from integrations.playground.exchange.delivery import PostOffice
from integrations.playground.exchange.errors import EwsError, ItemNotFound
from integrations.playground.exchange.faults import Faults
from integrations.playground.exchange.folders import Folders, folder_row
from integrations.playground.exchange.item_rows import (
    attachments_of,
    event_of,
    extended_of,
    mail_of,
    moment,
    whole_mail,
)
from integrations.playground.exchange.items import Items, change_key, item_id
from integrations.playground.exchange.itip_reply import answer_of
from integrations.playground.exchange.mime_out import build
from integrations.playground.exchange.values import Address, Attachment, Departure, FolderView, Item, Mail

Answer = Literal["accept", "tentative", "decline"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A pull subscription: on which folders (rows), and for which kinds of EWS event."""

    owner: str
    folders: tuple[int, ...]
    kinds: frozenset[str]


class ExchangeServer:
    """Mailboxes in the file `path`, which survives restarts. The package's docstring lists what to call."""

    def __init__(
        self,
        path: Path,
        mailboxes: Sequence[Account],
        mangling: Mangling = Mangling(),
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self.mangling = mangling
        self.now = now
        self.faults = Faults()
        self.by_address = {account.key: account for account in mailboxes}
        self.database = Database(path)
        self.folder_rows = Folders(self.database)
        self.item_rows = Items(self.database, now)
        self.post_office = PostOffice(
            self.database,
            self.folder_rows,
            self.item_rows,
            self.by_address,
            faults=self.faults,
            mangling=mangling,
            now=now,
        )
        for account in mailboxes:
            self.folder_rows.make(account)
        self.subscriptions: dict[str, Subscription] = {}
        self._listeners: dict[str, list[Callable[[str], None]]] = {}
        self._listening = threading.Lock()
        self.database.committed = self._tell

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Everybody with a mailbox, in the order given."""
        return tuple(self.by_address.values())

    def account(self, address: str) -> Account:
        """The mailbox of that address, in any case. Raises KeyError."""
        return self.by_address[address.casefold()]

    def folders(self, address: str) -> list[FolderView]:
        """The folders a person sees, in the usual order."""
        return [
            FolderView(folder.id, folder.distinguished, folder.name, folder.total, folder.unread)
            for folder in self.folder_rows.all(self.account(address).key)
            if folder.distinguished not in {"root", "msgfolderroot"}
        ]

    def items(self, address: str, folder: str = "inbox", *, limit: int = 200, offset: int = 0) -> list[Item]:
        """The items of a folder, newest first, attachments without content."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT i.*, f.distinguished FROM item i JOIN folder f ON f.id = i.folder WHERE i.folder = ? "
                "ORDER BY i.received_at DESC, i.entry DESC LIMIT ? OFFSET ?",
                (self.folder(address, folder), limit, offset),
            ).fetchall()
            return [_item(row, mail_of(row, attachments_of(connection, row["id"], with_content=False))) for row in rows]

    def item(self, address: str, item_id: str) -> Item:
        """One item with everything. Raises ItemNotFound, or EwsError ErrorInvalidIdMalformed."""
        with self.database.reading() as connection:
            row = self.item_rows.row(self.account(address).key, item_id)
            return replace(_item(row, whole_mail(connection, row)), extended=extended_of(connection, row["id"]))

    def attachment(self, address: str, item_id: str, attachment_id: str) -> Attachment:
        """An attachment with its content. Raises ItemNotFound."""
        for file in self.item(address, item_id).mail.attachments:
            if file.id == attachment_id:
                return file
        raise ItemNotFound

    def mime(self, address: str, item_id: str) -> bytes:
        """The mail as MIME, as EWS gives it. Raises ItemNotFound."""
        return build(self.item(address, item_id).mail)

    def save_draft(self, address: str, mail: Mail, item_id: str = "") -> str:
        """Saves a mail in Drafts, in place of the draft `item_id` when given. Returns its id. Raises ItemNotFound.

        The new draft keeps the extended properties of the one it replaces, as a draft edited in Outlook does.
        """
        account = self.account(address)
        written = replace(mail, sender=Address(account.address, account.name))
        with self.database.writing() as connection:
            extended: dict[str, tuple[str, ...]] = {}
            if item_id:
                replaced = self._draft(account, item_id)
                extended = extended_of(connection, replaced["id"])
                self.item_rows.remove(replaced)
            drafts = self.folder(address, "drafts")
            return _id(self.item_rows.add(drafts, written, is_draft=True, is_read=True, extended=extended))

    def send_draft(self, address: str, item_id: str) -> None:
        """Sends a draft and keeps it in Sent Items. Raises ItemNotFound, EwsError ErrorInvalidRecipients, …"""
        account = self.account(address)
        with self.database.writing():
            self.post_office.send(account, self._draft(account, item_id), self.folder(address, "sentitems"))

    def send(self, address: str, mail: Mail) -> None:
        """Sends a mail and keeps it in Sent Items. Raises EwsError ErrorInvalidRecipients, …"""
        with self.database.writing():
            self.send_draft(address, self.save_draft(address, mail))

    def delete(self, address: str, item_id: str, *, for_good: bool = False) -> None:
        """Moves an item to Deleted Items; what is there already, or `for_good`, is removed. Raises ItemNotFound."""
        with self.database.writing():
            row = self.item_rows.row(self.account(address).key, item_id)
            if for_good or row["distinguished"] == "deleteditems":
                self.item_rows.remove(row)
            else:
                self.item_rows.move(row, self.folder(address, "deleteditems"))

    def mark_read(self, address: str, item_id: str, is_read: bool = True) -> None:
        """Sets the read flag. Raises ItemNotFound."""
        with self.database.writing():
            row = self.item_rows.row(self.account(address).key, item_id)
            if bool(row["is_read"]) != is_read:
                self.item_rows.change(row, {"is_read": is_read}, kind="read")

    def calendar(self, address: str) -> list[Item]:
        """All calendar entries, by start; cancelled ones too."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT i.*, f.distinguished FROM item i JOIN folder f ON f.id = i.folder WHERE i.folder = ? "
                "AND i.event IS NOT NULL ORDER BY i.starts_at, i.entry",
                (self.folder(address, "calendar"),),
            ).fetchall()
        return [_item(row, mail_of(row)) for row in rows]

    def answer_invitation(self, address: str, item_id: str, answer: Answer, comment: str = "") -> None:
        """Answers the invitation in an Inbox item: mails a REPLY to the organiser, notes it in the calendar.

        Raises ItemNotFound, or EwsError ErrorInvalidOperation when the item is no invitation to this person.
        """
        account = self.account(address)
        with self.database.writing():
            invitation = self.item(address, item_id).mail
            reply, noted = answer_of(account, invitation, answer, comment, at=self.now())
            self.send(address, reply)
            calendar = self.folder(address, "calendar")
            for row in self.database.connection.execute(
                "SELECT * FROM item WHERE folder = ? AND uid = ? AND recurrence_id = ?",
                (calendar, noted.uid, noted.recurrence_id),
            ).fetchall():
                known = event_of(row)
                if known is not None and known.sequence <= noted.sequence:
                    self.item_rows.set_event(row, replace(known, response=noted.response))
            self.mark_read(address, item_id)

    def outgoing(self, sender: str = "") -> list[Departure]:
        """Every recipient that a mail left for, oldest first; of one sender, or of all."""
        return self.post_office.departures(sender)

    def subscribe(self, address: str, callback: Callable[[str], None]) -> Callable[[], None]:
        """Calls `callback` with a folder's distinguished name after each commit that changed it. Returns the stop."""
        key = self.account(address).key
        with self._listening:
            self._listeners.setdefault(key, []).append(callback)

        def stop() -> None:
            with self._listening:
                self._listeners[key].remove(callback)

        return stop

    def forget_sync_states(self) -> None:
        """Makes every sync state given out so far invalid, as after a mailbox move."""
        self.database.new_instance()

    def close(self) -> None:
        """Closes the file. Nothing may be under way."""
        self.database.close()

    def folder(self, address: str, folder: str) -> int:
        """The row of a folder, by distinguished name or id. Raises errors.FolderNotFound."""
        if folder.startswith("AQMk"):
            return self.folder_rows.get(address.casefold(), folder_row(folder)).row
        return self.folder_rows.row(address.casefold(), folder)

    def _draft(self, account: Account, item_id: str) -> sqlite3.Row:
        row = self.item_rows.row(account.key, item_id)
        if not row["is_draft"]:
            raise EwsError("ErrorInvalidOperation", "The item was sent already.")
        return row

    def _tell(self, folders: frozenset[int]) -> None:
        if not self._listeners:
            return
        for row in folders:
            owner, name = self.database.connection.execute(
                "SELECT owner, distinguished FROM folder WHERE id = ?", (row,)
            ).fetchone()
            with self._listening:
                callbacks = tuple(self._listeners.get(owner, ()))
            for callback in callbacks:
                callback(name)


def _id(entry: int) -> str:
    return item_id(entry)


def _item(row: sqlite3.Row, mail: Mail) -> Item:
    return Item(
        id=item_id(row["entry"]),
        change_key=change_key(row["change_key"]),
        folder=row["distinguished"],
        mail=mail,
        is_read=bool(row["is_read"]),
        is_draft=bool(row["is_draft"]),
        size=row["size"],
        created_at=moment(row["created_at"]),
        received_at=moment(row["received_at"]),
        modified_at=moment(row["modified_at"]),
        event=event_of(row),
    )
