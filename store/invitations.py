"""Invitations: the iTIP exchange about an action with each of its participants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from store.actions import Action
from store.base import Row
from store.handover import MailState, Sendable
from store.mailboxes import Mailbox
from store.series import is_whole_series


class Answer(StrEnum):
    """RFC 5545 3.2.12 PARTSTAT."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class Invitation(Row):
    """One address invited to one action. It outlives the participant, who must still be told of a cancellation.

    `sequence` is that of the last mail put on its way, `told` a fingerprint of what it said; an answer counts when it
    is newer by (SEQUENCE, DTSTAMP).
    """

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("action_id", "mail"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    mail: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    collaborator_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    sequence: Mapped[int] = mapped_column(default=0)
    told: Mapped[str] = mapped_column(default="")
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[Answer] = mapped_column(default=Answer.NEEDS_ACTION)
    answer_sequence: Mapped[int | None]
    answered_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(default="")
    mails: Mapped[list[InvitationMail]] = relationship(back_populates="invitation")


class Method(StrEnum):
    """RFC 5546 1.4."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class InvitationMail(Sendable, Row):
    """One mail of an invitation. `content` is what it says, as it was decided: no retry changes it."""

    __tablename__ = "invitation_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), index=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    method: Mapped[Method]
    sequence: Mapped[int]
    stamped_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    invitation: Mapped[Invitation] = relationship(back_populates="mails")
    mailbox: Mapped[Mailbox] = relationship()


_MAY_HAVE_LEFT = (MailState.HANDED_OVER, MailState.SENT, MailState.UNKNOWN)


def is_outdated(session: Session, mail: InvitationMail) -> bool:
    """A newer mail of the same invitation says it all: its reader need not see this one any more."""
    same = select(InvitationMail.id).where(InvitationMail.invitation_id == mail.invitation_id)
    return session.scalar(same.where(InvitationMail.id > mail.id).limit(1)) is not None


def knows_of_it(session: Session, mail: InvitationMail) -> bool:
    """Whether an earlier mail of the same invitation may have reached its reader: of one time of a series, also a mail
    about the whole series.
    """
    ids = [mail.invitation_id, *_to_whole_series(session, session.get_one(Invitation, mail.invitation_id))]
    earlier = select(InvitationMail.id).where(InvitationMail.invitation_id.in_(ids))
    earlier = earlier.where(InvitationMail.id < mail.id, InvitationMail.state.in_(_MAY_HAVE_LEFT))
    return session.scalar(earlier.limit(1)) is not None


def _to_whole_series(session: Session, invitation: Invitation) -> Sequence[int]:
    """The id of the same reader's invitation to the series that the action is one time of, unless it was called off."""
    action = session.get_one(Action, invitation.action_id)
    if action.series_id is None or action.recurs_on is None:
        return []
    whole = select(Invitation.id).join(Action, Action.id == Invitation.action_id)
    whole = whole.where(Action.series_id == action.series_id, is_whole_series(), Invitation.mail == invitation.mail)
    return session.scalars(whole.where(Invitation.is_cancelled.is_(False))).all()
