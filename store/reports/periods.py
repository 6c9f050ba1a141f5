"""The days that a report is about: named ones follow the calendar, so that a kept report moves on with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from store.base import BookError, _

_DAY = timedelta(days=1)


class Span(StrEnum):
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_QUARTER = "this_quarter"
    LAST_QUARTER = "last_quarter"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"
    CHOSEN = "chosen"
    """From one typed day to another."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, the last one included."""

    first_on: date
    last_on: date

    def check(self) -> None:
        """Raises BookError at `last` when it ends before it begins."""
        if self.last_on < self.first_on:
            raise BookError(_("The last day must not be before the first."), field="last")


_MONTHS = {
    Span.THIS_MONTH: 1,
    Span.LAST_MONTH: 1,
    Span.THIS_QUARTER: 3,
    Span.LAST_QUARTER: 3,
    Span.THIS_YEAR: 12,
    Span.LAST_YEAR: 12,
}
_PAST = {Span.LAST_MONTH, Span.LAST_QUARTER, Span.LAST_YEAR}


def period_of(span: Span, *, today: date) -> Period:
    """The whole month, quarter or year of the calendar. Not for CHOSEN, which has days of its own."""
    months = _MONTHS[span]
    first_on = _month(today, -((today.month - 1) % months) - (months if span in _PAST else 0))
    return Period(first_on, _month(first_on, months) - _DAY)


def _month(on: date, later: int) -> date:
    """The first day of the month that comes so many months later."""
    months = on.year * 12 + on.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)
