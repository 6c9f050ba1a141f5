"""Which days of an agenda are asked for, and whose: "week", "from 3/12 to 10/12", "mois prochain", "van Bram". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from bot.one_line.calendar import Calendar, Day
from bot.one_line.canvas import Canvas, cleaned
from bot.one_line.day_words import LAST, NEXT, THIS, WEEKS
from bot.one_line.days import days_in
from bot.one_line.vocabulary import alternation, language_of_sentence
from bot.texts import Texts
from bot.typed_days import month_named

LONGEST = 80
"""Letters; what is longer names no days."""
MOST_WORDS = 4
"""Of a colleague's name."""
COMING = timedelta(days=6)
"""What "the days to come" adds to today."""
_MONTH_ALONE = re.compile(r"(?<![\w'])(?<!\d )(?<!\der )([a-z]{3,})(?:\s+(\d{4}))?(?![\w'])(?!\s+\d)")
_HALF_A_YEAR = timedelta(days=183)


class Span(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class AgendaAsked:
    """From `first` to `last`, both included; `name` is a colleague as typed, "" for the asker."""

    span: Span
    first: date
    last: date
    name: str = ""
    is_team: bool = False


_FILLING = frozenset({
    "van", "de", "du", "des", "d'", "voor", "of", "for", "pour", "op", "on", "le", "la", "les", "l'", "the", "il", "er",
    "in", "en", "a", "agenda", "planning", "mine", "mijn", "mij", "mon", "ma", "mes", "moi", "me", "my", "from", "het",
    "day", "dag", "jour", "journee",
})  # fmt: skip
"""Words that name nobody."""


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    near = rf"(?:(?:la|le|the)\s+)?(?:(?P<before>{alternation([*NEXT, *THIS, *LAST])})\s+)?"
    behind = rf"(?:\s+(?P<behind>{alternation([*NEXT, *LAST])}))?(?!\w)"
    sources = {
        "team": r"(?:l')?(?:equipe|team|ploeg)",
        "named_week": rf"{alternation(WEEKS)}(?!\s+(?:op|on|le|\w+day|\w+dag)(?!\w))",
        "week": rf"{near}(?:weekly|week|semaine)",
        "month": rf"{near}(?:maand|mois|month){behind}",
    }
    found = {name: re.compile(rf"(?<![\w'])(?:{source})(?!\w)") for name, source in sources.items()}
    opening, closing = "from|van|vanaf|du|de", r"to|until|till|through|tot\s+en\s+met|tot|t/m|jusqu'au|au|a|-"
    found["from_to"] = re.compile(
        rf"(?<!\w)(?:{opening})\s+(?P<from>(?:(?!\s(?:{opening})\s).)+?)\s+(?:{closing})\s+(?P<to>.+)"
    )
    return found


def read_agenda(typed: str, *, today: date, t: Texts) -> AgendaAsked | None:
    """The seven days from today when nothing is said of days. None for more words than days and a name have."""
    text = " ".join(cleaned(typed).split()).strip("?!. ")
    if len(text) > LONGEST:
        return None
    canvas = Canvas(text)
    calendar = Calendar(today, t, language_of_sentence(canvas.text, t.language))
    is_team = _takes(canvas, "team") is not None
    asked = _from_to(canvas, calendar) or _weeks_or_months(canvas, calendar)
    if asked is None:
        return None
    words = [word for piece in canvas.pieces() for word in piece]
    naming = [place for place, word in enumerate(words) if word.folded not in _FILLING]
    name = words[naming[0] : naming[-1] + 1] if naming else []
    if len(name) > MOST_WORDS:
        return None
    span, first, last = asked
    return AgendaAsked(span, first, last, " ".join(word.typed for word in name).lstrip("@"), is_team)


_Days = tuple[Span, date, date]


def _from_to(canvas: Canvas, calendar: Calendar) -> _Days | None:
    """The end is the first of its kind after the beginning, however long ago that was."""
    match = _patterns()["from_to"].search(canvas.text)
    if match is None:
        return None
    first = _only_day(canvas.typed[match.start("from") : match.end("from")], calendar)
    if first is None or first.on is None:
        return None
    begins = _nearest(first.on, first.words, calendar.today)
    ends_in = canvas.typed[match.start("to") : match.end("to")]
    counted_from = (calendar, Calendar(begins, calendar.t, calendar.language))
    ends = [day.on for one in counted_from if (day := _only_day(ends_in, one)) and day.on and day.on >= begins]
    if not ends:
        return None
    last_words = _only_day(ends_in, calendar)
    assert last_words is not None, "the same words were just read"
    canvas.take(match.start(), match.start("to"))
    canvas.take(match.start("to") + last_words.start, match.start("to") + last_words.end)
    return Span.DAYS, begins, min(ends)


def _only_day(text: str, calendar: Calendar) -> Day | None:
    """The day that a piece begins with."""
    days = days_in(Canvas(text), calendar)
    return days[0] if len(days) == 1 and days[0].options and days[0].start == 0 else None


def _weeks_or_months(canvas: Canvas, calendar: Calendar) -> _Days | None:
    if weeks := _takes(canvas, "named_week"):
        return _week(calendar.monday + timedelta(weeks=WEEKS[" ".join(weeks[0].split())]))
    is_week = _takes(canvas, "week") is not None
    month = None if is_week else _takes(canvas, "month")
    named = None if is_week or month else _month_named(canvas, calendar.today)
    said = days_in(canvas, calendar)
    days = [day for day in said if day.options]
    if len(days) > 1:
        return None
    if named:
        return _month(named)
    if said and not (days or is_week or month):
        return None
    on = _nearest(days[0].options[0], days[0].words, calendar.today) if days else calendar.today
    if month:
        which = month["before"] or month["behind"] or ""
        return _month(_months_on(on, 1 if which in NEXT else -1 if which in LAST else 0))
    return _week(on) if is_week else _days(days[0] if days else None, on)


def _days(said: Day | None, on: date) -> _Days:
    if said is None:
        return Span.DAYS, on, on + COMING
    if said.until is not None:
        return Span.DAYS, on, said.until + (on - said.options[0])
    return Span.DAY, on, on


def _takes(canvas: Canvas, name: str) -> re.Match[str] | None:
    found = _patterns()[name].search(canvas.text)
    if found is not None:
        canvas.take(*found.span())
    return found


def _month_named(canvas: Canvas, today: date) -> date | None:
    """A month that stands without a day: "december", "in mars 2027"."""

    def read(match: re.Match[str]) -> date | None:
        number = month_named(match[1])
        if number is None:
            return None
        if match[2]:
            return date(int(match[2]), number, 1)
        return _nearest(date(today.year + (number < today.month), number, 1), match[0], today)

    return canvas.take_first(
        re.compile(r"(?<![\w'])(?<!\d )(?<!\der )([a-z]{3,})(?:\s+(\d{4}))?(?![\w'])(?!\s+\d)"), read
    )


def _nearest(on: date, words: str, today: date) -> date:
    """A day that was typed without its year, and would be long off, is the last one of that name."""
    if on - today <= _HALF_A_YEAR or re.search(r"\d{4}", words) or (on.month, on.day) == (2, 29):
        return on
    return on.replace(year=on.year - 1)


def _week(on: date) -> _Days:
    monday = on - timedelta(days=on.weekday())
    return Span.WEEK, monday, monday + timedelta(days=6)


def _month(on: date) -> _Days:
    first = on.replace(day=1)
    return Span.MONTH, first, _months_on(first, 1) - timedelta(days=1)


def _months_on(on: date, count: int) -> date:
    """The first day of the month that many months on."""
    months = on.year * 12 + on.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def moved_on(span: Span, first: date, last: date, steps: int) -> tuple[date, date]:
    """The days that come so many steps after these, before them when negative."""
    if span is Span.MONTH:
        return _month(_months_on(first, steps))[1:]
    length = (last - first) + timedelta(days=1)
    return first + steps * length, last + steps * length


def days_around(span: Span, on: date) -> tuple[date, date]:
    """The day, the week or the month in which a day lies; the seven days from it for `Span.DAYS`."""
    if span is Span.MONTH:
        return _month(on)[1:]
    if span is Span.WEEK:
        return _week(on)[1:]
    return (on, on) if span is Span.DAY else (on, on + COMING)
