"""Birthdays of persons: a day and a month, the year only when somebody gave it.

In common years somebody born on 29 February is wished well on the 28th: lists and wishes go by the month, and a wish
that comes a day early is read on the day, while one that comes in March is late.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from babel.dates import get_month_names
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.audit import Audited
from store.base import BookError, Row, _
from store.collaborators import LANGUAGES
from store.words import fold

OLDEST = 1880
_LEAP_YEAR = 2000
_IGNORED = {"er", "st", "nd", "rd", "th", "de", "e", "of", "the", "le"}


class BirthdayShown(StrEnum):
    """How much of a birthday is shown, to everybody alike: it is the person's and not the office's to tell."""

    FULL = "full"
    DAY_AND_MONTH = "day_and_month"
    HIDDEN = "hidden"


class Birthday(Audited, Row):
    """`year` is None when it was not given. `shown` is None while the office's setting counts."""

    __tablename__ = "birthday"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), unique=True)
    month: Mapped[int]
    day: Mapped[int]
    year: Mapped[int | None]
    shown: Mapped[BirthdayShown | None]

    @property
    def born(self) -> Born:
        return Born(self.day, self.month, self.year)


@dataclass(frozen=True, slots=True)
class Born:
    day: int
    month: int
    year: int | None = None

    def celebrated_on(self, year: int) -> date:
        """29 February is the 28th in common years."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return date(year, 2, 28)


def birthday_typed(typed: str, *, today: date, month_first: bool = False) -> Born | None:
    """What somebody typed: "12 mars 1975", "12/3", "1975-03-12", "March 12"; None for nothing.

    Months are known by name in the three languages. Raises BookError at `birthday`.
    """
    pieces = [one for one in re.findall(r"\d+|[^\W\d_]+", fold(typed)) if one not in _IGNORED]
    if not pieces:
        return None
    words, figures = [one for one in pieces if not one.isdecimal()], [one for one in pieces if one.isdecimal()]
    born = _with_month_named(words, figures) if words else _in_figures(figures, month_first)
    if born is None:
        raise BookError(_("Write it like 12 March 1975, or like 12/3 without the year."), field="birthday")
    return _checked(born, today)


@dataclass(frozen=True, slots=True)
class _Typed:
    """`year` is "" when it was not given."""

    day: int
    month: int
    year: str


def _with_month_named(words: Sequence[str], figures: Sequence[str]) -> _Typed | None:
    months = {number for name, number in _month_names() if len(words[0]) >= 3 and name.startswith(words[0])}
    if len(words) != 1 or len(months) != 1 or not 1 <= len(figures) <= 2:
        return None
    day, year = (figures[1], figures[0]) if len(figures[0]) > 2 else (figures[0], "".join(figures[1:]))
    return _Typed(int(day), months.pop(), year)


def _in_figures(figures: Sequence[str], month_first: bool) -> _Typed | None:
    if len(figures) == 3 and len(figures[0]) == 4:
        return _Typed(int(figures[2]), int(figures[1]), figures[0])
    if len(figures) not in (2, 3):
        return None
    day, month = reversed(figures[:2]) if month_first else figures[:2]
    if int(month) > 12 >= int(day):
        day, month = month, day
    return _Typed(int(day), int(month), figures[2] if len(figures) == 3 else "")


def _checked(typed: _Typed, today: date) -> Born:
    if not 1 <= typed.month <= 12:
        raise BookError(_("There is no month {month}."), field="birthday", month=typed.month)
    days = monthrange(_LEAP_YEAR, typed.month)[1]
    if not 1 <= typed.day <= days:
        text = _("There is no day {day} in that month: it has {days}.")
        raise BookError(text, field="birthday", day=typed.day, days=days)
    if not typed.year:
        return Born(typed.day, typed.month)
    year = _latest(typed.year, today)
    if (typed.day, typed.month) == (29, 2) and not isleap(year):
        text = _("There is no 29 February in {year}: it is no leap year.")
        raise BookError(text, field="birthday", year=year)
    if len(typed.year) != 4:
        # 75 could be 1875 to who sorts by it later.
        raise BookError(_("Write the year with four figures, like {year}."), field="birthday", year=year)
    if year < OLDEST:
        raise BookError(_("Nobody of today was born before {year}."), field="birthday", year=OLDEST)
    if date(year, typed.month, typed.day) > today:
        raise BookError(_("That day is still to come."), field="birthday")
    return Born(typed.day, typed.month, year)


def _latest(year: str, today: date) -> int:
    """Of two figures the latest year that ended so; of other than four some year, to say how one is written."""
    if len(year) == 4:
        return int(year)
    if len(year) != 2:
        return today.year
    return today.year - (today.year - int(year)) % 100


@cache
def _month_names() -> frozenset[tuple[str, int]]:
    return frozenset(
        (fold(name), number) for code in LANGUAGES for number, name in get_month_names("wide", locale=code).items()
    ) | {("mrt", 3)}


def birthday_of(session: Session, person_id: int) -> Birthday | None:
    return session.scalars(select(Birthday).where(Birthday.person_id == person_id)).one_or_none()


def shown_of(birthday: Birthday, office: BirthdayShown) -> Born | None:
    """What may be shown of it, the office's setting being `office`; None when it is hidden."""
    shown = birthday.shown or office
    if shown is BirthdayShown.HIDDEN:
        return None
    return birthday.born if shown is BirthdayShown.FULL else Born(birthday.day, birthday.month)
