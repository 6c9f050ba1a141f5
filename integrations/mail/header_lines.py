"""Header lines as bytes (RFC 5322 2.2, 3.4, 3.6; RFC 2047). Whatever could break out of its line is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from integrations.mail.errors import MailMalformed
from integrations.mail.message import Address
from integrations.mail.words import encoded_words

MAX_SUBJECT_CHARACTERS = 500
MAX_NAME_CHARACTERS = 200
# RFC 5322 2.1.1: a line has at most 998 characters and should have at most 78.
_MAX_LINE = 998
_SHORT_LINE = 70
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_DOT_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_ADDRESS = re.compile(rf"({_DOT_ATOM})@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
# Printable ASCII but comma and angle brackets, which end an address in the header.
_URI = re.compile(r"(https?://|mailto:)[!-+\--;=?-~]+")
_TOKEN = re.compile(r"[A-Za-z0-9-]{1,60}")


def subject_line(subject: str) -> bytes:
    """`Subject: …`; a long or non-ASCII subject becomes encoded words. Raises MailMalformed."""
    return b"Subject: " + _unstructured(_checked(subject, "subject", MAX_SUBJECT_CHARACTERS)).encode() + b"\r\n"


def address_line(name: str, addresses: Iterable[Address]) -> bytes:
    """`To: …` and the like, an address a line. Raises MailMalformed."""
    mailboxes = ",\r\n ".join(map(_mailbox, addresses))
    return f"{name}: {mailboxes}\r\n".encode()


def message_id_line(name: str, message_id: str) -> bytes:
    """`Message-ID: <…@…>`, also for In-Reply-To and References. Raises MailMalformed."""
    if not _MESSAGE_ID.fullmatch(message_id) or len(message_id) > 250:
        raise MailMalformed("not a message id")
    return f"{name}: {message_id}\r\n".encode()


def date_line(sent_at: datetime) -> bytes:
    """`Date: …` in UTC."""
    return b"Date: " + format_datetime(sent_at.astimezone(UTC)).encode() + b"\r\n"


def language_line(language: str) -> bytes:
    """`Content-Language: …` (RFC 3282). Raises MailMalformed."""
    if not _TOKEN.fullmatch(language):
        raise MailMalformed("not a language tag")
    return f"Content-Language: {language}\r\n".encode()


def unsubscribe_lines(uris: Sequence[str]) -> bytes:
    """`List-Unsubscribe` on one line (RFC 2369 3.2), with the one-click header when a web address is among them.

    Raises MailMalformed. RFC 8058 section 3 wants https; a local installation without a certificate may use http.
    """
    line = f"List-Unsubscribe: {', '.join(f'<{uri}>' for uri in uris)}"
    if not uris or not all(_URI.fullmatch(uri) for uri in uris) or len(line) > _MAX_LINE:
        raise MailMalformed("not a web or mail address to unsubscribe at, or too long")
    if any(uri.startswith("http") for uri in uris):
        line += "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click"
    return line.encode() + b"\r\n"


def _checked(text: str, what: str, max_characters: int) -> str:
    if len(text) > max_characters:
        raise MailMalformed(f"{what} has more than {max_characters} characters")
    if _CONTROL.search(text):
        raise MailMalformed(f"{what} has a control character")
    return text


def _unstructured(text: str) -> str:
    if text.isascii() and len(text) <= _SHORT_LINE and "=?" not in text and text.strip() == text:
        return text
    return encoded_words(text)


def _mailbox(address: Address) -> str:
    mail = _addr_spec(address.mail)
    name = _checked(address.name, "name", MAX_NAME_CHARACTERS).strip()
    if not name:
        return mail
    if not name.isascii() or len(name) > _SHORT_LINE or "=?" in name:
        return f"{encoded_words(name)}\r\n <{mail}>"
    if not _PHRASE.fullmatch(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{escaped}"'
    return f"{name} <{mail}>"


def _addr_spec(mail: str) -> str:
    """The address in ASCII, its domain by IDNA when need be. RFC 5321 4.5.3.1 bounds its length."""
    if not mail.isascii():
        local, _, domain = mail.rpartition("@")
        try:
            mail = f"{local}@{domain.encode('idna').decode()}"
        except UnicodeError as problem:
            raise MailMalformed("an address with a domain that cannot be") from problem
    match = _ADDRESS.fullmatch(mail)
    if match is None or len(match[1]) > 64 or len(match[2]) > 253:
        raise MailMalformed("an address that cannot be written in a mail")
    return mail
