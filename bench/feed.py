"""A feed of 10,000 entries, against icalendar building and writing the same events.

What the web answers when nothing changed (304, nothing built) is no work of the feed; here an unchanged feed is joined.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from integrations.calendar.entry import Entry
from integrations.calendar.event import zones_of
from integrations.calendar.feed import feed, fragment

SIZE = 10_000
REPETITIONS = 3
_ZONES = (ZoneInfo("Europe/Brussels"), ZoneInfo("America/Toronto"))
_STAMPED_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def rows() -> list[dict[str, Any]]:
    """Medians in milliseconds, floor and values taken in turn; `ratio` is value / floor."""
    entries = [_entry(number) for number in range(SIZE)]
    cache = {entry.uid: fragment(entry) for entry in entries}
    zones = frozenset().union(*map(zones_of, entries))
    work: dict[str, Callable[[int], bytes]] = {
        "floor": lambda _: _by_icalendar(entries),
        "first build": lambda _: _first_build(entries),
        "rebuild after one changed": lambda turn: _rebuild(cache, zones, entries[turn]),
        "unchanged, joined": lambda _: _joined(cache, zones),
    }
    times: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(REPETITIONS):
        for name, do in work.items():
            times[name].append(_milliseconds(do, turn))
    aims = {"first build": 1.5, "rebuild after one changed": 0.05, "unchanged, joined": 0.05}
    return [_row(name, median(times[name]), median(times["floor"]), aim) for name, aim in aims.items()]


def _row(name: str, value: float, floor: float, aim: float) -> dict[str, Any]:
    return {
        "name": f"feed: {name}",
        "value": round(value, 3),
        "floor": round(floor, 3),
        "ratio": round(value / floor, 5),
        "aim": aim,
        "unit": "ms",
        "size": SIZE,
    }


def _milliseconds(do: Callable[[int], bytes], turn: int) -> float:
    begin = perf_counter()
    calendar = do(turn)
    spent = perf_counter() - begin
    assert calendar.count(b"BEGIN:VEVENT\r\n") == SIZE
    return spent * 1000


def _entry(number: int) -> Entry:
    zone = _ZONES[number % len(_ZONES)]
    starts = datetime(2026, 1, 1, 8, tzinfo=zone) + timedelta(hours=number % 9, days=number % 400)
    is_all_day = number % 10 == 0
    first = date(2026, 1, 1) + timedelta(days=number % 400)
    return Entry(
        uid=f"action-{number}@rapport.example",
        sequence=number % 3,
        stamped_at=_STAMPED_AT,
        created_at=_STAMPED_AT - timedelta(days=30),
        changed_at=_STAMPED_AT,
        starts=first if is_all_day else starts,
        ends=first + timedelta(days=1) if is_all_day else starts + timedelta(hours=1),
        title=f"Visite · Brasserie Dupont {number}",
        place=f"Rue du Moulin {number % 200}, Tournai",
        notes="À discuter : prix 2027, échantillons\nReporté de la visite du 3 septembre ; appeler Els avant",
        categories=("Visite",),
    )


def _first_build(entries: list[Entry]) -> bytes:
    zones = frozenset().union(*map(zones_of, entries))
    return feed("Anna", map(fragment, entries), zones, refresh=timedelta(hours=1))


def _rebuild(cache: dict[str, bytes], zones: frozenset[str], changed: Entry) -> bytes:
    moved = replace(changed, sequence=changed.sequence + 1, place="Ailleurs")
    cache[moved.uid] = fragment(moved)
    return _joined(cache, zones | zones_of(moved))


def _joined(cache: dict[str, bytes], zones: frozenset[str]) -> bytes:
    return feed("Anna", cache.values(), zones, refresh=timedelta(hours=1))


def _by_icalendar(entries: list[Entry]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Rapport//Rapport//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Anna")
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.stamped_at)
    event.add("sequence", entry.sequence)
    event.add("created", entry.created_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends)
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("description", entry.notes)
    event.add("categories", list(entry.categories))
    event.add("status", "CONFIRMED")
    event.add("class", "PUBLIC")
    event.add("transp", "OPAQUE")
    event.add("x-microsoft-cdo-busystatus", "BUSY")
    event.add("x-microsoft-cdo-alldayevent", "TRUE" if entry.is_all_day else "FALSE")
    return event
