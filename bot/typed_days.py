"""Days as people type them behind a command: "1 January", "1er janvier 2027", "31/12", "morgen", "2027-01-01".

The three languages are all read, whoever types; only which comes first, day or month, follows the reader's region.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from babel import Locale

from bot.texts import Texts, _
from store.base import BookError
from store.collaborators import LANGUAGES
from store.words import fold

LONGEST = 4
"""Words of the longest day: "le 1er janvier 2027"."""

_NEAR = {
    "today": 0, "aujourd'hui": 0, "aujourd’hui": 0, "vandaag": 0,
    "tomorrow": 1, "demain": 1, "morgen": 1,
    "yesterday": -1, "hier": -1, "gisteren": -1,
}  # fmt: skip
_BEFORE_A_DAY = {
    "from",
    "on",
    "as",
    "of",
    "since",
    "a",
    "partir",
    "du",
    "le",
    "au",
    "des",
    "depuis",
    "vanaf",
    "op",
    "per",
    "sinds",
}
_FIGURES = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}))?\.?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NAMED = re.compile(r"(\d{1,2})(?:er|e|st|nd|rd|th|ste|de)?\.? (\w+)\.?(?:,? (\d{4}))?")
_NAMED_FIRST = re.compile(r"(\w+)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")


def split_day(text: str, t: Texts, *, today: date, is_ahead: bool) -> tuple[str, date | None]:
    """What stands before the day at the end of a text, and that day; None when it ends with none.

    A day without a year is the next one when `is_ahead`, else the last one; today is both. Raises BookError for what
    can only be meant as a day and is none, "30/2": it would be looked for as part of the name.
    """
    tokens = text.split()
    for length in range(min(LONGEST, len(tokens)), 0, -1):
        day = typed_day(" ".join(tokens[-length:]), t, today=today, is_ahead=is_ahead)
        if day is not None:
            rest = tokens[:-length]
            while rest and fold(rest[-1]) in _BEFORE_A_DAY:
                rest.pop()
            return " ".join(rest), day
    for length in range(min(LONGEST, len(tokens)), 0, -1):
        if _is_meant_as_a_day(typed := " ".join(tokens[-length:])):
            raise BookError(_("“{typed}” is not a day: type it like 2026-01-31, or leave it out."), typed=typed)
    return text, None


def _is_meant_as_a_day(text: str) -> bool:
    typed = text.casefold()
    if found := _FIGURES.fullmatch(typed):
        is_near_a_day = min(int(found[1]), int(found[3])) <= 12 and max(int(found[1]), int(found[3])) <= 31
        return bool(found[4]) or (found[2] == "/" and is_near_a_day)  # "Agence 50/50" is a name
    if found := _NAMED.fullmatch(typed):
        return month_named(found[2]) is not None
    return bool(_ISO.fullmatch(typed))


def typed_day(text: str, t: Texts, *, today: date, is_ahead: bool) -> date | None:
    """None when it is no day."""
    typed = text.strip().casefold()
    if typed in _NEAR:
        return today + timedelta(days=_NEAR[typed])
    if found := _ISO.fullmatch(typed):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _FIGURES.fullmatch(typed):
        first, second = int(found[1]), int(found[3])
        day, month = (second, first) if _is_month_first(t.locale) else (first, second)
        return _with_year(day, month, found[4], today, is_ahead)
    if (found := _NAMED.fullmatch(typed)) and (named := _months().get(fold(found[2]))):
        return _with_year(int(found[1]), named, found[3], today, is_ahead)
    if (found := _NAMED_FIRST.fullmatch(typed)) and (named := _months().get(fold(found[1]))):
        return _with_year(int(found[2]), named, found[3], today, is_ahead)
    return None


def month_named(word: str) -> int | None:
    """1 to 12 for a month that is written out in any of the languages; None for any other word."""
    return _months_written_out().get(fold(word))


def _with_year(day: int, month: int, year: str | None, today: date, is_ahead: bool) -> date | None:
    if year:
        return _day(int(year), month, day)
    is_wanted: Callable[[date], bool] = (lambda on: on >= today) if is_ahead else (lambda on: on <= today)
    step = 1 if is_ahead else -1
    # 29 February comes at least every eight years.
    found = (_day(today.year + step * number, month, day) for number in range(9))
    return next((on for on in found if on and is_wanted(on)), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_month_first(locale: Locale) -> bool:
    pattern = locale.date_formats["short"].pattern
    return "M" in pattern and pattern.index("M") < pattern.index("d") and not pattern.startswith("y")


@cache
def _months() -> dict[str, int]:
    """Every name and abbreviation of a month in the three languages, without accents."""
    return {
        fold(name).rstrip("."): number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for number, name in Locale(language).months["format"][width].items()
    }


@cache
def _months_written_out() -> dict[str, int]:
    return {
        fold(name): number
        for language in LANGUAGES
        for number, name in Locale(language).months["format"]["wide"].items()
    }
