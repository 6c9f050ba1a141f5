"""Intervals as people type them behind a name, "Dupont from:1/9 to:30/9", and as a list says them."""

from __future__ import annotations

import re
from datetime import date

from bot.office import Caller
from bot.texts import _
from bot.typed_days import typed_day
from store.base import BookError

_BOUNDS = re.compile(r"(?:^|\s)(from|du|van|to|au|tot)\s*:", re.IGNORECASE)
_FIRST = {"from", "du", "van"}


def split_interval(caller: Caller, text: str, *, may_come: bool = False) -> tuple[str, date | None, date | None]:
    """What stands before the bounds, and the bounds.

    A day without a year is the last one, or with `may_come` the nearest. Raises BookError for what is no day, and for
    bounds in the wrong order.
    """
    name, *bounds = _BOUNDS.split(text)
    found: dict[bool, date | None] = {}
    for key, typed in zip(bounds[::2], bounds[1::2], strict=True):
        found[key.casefold() in _FIRST] = _day(caller, typed.strip(), may_come=may_come)
    first, last = found.get(True), found.get(False)
    require_order(first, last)
    return name.strip(), first, last


def _day(caller: Caller, typed: str, *, may_come: bool) -> date | None:
    today = caller.today
    ways = (False, True) if may_come else (False,)
    days = [day for ahead in ways if (day := typed_day(typed, caller.t, today=today, is_ahead=ahead)) is not None]
    if typed and not days:
        raise BookError(_("“{typed}” is not a day: type it like 2026-01-31, or leave it out."), typed=typed)
    return min(days, key=lambda day: abs(day - today), default=None)


def require_order(first: date | None, last: date | None) -> None:
    """Raises BookError at the field `last`."""
    if first and last and last < first:
        raise BookError(_("The last day must not be before the first."), field="last")


def said_interval(caller: Caller, first: date | None, last: date | None) -> str:
    """With a dash before it; "" for all days."""
    t = caller.t
    if first and last:
        return f" — {t.in_figures(first)} – {t.in_figures(last)}"
    if first:
        return f" — {t(_('from {day}'), day=t.in_figures(first))}"
    return f" — {t(_('until {day}'), day=t.in_figures(last))}" if last else ""
