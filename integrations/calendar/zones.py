"""Time zones as VTIMEZONE (RFC 5545 3.6.5), and the zones that other programs name.

Classic Outlook reads one STANDARD and one DAYLIGHT with a yearly "second Sunday of March" rule, and no list of dates
([MS-OXCICAL] 2.1.3.1.1.19.2). The rule in force ends a zone's TZif data as a POSIX string (RFC 9636 3.3): only that
is written, no history. So there are zones that are not written at all (Cairo's rule is "the day after the last
Thursday"), and times at which a written zone is wrong (Toronto before 2007, Casablanca during Ramadan):
`is_written_rightly` tells, and what it refuses is written in UTC.
"""

from __future__ import annotations

import re
import struct
import zoneinfo
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from integrations.calendar import lines

_NAME, _TIME, _CHANGE = r"(<[^>]+>|[A-Za-z]{3,})", r"([-+]?\d+(?::\d+){0,2})", r",M(\d+)\.([1-5])\.([0-6])"
_FOOTER = re.compile(rf"{_NAME}{_TIME}(?:{_NAME}{_TIME}?{_CHANGE}(?:/{_TIME})?{_CHANGE}(?:/{_TIME})?)?")
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_FIRST_YEAR = 1970


@dataclass(frozen=True, slots=True)
class _Change:
    """A yearly change of the clock: the `week`th (5: last) `weekday` (0: Sunday) of `month`, at `time` by the clock."""

    month: int
    week: int
    weekday: int
    time: timedelta

    @property
    def rule(self) -> str:
        nth = -1 if self.week == 5 else self.week
        return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={nth}{_DAYS[self.weekday]}"

    @property
    def first(self) -> datetime:
        start = datetime(_FIRST_YEAR, self.month, 1)  # noqa: DTZ001  (a wall time, as RFC 5545 3.6.5 wants)
        day = 1 + (self.weekday - start.isoweekday()) % 7 + 7 * (self.week - 1)
        return start.replace(day=day if day <= monthrange(_FIRST_YEAR, self.month)[1] else day - 7) + self.time


@dataclass(frozen=True, slots=True)
class _Season:
    """A part of the year: its name, its offset from UTC, and the change that begins it (None: it never ends)."""

    name: str
    offset: timedelta
    begins: _Change | None = None


def vtimezone(key: str) -> bytes | None:
    """The VTIMEZONE of an IANA zone; None when its times are written in UTC (see the module)."""
    written = _written(key)
    return written[0] if written else None


def is_written_rightly(moment: datetime) -> bool:
    """Whether every reader of TZID with our VTIMEZONE finds this instant.

    Never in the hour that an autumn night has twice: RFC 5545 3.3.5 means the first, libical and ical.js the second.
    """
    zone = moment.tzinfo
    written = _written(zone.key) if isinstance(zone, ZoneInfo) and zone.key else None
    if not written or moment.year <= _FIRST_YEAR:
        return False
    offset = moment.utcoffset()
    is_twice = moment.replace(fold=1 - moment.fold).utcoffset() != offset
    return not is_twice and moment.replace(tzinfo=written[1]).utcoffset() == offset


def zone_named(tzid: str) -> ZoneInfo | None:
    """The zone that another program calls `tzid`: IANA's name, also behind a vendor's prefix, or Windows' name."""
    name = tzid.strip().strip('"')
    if name.casefold() in {"utc", "gmt", "z", "tzone://microsoft/utc"}:
        return ZoneInfo("UTC")
    parts = WINDOWS_TO_OLSON.get(name, name).strip("/").split("/")
    for start in range(len(parts)):
        key = "/".join(parts[start:])
        if key in _known_keys():
            return ZoneInfo(key)
    return None


@lru_cache(maxsize=1)
def _known_keys() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@cache
def _written(key: str) -> tuple[bytes, ZoneInfo] | None:
    """The VTIMEZONE, and a zone that behaves as a reader who believes it."""
    footer = _footer(key)
    seasons = _seasons(footer)
    if seasons is None or (len(seasons) == 1 and not seasons[0].offset):
        return None
    return lines.joined(_component(key, seasons)), ZoneInfo.from_file(BytesIO(_tzif(footer)))


def _footer(key: str) -> str:
    """The POSIX string at the end of the same file that ZoneInfo reads; "" where there is none."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder, key)
        if path.is_file():
            content = path.read_bytes()
            break
    else:
        try:
            content = files("tzdata").joinpath("zoneinfo", *key.split("/")).read_bytes()
        except OSError as problem:
            raise ZoneInfoNotFoundError(f"No time zone found with key {key}") from problem
    has_footer = content[4:5] >= b"2" and content.endswith(b"\n")
    return content.rsplit(b"\n", 2)[-2].decode("ascii") if has_footer else ""


def _seasons(footer: str) -> list[_Season] | None:
    """Standard time, then daylight time if any; None when the rule is not a plain "nth weekday of a month"."""
    found = _FOOTER.fullmatch(footer)
    if not found:
        return None
    name, offset, other_name, other_offset, *changes = found.groups()
    first = _Season(name.strip("<>"), -_time(offset))
    if other_name is None:
        return [first]
    other_at = -_time(other_offset) if other_offset else first.offset + timedelta(hours=1)
    to_other, to_first = _change(*changes[:4]), _change(*changes[4:])
    if not all(timedelta() <= change.time < timedelta(days=1) for change in (to_other, to_first)):
        return None
    both = [
        _Season(first.name, first.offset, begins=to_first),
        _Season(other_name.strip("<>"), other_at, begins=to_other),
    ]
    # Dublin calls its winter "daylight" with a negative saving; no other program expects that.
    return sorted(both, key=lambda season: season.offset)


def _change(month: str, week: str, weekday: str, time: str | None) -> _Change:
    return _Change(int(month), int(week), int(weekday), _time(time or "2"))


def _time(written: str) -> timedelta:
    hours, minutes, seconds = ([abs(int(part)) for part in written.split(":")] + [0, 0])[:3]
    time = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -time if written.startswith("-") else time


def _component(key: str, seasons: list[_Season]) -> list[str]:
    written = ["BEGIN:VTIMEZONE", f"TZID:{key}"]
    for season, before in zip(seasons, reversed(seasons), strict=True):
        kind = "STANDARD" if season is seasons[0] else "DAYLIGHT"
        begins = season.begins
        written += [
            f"BEGIN:{kind}",
            f"DTSTART:{lines.stamp(begins.first if begins else datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC))}",
            f"TZOFFSETFROM:{_offset(before.offset)}",
            f"TZOFFSETTO:{_offset(season.offset)}",
            f"TZNAME:{season.name}",
            *([f"RRULE:{begins.rule}"] if begins else []),
            f"END:{kind}",
        ]
    return [*written, "END:VTIMEZONE"]


def _offset(offset: timedelta) -> str:
    hours, rest = divmod(abs(round(offset.total_seconds())), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{'-' if offset < timedelta() else '+'}{hours:02}{minutes:02}" + (f"{seconds:02}" if seconds else "")


def _tzif(footer: str) -> bytes:
    """The smallest TZif file (RFC 9636) with this footer: no transition, one local time type that is never used."""
    block = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb4s", 0, 0, 0, b"UTC\0")
    return block + block + b"\n" + footer.encode("ascii") + b"\n"
