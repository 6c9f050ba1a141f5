"""Mails as bytes: RFC 5322 headers over a MIME body that is built once and filled per recipient.

Building MIME is the cost of a mailing: `prepare` does it once per mailing and language, and each mail then only
encodes its own headers and texts. A single mail goes the same way.
"""

from __future__ import annotations

import binascii
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from integrations.mail import header_lines
from integrations.mail.errors import MailMalformed
from integrations.mail.message import Address, Attachment, OutgoingMail

# RFC 2045 6.8: encoded lines have at most 76 characters.
_BASE64_LINE = 76
_AUTOMATIC = b"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n"
_MAX_FILE_NAME_CHARACTERS = 255
# RFC 6838 4.2
_MEDIA_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}")


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iTIP message to carry along: `method` is the METHOD within `content` (RFC 6047 2.4)."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """A mail to many with holes for what differs. Make it with `prepare`.

    `pieces` are the MIME body cut at its holes: one for the plain text and, when `has_html`, one for the HTML.
    """

    fixed_headers: bytes
    pieces: tuple[bytes, ...]
    has_html: bool

    def mail(
        self,
        *,
        marker: str,
        message_id: str,
        to: Sequence[Address],
        subject: str,
        text: str,
        html: str | None,
        sent_at: datetime,
        in_reply_to: str = "",
        unsubscribe: Sequence[str] = (),
    ) -> OutgoingMail:
        """One recipient's mail. `unsubscribe` are its web and mailto addresses. Raises MailMalformed."""
        if not to or (html is not None) != self.has_html:
            raise MailMalformed("a mail needs a recipient, and HTML as often as it was prepared with it")
        headers = (
            self.fixed_headers,
            header_lines.date_line(sent_at),
            header_lines.message_id_line("Message-ID", message_id),
            header_lines.address_line("To", to),
            header_lines.subject_line(subject),
            _reply_lines(in_reply_to) if in_reply_to else b"",
            header_lines.unsubscribe_lines(unsubscribe) if unsubscribe else b"",
        )
        texts = (_base64_text(text),) if html is None else (_base64_text(text), _base64_text(html))
        filled = [self.pieces[0]]
        for content, piece in zip(texts, self.pieces[1:], strict=True):
            filled += (content, piece)
        return OutgoingMail(marker=marker, message_id=message_id, mime=b"".join((*headers, *filled)))


def prepare(
    *,
    sender: Address,
    has_html: bool,
    attachments: Sequence[Attachment] = (),
    calendar: CalendarPart | None = None,
    language: str | None = None,
    is_automatic: bool = False,
    is_private: bool = False,
) -> Prepared:
    """What the mails of one mailing and language share. `is_automatic` asks other machines not to answer (RFC 3834).

    `is_private` asks the reader's program to keep the mail from whoever looks after their mailbox (RFC 4021 2.1.55).
    Raises MailMalformed.
    """
    texts = 2 if has_html else 1
    # In the order in which the parts stand in the body: texts, then the calendar's two, then the files.
    known = [calendar.content, calendar.content] if calendar else []
    known += [_file_content(attachment) for attachment in attachments]
    holes = [f"hole-{secrets.token_hex(16)}".encode() for _ in range(texts + len(known))]
    cut = _cut(_body(holes, attachments, calendar, has_html=has_html).as_bytes(policy=SMTP), holes)
    end = b"".join(
        part for content, piece in zip(known, cut[texts + 1 :], strict=True) for part in (_base64(content), piece)
    )
    pieces = (*cut[:texts], cut[texts] + end)
    fixed = header_lines.address_line("From", (sender,))
    fixed += header_lines.language_line(language) if language else b""
    fixed += _AUTOMATIC if is_automatic else b""
    fixed += b"Sensitivity: Private\r\n" if is_private else b""
    return Prepared(fixed_headers=fixed, pieces=pieces, has_html=has_html)


def compose(
    *,
    marker: str,
    message_id: str,
    sender: Address,
    to: Sequence[Address],
    subject: str,
    text: str,
    html: str | None = None,
    sent_at: datetime,
    attachments: Sequence[Attachment] = (),
    calendar: CalendarPart | None = None,
    language: str | None = None,
    is_automatic: bool = False,
    is_private: bool = False,
    in_reply_to: str = "",
    unsubscribe: Sequence[str] = (),
) -> OutgoingMail:
    """One complete mail: multipart/mixed { alternative { plain, html, calendar }, files }, as little of it as needed.

    `sent_at` is the Date header. Raises MailMalformed.
    """
    prepared = prepare(
        sender=sender,
        has_html=html is not None,
        attachments=attachments,
        calendar=calendar,
        language=language,
        is_automatic=is_automatic,
        is_private=is_private,
    )
    return prepared.mail(
        marker=marker,
        message_id=message_id,
        to=to,
        subject=subject,
        text=text,
        html=html,
        sent_at=sent_at,
        in_reply_to=in_reply_to,
        unsubscribe=unsubscribe,
    )


def _body(
    holes: Sequence[bytes], attachments: Sequence[Attachment], calendar: CalendarPart | None, *, has_html: bool
) -> EmailMessage:
    """The MIME structure with a hole for every content. The standard library takes seconds over large ones.

    Base64 throughout: no line is too long, no boundary can occur within a part.
    """
    waiting = iter(holes)
    message = EmailMessage(policy=SMTP)
    _add_text(message.set_content, next(waiting), "plain")
    if has_html:
        _add_text(message.add_alternative, next(waiting), "html")
    if calendar is not None:
        _add_calendar(message, calendar.method, next(waiting), next(waiting))
    for attachment in attachments:
        _add_file(message, attachment, next(waiting))
    return message


def _cut(body: bytes, holes: Sequence[bytes]) -> list[bytes]:
    """What stands before, between and after the holes."""
    pieces: list[bytes] = []
    for hole in holes:
        before, found, body = body.partition(_base64(hole))
        assert found, "the standard library encodes base64 in other lines than we do"
        pieces.append(before)
    return [*pieces, body]


def _add_text(add: Callable[..., None], hole: bytes, subtype: str) -> None:
    add(hole, maintype="text", subtype=subtype, params={"charset": "utf-8"})


def _add_calendar(message: EmailMessage, method: str, in_body: bytes, in_file: bytes) -> None:
    """Twice: Outlook and Gmail read the alternative, others only the attached file (RFC 6047 2.4)."""
    if not method.isascii() or not method.isalpha():
        raise MailMalformed("not an iTIP method")
    params = {"method": method, "charset": "UTF-8"}
    message.add_alternative(in_body, maintype="text", subtype="calendar", params=params)
    message.add_attachment(in_file, maintype="application", subtype="ics", filename="invite.ics")


def _add_file(message: EmailMessage, attachment: Attachment, hole: bytes) -> None:
    name = attachment.name
    if not name or len(name) > _MAX_FILE_NAME_CHARACTERS or not name.isprintable():
        raise MailMalformed("an attachment whose name is empty, too long or has a control character")
    if not _MEDIA_TYPE.fullmatch(attachment.media_type):
        raise MailMalformed("an attachment without a media type")
    maintype, _, subtype = attachment.media_type.partition("/")
    if maintype in {"multipart", "message"}:
        # RFC 2046 5.2.1: these may not be in base64, and a file is handed on byte for byte.
        maintype, subtype = "application", "octet-stream"
    message.add_attachment(hole, maintype=maintype, subtype=subtype, filename=name)


def _file_content(attachment: Attachment) -> bytes:
    if attachment.content is None:
        raise MailMalformed("an attachment without content")
    return attachment.content


def _reply_lines(in_reply_to: str) -> bytes:
    line = header_lines.message_id_line("In-Reply-To", in_reply_to)
    return line + header_lines.message_id_line("References", in_reply_to)


def _base64_text(text: str) -> bytes:
    """The text with CRLF line ends and one at its end, in base64."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n") + "\n"
    try:
        return _base64(lines.replace("\n", "\r\n").encode())
    except UnicodeEncodeError as problem:
        raise MailMalformed("a text with half a character") from problem


def _base64(content: bytes) -> bytes:
    """In lines with CRLF; nothing for nothing."""
    encoded = binascii.b2a_base64(content, newline=False)
    lines = [encoded[start : start + _BASE64_LINE] for start in range(0, len(encoded), _BASE64_LINE)]
    return b"\r\n".join([*lines, b""])
