"""Dates, times and durations as other programs write them (RFC 5545 3.3.4 to 3.3.6)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from integrations.calendar.components import Property
from integrations.calendar.entry import Moment
from integrations.calendar.zones import zone_named

_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", re.ASCII | re.IGNORECASE)
_DURATION = re.compile(
    r"\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?", re.ASCII
)


def read_moment(written: Property, *, default: tzinfo | None = None) -> Moment | None:
    """A date or an aware datetime; None when it is neither, or a wall time in no zone that we know."""
    found = _MOMENT.fullmatch(written.value.strip())
    if not found:
        return None
    year, month, day, *clock = found.groups()
    zone = UTC if clock[3] else zone_named(written.parameters.get("TZID", "")) or default
    try:
        if clock[0] is None:
            return date(int(year), int(month), int(day))
        if zone is None or not 1 < int(year) < 9999:
            return None
        hour, minute, second = (int(part) for part in clock[:3])
        return datetime(int(year), int(month), int(day), hour, minute, min(second, 59), tzinfo=zone)
    except ValueError:
        return None


def end_after(starts: Moment, duration: str) -> Moment | None:
    """The end by DURATION; without one, a day later for a date and at once for a time (RFC 5545 3.6.1)."""
    if not duration:
        return starts if isinstance(starts, datetime) else _later(starts, timedelta(days=1))
    found = _DURATION.fullmatch(duration.upper())
    if not found:
        return None
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
    return _later(starts, timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds))


def _later(starts: Moment, span: timedelta) -> Moment | None:
    """None beyond the years that can still be turned into UTC."""
    try:
        ends = starts + span
    except OverflowError:
        return None
    return ends if ends.year < 9999 else None
