"""Mails as the mail page shows them: a line in the list, and the whole in the reading pane, as JSON values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from integrations.playground.exchange.composing import body_of, written
from integrations.playground.exchange.meeting_cards import meeting_card
from integrations.playground.exchange.safe_html import document
from integrations.playground.exchange.unsubscribing import way_out
from integrations.playground.exchange.values import Address, Attachment, Item, Mail

Json = dict[str, object]

SNIPPET_CHARACTERS = 140


def line(item: Item, zone: ZoneInfo) -> Json:
    """One row of a folder's list."""
    mail = item.mail
    return {
        "id": item.id,
        "change_key": item.change_key,
        "is_read": item.is_read,
        "is_draft": item.is_draft,
        "from": _address(mail.sender),
        "to": [_address(found) for found in mail.to],
        "subject": mail.subject,
        "snippet": " ".join(body_of(mail).split())[:SNIPPET_CHARACTERS],
        "at": _wall(item.received_at, zone),
        "is_invitation": bool(mail.calendar),
        "attachments": sum(not attachment.is_inline for attachment in mail.attachments),
        "sensitivity": mail.sensitivity,
    }


def whole(item: Item, pictures: Iterable[Attachment], entries: Iterable[Item], zone: ZoneInfo) -> Json:
    """Everything about a mail. `pictures` are its inline attachments with content, `entries` the reader's calendar."""
    mail = item.mail
    card = meeting_card(mail.calendar, entries, zone=zone) if mail.calendar else None
    leaving = way_out(mail)
    return line(item, zone) | {
        "cc": [_address(found) for found in mail.cc],
        "text": body_of(mail),
        "html": document(mail.html, pictures) if mail.html else "",
        "files": [_file(attachment) for attachment in mail.attachments if not attachment.is_inline],
        "meeting": asdict(card) if card else None,
        "unsubscribe": asdict(leaving) if leaving else None,
    }


def form_of_draft(item: Item) -> Json:
    """The mail form filled with a draft."""
    mail = item.mail
    return {
        "id": item.id,
        "to": written(mail.to),
        "cc": written(mail.cc),
        "subject": mail.subject,
        "body": body_of(mail),
        "sensitivity": mail.sensitivity,
        "files": [_file(attachment) for attachment in mail.attachments],
    }


def form_of_reply(item: Item, zone: ZoneInfo) -> Json:
    """The mail form filled for an answer: to whom the mail asks, its words quoted below."""
    mail = item.mail
    to = mail.reply_to or ((mail.sender,) if mail.sender else ())
    return {
        "answers": item.id,
        "to": written(to),
        "cc": "",
        "subject": mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}",
        "body": _quoted(mail, item.received_at.astimezone(zone)),
        "sensitivity": mail.sensitivity,
        "files": [],
    }


def _quoted(mail: Mail, at: datetime) -> str:
    name = (mail.sender.name or mail.sender.address) if mail.sender else "Somebody"
    quote = "\n".join(f"> {line}".rstrip() for line in body_of(mail).splitlines())
    return f"\n\nOn {at:%d/%m/%Y %H:%M}, {name} wrote:\n{quote}"


def _address(address: Address | None) -> Json:
    if address is None:
        return {"name": "(no sender)", "mail": ""}
    return {"name": address.name or address.address, "mail": address.address}


def _file(attachment: Attachment) -> Json:
    return {
        "id": attachment.id,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size or len(attachment.content),
    }


def _wall(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")
