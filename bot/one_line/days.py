"""Days in a sentence, the ways in which Belgium, the Netherlands, Québec and Britain say them. Pure.

No library for dates reads these sentences: dateparser 1.5 makes 23:00 of "morgen 14u", a past day of "le 3", a day of
"2027" in "prices 2027" and of the letter "a", and nothing of "volgende week dinsdag" or "mardi prochain", in 2 to 10 ms
a fragment. What has several readings is kept with all of them: somebody is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.one_line.canvas import Canvas
from bot.one_line.day_words import (
    LAST,
    NEAR,
    NEXT,
    THIS,
    TWO_WEEKS_LATER,
    UNITS,
    WEEK_LATER,
    WEEKS,
    day_patterns,
)
from bot.one_line.vocabulary import number, weekdays
from bot.texts import Texts
from bot.typed_days import typed_day

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Day:
    """`options`: one for a day that is clear, several for one that may mean each of them, none for "next week".

    `words` is what was typed, from `start` to `end`. `is_word` marks a single word, which may be a name as well.
    `note` is set when it was read by a rule that the reader should see applied.
    """

    options: tuple[date, ...]
    start: int
    end: int
    words: str
    until: date | None = None
    is_word: bool = False
    note: bool = False

    @property
    def on(self) -> date | None:
        return self.options[0] if len(self.options) == 1 else None


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a day is counted from. `is_ahead`: a day without a year is the next one, else the last one."""

    today: date
    t: Texts
    language: str
    is_ahead: bool = True

    @property
    def monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())


_Read = Callable[[re.Match[str], Calendar, str], Day | None]


def days_in(canvas: Canvas, calendar: Calendar) -> list[Day]:
    """Every day, in the order of the sentence; takes their words. Two that "to" joins are one, with its last day."""
    patterns = day_patterns()
    found: list[Day] = []
    readers = (
        ("days_to", _days_to), ("dated", _dated), ("week_day", _week_day), ("weekday", _weekday), ("short", _short),
        ("ago", _ago), ("ahead", _ahead), ("near", _near), ("of_month", _of_month), ("vague", _vague),
    )  # fmt: skip
    for name, read in readers:

        def day(match: re.Match[str], read: _Read = read) -> Day | None:
            return read(match, calendar, canvas.typed[match.start() : match.end()].strip())

        found += canvas.take_all(patterns[name], day)
    return _joined(canvas, sorted(found, key=lambda one: one.start))


def is_past(days: list[Day], today: date) -> bool:
    return bool(days) and all(one.on is not None and one.on < today for one in days)


def _joined(canvas: Canvas, days: list[Day]) -> list[Day]:
    patterns = day_patterns()
    joined: list[Day] = []
    for day in days:
        before = joined[-1] if joined else None
        if before and before.on and day.on and patterns["to"].fullmatch(canvas.text[before.end : day.start]):
            canvas.take(before.end, day.start)
            if opened := patterns["from"].search(canvas.text[: before.start]):
                canvas.take(*opened.span())
            words = canvas.typed[before.start : day.end]
            # "Monday to Wednesday", said on a Tuesday: the Wednesday after that Monday.
            until = day.on if day.on > before.on else day.on + WEEK
            joined[-1] = Day(before.options, before.start, day.end, words, until=until)
        else:
            joined.append(day)
    return joined


# How each is read


def _dated(match: re.Match[str], calendar: Calendar, words: str) -> Day | None:
    typed = re.sub(r"\s+", " ", match["date"]).replace(" of ", " ")
    short_year = re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{2})", typed)
    if short_year:
        typed = f"{short_year[1]}/{short_year[3]}/20{short_year[4]}"
    on = typed_day(typed, calendar.t, today=calendar.today, is_ahead=calendar.is_ahead)
    if on is not None and (other := _other_order(typed, calendar, on)):
        return _made(match, words, (on, other))
    if on is None and not re.fullmatch(r"\d+/\d+(?:/\d+)?", match["date"]):
        return None
    if on is None or re.fullmatch(r"\d{1,2}\.\d{2}", match["date"]):  # no day of the year, or perhaps an hour
        return _made(match, words, ())
    weekday = match["weekday"]
    if weekday is not None and _number_of(weekday) != on.weekday():
        return _made(match, words, (on, _coming(calendar, _number_of(weekday))))
    return _made(match, words, (on,))


def _other_order(typed: str, calendar: Calendar, on: date) -> date | None:
    """Where the year is written first, "12-03" may be the 3rd of December as well as the 12th of March."""
    if not calendar.t.locale.date_formats["short"].pattern.startswith("y") or not re.match(r"\d{1,2}[/.-]\d", typed):
        return None
    if on.day > 12 or on.day == on.month:
        return None
    first, sign, second, *year = re.split(r"([/.-])", typed)
    return typed_day(f"{second}{sign}{first}{''.join(year)}", calendar.t, today=calendar.today,
                     is_ahead=calendar.is_ahead)  # fmt: skip


def _days_to(match: re.Match[str], calendar: Calendar, words: str) -> Day | None:
    last = typed_day(re.sub(r"\s+", " ", match["last"]), calendar.t, today=calendar.today, is_ahead=calendar.is_ahead)
    first = int(match["first"])
    if last is None or not 0 < first < last.day:
        return None
    return Day((last.replace(day=first),), *match.span(), words, until=last)


def _week_day(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    return _made(match, words, (_in_week(calendar, _weeks_in(match["week"]), _number_of(match["weekday"])),))


def _weekday(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    weekday = _number_of(match["weekday"])
    if match["week"]:
        return _made(match, words, (_in_week(calendar, _weeks_in(match["week"]), weekday),))
    said = re.sub(r"\s+", " ", match["before"] or match["behind"] or "")
    is_word = match.end() - match.start() == len(match["weekday"])
    return _made(match, words, _weekday_options(calendar, weekday, said), is_word=is_word)


def _weekday_options(calendar: Calendar, weekday: int, said: str) -> tuple[date, ...]:
    coming = _coming(calendar, weekday)
    today = calendar.today
    if said in LAST or (not said and not calendar.is_ahead):
        return (today - timedelta(days=(today.weekday() - weekday) % 7 or 7),)
    if said in WEEK_LATER or said in TWO_WEEKS_LATER:
        return (coming + (WEEK if said in WEEK_LATER else 2 * WEEK),)
    if said in NEXT and coming < calendar.monday + WEEK:
        # Later in this week: some mean that day, others the one a week on.
        return (coming, coming + WEEK)
    if said in ("", *THIS) and weekday == today.weekday():
        return (today,) if said else (today, today + WEEK)
    return (coming,)


def _short(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    weekday = _number_of(match["weekday"] or match["alone"])
    return _made(match, words, _weekday_options(calendar, weekday, ""))


def _near(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    on = calendar.today + timedelta(days=NEAR[re.sub(r"\s+", " ", match["near"])])
    return _made(match, words, (on,), is_word=" " not in words)


def _ago(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    count, unit = number(match["ago"] or match["ago_fr"]), match["unit"] or match["unit_fr"]
    return _made(match, words, (_later(calendar.today, -count, unit),))


def _ahead(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    count, unit = number(match["count"] or match["count_now"]), match["unit"] or match["unit_now"]
    if unit in ("jour", "jours") and count in (8, 15):
        # In French "huit jours" is a week and "quinze jours" are two.
        return _made(match, words, (calendar.today + (WEEK if count == 8 else 2 * WEEK),), note=True)
    return _made(match, words, (_later(calendar.today, count, unit),))


def _of_month(match: re.Match[str], calendar: Calendar, words: str) -> Day | None:
    """ "le 3": the next third of a month, or the last one."""
    nth, step = int(match["nth"] or match["le"]), 1 if calendar.is_ahead else -1
    if not 1 <= nth <= 31:
        return None
    days = (calendar.today + timedelta(days=step * number) for number in range(62))
    return _made(match, words, (next(day for day in days if day.day == nth),))


def _vague(match: re.Match[str], _calendar: Calendar, words: str) -> Day:
    return _made(match, words, ())


def _made(
    match: re.Match[str], words: str, options: tuple[date, ...], *, is_word: bool = False, note: bool = False
) -> Day:
    return Day(tuple(dict.fromkeys(options)), *match.span(), words, is_word=is_word, note=note)


def _number_of(weekday: str) -> int:
    wide = weekdays("wide")
    return wide[weekday] if weekday in wide else weekdays("abbreviated")[weekday]


def _weeks_in(words: str) -> int:
    return WEEKS[re.sub(r"\s+", " ", words)]


def _in_week(calendar: Calendar, weeks: int, weekday: int) -> date:
    return calendar.monday + weeks * WEEK + timedelta(days=weekday)


def _coming(calendar: Calendar, weekday: int) -> date:
    """After today."""
    return calendar.today + timedelta(days=(weekday - calendar.today.weekday()) % 7 or 7)


def _later(on: date, count: int, unit: str) -> date:
    if UNITS[unit] != 30:
        return on + timedelta(days=count * UNITS[unit])
    months = on.month - 1 + count
    year, month = on.year + months // 12, months % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(on.day, (after - timedelta(days=1)).day))
