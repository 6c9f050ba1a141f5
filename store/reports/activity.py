"""How busy everyone was: actions planned, done, missed and cancelled by representative, and relations visited."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from store import access
from store.actions import Action, ActionStatus, Meaning
from store.batches import batches
from store.collaborators import Collaborator
from store.reports.counted_actions import private_in, public_in
from store.reports.periods import Period
from store.series import happens_once, is_whole_series, occurrences_between, whole_series


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """`relations` is at how many different relations something was done."""

    representative: str
    planned: int
    done: int
    no_show: int
    cancelled: int
    relations: int


def activity(
    session: Session, period: Period, *, asked_by: Collaborator, collaborator_id: int | None = None
) -> list[ActivityLine]:
    """Of the actions that begin in the period and that the asker may see, by representative, by name.

    `planned` are those that still are, occurrences of series among them.
    """
    access.require_present(asked_by)
    is_public = (*public_in(period, asked_by=asked_by), happens_once())
    counts, visited = _public(session, is_public, collaborator_id)
    _add_private(session, period, is_public, asked_by, counts, visited)
    is_meant = (access.visible(Action, asked_by=asked_by), Action.deleted_at.is_(None))
    for owner_id in _of_series(session, period, is_meant):
        counts[owner_id, Meaning.PLANNED] += 1
    found = {one for (one, _meaning), number in counts.items() if number and collaborator_id in (None, one)}
    lines = [
        ActivityLine(
            representative=owner.name,
            planned=counts[owner.id, Meaning.PLANNED],
            done=counts[owner.id, Meaning.DONE],
            no_show=counts[owner.id, Meaning.NO_SHOW],
            cancelled=counts[owner.id, Meaning.CANCELLED],
            relations=visited[owner.id],
        )
        for owner in session.scalars(select(Collaborator).where(Collaborator.id.in_(found)))
    ]
    return sorted(lines, key=lambda line: line.representative.casefold())


_Counts = Counter[tuple[int | None, Meaning]]
_Visited = Counter[int | None]


def _public(
    session: Session, is_public: Sequence[ColumnElement[bool]], collaborator_id: int | None
) -> tuple[_Counts, _Visited]:
    # Once for each representative and status: a range of the index each time. Grouped, all of them would be sorted.
    whose = [] if collaborator_id is None else [Collaborator.id == collaborator_id]
    theirs = (Action.owner_id == Collaborator.id, *is_public)
    counted = select(func.count()).select_from(Action)
    number = counted.where(Action.status_id == ActionStatus.id, *theirs).scalar_subquery()
    counts: _Counts = Counter()
    for owner_id, meaning, times in session.execute(
        select(Collaborator.id, ActionStatus.meaning, number).join(ActionStatus, true()).where(*whose)
    ):
        counts[owner_id, meaning] += times
    places = select(func.count(Action.relation_id.distinct())).where(_is_done(session), *theirs).scalar_subquery()
    visited = session.execute(select(Collaborator.id, places).where(*whose))
    return counts, Counter({row[0]: row[1] for row in visited})


def _add_private(
    session: Session,
    period: Period,
    is_public: Sequence[ColumnElement[bool]],
    asked_by: Collaborator,
    counts: _Counts,
    visited: _Visited,
) -> None:
    query = select(Action.owner_id, ActionStatus.meaning, Action.relation_id).join(Action.status).where(happens_once())
    places: defaultdict[int | None, set[int]] = defaultdict(set)
    for owner_id, meaning, relation_id in private_in(session, period, query, asked_by=asked_by):
        counts[owner_id, meaning] += 1
        if meaning is Meaning.DONE:
            places[owner_id].add(relation_id)
    for owner_id, relation_ids in places.items():
        theirs = (Action.owner_id == owner_id, _is_done(session), *is_public)
        visited[owner_id] += len(relation_ids) - _among(session, theirs, relation_ids)


def _among(session: Session, which: Sequence[ColumnElement[bool]], relation_ids: Collection[int]) -> int:
    """At how many of these relations there are such actions."""
    query = select(func.count(Action.relation_id.distinct())).where(*which)
    portions = (query.where(Action.relation_id.in_(some)) for some in batches(sorted(relation_ids)))
    return sum(session.scalars(one).one() for one in portions)


def _is_done(session: Session) -> ColumnElement[bool]:
    done = select(ActionStatus.id).where(ActionStatus.meaning == Meaning.DONE)
    return Action.status_id.in_(session.scalars(done).all())


def _of_series(session: Session, period: Period, conditions: Sequence[ColumnElement[bool]]) -> Iterator[int | None]:
    """Whose each occurrence without a row of its own is."""
    day = timedelta(days=1)
    edges = period.first_on - day, period.last_on + 2 * day
    begins, ends = (datetime.combine(one, time(), UTC) for one in edges)
    # Found first, or SQLite reads all actions of a representative for the few that stand for a series.
    ids = session.scalars(select(Action.id).where(is_whole_series())).all()
    found = (whole_series(session, Action.id.in_(some), *conditions, first=period.first_on) for some in batches(ids))
    series = [action for some in found for action in some]
    for one in occurrences_between(session, series, begins, ends):
        if period.first_on <= one.when.starts_on <= period.last_on:
            yield one.action.owner_id
