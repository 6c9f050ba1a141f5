"""Planning and changing actions: what a form, a filed mail or a reply may do to one."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from store import access
from store.action_checks import checked_facts, status_meaning, usual_priority
from store.action_facts import ActionFacts
from store.actions import Action, ActionStatus, ActionType, Meaning, Participant, When
from store.base import NotFound, _
from store.billing import put_billing
from store.carrying import settle_points
from store.collaborators import Collaborator
from store.domain import line_with_key
from store.dossiers import dossier_for_action, dossier_tagged
from store.linked_documents import put_link
from store.points import points_typed, put_points
from store.series import put_rule, rule_of


def plan_action(
    session: Session, *, by: Collaborator, facts: ActionFacts, now: datetime, goes_on_from: Action | None = None
) -> Action:
    """A new action, planned unless its status says otherwise; what stood in the one it goes on from may stay.

    Raises BookError at the field that is wrong (`relation`, `subject`, `ends`, …).
    """
    access.require_active(by)
    facts = _in_dossier(session, by, checked_facts(session, by, facts, action=goes_on_from), goes_on_from)
    return add_action(session, facts, uid=new_uid(), created_by_id=by.id, now=now)


def add_action(
    session: Session,
    facts: ActionFacts,
    *,
    uid: str,
    created_by_id: int | None,
    now: datetime,
    recurs: tuple[int, date] | None = None,
) -> Action:
    """An action with facts that were checked before; `recurs` makes it the occurrence of a series on a date."""
    action = Action(uid=uid, created_by_id=created_by_id, created_at=now, changed_at=now, participants=[])
    action.series_id, action.recurs_on = recurs or (None, None)
    put_rule(session, action, facts.recurrence, facts.when.starts_on)
    _apply(action, facts)
    session.add(action)
    _set_participants(action, facts)
    _set_points(session, action, facts)
    return action


def put_facts(session: Session, action: Action, facts: ActionFacts) -> None:
    """Makes the action what these checked facts say."""
    _set_participants(action, facts)
    _apply(action, facts)
    session.flush()
    session.expire(action, ["relation", "contact", "type", "status", "priority", "owner", "followed_by"])
    _set_points(session, action, facts)


def new_uid() -> str:
    """A UID that stays for ever (RFC 5545 3.8.4.7)."""
    return f"{uuid.uuid4()}@rapport"


def edit_action(
    session: Session, *, by: Collaborator, action_id: int, version: int | None, facts: ActionFacts, now: datetime
) -> Action:
    """Raises NotFound, ChangedMeanwhile, BookError at a field. A change of time or place is a new SEQUENCE."""
    access.require_active(by)
    action = require_editable(session, action_id, by=by)
    action.expect_version(version)
    facts = _in_dossier(session, by, checked_facts(session, by, facts, action=action), action)
    _set_participants(action, facts)
    relation_id = action.relation_id
    if _is_news(session, action, facts):
        action.sequence += 1
    put_rule(session, action, facts.recurrence, facts.when.starts_on)
    _apply(action, facts)
    action.changed_at = now
    flag_modified(action, "changed_at")  # a new version also when only the participants changed
    session.flush()
    session.expire(action, ["relation", "contact", "type", "status", "priority", "owner", "followed_by"])
    _set_points(session, action, facts, relation_id)
    return action


def _is_news(session: Session, action: Action, facts: ActionFacts) -> bool:
    """Whether time, rule, place or organiser change, or the action is called off, or is on again."""
    told = action.when, action.place, action.owner_id, rule_of(action)
    if told != (facts.when, facts.place, facts.representative_id, facts.recurrence):
        return True
    meanings = {action.status.meaning, meaning_of(session, action.id, facts)}
    return len(meanings) > 1 and Meaning.CANCELLED in meanings


def _set_points(session: Session, action: Action, facts: ActionFacts, *earlier_relation_ids: int) -> None:
    session.flush()
    put_points(
        session, action, points_typed(facts.points, field="points"), points_typed(facts.discussed, field="discussed")
    )
    settle_points(session, action.relation_id, *earlier_relation_ids)


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
    dossier_id: int | None = None,
) -> Action:
    """Something that happened at `at`, such as a mail that was sent: done, of one moment, in `by`'s zone."""
    local = at.astimezone(ZoneInfo(by.zone))
    action = Action(
        uid=new_uid(),
        relation_id=relation_id,
        contact_id=contact_id,
        dossier_id=dossier_id,
        type_id=line_with_key(session, ActionType, type_key).id,
        status_id=status_meaning(session, Meaning.DONE).id,
        owner_id=by.id,
        created_by_id=by.id,
        created_at=now,
        changed_at=now,
        priority_id=usual_priority(session).id,
        subject=subject,
        headline=subject,
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


def _minute(at: datetime) -> time:
    return at.time().replace(second=0, microsecond=0)


def _in_dossier(session: Session, by: Collaborator, facts: ActionFacts, action: Action | None = None) -> ActionFacts:
    """With the dossier that was chosen, else the one that a new subject names: "Offer [ACME-12]".

    Raises NotFound and BookError at `dossier`.
    """
    stands = (action.relation_id, action.dossier_id) if action else None
    if facts.dossier_id is not None:
        if stands != (facts.relation_id, facts.dossier_id):
            dossier_for_action(session, facts.dossier_id, relation_id=facts.relation_id, by=by)
        return facts
    if action is not None and action.subject == facts.subject:
        return facts
    tagged = dossier_tagged(session, facts.subject, relation_ids=(facts.relation_id,), asked_by=by).dossier
    return replace(facts, dossier_id=tagged.id if tagged else None)


def _apply(action: Action, facts: ActionFacts) -> None:
    action.relation_id, action.type_id = facts.relation_id, facts.type_id
    assert facts.status_id, "checked facts name a status"
    assert facts.priority_id, "checked facts name a priority"
    action.status_id, action.priority_id = facts.status_id, facts.priority_id
    action.subject, action.place = facts.subject, facts.place
    action.headline, action.report = facts.headline, facts.report
    action.deadline_on = facts.deadline_on
    put_billing(action, facts.billing)
    put_link(action, facts.linked)
    action.owner_id, action.contact_id = facts.representative_id, facts.contact_id
    action.followed_by_id = facts.followed_by_id or facts.representative_id
    action.is_private, action.dossier_id = facts.is_private, facts.dossier_id
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
    session.flush()
    # Each new form asks it: the connection answers in half of the time that a session takes.
    return session.connection().execute(_LAST_TYPE, {"collaborator_id": collaborator_id}).scalar()


_LAST_TYPE = (
    select(Action.type_id)
    .join(ActionType, ActionType.id == Action.type_id)
    .where(Action.created_by_id == bindparam("collaborator_id"), ActionType.retired_at.is_(None), ActionType.invites)
    .order_by(Action.id.desc())
    .limit(1)
)


def meaning_of(session: Session, action_id: int | None, facts: ActionFacts | None = None) -> Meaning:
    """What the action's status comes down to, or would with these facts; a deleted one is cancelled."""
    action = session.get(Action, action_id) if action_id else None
    if action is not None and action.deleted_at is not None:
        return Meaning.CANCELLED
    if facts is not None and facts.status_id is not None:
        return session.get_one(ActionStatus, facts.status_id).meaning
    return action.status.meaning if action is not None else Meaning.PLANNED
