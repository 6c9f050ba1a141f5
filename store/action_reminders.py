"""Reminders of actions: when the type of an action asks for one, who gets it, and that nobody gets it twice.

An action with hours is reminded of `reminder_min` minutes before it begins. One of whole days at 18:00, where it takes
place, on the evening before; as many days earlier as the minutes make whole days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from store.actions import Action, ActionStatus, ActionType, Meaning, Participant, ParticipantRole, When
from store.batches import batches
from store.collaborators import Collaborator
from store.outbox import Outgoing, put_in_outbox, slack_lane
from store.series import happens_once, occurrences_between, whole_series

KEPT_FOR = timedelta(days=1)
"""How long after its moment a reminder is still said, late, if the action is not over."""
EVENING = time(18)
_DAY_MIN = 24 * 60
_MARGIN = timedelta(days=2)
_LINE = case((Action.begun_uid != "", Action.begun_uid), else_=Action.uid)


@dataclass(frozen=True, slots=True)
class Coming:
    """What may have to be reminded of; `on` is the date of an occurrence of which no row exists.

    `line_uid` and `named_on` name the time whatever becomes of its action: a series that is split, a row of its own.
    """

    action_id: int
    line_uid: str
    named_on: date
    on: date | None
    when: When
    reminder_min: int
    planned_at: datetime

    @property
    def due_at(self) -> datetime:
        """UTC."""
        return reminder_moment(self.when, self.reminder_min)

    def is_due(self, now: datetime) -> bool:
        """Not of what was planned only after the moment: whoever plans it knows of it. Nor of what is over."""
        due_at = self.due_at
        return now - KEPT_FOR < due_at <= now < self.when.ends_at and self.planned_at <= due_at

    def key(self, collaborator_id: int) -> str:
        """One per action, occurrence, person and offset; another one once the action has moved."""
        starts_at = self.when.starts_at.astimezone(UTC).isoformat()
        return f"action-reminder/{self.line_uid}/{self.named_on}/{collaborator_id}/{self.reminder_min}/{starts_at}"


def reminder_moment(when: When, reminder_min: int) -> datetime:
    """UTC."""
    if not when.is_all_day:
        return when.starts_at.astimezone(UTC) - timedelta(minutes=reminder_min)
    on = when.starts_on - timedelta(days=max(1, reminder_min // _DAY_MIN))
    return datetime.combine(on, EVENING, ZoneInfo(when.zone)).astimezone(UTC)


def coming_actions(session: Session, *, now: datetime) -> list[Coming]:
    """The planned actions with a row whose reminder may be due, by start. Their zones are not read yet."""
    furthest = session.scalar(select(func.max(ActionType.reminder_min)))
    if furthest is None:
        return []
    query = (
        select(
            Action.id, _LINE, Action.recurs_on, Action.created_at, ActionType.reminder_min,
            Action.starts_on, Action.starts_time, Action.ends_on, Action.ends_time, Action.zone,
        )
        .join(ActionType, ActionType.id == Action.type_id)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .where(
            happens_once(),
            Action.sort_at.between(now - KEPT_FOR - _MARGIN, now + timedelta(minutes=furthest) + _MARGIN),
            Action.deleted_at.is_(None),
            ActionStatus.meaning == Meaning.PLANNED,
            ActionType.reminder_min.is_not(None),
        )
        .order_by(Action.sort_at, Action.id)
    )  # fmt: skip
    return [
        Coming(action_id, line_uid, recurs_on or when[0], None, When(*when), reminder_min or 0, created_at)
        for action_id, line_uid, recurs_on, created_at, reminder_min, *when in session.execute(query)
    ]


def reminded_series(session: Session, *, now: datetime) -> Sequence[Action]:
    """The series of types that remind."""
    reminding = select(ActionType.id).where(ActionType.reminder_min.is_not(None))
    return whole_series(session, Action.type_id.in_(reminding), first=now.date())


def coming_of_series(session: Session, series: Action, *, now: datetime) -> list[Coming]:
    """Its occurrences without a row that may be due."""
    reminder_min = series.type.reminder_min or 0
    until = now + timedelta(minutes=reminder_min) + _MARGIN
    line_uid = series.begun_uid or series.uid
    return [
        Coming(series.id, line_uid, one.on, one.on, one.when, reminder_min, series.created_at)
        for one in occurrences_between(session, [series], now - KEPT_FOR, until)
    ]


def unsaid(session: Session, due: Iterable[Coming]) -> list[Coming]:
    """Those that somebody was not told of yet."""
    everything = list(due)
    people = _people_of(session, [one.action_id for one in everything])
    keys = {key for one in everything for who in people.get(one.action_id, ()) if (key := one.key(who))}
    said: set[str] = set()
    for some in batches(sorted(keys)):
        said.update(session.scalars(select(Outgoing.key).where(Outgoing.key.in_(some))))
    return [one for one in everything if any(one.key(who) not in said for who in people.get(one.action_id, ()))]


def remind_of(session: Session, coming: Coming, *, now: datetime) -> int:
    """Puts it on its way to everybody who was not told; how many. Nobody is told of what changed since it was read."""
    action = session.get(Action, coming.action_id, with_for_update={"of": Action}, populate_existing=True)
    if action is None or not _still_stands(action, coming):
        return 0
    told = 0
    for collaborator_id in _people_of(session, [action.id]).get(action.id, ()):
        content = {
            "notice": "action_reminder",
            "collaborator_id": collaborator_id,
            "action_id": action.id,
            "on": coming.on.isoformat() if coming.on else None,
            "starts_at": coming.when.starts_at.astimezone(UTC).isoformat(),
            "due_at": coming.due_at.isoformat(),
        }
        key, lane = coming.key(collaborator_id), slack_lane(collaborator_id)
        told += put_in_outbox(session, kind="notice", key=key, lane=lane, content=content, now=now) is not None
    return told


def _still_stands(action: Action, coming: Coming) -> bool:
    is_planned = action.deleted_at is None and action.status.meaning is Meaning.PLANNED
    return is_planned and (coming.on is not None or action.when == coming.when)


def _people_of(session: Session, action_ids: Sequence[int]) -> dict[int, list[int]]:
    """By action, who carries it out or takes part in it, of those who are still here and in Slack."""
    people: dict[int, list[int]] = {}
    is_told = (Collaborator.is_active, Collaborator.slack_user_id.is_not(None))
    for some in batches(sorted(set(action_ids))):
        owner = select(Action.id, Collaborator.id).join(Collaborator, Collaborator.id == Action.owner_id)
        others = (
            select(Participant.action_id, Collaborator.id)
            .join(Collaborator, Collaborator.id == Participant.collaborator_id)
            .where(Participant.role != ParticipantRole.INFORMED)
        )
        for query in (
            owner.where(Action.id.in_(some), *is_told),
            others.where(Participant.action_id.in_(some), *is_told),
        ):
            for action_id, collaborator_id in session.execute(query):
                known = people.setdefault(action_id, [])
                if collaborator_id not in known:
                    known.append(collaborator_id)
    return people
