"""How often an action comes back, in words: for cards, and for the mails to guests."""

from __future__ import annotations

from datetime import date

from babel.dates import get_day_names

from bot.texts import Texts, _
from store.series import ActionSeries, Every, Recurrence


def said_of_series(t: Texts, series: ActionSeries, *, today: date) -> str:
    """In one line for a card: "Every 2 weeks (Mon, Thu), until 31 December"."""
    last = series.ends_on
    return rule_in_words(t, series.recurrence, t.day(last, today=today) if last else "")


def rule_in_words(t: Texts, rule: Recurrence, last: str) -> str:
    """The same with the last day as it was written already, "" without an end."""
    what = {
        Every.DAY: t.n("Every day", "Every {number} days", rule.interval),
        Every.WEEK: t.n("Every week", "Every {number} weeks", rule.interval),
        Every.MONTH_DATE: t.n("Every month", "Every {number} months", rule.interval),
        Every.MONTH_WEEKDAY: t.n("Every month", "Every {number} months", rule.interval),
        Every.YEAR: t.n("Every year", "Every {number} years", rule.interval),
    }[rule.every]
    if rule.every is Every.WEEK and rule.weekdays:
        names = get_day_names("abbreviated", locale=t.locale)
        what = f"{what} ({', '.join(names[day] for day in sorted(rule.weekdays))})"
    return t(_("{what}, until {day}"), what=what, day=last) if last else what
