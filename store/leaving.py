"""What is still under way with a contact who leaves: actions to come, mailings on their way, first places in rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action, ActionStatus, Meaning, Participant
from store.collaborators import Collaborator
from store.contacts import Contact, ContactKind, contacts_of
from store.handover import MailState
from store.mailings import Delivery, deliveries_of_person

MOST = 20


@dataclass(frozen=True, slots=True)
class FirstPlace:
    """`follower` is the next in rank who stays; None when nobody does."""

    kind: ContactKind
    follower: Contact | None


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """`actions` by their start, `deliveries` newest first: mails that wait to leave."""

    actions: Sequence[Action]
    deliveries: Sequence[Delivery]
    first_places: Sequence[FirstPlace]

    @property
    def is_empty(self) -> bool:
        return not (self.actions or self.deliveries or self.first_places)


def left_behind(session: Session, contact: Contact, *, asked_by: Collaborator, last_on: date) -> LeftBehind:
    """What the asking collaborator sees of it, `last_on` being the contact's last day."""
    waiting = deliveries_of_person(session, contact.person_id, asked_by=asked_by, limit=MOST)
    return LeftBehind(
        actions=_actions_after(session, contact, asked_by, last_on),
        deliveries=[one for one in waiting if one.contact_id == contact.id and one.state is MailState.QUEUED],
        first_places=_first_places(session, contact, asked_by, last_on),
    )


def _actions_after(session: Session, contact: Contact, asked_by: Collaborator, last_on: date) -> Sequence[Action]:
    invited = select(Participant.action_id).where(Participant.contact_id == contact.id)
    query = (
        select(Action)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .where(
            or_(Action.contact_id == contact.id, Action.id.in_(invited)),
            Action.ends_on > last_on,
            Action.deleted_at.is_(None),
            ActionStatus.meaning == Meaning.PLANNED,
            access.visible(Action, asked_by=asked_by),
        )
    )
    return session.scalars(query.order_by(Action.sort_at, Action.id).limit(MOST)).unique().all()


def _first_places(session: Session, contact: Contact, asked_by: Collaborator, last_on: date) -> Sequence[FirstPlace]:
    staying = [
        one
        for one in contacts_of(session, contact.relation_id, asked_by=asked_by, on=last_on)
        if one.id != contact.id and (one.until_on is None or one.until_on > last_on)
    ]
    found = []
    for role in contact.roles:
        ranked = sorted((one for one in staying if one.rank(role.kind_id)), key=lambda one: one.rank(role.kind_id) or 0)
        follower = ranked[0] if ranked else None
        if follower is None or role.rank < (follower.rank(role.kind_id) or 0):
            found.append(FirstPlace(role.kind, follower))
    return found
