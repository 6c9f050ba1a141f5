"""The calendar message inside a mail, as the card above it says: what, when, where, who, and what may be answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from integrations.playground.calendar.occurrences import wall_times
from integrations.playground.exchange.itip_read import read
from integrations.playground.exchange.values import Address, Event, Item

_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


@dataclass(frozen=True, slots=True)
class Attendee:
    """`answer` is a PARTSTAT of RFC 5545 3.2.12, "" for the organiser."""

    mail: str
    name: str
    answer: str


@dataclass(frozen=True, slots=True)
class MeetingCard:
    """`method` is RFC 5546's. `starts` and `ends` are ISO wall times in `zone`; of whole days dates, the end exclusive.

    `response` is the reader's answer so far, as Exchange names it. What was replaced or cancelled since cannot be
    answered any more: `outdated` then says so.
    """

    method: str
    title: str
    starts: str
    ends: str
    is_all_day: bool
    zone: str
    repeats: str
    place: str
    notes: str
    organizer: Attendee | None
    attendees: tuple[Attendee, ...]
    response: str
    outdated: str
    can_answer: bool


def meeting_card(calendar_text: str, entries: Iterable[Item], *, zone: ZoneInfo) -> MeetingCard | None:
    """The card of a text/calendar part, None when it cannot be read. `entries` is the reader's own calendar."""
    message = read(calendar_text)
    if message is None or not message.events:
        return None
    event = message.events[0]
    known = _known(event, entries)
    outdated = _outdated(event, known) if message.method == "REQUEST" else ""
    starts, ends, is_all_day = wall_times(event, zone)
    return MeetingCard(
        method=message.method,
        title=event.summary,
        starts=starts,
        ends=ends,
        is_all_day=is_all_day,
        zone=zone.key,
        repeats=_repeats(event.recurrence),
        place=event.location,
        notes=event.description,
        organizer=_attendee(event.organizer, "") if event.organizer else None,
        attendees=tuple(_attendee(address, answer) for address, answer in event.attendees),
        response=known.response if known and not outdated else "",
        outdated=outdated,
        can_answer=message.method == "REQUEST" and not outdated,
    )


def _known(event: Event, entries: Iterable[Item]) -> Event | None:
    """What the reader's calendar holds for the same meeting, or the same occurrence of it."""
    held = (entry.event for entry in entries if entry.event)
    return next((one for one in held if (one.uid, one.recurrence_id) == (event.uid, event.recurrence_id)), None)


def _outdated(event: Event, known: Event | None) -> str:
    if known is None:
        return ""
    if known.is_cancelled and known.sequence >= event.sequence:
        return "This meeting was cancelled since."
    return "A newer version of this invitation has arrived." if known.sequence > event.sequence else ""


def _repeats(rule: str) -> str:
    """An RRULE in a few words, "" without one."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    unit = _UNITS.get(parts.get("FREQ", ""))
    if unit is None:
        return ""
    interval = parts.get("INTERVAL", "1")
    return f"every {unit}" if interval == "1" else f"every {interval} {unit}s"


def _attendee(address: Address, answer: str) -> Attendee:
    return Attendee(address.address, address.name or address.address, answer)
