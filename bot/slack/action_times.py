"""Start, end and duration in a form: change any, the third follows. Pure but for the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.slack.fields import Option
from bot.texts import Texts, _
from store.actions import LONGEST, When
from store.base import BookError

_MINUTES = (5, 10, 15, 20, 30, 45, 60, 75, 90, 105, 120, 150, 180, 210, 240, 300, 360, 420, 480, 600, 720)
_DAYS = (*range(1, 15), 21, LONGEST.days)


@lru_cache(maxsize=256)
def duration_option(t: Texts, lasts: timedelta) -> Option:
    """ "1 h 30", "2 days", "3 days 2 h"; the value is minutes."""
    minutes = int(lasts.total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = [t.n("{number} day", "{number} days", days)] if days else []
    if hours:
        parts.append(t(_("{hours} h"), hours=hours) + (f" {left:02}" if left else ""))
    elif left or not parts:
        parts.append(t(_("{minutes} min"), minutes=left))
    return Option(str(minutes), " ".join(parts))


@lru_cache(maxsize=64)
def duration_options(t: Texts, *, is_all_day: bool) -> tuple[Option, ...]:
    """The same for every form in that language: kept, since each would write a score of numbers in words."""
    lengths = [timedelta(days=days) for days in _DAYS] if is_all_day else [timedelta(minutes=m) for m in _MINUTES]
    return tuple(duration_option(t, one) for one in lengths)


def lasting(chosen: Option) -> timedelta:
    return timedelta(minutes=chosen.id)


@dataclass(frozen=True, slots=True)
class Hours:
    """From an hour of one day to an hour of that day, or of a later one: `nights` lie between."""

    starts: time
    ends: time
    nights: int

    @property
    def lasts(self) -> timedelta:
        """By the wall clock; negative when it ends before it starts."""
        day = date(2000, 1, 1)
        begins = datetime.combine(day, self.starts)
        return datetime.combine(day + timedelta(days=self.nights), self.ends) - begins

    @classmethod
    def lasting(cls, starts: time, lasts: timedelta) -> Hours:
        day = date(2000, 1, 1)
        end = datetime.combine(day, starts) + lasts
        return cls(starts, end.time(), (end.date() - day).days)


def require_hours(when: When, t: Texts) -> None:
    """Raises BookError at `starts` or `ends` for an hour that the clocks skip that night."""
    for field, on, at in (("starts", when.starts_on, when.starts_time), ("ends", when.ends_on, when.ends_time)):
        if at is not None:
            _require_hour(on, at, when.zone, field=field, t=t)


def _require_hour(on: date, at: time, zone: str, *, field: str, t: Texts) -> None:
    there = datetime.combine(on, at, ZoneInfo(zone))
    found = datetime.fromtimestamp(there.timestamp(), ZoneInfo(zone))
    if found.time() != at:
        text = _("There is no {hour} on {day}: the clocks go forward. Choose {next}, or earlier.")
        day = t.in_figures(on)
        raise BookError(text, field=field, hour=f"{at:%H:%M}", day=day, next=f"{found:%H:%M}")


def comes_twice(on: date, at: time, zone: str) -> bool:
    """Whether the clocks go back over this hour that night; the first of the two is meant then."""
    first = datetime.combine(on, at, ZoneInfo(zone))
    second = first.replace(fold=1)
    is_skipped = datetime.fromtimestamp(first.timestamp(), ZoneInfo(zone)).time() != at
    return first.utcoffset() != second.utcoffset() and not is_skipped
