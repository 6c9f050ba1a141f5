"""Who is told what about an action, decided before anything is saved, and put on its way with the save.

The rules follow RFC 5546: a change of time, place or organiser is a new SEQUENCE; a cancellation goes only to those it
concerns; the rest of a text may be sent anew under the same SEQUENCE without asking for an answer again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.actions import Action, ActionType, Meaning, When
from store.addresses import folded_mail
from store.collaborators import Collaborator
from store.contacts import Contact, language_for, mail_for
from store.handover import message_id_for, new_marker
from store.invitations import Answer, Invitation, InvitationMail, Method
from store.mailboxes import Mailbox, mailbox_of
from store.outbox import put_in_outbox
from store.planning import ActionFacts, Participation, facts_of, meaning_of


class News(StrEnum):
    INVITATION = "invitation"
    UPDATE = "update"
    CANCELLATION = "cancellation"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who can be invited: where they are reached, and what the calendar shows of them."""

    mail: str
    name: str
    language: str
    role: str = "required"
    collaborator_id: int | None = None
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What one guest was told last: nothing new for them when `fingerprint` stays the same.

    `is_ahead`: by what they were told, it is not over yet.
    """

    mail: str
    name: str
    fingerprint: str
    is_cancelled: bool
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One mail that a save would send."""

    mail: str
    name: str
    news: News


def who_gets_what(
    *, fingerprint: str, guests: Sequence[Guest], told: Sequence[Told], is_on: bool, is_ahead: bool
) -> tuple[Message, ...]:
    """The mails that bring everybody up to date, guests first in their order, then who is no longer invited.

    `is_on` is False for an action that was cancelled or deleted, `is_ahead` for one that is over by now. Nobody gets a
    mail about what is over both by what they know and as it stands.
    """
    known = {one.mail: one for one in told if not one.is_cancelled}
    expected = guests if is_on else ()
    messages = [Message(g.mail, g.name, News.INVITATION) for g in expected if g.mail not in known and is_ahead]
    updates = [g for g in expected if g.mail in known and known[g.mail].fingerprint != fingerprint]
    messages += [Message(g.mail, g.name, News.UPDATE) for g in updates if is_ahead or known[g.mail].is_ahead]
    order = {guest.mail: position for position, guest in enumerate(expected)}
    gone = [one for one in known.values() if one.mail not in order and one.is_ahead]
    cancellations = [Message(one.mail, one.name, News.CANCELLATION) for one in gone]
    return (*sorted(messages, key=lambda message: order[message.mail]), *cancellations)


def messages_for(
    session: Session, facts: ActionFacts, *, action_id: int | None, meaning: Meaning, now: datetime
) -> tuple[Message, ...]:
    """What `invite` would send if an action were saved with these facts.

    Nothing without a mailbox to send from, nor about what was done: it may be corrected, nobody need come.
    """
    if mailbox_of(session, facts.representative_id) is None or meaning in (Meaning.DONE, Meaning.NO_SHOW):
        return ()
    action_type = session.get(ActionType, facts.type_id)
    invites = action_type is not None and action_type.invites
    return who_gets_what(
        fingerprint=_fingerprint(_content(facts)),
        guests=guests_of(session, facts),
        told=_told(session, action_id, now),
        is_on=invites and meaning is Meaning.PLANNED,
        is_ahead=facts.when.ends_at > now,
    )


def invite(session: Session, action: Action, *, now: datetime) -> tuple[Message, ...]:
    """Puts every mail that brings the participants up to date on its way. Returns what will be sent.

    Nothing is sent without a mailbox of the representative. Must run in the transaction that saved the action.
    """
    facts, meaning = facts_of(action), meaning_of(session, action.id)
    messages = messages_for(session, facts, action_id=action.id, meaning=meaning, now=now)
    mailbox = mailbox_of(session, facts.representative_id)
    if mailbox is None or not messages:
        return ()
    if any(message.news is News.CANCELLATION for message in messages) and meaning is Meaning.PLANNED:
        action.sequence += 1  # a cancellation must outrank what its reader has
    guests = {guest.mail: guest for guest in guests_of(session, facts)}
    invitations = {one.mail: one for one in invitations_of(session, action.id)}
    concerned = [(invitations.get(m.mail) or _new(session, action, guests[m.mail]), m.news) for m in messages]
    for invitation, news in concerned:
        _bring_up_to_date(action, invitation, news)
    session.flush()
    attendees = _attendees(session, action, guests)
    for invitation, news in concerned:
        content = {**_content(facts), "news": news.value, "attendees": attendees}
        _put_on_its_way(session, action, invitation, content, mailbox, now)
    return messages


def guests_of(session: Session, facts: ActionFacts) -> list[Guest]:
    """The participants who can be reached, each address once, but for the representative, who invites them."""
    others = [p for p in facts.participants if p.collaborator_id != facts.representative_id]
    found = [guest for participation in others if (guest := _guest(session, participation)) is not None]
    own = session.get_one(Collaborator, facts.representative_id).mail
    by_mail = {guest.mail: guest for guest in reversed(found) if guest.mail != folded_mail(own)}
    return [guest for guest in found if by_mail.get(guest.mail) is guest]


def invitations_of(session: Session, action_id: int | None) -> Sequence[Invitation]:
    """In the order in which people were first invited."""
    return session.scalars(select(Invitation).where(Invitation.action_id == action_id).order_by(Invitation.id)).all()


def when_told(content: Mapping[str, Any]) -> When:
    """The times in what a mail said (`InvitationMail.content`)."""
    return When(
        date.fromisoformat(content["starts_on"]),
        time.fromisoformat(content["starts_time"]) if content["starts_time"] else None,
        date.fromisoformat(content["ends_on"]),
        time.fromisoformat(content["ends_time"]) if content["ends_time"] else None,
        content["zone"],
    )


def _told(session: Session, action_id: int | None, now: datetime) -> list[Told]:
    invitations = invitations_of(session, action_id)
    query = select(InvitationMail).where(InvitationMail.invitation_id.in_([one.id for one in invitations]))
    last = {mail.invitation_id: mail for mail in session.scalars(query.order_by(InvitationMail.id))}
    return [
        Told(one.mail, one.name, one.told, one.is_cancelled, when_told(last[one.id].content).ends_at > now)
        for one in invitations
        if one.id in last
    ]


def _guest(session: Session, participation: Participation) -> Guest | None:
    if participation.collaborator_id is not None:
        colleague = session.get_one(Collaborator, participation.collaborator_id)
        if not colleague.is_active:
            return None
        role = participation.role.value
        return Guest(
            folded_mail(colleague.mail), colleague.name, colleague.language, role, collaborator_id=colleague.id
        )
    contact = session.get_one(Contact, participation.contact_id)
    mail = mail_for(session, contact)
    if mail is None:
        return None
    role = participation.role.value
    return Guest(folded_mail(mail), contact.person.name, language_for(contact) or "", role, contact_id=contact.id)


def _content(facts: ActionFacts) -> dict[str, Any]:
    """What the mail says, as JSON."""
    when = facts.when
    return {
        "subject": facts.subject.strip(),
        "place": facts.place.strip(),
        "points": "" if facts.is_private else facts.points.strip(),
        "starts_on": when.starts_on.isoformat(),
        "starts_time": when.starts_time.isoformat() if when.starts_time else None,
        "ends_on": when.ends_on.isoformat(),
        "ends_time": when.ends_time.isoformat() if when.ends_time else None,
        "zone": when.zone,
        "organizer_id": facts.representative_id,
    }


def _fingerprint(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


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
    invitation.sequence, invitation.told = action.sequence, _fingerprint(_content(facts_of(action)))
    invitation.is_cancelled = news is News.CANCELLATION


def _attendees(session: Session, action: Action, guests: Mapping[str, Guest]) -> list[dict[str, str]]:
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
        content=content,
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
