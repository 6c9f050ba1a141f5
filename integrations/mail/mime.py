"""A mail's bytes as a value. What real mailboxes hold is often broken: nothing here raises for any input."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime

from integrations.mail.message import Address, ReadMail, Sensitivity
from integrations.mail.parts import Part, parts_of
from integrations.mail.rich_text import text_from_html
from integrations.mail.words import header_text, one_line, plain_text

MAX_TEXT_CHARACTERS = 200_000
_MAX_HEADER_CHARACTERS = 200_000
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,980}>")
_ENCRYPTED_TYPES = frozenset(
    {"multipart/encrypted", "application/pgp-encrypted", "application/x-microsoft-rpmsg-message"}
)
_PKCS7_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SENSITIVITIES = {
    "personal": Sensitivity.PERSONAL,
    "private": Sensitivity.PRIVATE,
    "company-confidential": Sensitivity.CONFIDENTIAL,
    "confidential": Sensitivity.CONFIDENTIAL,
}


def read_mime(raw: bytes, *, item_id: str, received_at: datetime, attachments_up_to: int) -> ReadMail:
    """The mail in `raw`. `received_at` stands in for a Date header that is missing or senseless.

    Attachments above `attachments_up_to` bytes come without content. A body that cannot be read is an empty text;
    what was broken stands in `defects`.
    """
    defects: set[str] = set()
    message = _parsed(raw, defects)
    headers = Headers(message)
    parts = list(parts_of(message, defects))
    text = _text(parts)
    message_id = headers.message_id("message-id")
    if not message_id:
        defects.add("NoMessageId")
    sent_at = headers.date()
    if sent_at is None:
        defects.add("NoDate")
    return ReadMail(
        item_id=item_id,
        message_id=message_id,
        sender=next(iter(headers.addresses("from") or headers.addresses("sender")), Address("")),
        to=headers.addresses("to"),
        cc=headers.addresses("cc"),
        bcc=headers.addresses("bcc"),
        subject=headers.text("subject"),
        text=text,
        sent_at=sent_at or received_at,
        sensitivity=_SENSITIVITIES.get(headers.text("sensitivity").lower(), Sensitivity.NORMAL),
        is_automatic=headers.say_automatic(),
        is_encrypted=_is_encrypted(message, parts, text),
        attachments=tuple(part.as_attachment(attachments_up_to) for part in parts if part.is_attachment),
        calendars=tuple(dict.fromkeys(part.content for part in parts if part.is_calendar)),
        in_reply_to=headers.message_id("in-reply-to"),
        defects=tuple(sorted(defects)),
    )


def _parsed(raw: bytes, defects: set[str]) -> Message:
    try:
        return email.message_from_bytes(raw)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        # Hundreds of nested multiparts exhaust the parser; the headers alone still say whose mail it is.
        defects.add("NotParsed")
        return BytesHeaderParser().parsebytes(raw.partition(b"\r\n\r\n")[0])


class Headers:
    """The headers of a mail by lower-case name, as broken as they came (bytes above 127 as surrogate escapes)."""

    def __init__(self, message: Message) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            self._values.setdefault(name.lower(), []).append(str(value)[:_MAX_HEADER_CHARACTERS])

    def text(self, name: str) -> str:
        """The first such header, decoded; "" when there is none."""
        values = self._values.get(name)
        return header_text(values[0]) if values else ""

    def addresses(self, name: str) -> tuple[Address, ...]:
        """All addresses of all headers of this name that have an @, in order (RFC 5322 3.4, groups dissolved)."""
        found: list[Address] = []
        for value in self._values.get(name, ()):
            found += _addresses(value)
        return tuple(found)

    def message_id(self, name: str) -> str:
        """The first message id with its angle brackets (added when they were forgotten); "" when there is none."""
        value = self.text(name)
        match = _MESSAGE_ID.search(value)
        if match:
            return match[0]
        bare = value.strip("<> ").partition(" ")[0]
        return f"<{bare}>" if bare else ""

    def date(self) -> datetime | None:
        """The Date header in UTC; None when it is missing or senseless."""
        try:
            sent_at = parsedate_to_datetime(self.text("date"))
            if sent_at.tzinfo is None:
                # RFC 5322 3.3: `-0000` says UTC without saying where the sender is.
                sent_at = sent_at.replace(tzinfo=UTC)
            sent_at = sent_at.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
        return sent_at if sent_at.year >= 1970 else None

    def say_automatic(self) -> bool:
        """Whether a machine wrote this mail: RFC 3834 section 5, RFC 2919, and what Exchange and old programs set."""
        submitted = self.text("auto-submitted").partition(";")[0].strip().lower()
        return (
            submitted not in {"", "no"}
            or self.text("precedence").lower() in {"bulk", "junk", "list", "auto_reply"}
            or self.text("return-path") == "<>"
            or self.text("content-type").lower().startswith("multipart/report")
            or any(
                name in self._values
                for name in ("x-auto-response-suppress", "x-autoreply", "x-autorespond", "list-id", "list-unsubscribe")
            )
        )


def _addresses(value: str) -> Iterator[Address]:
    try:
        pairs = getaddresses([value])
    except (ValueError, IndexError, AttributeError, TypeError, RecursionError):
        # The parser of the standard library gives up on some input (unbalanced or deeply nested comments).
        pairs = [("", found) for found in re.findall(r"[^\s<>,;:()\"]+@[^\s<>,;:()\"]+", value)]
    for name, mail in pairs:
        address = one_line(header_text(mail)).replace(" ", "")
        if "@" in address:
            yield Address(mail=address, name=header_text(name))


def _text(parts: list[Part]) -> str:
    """The plain text parts, else what the HTML parts say."""
    plain = "\n".join(part.text() for part in parts if part.is_body("text/plain")).strip()
    if not plain:
        plain = "\n".join(text_from_html(part.text()) for part in parts if part.is_body("text/html")).strip()
    return plain_text(plain)[:MAX_TEXT_CHARACTERS]


def _is_encrypted(message: Message, parts: list[Part], text: str) -> bool:
    """RFC 8551 section 3 (S/MIME, not what is only signed), RFC 3156 (PGP/MIME), PGP inline, Microsoft's RPMSG."""
    if text.startswith("-----BEGIN PGP MESSAGE-----") or message.get_content_type() in _ENCRYPTED_TYPES:
        return True
    return any(
        part.media_type in _ENCRYPTED_TYPES or (part.media_type in _PKCS7_TYPES and part.smime_type != "signed-data")
        for part in parts
    )
