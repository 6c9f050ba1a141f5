"""A time zone as a request writes it out: SerializableTimeZone, whose rules are those of Windows' SYSTEMTIME.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/timezone-availability
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from integrations.playground.exchange import soap
from integrations.playground.exchange.errors import SchemaViolation
from integrations.playground.exchange.soap import Element

_LAST = 5
"""The DayOrder of the last such day of a month."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class _Change:
    """From the moment that the clock changes on; `bias` is added to that of the zone (UTC is local time plus both)."""

    bias: timedelta
    at: time
    order: int
    month: int
    weekday: int

    def in_year(self, year: int) -> datetime:
        """On the wall clock that goes until then."""
        first, length = calendar.monthrange(year, self.month)
        days = list(range(1 + (self.weekday - first) % 7, length + 1, 7))
        day = days[-1] if self.order == _LAST else days[self.order - 1]
        return datetime.combine(date(year, self.month, day), self.at)


@dataclass(frozen=True, slots=True)
class SerializedZone:
    bias: timedelta
    standard: _Change
    daylight: _Change

    @classmethod
    def read(cls, element: Element) -> SerializedZone:
        """Raises SchemaViolation."""
        standard, daylight = (soap.find(element, f"t:{name}") for name in ("StandardTime", "DaylightTime"))
        assert standard is not None, "the grammar demands it"
        assert daylight is not None, "the grammar demands it"
        try:
            return cls(_minutes(element), _change(standard), _change(daylight))
        except ValueError as problem:
            raise SchemaViolation(f"the time zone cannot be read: {problem}") from problem

    def wall(self, moment: datetime) -> datetime:
        """The wall clock, without a zone, at an aware moment."""
        utc = moment.astimezone(UTC).replace(tzinfo=None)
        return utc - self._bias_at(utc)

    def moment(self, wall: datetime) -> datetime:
        """UTC. Of an hour that comes twice the first; one that the clock skips is read as standard time."""
        daylight, standard = (wall + self.bias + one.bias for one in (self.daylight, self.standard))
        utc = daylight if daylight - self._bias_at(daylight) == wall else standard
        return utc.replace(tzinfo=UTC)

    def _bias_at(self, utc: datetime) -> timedelta:
        changes = [
            (change.in_year(year) + self.bias + before.bias, change.bias)
            for year in (utc.year - 1, utc.year)
            for change, before in ((self.daylight, self.standard), (self.standard, self.daylight))
        ]
        _at, bias = max(one for one in changes if one[0] <= utc)
        return self.bias + bias


def _change(element: Element) -> _Change:
    order, month = (int(soap.text(element, f"t:{name}")) for name in ("DayOrder", "Month"))
    if not (1 <= order <= _LAST and 1 <= month <= 12):
        raise ValueError("DayOrder is 1 to 5, Month 1 to 12")
    at = time.fromisoformat(soap.text(element, "t:Time"))
    return _Change(_minutes(element), at, order, month, _DAYS.index(soap.text(element, "t:DayOfWeek")))


def _minutes(element: Element) -> timedelta:
    return timedelta(minutes=int(soap.text(element, "t:Bias")))
