"""Entries and people that the calendar tests share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from integrations.calendar.entry import Attendee, Entry, Organizer

BRUSSELS = ZoneInfo("Europe/Brussels")
TORONTO = ZoneInfo("America/Toronto")
TOKYO = ZoneInfo("Asia/Tokyo")
STAMPED_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

ANNA = Organizer("anna@office.example", "Anna Claes")
ELS = Attendee("els@dupont.example", "Els Peeters")
BRAM = Attendee("bram@office.example", "Bram")

VISIT = Entry(
    uid="action-7@rapport.example",
    sequence=0,
    stamped_at=STAMPED_AT,
    starts=datetime(2026, 11, 26, 14, tzinfo=BRUSSELS),
    ends=datetime(2026, 11, 26, 15, tzinfo=BRUSSELS),
    title="Visite Brasserie Dupont",
    place="Rue du Moulin 12, Tournai",
    notes="À discuter : prix 2027 ; échantillons\nAppeler avant",
)
FAIR = replace(VISIT, uid="action-8@rapport.example", starts=date(2027, 2, 26), ends=date(2027, 3, 2), title="Salon")


def visit(**changes: Any) -> Entry:
    return replace(VISIT, **changes)


def unfolded(calendar: bytes) -> list[str]:
    return calendar.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def read_back(calendar: bytes) -> Any:
    """The one event as icalendar reads it, which must find no fault."""
    (event,) = Calendar.from_ical(calendar).walk("VEVENT")
    assert event.errors == []
    return event
