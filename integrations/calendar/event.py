"""One VEVENT (RFC 5545 3.6.1), the same for messages and feeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from integrations.calendar import lines, zones
from integrations.calendar.entry import Entry, Moment
from integrations.calendar.errors import BadEntry


def vevent(entry: Entry, *, people: Iterable[str] = (), language: str = "", is_cancelled: bool = False) -> bytes:
    """The component, ready to stand in a VCALENDAR. `people` are ORGANIZER and ATTENDEE lines.

    A wall time that a clock change skips moves forward by the length of the gap: readers disagree about such times.
    A single entry is written in UTC where its zone's written rule would say another instant (see `zones`).
    Raises BadEntry for a series in a zone that cannot be written: in UTC it would move with every clock change.
    """
    gone = is_cancelled or entry.is_cancelled
    return lines.joined(
        [
            "BEGIN:VEVENT",
            f"UID:{lines.text(entry.uid)}",
            f"DTSTAMP:{lines.utc_stamp(entry.stamped_at)}",
            f"SEQUENCE:{entry.sequence}",
            *_history(entry),
            *_times(entry),
            *_texts(entry, f";LANGUAGE={language}" if language else ""),
            f"STATUS:{'CANCELLED' if gone else 'CONFIRMED'}",
            f"CLASS:{'PRIVATE' if entry.is_private else 'PUBLIC'}",
            *_occupation(entry, is_busy=entry.is_busy and not gone),
            *people,
            *_alarm(entry),
            "END:VEVENT",
        ]
    )


def zones_of(entry: Entry) -> frozenset[str]:
    """The IANA zones whose VTIMEZONE must stand beside this entry's VEVENT."""
    if entry.is_all_day or _is_in_utc(entry):
        return frozenset()
    return frozenset(_zone(moment).key for moment in _timed(entry))


def _history(entry: Entry) -> Iterator[str]:
    if entry.created_at:
        yield f"CREATED:{lines.utc_stamp(entry.created_at)}"
    if entry.changed_at:
        yield f"LAST-MODIFIED:{lines.utc_stamp(entry.changed_at)}"


def _times(entry: Entry) -> Iterator[str]:
    in_utc = not entry.is_all_day and _is_in_utc(entry)
    if entry.occurrence is not None:
        yield _moment("RECURRENCE-ID", entry.occurrence, in_utc=in_utc)
    yield _moment("DTSTART", entry.starts, in_utc=in_utc)
    if entry.ends != entry.starts:  # without DTEND an event ends when it starts (RFC 5545 3.6.1)
        yield _moment("DTEND", _end(entry), in_utc=in_utc)
    if entry.rule:
        yield f"RRULE:{entry.rule}"
    for skipped in entry.skipped:
        yield _moment("EXDATE", skipped, in_utc=in_utc)


def _texts(entry: Entry, language: str) -> Iterator[str]:
    """Blank properties are left out: libical reports them as errors."""
    yield f"SUMMARY{language}:{lines.text(entry.title)}"
    if place := lines.text(entry.place).strip():
        yield f"LOCATION{language}:{place}"
    if notes := lines.text(entry.notes).strip():
        yield f"DESCRIPTION{language}:{notes}"
    if url := lines.uri(entry.url):
        yield f"URL:{url}"
    if categories := ",".join(filter(None, (lines.text(category).strip() for category in entry.categories))):
        yield f"CATEGORIES{language}:{categories}"


def _occupation(entry: Entry, *, is_busy: bool) -> tuple[str, ...]:
    """TRANSP for everyone; Outlook looks at its own properties ([MS-OXCICAL] 2.1.3.1.1.20.28 and .31)."""
    return (
        f"TRANSP:{'OPAQUE' if is_busy else 'TRANSPARENT'}",
        f"X-MICROSOFT-CDO-BUSYSTATUS:{'BUSY' if is_busy else 'FREE'}",
        f"X-MICROSOFT-CDO-ALLDAYEVENT:{'TRUE' if entry.is_all_day else 'FALSE'}",
    )


def _alarm(entry: Entry) -> tuple[str, ...]:
    if entry.alarm is None:
        return ()
    trigger = f"TRIGGER:{lines.duration(-entry.alarm)}"
    return ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{lines.text(entry.title)}", trigger, "END:VALARM")


def _timed(entry: Entry) -> list[datetime]:
    return [_real(moment) for moment in entry.moments if isinstance(moment, datetime)]


def _is_in_utc(entry: Entry) -> bool:
    timed = _timed(entry)
    if not entry.is_in_series:
        return not all(zones.is_written_rightly(moment) for moment in timed)
    named = [moment for moment in timed if isinstance(moment.tzinfo, ZoneInfo)]
    if len(named) == len(timed) and all(zones.vtimezone(_zone(moment).key) for moment in named):
        return False
    if any(_changes_clock(moment) for moment in named):
        raise BadEntry("a series cannot be written in the zone of its starts, ends, skipped or occurrence")
    return True


def _changes_clock(moment: datetime) -> bool:
    """Whether the zone has two offsets in the year that follows: then UTC cannot stand for its wall time."""
    offsets = {(moment + timedelta(days=days)).utcoffset() for days in range(0, 366, 7)}
    return len(offsets) > 1


def _zone(moment: datetime) -> ZoneInfo:
    assert isinstance(moment.tzinfo, ZoneInfo)
    return moment.tzinfo


def _end(entry: Entry) -> Moment:
    """The end; when the start's move out of a gap overtook it, the end that keeps the duration on the clock."""
    if not isinstance(entry.starts, datetime) or not isinstance(entry.ends, datetime):
        return entry.ends
    starts, ends = entry.starts.astimezone(UTC), entry.ends.astimezone(UTC)
    if ends > starts:
        return entry.ends
    return (starts + (entry.ends - entry.starts)).astimezone(entry.ends.tzinfo)


def _moment(name: str, moment: Moment, *, in_utc: bool) -> str:
    if not isinstance(moment, datetime):
        return f"{name};VALUE=DATE:{lines.stamp(moment)}"
    if in_utc:
        return f"{name}:{lines.utc_stamp(moment)}"
    return f"{name};TZID={_zone(moment).key}:{lines.stamp(_real(moment))}"


def _real(moment: datetime) -> datetime:
    """The wall time that clocks show at this instant: another one only inside a spring gap."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo)
