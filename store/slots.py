"""When several collaborators are free: within the office's working hours, each in their own zone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from store.access import require_present
from store.actions import When
from store.agenda import times_taken
from store.collaborators import Collaborator

STEP = timedelta(minutes=30)
WORKING_DAYS = 10
MOST = 5
MOST_A_DAY = 2
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS = re.compile(r"(\w{3})-(\w{3}) (\d\d:\d\d)-(\d\d:\d\d)")

Span = tuple[datetime, datetime]
"""Begin and end, aware; the end is not part of it."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """On each weekday from `first` to `last` (Monday is 0), between two hours of the wall clock."""

    first: int = 0
    last: int = 4
    begins: time = time(9)
    ends: time = time(17)

    @classmethod
    def read(cls, text: str) -> WorkingHours:
        """ "Mon-Fri 09:00-17:00". Raises ValueError for anything that is not so, or ends before it begins."""
        found = _HOURS.fullmatch(text)
        if found is None:
            raise ValueError('is not written as "Mon-Fri 09:00-17:00"')
        first, last = (_WEEKDAYS.index(day) if day in _WEEKDAYS else -1 for day in found.group(1, 2))
        begins, ends = time.fromisoformat(found[3]), time.fromisoformat(found[4])
        if not 0 <= first <= last or begins >= ends:
            raise ValueError("must name days from Mon to Sun, in their order, and end after it begins")
        return cls(first, last, begins, ends)

    def on(self, day: date, zone: str) -> Span | None:
        """The working hours of a day somewhere, in UTC; None on a day off."""
        if not self.first <= day.weekday() <= self.last:
            return None
        begins, ends = (datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC) for at in (self.begins, self.ends))
        return (begins, ends) if begins < ends else None


@dataclass(frozen=True, slots=True)
class TakenElsewhere:
    """A time, in UTC, that somebody has given away outside the book; `is_away` when they are not at work then."""

    begins_at: datetime
    ends_at: datetime
    is_away: bool = False


def find_slots(
    session: Session,
    collaborators: Sequence[Collaborator],
    *,
    length: timedelta,
    hours: WorkingHours,
    asked_by: Collaborator,
    now: datetime,
    with_whole_days: bool = False,
    elsewhere: Mapping[int, Sequence[TakenElsewhere]] = {},
    moving: When | None = None,
) -> list[Span]:
    """The first moments, in UTC, at which all of them are free. It tells of nobody's actions what they are.

    Whole days are taken too, unless `with_whole_days` says that there is time beside them. `elsewhere` holds by
    collaborator what other calendars say; what stands there because it stands in the book counts once. `moving` is
    the time of the action that a moment is looked for: it is free again.
    """
    require_present(asked_by)
    first, last = now.date() - timedelta(days=1), now.date() + days_ahead(hours)
    taken: list[Span] = []
    for one in collaborators:
        times = times_taken(session, one.id, first, last, zone=one.zone)
        others = _not_of_the_book(elsewhere.get(one.id, ()), times)
        taken += [(it.begins_at, it.ends_at) for it in others if not (with_whole_days and _lasts_days(it, one.zone))]
        if moving in times:
            times.remove(moving)
        taken += [(when.starts_at, when.ends_at) for when in times if not (with_whole_days and when.is_all_day)]
    zones = [one.zone for one in collaborators]
    return list(free_slots(taken, zones=zones, hours=hours, length=length, after=now))


def days_ahead(hours: WorkingHours) -> timedelta:
    """How far moments are looked for: enough to hold ten working days."""
    days_a_week = hours.last - hours.first + 1
    return timedelta(weeks=-(-WORKING_DAYS // days_a_week) + 1)


def _not_of_the_book(elsewhere: Iterable[TakenElsewhere], times: Iterable[When]) -> list[TakenElsewhere]:
    """Without one entry for each time of the book that is just as long: calendars tell times, and not of what."""
    known = Counter((when.starts_at.astimezone(UTC), when.ends_at.astimezone(UTC)) for when in times)
    left = []
    for one in elsewhere:
        span = one.begins_at, one.ends_at
        if known[span]:
            known[span] -= 1
        else:
            left.append(one)
    return left


def _lasts_days(one: TakenElsewhere, zone: str) -> bool:
    """Whether it is an entry of whole days where they live, such as a birthday, and no absence."""
    walls = (at.astimezone(ZoneInfo(zone)).time() for at in (one.begins_at, one.ends_at))
    return not one.is_away and all(wall == time() for wall in walls)


def free_slots(
    taken: Iterable[Span], *, zones: Sequence[str], hours: WorkingHours, length: timedelta, after: datetime
) -> Iterator[Span]:
    """At most five in the next ten working days of the first zone, two a day; none overlaps with another."""
    busy = sorted(taken)
    found = 0
    for begins, ends in _windows(zones, hours, after):
        found_here = 0
        at = _rounded_up(max(begins, after))
        while at + length <= ends and found_here < MOST_A_DAY and found < MOST:
            clash = max((end for start, end in busy if start < at + length and end > at), default=None)
            if clash is not None:
                at = _rounded_up(clash)
                continue
            yield at, at + length
            found, found_here, at = found + 1, found_here + 1, _rounded_up(at + length)


def _windows(zones: Sequence[str], hours: WorkingHours, after: datetime) -> Iterator[Span]:
    """What the working hours of all zones have in common, for each working day of the first."""
    first_day = after.astimezone(ZoneInfo(zones[0])).date()
    days = [first_day + timedelta(days=number) for number in range(days_ahead(hours).days)]
    own = [span for day in days if (span := hours.on(day, zones[0])) is not None and span[1] > after]
    for begins, ends in own[:WORKING_DAYS]:
        spans = [(begins, ends)]
        for zone in dict.fromkeys(zones[1:]):
            # The same hours elsewhere may fall on the day before or after.
            around = [begins.astimezone(ZoneInfo(zone)).date() + timedelta(days=number) for number in (-1, 0, 1)]
            there = [span for day in around if (span := hours.on(day, zone)) is not None]
            spans = [both for one in spans for other in there if (both := _common(one, other)) is not None]
        yield from spans


def _common(one: Span, other: Span) -> Span | None:
    begins, ends = max(one[0], other[0]), min(one[1], other[1])
    return (begins, ends) if begins < ends else None


def _rounded_up(at: datetime) -> datetime:
    """To the next half hour of UTC, which is one everywhere but in a few zones of quarters."""
    at = at.astimezone(UTC)
    rest = (at - datetime(2000, 1, 1, tzinfo=UTC)) % STEP
    return at + (STEP - rest) if rest else at
