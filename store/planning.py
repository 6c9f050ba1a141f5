"""Planning and changing actions: what a form, a filed mail or a reply may do to one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from store import access
from store.actions import Action, ActionStatus, ActionType, Meaning, Participant, ParticipantRole, When
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.contacts import contact_seen_by
from store.domain import line, line_with_key
from store.relations import relation_seen_by
from store.typed import line_typed, text_typed

MOST_PARTICIPANTS = 200


@dataclass(frozen=True, slots=True)
class Participation:
    """Somebody who takes part: a collaborator or a contact, by id."""

    collaborator_id: int | None = None
    contact_id: int | None = None
    role: ParticipantRole = ParticipantRole.REQUIRED


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """Everything about an action that a form decides. `representative_id` carries it out."""

    relation_id: int
    type_id: int
    subject: str
    when: When
    representative_id: int
    contact_id: int | None = None
    followed_by_id: int | None = None
    place: str = ""
    points: str = ""
    is_private: bool = False
    participants: tuple[Participation, ...] = ()


def facts_of(action: Action) -> ActionFacts:
    """The action as a form would have given it."""
    assert action.owner_id is not None, "an action has a representative"
    return ActionFacts(
        relation_id=action.relation_id,
        type_id=action.type_id,
        subject=action.subject,
        when=action.when,
        representative_id=action.owner_id,
        contact_id=action.contact_id,
        followed_by_id=action.followed_by_id,
        place=action.place,
        points=action.points,
        is_private=action.is_private,
        participants=tuple(Participation(p.collaborator_id, p.contact_id, p.role) for p in action.participants),
    )


def plan_action(session: Session, *, by: Collaborator, facts: ActionFacts, now: datetime) -> Action:
    """A planned action. Raises BookError at the field that is wrong (`relation`, `subject`, `ends`, …)."""
    access.require_active(by)
    facts = _checked(session, by, facts)
    action = Action(
        uid=f"{uuid.uuid4()}@rapport",
        status_id=status_meaning(session, Meaning.PLANNED).id,
        created_by_id=by.id,
        created_at=now,
        changed_at=now,
        participants=[],
    )
    _apply(action, facts)
    session.add(action)
    _set_participants(action, facts)
    session.flush()
    return action


def edit_action(
    session: Session, *, by: Collaborator, action_id: int, version: int | None, facts: ActionFacts, now: datetime
) -> Action:
    """Raises NotFound, ChangedMeanwhile, BookError at a field. A change of time or place is a new SEQUENCE."""
    access.require_active(by)
    action = require_editable(session, action_id, by=by)
    action.expect_version(version)
    facts = _checked(session, by, facts)
    _set_participants(action, facts)
    if (action.when, action.place, action.owner_id) != (facts.when, facts.place, facts.representative_id):
        action.sequence += 1
    _apply(action, facts)
    action.changed_at = now
    flag_modified(action, "changed_at")  # a new version also when only the participants changed
    session.flush()
    session.expire(action, ["relation", "contact", "type", "owner"])
    return action


def record_done_action(
    session: Session,
    *,
    by: Collaborator,
    relation_id: int,
    contact_id: int | None,
    type_key: str,
    subject: str,
    at: datetime,
    now: datetime,
) -> Action:
    """Something that happened at `at`, such as a mail that was sent: done, of one moment, in `by`'s zone."""
    local = at.astimezone(ZoneInfo(by.zone))
    action = Action(
        uid=f"{uuid.uuid4()}@rapport",
        relation_id=relation_id,
        contact_id=contact_id,
        type_id=line_with_key(session, ActionType, type_key).id,
        status_id=status_meaning(session, Meaning.DONE).id,
        owner_id=by.id,
        created_by_id=by.id,
        created_at=now,
        changed_at=now,
        subject=subject,
        participants=[],
    )
    _set_when(action, When(local.date(), _minute(local), local.date(), _minute(local), by.zone))
    session.add(action)
    session.flush()
    return action


def action_seen_by(session: Session, action_id: int, *, asked_by: Collaborator) -> Action | None:
    """None when it is deleted, hidden from the asking collaborator, or not there."""
    query = select(Action).where(
        Action.id == action_id, Action.deleted_at.is_(None), access.visible(Action, asked_by=asked_by)
    )
    return session.scalars(query).one_or_none()


def require_seen(session: Session, action_id: int, *, by: Collaborator) -> Action:
    """The action, deleted or not. Raises NotFound for one that is hidden from this collaborator, NotAllowed."""
    access.require_active(by)
    query = select(Action).where(Action.id == action_id, access.visible(Action, asked_by=by))
    action = session.scalars(query).one_or_none()
    if action is None:
        raise NotFound
    return action


def require_editable(session: Session, action_id: int, *, by: Collaborator) -> Action:
    """Like `require_seen`; raises NotFound also for one that was deleted."""
    action = require_seen(session, action_id, by=by)
    if action.deleted_at is not None:
        raise NotFound(_("This action was deleted in the meantime."))
    return action


def status_meaning(session: Session, meaning: Meaning) -> ActionStatus:
    """The first of the list with this meaning; a retired one when the office retired them all."""
    query = select(ActionStatus).where(ActionStatus.meaning == meaning)
    order = ActionStatus.retired_at.is_not(None), ActionStatus.position, ActionStatus.id
    return session.scalars(query.order_by(*order).limit(1)).one()


def _minute(at: datetime) -> time:
    return at.time().replace(second=0, microsecond=0)


def _checked(session: Session, by: Collaborator, facts: ActionFacts) -> ActionFacts:
    """The facts as they are stored, with those into whom others were merged. Raises BookError at the wrong field."""
    relation = relation_seen_by(session, facts.relation_id, asked_by=by)
    if relation is None:
        raise NotFound(_("This relation is no longer in the book."), field="relation")
    typed = replace(
        facts,
        relation_id=relation.id,
        subject=line_typed(facts.subject, field="subject", required=True),
        place=line_typed(facts.place, field="place"),
        points=text_typed(facts.points, field="points"),
        type_id=line(session, ActionType, facts.type_id, field="type").id,
    )
    facts.when.check()
    representative = session.get(Collaborator, facts.representative_id)
    if representative is None or not representative.is_active:
        raise BookError(_("This collaborator has left. Choose somebody else."), field="representative")
    if len(facts.participants) > MOST_PARTICIPANTS:
        raise BookError(_("At most {most} people can take part."), field="guests", most=MOST_PARTICIPANTS)
    return _with_people(session, by, typed)


def _with_people(session: Session, by: Collaborator, facts: ActionFacts) -> ActionFacts:
    def standing(contact_id: int, field: str) -> int:
        contact = contact_seen_by(session, contact_id, asked_by=by)
        if contact is None:
            raise NotFound(_("This contact is no longer in the book."), field=field)
        return contact.id

    met = standing(facts.contact_id, "contact") if facts.contact_id else None
    people = [
        replace(p, contact_id=standing(p.contact_id, "guests")) if p.contact_id else p for p in facts.participants
    ]
    ids = [p.collaborator_id for p in facts.participants if p.collaborator_id]
    known = session.scalars(select(Collaborator.id).where(Collaborator.id.in_(ids), Collaborator.is_active)).all()
    if set(ids) - set(known):
        raise BookError(_("This collaborator has left. Choose somebody else."), field="colleagues")
    return replace(facts, contact_id=met, participants=tuple(people))


def _apply(action: Action, facts: ActionFacts) -> None:
    action.relation_id, action.type_id = facts.relation_id, facts.type_id
    action.subject, action.place, action.points = facts.subject, facts.place, facts.points
    action.owner_id, action.contact_id = facts.representative_id, facts.contact_id
    action.followed_by_id = facts.followed_by_id or facts.representative_id
    action.is_private = facts.is_private
    _set_when(action, facts.when)


def _set_when(action: Action, when: When) -> None:
    action.starts_on, action.starts_time = when.starts_on, when.starts_time
    action.ends_on, action.ends_time, action.zone = when.ends_on, when.ends_time, when.zone
    action.sort_at = when.starts_at


def _set_participants(action: Action, facts: ActionFacts) -> None:
    """Everybody but the representative; the rows of who stays are kept."""
    wanted = (p for p in facts.participants if p.collaborator_id != facts.representative_id)
    by_person = {(p.collaborator_id, p.contact_id): p for p in wanted}
    for row in list(action.participants):
        if (row.collaborator_id, row.contact_id) not in by_person:
            action.participants.remove(row)
    kept = {(row.collaborator_id, row.contact_id): row for row in action.participants}
    for person, participation in by_person.items():
        if person in kept:
            kept[person].role = participation.role
        else:
            collaborator_id, contact_id = person
            row = Participant(collaborator_id=collaborator_id, contact_id=contact_id, role=participation.role)
            action.participants.append(row)


def last_type_of(session: Session, collaborator_id: int) -> int | None:
    """The type that this collaborator planned last, to begin the next form with."""
    return session.scalar(_LAST_TYPE, {"collaborator_id": collaborator_id})


_LAST_TYPE = (
    select(Action.type_id)
    .join(ActionType, ActionType.id == Action.type_id)
    .where(Action.created_by_id == bindparam("collaborator_id"), ActionType.retired_at.is_(None), ActionType.invites)
    .order_by(Action.id.desc())
    .limit(1)
)


def meaning_of(session: Session, action_id: int | None) -> Meaning:
    """What the action's status comes down to; a new action is planned, a deleted one cancelled."""
    action = session.get(Action, action_id) if action_id else None
    if action is None:
        return Meaning.PLANNED
    return Meaning.CANCELLED if action.deleted_at is not None else action.status.meaning
