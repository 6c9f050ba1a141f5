"""How often an action comes back, in its form: the fields, the next dates in words, and which occurrences a change is
for.
"""

from __future__ import annotations

import calendar
from datetime import date
from functools import lru_cache
from typing import Any

from babel.dates import format_skeleton, get_day_names

from bot.office import Caller
from bot.slack.fields import Option
from bot.texts import Texts, _
from store.base import BookError
from store.series import LAST, Every, Recurrence

NEVER = "never"
PREVIEWED = 5
_WITHOUT_END, _UNTIL, _COUNTED = "open", "until", "count"
_LAST_WEEKDAY = "last_weekday"
THIS, FOLLOWING, ALL = "this", "following", "all"


def repeats_options(caller: Caller, form: Any) -> tuple[Option, ...]:
    """In the words of the day that is chosen: "Every month, on the second Tuesday"."""
    return _repeats(caller.t, form.values["on"] or caller.today)


@lru_cache(maxsize=512)
def _repeats(t: Texts, on: date) -> tuple[Option, ...]:
    weekday = get_day_names("wide", locale=t.locale)[on.weekday()]
    ordinals = {
        1: t(_("first {weekday}"), weekday=weekday),
        2: t(_("second {weekday}"), weekday=weekday),
        3: t(_("third {weekday}"), weekday=weekday),
        4: t(_("fourth {weekday}"), weekday=weekday),
    }
    found = [
        Option(NEVER, t(_("Does not repeat"))),
        Option(Every.DAY.value, t(_("Every day"))),
        Option(Every.WEEK.value, t(_("Every week"))),
        Option(Every.MONTH_DATE.value, t(_("Every month, on day {day}"), day=on.day)),
    ]
    which = (on.day - 1) // 7 + 1
    if which in ordinals:
        found.append(Option(Every.MONTH_WEEKDAY.value, t(_("Every month, on the {day}"), day=ordinals[which])))
    if on.day + 7 > calendar.monthrange(on.year, on.month)[1]:
        last = t(_("last {weekday}"), weekday=weekday)
        found.append(Option(_LAST_WEEKDAY, t(_("Every month, on the {day}"), day=last)))
    return (*found, Option(Every.YEAR.value, t(_("Every year, on {day}"), day=_day_of_year(t, on))))


def weekday_options(caller: Caller, _form: Any) -> list[Option]:
    """Monday first, as the countries of our users have it."""
    names = get_day_names("abbreviated", locale=caller.t.locale)
    return [Option(str(day), names[day]) for day in range(7)]


def end_options(caller: Caller, _form: Any) -> list[Option]:
    t = caller.t
    return [
        Option(_WITHOUT_END, t(_("Without end"))),
        Option(_UNTIL, t(_("Until a day"))),
        Option(_COUNTED, t(_("A number of times"))),
    ]


def scope_options(caller: Caller, _form: Any) -> list[Option]:
    t = caller.t
    return [
        Option(THIS, t(_("This time alone"))),
        Option(FOLLOWING, t(_("This time and the following ones"))),
        Option(ALL, t(_("All that are still to come"))),
    ]


def _day_of_year(t: Texts, on: date) -> str:
    return format_skeleton("MMMMd", on, locale=t.locale)


# What the form says


def repeats(form: Any) -> bool:
    """Whether a rule was chosen, and applies to what is being saved."""
    chosen = form.values["repeats"]
    return chosen is not None and chosen.value != NEVER and not is_this_alone(form)


def is_this_alone(form: Any) -> bool:
    chosen = form.values["scope"]
    return bool(form.about.get("occurrence")) and (chosen is None or chosen.value == THIS)


def is_weekly(form: Any) -> bool:
    return repeats(form) and form.values["repeats"].value == Every.WEEK.value


def may_lack_a_day(form: Any) -> bool:
    """Whether some months (some years) have no such day."""
    on = form.values["on"]
    if on is None or not repeats(form):
        return False
    chosen = form.values["repeats"].value
    is_leap_day = (on.month, on.day) == (2, 29)
    return (chosen == Every.MONTH_DATE.value and on.day > 28) or (chosen == Every.YEAR.value and is_leap_day)


def ends_on_a_day(form: Any) -> bool:
    return repeats(form) and _end_of(form) == _UNTIL


def ends_after_a_number(form: Any) -> bool:
    return repeats(form) and _end_of(form) == _COUNTED


def _end_of(form: Any) -> str:
    chosen = form.values["series_end"]
    return chosen.value if chosen else _WITHOUT_END


def recurrence_in(form: Any) -> Recurrence | None:
    """The rule as it is filled in; None for once. What is empty is as usual: every single time, the day's own weekday.

    Raises BookError at `last_on` or `times` when the end is chosen and not given.
    """
    if not repeats(form):
        return None
    chosen, on, last_on, times = (form.values[name] for name in ("repeats", "on", "last_on", "times"))
    every = Every.MONTH_WEEKDAY if chosen.value == _LAST_WEEKDAY else Every(chosen.value)
    for name, wanted, given in (("last_on", ends_on_a_day(form), last_on), ("times", ends_after_a_number(form), times)):
        if wanted and given is None:
            raise BookError(_("Please fill this in."), field=name)
    days = frozenset(int(option.value) for option in form.values["weekdays"] or ())
    return Recurrence(
        every,
        interval=form.values["interval"] or 1,
        weekdays=(days or frozenset({on.weekday()})) if every is Every.WEEK else frozenset(),
        ordinal=LAST if chosen.value == _LAST_WEEKDAY else _ordinal(every, on),
        or_last_day=bool(form.values["or_last_day"]) and may_lack_a_day(form),
        until_on=last_on if ends_on_a_day(form) else None,
        count=times if ends_after_a_number(form) else None,
    )


def _ordinal(every: Every, on: date) -> int:
    return min((on.day - 1) // 7 + 1, 4) if every is Every.MONTH_WEEKDAY else 1


def said_of_dates(caller: Caller, form: Any) -> str:
    """The next five dates in words, or why there are none; "" for what happens once."""
    if not repeats(form) or form.values["on"] is None:
        return ""
    t, on = caller.t, form.values["on"]
    try:
        rule = recurrence_in(form)
        assert rule is not None, "it repeats"
        rule.check(on)
    except BookError as error:
        return t(error.text, **error.values)
    dates = rule.first_dates(on, PREVIEWED + 1)
    days = t.list([t.day(one, today=caller.today) for one in dates[:PREVIEWED]])
    if len(dates) > PREVIEWED:
        days = t(_("{days}, and so on"), days=days)
    skipping = may_lack_a_day(form) and not form.values["or_last_day"]
    more = f" {t(_('Where there is no such day, it is skipped.'))}" if skipping else ""
    return f"{t.labelled(t(_('Next dates')), days)}.{more}"


# Filling it


def show_rule(caller: Caller, form: Any, rule: Recurrence | None) -> None:
    """Fills the fields with a rule, or with nothing."""
    form.repeats = next(one for one in repeats_options(caller, form) if one.value == _chosen(rule))
    form.interval = rule.interval if rule else 1
    weekdays = weekday_options(caller, form)
    own = frozenset({form.values["on"].weekday()})  # the day itself need not be ticked: it follows when the day moves
    ticked = rule.weekdays if rule and rule.weekdays != own else frozenset()
    form.weekdays = tuple(one for one in weekdays if int(one.value) in ticked)
    form.or_last_day = bool(rule and rule.or_last_day)
    ends = {one.value: one for one in end_options(caller, form)}
    until, count = (rule.until_on, rule.count) if rule else (None, None)
    form.series_end = ends[_UNTIL if until else _COUNTED if count else _WITHOUT_END]
    form.last_on, form.times = until, count


def _chosen(rule: Recurrence | None) -> str:
    if rule is None:
        return NEVER
    return _LAST_WEEKDAY if rule.every is Every.MONTH_WEEKDAY and rule.ordinal == LAST else rule.every.value
