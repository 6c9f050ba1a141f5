"""What a client may set on a mail: each element of a Message that the server keeps, as a change of the mail."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from integrations.playground.exchange import soap
from integrations.playground.exchange.accounts import Mangling
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.extended import key_of
from integrations.playground.exchange.mime_in import KEPT_HEADERS, parse
from integrations.playground.exchange.soap import Element
from integrations.playground.exchange.values import Address, Attachment, Mail

_MESSAGE_FLAGS = "tag/0x0e07/Integer"  # PidTagMessageFlags, the one way to create an item that is no draft
_UNSENT = 8
_READ = 1


@dataclass(slots=True)
class Written:
    """An item as it is being put together from a request."""

    mail: Mail = field(default_factory=Mail)
    extended: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_read: bool | None = None
    is_draft: bool = True


def written_from(element: Element, mangling: Mangling) -> Written:
    """The item in a Message element: its MIME first, the other properties over it. Raises EwsError."""
    written = Written()
    mime = soap.find(element, "t:MimeContent")
    if mime is not None:
        written.mail = parse(decoded(mime), mangling)
    for name, child in soap.children(element):
        if name != "t:MimeContent":
            set_field(written, name, child, mangling)
    return written


def decoded(element: Element) -> bytes:
    """Base64 content. Raises ErrorMimeContentInvalidBase64String."""
    try:
        return b64decode("".join((element.text or "").split()), validate=True)
    except ValueError as problem:
        raise EwsError("ErrorMimeContentInvalidBase64String", "The content is not valid base64.") from problem


def set_field(written: Written, name: str, element: Element, mangling: Mangling) -> None:
    """Sets what one child element of a Message says. Raises ErrorInvalidPropertySet for what can't be set."""
    text = element.text or ""
    if name == "t:ExtendedProperty":
        _set_extended(written, element)
    elif name == "t:IsRead":
        written.is_read = text.strip() in {"true", "1"}
    elif name == "t:InternetMessageHeaders":
        _set_headers(written, element, mangling)
    elif name in _SIMPLE:
        written.mail = _SIMPLE[name](written.mail, text)
    elif name in _PEOPLE:
        people = tuple(_mailbox(box) for box in soap.find_all(element, "t:Mailbox"))
        written.mail = _PEOPLE[name](written.mail, people)
    elif name in _SPECIAL:
        written.mail = _SPECIAL[name](written.mail, element)
    elif name not in _IGNORED:
        raise EwsError("ErrorInvalidPropertySet", f"{name} can't be set.")


def clear_field(written: Written, uri: str) -> None:
    """Removes a property. Raises ErrorInvalidPropertyDelete for what can't be removed."""
    name = "t:" + uri.partition(":")[2]
    if name in _SIMPLE and name not in {"t:ItemClass", "t:Sensitivity", "t:Importance"}:
        written.mail = _SIMPLE[name](written.mail, "")
    elif name in _PEOPLE:
        written.mail = _PEOPLE[name](written.mail, ())
    elif name == "t:Body":
        written.mail = replace(written.mail, text="", html="")
    else:
        raise EwsError("ErrorInvalidPropertyDelete", f"{uri} can't be deleted.")


def attachment_from(element: Element) -> Attachment:
    """The attachment in a FileAttachment or ItemAttachment element. Raises EwsError."""
    name = soap.text(element, "t:Name", "attachment")
    mime = soap.find(element, "t:Message/t:MimeContent")
    if mime is not None:
        return Attachment(name, "message/rfc822", decoded(mime))
    content = soap.find(element, "t:Content")
    if content is None:
        raise EwsError("ErrorInvalidAttachmentType", "Only files and mails with MIME can be attached.")
    return Attachment(
        name,
        soap.text(element, "t:ContentType") or "application/octet-stream",
        decoded(content),
        soap.text(element, "t:ContentId"),
        soap.text(element, "t:IsInline").strip() in {"true", "1"},
    )


def _set_extended(written: Written, element: Element) -> None:
    path = soap.find(element, "t:ExtendedFieldURI")
    assert path is not None, "the grammar demands it"
    key = key_of({str(name): str(value) for name, value in path.attrib.items()})
    values = tuple(value.text or "" for value in element.iter(f"{{{soap.T}}}Value"))
    if key == _MESSAGE_FLAGS:
        flags = soap.number(values[0])
        written.is_draft = bool(flags & _UNSENT)
        written.is_read = bool(flags & _READ)
    else:
        written.extended[key] = values


def _set_headers(written: Written, element: Element, mangling: Mangling) -> None:
    headers = [(str(each.get("HeaderName")), each.text or "") for each in element]
    kept = [pair for pair in headers if pair[0].lower() in KEPT_HEADERS or not mangling.drops_unknown_headers]
    written.mail = replace(written.mail, headers=(*written.mail.headers, *kept))


def _mailbox(element: Element) -> Address:
    return Address(soap.text(element, "t:EmailAddress").strip(), soap.text(element, "t:Name"))


def _sender(mail: Mail, element: Element) -> Mail:
    box = soap.find(element, "t:Mailbox")
    return mail if box is None else replace(mail, sender=_mailbox(box))


def _body(mail: Mail, element: Element) -> Mail:
    text = element.text or ""
    if element.get("BodyType") == "HTML":
        return replace(mail, html=text, text="")
    return replace(mail, text=text, html="")


def _files(mail: Mail, element: Element) -> Mail:
    return replace(mail, attachments=(*mail.attachments, *(attachment_from(child) for child in element)))


_SIMPLE: dict[str, Callable[[Mail, str], Mail]] = {
    "t:ItemClass": lambda mail, text: replace(mail, item_class=text),
    "t:Subject": lambda mail, text: replace(mail, subject=text),
    "t:Sensitivity": lambda mail, text: replace(mail, sensitivity=text),
    "t:Importance": lambda mail, text: replace(mail, importance=text),
    "t:InReplyTo": lambda mail, text: replace(mail, in_reply_to=text),
    "t:InternetMessageId": lambda mail, text: replace(mail, message_id=text),
    "t:References": lambda mail, text: replace(mail, references=text),
}
_PEOPLE: dict[str, Callable[[Mail, tuple[Address, ...]], Mail]] = {
    "t:ToRecipients": lambda mail, people: replace(mail, to=people),
    "t:CcRecipients": lambda mail, people: replace(mail, cc=people),
    "t:BccRecipients": lambda mail, people: replace(mail, bcc=people),
    "t:ReplyTo": lambda mail, people: replace(mail, reply_to=people),
}
_SPECIAL: dict[str, Callable[[Mail, Element], Mail]] = {
    "t:From": _sender,
    "t:Sender": _sender,
    "t:Body": _body,
    "t:Attachments": _files,
}
# Settable on Exchange and without effect on anything this server does.
_IGNORED = frozenset(
    {
        "t:Categories", "t:ReminderDueBy", "t:ReminderIsSet", "t:ReminderMinutesBeforeStart", "t:Culture", "t:Flag",
        "t:IsReadReceiptRequested", "t:IsDeliveryReceiptRequested", "t:IsResponseRequested", "t:ConversationIndex",
    }
)  # fmt: skip
