"""A mailbox's calendar as iCalendar text, for the calendar page to read like any other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import icalendar

from integrations.playground.exchange.values import Event, Item


def calendar_text(entries: Iterable[Item], zone: ZoneInfo) -> str:
    """The entries with their times in `zone`, so that a series keeps its hour over a clock change.

    What the owner declined is left out, as mail programs do.
    """
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Playground//Mailbox//EN")
    for entry in entries:
        if entry.event and entry.event.response != "Decline":
            calendar.add_component(component_of(entry.event, zone))
    written: bytes = calendar.to_ical()
    return written.decode()


def component_of(event: Event, zone: ZoneInfo) -> icalendar.Event:
    """One entry, its times in `zone`."""
    component = icalendar.Event()
    component.add("UID", event.uid)
    component.add("DTSTAMP", event.stamped_at or datetime(2000, 1, 1, tzinfo=UTC))
    component.add("DTSTART", _in_zone(event.start, zone))
    component.add("DTEND", _in_zone(event.end, zone))
    component.add("SUMMARY", event.summary)
    component.add("LOCATION", event.location)
    component.add("DESCRIPTION", event.description)
    component.add("SEQUENCE", event.sequence)
    if event.recurrence:
        component.add("RRULE", icalendar.vRecur.from_ical(event.recurrence))
    if event.recurrence_id:
        component.add("RECURRENCE-ID", _in_zone(_original(event.recurrence_id), zone))
    if event.is_cancelled:
        component.add("STATUS", "CANCELLED")
    return component


def _original(written: str) -> date | datetime:
    return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)


def _in_zone(moment: date | datetime, zone: ZoneInfo) -> date | datetime:
    return moment.astimezone(zone) if isinstance(moment, datetime) else moment
