"""The row of a series, and which actions belong to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from store.actions import Action, When
from store.audit import Audited
from store.base import Row
from store.series.rules import Every, Recurrence


class ActionSeries(Audited, Row):
    """The rule after which an action comes back. The action itself (`series_id` set, `recurs_on` not) says what happens
    and when the first time is; an occurrence that somebody opened or changed is an action of its own with `recurs_on`,
    the date that the rule gave it. All others are expanded when they are read.

    `ends_on` is the rule's last date, None without an end: an agenda need not expand what is long over.
    """

    __tablename__ = "action_series"

    id: Mapped[int] = mapped_column(primary_key=True)
    every: Mapped[Every]
    interval: Mapped[int]
    weekdays: Mapped[str] = mapped_column(default="")
    ordinal: Mapped[int] = mapped_column(default=1)
    or_last_day: Mapped[bool] = mapped_column(default=False)
    until_on: Mapped[date | None]
    count: Mapped[int | None]
    ends_on: Mapped[date | None]

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence(
            every=self.every,
            interval=self.interval,
            weekdays=frozenset(int(day) for day in self.weekdays),
            ordinal=self.ordinal,
            or_last_day=self.or_last_day,
            until_on=self.until_on,
            count=self.count,
        )

    def follow(self, rule: Recurrence, starts_on: date) -> None:
        """Takes the rule over. The caller has checked it."""
        columns: dict[str, Any] = {
            "every": rule.every,
            "interval": rule.interval,
            "weekdays": "".join(str(day) for day in sorted(rule.weekdays)),
            "ordinal": rule.ordinal,
            "or_last_day": rule.or_last_day,
            "until_on": rule.until_on,
            "count": rule.count,
            "ends_on": rule.ends_on(starts_on),
        }
        for name, value in columns.items():
            setattr(self, name, value)


def is_whole_series() -> ColumnElement[bool]:
    """The action that stands for all occurrences of a series. No list shows it as if it happened once."""
    return Action.series_id.is_not(None) & Action.recurs_on.is_(None)


def happens_once() -> ColumnElement[bool]:
    """An action that is not a whole series: a single one, or one occurrence that has a row."""
    return Action.series_id.is_(None) | Action.recurs_on.is_not(None)


def rule_of(action: Action) -> Recurrence | None:
    """The rule of an action that stands for a series, and belongs to a session; None for any other."""
    series = series_of(action) if action.recurs_on is None else None
    return series.recurrence if series else None


def series_of(action: Action) -> ActionSeries | None:
    """The series that an action, which belongs to a session, stands for or is an occurrence of."""
    if action.series_id is None:
        return None
    session = object_session(action)
    assert session is not None, "an action of a series is read with its rule"
    return session.get_one(ActionSeries, action.series_id)


def put_rule(session: Session, action: Action, rule: Recurrence | None, starts_on: date) -> None:
    """Makes the action a series from that date on, changes its rule, or makes it happen once again.

    Occurrences keep their rows. The rule of one occurrence is that of its series: it stays as it is.
    """
    if action.recurs_on is not None:
        return
    if rule is None:
        action.series_id = None
        return
    series = session.get_one(ActionSeries, action.series_id) if action.series_id else ActionSeries()
    series.follow(rule, starts_on)
    session.add(series)
    session.flush()
    action.series_id = series.id


def moved(when: When, on: date) -> When:
    """The same hours and length on another first day."""
    days: timedelta = on - when.starts_on
    return When(on, when.starts_time, when.ends_on + days, when.ends_time, when.zone)


def begins_at(when: When, on: date) -> datetime | date:
    """The start that the rule gives the occurrence of `on` (RECURRENCE-ID): a date for whole days, else aware."""
    return on if when.is_all_day else moved(when, on).starts_at
