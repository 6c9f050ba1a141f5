"""Relations at whom nothing was done for a while: "A-clients without an action for 60 days"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action, ActionStatus, Meaning
from store.batches import batches
from store.collaborators import Collaborator
from store.domain import line
from store.relations import Relation
from store.scopes import in_scope
from store.series import happens_once, next_occurrence, whole_series
from store.statuses import RelationPriority, RelationStatus


@dataclass(frozen=True, slots=True)
class Neglect:
    """`last_at` is when something was last done there, `next_at` what is planned first; as far as the asker sees.

    `days` have gone by since, by the asker's calendar; None when nothing was ever done.
    """

    relation_id: int
    name: str
    status: str
    priority: str
    last_at: datetime | None
    days: int | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Neglected:
    """`number` of them there are; `lines` are the first of these."""

    number: int
    lines: Sequence[Neglect]


def neglected(
    session: Session,
    *,
    asked_by: Collaborator,
    now: datetime,
    days: int,
    priority_id: int | None = None,
    status_id: int | None = None,
    limit: int | None = None,
) -> Neglected:
    """Those in the asker's scope with this priority and status, if given, at whom nothing was done for so many days.

    First those at whom nothing ever was, then the longest ago. People who are contacts alone are left out.
    """
    access.require_present(asked_by)
    meanings = {row.id: row.meaning for row in session.scalars(select(ActionStatus))}
    done = [one for one, meaning in meanings.items() if meaning is Meaning.DONE]
    is_meant = _meant(session, asked_by, priority_id, status_id)
    reader = _Reader(session, done, now, now - timedelta(days=days), is_meant)
    private = reader.private(asked_by)
    apart = reader.of_these(private)
    number, told = reader.all(None if limit is None else limit + len(private))
    more = [row for row in apart if row.at is not None and row.at <= reader.since]
    told = [*(row for row in told if row.id not in private), *more]
    told.sort(key=lambda row: (row.at is not None, row.at or now, row.folded, row.id))
    as_if_public = sum(row.public_at is None or row.public_at <= reader.since for row in apart)
    planned = [one for one, meaning in meanings.items() if meaning is Meaning.PLANNED]
    return Neglected(number - as_if_public + len(more), _lines(session, told[:limit], planned, asked_by, now))


def _meant(
    session: Session, asked_by: Collaborator, priority_id: int | None, status_id: int | None
) -> list[ColumnElement[bool]]:
    """A kept report may name a line that was merged into another since: that one is meant."""
    is_meant: list[ColumnElement[bool]] = [Relation.deleted_at.is_(None), Relation.is_only_contact.is_(False)]
    if priority_id is not None:
        is_meant.append(Relation.priority_id == line(session, RelationPriority, priority_id).id)
    if status_id is not None:
        is_meant.append(Relation.status_id == line(session, RelationStatus, status_id).id)
    return [*is_meant, in_scope(Relation.id, asked_by=asked_by)]


def _lines(
    session: Session, shown: Sequence[_Row], planned: Sequence[int], asked_by: Collaborator, now: datetime
) -> list[Neglect]:
    nexts = _next_planned(session, [row.id for row in shown], planned, asked_by, now)
    statuses = {row.id: row.label(asked_by.language) for row in session.scalars(select(RelationStatus))}
    priorities = {row.id: row.label(asked_by.language) for row in session.scalars(select(RelationPriority))}
    zone = ZoneInfo(asked_by.zone)
    today = now.astimezone(zone).date()
    return [
        Neglect(
            row.id,
            row.name,
            statuses.get(row.status_id or 0, ""),
            priorities.get(row.priority_id or 0, ""),
            row.at,
            (today - row.at.astimezone(zone).date()).days if row.at else None,
            nexts.get(row.id),
        )
        for row in shown
    ]


@dataclass(frozen=True, slots=True)
class _Row:
    """`at` is when something was last done, as far as the asker sees, `public_at` as far as everybody does."""

    id: int
    name: str
    folded: str
    status_id: int | None
    priority_id: int | None
    at: datetime | None
    public_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads when something was last done, until `now`; where that was after `since`, a relation is not neglected.

    What everybody sees is found by one index for each relation. The private actions that somebody sees are few: the
    relations that have any are read by themselves.
    """

    session: Session
    done: Sequence[int]
    now: datetime
    since: datetime
    is_meant: Sequence[ColumnElement[bool]]

    def all(self, limit: int | None) -> tuple[int, list[_Row]]:
        """How many there are, and the first of them; as if there was nothing private."""
        meant = self._rows(self._last().label("at")).cte("meant").prefix_with("MATERIALIZED")  # once for each relation
        is_neglected = or_(meant.c.at.is_(None), meant.c.at <= self.since)
        number = select(func.count()).select_from(meant).where(is_neglected).scalar_subquery()
        order = meant.c.at.asc().nulls_first(), meant.c.folded, meant.c.id
        query = select(meant, number.label("number")).where(is_neglected).order_by(*order).limit(limit)
        rows = self.session.execute(query).all()
        return rows[0].number if rows else 0, [_row(row, row.at) for row in rows]

    def private(self, asked_by: Collaborator) -> dict[int, datetime]:
        """When something private was last done that the asker sees, by relation."""
        if asked_by.is_before_others:
            return {}
        # The status is looked at here: in the query it would draw the engine away from the index of what is private.
        columns = (Action.relation_id, Action.sort_at, Action.status_id)
        is_private = (Action.is_private.is_(True), Action.deleted_at.is_(None))
        found: dict[int, datetime] = {}
        for relation_id, at, status_id in self.session.execute(
            select(*columns).where(*is_private, access.visible(Action, asked_by=asked_by))
        ):
            if status_id in self.done and at <= self.now:
                found[relation_id] = max(at, found.get(relation_id, at))
        return found

    def of_these(self, private: Mapping[int, datetime]) -> list[_Row]:
        """Those among the relations with something private that are meant."""
        found: list[_Row] = []
        for some in batches(sorted(private)):
            rows = self.session.execute(self._rows(self._last().label("at")).where(Relation.id.in_(some)))
            found += [_row(row, max(row.at or private[row.id], private[row.id])) for row in rows]
        return found

    def _rows(self, at: Any) -> Select[Any]:
        columns = (Relation.id, Relation.name, Relation.folded, Relation.status_id, Relation.priority_id)
        return select(*columns, at).where(*self.is_meant)

    def _last(self) -> Any:
        return self._public().order_by(Action.sort_at.desc()).limit(1).scalar_subquery()

    def _public(self) -> Select[datetime]:
        done = (Action.status_id.in_(self.done), Action.deleted_at.is_(None), Action.sort_at <= self.now)
        is_public = Action.is_private.is_(False)
        return select(Action.sort_at).where(Action.relation_id == Relation.id, *done, is_public)


def _row(found: Any, at: datetime | None) -> _Row:
    return _Row(found.id, found.name, found.folded, found.status_id, found.priority_id, at, found.at)


def _next_planned(
    session: Session, relation_ids: Sequence[int], planned: Sequence[int], asked_by: Collaborator, now: datetime
) -> dict[int, datetime]:
    """By relation; an occurrence of a series counts as any other action."""
    found: dict[int, datetime] = {}
    is_seen = access.visible(Action, asked_by=asked_by)
    for some in batches(relation_ids):
        is_there: tuple[ColumnElement[bool], ...] = (Action.relation_id.in_(some), is_seen)
        query = select(Action.relation_id, func.min(Action.sort_at)).where(
            *is_there, happens_once(), Action.deleted_at.is_(None), Action.sort_at >= now, Action.status_id.in_(planned)
        )
        found |= {row[0]: row[1] for row in session.execute(query.group_by(Action.relation_id))}
        for action in whole_series(session, *is_there, first=now.date()):
            one = next_occurrence(session, [action], after=now)
            if one is not None:
                found[action.relation_id] = min(one.when.starts_at, found.get(action.relation_id, one.when.starts_at))
    return found
