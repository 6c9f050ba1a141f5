"""The actions of one relation in an interval: what was done there, and what is still to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action, ActionStatus, Meaning
from store.agenda import AgendaEntry
from store.collaborators import Collaborator
from store.series import happens_once, occurrences_between, whole_series

AROUND = timedelta(days=60)
"""How far before and after today, or the one bound given, the dates of a series are shown."""
FARTHEST = timedelta(days=366)
"""Of a series, whatever the bounds: one without end has a date on each day for ever."""


def actions_of_relation(
    session: Session,
    relation_id: int,
    *,
    asked_by: Collaborator,
    today: date,
    first_on: date | None = None,
    last_on: date | None = None,
    with_over: bool = True,
    limit: int = 10,
    offset: int = 0,
) -> list[AgendaEntry]:
    """Those that the asking collaborator may see, the latest first; without `with_over` only what is still planned.

    An action of several days is in the interval with any of them. The days are those of each action's own zone.
    """
    first = first_on or min(today, last_on or today) - AROUND
    last = last_on or max(today, first_on or today) + AROUND
    found = [
        *_single(session, relation_id, asked_by, first_on, last_on, with_over=with_over, limit=offset + limit),
        *_repeated(session, relation_id, asked_by, first, last),
    ]
    found.sort(key=lambda one: (one.when.starts_at, one.action.id if one.action else 0), reverse=True)
    return found[offset : offset + limit]


def _single(
    session: Session,
    relation_id: int,
    asked_by: Collaborator,
    first_on: date | None,
    last_on: date | None,
    *,
    with_over: bool,
    limit: int,
) -> Iterator[AgendaEntry]:
    query = select(Action).where(
        Action.relation_id == relation_id,
        happens_once(),
        Action.deleted_at.is_(None),
        access.visible(Action, asked_by=asked_by),
    )
    if first_on is not None:
        query = query.where(Action.ends_on >= first_on)
    if last_on is not None:
        query = query.where(Action.starts_on <= last_on)
    if not with_over:
        query = query.join(ActionStatus, ActionStatus.id == Action.status_id)
        query = query.where(ActionStatus.meaning == Meaning.PLANNED)
    query = query.order_by(Action.sort_at.desc(), Action.id.desc()).limit(limit)
    return (AgendaEntry(one.when, one) for one in session.scalars(query).unique())


def _repeated(
    session: Session, relation_id: int, asked_by: Collaborator, first_on: date, last_on: date
) -> Iterator[AgendaEntry]:
    """The dates of series that have no row of their own: all of them planned."""
    first_on = max(first_on, last_on - FARTHEST)
    of_relation = (Action.relation_id == relation_id, access.visible(Action, asked_by=asked_by))
    series = whole_series(session, *of_relation, first=first_on)
    begins, ends = (datetime.combine(on, time(), UTC) for on in (first_on, last_on + timedelta(days=1)))
    margin = timedelta(days=1)  # the days are the actions' own, whatever their zone
    for one in occurrences_between(session, series, begins - margin, ends + margin):
        if one.when.ends_on >= first_on and one.when.starts_on <= last_on:
            yield AgendaEntry(one.when, one.action, one.on)
