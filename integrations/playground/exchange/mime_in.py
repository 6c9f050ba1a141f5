"""MIME to properties, forgiving as Exchange is: whatever arrives becomes a mail, however broken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice

from integrations.playground.exchange.accounts import Mangling
from integrations.playground.exchange.calendar_text import method_of, rewritten
from integrations.playground.exchange.values import Address, Attachment, Mail

# Headers that have a property of their own in Exchange, apart from those that `parse` names.
KEPT_HEADERS = frozenset(
    {
        "auto-submitted", "list-unsubscribe", "list-unsubscribe-post", "list-id", "list-help", "return-path",
        "thread-topic", "thread-index", "x-auto-response-suppress", "disposition-notification-to", "content-language",
    }
)  # fmt: skip
_OWN = frozenset(
    {
        "from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references",
        "sensitivity", "importance", "x-priority", "priority", "mime-version", "content-type",
        "content-transfer-encoding", "content-disposition", "content-id", "content-description", "content-class",
    }
)  # fmt: skip
_SENSITIVITIES = {"personal": "Personal", "private": "Private", "company-confidential": "Confidential"}
_IMPORTANCES = {"high": "High", "low": "Low", "1": "High", "2": "High", "4": "Low", "5": "Low"}
_CLASSES = {
    "REQUEST": "IPM.Schedule.Meeting.Request",
    "CANCEL": "IPM.Schedule.Meeting.Canceled",
    "ACCEPTED": "IPM.Schedule.Meeting.Resp.Pos",
    "TENTATIVE": "IPM.Schedule.Meeting.Resp.Tent",
    "DECLINED": "IPM.Schedule.Meeting.Resp.Neg",
}
_MAX_PARTS = 500


class _RawHeaders(Compat32):
    """Headers as they came: the library's own reading replaces every byte that is not ASCII."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_RAW = _RawHeaders(linesep="\r\n")


def parse(mime: bytes, mangling: Mangling) -> Mail:
    """The mail's properties. Never raises: what can't be read is left out or taken as text."""
    message = message_from_bytes(mime, policy=_RAW)
    parts = _Parts(mangling)
    parts.take(message, mime)
    headers = tuple(
        (name, text_of(value))
        for name, value in message.items()
        if name.lower() not in _OWN and (name.lower() in KEPT_HEADERS or not mangling.drops_unknown_headers)
    )
    sender = addresses(message, "From") or addresses(message, "Sender")
    return Mail(
        sender=sender[0] if sender else None,
        to=addresses(message, "To"),
        cc=addresses(message, "Cc"),
        bcc=addresses(message, "Bcc"),
        reply_to=addresses(message, "Reply-To"),
        subject=header(message, "Subject"),
        text=parts.text,
        html=parts.html,
        calendar=parts.calendar,
        attachments=tuple(parts.attachments),
        sensitivity=_SENSITIVITIES.get(header(message, "Sensitivity").lower(), "Normal"),
        importance=_IMPORTANCES.get(
            (header(message, "Importance") or header(message, "X-Priority")[:1]).lower(), "Normal"
        ),
        message_id=header(message, "Message-ID"),
        in_reply_to=header(message, "In-Reply-To"),
        references=header(message, "References"),
        sent_at=_date(header(message, "Date")),
        item_class=_item_class(message, parts.calendar),
        headers=headers,
        mime=mime if mangling.keeps_mime else None,
    )


class _Parts:
    """Collects a message's bodies and attachments, part by part."""

    def __init__(self, mangling: Mangling) -> None:
        self.mangling = mangling
        self.text = ""
        self.html = ""
        self.calendar = ""
        self.attachments: list[Attachment] = []

    def take(self, message: Message, mime: bytes) -> None:
        if message.get_content_type() == "multipart/signed":
            # Exchange keeps a clear-signed mail whole, as one attachment: any change would break its signature.
            for part in islice(_leaves(message), _MAX_PARTS):
                self._take_leaf(part, keeps_files=False)
            self.attachments.append(Attachment("smime.p7m", "multipart/signed", _entity(message, mime)))
            return
        for part in islice(_leaves(message), _MAX_PARTS):
            self._take_leaf(part)

    def _take_leaf(self, part: Message, *, keeps_files: bool = True) -> None:
        kind = part.get_content_type()
        is_file = part.get_content_disposition() == "attachment" or bool(part.get_filename())
        if kind == "text/plain" and not is_file and not self.text:
            self.text = _decoded(part)
        elif kind == "text/html" and not is_file and not self.html:
            self.html = _decoded(part)
        elif kind == "text/calendar" and not self.calendar and part.get_param("method") and not part.is_multipart():
            text = _decoded(part)
            self.calendar = rewritten(text) if self.mangling.rewrites_calendars else text
        elif keeps_files:
            self.attachments.append(self._file(part, kind))

    def _file(self, part: Message, kind: str) -> Attachment:
        content = _content(part)
        content_id = header(part, "Content-ID").strip("<>")
        is_inline = part.get_content_disposition() == "inline" or bool(content_id and kind.startswith("image/"))
        name = text_of(part.get_filename() or "") or _default_name(kind, part)
        return Attachment(name[:255], kind, content, content_id, is_inline)


def _leaves(message: Message) -> Iterator[Message]:
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _leaves(part)
    else:
        yield message


def _content(part: Message) -> bytes:
    if part.is_multipart():  # message/rfc822 and message/delivery-status hold messages rather than bytes
        inner = part.get_payload()
        parts = inner if isinstance(inner, list) else []
        return b"\r\n".join(each.as_bytes(policy=_RAW) for each in parts if isinstance(each, Message))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decoded(part: Message) -> str:
    payload = _content(part)
    charset = str(part.get_param("charset") or "utf-8")
    try:
        text = payload.decode(charset, "replace")
    except (LookupError, ValueError):
        text = payload.decode("utf-8", "replace")
    return text.replace("\r\n", "\n")


def _entity(message: Message, mime: bytes) -> bytes:
    """The body as it came, to the byte, under the header line that says what it is."""
    kind = f"Content-Type: {message['Content-Type']}".encode("ascii", "replace")
    _, _, body = mime.partition(b"\r\n\r\n" if b"\r\n\r\n" in mime else b"\n\n")
    return kind + b"\r\n\r\n" + body


def _default_name(kind: str, part: Message) -> str:
    if kind == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        return header(first, "Subject") if isinstance(first, Message) else "mail"
    return {"text/calendar": "invite.ics", "application/pkcs7-mime": "smime.p7m"}.get(kind, "attachment")


def _item_class(message: Message, calendar: str) -> str:
    kind = message.get_content_type()
    if kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        return "IPM.Note.SMIME"
    if kind == "multipart/signed":
        return "IPM.Note.SMIME.MultipartSigned"
    if kind == "multipart/report" and message.get_param("report-type") == "delivery-status":
        return "REPORT.IPM.Note.NDR"
    return _CLASSES.get(method_of(calendar), "IPM.Note") if calendar else "IPM.Note"


def text_of(value: object) -> str:
    """A header as Unicode on one line: encoded words decoded, raw bytes guessed as UTF-8."""
    text = str(value)
    if not text.isascii():
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if "=?" in text:
        try:
            text = str(make_header(decode_header(text)))
        except (HeaderParseError, LookupError, ValueError):
            return " ".join(text.split())
    return " ".join(text.split()) if ("\n" in text or "\r" in text or "\t" in text) else text.strip()


def header(message: Message, name: str) -> str:
    """One header as text, "" without it."""
    value = message.get(name)
    return "" if value is None else text_of(value)


def addresses(message: Message, name: str) -> tuple[Address, ...]:
    """The addresses of all headers of that name; entries without an address are dropped."""
    values = [_unfolded(value) for value in message.get_all(name, [])]
    return tuple(Address(mail.strip(), text_of(called)) for called, mail in getaddresses(values) if "@" in mail)


def _unfolded(value: object) -> str:
    text = str(value)
    if not text.isascii():
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return text.replace("\r", "").replace("\n", "")


def _date(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
