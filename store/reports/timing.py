"""When a scheduled report is due: daily, on working days, weekly or monthly, at an hour of its owner's zone. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from store.base import BookError, _

_FURTHEST = 40
"""Days within which every timing comes once."""


class Pace(StrEnum):
    DAILY = "daily"
    WORKDAYS = "workdays"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Timing:
    """`weekday` (Monday is 0) is for a weekly one, `month_day` for a monthly: of a shorter month its last day."""

    pace: Pace
    at: time
    weekday: int | None = None
    month_day: int | None = None

    def check(self) -> None:
        """Raises BookError at `weekday` or `month_day`."""
        if self.pace is Pace.WEEKLY and self.weekday not in range(7):
            raise BookError(_("Please fill this in."), field="weekday")
        if self.pace is Pace.MONTHLY and self.month_day not in range(1, 32):
            raise BookError(_("Please fill this in."), field="month_day")

    def is_on(self, on: date) -> bool:
        if self.pace is Pace.WORKDAYS:
            return on.weekday() < 5
        if self.pace is Pace.WEEKLY:
            return on.weekday() == self.weekday
        if self.pace is Pace.MONTHLY:
            return on.day == min(self.month_day or 1, monthrange(on.year, on.month)[1])
        return True

    def last_due(self, now: datetime, *, zone: str) -> datetime:
        """UTC: the latest moment, until now included, at which it was due."""
        today = now.astimezone(ZoneInfo(zone)).date()
        days = (today - timedelta(days=back) for back in range(_FURTHEST))
        return next(due for on in days if self.is_on(on) and (due := self._moment(on, zone)) <= now)

    def next_due(self, after: datetime, *, zone: str) -> datetime:
        """UTC: the first moment after that one at which it will be due."""
        first = after.astimezone(ZoneInfo(zone)).date()
        days = (first + timedelta(days=ahead) for ahead in range(_FURTHEST))
        return next(due for on in days if self.is_on(on) and (due := self._moment(on, zone)) > after)

    def _moment(self, on: date, zone: str) -> datetime:
        return datetime.combine(on, self.at, ZoneInfo(zone)).astimezone(UTC)
