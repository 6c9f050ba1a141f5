"""Reading the history of a relation's status and priority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from store import access
from store.actions import Action
from store.collaborators import Collaborator
from store.domain import Listed
from store.relation_facts.model import RelationFact, What, list_of, standing_facts, value_column
from store.relations import standing_id
from store.scopes import in_scope


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is what held until then (None: nothing was known).

    `action` is what caused it, None when set by hand or out of the asking collaborator's sight.
    """

    fact: RelationFact
    before: Listed | None
    action: Action | None

    @property
    def to(self) -> Listed:
        return self.fact.line


def history_of(session: Session, relation_id: int, what: What, *, asked_by: Collaborator) -> Sequence[Change]:
    """Oldest first; a fact that says what held already is there too. Nothing of a relation out of their scope."""
    relation_id = standing_id(session, relation_id)
    is_theirs = (RelationFact.relation_id == relation_id, in_scope(RelationFact.relation_id, asked_by=asked_by))
    lines = (RelationFact.status, RelationFact.priority)
    query = standing_facts(what, *is_theirs).options(*(selectinload(one) for one in lines))
    facts = session.scalars(query).all()
    causes = seen_causes(session, facts, asked_by=asked_by)
    befores = [None, *(fact.line for fact in facts)]
    return [Change(fact, before, causes.get(fact.action_id or 0)) for fact, before in zip(facts, befores, strict=False)]


def seen_causes(session: Session, facts: Sequence[RelationFact], *, asked_by: Collaborator) -> dict[int, Action]:
    """The actions that caused these facts and that the asking collaborator may see, by id."""
    ids = [fact.action_id for fact in facts if fact.action_id is not None]
    if not ids:
        return {}
    query = select(Action).where(Action.id.in_(ids), access.visible(Action, asked_by=asked_by))
    return {action.id: action for action in session.scalars(query)}


def value_on(session: Session, relation_id: int, what: What, on: date, *, asked_by: Collaborator) -> Listed | None:
    """The status or priority of that day, None when nothing was known yet."""
    is_theirs = in_scope(RelationFact.relation_id, asked_by=asked_by)
    facts = standing_facts(
        what, RelationFact.relation_id == relation_id, RelationFact.effective_on <= on, is_theirs
    ).with_only_columns(value_column(what))
    value_ids = session.scalars(facts).all()
    kind: type[Listed] = list_of(what)
    return session.get(kind, value_ids[-1]) if value_ids else None
