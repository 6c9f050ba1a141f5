"""An iTIP message (RFC 5546) read into events, with the icalendar library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from integrations.playground.exchange.values import Address, Event

_BUSY = {"OOF": "OOF", "TENTATIVE": "Tentative"}


@dataclass(frozen=True, slots=True)
class Message:
    """A METHOD and the events it is about."""

    method: str
    events: tuple[Event, ...]


def read(text: str) -> Message | None:
    """The message in a text/calendar part, None when it is none."""
    try:
        calendar = Calendar.from_ical(text)
        events = tuple(_event(component) for component in calendar.walk("VEVENT"))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):  # what icalendar raises for broken input
        return None
    return Message(str(calendar.get("METHOD", "")).upper(), events)


def _event(component: Any) -> Event:  # icalendar types a property as any of thirty value classes
    start = _moment(component["DTSTART"].dt)
    stamped = component.get("DTSTAMP")
    stamped_at = _moment(stamped.dt) if stamped is not None else None
    rule = component.get("RRULE")
    original = component.get("RECURRENCE-ID")
    return Event(
        uid=str(component["UID"]),
        summary=str(component.get("SUMMARY", "")),
        start=start,
        end=_end(component, start),
        sequence=int(component.get("SEQUENCE", 0)),
        stamped_at=stamped_at if isinstance(stamped_at, datetime) else None,
        recurrence_id=_moment(original.dt).isoformat() if original is not None else "",
        recurrence=rule.to_ical().decode() if rule is not None else "",
        location=str(component.get("LOCATION", "")),
        description=str(component.get("DESCRIPTION", "")),
        organizer=_person(component.get("ORGANIZER")),
        attendees=tuple(
            (person, str(each.params.get("PARTSTAT", "NEEDS-ACTION")).upper())
            for each in _several(component.get("ATTENDEE"))
            if (person := _person(each)) is not None
        ),
        is_cancelled=str(component.get("STATUS", "")).upper() == "CANCELLED",
        shows_as=_shows_as(component),
        is_private=str(component.get("CLASS", "")).upper() in {"PRIVATE", "CONFIDENTIAL"},
    )


def _shows_as(component: Any) -> str:
    """Outlook's own property ([MS-OXCICAL] 2.1.3.1.1.20.31), else TRANSP."""
    written = str(component.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    is_free = written == "FREE" or (not written and str(component.get("TRANSP", "")).upper() == "TRANSPARENT")
    return "Free" if is_free else _BUSY.get(written, "Busy")


def _end(component: Any, start: date | datetime) -> date | datetime:
    """DTEND, else DTSTART plus DURATION, else RFC 5545 3.6.1's defaults: the day, or no time at all."""
    if "DTEND" in component:
        return _moment(component["DTEND"].dt)
    if "DURATION" in component:
        duration: timedelta = component["DURATION"].dt
        return start + duration
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _moment(value: date | datetime) -> date | datetime:
    """Floating times are taken in Brussels, where the playground's people live."""
    if not isinstance(value, datetime):
        return value
    return (value if value.tzinfo else value.replace(tzinfo=ZoneInfo("Europe/Brussels"))).astimezone(UTC)


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _person(value: object) -> Address | None:
    if value is None:
        return None
    params = getattr(value, "params", {})
    text = str(value)
    mail = text[7:] if text.lower().startswith("mailto:") else text
    return Address(mail, str(params.get("CN", "")))
