"""A fact follows the action that caused it, and a relation's present status and priority follow the facts.

Both happen whenever such rows are written, whichever door they came through: deleting, cancelling, reopening or moving
an action needs to know nothing of facts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, event, inspect, select, update
from sqlalchemy.orm import Session

from store.actions import Action, ActionStatus, Meaning
from store.relation_facts.model import RelationFact, What, as_of, standing_facts, value_column
from store.relations import Relation

_FOLLOWED = ("status_id", "deleted_at", "starts_on", "relation_id")
_SETTLED = "settled_relations"


def follow(session: Session, fact: RelationFact, action: Action, *, now: datetime) -> None:
    """Of the action's relation, as of its first day (or today, when it was done ahead of it), while it is done."""
    today = now.astimezone(ZoneInfo(action.zone)).date()
    place = (action.relation_id, min(action.starts_on, today))
    if (fact.relation_id, fact.effective_on) != place:
        (fact.relation_id, fact.effective_on), fact.position = place, 0
    is_done = session.get_one(ActionStatus, action.status_id).meaning is Meaning.DONE
    holds = is_done and action.deleted_at is None
    fact.withdrawn_at = None if holds else fact.withdrawn_at or now


def settle(session: Session, relation_ids: Collection[int]) -> None:
    """Writes down at these relations what their last facts say. Not a new version of them: nobody typed it."""
    ids = sorted(relation_ids)
    # Locked first: whoever notes a fact of the same relation meanwhile waits, and then counts ours too.
    session.execute(select(Relation.id).where(Relation.id.in_(ids)).order_by(Relation.id).with_for_update())
    for relation_id in ids:
        values = {column: _last(session, relation_id, what) for what, column in _PRESENT.items()}
        session.execute(update(Relation).where(Relation.id == relation_id).values(values), execution_options=_PAST)


def settle_all(session: Session, relation_ids: Select[int]) -> None:
    """As `settle`, in one statement for all that the query gives."""
    values = {column: as_of(Relation.id, what, date.max) for what, column in _PRESENT.items()}
    session.execute(update(Relation).where(Relation.id.in_(relation_ids)).values(values), execution_options=_PAST)


_PRESENT = {What.STATUS: "status_id", What.PRIORITY: "priority_id"}
_PAST = {"synchronize_session": False}


def _last(session: Session, relation_id: int, what: What) -> int | None:
    query = standing_facts(what, RelationFact.relation_id == relation_id).with_only_columns(value_column(what))
    return session.scalars(query.order_by(None).order_by(*_NEWEST_FIRST).limit(1)).first()


_NEWEST_FIRST = RelationFact.effective_on.desc(), RelationFact.position.desc(), RelationFact.id.desc()


# Before the audit trail looks, so that it tells of the facts that followed.
@event.listens_for(Session, "before_flush", insert=True)
def _follow_actions(session: Session, _context: object, _instances: object) -> None:
    moved = [row for row in session.dirty if isinstance(row, Action) and _has_moved(row)]
    if not moved:
        return
    now: Callable[[], datetime] = session.info.get("now", _wall_clock)
    with session.no_autoflush:
        for action in moved:
            for fact in session.scalars(select(RelationFact).where(RelationFact.action_id == action.id)):
                follow(session, fact, action, now=now())


def _has_moved(action: Action) -> bool:
    attributes = inspect(action).attrs
    return any(attributes[name].history.has_changes() for name in _FOLLOWED)


def _wall_clock() -> datetime:
    return datetime.now(UTC)


@event.listens_for(Session, "after_flush")
def _settle_relations(session: Session, _context: object) -> None:
    written: list[Any] = [*session.new, *session.dirty, *session.deleted]
    ids: set[int] = set()
    for fact in (row for row in written if isinstance(row, RelationFact)):
        told = inspect(fact).attrs.relation_id.history
        ids.update(one for one in (*(told.deleted or ()), fact.relation_id) if one is not None)
    if ids:
        settle(session, ids)
        session.info.setdefault(_SETTLED, set()).update(ids)


@event.listens_for(Session, "after_flush_postexec")
def _forget_what_was_read(session: Session, _context: object) -> None:
    for relation_id in session.info.pop(_SETTLED, ()):
        relation = session.identity_map.get(session.identity_key(Relation, relation_id))
        if relation is not None:
            session.expire(relation, list(_PRESENT.values()))
