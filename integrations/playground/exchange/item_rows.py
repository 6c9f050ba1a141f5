"""Between values and rows: a mail's and a calendar entry's columns, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from integrations.playground.exchange.values import Address, Attachment, Event, Mail

_KINDS = {
    "IPM.Schedule.Meeting.Request": "MeetingRequest",
    "IPM.Schedule.Meeting.Canceled": "MeetingCancellation",
    "IPM.Schedule.Meeting.Resp": "MeetingResponse",
    "IPM.Appointment": "CalendarItem",
}


def stamp(moment: datetime) -> str:
    """A time as it is stored and as EWS writes it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """A stored time, aware UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def kind_of(item_class: str) -> str:
    """The EWS element for an item class."""
    for start, kind in _KINDS.items():
        if item_class.startswith(start):
            return kind
    return "Message"


def _pair(person: Address | None) -> list[str] | None:
    return [person.address, person.name] if person else None


def mail_columns(mail: Mail) -> dict[str, object]:
    """The columns of a mail, its attachments and kept MIME apart."""
    size = len(mail.text) + len(mail.html) + len(mail.calendar) + sum(len(file.content) for file in mail.attachments)
    people = {name: [_pair(person) for person in getattr(mail, name)] for name in ("to", "cc", "bcc", "reply_to")}
    return {
        "item_class": mail.item_class,
        "subject": _stored(mail.subject),
        "sender_name": _stored(mail.sender.name) if mail.sender else "",
        "sender_address": _stored(mail.sender.address) if mail.sender else "",
        "message_id": _stored(mail.message_id),
        "in_reply_to": _stored(mail.in_reply_to),
        "refs": _stored(mail.references),
        "sensitivity": mail.sensitivity,
        "importance": mail.importance,
        "has_attachments": any(not file.is_inline for file in mail.attachments),
        "size": size + 1024,
        "sent_at": stamp(mail.sent_at) if mail.sent_at else None,
        "people": json.dumps(people),
        "text": _stored(mail.text),
        "html": _stored(mail.html),
        "calendar": _stored(mail.calendar),
        "headers": json.dumps(mail.headers),
    }


def _stored(text: str) -> str:
    """Text that SQLite and XML can hold: lone surrogates become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def mail_of(row: sqlite3.Row, attachments: tuple[Attachment, ...] = (), mime: bytes | None = None) -> Mail:
    """The mail in a row."""
    people = json.loads(row["people"])
    groups = {name: tuple(Address(*pair) for pair in pairs) for name, pairs in people.items()}
    return Mail(
        sender=Address(row["sender_address"], row["sender_name"]) if row["sender_address"] else None,
        **groups,
        subject=row["subject"],
        text=row["text"],
        html=row["html"],
        calendar=row["calendar"],
        attachments=attachments,
        sensitivity=row["sensitivity"],
        importance=row["importance"],
        message_id=row["message_id"],
        in_reply_to=row["in_reply_to"],
        references=row["refs"],
        sent_at=moment(row["sent_at"]) if row["sent_at"] else None,
        item_class=row["item_class"],
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        mime=mime,
    )


def event_columns(event: Event) -> dict[str, object]:
    """The columns that hold a calendar entry."""
    facts = {
        "uid": event.uid,
        "summary": event.summary,
        "start": _written(event.start),
        "end": _written(event.end),
        "sequence": event.sequence,
        "stamped_at": _written(event.stamped_at) if event.stamped_at else None,
        "recurrence_id": event.recurrence_id,
        "recurrence": event.recurrence,
        "location": event.location,
        "description": event.description,
        "organizer": _pair(event.organizer),
        "attendees": [[*(_pair(person) or ()), status] for person, status in event.attendees],
        "is_cancelled": event.is_cancelled,
        "response": event.response,
        "shows_as": event.shows_as,
        "is_private": event.is_private,
    }
    return {
        "uid": event.uid,
        "recurrence_id": event.recurrence_id,
        "starts_at": stamp(_as_moment(event.start)),
        "ends_at": stamp(_as_moment(event.end)),
        "event": json.dumps(facts),
    }


def event_of(row: sqlite3.Row) -> Event | None:
    """The calendar entry in a row, None for a mail."""
    if row["event"] is None:
        return None
    facts: Mapping[str, object] = json.loads(row["event"])
    return _event(dict(facts))


def _event(facts: dict[str, object]) -> Event:
    text = {name: str(facts[name]) for name in ("uid", "summary", "recurrence_id", "recurrence", "location")}
    organizer = facts["organizer"]
    attendees = facts["attendees"]
    assert isinstance(attendees, list)
    stamped = facts["stamped_at"]
    read = _read(str(stamped)) if stamped else None
    return Event(
        **text,
        start=_read(str(facts["start"])),
        end=_read(str(facts["end"])),
        sequence=int(str(facts["sequence"])),
        stamped_at=read if isinstance(read, datetime) else None,
        description=str(facts["description"]),
        organizer=Address(*organizer) if isinstance(organizer, list) else None,
        attendees=tuple((Address(mail, name), status) for mail, name, status in attendees),
        is_cancelled=bool(facts["is_cancelled"]),
        response=str(facts["response"]),
        shows_as=str(facts.get("shows_as", "Busy")),
        is_private=bool(facts.get("is_private")),
    )


def _written(value: date | datetime) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


def _read(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _as_moment(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)


def insert_attachment(connection: sqlite3.Connection, item: int, file: Attachment) -> int:
    """Stores an attachment of an item. Returns its row."""
    row = connection.execute(
        "INSERT INTO attachment (item, name, media_type, content_id, is_inline, size, content) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (item, _stored(file.name), file.media_type, file.content_id, file.is_inline, len(file.content), file.content),
    ).lastrowid
    assert row is not None
    return row


def insert_extended(connection: sqlite3.Connection, item: int, key: str, values: tuple[str, ...]) -> None:
    """Stores an extended property of an item."""
    rows = [(item, key, position, value) for position, value in enumerate(values)]
    connection.executemany("INSERT INTO extended VALUES (?, ?, ?, ?)", rows)


def attachments_of(connection: sqlite3.Connection, item: int, *, with_content: bool = True) -> tuple[Attachment, ...]:
    """An item's attachments in their order; without content, `size` alone says how large each is."""
    rows = connection.execute(
        "SELECT id, name, media_type, content_id, is_inline, size, CASE WHEN ? THEN content ELSE x'' END "
        "FROM attachment WHERE item = ? ORDER BY id",
        (with_content, item),
    )
    return tuple(
        Attachment(name, kind, body, cid, bool(inline), str(id_), size)
        for id_, name, kind, cid, inline, size, body in rows
    )


def extended_of(connection: sqlite3.Connection, item: int) -> dict[str, tuple[str, ...]]:
    """An item's extended properties by key."""
    found: dict[str, tuple[str, ...]] = {}
    rows = connection.execute("SELECT key, value FROM extended WHERE item = ? ORDER BY key, position", (item,))
    for key, value in rows:
        found[key] = (*found.get(key, ()), value)
    return found


def whole_mail(connection: sqlite3.Connection, row: sqlite3.Row) -> Mail:
    """The mail in a row with its attachments and the MIME that was kept, if any."""
    original = connection.execute("SELECT mime FROM original WHERE item = ?", (row["id"],)).fetchone()
    return mail_of(row, attachments_of(connection, row["id"]), original[0] if original else None)
