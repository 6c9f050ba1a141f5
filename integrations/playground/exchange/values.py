"""Mails, stored items and calendar entries as values: what goes into the server and what the pages read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of RFC 5322 3.4."""

    address: str
    name: str = ""

    @property
    def key(self) -> str:
        return self.address.strip().casefold()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or an attached mail. `id` is "" until stored; `content` is b"" in listings (`size` is always right)."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""
    is_inline: bool = False
    id: str = ""
    size: int = 0

    @property
    def is_item(self) -> bool:
        """An attached mail, which EWS shows as an item rather than a file."""
        return self.media_type == "message/rfc822"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as properties. `sent_at` is its Date; `headers` are the other internet headers that are kept, in order.

    `calendar` is the body part of type text/calendar, "" without one; `mime` the mail as it came, where that is kept.
    """

    sender: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    calendar: str = ""
    attachments: tuple[Attachment, ...] = ()
    sensitivity: str = "Normal"
    importance: str = "Normal"
    message_id: str = ""
    in_reply_to: str = ""
    references: str = ""
    sent_at: datetime | None = None
    item_class: str = "IPM.Note"
    headers: tuple[tuple[str, str], ...] = ()
    mime: bytes | None = None

    @property
    def recipients(self) -> tuple[Address, ...]:
        return (*self.to, *self.cc, *self.bcc)


@dataclass(frozen=True, slots=True)
class Event:
    """A calendar entry. `start` and `end` are dates when it lasts whole days (`end` exclusive), else aware times.

    `response` is the owner's answer: Organizer, Accept, Tentative, Decline or NoResponseReceived. `recurrence_id` is ""
    for a series or a single event, else the original start of the occurrence as in the message.
    `attendees` pairs each address with its PARTSTAT as known to the owner. `shows_as` is what it makes of the owner's
    time once it is accepted, as EWS spells it: Free, Busy, OOF, …
    """

    uid: str
    summary: str
    start: date | datetime
    end: date | datetime
    sequence: int = 0
    stamped_at: datetime | None = None
    recurrence_id: str = ""
    recurrence: str = ""
    location: str = ""
    description: str = ""
    organizer: Address | None = None
    attendees: tuple[tuple[Address, str], ...] = ()
    is_cancelled: bool = False
    response: str = "NoResponseReceived"
    shows_as: str = "Busy"
    is_private: bool = False

    @property
    def free_busy(self) -> str:
        """How its time stands, as EWS spells it: what was not answered is tentative."""
        if self.is_cancelled or self.response == "Decline" or self.shows_as == "Free":
            return "Free"
        return self.shows_as if self.response in {"Accept", "Organizer"} else "Tentative"

    @property
    def is_all_day(self) -> bool:
        return not isinstance(self.start, datetime)


@dataclass(frozen=True, slots=True)
class Item:
    """What stands in a folder. `id` changes when it moves, `change_key` whenever it changes.

    `folder` is the distinguished name ("inbox", "sentitems", …) or the folder's id. `extended` maps an extended
    property's key (`extended.py`) to its values; only the owner sees them.
    """

    id: str
    change_key: str
    folder: str
    mail: Mail
    is_read: bool
    is_draft: bool
    size: int
    created_at: datetime
    received_at: datetime
    modified_at: datetime
    event: Event | None = None
    extended: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FolderView:
    """A folder of a mailbox with its counts. `name` is shown to the owner, in their language."""

    id: str
    distinguished: str
    name: str
    total: int
    unread: int


@dataclass(frozen=True, slots=True)
class Departure:
    """A mail that left a mailbox: one row per recipient. `outcome` is delivered, bounced or outside."""

    sender: str
    recipient: str
    message_id: str
    subject: str
    outcome: str
    left_at: datetime
    mime: bytes
