"""The parts of a MIME mail (RFC 2045 to 2047, 2183, 2231), read leniently."""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from functools import cached_property

from integrations.mail.message import Attachment
from integrations.mail.words import header_text, is_known_charset, one_line, text_of

_MAX_DEPTH = 50
_MAX_NAME_CHARACTERS = 255
_CALENDAR_TYPES = frozenset({"text/calendar", "application/ics"})
# What the standard library's parser is known to raise on headers that are not what they should be.
_PARSER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, AssertionError, binascii.Error)


@dataclass(frozen=True)
class Part:
    """One leaf of a mail: a body, a calendar, a file, or a whole attached mail."""

    message: Message
    media_type: str
    disposition: str
    name: str

    @property
    def is_attachment(self) -> bool:
        """A file: neither a text to read nor a calendar that belongs to the mail itself."""
        if self.disposition == "attachment" or self.name:
            return True
        return self.media_type not in {"text/plain", "text/html"} | _CALENDAR_TYPES

    @property
    def is_calendar(self) -> bool:
        return self.media_type in _CALENDAR_TYPES

    def is_body(self, media_type: str) -> bool:
        return self.media_type == media_type and not self.is_attachment

    @property
    def smime_type(self) -> str:
        """RFC 8551 3.2.2: `enveloped-data`, `signed-data`, …; "" when not given."""
        return _parameter(self.message, "smime-type").lower()

    @cached_property
    def content(self) -> bytes:
        """The decoded bytes; of an attached mail its own source."""
        try:
            if self.message.is_multipart():
                return b"".join(inner.as_bytes() for inner in self.message.get_payload() if isinstance(inner, Message))
            decoded = self.message.get_payload(decode=True)
        except (*_PARSER_ERRORS, RecursionError):
            decoded = None
        return decoded if isinstance(decoded, bytes) else b""

    def text(self) -> str:
        return text_of(self.content, _parameter(self.message, "charset"))

    def as_attachment(self, content_up_to: int) -> Attachment:
        """The file, without content when it has more than `content_up_to` bytes."""
        size = len(self.content)
        return Attachment(
            name=self.name or "mail.eml" if self.media_type == "message/rfc822" else self.name,
            media_type=self.media_type,
            content=self.content if size <= content_up_to else None,
            size=size,
            is_inline=self.disposition == "inline" or (self.disposition == "" and "content-id" in self.message),
        )


def parts_of(message: Message, defects: set[str], depth: int = 0) -> Iterator[Part]:
    """The leaves in order; names of what is broken are added to `defects`. Attached mails are not looked into."""
    defects.update(type(defect).__name__ for defect in message.defects)
    media_type = message.get_content_type()
    if not message.is_multipart() or message.get_content_maintype() == "message":
        yield _leaf(message, media_type, defects)
        return
    if depth == _MAX_DEPTH:
        defects.add("TooDeep")
        return
    for inner in message.get_payload():
        if isinstance(inner, Message):
            yield from parts_of(inner, defects, depth + 1)


def _leaf(message: Message, media_type: str, defects: set[str]) -> Part:
    charset = _parameter(message, "charset")
    if charset and not is_known_charset(charset):
        defects.add("UnknownCharset")
    try:
        disposition = (message.get_content_disposition() or "").strip()
    except _PARSER_ERRORS:
        disposition = ""
    return Part(message=message, media_type=one_line(media_type)[:100], disposition=disposition, name=_name(message))


def _name(message: Message) -> str:
    """The file name as its sender saw it, "" when there is none (RFC 2183 2.3, RFC 2231, RFC 2047 all the same)."""
    try:
        name = message.get_filename("")
    except _PARSER_ERRORS:
        return ""
    return header_text(str(name))[:_MAX_NAME_CHARACTERS]


def _parameter(message: Message, name: str) -> str:
    """A parameter of Content-Type, decoded (RFC 2231 section 4); "" when missing."""
    try:
        value = message.get_param(name, "")
        if isinstance(value, tuple):
            value = text_of(str(value[2]).encode("latin-1", "replace"), value[0])
    except _PARSER_ERRORS:
        return ""
    return str(value).strip()
