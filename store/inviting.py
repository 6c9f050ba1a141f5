"""Who is told what about an action, decided before anything is saved, and put on its way with the save.

The rules follow RFC 5546: a change of time, place or organiser is a new SEQUENCE; a cancellation goes only to those it
concerns; the rest of a text may be sent anew under the same SEQUENCE without asking for an answer again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.action_facts import ActionFacts, facts_of
from store.actions import Action, ActionType, Meaning
from store.addresses import folded_mail
from store.collaborators import Collaborator
from store.guests import Guest, guests_of, whereabouts
from store.handover import MailState, message_id_for, new_marker
from store.invitations import Answer, Invitation, InvitationMail, Method
from store.invited_times import carry_to_opened
from store.mailboxes import Mailbox, mailbox_of
from store.outbox import put_in_outbox
from store.planning import meaning_of
from store.series import place_in_series
from store.snapshots import fingerprint_of, over_at, over_at_told, snapshot_of


class News(StrEnum):
    INVITATION = "invitation"
    UPDATE = "update"
    CANCELLATION = "cancellation"


@dataclass(frozen=True, slots=True)
class Told:
    """What one guest knows: nothing new for them while the action has the `fingerprint` that they were told last.

    It is "" when the last mail failed. `is_ahead`: by what they were told, it is not over yet.
    """

    mail: str
    name: str
    fingerprint: str
    is_cancelled: bool
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class MailNews:
    """One mail that a save would send, and what it brings its reader."""

    mail: str
    name: str
    news: News


def who_gets_what(
    *, fingerprint: str, guests: Sequence[Guest], told: Sequence[Told], is_on: bool, is_ahead: bool
) -> tuple[MailNews, ...]:
    """The mails that bring everybody up to date, guests first in their order, then who is no longer invited.

    `is_on` is False for an action that was cancelled or deleted, `is_ahead` for one that is over by now. Nobody gets a
    mail about what is over both by what they know and as it stands.
    """
    known = {one.mail: one for one in told if not one.is_cancelled}
    expected = guests if is_on else ()
    mails = [MailNews(g.mail, g.name, News.INVITATION) for g in expected if g.mail not in known and is_ahead]
    updates = [g for g in expected if g.mail in known and known[g.mail].fingerprint != fingerprint]
    mails += [MailNews(g.mail, g.name, News.UPDATE) for g in updates if is_ahead or known[g.mail].is_ahead]
    order = {guest.mail: position for position, guest in enumerate(expected)}
    gone = [one for one in known.values() if one.mail not in order and one.is_ahead]
    cancellations = [MailNews(one.mail, one.name, News.CANCELLATION) for one in gone]
    return (*sorted(mails, key=lambda mail: order[mail.mail]), *cancellations)


def mails_for(
    session: Session, facts: ActionFacts, *, action_id: int | None, meaning: Meaning, now: datetime
) -> tuple[MailNews, ...]:
    """What `invite` would send if an action were saved with these facts.

    Nothing without a mailbox to send from, nor about what was done: it may be corrected, nobody need come.
    """
    if mailbox_of(session, facts.representative_id) is None or meaning in (Meaning.DONE, Meaning.NO_SHOW):
        return ()
    action_type = session.get(ActionType, facts.type_id)
    invites = action_type is not None and action_type.invites
    invitations = invitations_of(session, action_id)
    own = _own_invitations(session, invitations, facts.representative_id)
    return who_gets_what(
        fingerprint=fingerprint_of(snapshot_of(facts)),
        guests=guests_of(session, facts),
        told=_told(session, [one for one in invitations if one not in own], now),
        is_on=invites and meaning is Meaning.PLANNED,
        is_ahead=over_at(facts) > now,
    )


def invite(session: Session, action: Action, *, now: datetime) -> tuple[MailNews, ...]:
    """Puts every mail that brings the participants up to date on its way. Returns what will be sent.

    Nothing is sent without a mailbox of the representative. Must run in the transaction that saved the action.
    """
    facts, meaning = facts_of(action), meaning_of(session, action.id)
    invitations = {one.mail: one for one in _locked_invitations(session, action.id)}
    for own in _own_invitations(session, list(invitations.values()), facts.representative_id):
        own.is_cancelled = True  # the action was handed to them: nobody writes to themselves
    mails = mails_for(session, facts, action_id=action.id, meaning=meaning, now=now)
    mailbox = mailbox_of(session, facts.representative_id)
    if mailbox is None or not mails:
        return ()
    if any(mail.news is News.CANCELLATION for mail in mails) and meaning is Meaning.PLANNED:
        action.sequence += 1  # a cancellation must outrank what its reader has
    guests = {guest.mail: guest for guest in guests_of(session, facts)}
    concerned = [(invitations.get(m.mail) or _new(session, action, guests[m.mail]), m.news) for m in mails]
    for invitation, news in concerned:
        _bring_up_to_date(action, invitation, news)
    session.flush()
    participants = _participants(session, action, guests)
    in_series = place_in_series(session, action, skips_cancelled=True).as_json()
    for invitation, news in concerned:
        content = {**snapshot_of(facts), **in_series, "news": news.value, "participants": participants}
        _put_on_its_way(session, action, invitation, content | {"uid": action.uid}, mailbox, now)
    if facts.recurrence is not None:
        carry_to_opened(session, action, now=now)
    return mails


def invitations_of(session: Session, action_id: int | None) -> Sequence[Invitation]:
    """In the order in which people were first invited."""
    return session.scalars(select(Invitation).where(Invitation.action_id == action_id).order_by(Invitation.id)).all()


def _locked_invitations(session: Session, action_id: int) -> Sequence[Invitation]:
    """As they stand now, and as they stay until this transaction ends: an answer may be arriving."""
    query = select(Invitation).where(Invitation.action_id == action_id).order_by(Invitation.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _own_invitations(
    session: Session, invitations: Sequence[Invitation], representative_id: int
) -> Sequence[Invitation]:
    """Those from before the representative became the one who invites."""
    own = folded_mail(session.get_one(Collaborator, representative_id).mail)
    return [one for one in invitations if one.collaborator_id == representative_id or one.mail == own]


def _told(session: Session, invitations: Sequence[Invitation], now: datetime) -> list[Told]:
    query = select(InvitationMail).where(InvitationMail.invitation_id.in_([one.id for one in invitations]))
    mails: dict[int, list[InvitationMail]] = {}
    for mail in session.scalars(query.order_by(InvitationMail.id)):
        mails.setdefault(mail.invitation_id, []).append(mail)
    known = [_what_they_know(one, mails[one.id], now) for one in invitations if one.id in mails]
    return [
        *(told for told in known if told is not None),
        *(_told_of_series(session, one, now) for one in invitations if one.id not in mails and one.told),
    ]


def _told_of_series(session: Session, invitation: Invitation, now: datetime) -> Told:
    """They know the occurrence by the mail about its series."""
    action = session.get_one(Action, invitation.action_id)
    is_ahead = action.when.ends_at > now
    return Told(invitation.mail, invitation.name, invitation.told, invitation.is_cancelled, is_ahead)


def _what_they_know(invitation: Invitation, mails: Sequence[InvitationMail], now: datetime) -> Told | None:
    """None when every mail failed, the last of them too: then they know of nothing."""
    if mails[-1].state is not MailState.FAILED:
        fingerprint, is_cancelled, last = invitation.told, invitation.is_cancelled, mails[-1]
    else:
        heard = [mail for mail in mails if mail.state not in (MailState.FAILED, MailState.SKIPPED)]
        if not heard:
            return None
        # What failed was to tell them something else than what they heard last.
        fingerprint, is_cancelled, last = "", heard[-1].method is Method.CANCEL, heard[-1]
    is_ahead = over_at_told(last.content) > now
    return Told(invitation.mail, invitation.name, fingerprint, is_cancelled, is_ahead)


def _new(session: Session, action: Action, guest: Guest) -> Invitation:
    invitation = Invitation(
        action_id=action.id,
        mail=guest.mail,
        name=guest.name,
        language=guest.language,
        collaborator_id=guest.collaborator_id,
        contact_id=guest.contact_id,
    )
    session.add(invitation)
    session.flush()
    return invitation


def _bring_up_to_date(action: Action, invitation: Invitation, news: News) -> None:
    is_moved = action.sequence != invitation.sequence or news is News.INVITATION
    if is_moved and news is not News.CANCELLATION:
        # The answer was to another time or place (RFC 5546 3.2.2.1: it is asked for again).
        invitation.answer, invitation.comment = Answer.NEEDS_ACTION, ""
    invitation.sequence, invitation.told = action.sequence, fingerprint_of(snapshot_of(facts_of(action)))
    invitation.is_cancelled = news is News.CANCELLATION


def _participants(session: Session, action: Action, guests: Mapping[str, Guest]) -> list[dict[str, str]]:
    """Everybody who is invited now, as JSON: the calendars of all show the same people."""
    return [
        {
            "mail": one.mail,
            "name": one.name,
            "role": guests[one.mail].role if one.mail in guests else "required",
            "answer": one.answer.value,
        }
        for one in invitations_of(session, action.id)
        if not one.is_cancelled
    ]


def _put_on_its_way(
    session: Session,
    action: Action,
    invitation: Invitation,
    content: dict[str, Any],
    mailbox: Mailbox,
    now: datetime,
) -> None:
    marker = new_marker()
    mail = InvitationMail(
        invitation_id=invitation.id,
        mailbox_id=mailbox.id,
        method=Method.CANCEL if invitation.is_cancelled else Method.REQUEST,
        sequence=action.sequence,
        stamped_at=now,
        content=content | whereabouts(session, invitation.collaborator_id, invitation.contact_id),
        marker=marker,
        message_id=message_id_for(marker, mailbox.address),
    )
    session.add(mail)
    session.flush()
    put_in_outbox(
        session,
        kind="invitation",
        key=f"invitation/{mail.id}",
        lane=mailbox.lane,
        content={"invitation_mail_id": mail.id},
        now=now,
    )
