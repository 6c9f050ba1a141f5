"""What stands in a calendar between two days: recurring entries expanded, times in the reader's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Event
from recurring_ical_events import CalendarQuery

from integrations.playground.calendar.fetching import parsed


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One entry on the page. `starts` and `ends` are ISO 8601 wall times in the reader's zone, the end exclusive.

    For an all-day entry both are dates. `key` stays the same as long as the entry does.
    """

    key: str
    title: str
    starts: str
    ends: str
    is_all_day: bool
    place: str
    notes: str
    link: str
    is_cancelled: bool


@lru_cache(maxsize=64)
def occurrences(body: str, *, first_on: date, until_on: date, zone: ZoneInfo) -> tuple[Occurrence, ...]:
    """The entries that touch the days from `first_on` up to, not including, `until_on`, by start.

    Raises fetching.NotACalendar. A series with a rule that cannot be followed is left out.
    """
    window = (datetime.combine(first_on, time.min, zone), datetime.combine(until_on, time.min, zone))
    found = (_occurrence(event, zone) for event in _query(body).between(*window))
    return tuple(sorted(found, key=lambda entry: (entry.starts, entry.title)))


@lru_cache(maxsize=32)
def _query(body: str) -> CalendarQuery:
    return recurring_ical_events.of(parsed(body), skip_bad_series=True)


def _occurrence(event: Event, zone: ZoneInfo) -> Occurrence:
    starts, ends, is_all_day = wall_times(event, zone)
    return Occurrence(
        key=f"{event.get('UID', '')}/{starts}",
        title=str(event.get("SUMMARY", "")) or "(no title)",
        starts=starts,
        ends=ends,
        is_all_day=is_all_day,
        place=str(event.get("LOCATION", "")),
        notes=str(event.get("DESCRIPTION", "")),
        link=_link(str(event.get("URL", ""))),
        is_cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
    )


class Timed(Protocol):
    """An entry's times: dates when it lasts whole days, the end exclusive."""

    @property
    def start(self) -> date | datetime: ...

    @property
    def end(self) -> date | datetime: ...


def wall_times(event: Timed, zone: ZoneInfo) -> tuple[str, str, bool]:
    """Start and end as `Occurrence` has them, and whether these are whole days."""
    start, end = event.start, event.end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return start.isoformat(), max(end, start + timedelta(days=1)).isoformat(), True
    return _wall(start, zone), _wall(end, zone), False


def _wall(at: datetime, zone: ZoneInfo) -> str:
    """A floating time (RFC 5545 3.3.5, form 1) is the reader's own wall time."""
    local = at.astimezone(zone) if at.tzinfo else at
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def _link(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""
