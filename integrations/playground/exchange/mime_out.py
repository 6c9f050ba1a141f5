"""Properties to MIME, as Exchange builds it on reading: parts in its own order, known headers only (RFC 5322, 2045)."""

from __future__ import annotations

import hashlib
import re
from base64 import encodebytes
from collections.abc import Iterable
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr

from integrations.playground.exchange.calendar_text import value_of
from integrations.playground.exchange.values import Address, Attachment, Mail

_SENSITIVITY = {"Personal": "personal", "Private": "private", "Confidential": "company-confidential"}
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 _.,;()+&@#-]*")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]+")


def build(mail: Mail, *, with_bcc: bool = True) -> bytes:
    """The mail as MIME with CRLF line ends. A mail whose MIME was kept comes back as it came (less Bcc when asked)."""
    if mail.mime is not None:
        return mail.mime if with_bcc else without_bcc(mail.mime)
    head = _headers(mail, with_bcc=with_bcc)
    kind, body = _body(mail)
    return head + kind + b"\r\n" + body


def without_bcc(mime: bytes) -> bytes:
    """The same bytes without the Bcc header lines."""
    head, blank, body = mime.partition(b"\r\n\r\n" if b"\r\n\r\n" in mime else b"\n\n")
    return re.sub(rb"(?im)^bcc:.*(?:\r?\n[ \t].*)*\r?\n", b"", head + b"\n")[:-1] + blank + body


def _headers(mail: Mail, *, with_bcc: bool) -> bytes:
    lines = [
        _line("From", _people([mail.sender] if mail.sender else [])),
        _line("To", _people(mail.to)),
        _line("CC", _people(mail.cc)),
        _line("BCC", _people(mail.bcc) if with_bcc else ""),
        _line("Reply-To", _people(mail.reply_to)),
        _line("Subject", _encoded(mail.subject)),
        _line("Date", _stamp(mail.sent_at)),
        _line("Message-ID", _clean(mail.message_id)),
        _line("In-Reply-To", _clean(mail.in_reply_to)),
        _line("References", _clean(mail.references)),
        _line("Sensitivity", _SENSITIVITY.get(mail.sensitivity, "")),
        _line("Importance", "" if mail.importance == "Normal" else mail.importance.lower()),
        *(_line(name, _encoded(value)) for name, value in mail.headers),
        "MIME-Version: 1.0\r\n",
    ]
    return "".join(lines).encode("ascii", "replace")


def _line(name: str, value: str) -> str:
    return f"{name}: {value}\r\n" if value else ""


def _clean(value: str) -> str:
    return _UNSAFE.sub(" ", value)


def _encoded(value: str) -> str:
    clean = _clean(value)
    return clean if clean.isascii() and "=?" not in clean else _as_words(clean)


def _as_words(text: str) -> str:
    """As encoded words (RFC 2047)."""
    return Header(text.encode("utf-8", "replace").decode(), "utf-8", maxlinelen=76).encode(linesep="\r\n")


def _people(people: Iterable[Address]) -> str:
    return ",\r\n ".join(_person(person) for person in people)


def _person(person: Address) -> str:
    mail = _clean(person.address).encode("ascii", "replace").decode()
    return formataddr((_clean(person.name).encode("utf-8", "replace").decode(), mail))


def _stamp(moment: datetime | None) -> str:
    return format_datetime(moment) if moment else ""


def _body(mail: Mail) -> tuple[bytes, bytes]:
    """The Content-* header lines of the whole mail, and its body."""
    if mail.item_class.startswith("IPM.Note.SMIME") and mail.attachments:
        return _secured(mail.attachments[-1])
    inline = [file for file in mail.attachments if file.is_inline and file.content_id and mail.html]
    files = [file for file in mail.attachments if file not in inline]
    bodies = [_text("plain", mail.text)] if mail.text or not mail.html else []
    if mail.html:
        html = _text("html", mail.html)
        bodies.append(_multipart("related", [html, *map(_file, inline)]) if inline else html)
    if mail.calendar:
        method = value_of(mail.calendar, "METHOD").upper() or "REQUEST"
        bodies.append(_part(f"text/calendar; charset=utf-8; method={_clean(method)}", mail.calendar.encode()))
    main = bodies[0] if len(bodies) == 1 else _multipart("alternative", bodies)
    if mail.item_class.startswith("REPORT."):
        return _multipart("report; report-type=delivery-status", [main, *map(_file, files)])
    return _multipart("mixed", [main, *map(_file, sorted(files, key=_by_name))]) if files else main


def _by_name(file: Attachment) -> str:
    return file.name


def _secured(file: Attachment) -> tuple[bytes, bytes]:
    if file.media_type == "multipart/signed":
        head, _, body = file.content.partition(b"\r\n\r\n")
        return head + b"\r\n", body
    return _part(f'{_clean(file.media_type)}; smime-type=enveloped-data; name="smime.p7m"', file.content)


def _text(subtype: str, text: str) -> tuple[bytes, bytes]:
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n")
    if lines.isascii() and all(len(line) < 900 for line in lines.split("\r\n")):
        body = lines.encode() + (b"" if lines.endswith("\r\n") else b"\r\n")
        return f"Content-Type: text/{subtype}; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n".encode(), body
    return _part(f"text/{subtype}; charset=utf-8", lines.encode("utf-8", "replace"))


def _part(kind: str, content: bytes, *more: str) -> tuple[bytes, bytes]:
    head = "".join(f"{line}\r\n" for line in (f"Content-Type: {kind}", *more, "Content-Transfer-Encoding: base64"))
    return head.encode("ascii", "replace"), encodebytes(content).replace(b"\n", b"\r\n")


def _file(file: Attachment) -> tuple[bytes, bytes]:
    name = _encoded_name(file.name)
    if file.media_type in {"message/rfc822", "message/delivery-status"}:  # RFC 2046 5.2.1 forbids base64 here
        head = f"Content-Type: {file.media_type}\r\nContent-Transfer-Encoding: 8bit\r\n"
        return head.encode(), re.sub(rb"\r?\n", b"\r\n", file.content) + b"\r\n"
    extra = [f"Content-Disposition: {'inline' if file.is_inline else 'attachment'}; filename={name}"]
    if file.content_id:
        extra.append(f"Content-ID: <{_clean(file.content_id)}>")
    return _part(f"{_clean(file.media_type)}; name={name}", file.content, *extra)


def _encoded_name(name: str) -> str:
    """A file name as a parameter's value; what readers would unquote twice goes as encoded words, as Outlook does."""
    clean = _clean(name)
    return f'"{clean if _PLAIN_NAME.fullmatch(clean) else _as_words(clean)}"'


def _multipart(subtype: str, parts: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    digest = hashlib.blake2b(digest_size=12)
    for head, body in parts:
        digest.update(head)
        digest.update(body[:65536])
    boundary = f"_{len(parts):03d}_{digest.hexdigest()}_"
    mark = boundary.encode()
    chunks = [b"--" + mark + b"\r\n" + head + b"\r\n" + body + b"\r\n" for head, body in parts]
    kind, _, parameters = subtype.partition(";")
    more = f";{parameters}" if parameters else ""
    head = f'Content-Type: multipart/{kind}{more};\r\n boundary="{boundary}"\r\n'.encode()
    return head, b"".join([*chunks, b"--", mark, b"--\r\n"])
