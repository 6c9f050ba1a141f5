"""Agendas and histories: which actions stand where, for whom, and what a colleague may see of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, CompoundSelect, and_, case, exists, func, or_, select, tuple_, union
from sqlalchemy.orm import Session, aliased, selectinload

from store import access
from store.actions import LONGEST, Action, ActionStatus, Meaning, Participant, When
from store.batches import batches
from store.collaborators import Collaborator
from store.contacts import Contact
from store.relations import Relation
from store.series import (
    ActionSeries,
    happens_once,
    is_whole_series,
    next_occurrence,
    occurrences_between,
    whole_series,
)

_MARGIN = timedelta(days=2)
"""Between a day somewhere and the same moment in any other zone."""
_MAY_GO_ON = 20
"""How many of what began may not be over yet."""


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """`action` is None where the asking collaborator may only see that the time is taken.

    `on` is the date of an occurrence that has no row of its own: `action` then stands for the whole series.
    """

    when: When
    action: Action | None
    on: date | None = None


def agenda_of(
    session: Session,
    collaborator_id: int,
    first: date,
    last: date,
    *,
    zone: str,
    asked_by: Collaborator,
    with_over: bool = True,
    limit: int | None = None,
) -> list[AgendaEntry]:
    """What a collaborator carries out or takes part in from `first` to `last` (their days in `zone`), by start.

    Deleted and cancelled actions are left out, and without `with_over` those that were done or missed. Only the first
    `limit` are read, when it is given.
    """
    begins, ends = _moments(first, last, zone)
    query = (
        select(Action.id, Action.starts_on, Action.starts_time, Action.ends_on, Action.ends_time, Action.zone)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .where(Action.id.in_(_ids_between(collaborator_id, begins, ends)), *_of_agenda(with_over))
    )
    times = ((When(*row[1:]), row.id, None) for row in session.execute(query))
    single = [one for one in times if _shares(one[0], begins, ends)]
    series = whole_series(session, _takes_part(collaborator_id), first=first)
    repeated = [(one.when, one.action.id, one.on) for one in occurrences_between(session, series, begins, ends)]
    found = sorted([*single, *repeated], key=lambda one: (one[0].starts_at, one[1]))[:limit]
    rows = actions_with_ids(session, list({action_id for _when, action_id, _on in found}))
    seen = _visible_ids(session, list(rows), asked_by)
    return [AgendaEntry(when, rows[one], on) if one in seen else AgendaEntry(when, None) for when, one, on in found]


def times_taken(
    session: Session, collaborator_id: int, first: date, last: date, *, zone: str, with_over: bool = True
) -> list[When]:
    """When a collaborator has something, and no more than that: so it holds what the asker may not read too."""
    begins, ends = _moments(first, last, zone)
    query = (
        select(Action.starts_on, Action.starts_time, Action.ends_on, Action.ends_time, Action.zone)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .where(Action.id.in_(_ids_between(collaborator_id, begins, ends)), *_of_agenda(with_over))
    )
    series = whole_series(session, _takes_part(collaborator_id), first=first)
    repeated = [one.when for one in occurrences_between(session, series, begins, ends)]
    single = (When(*row) for row in session.execute(query))
    return [*(when for when in single if _shares(when, begins, ends)), *repeated]


def agenda_counts(
    session: Session, collaborator_id: int, first: date, last: date, *, zone: str, with_over: bool = True
) -> Counter[date]:
    """How many actions stand on each day from `first` to `last`; one of several days counts on each."""
    counts = Counter[date]()
    for when in times_taken(session, collaborator_id, first, last, zone=zone, with_over=with_over):
        on = max(when.starts_on, first)
        while on <= min(when.ends_on, last):
            counts[on] += 1
            on += timedelta(days=1)
    return counts


def overdue_of(
    session: Session, collaborator_id: int, *, asked_by: Collaborator, now: datetime, limit: int = 10
) -> Sequence[Action]:
    """What a collaborator was to carry out and is still planned though its time is past, the latest first.

    Those of the last year: what is older is no longer waited for.
    """
    query = (
        select(Action)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .where(
            Action.owner_id == collaborator_id,
            happens_once(),
            Action.deleted_at.is_(None),
            ActionStatus.meaning == Meaning.PLANNED,
            Action.sort_at.between(now - timedelta(days=365), now),
            access.visible(Action, asked_by=asked_by),
        )
        .order_by(Action.sort_at.desc(), Action.id.desc())
        .limit(limit + _MAY_GO_ON)
    )
    return [action for action in session.scalars(query).unique() if action.is_overdue(now)][:limit]


def history_of(
    session: Session, relation_id: int, *, asked_by: Collaborator, before_id: int | None = None, limit: int = 10
) -> Sequence[Action]:
    """The relation's actions that the asking collaborator may see, latest first; those before one of them, if given."""
    query = select(Action).where(
        Action.relation_id == relation_id,
        happens_once(),
        Action.deleted_at.is_(None),
        access.visible(Action, asked_by=asked_by),
    )
    last = session.get(Action, before_id) if before_id else None
    if last is not None:
        query = query.where(tuple_(Action.sort_at, Action.id) < (last.sort_at, last.id))
    return session.scalars(query.order_by(Action.sort_at.desc(), Action.id.desc()).limit(limit)).unique().all()


def next_action(session: Session, relation_id: int, *, asked_by: Collaborator, now: datetime) -> AgendaEntry | None:
    """The first planned action, or occurrence of a series, that has not begun yet."""
    of_relation = (Action.relation_id == relation_id, access.visible(Action, asked_by=asked_by))
    query = (
        select(Action)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .where(
            *of_relation,
            happens_once(),
            Action.deleted_at.is_(None),
            Action.sort_at >= now,
            ActionStatus.meaning == Meaning.PLANNED,
        )
    )
    single = session.scalars(query.order_by(Action.sort_at, Action.id).limit(1)).unique().one_or_none()
    series = whole_series(session, *of_relation, first=now.date())
    repeated = next_occurrence(session, series, after=now)
    if repeated is not None and (single is None or repeated.when.starts_at < single.sort_at):
        return AgendaEntry(repeated.when, repeated.action, repeated.on)
    return AgendaEntry(single.when, single) if single is not None else None


def last_done(session: Session, relation_id: int, *, asked_by: Collaborator) -> Action | None:
    """The latest that is done, also when that was before its hour."""
    query = (
        select(Action)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .where(
            Action.relation_id == relation_id,
            Action.deleted_at.is_(None),
            ActionStatus.meaning == Meaning.DONE,
            access.visible(Action, asked_by=asked_by),
        )
    )
    return session.scalars(query.order_by(Action.sort_at.desc(), Action.id.desc()).limit(1)).unique().one_or_none()


@dataclass(frozen=True, slots=True)
class FeedLine:
    """Enough to know whether an action's rendered fragment is still right, without reading the action.

    `series_version` is that of the whole series, `skipped` counts its deleted occurrences; 0 for what happens once.
    """

    uid: str
    action_id: int
    version: int
    relation_version: int
    contact_version: int
    series_version: int
    skipped: int


def feed_lines(session: Session, collaborator_id: int, *, now: datetime) -> list[FeedLine]:
    """What stands in a collaborator's calendar feed, by start: two years back, and everything to come.

    Deleted actions stay for 30 days, so that subscribers see them cancelled rather than for ever; a deleted occurrence
    is skipped by its series.
    """
    person, whole, other = aliased(Relation), aliased(Action), aliased(Action)
    is_told = and_(Action.deleted_at > now - timedelta(days=30), Action.recurs_on.is_(None))
    is_recent = Action.sort_at > now - timedelta(days=730)
    goes_on = and_(is_whole_series(), ActionSeries.ends_on.is_(None) | (ActionSeries.ends_on > now.date()))
    of_series = select(func.count()).where(other.series_id == Action.series_id, other.deleted_at.is_not(None))
    skipped = case((Action.series_id.is_(None), 0), else_=of_series.scalar_subquery())
    query = (
        select(
            Action.uid,
            Action.id,
            Action.version,
            Relation.version,
            func.coalesce(Contact.version + person.version, 0),
            func.coalesce(whole.version, 0),
            skipped,
        )
        .join(Relation, Relation.id == Action.relation_id)
        .outerjoin(Contact, Contact.id == Action.contact_id)
        .outerjoin(person, person.id == Contact.person_id)
        .outerjoin(ActionSeries, ActionSeries.id == Action.series_id)
        .outerjoin(whole, and_(whole.series_id == Action.series_id, whole.recurs_on.is_(None)))
        .where(_takes_part(collaborator_id), Action.deleted_at.is_(None) | is_told, is_recent | goes_on)
        .order_by(Action.sort_at, Action.id)
    )
    return [FeedLine(*row) for row in session.execute(query).all()]


def actions_with_ids(session: Session, ids: Sequence[int]) -> dict[int, Action]:
    """Whoever asks has seen to it who reads them. Asks in batches that both engines take."""
    found: dict[int, Action] = {}
    for some in batches(ids):
        query = (
            select(Action)
            .where(Action.id.in_(some))
            .options(selectinload(Action.participants), selectinload(Action.point_rows))
        )
        found |= {action.id: action for action in session.scalars(query).unique()}
    return found


def _moments(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """The first midnight, and the one after the last day."""
    begins, ends = (datetime.combine(on, time(), ZoneInfo(zone)) for on in (first, last + timedelta(days=1)))
    return begins, ends


def _shares(when: When, begins: datetime, ends: datetime) -> bool:
    return when.ends_at > begins and when.starts_at < ends


def _of_agenda(with_over: bool) -> tuple[ColumnElement[bool], ...]:
    meaning = ActionStatus.meaning != Meaning.CANCELLED if with_over else ActionStatus.meaning == Meaning.PLANNED
    return happens_once(), Action.deleted_at.is_(None), meaning


def _ids_between(collaborator_id: int, begins: datetime, ends: datetime) -> CompoundSelect[tuple[int]]:
    """Each half is a range of an index: with one condition for both, the engines read everybody's actions of the time.

    It may hold what ends or begins some hours beyond.
    """
    reaches_in = (
        Action.sort_at >= begins - LONGEST - _MARGIN,
        Action.sort_at < ends,
        Action.ends_on >= (begins - _MARGIN).date(),
    )
    own = select(Action.id).where(Action.owner_id == collaborator_id, *reaches_in)
    invited = select(Action.id).join(Participant, Participant.action_id == Action.id)
    return union(own, invited.where(Participant.collaborator_id == collaborator_id, *reaches_in))


def _takes_part(collaborator_id: int) -> ColumnElement[bool]:
    invited = exists().where(Participant.action_id == Action.id, Participant.collaborator_id == collaborator_id)
    return or_(Action.owner_id == collaborator_id, invited)


def _visible_ids(session: Session, ids: Sequence[int], asked_by: Collaborator) -> set[int]:
    query = select(Action.id).where(and_(Action.id.in_(ids), access.visible(Action, asked_by=asked_by)))
    return set(session.scalars(query).all())
