"""Invitations, their updates and cancellations: from what was decided and kept (`InvitationMail.content`) to the mail.

Nothing here looks at the action's later state, so a second try says what the first one would have said.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.calendar_entries import entry_told
from bot.mails import InvitationFacts, has_same_clock, invitation_mail, locale_of_guest
from bot.office import Office
from integrations.calendar import itip
from integrations.calendar.entry import Attendee, Organizer, Role, Status
from integrations.calendar.errors import CalendarProblem
from integrations.mail.compose import CalendarPart, compose
from integrations.mail.errors import MailboxRefused, MailMalformed, MailProblem
from integrations.mail.mailbox import Mailbox
from integrations.mail.message import Address, OutgoingMail
from jobs import hand_over
from jobs.errors import NotYet
from jobs.mailboxes import open_mailbox
from store import handover
from store.actions import Action
from store.base import ClaimLost
from store.collaborators import Collaborator
from store.handover import MOST_ATTEMPTS, OPEN_STATES, Found, MailState, Step
from store.invitations import Invitation, InvitationMail, Method, is_outdated, knows_of_it
from store.inviting import News
from store.mailboxes import Mailbox as MailboxRow
from store.outbox import put_in_outbox, retry_delay, slack_lane
from store.snapshots import is_told_private, last_day_told, participants_told, rule_told, when_told

log = logging.getLogger(__name__)

_BUSY = timedelta(seconds=30)
_ROLES = {"required": Role.REQUIRED, "optional": Role.OPTIONAL, "informed": Role.INFORMED}


def deliver_invitation(office: Office, content: Mapping[str, Any]) -> None:
    """Sends the mail `content["invitation_mail_id"]`, or finds out that it left before, or need not leave any more.

    Raises NotYet when it waits for its mailbox.
    """
    with office.book.reading() as session:
        mail = session.get_one(InvitationMail, content["invitation_mail_id"])
    if mail.state not in OPEN_STATES:
        return
    if mail.due_at is not None and mail.due_at > office.now():
        raise NotYet(mail.due_at)
    try:
        _advance(office, mail)
    except ClaimLost as lost:
        raise NotYet(office.now() + _BUSY) from lost
    except MailProblem as problem:
        log.warning("mail put off", extra={"invitation_mail_id": mail.id, "problem": type(problem).__name__})
    # What was handed over and is nowhere to be seen does not keep the lane waiting: `look_again` follows it.
    if mail.state in OPEN_STATES and mail.state is not MailState.HANDED_OVER:
        raise NotYet(mail.due_at or office.now() + _BUSY)


def look_again(office: Office, _due_at: datetime) -> None:
    """Takes up the mails that were handed over and whose fate was not known then."""
    handed_over = InvitationMail.state == MailState.HANDED_OVER
    while True:
        with office.book.writing() as session:
            mail = handover.first_free(session, InvitationMail, handed_over, now=office.now())
            if mail is None:
                return
        try:
            hand_over.go_on(mail, _route_of(office, mail))
        except (ClaimLost, MailProblem):
            continue  # the row says when to try again, or somebody else has it


def tell_of_failure(session: Session, invitation_mail_id: int, *, now: datetime) -> None:
    """Puts on its way what the representative must know about a mail that was lost or may have been."""
    mail = session.get_one(InvitationMail, invitation_mail_id)
    notice = "mail_unknown" if mail.state is MailState.UNKNOWN else "mail_failed"
    content = {
        "notice": notice,
        "invitation_id": mail.invitation_id,
        "invitation_mail_id": mail.id,
        "collaborator_id": mail.content["organizer_id"],
    }
    lane = slack_lane(mail.content["organizer_id"])
    put_in_outbox(session, kind="notice", key=f"{notice}/{mail.id}", lane=lane, content=content, now=now)


def _advance(office: Office, mail: InvitationMail) -> None:
    is_new = mail.state is MailState.QUEUED
    with office.book.writing() as session:
        if is_new:
            handover.begin_drafting(session, mail, now=office.now())
        else:
            handover.take_over(session, mail, now=office.now())
        _end_at_once(session, mail, now=office.now())
    if mail.state not in OPEN_STATES:
        return
    route = _route_of(office, mail)
    if is_new:
        hand_over.begin(mail, route)
    else:
        hand_over.go_on(mail, route)


def _end_at_once(session: Session, mail: InvitationMail, *, now: datetime) -> None:
    """What need not or cannot leave any more, seen before anything is asked of the mailbox."""
    if mail.state is not MailState.DRAFTING or mail.draft_id:
        return
    if (why := _why_not(session, mail)) is not None:
        handover.note_skipped(session, mail, why, now=now)
    elif not session.get_one(MailboxRow, mail.mailbox_id).is_active:
        handover.note_failed(session, mail, "the mailbox was unbound", is_permanent=True, now=now)
        tell_of_failure(session, mail.id, now=now)


def _why_not(session: Session, mail: InvitationMail) -> str | None:
    """Why the mail need not leave, or None."""
    if is_outdated(session, mail):
        return InvitationRoute.unwanted_because
    return "never invited" if mail.method is Method.CANCEL and not knows_of_it(session, mail) else None


class InvitationRoute(hand_over.Route[InvitationMail]):
    unwanted_because = "outdated"

    def __init__(
        self,
        office: Office,
        mailbox: Mailbox,
        *,
        uid: str,
        invitation: Invitation,
        representative: Collaborator,
        is_known: bool,
    ) -> None:
        super().__init__(office, mailbox)
        self._uid, self._invitation, self._representative = uid, invitation, representative
        self._is_known = is_known

    def next_step(self, row: InvitationMail, found_in: Found | None, now: datetime) -> Step:
        with self.office.book.reading() as session:
            is_wanted = _why_not(session, row) is None
        return handover.after_crash(row.state, found_in, handover.age_of(row, now=now), is_wanted=is_wanted)

    def begin_hand_over(self, session: Session, row: InvitationMail, now: datetime) -> bool:
        if (why := _why_not(session, row)) is not None:
            handover.note_skipped(session, row, why, now=now)
            return False
        return super().begin_hand_over(session, row, now)

    def ended(self, session: Session, row: InvitationMail, now: datetime) -> None:
        if row.state in {MailState.FAILED, MailState.UNKNOWN}:
            tell_of_failure(session, row.id, now=now)

    def compose(self, row: InvitationMail) -> OutgoingMail:
        office, invitation, representative = self.office, self._invitation, self._representative
        content = row.content
        t = office.texts(locale_of_guest(invitation.language, office.settings.office.locale))
        news = News.INVITATION if row.method is Method.REQUEST and not self._is_known else News(content["news"])
        written = invitation_mail(
            InvitationFacts(
                news=news.value,
                title=content["subject"],
                when=when_told(content),
                place=content["place"],
                points=content["points"],
                guest=invitation.name,
                others=tuple(
                    one["name"] or one["mail"] for one in participants_told(content) if one["mail"] != invitation.mail
                ),
                organizer=representative.name,
                signature=representative.signature,
                rule=rule_told(content),
                last_on=last_day_told(content),
                is_same_clock=has_same_clock(
                    when_told(content),
                    content.get("guest_zone"),
                    content.get("guest_country"),
                    own_country=office.settings.office.country,
                ),
            ),
            t,
        )
        return compose(
            marker=row.marker,
            message_id=row.message_id,
            sender=Address(self.mailbox.address, representative.name),
            to=[Address(invitation.mail, invitation.name)],
            subject=written.subject,
            text=written.text,
            html=written.html,
            sent_at=office.now(),
            calendar=CalendarPart(row.method.value, self._calendar(row, t.language)),
            language=t.language,
            is_private=is_told_private(content),
        )

    def _calendar(self, row: InvitationMail, language: str) -> bytes:
        """The same bytes on every try. Raises MailMalformed."""
        organizer = Organizer(self.mailbox.address, self._representative.name)
        try:
            entry = entry_told(row.content, uid=self._uid, sequence=row.sequence, stamped_at=row.stamped_at)
            if row.method is Method.CANCEL:
                gone = Attendee(self._invitation.mail, self._invitation.name, rsvp=False)
                return itip.cancel(entry, organizer, [gone], language=language)
            invited = list(map(_attendee, participants_told(row.content)))
            return itip.request(entry, organizer, invited, language=language)
        except CalendarProblem as problem:
            raise MailMalformed(f"no calendar can be made of it: {type(problem).__name__}") from problem


def _route_of(office: Office, mail: InvitationMail) -> InvitationRoute:
    """The way of a mail that is ours. Raises MailboxRefused; then the row says when to try again, or was given up."""
    try:
        with office.book.reading() as session:
            return _route(office, session, mail.id)
    except MailboxRefused as problem:
        with office.book.writing() as session:
            _note_no_mailbox(session, mail, problem, now=office.now())
        raise


def _route(office: Office, session: Session, invitation_mail_id: int) -> InvitationRoute:
    """Raises MailboxRefused."""
    mail = session.get_one(InvitationMail, invitation_mail_id)
    return InvitationRoute(
        office,
        open_mailbox(office, mail.mailbox),
        uid=mail.content.get("uid") or session.get_one(Action, mail.invitation.action_id).uid,
        invitation=mail.invitation,
        representative=session.get_one(Collaborator, mail.content["organizer_id"]),
        is_known=knows_of_it(session, mail),
    )


def _note_no_mailbox(session: Session, mail: InvitationMail, problem: MailboxRefused, *, now: datetime) -> None:
    failure = f"{type(problem).__name__}: {problem}"
    if mail.attempts < MOST_ATTEMPTS:
        handover.set_aside(session, mail, failure, until=now + retry_delay(mail.attempts))
        return
    if mail.state is MailState.HANDED_OVER:
        handover.note_unknown(session, mail, now=now)
    else:
        handover.note_failed(session, mail, failure, is_permanent=True, now=now)
    tell_of_failure(session, mail.id, now=now)


def _attendee(told: Mapping[str, str]) -> Attendee:
    role, status = _ROLES[told["role"]], Status(told["answer"].upper())
    asks = role is not Role.INFORMED and status is Status.NEEDS_ACTION
    return Attendee(told["mail"], told["name"], role=role, status=status, rsvp=asks)
