"""A mail server without a network, for tests of what uses mailboxes. It passes the contract suite of real providers.

server = MailServerInMemory()
anna = server.mailbox("anna@office.example")
server.is_busy(timedelta(seconds=5))            # the next call meets MailServerBusy
server.loses_the_answer_of_the_next("send_draft")   # done, but the caller sees MailServerUnreachable
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from integrations.mail.errors import (
    MailboxRefused,
    MailGone,
    MailProblem,
    MailRefused,
    MailServerBusy,
    MailServerUnreachable,
    SyncStateLost,
)
from integrations.mail.message import BusyKind, BusyTime, Changes, Folder, FoundMail, MailChange, OutgoingMail, ReadMail
from integrations.mail.mime import read_mime

Call = Literal["check", "changes", "read", "save_draft", "send_draft", "find", "delete_draft", "free_busy"]
_EVERYTHING = 1 << 60


class Crash(BaseException):
    """The process dies here. Not an Exception: nothing that handles errors may survive it."""


@dataclass(frozen=True, slots=True)
class Departure:
    """One recipient that a mail left for."""

    sender: str
    recipient: str
    mail: ReadMail
    marker: str | None


@dataclass(frozen=True, slots=True)
class _Item:
    """A stored mail. `entry` counts upwards over the whole server: a state is the last entry that was seen."""

    owner: str
    folder: Folder
    mail: ReadMail
    marker: str | None
    entry: int
    came_at: datetime


@dataclass(frozen=True, slots=True)
class _Fault:
    call: Call | None
    problem: BaseException
    is_after: bool


class MailServerInMemory:
    """Mailboxes by address; a mail sent to one of them arrives there. Verbs say what goes wrong next."""

    def __init__(self, *, page_size: int = 100, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.departures: list[Departure] = []
        self.page_size = page_size
        self._now = now
        self._items: dict[str, _Item] = {}
        self._faults: list[_Fault] = []
        self._addresses: set[str] = set()
        self._refused_recipients: set[str] = set()
        self._closed_mailboxes: set[str] = set()
        self._entries = 0
        self._generation = 0
        self._is_down = False
        self._replaces_message_ids = False
        self._lock = threading.RLock()
        self._taken: dict[str, list[BusyTime]] = {}

    def mailbox(self, address: str) -> MailboxInMemory:
        """The mailbox of that address, made when there is none. Another object for the same mails each time."""
        self._addresses.add(address.casefold())
        return MailboxInMemory(self, address)

    def goes_down(self) -> None:
        """Every call fails until `comes_back`; nothing is done."""
        self._is_down = True

    def comes_back(self) -> None:
        self._is_down = False

    def is_busy(self, retry_after: timedelta | None = None, *, call: Call | None = None, times: int = 1) -> None:
        """The next calls are put off; nothing is done."""
        problem = MailServerBusy("ErrorServerBusy", retry_after=retry_after)
        self._faults += [_Fault(call, problem, is_after=False)] * times

    def fails_the_next(self, call: Call, problem: MailProblem) -> None:
        """Nothing is done."""
        self._faults.append(_Fault(call, problem, is_after=False))

    def loses_the_answer_of_the_next(self, call: Call) -> None:
        """It is done, and the caller is told nothing."""
        self._faults.append(_Fault(call, MailServerUnreachable("connection lost"), is_after=True))

    def crashes_before_the_next(self, call: Call) -> None:
        self._faults.append(_Fault(call, Crash(), is_after=False))

    def crashes_after_the_next(self, call: Call) -> None:
        self._faults.append(_Fault(call, Crash(), is_after=True))

    def forgets_faults(self) -> None:
        """Nothing more goes wrong."""
        self._faults.clear()

    def forgets_sync_states(self) -> None:
        self._generation += 1

    def replaces_message_ids(self) -> None:
        """From now on mails that are sent get a Message-ID of the server's."""
        self._replaces_message_ids = True

    def refuses_recipient(self, address: str) -> None:
        """Sending to this address is refused for good."""
        self._refused_recipients.add(address.casefold())

    def refuses_mailbox(self, address: str) -> None:
        """Nobody gets into this mailbox any more."""
        self._closed_mailboxes.add(address.casefold())

    def is_taken(self, address: str, begins_at: datetime, ends_at: datetime, kind: BusyKind | None) -> None:
        """An entry in the calendar of somebody with a mailbox; None for one that leaves them free."""
        if kind is not None:
            self._taken.setdefault(address.casefold(), []).append(BusyTime(begins_at, ends_at, kind))

    def delivers(self, mime: bytes, *, to: str, folder: Folder = Folder.INBOX) -> str:
        """Puts a mail into a mailbox as its owner or the world outside would. Returns its item id."""
        with self._lock:
            return self._add(to.casefold(), folder, self._read(mime), None)

    @contextmanager
    def call(self, name: Call, address: str) -> Iterator[None]:
        """The fate of one call. Raises what was asked for."""
        with self._lock:
            if self._is_down:
                raise MailServerUnreachable("connection refused")
            if address.casefold() in self._closed_mailboxes:
                raise MailboxRefused("ErrorAccessDenied")
            fault = next((fault for fault in self._faults if fault.call in {None, name}), None)
            if fault is not None:
                self._faults.remove(fault)
                if not fault.is_after:
                    raise fault.problem
            yield
            if fault is not None:
                raise fault.problem

    def changes(self, address: str, folder: Folder, sync_state: str | None, since: datetime | None = None) -> Changes:
        if sync_state is None and since is not None:
            sync_state = f"{self._generation}/{self._last_entry_before(since)}"
        if sync_state is None:
            return Changes(created=(), sync_state=f"{self._generation}/{self._entries}", is_last=True)
        generation, _, seen = sync_state.partition("/")
        if generation != str(self._generation) or not seen.isdecimal():
            raise SyncStateLost("ErrorInvalidSyncStateData")
        waiting = [
            (item_id, item)
            for item_id, item in self._items.items()
            if (item.owner, item.folder) == (address.casefold(), folder) and item.entry > int(seen)
        ]
        page = waiting[: self.page_size]
        last_entry = page[-1][1].entry if page else int(seen)
        return Changes(
            created=tuple(self._change(item_id, item) for item_id, item in page),
            sync_state=f"{self._generation}/{last_entry}",
            is_last=len(page) == len(waiting),
        )

    def _last_entry_before(self, since: datetime) -> int:
        return max((item.entry for item in self._items.values() if item.came_at < since), default=0)

    def read(self, address: str, item_id: str, attachments_up_to: int) -> ReadMail:
        mail = self._item(address, item_id).mail
        fetched = (file if file.size <= attachments_up_to else replace(file, content=None) for file in mail.attachments)
        return replace(mail, item_id=item_id, attachments=tuple(fetched))

    def save_draft(self, address: str, mail: OutgoingMail) -> str:
        return self._add(address.casefold(), Folder.DRAFTS, self._read(mail.mime), mail.marker)

    def send_draft(self, address: str, item_id: str) -> None:
        draft = self._item(address, item_id)
        if draft.folder is not Folder.DRAFTS:
            raise MailGone("ErrorItemNotFound")
        recipients = list(dict.fromkeys(recipient.folded for recipient in draft.mail.recipients))
        if not recipients or self._refused_recipients.intersection(recipients):
            raise MailRefused("ErrorInvalidRecipients")
        del self._items[item_id]
        mail = draft.mail
        if self._replaces_message_ids:
            mail = replace(mail, message_id=f"<{self._entries}@server.example>")
        self._add(draft.owner, Folder.SENT, mail, draft.marker)
        for recipient in recipients:
            self.departures.append(Departure(address, recipient, mail, draft.marker))
            if recipient in self._addresses:
                self._add(recipient, Folder.INBOX, replace(mail, bcc=()), None)

    def find(self, address: str, mail: OutgoingMail) -> FoundMail | None:
        mine = [(item_id, item) for item_id, item in self._items.items() if item.owner == address.casefold()]
        for is_it in (
            lambda item: item.marker == mail.marker,
            lambda item: item.mail.message_id == mail.message_id,
        ):
            for folder in (Folder.SENT, Folder.DRAFTS):
                for item_id, item in mine:
                    if item.folder is folder and is_it(item):
                        return FoundMail(item_id=item_id, folder=folder)
        return None

    def delete_draft(self, address: str, item_id: str) -> None:
        item = self._items.get(item_id)
        if item is not None and (item.owner, item.folder) == (address.casefold(), Folder.DRAFTS):
            del self._items[item_id]

    def free_busy(
        self, addresses: Sequence[str], begins_at: datetime, ends_at: datetime
    ) -> dict[str, tuple[BusyTime, ...]]:
        def times(address: str) -> tuple[BusyTime, ...]:
            taken = self._taken.get(address.casefold(), ())
            found = (one for one in taken if one.begins_at < ends_at and one.ends_at > begins_at)
            return tuple(sorted(found, key=lambda one: (one.begins_at, one.ends_at)))

        return {address: times(address) for address in addresses if address.casefold() in self._addresses}

    def _add(self, owner: str, folder: Folder, mail: ReadMail, marker: str | None) -> str:
        self._entries += 1
        item_id = f"item-{self._entries}"
        self._items[item_id] = _Item(owner, folder, mail, marker, self._entries, self._now())
        return item_id

    def _item(self, address: str, item_id: str) -> _Item:
        item = self._items.get(item_id)
        if item is None or item.owner != address.casefold():
            raise MailGone("ErrorItemNotFound")
        return item

    def _read(self, mime: bytes) -> ReadMail:
        return read_mime(mime, item_id="", received_at=self._now(), attachments_up_to=_EVERYTHING)

    def _change(self, item_id: str, item: _Item) -> MailChange:
        return MailChange(
            item_id=item_id,
            marker=item.marker,
            sensitivity=item.mail.sensitivity,
            has_attachments=any(not attachment.is_inline for attachment in item.mail.attachments),
            sent_at=item.mail.sent_at,
            item_class=_item_class(item.mail),
        )


def _item_class(mail: ReadMail) -> str:
    """As Exchange sorts mails by what is in them."""
    if mail.is_encrypted:
        return "IPM.Note.SMIME"
    if any(b"METHOD:REPLY" in calendar for calendar in mail.calendars):
        return "IPM.Schedule.Meeting.Resp.Pos"
    return "IPM.Note"


class MailboxInMemory:
    """One mailbox of a MailServerInMemory."""

    def __init__(self, server: MailServerInMemory, address: str) -> None:
        self._server = server
        self._address = address

    @property
    def address(self) -> str:
        return self._address

    def check(self) -> None:
        with self._server.call("check", self._address):
            return

    def changes(self, folder: Folder, sync_state: str | None, *, since: datetime | None = None) -> Changes:
        with self._server.call("changes", self._address):
            return self._server.changes(self._address, folder, sync_state, since)

    def read(self, item_id: str, *, attachments_up_to: int) -> ReadMail:
        with self._server.call("read", self._address):
            return self._server.read(self._address, item_id, attachments_up_to)

    def save_draft(self, mail: OutgoingMail) -> str:
        with self._server.call("save_draft", self._address):
            return self._server.save_draft(self._address, mail)

    def send_draft(self, item_id: str) -> None:
        with self._server.call("send_draft", self._address):
            self._server.send_draft(self._address, item_id)

    def find(self, mail: OutgoingMail) -> FoundMail | None:
        with self._server.call("find", self._address):
            return self._server.find(self._address, mail)

    def delete_draft(self, item_id: str) -> None:
        with self._server.call("delete_draft", self._address):
            self._server.delete_draft(self._address, item_id)

    def free_busy(
        self, addresses: Sequence[str], begins_at: datetime, ends_at: datetime, *, within: timedelta
    ) -> Mapping[str, tuple[BusyTime, ...]]:
        assert within > timedelta(0)
        with self._server.call("free_busy", self._address):
            return self._server.free_busy(addresses, begins_at, ends_at)
