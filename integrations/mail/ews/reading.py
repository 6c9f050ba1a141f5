"""A mail from Exchange's answer: from its MIME and properties, or from properties alone when it is too large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from lxml.etree import _Element

from integrations.mail.ews import answers
from integrations.mail.message import Address, Attachment, ReadMail
from integrations.mail.mime import MAX_TEXT_CHARACTERS, read_mime
from integrations.mail.words import plain_text

_CALENDAR_TYPES = frozenset({"text/calendar", "application/ics"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_whole(item: _Element, item_id: str, attachments_up_to: int) -> ReadMail:
    """From MIME, corrected by the properties: Exchange rebuilds MIME and leaves blind copies out of it."""
    sent_at = answers.time(item, "DateTimeSent")
    mail = read_mime(
        answers.mime(item),
        item_id=item_id,
        received_at=sent_at or answers.time(item, "DateTimeCreated") or _EPOCH,
        attachments_up_to=attachments_up_to,
    )
    return replace(
        mail,
        message_id=answers.text(item, "InternetMessageId") or mail.message_id,
        sender=mail.sender if mail.sender.mail else _sender(item),
        to=mail.to or answers.addresses(item, "ToRecipients"),
        cc=mail.cc or answers.addresses(item, "CcRecipients"),
        bcc=answers.addresses(item, "BccRecipients") or mail.bcc,
        sent_at=sent_at or mail.sent_at,
        sensitivity=answers.sensitivity(item),
        is_encrypted=mail.is_encrypted or _is_encrypted(item),
    )


def read_in_parts(item: _Element, item_id: str, attachments: Sequence[Attachment]) -> ReadMail:
    """From properties, when the MIME is too large to fetch or Exchange cannot make it."""
    return ReadMail(
        item_id=item_id,
        message_id=answers.text(item, "InternetMessageId"),
        sender=_sender(item),
        to=answers.addresses(item, "ToRecipients"),
        cc=answers.addresses(item, "CcRecipients"),
        bcc=answers.addresses(item, "BccRecipients"),
        subject=answers.text(item, "Subject"),
        text=plain_text(answers.body(item)).strip()[:MAX_TEXT_CHARACTERS],
        sent_at=answers.time(item, "DateTimeSent") or answers.time(item, "DateTimeCreated") or _EPOCH,
        sensitivity=answers.sensitivity(item),
        is_automatic=_is_automatic(item),
        is_encrypted=_is_encrypted(item),
        attachments=tuple(attachments),
        calendars=tuple(
            dict.fromkeys(
                attachment.content
                for attachment in attachments
                if attachment.media_type.lower() in _CALENDAR_TYPES and attachment.content is not None
            )
        ),
        in_reply_to=answers.text(item, "InReplyTo"),
        defects=("ReadInParts",),
    )


def _sender(item: _Element) -> Address:
    return next(iter(answers.addresses(item, "From")), Address(""))


def _is_encrypted(item: _Element) -> bool:
    """[MS-OXOSMIME] 2.1: encrypted and opaquely signed mails share a class, which the MIME tells apart if read."""
    return answers.text(item, "ItemClass").lower() == "ipm.note.smime" and not answers.mime(item)


def _is_automatic(item: _Element) -> bool:
    submitted = answers.header(item, "Auto-Submitted").partition(";")[0].lower()
    return submitted not in {"", "no"} or bool(
        answers.header(item, "X-Auto-Response-Suppress")
        or answers.header(item, "List-Id")
        or answers.header(item, "List-Unsubscribe")
    )
