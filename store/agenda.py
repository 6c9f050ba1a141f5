"""Agendas and histories: which actions stand where, for whom, and what a colleague may see of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, selectinload

from store import access
from store.actions import LONGEST, Action, ActionStatus, Meaning, Participant, When
from store.batches import batches
from store.collaborators import Collaborator
from store.contacts import Contact
from store.relations import Relation


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """`action` is None where the asking collaborator may only see that the time is taken."""

    when: When
    action: Action | None


def agenda_of(
    session: Session, collaborator_id: int, first: date, last: date, *, zone: str, asked_by: Collaborator
) -> list[AgendaEntry]:
    """What a collaborator carries out or takes part in from `first` to `last` (their days in `zone`), by start.

    Deleted and cancelled actions are left out.
    """
    begins = datetime.combine(first, time(), ZoneInfo(zone))
    ends = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(zone))
    query = (
        select(Action)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .where(
            _takes_part(collaborator_id),
            Action.deleted_at.is_(None),
            ActionStatus.meaning != Meaning.CANCELLED,
            Action.sort_at >= begins - LONGEST - timedelta(days=2),
            Action.sort_at < ends,
        )
        .options(selectinload(Action.participants))
        .order_by(Action.sort_at, Action.id)
    )
    found = session.scalars(query).unique().all()
    seen = _visible_ids(session, [action.id for action in found], asked_by)
    return [
        AgendaEntry(action.when, action if action.id in seen else None)
        for action in found
        if action.when.ends_at > begins and action.when.starts_at < ends
    ]


def history_of(
    session: Session, relation_id: int, *, asked_by: Collaborator, before_id: int | None = None, limit: int = 10
) -> Sequence[Action]:
    """The relation's actions that the asking collaborator may see, latest first; those before one of them, if given."""
    query = select(Action).where(
        Action.relation_id == relation_id, Action.deleted_at.is_(None), access.visible(Action, asked_by=asked_by)
    )
    last = session.get(Action, before_id) if before_id else None
    if last is not None:
        query = query.where(tuple_(Action.sort_at, Action.id) < (last.sort_at, last.id))
    return session.scalars(query.order_by(Action.sort_at.desc(), Action.id.desc()).limit(limit)).unique().all()


def next_action(session: Session, relation_id: int, *, asked_by: Collaborator, now: datetime) -> Action | None:
    """The first planned action that has not begun yet."""
    query = (
        select(Action)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .where(
            Action.relation_id == relation_id,
            Action.deleted_at.is_(None),
            Action.sort_at >= now,
            ActionStatus.meaning == Meaning.PLANNED,
            access.visible(Action, asked_by=asked_by),
        )
    )
    return session.scalars(query.order_by(Action.sort_at, Action.id).limit(1)).unique().one_or_none()


def last_done(session: Session, relation_id: int, *, asked_by: Collaborator, now: datetime) -> Action | None:
    query = (
        select(Action)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .where(
            Action.relation_id == relation_id,
            Action.deleted_at.is_(None),
            Action.sort_at <= now,
            ActionStatus.meaning == Meaning.DONE,
            access.visible(Action, asked_by=asked_by),
        )
    )
    return session.scalars(query.order_by(Action.sort_at.desc(), Action.id.desc()).limit(1)).unique().one_or_none()


@dataclass(frozen=True, slots=True)
class FeedLine:
    """Enough to know whether an action's rendered fragment is still right, without reading the action."""

    action_id: int
    uid: str
    version: int
    relation_version: int
    contact_version: int


def feed_lines(session: Session, collaborator_id: int, *, now: datetime) -> list[FeedLine]:
    """What stands in a collaborator's calendar feed, by start: two years back, and everything to come.

    Deleted actions stay for 30 days, so that subscribers see them cancelled rather than for ever.
    """
    person = aliased(Relation)
    gone = or_(Action.deleted_at.is_(None), Action.deleted_at > now - timedelta(days=30))
    query = (
        select(
            Action.id, Action.uid, Action.version, Relation.version, func.coalesce(Contact.version + person.version, 0)
        )
        .join(Relation, Relation.id == Action.relation_id)
        .outerjoin(Contact, Contact.id == Action.contact_id)
        .outerjoin(person, person.id == Contact.person_id)
        .where(_takes_part(collaborator_id), gone, Action.sort_at > now - timedelta(days=730))
        .order_by(Action.sort_at, Action.id)
    )
    return [FeedLine(*row) for row in session.execute(query).all()]


def actions_with_ids(session: Session, ids: Sequence[int]) -> dict[int, Action]:
    """For feeds, whose reader is the owner of every line. Asks in batches that both engines take."""
    found: dict[int, Action] = {}
    for some in batches(ids):
        query = (
            select(Action)
            .where(Action.id.in_(some))
            .options(selectinload(Action.participants), selectinload(Action.point_rows))
        )
        found |= {action.id: action for action in session.scalars(query).unique()}
    return found


def _takes_part(collaborator_id: int) -> ColumnElement[bool]:
    invited = exists().where(Participant.action_id == Action.id, Participant.collaborator_id == collaborator_id)
    return or_(Action.owner_id == collaborator_id, invited)


def _visible_ids(session: Session, ids: Sequence[int], asked_by: Collaborator) -> set[int]:
    query = select(Action.id).where(and_(Action.id.in_(ids), access.visible(Action, asked_by=asked_by)))
    return set(session.scalars(query).all())
