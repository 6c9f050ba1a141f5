"""How busy everyone was: actions planned, done, missed and cancelled by representative, and relations visited."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action, ActionStatus, Meaning
from store.batches import batches
from store.collaborators import Collaborator
from store.reports.periods import Period, begins_in
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
    is_meant = [access.visible(Action, asked_by=asked_by), Action.deleted_at.is_(None)]
    is_meant += [] if collaborator_id is None else [Action.owner_id == collaborator_id]
    begin_then = (*is_meant, happens_once(), *begins_in(period))
    meanings = {row.id: row.meaning for row in session.scalars(select(ActionStatus))}
    counts: Counter[tuple[int | None, Meaning]] = Counter()
    visited: defaultdict[int | None, set[int]] = defaultdict(set)
    # Row by row: the engine would go through the period twice to count both, which takes longer.
    query = select(Action.owner_id, Action.status_id, Action.relation_id).where(*begin_then)
    for owner_id, status_id, relation_id in session.execute(query):
        counts[owner_id, meanings[status_id]] += 1
        if meanings[status_id] is Meaning.DONE:
            visited[owner_id].add(relation_id)
    for owner_id in _of_series(session, period, is_meant):
        counts[owner_id, Meaning.PLANNED] += 1
    owners = session.scalars(select(Collaborator).where(Collaborator.id.in_({one for one, _meaning in counts})))
    lines = [
        ActivityLine(
            representative=owner.name,
            planned=counts[owner.id, Meaning.PLANNED],
            done=counts[owner.id, Meaning.DONE],
            no_show=counts[owner.id, Meaning.NO_SHOW],
            cancelled=counts[owner.id, Meaning.CANCELLED],
            relations=len(visited[owner.id]),
        )
        for owner in owners
    ]
    return sorted(lines, key=lambda line: line.representative.casefold())


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
