"""Mails as values: what goes out and what was read. Frozen, free of any provider's types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Folder(StrEnum):
    """The folders that Rapport reads or writes, under the names that every provider can map."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"


class Sensitivity(StrEnum):
    """RFC 4021 2.1.55 `Sensitivity`; Exchange's own property of the same name."""

    NORMAL = "normal"
    PERSONAL = "personal"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of RFC 5322 3.4: `name` may be empty, `mail` is as written (compare with `folded`)."""

    mail: str
    name: str = ""

    @property
    def folded(self) -> str:
        """For comparison only: case does not distinguish two people in practice."""
        return self.mail.strip().casefold()


class BusyKind(StrEnum):
    """How sure a calendar is of its entry. What is free all the same, or worked elsewhere, is no busy time."""

    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "out_of_office"


@dataclass(frozen=True, slots=True)
class BusyTime:
    """From when until when an entry of somebody's calendar takes their time, in UTC. Never what it is."""

    begins_at: datetime
    ends_at: datetime
    kind: BusyKind


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail. `content` is None when it was too large to fetch (`size` says how large, in bytes)."""

    name: str
    media_type: str
    content: bytes | None
    size: int
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail to hand over: `mime` is complete (RFC 5322, CRLF), `marker` recognises it afterwards in the mailbox.

    A server such as Exchange keeps properties rather than MIME, so headers may be lost: the marker is set as a
    property of the saved draft, and `message_id` (with angle brackets) is the second clue.
    """

    marker: str
    message_id: str
    mime: bytes


@dataclass(frozen=True, slots=True)
class FoundMail:
    """Where a mail of ours stands now. `item_id` is the provider's own and changes when the mail moves."""

    item_id: str
    folder: Folder


@dataclass(frozen=True, slots=True)
class MailChange:
    """One line of an incremental read: enough to decide whether the whole mail is worth fetching.

    `marker` is the one Rapport set when it sent this mail itself, else None. `item_id` is the provider's.
    """

    item_id: str
    marker: str | None
    sensitivity: Sensitivity
    has_attachments: bool
    sent_at: datetime | None
    item_class: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What came into a folder since `sync_state` was last stored: oldest first, possibly empty.

    Store `sync_state` in the same transaction as what was made of the changes. `is_last` is False when the
    server has more to give at once. Deleted and changed items are not reported: Rapport does not follow them.
    """

    created: tuple[MailChange, ...]
    sync_state: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail as read, from the server's properties and MIME. Times are aware UTC; texts are plain Unicode.

    `message_id` is with angle brackets, "" when the mail has none. `text` is the plain text (made from HTML when there
    is no other), at most 200,000 characters. `calendars` are the text/calendar parts as bytes, each once.
    `defects` names what was broken (for the log), never content.
    """

    item_id: str
    message_id: str
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    subject: str
    text: str
    sent_at: datetime
    sensitivity: Sensitivity
    is_automatic: bool
    is_encrypted: bool
    attachments: tuple[Attachment, ...]
    calendars: tuple[bytes, ...]
    in_reply_to: str
    defects: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[Address, ...]:
        return (*self.to, *self.cc, *self.bcc)
