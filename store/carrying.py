"""Where a point of an action goes that stays open.

A planned point of an action that is over, and that was not discussed there, stands open. It goes on to the first action
with that relation that is planned for later, else to the first that was made later, else it waits for one. So each open
point stands in one planned action at most, whatever happens to those between, and `settle_points` finds that place anew
after each change: it follows from the actions as they are, so doing it twice changes nothing. What goes with an action
that is deleted comes back with it.

Points of everybody's actions go on to everybody's; those of a private action to private ones that nobody sees who did
not see the one where they were left open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from store.actions import Action, ActionPoint, ActionStatus, Meaning, Participant
from store.batches import batches


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A point from earlier actions; `since_on` is the day of the action in which it was first written down."""

    first_id: int
    text: str
    since_on: date


@dataclass(frozen=True, slots=True)
class _Place:
    """An action that may hold points; `seen_by` are the collaborators who see it, None for everybody."""

    at: datetime
    action_id: int
    relation_id: int
    seen_by: frozenset[int] | None

    @property
    def order(self) -> tuple[datetime, int]:
        return self.at, self.action_id

    def takes_from(self, other: _Place) -> bool:
        if self.relation_id != other.relation_id or (self.seen_by is None) != (other.seen_by is None):
            return False
        return self.seen_by is None or other.seen_by is None or self.seen_by <= other.seen_by


@dataclass(frozen=True, slots=True)
class _Standing:
    """One row of a point, and how its action stands."""

    id: int
    text: str
    is_first: bool
    is_discussed: bool
    is_planned: bool
    is_deleted: bool
    place: _Place


def open_points(session: Session, action: Action) -> list[OpenPoint]:
    """Those that come from earlier actions and stand in this one, or would if it were planned; the oldest first."""
    session.flush()
    places = _places(session, [action.id])
    return _open_at(session, places[action.id])


def open_points_at(
    session: Session, relation_id: int, at: datetime, *, seen_by: frozenset[int] | None
) -> list[OpenPoint]:
    """Those that would go on to a new action with this relation at that time; `seen_by` is None for everybody."""
    latest_id = session.scalar(select(func.max(Action.id))) or 0
    return _open_at(session, _Place(at, latest_id + 1, relation_id, seen_by))


def settle_points(session: Session, *relation_ids: int) -> None:
    """Puts each open point of these relations where it belongs. Must follow each change of an action."""
    session.flush()
    threads = _threads(session, relation_ids)
    planned = _planned(session, {row.place.relation_id for rows in threads.values() for row in rows})
    touched: set[int] = set()
    for first_id, rows in threads.items():
        last = _left_open(rows)
        touched |= _put(session, first_id, rows, _next_after(last, planned) if last is not None else None)
    session.flush()
    for action_id in touched:
        action = session.identity_map.get(session.identity_key(Action, action_id))
        if action is not None:
            session.expire(action, ["point_rows"])


def _open_at(session: Session, place: _Place) -> list[OpenPoint]:
    threads = _threads(session, [place.relation_id])
    places = [*(one for one in _planned(session, [place.relation_id]) if one.action_id != place.action_id), place]
    left = {first_id: last for first_id, rows in threads.items() if (last := _left_open(rows)) is not None}
    here = [first_id for first_id, last in left.items() if _next_after(last, places) is place]
    query = select(ActionPoint.id, Action.starts_on).join(Action, Action.id == ActionPoint.action_id)
    since = {row.id: row.starts_on for row in session.execute(query.where(ActionPoint.id.in_(here)))}
    found = [OpenPoint(first_id, threads[first_id][0].text, since[first_id]) for first_id in here]
    return sorted(found, key=lambda one: (one.since_on, one.first_id))


def _put(session: Session, first_id: int, rows: Sequence[_Standing], target: _Place | None) -> set[int]:
    """Returns the ids of the actions whose points changed."""
    moving = [row for row in rows if row.is_planned and not row.is_first]
    wanted = [target.action_id] if target is not None else []
    if [row.place.action_id for row in moving] == wanted:
        return set()
    for row in moving:
        session.delete(session.get_one(ActionPoint, row.id))
    for action_id in wanted:
        last = session.scalar(select(func.max(ActionPoint.position)).where(ActionPoint.action_id == action_id))
        position = 0 if last is None else last + 1
        text = rows[0].text
        session.add(ActionPoint(action_id=action_id, position=position, text=text, carried_from_id=first_id))
    session.flush()
    return {*(row.place.action_id for row in moving), *wanted}


def _left_open(rows: Sequence[_Standing]) -> _Place | None:
    """The last action that left the point open; None when it was discussed, or stands where it was first planned."""
    standing = [row for row in rows if not row.is_deleted]
    over = [row for row in standing if not row.is_planned]
    is_home = any(row.is_first and row.is_planned for row in standing)
    if is_home or any(row.is_discussed for row in over):
        return None
    return max((row.place for row in over), key=lambda place: place.order, default=None)


def _next_after(last: _Place, planned: Iterable[_Place]) -> _Place | None:
    fitting = sorted((one for one in planned if one.takes_from(last)), key=lambda place: place.order)
    later = (one for one in fitting if one.order > last.order)
    made_later = (one for one in fitting if one.action_id > last.action_id)
    return next(later, None) or next(made_later, None)


def _threads(session: Session, relation_ids: Iterable[int]) -> Mapping[int, Sequence[_Standing]]:
    """All rows of each planned point that some action with these relations left open, by the id of the first."""
    query = (
        select(func.coalesce(ActionPoint.carried_from_id, ActionPoint.id))
        .join(Action, Action.id == ActionPoint.action_id)
        .where(Action.relation_id.in_(relation_ids), ActionPoint.is_planned, ActionPoint.is_discussed.is_(False))
    )
    rows: list[ActionPoint] = []
    for some in batches(sorted(set(session.scalars(query)))):
        either = or_(ActionPoint.id.in_(some), ActionPoint.carried_from_id.in_(some))
        rows += session.scalars(select(ActionPoint).where(either).order_by(ActionPoint.id))
    places = _places(session, {row.action_id for row in rows})
    ended = _ended(session, {row.action_id for row in rows})
    threads: dict[int, list[_Standing]] = defaultdict(list)
    for row in rows:
        meaning, deleted_at = ended[row.action_id]
        threads[row.carried_from_id or row.id].append(
            _Standing(
                id=row.id,
                text=row.text,
                is_first=row.carried_from_id is None,
                is_discussed=row.is_discussed,
                is_planned=meaning is Meaning.PLANNED,
                is_deleted=deleted_at is not None,
                place=places[row.action_id],
            )
        )
    return threads


def _ended(session: Session, action_ids: Iterable[int]) -> dict[int, tuple[Meaning, datetime | None]]:
    found: dict[int, tuple[Meaning, datetime | None]] = {}
    for some in batches(sorted(action_ids)):
        query = select(Action.id, ActionStatus.meaning, Action.deleted_at).where(Action.id.in_(some))
        rows = session.execute(query.join(ActionStatus, ActionStatus.id == Action.status_id))
        found |= {row.id: (row.meaning, row.deleted_at) for row in rows}
    return found


def _planned(session: Session, relation_ids: Iterable[int]) -> list[_Place]:
    """What stands for a whole series takes none: each of its occurrences would have them."""
    query = (
        select(Action.id)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .where(
            Action.relation_id.in_(relation_ids),
            Action.deleted_at.is_(None),
            or_(Action.series_id.is_(None), Action.recurs_on.is_not(None)),
            ActionStatus.meaning == Meaning.PLANNED,
        )
    )
    return list(_places(session, session.scalars(query).all()).values())


def _places(session: Session, action_ids: Iterable[int]) -> dict[int, _Place]:
    found: dict[int, _Place] = {}
    for some in batches(sorted(action_ids)):
        taking_part: dict[int, set[int]] = defaultdict(set)
        people = select(Participant.action_id, Participant.collaborator_id)
        people = people.where(Participant.action_id.in_(some), Participant.collaborator_id.is_not(None))
        for one in session.execute(people):
            taking_part[one.action_id].add(one.collaborator_id)
        columns = (Action.id, Action.sort_at, Action.relation_id, Action.is_private)
        query = select(*columns, Action.owner_id, Action.created_by_id, Action.followed_by_id)
        for row in session.execute(query.where(Action.id.in_(some))):
            named = {row.owner_id, row.created_by_id, row.followed_by_id} - {None}
            seen_by = frozenset(named | taking_part[row.id]) if row.is_private else None
            found[row.id] = _Place(row.sort_at, row.id, row.relation_id, seen_by)
    return found
