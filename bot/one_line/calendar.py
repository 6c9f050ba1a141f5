"""What a day in a sentence comes to, and the counting behind it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.one_line.day_words import LAST, NEXT, THIS, TWO_WEEKS_LATER, UNITS, WEEK_LATER
from bot.texts import Texts
from store.series import Recurrence

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Day:
    """`options`: one for a day that is clear, several for one that may mean each of them, none for "next week".

    `words` is what was typed, from `start` to `end`. `is_word` marks a single word, which may be a name as well.
    `note` is set when it was read by a rule that the reader should see applied, `is_limit` for "within two weeks",
    `repeats` for "every Monday", with the `rule` where it is clear.
    """

    options: tuple[date, ...]
    start: int
    end: int
    words: str
    until: date | None = None
    is_word: bool = False
    note: bool = False
    is_limit: bool = False
    repeats: bool = False
    rule: Recurrence | None = None

    @property
    def on(self) -> date | None:
        return self.options[0] if len(self.options) == 1 else None


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a day is counted from. `is_ahead`: a day without a year is the next one, else the last one; with `asks_past`
    it is asked about when it was a few weeks ago.
    """

    today: date
    t: Texts
    language: str
    is_ahead: bool = True
    asks_past: bool = False

    @property
    def monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())


def made(
    match: re.Match[str], words: str, options: tuple[date, ...], *, is_word: bool = False, note: bool = False
) -> Day:
    return Day(tuple(dict.fromkeys(options)), *match.span(), words, is_word=is_word, note=note)


def weekday_options(calendar: Calendar, weekday: int, said: str) -> tuple[date, ...]:
    ahead = coming(calendar, weekday)
    today = calendar.today
    if said in LAST or (not said and not calendar.is_ahead):
        return (today - timedelta(days=(today.weekday() - weekday) % 7 or 7),)
    if said in WEEK_LATER or said in TWO_WEEKS_LATER:
        return (ahead + (WEEK if said in WEEK_LATER else 2 * WEEK),)
    if said in NEXT and ahead < calendar.monday + WEEK:
        # Later in this week: some mean that day, others the one a week on.
        return (ahead, ahead + WEEK)
    if said in ("", *THIS) and weekday == today.weekday():
        return (today,) if said else (today, today + WEEK)
    return (ahead,)


def in_week(calendar: Calendar, weeks: int, weekday: int) -> date:
    return calendar.monday + weeks * WEEK + timedelta(days=weekday)


def coming(calendar: Calendar, weekday: int) -> date:
    """After today."""
    return calendar.today + timedelta(days=(weekday - calendar.today.weekday()) % 7 or 7)


def later(on: date, count: int, unit: str) -> date:
    if UNITS[unit] != 30:
        return on + timedelta(days=count * UNITS[unit])
    months = on.month - 1 + count
    year, month = on.year + months // 12, months % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(on.day, (after - timedelta(days=1)).day))
