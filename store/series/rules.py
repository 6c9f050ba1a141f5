"""How often an action comes back: the rule, its dates, and the RRULE that says the same (RFC 5545 3.3.10).

A rule knows dates alone. The hour is the action's wall time, the same before and after a clock change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr

from store.actions import When
from store.base import BookError, _

MOST_INTERVAL = 99
MOST_COUNT = 999
LAST = -1
"""As an ordinal: the last such weekday of the month."""

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Every(StrEnum):
    """What the interval counts. A month goes on by date (the 14th) or by weekday (the second Tuesday)."""

    DAY = "day"
    WEEK = "week"
    MONTH_DATE = "month_date"
    MONTH_WEEKDAY = "month_weekday"
    YEAR = "year"


_FREQUENCIES = {
    Every.DAY: "DAILY",
    Every.WEEK: "WEEKLY",
    Every.MONTH_DATE: "MONTHLY",
    Every.MONTH_WEEKDAY: "MONTHLY",
    Every.YEAR: "YEARLY",
}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every `interval` days, weeks, months or years from the first date on, until `until_on` (included), `count` times,
    or without an end.

    `weekdays` (0 is Monday) are those of WEEK; none means the first date's. `ordinal` is that of MONTH_WEEKDAY: 1 to 4,
    or LAST; the weekday is the first date's. `or_last_day`: a month without the 29th, 30th or 31st (a year without
    29 February) has its last day instead; otherwise it is skipped.
    """

    every: Every
    interval: int = 1
    weekdays: frozenset[int] = frozenset()
    ordinal: int = 1
    or_last_day: bool = False
    until_on: date | None = None
    count: int | None = None

    def as_json(self) -> dict[str, Any]:
        """To keep; `from_json` reads it."""
        until_on = self.until_on.isoformat() if self.until_on else None
        return {**asdict(self), "every": self.every.value, "weekdays": sorted(self.weekdays), "until_on": until_on}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Recurrence:
        until_on = date.fromisoformat(kept["until_on"]) if kept["until_on"] else None
        known = {**kept, "every": Every(kept["every"]), "weekdays": frozenset(kept["weekdays"]), "until_on": until_on}
        return cls(**known)

    def check(self, starts_on: date) -> None:
        """Raises BookError at `interval`, `count` or `last_on` for a rule that nobody can mean, or without a date."""
        if not 1 <= self.interval <= MOST_INTERVAL:
            raise BookError(_("A number from 1 to {most}."), field="interval", most=MOST_INTERVAL)
        if self.count is not None and not 1 <= self.count <= MOST_COUNT:
            raise BookError(_("A number from 1 to {most}."), field="count", most=MOST_COUNT)
        if self.until_on is not None and self.until_on < starts_on:
            raise BookError(_("The last day must not be before the first."), field="last_on")
        if next(self.dates(starts_on), None) is None:
            raise BookError(_("No date fits: the series would be empty."), field="last_on")

    def dates(self, starts_on: date, *, first: date | None = None) -> Iterator[date]:
        """In order, from `first` on (from the beginning without it); endless when the rule has no end.

        The first date is the first on or after `starts_on` that fits the rule; `count` counts from there.
        """
        begins = self._near(starts_on, first) if first and self.count is None else starts_on
        until = self.until_on.strftime("%Y%m%d") if self.until_on else ""
        rule = rrulestr(self._rule(starts_on, until), dtstart=datetime.combine(begins, time()))
        for found in rule:
            if first is None or found.date() >= first:
                yield found.date()

    def first_dates(self, starts_on: date, number: int) -> list[date]:
        return list(islice(self.dates(starts_on), number))

    def ends_on(self, starts_on: date) -> date | None:
        """Its last date; None for a rule without an end."""
        if self.until_on is None and self.count is None:
            return None
        last = None
        for last in self.dates(starts_on):  # noqa: B007 (the last one is what is asked)
            pass
        return last

    def rrule(self, when: When) -> str:
        """The RRULE value of a series whose first occurrence is `when`; UNTIL in UTC, a date when it lasts all day."""
        return self._rule(when.starts_on, _until(self.until_on, when) if self.until_on else "")

    def _rule(self, starts_on: date, until: str) -> str:
        parts = [f"FREQ={_FREQUENCIES[self.every]}", f"INTERVAL={self.interval}" if self.interval > 1 else ""]
        parts.append(self._by(starts_on))
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        elif until:
            parts.append(f"UNTIL={until}")
        return ";".join(filter(None, parts))

    def _by(self, starts_on: date) -> str:
        """The BY… parts; "" where the first date says it. "Or the last day" is the last of the last days that fit."""
        match self.every:
            case Every.WEEK:
                return "BYDAY=" + ",".join(_DAYS[day] for day in sorted(self.weekdays or {starts_on.weekday()}))
            case Every.MONTH_WEEKDAY:
                return f"BYDAY={self.ordinal}{_DAYS[starts_on.weekday()]}"
            case Every.MONTH_DATE if self._may_lack(starts_on):
                return f"BYMONTHDAY={_days_up_to(starts_on.day)};BYSETPOS=-1"
            case Every.YEAR if self._may_lack(starts_on):
                return "BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"
        return ""

    def _may_lack(self, starts_on: date) -> bool:
        """Whether the last day steps in for this date in some months, or years."""
        is_rare = (starts_on.month, starts_on.day) == (2, 29) if self.every is Every.YEAR else starts_on.day > 28
        return self.or_last_day and is_rare

    def _near(self, starts_on: date, first: date) -> date:
        """A date of the same rhythm shortly before `first`: ten years of days are not counted through each time."""
        step = {Every.DAY: self.interval, Every.WEEK: 7 * self.interval}.get(self.every)
        if step is None or first <= starts_on:
            return starts_on
        return starts_on + timedelta(days=(first - starts_on).days // step * step)


def _days_up_to(day: int) -> str:
    return ",".join(str(one) for one in range(28, day + 1))


def _until(on: date, when: When) -> str:
    if when.starts_time is None:
        return f"{on:%Y%m%d}"
    at = When.hours(on, when.starts_time, None, zone=when.zone, lasts=timedelta()).starts_at
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
