"""Days in a sentence, the ways in which Belgium, the Netherlands, Québec and Britain say them. Pure.

No library for dates reads these sentences: dateparser 1.5 makes 23:00 of "morgen 14u", a past day of "le 3", a day of
"2027" in "prices 2027" and of the letter "a", and nothing of "volgende week dinsdag" or "mardi prochain", in 2 to 10 ms
a fragment. What has several readings is kept with all of them: somebody is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.one_line.calendar import WEEK, Calendar, Day, coming, in_week, later, made, weekday_options
from bot.one_line.canvas import Canvas
from bot.one_line.day_words import LAST, NEAR, WEEKS, day_patterns
from bot.one_line.repeating import rule_of
from bot.one_line.vocabulary import number
from bot.one_line.weekday_words import is_short_name, weekdays_meant
from bot.typed_days import typed_day

JUST_PAST = timedelta(days=60)
"""A day without a year that was this short ago may be meant, and not the one in a year."""

_Read = Callable[[re.Match[str], Calendar, str], Day | None]


def days_in(canvas: Canvas, calendar: Calendar) -> list[Day]:
    """Every day, in the order of the sentence; takes their words. Two that "to" joins are one, with its last day, or
    that of its rule.
    """
    patterns = day_patterns()
    found: list[Day] = []
    readers = (
        ("every", _every), ("week_of", _vague), ("week_on", _week_on), ("days_to", _days_to), ("dated", _dated),
        ("numbered", _numbered), ("nth", _nth), ("week_day", _week_day), ("weekday", _weekday), ("short", _short),
        ("ago", _ago), ("within", _within), ("ahead", _ahead), ("near", _near), ("of_month", _of_month),
        ("vague", _vague),
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
        if before is None or day.repeats or not patterns["to"].fullmatch(canvas.text[before.end : day.start]):
            joined.append(day)
        elif before.rule and day.on:
            canvas.take(before.end, day.start)
            begins_later = before.on is not None and before.on > day.on
            rule = None if begins_later else replace(before.rule, until_on=day.on)
            joined[-1] = replace(before, end=day.end, words=canvas.typed[before.start : day.end], rule=rule)
        elif before.on and day.on:
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
    is_ahead = calendar.is_ahead and match["which"] not in LAST
    on = typed_day(typed, calendar.t, today=calendar.today, is_ahead=is_ahead)
    if on is not None and (other := _other_order(typed, calendar, on)):
        return made(match, words, (on, other))
    if on is None and not re.fullmatch(r"\d+/\d+(?:/\d+)?|(?:[0-2]?\d|3[01])\D*[a-z]{3}.*", match["date"]):
        return None
    if on is None or re.fullmatch(r"\d{1,2}\.\d{2}", match["date"]):  # no day of the year, or perhaps an hour
        return made(match, words, ())
    numbers = weekdays_meant(match["weekday"], calendar.language) if match["weekday"] else ()
    asks = calendar.asks_past and is_ahead and not match["which"] and not re.search(r"\d{4}", typed)
    before = _just_past(on, calendar) if asks else None
    if before is not None and (not numbers or before.weekday() in numbers):
        # "23/11", said on the 24th: yesterday, or in a year?
        return made(match, words, (before,) if numbers else (before, on))
    if numbers and on.weekday() not in numbers:
        return made(match, words, (on, *(coming(calendar, number) for number in numbers)))
    return made(match, words, (on,))


def _just_past(on: date, calendar: Calendar) -> date | None:
    """The same day of the year before, when that was in the last weeks."""
    before = on - timedelta(days=365)
    if (before.month, before.day) != (on.month, on.day):
        before -= timedelta(days=1)
    return before if timedelta(0) < calendar.today - before <= JUST_PAST else None


def _nth(match: re.Match[str], calendar: Calendar, words: str) -> Day | None:
    """ "vendredi 4": the Friday that is a fourth; where there is none soon, which was meant?"""
    nth, numbers = int(match["nth"]), weekdays_meant(match["weekday"], calendar.language)
    step = 1 if calendar.is_ahead else -1
    days = [calendar.today + timedelta(days=step * count) for count in range(62)]
    fitting = [day for day in days if day.day == nth and day.weekday() in numbers]
    if fitting:
        return made(match, words, tuple(fitting[:1]))
    if match["ends"] is None or not 1 <= nth <= 31:
        return None
    others = (day for day in days if day.day == nth)
    return made(match, words, (*(coming(calendar, number) for number in numbers), next(others)))


def _numbered(match: re.Match[str], calendar: Calendar, words: str) -> Day | None:
    """ "maandag week 50", as ISO 8601 counts weeks; none of its days when none is said."""
    if re.search(r"(?:volgende|deze|vorige|elke|next|this|last|every|une?|een|a)\s+\Z", match.string[: match.start()]):
        return None
    name, week = match["weekday"] or match["behind"], int(match["number"])
    try:
        years = [date.fromisocalendar(calendar.today.isocalendar().year + more, week, 7) for more in (0, 1)]
    except ValueError:  # no such week in one of them
        return made(match, words, ())
    sunday = next((day for day in years if day >= calendar.today), years[-1]) if calendar.is_ahead else years[0]
    numbers = weekdays_meant(name, calendar.language) if name else ()
    return made(match, words, tuple(sunday - timedelta(days=6 - number) for number in numbers))


def _week_on(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    """ "a week on Friday"."""
    weeks = WEEK if match["one"] else 2 * WEEK
    [number] = weekdays_meant(match["weekday"], calendar.language)
    return made(match, words, tuple(day + weeks for day in weekday_options(calendar, number, "")))


def _within(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    """The last day on which it may be done, not that on which it is."""
    return replace(made(match, words, (later(calendar.today, number(match["count"]), match["unit"]),)), is_limit=True)


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
    weeks, numbers = _weeks_in(match["week"]), weekdays_meant(match["weekday"], calendar.language)
    return made(match, words, tuple(in_week(calendar, weeks, number) for number in numbers))


def _weekday(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    [weekday] = weekdays_meant(match["weekday"], calendar.language)
    if match["week"]:
        return made(match, words, (in_week(calendar, _weeks_in(match["week"]), weekday),))
    said = re.sub(r"\s+", " ", match["before"] or match["behind"] or "")
    is_word = match.end() - match.start() == len(match["weekday"])
    return made(match, words, weekday_options(calendar, weekday, said), is_word=is_word)


def _short(match: re.Match[str], calendar: Calendar, words: str) -> Day | None:
    """A name of another language counts only before an hour: "do" is English too."""
    name = next(filter(None, match.group("weekday", "asked", "alone", "dotted", "last")))
    is_own, is_clear = is_short_name(name, calendar.language), match["last"] is None and match["dotted"] is None
    if (not is_own and not is_clear) or (match["last"] and name == "zo"):
        return None
    said = re.sub(r"\s+", " ", match["behind"] or "")
    meant = weekdays_meant(name, calendar.language)
    options = [day for number in meant for day in weekday_options(calendar, number, said)]
    is_word = match["last"] is not None
    return made(match, words, tuple(options), is_word=is_word, note=is_word and len(options) == 1)


def _every(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    """ "elke maandag": the first of them."""
    options = weekday_options(calendar, weekdays_meant(match["weekday"], "")[0], "") if match["weekday"] else ()
    return replace(made(match, words, options), repeats=True, rule=rule_of(match))


def _near(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    on = calendar.today + timedelta(days=NEAR[re.sub(r"\s+", " ", match["near"])])
    return made(match, words, (on,), is_word=" " not in words)


def _ago(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    count, unit = number(match["ago"] or match["ago_fr"]), match["unit"] or match["unit_fr"]
    return made(match, words, (later(calendar.today, -count, unit),))


def _ahead(match: re.Match[str], calendar: Calendar, words: str) -> Day:
    count, unit = number(match["count"] or match["count_now"]), match["unit"] or match["unit_now"]
    if unit in ("jour", "jours") and count in (8, 15):
        # In French "huit jours" is a week and "quinze jours" are two.
        return made(match, words, (calendar.today + (WEEK if count == 8 else 2 * WEEK),), note=True)
    # "binnen drie dagen" is after three days to most, within them to some.
    return made(match, words, (later(calendar.today, count, unit),), note=match["near"] is not None)


def _of_month(match: re.Match[str], calendar: Calendar, words: str) -> Day | None:
    """ "le 3": the next third of a month, or the last one."""
    nth, step = int(match["nth"] or match["le"]), 1 if calendar.is_ahead else -1
    if not 1 <= nth <= 31:
        return None
    days = (calendar.today + timedelta(days=step * number) for number in range(62))
    return made(match, words, (next(day for day in days if day.day == nth),))


def _vague(match: re.Match[str], _calendar: Calendar, words: str) -> Day:
    return made(match, words, ())


def _weeks_in(words: str) -> int:
    return WEEKS[re.sub(r"\s+", " ", words)]
