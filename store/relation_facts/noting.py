"""Noting what a relation's status or priority is from a day on, by hand or because of an action."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.actions import Action
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.domain import line
from store.planning import require_editable
from store.relation_facts.following import follow
from store.relation_facts.model import RelationFact, SameDay, What, list_of, value_column
from store.relation_facts.steps import require_step
from store.relations import relation_to_write
from store.standing import lock_standing

FIRST = 0
"""What a fact comes after that is the first of its day."""


def note_by_hand(
    session: Session,
    relation_id: int,
    what: What,
    value_id: int,
    *,
    on: date,
    by: Collaborator,
    now: datetime,
    after_id: int | None = None,
) -> RelationFact:
    """From that day on, with no action as its cause.

    `after_id`: the fact of the same day that it follows, FIRST for none; needed only where another says otherwise.
    Raises NotFound, NotAllowed, SameDay, and BookError at `on` for a day to come, at `status` for one that the office
    does not let come after the one before it.
    """
    if on > by.day_of(now):
        raise BookError(_("This day is still to come: note it when it is there."), field="on")
    (standing_id,) = lock_standing(session, relation_to_write(session, relation_id, by=by).id)
    fact = RelationFact(relation_id=standing_id, effective_on=on, by_id=by.id, noted_at=now)
    _tell(session, fact, what, value_id)
    _place(session, fact, what, after_id)
    _keep(session, fact, by=by)
    return fact


def note_of_action(
    session: Session,
    action_id: int,
    what: What,
    value_id: int | None,
    *,
    by: Collaborator,
    now: datetime,
    after_id: int | None = None,
) -> RelationFact | None:
    """What the action made of its relation, from the action's first day on; None: nothing, whatever it was before.

    Holds while the action is done. Noting the same again changes nothing. Raises as `note_by_hand`.
    """
    action = require_editable(session, action_id, by=by)
    fact = fact_of_action(session, action.id, what)
    if fact is None and value_id is None:
        return None
    lock_standing(session, relation_to_write(session, action.relation_id, by=by).id)
    if value_id is None:
        session.delete(fact)
        session.flush()
        return None
    if fact is None:
        fact = RelationFact(action_id=action.id, by_id=by.id, noted_at=now, effective_on=action.starts_on)
    elif fact.value_id == value_id and after_id is None and fact.position:
        return fact
    _tell(session, fact, what, value_id)
    follow(session, fact, action, now=now)
    if fact.withdrawn_at is None:
        _place(session, fact, what, after_id, action)
    _keep(session, fact, by=by)
    return fact


def fact_of_action(session: Session, action_id: int, what: What) -> RelationFact | None:
    """What the action made of its relation, also while that is withdrawn."""
    query = select(RelationFact).where(RelationFact.action_id == action_id, value_column(what).is_not(None))
    return session.scalars(query).one_or_none()


def withdraw_fact(session: Session, fact_id: int, *, by: Collaborator, now: datetime) -> RelationFact:
    """As if it had not been noted; the trail keeps it. Only what was set by hand. Raises NotFound, BookError."""
    fact = _by_hand(session, fact_id, by=by)
    fact.withdrawn_at = fact.withdrawn_at or now
    session.flush()
    return fact


def give_back_fact(session: Session, fact_id: int, *, by: Collaborator) -> RelationFact:
    """Takes `withdraw_fact` back. Raises NotFound, BookError."""
    fact = _by_hand(session, fact_id, by=by)
    fact.withdrawn_at = None
    session.flush()
    return fact


def _by_hand(session: Session, fact_id: int, *, by: Collaborator) -> RelationFact:
    fact = session.get(RelationFact, fact_id)
    if fact is None:
        raise NotFound
    lock_standing(session, relation_to_write(session, fact.relation_id, by=by).id)
    if fact.action_id is not None:
        raise BookError(_("This came with an action: change it there."))
    return fact


def _keep(session: Session, fact: RelationFact, *, by: Collaborator) -> None:
    session.add(fact)
    session.flush()
    if fact.what is What.STATUS and fact.withdrawn_at is None:
        require_step(session, fact, by=by)


def _tell(session: Session, fact: RelationFact, what: What, value_id: int) -> None:
    row = line(session, list_of(what), value_id, field=what)
    if what is What.STATUS:
        fact.status_id = row.id
    else:
        fact.priority_id = row.id


def _place(
    session: Session, fact: RelationFact, what: What, after_id: int | None, action: Action | None = None
) -> None:
    """Gives it its place among the facts of its day. Raises SameDay, and NotFound for an `after_id` of another day."""
    there = _others_of_day(session, fact, what)
    ids = [FIRST, *(one.id for one in there)]
    if after_id is None:
        after_id = _after(what, fact, there, action)
    if after_id not in ids:
        raise NotFound(field=f"{what}_order")
    number = ids.index(after_id)
    for position, one in enumerate([*there[:number], fact, *there[number:]], start=1):
        if one.position != position:
            one.position = position


def _others_of_day(session: Session, fact: RelationFact, what: What) -> list[RelationFact]:
    """Those too that are withdrawn: they keep their place."""
    query = select(RelationFact).where(
        RelationFact.relation_id == fact.relation_id,
        RelationFact.effective_on == fact.effective_on,
        value_column(what).is_not(None),
    )
    with session.no_autoflush:
        found = session.scalars(query.order_by(RelationFact.position, RelationFact.id)).all()
    return [one for one in found if one is not fact]


def _after(what: What, fact: RelationFact, there: Sequence[RelationFact], action: Action | None) -> int:
    """The id of the fact that it follows where nobody said: by the hours of their actions, else the last if all agree.

    Raises SameDay.
    """
    standing = [one for one in there if one.withdrawn_at is None]
    number = _number_by_hour(standing, action)
    if number is not None:
        return standing[number - 1].id if number else FIRST
    if any(one.value_id != fact.value_id for one in standing):
        raise SameDay(what, [one.id for one in standing])
    return there[-1].id if there else FIRST


def _number_by_hour(there: Sequence[RelationFact], action: Action | None) -> int | None:
    """Behind how many of them the action comes; None unless all have an hour, each another."""
    actions = [one.action for one in there]
    if action is None or action.starts_time is None:
        return None
    hours = [one.sort_at for one in actions if one is not None and one.starts_time is not None]
    if len(hours) < len(actions) or action.sort_at in hours or hours != sorted(hours):
        return None
    return sum(hour < action.sort_at for hour in hours)
