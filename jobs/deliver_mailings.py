"""Mailings, mailbox by mailbox: each delivery claimed, drafted, handed over in its turn, noted.

A mailing's text is compiled and its MIME built once for all recipients of a language; each mail then fills the holes.
What one delivery ends and what the next one begins is one commit.
"""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.mails import written_to
from bot.office import Office
from bot.unsubscribe_links import unsubscribe_url
from integrations.mail.compose import Prepared, prepare
from integrations.mail.errors import MailProblem
from integrations.mail.mailbox import Mailbox as OpenMailbox
from integrations.mail.message import Address, OutgoingMail
from jobs import hand_over
from jobs.holding import Hold, held
from jobs.mailboxes import open_mailbox
from store.base import ClaimLost
from store.handover import Found, Step
from store.leases import take_lease
from store.mailboxes import Mailbox
from store.mailings import (
    Delivery,
    MailingMode,
    SkipReason,
    begin_hand_over,
    claim_begun_delivery,
    claim_next_delivery,
    mailboxes_with_work,
    next_step,
    next_try_at,
)
from store.outbox import put_in_outbox, slack_lane

PROGRESS_EVERY = timedelta(seconds=3)
REST = timedelta(seconds=30)
"""How long a mailbox that failed is left alone, unless its server said how long."""
_LONGEST_NAP = timedelta(seconds=1)


def lane_of(mailbox_id: int) -> str:
    return f"mailing:{mailbox_id}"


def wake_due(office: Office, _due_at: datetime) -> None:
    """Wakes the mailboxes that have something to send; each then looks whether its turn has come."""
    with office.book.reading() as session:
        mailbox_ids = mailboxes_with_work(session)
    for mailbox_id in mailbox_ids:
        office.wake(lane_of(mailbox_id))


def deliver_mailings(office: Office, mailbox_id: int) -> None:
    """Sends what may leave this mailbox now, unless somebody else is at it. Raises BookBusy."""
    with held(office, lane_of(mailbox_id)) as hold:
        if hold is None:
            return
        with office.book.reading() as session:
            row = session.get_one(Mailbox, mailbox_id)
        try:
            has_more = _deliver(office, row, open_mailbox(office, row), hold)
        except MailProblem as problem:
            hold.rest_for(problem.retry_after or REST)
            return
    if has_more:
        office.wake(lane_of(mailbox_id))


def _deliver(office: Office, row: Mailbox, box: OpenMailbox, hold: Hold) -> bool:
    """True when there was more to do at the end of the turn."""
    route = DeliveryRoute(office, box, row, hold)
    while not hold.is_over:
        with office.book.writing() as session:
            begun = claim_begun_delivery(session, row.id, now=office.now())
        if begun is None:
            break
        with suppress(ClaimLost):
            hand_over.go_on(begun, route)
    has_napped = False
    while route.has_claimed or not hold.is_over:
        delivery = route.take_next()
        if delivery is not None:
            has_napped = False
            with suppress(ClaimLost):
                hand_over.begin(delivery, route)
        elif has_napped or not route.naps():
            return False
        else:
            has_napped = True
    return True


class DeliveryRoute(hand_over.Route[Delivery]):
    unwanted_because = SkipReason.CANCELLED

    def __init__(self, office: Office, box: OpenMailbox, row: Mailbox, hold: Hold) -> None:
        super().__init__(office, box)
        self._hold, self._mailbox_id = hold, row.id
        self._per_minute = office.settings.mail[row.server].mails_a_minute
        self._prepared: dict[tuple[int, str], Prepared] = {}
        self._next: Delivery | None = None
        self._told_at: dict[int, datetime] = {}

    @property
    def has_claimed(self) -> bool:
        """A delivery claimed ahead is taken though the turn is over: let down, it would wait for its claim to lapse."""
        return self._next is not None

    def take_next(self) -> Delivery | None:
        """A waiting delivery, claimed, whose turn has come; mailings without any are finished on the way."""
        if (claimed := self._next) is not None:
            self._next = None
            return claimed
        with self.office.book.writing() as session:
            return self._claim(session, self.office.now())

    def naps(self) -> bool:
        """Waits for the next turn when it comes within a second; False when it does not."""
        now = self.office.now()
        with self.office.book.reading() as session:
            at = next_try_at(session, self._mailbox_id, now=now, per_minute=self._per_minute)
        if at is None or not now < at < now + _LONGEST_NAP:
            return False
        time.sleep((at - now).total_seconds())
        return True

    def stays_draft(self, row: Delivery) -> bool:
        return row.mailing.mode is MailingMode.DRAFTS

    def next_step(self, row: Delivery, found_in: Found | None, now: datetime) -> Step:
        return next_step(row, found_in, now=now)

    def begin_hand_over(self, session: Session, row: Delivery, now: datetime) -> bool:
        return begin_hand_over(session, row, now=now, per_minute=self._per_minute)

    def ended(self, session: Session, row: Delivery, now: datetime) -> None:
        self._tell_progress(session, row, now)
        if not self._hold.is_over:
            self._next = self._claim(session, now)

    def compose(self, row: Delivery) -> OutgoingMail:
        mailing, sender = row.mailing, row.mailing.mailbox
        written, way_out = written_to(self.office, row, at=self.office.now()), unsubscribe_url(self.office, row.id)
        key = (mailing.id, row.language)
        if key not in self._prepared:
            self._prepared[key] = prepare(
                sender=Address(self.mailbox.address, sender.collaborator.name),
                has_html=True,
                language=row.language,
                # A draft becomes its sender's own mail; what leaves by itself asks machines not to answer.
                is_automatic=mailing.mode is MailingMode.DIRECT,
            )
        return self._prepared[key].mail(
            marker=row.marker,
            message_id=row.message_id,
            to=[Address(row.mail, row.name or row.company)],
            subject=written.subject,
            text=written.text,
            html=written.html,
            sent_at=self.office.now(),
            # RFC 8058 wants the web address alone; what comes by mail is for the sender to write down.
            unsubscribe=[way_out or f"mailto:{self.mailbox.address}?subject=unsubscribe"],
        )

    def _claim(self, session: Session, now: datetime) -> Delivery | None:
        return claim_next_delivery(session, self._mailbox_id, now=now, per_minute=self._per_minute)

    def _tell_progress(self, session: Session, row: Delivery, now: datetime) -> None:
        """At most every three seconds, whoever works: the lease lapses by itself."""
        mailing, told_at = row.mailing, self._told_at.get(row.mailing_id)
        if told_at is not None and now < told_at + PROGRESS_EVERY:
            return
        self._told_at[mailing.id] = now
        holder = f"{row.id}/{now.timestamp()}"
        if take_lease(session, f"progress:{mailing.id}", holder=holder, now=now, length=PROGRESS_EVERY):
            ids = {"mailing_id": mailing.id, "collaborator_id": mailing.created_by_id}
            content = {"notice": "mailing_progress", **ids}
            key, lane = f"mailing_progress/{mailing.id}/{row.id}", slack_lane(mailing.created_by_id)
            put_in_outbox(session, kind="notice", key=key, lane=lane, content=content, now=now)
