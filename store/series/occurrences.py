"""Occurrences: expanded on read, and given a row of their own when somebody opens or changes one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from store.actions import LONGEST, Action, ActionStatus, Meaning, When
from store.base import NotFound, _
from store.series.model import ActionSeries, begins_at, is_whole_series, moved

_MARGIN = timedelta(days=2)
"""Between a day somewhere and the same moment in any other zone."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a series happens and of which no row exists. `action` stands for the whole series."""

    action: Action
    on: date
    when: When


@dataclass(frozen=True, slots=True)
class PlaceInSeries:
    """What a calendar says of an action beside its own time (RFC 5545 3.8.4.4, 3.8.5.1 and 3.8.5.3).

    A whole series has the `rule` (RRULE) and the starts of what does not happen (`skipped`); one occurrence has the
    start that the rule gave it (`occurrence`). Dates for whole days, else aware.
    """

    rule: str = ""
    skipped: tuple[date, ...] = ()
    occurrence: date | None = None

    def as_json(self) -> dict[str, Any]:
        """To keep with a mail: ISO 8601."""
        occurrence = self.occurrence.isoformat() if self.occurrence else None
        return {"rule": self.rule, "skipped": [one.isoformat() for one in self.skipped], "occurrence": occurrence}


def place_in_series(session: Session, action: Action, *, skips_cancelled: bool = False) -> PlaceInSeries:
    """Nothing for an action that happens once. Deleted occurrences are skipped; cancelled ones say so themselves.

    `skips_cancelled` for who was told of those before: a program may forget single times when it is told of the series.
    """
    if action.series_id is None:
        return PlaceInSeries()
    of_series = Action.series_id == action.series_id
    if action.recurs_on is not None:
        whole = session.scalars(select(Action).where(of_series, is_whole_series())).unique().one_or_none()
        return PlaceInSeries(occurrence=begins_at(whole.when, action.recurs_on) if whole else None)
    left_out = [Action.deleted_at.is_not(None)]
    if skips_cancelled:
        cancelled = select(ActionStatus.id).where(ActionStatus.meaning == Meaning.CANCELLED)
        left_out.append(Action.status_id.in_(cancelled))
    query = select(Action.recurs_on).where(of_series, Action.recurs_on.is_not(None), or_(*left_out))
    gone = [on for on in session.scalars(query.order_by(Action.recurs_on)) if on is not None]
    rule = session.get_one(ActionSeries, action.series_id).recurrence
    return PlaceInSeries(rule.rrule(action.when), tuple(begins_at(action.when, on) for on in gone))


def whole_series(session: Session, *conditions: ColumnElement[bool], first: date) -> Sequence[Action]:
    """The planned series that meet the conditions and go on until `first` or longer, with their participants."""
    goes_on = or_(ActionSeries.ends_on.is_(None), ActionSeries.ends_on >= first - LONGEST - _MARGIN)
    query = (
        select(Action)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .where(
            is_whole_series(),
            Action.series_id.in_(select(ActionSeries.id).where(goes_on)),  # never a walk through all actions
            Action.deleted_at.is_(None),
            ActionStatus.meaning == Meaning.PLANNED,
            *conditions,
        )
        .options(selectinload(Action.participants))
    )
    return sorted(session.scalars(query).unique(), key=lambda action: action.id)


def occurrences_between(
    session: Session, actions: Iterable[Action], begins: datetime, ends: datetime
) -> list[Occurrence]:
    """What these series put between two moments, by start; without what has a row of its own."""
    series = list(actions)
    first, last = begins.date() - LONGEST - _MARGIN, ends.date() + _MARGIN
    apart = _dates_apart(session, [one.series_id for one in series if one.series_id is not None], first, last)
    found = [
        occurrence
        for action in series
        for occurrence in _expanded(session, action, first, last)
        if occurrence.on not in apart[action.series_id]
        and occurrence.when.ends_at > begins
        and occurrence.when.starts_at < ends
    ]
    return sorted(found, key=lambda one: (one.when.starts_at, one.action.id))


def next_occurrence(session: Session, actions: Iterable[Action], *, after: datetime) -> Occurrence | None:
    """The first that has no row and begins at `after` or later."""
    firsts = [one for action in actions if (one := _first_after(session, action, after)) is not None]
    return min(firsts, key=lambda one: (one.when.starts_at, one.action.id), default=None)


def require_occurrence(session: Session, action: Action, on: date) -> Occurrence:
    """The occurrence that the rule puts on that date. Raises NotFound where it puts none."""
    series = session.get_one(ActionSeries, action.series_id)
    if next(series.recurrence.dates(action.starts_on, first=on), None) != on:
        raise NotFound(_("This series no longer takes place on that day."))
    return Occurrence(action, on, moved(action.when, on))


def _first_after(session: Session, action: Action, after: datetime) -> Occurrence | None:
    assert action.series_id is not None, "asked of series alone"
    first = after.date() - _MARGIN
    dates = session.get_one(ActionSeries, action.series_id).recurrence.dates(action.starts_on, first=first)
    apart = set(session.scalars(select(Action.recurs_on).where(Action.series_id == action.series_id)))
    for on in dates:
        when = moved(action.when, on)
        if on not in apart and when.starts_at >= after:
            return Occurrence(action, on, when)
    return None


def _expanded(session: Session, action: Action, first: date, last: date) -> Iterator[Occurrence]:
    series = session.get_one(ActionSeries, action.series_id)
    dates = series.recurrence.dates(action.starts_on, first=first)
    for on in takewhile(lambda on: on <= last, dates):
        yield Occurrence(action, on, moved(action.when, on))


def _dates_apart(
    session: Session, series_ids: Sequence[int], first: date, last: date
) -> defaultdict[int | None, set[date]]:
    """By series, the dates between whose occurrence has a row, be it deleted."""
    query = select(Action.series_id, Action.recurs_on).where(
        Action.series_id.in_(series_ids), Action.recurs_on.between(first, last)
    )
    found = defaultdict[int | None, set[date]](set)
    for series_id, on in session.execute(query):
        found[series_id].add(on)  # type: ignore[arg-type]  # between() leaves no NULL
    return found
