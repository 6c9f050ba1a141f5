"""Who became a client, when and because of what; counted three ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from store.actions import Action
from store.collaborators import Collaborator
from store.relation_facts.model import RelationFact, What, standing_facts
from store.relation_facts.queries import seen_causes
from store.relations import Relation
from store.scopes import in_scope
from store.statuses import RelationStatus, Standing

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Conversion:
    """`since_on` is the day from which the relation was what it was before.

    `action` is the cause, None when set by hand or out of the asker's sight; `collaborator_id` is who carried that
    action out, else who noted the change. `is_first`: the relation had never been a client.
    """

    relation_id: int
    on: date
    before: RelationStatus
    since_on: date
    action: Action | None
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
    touched = _relations_of(session, first_on, last_on, asked_by)
    found: list[tuple[bool, Conversion]] = []
    for start in range(0, len(touched), _AT_ONCE):
        query = standing_facts(What.STATUS, RelationFact.relation_id.in_(touched[start : start + _AT_ONCE]))
        facts = session.scalars(query.options(selectinload(RelationFact.status))).all()
        in_days = [fact for fact in facts if first_on <= fact.effective_on <= last_on]
        causes = seen_causes(session, in_days, asked_by=asked_by)
        for _relation_id, own in groupby(sorted(facts, key=lambda one: one.relation_id), lambda one: one.relation_id):
            crossed = _crossings(list(own), causes)
            found += [(won, one) for won, one in crossed if first_on <= one.on <= last_on]
    found.sort(key=lambda pair: (pair[1].on, pair[1].relation_id))
    return Conversions([one for won, one in found if won], [one for won, one in found if not won])


def _relations_of(session: Session, first_on: date, last_on: date, asked_by: Collaborator) -> list[int]:
    """Ids of those of whom a status was noted in these days."""
    query = select(RelationFact.relation_id).join(Relation, Relation.id == RelationFact.relation_id)
    in_days = (RelationFact.effective_on >= first_on, RelationFact.effective_on <= last_on)
    holds = (RelationFact.status_id.in_(select(RelationStatus.id)), RelationFact.withdrawn_at.is_(None))
    theirs = in_scope(RelationFact.relation_id, asked_by=asked_by)
    return sorted(set(session.scalars(query.where(*in_days, *holds, theirs, Relation.deleted_at.is_(None)))))


def _crossings(facts: Sequence[RelationFact], causes: dict[int, Action]) -> Iterator[tuple[bool, Conversion]]:
    """Each time that one relation became a client (True) or ceased to be one (False); `facts` in their order."""
    was_client, since_on = _is_client(facts[0]), facts[0].effective_on
    for before, fact in pairwise(facts):
        if before.status_id != fact.status_id and _is_client(before) != _is_client(fact):
            cause = causes.get(fact.action_id or 0)
            who = cause.owner_id if cause is not None else fact.by_id
            assert before.status is not None, "these are facts about the status"
            yield (
                _is_client(fact),
                Conversion(
                    fact.relation_id, fact.effective_on, before.status, since_on, cause, who, is_first=not was_client
                ),
            )
        if before.status_id != fact.status_id:
            since_on = fact.effective_on
        was_client = was_client or _is_client(fact)


def _is_client(fact: RelationFact) -> bool:
    assert fact.status is not None, "these are facts about the status"
    return fact.status.meaning is Standing.CLIENT
