"""Who became a client, when and because of what; counted three ways."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from store import access
from store.actions import Action
from store.batches import batches
from store.collaborators import Collaborator
from store.relation_facts.model import RelationFact, What, standing_facts
from store.relations import Relation
from store.scopes import in_scope
from store.statuses import RelationStatus, Standing


@dataclass(frozen=True, slots=True)
class Cause:
    """An action, and who carried it out."""

    action_id: int
    subject: str
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class Conversion:
    """`fact_id` is the fact that says so, `before` what the relation was until then.

    `cause` is None when set by hand or out of the asker's sight; `collaborator_id` is who carried that action out, else
    who noted the change. `is_first`: the relation had never been a client.
    """

    fact_id: int
    relation_id: int
    on: date
    before: RelationStatus
    cause: Cause | None
    collaborator_id: int | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class Conversions:
    """`won` became clients, each time it happened; `lost` ceased to be. A relation that was entered as a client is in
    neither. By day."""

    won: Sequence[Conversion]
    lost: Sequence[Conversion]

    @property
    def first(self) -> Sequence[Conversion]:
        """Those who became a client for the first time."""
        return [one for one in self.won if one.is_first]

    @property
    def net(self) -> int:
        return len(self.won) - len(self.lost)


def conversions(session: Session, *, first_on: date, last_on: date, asked_by: Collaborator) -> Conversions:
    """Of these days, both included, among the relations within the scope of `asked_by` that are in the book."""
    statuses = {row.id: row for row in session.scalars(select(RelationStatus))}
    clients = {row.id for row in statuses.values() if row.meaning is Standing.CLIENT}
    won: list[Conversion] = []
    lost: list[Conversion] = []
    for row in session.execute(_turning(first_on, last_on, clients, asked_by)):
        cause = None if row.cause_id is None else Cause(row.cause_id, row.subject, row.owner_id)
        who = row.by_id if cause is None else cause.owner_id
        before = statuses[row.before_id]
        one = Conversion(row.id, row.relation_id, row.effective_on, before, cause, who, row.is_first)
        (won if row.status_id in clients else lost).append(one)
    return Conversions(won, lost)


def held_since(session: Session, found: Sequence[Conversion]) -> Mapping[int, date]:
    """By the fact's id, the day from which the relation was what it was before."""
    since: dict[int, date] = {}
    asked = {one.fact_id for one in found}
    for some in batches(sorted({one.relation_id for one in found})):
        query = standing_facts(What.STATUS, RelationFact.relation_id.in_(some))
        columns = (RelationFact.id, RelationFact.relation_id, RelationFact.effective_on, RelationFact.status_id)
        rows = sorted(session.execute(query.with_only_columns(*columns)), key=attrgetter("relation_id"))
        for _relation_id, own in groupby(rows, attrgetter("relation_id")):
            runs = [list(run) for _status_id, run in groupby(own, attrgetter("status_id"))]
            since |= {run[0].id: before[0].effective_on for before, run in pairwise(runs) if run[0].id in asked}
    return since


def _turning(first_on: date, last_on: date, clients: Collection[int], asked_by: Collaborator) -> Select[Any]:
    """The facts of these days that made a client of a relation, or ended that it was one; with what was before."""
    noted = _noted(first_on, last_on, asked_by)
    is_client, was_client = noted.c.status_id.in_(clients), noted.c.before_id.in_(clients)
    turned = noted.c.before_id.is_not(None) & or_(is_client & ~was_client, was_client & ~is_client)
    one = aliased(RelationFact)
    # As a sum, or SQLite looks through all that ever became a client, for each of these, instead of the relation's own.
    was_one = (one.status_id + 0).in_(clients)
    ever = select(one.id).where(_earlier(one, noted.c), was_one).exists()
    cause = and_(Action.id == noted.c.action_id, access.visible(Action, asked_by=asked_by))
    query = select(noted, (~ever).label("is_first"), Action.id.label("cause_id"), Action.subject, Action.owner_id)
    return query.outerjoin(Action, cause).where(turned).order_by(noted.c.effective_on, noted.c.relation_id)


def _noted(first_on: date, last_on: date, asked_by: Collaborator) -> CTE:
    """The facts of these days, each with the id of the status before it."""
    fact, before = RelationFact, aliased(RelationFact)
    last_first = before.effective_on.desc(), before.position.desc(), before.id.desc()
    before_id = select(before.status_id).where(_earlier(before, fact)).order_by(*last_first).limit(1).scalar_subquery()
    columns = (fact.id, fact.relation_id, fact.effective_on, fact.position, fact.status_id, fact.action_id, fact.by_id)
    in_days = (fact.effective_on >= first_on, fact.effective_on <= last_on)
    # Every status, for the index; against the few relations that are gone.
    holds = (fact.status_id.in_(select(RelationStatus.id)), fact.withdrawn_at.is_(None))
    gone = select(Relation.id).where(Relation.deleted_at.is_not(None))
    is_theirs = (fact.relation_id.not_in(gone), in_scope(fact.relation_id, asked_by=asked_by))
    query = select(*columns, before_id.label("before_id")).where(*in_days, *holds, *is_theirs)
    return query.cte("noted").prefix_with("MATERIALIZED")


def _earlier(one: Any, fact: Any) -> ColumnElement[bool]:
    """Whether `one` is about the status of the same relation, and stands before the other."""
    order = (tuple_(row.effective_on, row.position, row.id) for row in (one, fact))
    holds = and_(one.relation_id == fact.relation_id, one.status_id.is_not(None), one.withdrawn_at.is_(None))
    return holds & (next(order) < next(order))
