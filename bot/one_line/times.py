"""When a sentence says that something is: its day, hours, length and deadline taken together. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.one_line.calendar import Calendar, Day
from bot.one_line.canvas import Canvas
from bot.one_line.days import days_in, is_past
from bot.one_line.hour_words import TODAY_PARTS, TOMORROW_PARTS
from bot.one_line.hours import (
    Hours,
    duration_in,
    from_now,
    hours_in,
    is_all_day,
    marked_duration,
    part_of_day,
)
from bot.one_line.line import Question, Reading
from bot.texts import Texts
from store.series import Recurrence

Span = tuple[int, int]
_EVERY_MIN = 5
_DEADLINE = re.compile(
    r"(?<!\w)(?:deadline|tegen|uiterlijk|ten laatste|klaar tegen|by|before|avant|d'ici|au plus tard|no later than|voor)"
    r"\s*:?\s*(?:op|on|le|the)?\s*\Z"
)
_MORNING_SIGNS = ("ochtend", "morgen", "matin", "morning", "voormiddag", "voor de middag", "vroeg", "begin", "first")
_EVENING_SIGNS = ("middag", "avond", "apres", "soir", "afternoon", "evening", "tonight", "fin de", "eind", "end of")


@dataclass(frozen=True, slots=True)
class Times:
    """What the days and hours come to. `maybe_names` are the places of single words that may be names as well."""

    days: tuple[Day, ...] = ()
    hours: tuple[Hours, ...] = ()
    today: date = date.min
    is_done: bool = False
    lasts: timedelta | None = None
    is_whole_day: bool = False
    deadline_on: date | None = None
    part: str = ""
    unsure: tuple[Day, ...] = ()
    """Days of which it is not sure that days are meant."""
    unsure_hours: tuple[Hours, ...] = ()

    # What they say

    @property
    def options(self) -> tuple[date, ...]:
        """The days that are possible: those that all said days have in common, else all of them."""
        if not self.days:
            return ()
        common = set(self._said[0].options).intersection(*(set(day.options) for day in self._said))
        return tuple(sorted(common or {on for day in self.days for on in day.options}))

    @property
    def _said(self) -> Sequence[Day]:
        """Without "every two weeks", where another part of the sentence says the day."""
        return [day for day in self.days if day.options or not day.repeats] or self.days

    @property
    def on(self) -> date | None:
        options = self.options
        contradicts = self.is_done and options and options[0] > self.today
        is_vague = any(not day.options for day in self._said)
        return options[0] if len(options) == 1 and not self.unsure and not contradicts and not is_vague else None

    @property
    def until(self) -> date | None:
        return next((day.until for day in self.days if day.until), None) if self.on else None

    @property
    def recurrence(self) -> Recurrence | None:
        """How it comes back, where that is clear and begins on a day that is."""
        rules = [day.rule for day in self.days if day.repeats]
        rule = rules[0] if len(rules) == 1 else None
        if rule is None or self.on is None or self.until or self.is_done:
            return None
        return rule if not rule.weekdays or self.on.weekday() in rule.weekdays else None

    @property
    def is_past(self) -> bool:
        return not self.unsure and is_past(list(self.days), self.today)

    @property
    def is_all_day(self) -> bool:
        return self.is_whole_day or (self.until is not None and not self.hours)

    @property
    def main(self) -> Hours | None:
        """The hour at which it begins: one that cannot be a duration goes before one that can."""
        return next((one for one in self.hours if one.maybe_lasts is None), self.hours[0] if self.hours else None)

    @property
    def length(self) -> timedelta | None:
        """How long it lasts: as said, else what else than the start may be a duration."""
        maybe = (one.maybe_lasts for one in self.hours if one is not self.main and one.maybe_lasts)
        return self.lasts or next(maybe, None)

    @property
    def starts(self) -> time | None:
        main = self.main
        if main is None or self.unsure_hours or self._others_of(main):
            return None
        start = main.options[0] if main.maybe_lasts is None or self.length or self.part else None
        return _in_part(start, self.part) if start else None

    @property
    def ends(self) -> time | None:
        main, starts = self.main, self.starts
        if main is None or starts is None:
            return None
        if main.ends:
            return main.ends
        return (datetime.combine(date.min, starts) + self.length).time() if self.length else None

    @property
    def rules(self) -> list[Question]:
        by_rule = [Question("on", day.words, day.options) for day in self.days if day.note]
        main = self.main
        if main and self.starts and (main.note or main.maybe_lasts) and not self.part:
            by_rule.append(Question("starts", main.words, (self.starts,)))
        return by_rule

    @property
    def questions(self) -> list[Question]:
        asked = self.days if self.recurrence is None else ()
        found = [Question("repeats", day.words) for day in asked if day.repeats]
        if self.days and self.on is None:
            words = ", ".join(day.words for day in (self.unsure or self.days))
            found.append(Question("on", words, tuple(self.options)))
        main = self.main
        if main and self.starts is None:
            found.append(Question("starts", ", ".join(one.words for one in self.hours), self._readings()))
        elif main is None and (self.part or self.lasts) and not self.is_whole_day:
            found.append(Question("starts", self.part, (self.lasts,) if self.lasts else ()))
        return found

    def _readings(self) -> tuple[Reading, ...]:
        readings: list[Reading] = [one for hours in self.hours for one in hours.options]
        return (*readings, *(one.maybe_lasts for one in self.hours if one.maybe_lasts))

    def _others_of(self, main: Hours) -> list[Hours]:
        """Other starts that contradict it."""
        return [one for one in self.hours if one is not main and not one.maybe_lasts and one.options != main.options]

    def before(self, canvas: Canvas, place: int) -> Times:
        """Without the days and hours from that place on, which it gives back, where others stand before it."""
        later = []
        if any(day.start < place for day in self.days):
            later += [(day.start, day.end) for day in self.days if day.start >= place]
        if any(one.start < place for one in self.hours):
            later += [(one.start, one.end) for one in self.hours if one.start >= place]
        times = self
        for span in later:
            canvas.give_back(*span)
            times = times.without(span)
        return times

    # Words that may be names

    def words(self) -> list[Span]:
        """The places of single words without figures."""
        days = [(day.start, day.end) for day in self.days if day.is_word]
        hours = [(one.start, one.end) for one in self.hours if one.words.isalpha()]
        return [*days, *hours]

    def others(self, span: Span) -> bool:
        """Whether another part of the sentence says the same kind of thing."""
        if any((day.start, day.end) == span for day in self.days):
            return len(self.days) > 1
        return len(self.hours) > 1

    def without(self, span: Span) -> Times:
        return replace(
            self,
            days=tuple(day for day in self.days if (day.start, day.end) != span),
            hours=tuple(one for one in self.hours if (one.start, one.end) != span),
        )

    def asking(self, span: Span) -> Times:
        """It is not sure that this word is a day or hour."""
        return replace(
            self,
            unsure=tuple(day for day in self.days if (day.start, day.end) == span),
            unsure_hours=tuple(one for one in self.hours if (one.start, one.end) == span),
        )


def read_times(canvas: Canvas, now: datetime, t: Texts, language: str, *, is_done: bool) -> Times:
    """Takes every day, hour and length. `is_done`: it happened already, so days are the last ones."""
    calendar = Calendar(now.date(), t, language, is_ahead=not is_done, asks_past=True)
    times = Times(today=now.date(), is_done=is_done, is_whole_day=is_all_day(canvas))
    from_here = from_now(canvas)
    marked = marked_duration(canvas)
    days = days_in(canvas, calendar)
    if language == "fr" or (language == "nl") is (t.language == "fr"):
        days = sorted([*days, *_french_yesterday(canvas, calendar)], key=lambda day: day.start)
    deadline, days = _deadline(canvas, days, language)
    hours = hours_in(canvas, language)
    part = part_of_day(canvas)
    lasts = marked[1] if marked else duration_in(canvas)
    if not days and part:
        days = _day_of_part(part, calendar)
    times = replace(times, days=tuple(days), hours=tuple(hours), lasts=lasts, deadline_on=deadline, part=part)
    return _counted(times, *from_here, now) if from_here else times


def _counted(times: Times, words: str, ahead: timedelta, now: datetime) -> Times:
    """ "in two hours", to five minutes."""
    at = now.replace(second=0, microsecond=0) + ahead
    at += timedelta(minutes=-at.minute % _EVERY_MIN)
    day = Day((at.date(),), 0, 0, words)
    return replace(times, days=(*times.days, day), hours=(*times.hours, Hours(words, (at.time(),))))


def _french_yesterday(canvas: Canvas, calendar: Calendar) -> list[Day]:
    """ "hier" is yesterday in French and here in Dutch."""
    yesterday = calendar.today - timedelta(days=1)

    def read(match: re.Match[str]) -> Day:
        return Day((yesterday,), *match.span(), match[0], is_word=True)

    return canvas.take_all(re.compile(r"(?<![\w'])hier(?!\w)"), read)


def _deadline(canvas: Canvas, days: Sequence[Day], language: str) -> tuple[date | None, list[Day]]:
    """The day behind "by" or "uiterlijk", and the others."""
    for day in days:
        if day.is_limit:
            return day.on, [one for one in days if one is not day]
        before = _DEADLINE.search(canvas.text[: day.start])
        if before and day.on and (language == "nl" or not before[0].strip().startswith("voor")):
            canvas.take(*before.span())
            return day.on, [one for one in days if one is not day]
    return None, list(days)


def _day_of_part(part: str, calendar: Calendar) -> list[Day]:
    folded = Canvas(part).text
    if folded in TODAY_PARTS:
        return [Day((calendar.today,), 0, 0, part)]
    if folded in TOMORROW_PARTS:
        return [Day((calendar.today + timedelta(days=1),), 0, 0, part)]
    return []


def _in_part(start: time, part: str) -> time:
    """ "tomorrow evening at 8" is 20:00."""
    folded = Canvas(part).text
    if any(sign in folded for sign in _MORNING_SIGNS):
        return start.replace(hour=start.hour - 12) if 12 < start.hour <= 18 else start
    if any(sign in folded for sign in _EVENING_SIGNS) and start.hour < 12:
        return start.replace(hour=start.hour + 12)
    return start
