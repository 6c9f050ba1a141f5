"""What a person was invited to by mail, and what they answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from store import access
from store.actions import Action
from store.collaborators import Collaborator
from store.contacts import Contact
from store.handover import MailState
from store.invitations import Answer, Invitation, InvitationMail
from store.scopes import in_scope


@dataclass(frozen=True, slots=True)
class Invited:
    """`state` and `stamped_at` are those of the last mail, which may have called the action off; an answer may have
    come to an earlier one."""

    action: Action
    mail: str
    state: MailState
    stamped_at: datetime
    is_cancelled: bool
    answer: Answer
    answered_at: datetime | None


def invitations_of_person(session: Session, person_id: int, *, asked_by: Collaborator, limit: int) -> Sequence[Invited]:
    """At whatever place they were invited, the last mail first; of actions that the asker may see."""
    same = aliased(InvitationMail)
    last = select(func.max(same.id)).where(same.invitation_id == Invitation.id)
    query = (
        select(Action, Invitation, InvitationMail)
        .join(Invitation, Invitation.action_id == Action.id)
        .join(Contact, Contact.id == Invitation.contact_id)
        .join(InvitationMail, InvitationMail.id == last.scalar_subquery())
        .where(Contact.person_id == person_id, Action.deleted_at.is_(None))
        .where(access.visible(Action, asked_by=asked_by), in_scope(Action.relation_id, asked_by=asked_by))
        .order_by(InvitationMail.stamped_at.desc(), InvitationMail.id.desc())
        .limit(limit)
    )
    return [
        Invited(action, one.mail, mail.state, mail.stamped_at, one.is_cancelled, one.answer, one.answered_at)
        for action, one, mail in session.execute(query).unique()
    ]
