"""How often something comes back: "every Monday", "om de twee weken", "tous les quinze jours". Pure."""

from __future__ import annotations

import re

from bot.one_line.day_words import UNITS
from bot.one_line.vocabulary import number
from bot.one_line.weekday_words import weekdays_meant
from store.series import MOST_INTERVAL, Every, Recurrence

OTHER = "other"
_PERIODS = {1: (Every.DAY, 1), 7: (Every.WEEK, 1), 14: (Every.WEEK, 2)}
"""By the days of the unit. A month comes back by its date or by its weekday: somebody is asked."""
_FRENCH_DAYS = {8: 1, 15: 2}
"""In French "huit jours" is a week and "quinze jours" are two."""


def rule_of(match: re.Match[str]) -> Recurrence | None:
    """None where it may mean several rules."""
    count, unit = match["count"], match["unit"]
    if match["weekday"]:
        is_clear = not match["other"] and count in (None, OTHER)
        weekdays = frozenset(weekdays_meant(match["weekday"], ""))
        return Recurrence(Every.WEEK, 2 if count else 1, weekdays) if is_clear else None
    number_of = 2 if count == OTHER or (match["other"] and not count) else number(count or "1")
    if unit in ("jour", "jours") and number_of in _FRENCH_DAYS:
        return Recurrence(Every.WEEK, _FRENCH_DAYS[number_of])
    every, times = _PERIODS.get(UNITS[unit], (None, 0)) if unit in UNITS else (Every.YEAR, 1)
    if every is None or not 1 <= number_of * times <= MOST_INTERVAL:
        return None
    return Recurrence(every, number_of * times)
