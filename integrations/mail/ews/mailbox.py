"""One Exchange mailbox."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic

from lxml.etree import _Element

from integrations.mail.errors import MailGone, MailRefused, MailServerUnreachable
from integrations.mail.ews import answers, operations, payloads
from integrations.mail.ews.connection import Connection, Deadline
from integrations.mail.ews.problems import ChangeKeyOutdated
from integrations.mail.ews.reading import read_in_parts, read_whole
from integrations.mail.message import (
    Attachment,
    BusyTime,
    Changes,
    Folder,
    FoundMail,
    MailChange,
    OutgoingMail,
    ReadMail,
)

# Set before a sync state that has not passed what was in the folder before Rapport came. Exchange's states are
# base64, so the colon cannot be theirs.
_SKIPPING = "skipping:"
# The same for one that has to tell of what arrived since a moment, which follows with a space.
_SEEKING = "seeking:"
_OURS = (Folder.SENT, Folder.DRAFTS)
_REMEMBERED_SIZES = 2_000
# Exchange answers about 62 days at most.
_LONGEST_WINDOW = timedelta(days=60)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class EwsMailbox:
    """Fulfils the contract of `mailbox.Mailbox`.

    An item id is Exchange's id and, of drafts and found mails, a space and the change key that SendItem asks for.
    """

    def __init__(self, connection: Connection, address: str) -> None:
        """Raises MailboxRefused when there is no login for this address."""
        self._connection = connection
        self._address = address
        self._account = connection.account(address)
        self._sizes = _Sizes()

    @property
    def address(self) -> str:
        return self._address

    def check(self) -> None:
        self._ask(operations.GetFolder, payloads.get_folders(Folder, self._address), self._connection.deadline())

    def changes(self, folder: Folder, sync_state: str | None, *, since: datetime | None = None) -> Changes:
        if sync_state is None and since is not None:
            return self._seek(folder, since, "")
        if sync_state is not None and sync_state.startswith(_SEEKING):
            begun_at, _, sync_state = sync_state.removeprefix(_SEEKING).partition(" ")
            return self._seek(folder, datetime.fromisoformat(begun_at), sync_state)
        if sync_state is None or sync_state.startswith(_SKIPPING):
            return self._skip_to_the_present(folder, (sync_state or "").removeprefix(_SKIPPING))
        page = self._page(folder, sync_state, self._connection.deadline(), ids_only=False)
        return Changes(created=self._told(page.created), sync_state=page.sync_state, is_last=page.is_last)

    def read(self, item_id: str, *, attachments_up_to: int) -> ReadMail:
        deadline = self._connection.deadline()
        size = self._sizes.of(item_id)
        item = None if size is not None and size <= attachments_up_to else self._parts(item_id, deadline)
        if item is None or all(line.size <= attachments_up_to for line in answers.attachment_lines(item)):
            # MailRefused: Exchange cannot make MIME of this mail, but its properties are still there.
            with suppress(MailRefused):
                return self._read_whole(item_id, attachments_up_to, deadline)
        item = self._parts(item_id, deadline) if item is None else item
        return self._read_in_parts(item_id, item, attachments_up_to, deadline)

    def save_draft(self, mail: OutgoingMail) -> str:
        payload = payloads.create_draft(mail.mime, mail.marker, self._address)
        return answers.item_id(self._ask_item(operations.CreateItem, payload, self._connection.deadline()))

    def send_draft(self, item_id: str) -> None:
        deadline = self._connection.deadline()
        try:
            self._ask(operations.SendItem, payloads.send_draft(item_id, self._address), deadline)
        except ChangeKeyOutdated:
            # Somebody opened or flagged the draft in their mail program.
            touched = self._ask_item(operations.GetItem, payloads.get_key(item_id), deadline)
            payload = payloads.send_draft(answers.item_id(touched), self._address)
            self._ask(operations.SendItem, payload, deadline)

    def find(self, mail: OutgoingMail) -> FoundMail | None:
        deadline = self._connection.deadline()
        for payload in (
            payloads.find_marked(_OURS, self._address, mail.marker),
            payloads.find_message_id(_OURS, self._address, mail.message_id),
        ):
            found = self._ask(operations.FindItem, payload, deadline)
            for folder, answer in zip(_OURS, found, strict=False):
                item = answers.first_item(answer)
                if item is not None:
                    return FoundMail(item_id=answers.item_id(item), folder=folder)
        return None

    def delete_draft(self, item_id: str) -> None:
        try:
            self._ask(operations.DeleteItem, payloads.delete_item(item_id), self._connection.deadline())
        except MailGone:
            return

    def free_busy(
        self, addresses: Sequence[str], begins_at: datetime, ends_at: datetime, *, within: timedelta
    ) -> Mapping[str, tuple[BusyTime, ...]]:
        deadline = self._connection.deadline(within)
        told: dict[str, tuple[BusyTime, ...]] = dict.fromkeys(addresses, ())
        window_at = begins_at
        while window_at < ends_at:
            until = min(ends_at, window_at + _LONGEST_WINDOW)
            payload = payloads.get_user_availability(addresses, window_at, until)
            found = self._ask(operations.GetUserAvailability, payload, deadline)
            if len(found) != len(addresses):
                raise MailServerUnreachable("an answer about others than were asked for")
            for address, answer in zip(addresses, found, strict=True):
                times = answers.busy_times(answer)
                if times is None:
                    told.pop(address, None)
                elif address in told:  # what goes on from the window before was told of there
                    told[address] += _begun(times, window_at if window_at > begins_at else _LONG_AGO)
            window_at = until
        return told

    def _skip_to_the_present(self, folder: Folder, sync_state: str) -> Changes:
        """EWS gives a state only at the end of everything older: ids alone are asked for, page after page.

        In a full mailbox that takes longer than a call may; the state then remembers that it is not there yet.
        """
        deadline = self._connection.deadline()
        pause_at_s = monotonic() + self._connection.server.timeout.total_seconds() / 2
        while True:
            page = self._page(folder, sync_state, deadline, ids_only=True)
            if page.is_last:
                return Changes(created=(), sync_state=page.sync_state, is_last=True)
            if page.sync_state == sync_state:
                raise MailServerUnreachable("a sync that does not advance")
            sync_state = page.sync_state
            if monotonic() > pause_at_s:
                return Changes(created=(), sync_state=_SKIPPING + sync_state, is_last=False)

    def _seek(self, folder: Folder, since: datetime, sync_state: str) -> Changes:
        """A new state tells of the whole folder, in no order that could be relied on: what is older is left out."""
        page = self._page(folder, sync_state, self._connection.deadline(), ids_only=False)
        if not page.is_last and page.sync_state == sync_state:
            raise MailServerUnreachable("a sync that does not advance")
        state = page.sync_state if page.is_last else f"{_SEEKING}{since.isoformat()} {page.sync_state}"
        created = [line for line in page.created if line.arrived_at is None or line.arrived_at >= since]
        return Changes(created=self._told(created), sync_state=state, is_last=page.is_last)

    def _told(self, created: Iterable[answers.ChangeLine]) -> tuple[MailChange, ...]:
        """Oldest first; the sizes are remembered."""
        lines = list(created)
        for line in lines:
            self._sizes.remember(line.change.item_id, line.size)
        return tuple(sorted((line.change for line in lines), key=_sent_at))

    def _page(self, folder: Folder, sync_state: str, deadline: Deadline, *, ids_only: bool) -> answers.Page:
        payload = payloads.sync_items(folder, self._address, sync_state, ids_only=ids_only)
        return answers.read_page(self._ask(operations.SyncFolderItems, payload, deadline)[0])

    def _read_whole(self, item_id: str, attachments_up_to: int, deadline: Deadline) -> ReadMail:
        item = self._ask_item(operations.GetItem, payloads.get_mail(item_id), deadline)
        return read_whole(item, item_id, attachments_up_to)

    def _parts(self, item_id: str, deadline: Deadline) -> _Element:
        return self._ask_item(operations.GetItem, payloads.get_mail_in_parts(item_id), deadline)

    def _read_in_parts(self, item_id: str, item: _Element, attachments_up_to: int, deadline: Deadline) -> ReadMail:
        attachments: list[Attachment] = []
        for line in answers.attachment_lines(item):
            content = None
            if line.size <= attachments_up_to:
                payload = payloads.get_attachment(line.attachment_id)
                content = answers.attachment_content(self._ask(operations.GetAttachment, payload, deadline)[0])
            attachments.append(line.with_content(content))
        return read_in_parts(item, item_id, attachments)

    def _ask_item(self, operation: type[operations.Operation], payload: _Element, deadline: Deadline) -> _Element:
        item = answers.first_item(self._ask(operation, payload, deadline)[0])
        if item is None:
            raise MailServerUnreachable("an answer without an item")
        return item

    def _ask(self, operation: type[operations.Operation], payload: _Element, deadline: Deadline) -> list[_Element]:
        """The response messages, at least one."""
        with self._connection.turn(deadline):
            found = operation(self._account, deadline.left_s()).ask(payload)
        if not found:
            raise MailServerUnreachable("an answer without response messages")
        return found


class _Sizes:
    """The sizes of mails that `changes` told of: each saves `read` a request, forgetting one costs only that."""

    def __init__(self) -> None:
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, item_id: str, size: int) -> None:
        with self._lock:
            self._sizes[item_id] = size
            if len(self._sizes) > _REMEMBERED_SIZES:
                self._sizes.popitem(last=False)

    def of(self, item_id: str) -> int | None:
        """In bytes; None when unknown."""
        with self._lock:
            return self._sizes.get(item_id) or None


def _begun(times: Iterable[BusyTime], since: datetime) -> tuple[BusyTime, ...]:
    return tuple(one for one in times if one.begins_at >= since)


def _sent_at(change: MailChange) -> datetime:
    return change.sent_at or _LONG_AGO
