"""Exchange's answers as values. Raises MailServerUnreachable where an answer lacks what it must have."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml.etree import _Element

from integrations.mail.errors import MailServerUnreachable
from integrations.mail.ews.operations import NAMESPACES
from integrations.mail.ews.payloads import MARKER_NAME
from integrations.mail.message import Address, Attachment, BusyKind, BusyTime, MailChange, Sensitivity
from integrations.mail.words import one_line

_SENSITIVITIES = {
    "Personal": Sensitivity.PERSONAL,
    "Private": Sensitivity.PRIVATE,
    "Confidential": Sensitivity.CONFIDENTIAL,
}

_BUSY = {"Tentative": BusyKind.TENTATIVE, "Busy": BusyKind.BUSY, "OOF": BusyKind.OUT_OF_OFFICE}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A mail that SyncFolderItems tells of, with its size in bytes (0 when not told) and when it came there."""

    change: MailChange
    size: int
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer to SyncFolderItems: what was created."""

    created: tuple[ChangeLine, ...]
    sync_state: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """An attachment as a mail lists it: everything but its content."""

    attachment_id: str
    name: str
    media_type: str
    size: int
    is_inline: bool

    def with_content(self, content: bytes | None) -> Attachment:
        size = self.size if content is None else len(content)
        return Attachment(
            name=self.name, media_type=self.media_type, content=content, size=size, is_inline=self.is_inline
        )


def read_page(answer: _Element) -> Page:
    """A page of changes; updates, deletions and read flags are left out."""
    created = [item for change in answer.iterfind("m:Changes/t:Create", NAMESPACES) for item in change]
    return Page(
        created=tuple(ChangeLine(_change(item), size_of(item), time(item, "DateTimeReceived")) for item in created),
        sync_state=_required(answer.findtext("m:SyncState", None, NAMESPACES), "sync state"),
        is_last=_text(answer, "m:IncludesLastItemInRange") != "false",
    )


def first_item(answer: _Element) -> _Element | None:
    """The first item in the answer to GetItem, CreateItem or FindItem, None when it has none."""
    for container in answer.iter("{*}Items"):
        for item in container:
            return item
    return None


def item_id(item: _Element) -> str:
    """Our id of an item: Exchange's, a space, the change key that SendItem asks for."""
    found = item.find("t:ItemId", NAMESPACES)
    exchange_id = _required(None if found is None else found.get("Id"), "item id")
    change_key = "" if found is None else found.get("ChangeKey", "")
    return f"{exchange_id} {change_key}".strip()


def mime(item: _Element) -> bytes:
    """The MIME of a mail or of an attached mail, b"" when there is none."""
    return _decoded(item.findtext("t:MimeContent", "", NAMESPACES))


def size_of(item: _Element) -> int:
    """How large an item is, in bytes."""
    return _number(_text(item, "t:Size"))


def text(item: _Element, name: str) -> str:
    """A property's text on one line, "" when missing. `name` is the element's."""
    return one_line(_text(item, f"t:{name}"))


def body(item: _Element) -> str:
    """The body as Exchange converted it."""
    return _text(item, "t:Body")


def header(item: _Element, name: str) -> str:
    """An internet header of a mail that came from outside; mails sent from this mailbox have none."""
    for found in item.iterfind("t:InternetMessageHeaders/t:InternetMessageHeader", NAMESPACES):
        if found.get("HeaderName", "").lower() == name.lower():
            return one_line(found.text or "")
    return ""


def sensitivity(item: _Element) -> Sensitivity:
    """The item's sensitivity; normal when not told."""
    return _SENSITIVITIES.get(_text(item, "t:Sensitivity"), Sensitivity.NORMAL)


def time(item: _Element, name: str) -> datetime | None:
    """A time in UTC, None when missing or senseless."""
    try:
        found = datetime.fromisoformat(_text(item, f"t:{name}"))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def addresses(item: _Element, name: str) -> tuple[Address, ...]:
    """The addresses of a recipients' or sender's property that are SMTP addresses."""
    found = [_address(mailbox) for mailbox in item.iterfind(f"t:{name}/t:Mailbox", NAMESPACES)]
    return tuple(address for address in found if "@" in address.mail)


def attachment_lines(item: _Element) -> Iterator[AttachmentLine]:
    """What is attached: files, and items as mails."""
    for found in item.iterfind("t:Attachments/*", NAMESPACES):
        is_file = found.tag == f"{{{NAMESPACES['t']}}}FileAttachment"
        name = text(found, "Name")
        key = found.find("t:AttachmentId", NAMESPACES)
        yield AttachmentLine(
            attachment_id=_required(None if key is None else key.get("Id"), "attachment id"),
            name=name if is_file else f"{name or 'mail'}.eml",
            media_type=(text(found, "ContentType") or "application/octet-stream") if is_file else "message/rfc822",
            size=_number(_text(found, "t:Size")),
            is_inline=_text(found, "t:IsInline") == "true",
        )


def attachment_content(answer: _Element) -> bytes:
    """The content in an answer to GetAttachment; of an attached item its MIME."""
    for found in answer.iterfind("m:Attachments/*", NAMESPACES):
        content = found.findtext("t:Content", None, NAMESPACES)
        return _decoded(content) if content is not None else b"".join(mime(item) for item in found)
    return b""


def busy_times(answer: _Element) -> tuple[BusyTime, ...] | None:
    """What an answer about one mailbox tells; None when it could not be looked into, or not into single entries."""
    message = answer.find("m:ResponseMessage", NAMESPACES)
    view = _text(answer, "m:FreeBusyView/t:FreeBusyViewType")
    if message is None or message.get("ResponseClass") != "Success" or view in {"", "None", "MergedOnly"}:
        return None
    found = [_busy_time(one) for one in answer.iterfind("m:FreeBusyView/t:CalendarEventArray/*", NAMESPACES)]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.begins_at, one.ends_at)))


def _busy_time(event: _Element) -> BusyTime | None:
    kind, begins_at, ends_at = _BUSY.get(_text(event, "t:BusyType")), time(event, "StartTime"), time(event, "EndTime")
    return BusyTime(begins_at, ends_at, kind) if kind and begins_at and ends_at and begins_at < ends_at else None


def _change(item: _Element) -> MailChange:
    # A change key ages with every flag that somebody sets; reading needs none.
    return MailChange(
        item_id=item_id(item).partition(" ")[0],
        marker=_marker(item),
        sensitivity=sensitivity(item),
        has_attachments=_text(item, "t:HasAttachments") == "true",
        sent_at=time(item, "DateTimeSent"),
        item_class=_text(item, "t:ItemClass"),
    )


def _marker(item: _Element) -> str | None:
    for found in item.iterfind("t:ExtendedProperty", NAMESPACES):
        uri = found.find("t:ExtendedFieldURI", NAMESPACES)
        if uri is not None and uri.get("PropertyName") == MARKER_NAME:
            return found.findtext("t:Value", None, NAMESPACES)
    return None


def _address(mailbox: _Element) -> Address:
    return Address(mail=text(mailbox, "EmailAddress").replace(" ", ""), name=text(mailbox, "Name"))


def _text(element: _Element, path: str) -> str:
    return element.findtext(path, "", NAMESPACES)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _required(found: str | None, what: str) -> str:
    if not found:
        raise MailServerUnreachable(f"an answer without {what}")
    return found


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content)
    except (binascii.Error, ValueError) as problem:
        raise MailServerUnreachable("content that is no base64") from problem
