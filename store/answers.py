"""Answers to invitations: which one counts, and what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.actions import Action
from store.addresses import folded_mail
from store.base import NotFound
from store.invitations import Answer, Invitation, InvitationMail
from store.outbox import put_in_outbox, slack_lane
from store.proposals import ProposedTime
from store.recurring import occurrence_row

LONGEST_COMMENT = 500
"""Characters: enough for a remark, and a card stays readable."""


class Outcome(StrEnum):
    COUNTED = "counted"
    UNCHANGED = "unchanged"
    STALE = "stale"
    NOT_INVITED = "not_invited"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An iTIP REPLY as it was read. `sender` is whose mailbox it came from (folded): only they can answer.

    `occurrence` is the start of the one occurrence that it is about (RECURRENCE-ID): a date, or an aware datetime.
    `proposed` is another time that they would rather come at (METHOD:COUNTER).
    """

    uid: str
    mail: str
    sender: str
    answer: Answer
    sequence: int
    stamped_at: datetime
    comment: str = ""
    occurrence: date | None = None
    proposed: ProposedTime | None = None


def is_newer(given: GivenAnswer, invitation: Invitation) -> bool:
    """By (SEQUENCE, DTSTAMP), and never for an earlier SEQUENCE than was sent last (RFC 5546 2.1.5).

    A SEQUENCE above the one that was sent counts as that one: nobody can answer what they were not told yet.
    """
    if given.sequence < invitation.sequence:
        return False
    if invitation.answer_sequence is None or invitation.answered_at is None:
        return True
    before = min(invitation.answer_sequence, invitation.sequence), invitation.answered_at
    return (invitation.sequence, given.stamped_at) > before


def record_answer(session: Session, given: GivenAnswer, *, now: datetime) -> Outcome:
    """Sets the answer on the invitation and tells the representative in Slack, when it counts.

    An answer about a series is one about each of its times to come of which the guest heard nothing apart.
    """
    action = _action_answered(session, given, now=now)
    if action is None:
        return Outcome.NOT_OURS
    invitation = _invitation(session, action.id, given)
    if invitation is None or invitation.is_cancelled:
        return Outcome.NOT_INVITED
    if not is_newer(given, invitation):
        return Outcome.STALE
    comment = given.comment[:LONGEST_COMMENT]
    is_news = given.proposed is not None or (invitation.answer, invitation.comment) != (given.answer, comment)
    for one in (invitation, *_of_single_times(session, action, invitation.mail, now=now)):
        if is_newer(given, one):
            one.answer, one.comment = given.answer, comment
            one.answer_sequence, one.answered_at = one.sequence, given.stamped_at
    if not is_news:
        return Outcome.UNCHANGED
    _tell(session, action, invitation, given, now)
    return Outcome.COUNTED


def _action_answered(session: Session, given: GivenAnswer, *, now: datetime) -> Action | None:
    """The action, the whole series, or one occurrence of it, which gets a row of its own to hold the answer."""
    query = select(Action).where(Action.uid == given.uid, Action.recurs_on.is_(None))
    action = session.scalars(query).unique().one_or_none()
    if action is None or given.occurrence is None or action.series_id is None:
        return action
    on = given.occurrence
    if isinstance(on, datetime):
        on = on.astimezone(ZoneInfo(action.zone)).date()
    with suppress(NotFound):
        return occurrence_row(session, action, on, now=now)
    return None


def _invitation(session: Session, action_id: int, given: GivenAnswer) -> Invitation | None:
    mail = folded_mail(given.mail)
    if folded_mail(given.sender) != mail:
        return None  # somebody else's word about an attendee counts for nothing (RFC 6047 3)
    query = select(Invitation).where(Invitation.action_id == action_id, Invitation.mail == mail)
    # A newer invitation may be on its way out: the answer is held against what stands when that is decided.
    locked = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).one_or_none()


def _of_single_times(session: Session, action: Action, mail: str, *, now: datetime) -> Sequence[Invitation]:
    """Of a series: to its times to come that have a row, and of which this guest got no mail apart."""
    if action.series_id is None or action.recurs_on is not None:
        return ()
    told_apart = select(InvitationMail.id).where(InvitationMail.invitation_id == Invitation.id).exists()
    query = select(Invitation).join(Action, Action.id == Invitation.action_id)
    of_rows = Action.series_id == action.series_id, Action.recurs_on.is_not(None), Action.sort_at > now
    query = query.where(*of_rows, Invitation.mail == mail, Invitation.is_cancelled.is_(False), ~told_apart)
    return session.scalars(query.order_by(Invitation.id).with_for_update(of=Invitation)).all()


def _tell(session: Session, action: Action, invitation: Invitation, given: GivenAnswer, now: datetime) -> None:
    if action.owner_id is None:
        return
    content = {"notice": "answer", "invitation_id": invitation.id, "collaborator_id": action.owner_id}
    if given.proposed is not None:
        times = [given.proposed.starts.isoformat(), given.proposed.ends.isoformat()]
        content |= {"proposed": times, "stamped_at": given.stamped_at.isoformat()}
    put_in_outbox(
        session,
        kind="notice",
        key=f"answer/{invitation.id}/{given.sequence}/{given.stamped_at.timestamp():.0f}",
        lane=slack_lane(action.owner_id),
        content=content,
        now=now,
    )
