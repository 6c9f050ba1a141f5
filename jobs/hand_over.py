"""One outgoing mail through its life with a mailbox, from claimed to gone, or as far as it comes today.

`store.handover` has the states and what they promise. Here stand the calls between its steps, and what each way of
failing says about where the mail is: a refusal, or a server that asks for patience, did nothing; after a lost answer
only the mailbox itself can tell.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from bot.office import Office
from integrations.mail.errors import MailGone, MailMalformed, MailProblem, MailRefused, MailServerUnreachable
from integrations.mail.mailbox import Mailbox
from integrations.mail.message import Folder, OutgoingMail
from store import handover
from store.handover import LOOK_AGAIN_IN, Found, MailState, Sendable, Step, after_crash, age_of
from store.outbox import retry_delay

log = logging.getLogger(__name__)

S = TypeVar("S", bound=Sendable)

_OF_THE_MAIL = (MailRefused, MailMalformed)
"""Trying again changes nothing. Of the mailbox or its server everything else is: an administrator may mend that."""
_FOUND: dict[Folder, Found] = {Folder.DRAFTS: "drafts", Folder.SENT: "sent"}


class Route(ABC, Generic[S]):
    """How the mails of one kind leave: what they say, by which mailbox, and what has to be asked and noted."""

    unwanted_because = ""

    def __init__(self, office: Office, mailbox: Mailbox) -> None:
        self.office, self.mailbox = office, mailbox

    @abstractmethod
    def compose(self, row: S) -> OutgoingMail:
        """The complete mail. Raises MailMalformed."""

    def stays_draft(self, row: S) -> bool:
        """Whether the person sends it by hand."""
        return False

    def next_step(self, row: S, found_in: Found | None, now: datetime) -> Step:
        """How to go on with a mail that was begun and looked for."""
        return after_crash(row.state, found_in, age_of(row, now=now), stays_draft=self.stays_draft(row))

    def begin_hand_over(self, session: Session, row: S, now: datetime) -> bool:
        """True when the draft may be sent once this transaction is committed. False: the row was let go or skipped."""
        handover.begin_hand_over(session, row, now=now)
        return True

    def ended(self, session: Session, row: S, now: datetime) -> None:
        """In the transaction that ends the mail's life, whichever way (`row.state` says)."""


def begin(row: S, route: Route[S]) -> None:
    """A mail that the caller has claimed, in state drafting and committed. Raises ClaimLost, BookBusy.

    Raises MailProblem when the mailbox or its server failed: other mails would meet the same. The row says in any
    case how and when to go on.
    """
    try:
        mail = route.compose(row)
        item_id = route.mailbox.save_draft(mail)
    except MailServerUnreachable as problem:
        _look_later(row, route, problem)
        raise
    except MailProblem as problem:
        _refused(row, route, problem)
        return
    if route.stays_draft(row):
        _end(row, route, lambda session, now: handover.note_drafted(session, row, item_id, now=now))
    else:
        _send(row, route, item_id)


def go_on(row: S, route: Route[S]) -> None:
    """A mail that was begun before and that the caller has taken over, committed. Raises like `begin`."""
    try:
        found = route.mailbox.find(OutgoingMail(row.marker, row.message_id, mime=b""))
    except MailProblem as problem:
        _look_later(row, route, problem)
        raise
    now = route.office.now()
    step = route.next_step(row, _FOUND[found.folder] if found else None, now)
    log.info("mail taken up again", extra={"kind": type(row).__name__, "id": row.id, "step": step.value})
    item_id = found.item_id if found else ""
    if step is Step.WAIT:
        with route.office.book.writing() as session:
            handover.set_aside(session, row, row.failure, until=now + LOOK_AGAIN_IN)
    elif step is Step.DRAFT:
        with route.office.book.writing() as session:
            handover.begin_drafting(session, row, now=now)
        begin(row, route)
    elif step is Step.HAND_OVER:
        _send(row, route, item_id)
    elif step is Step.DISCARD:
        _discard(row, route, item_id)
    else:
        _end(row, route, _NOTES[step](row, item_id))


Note = Callable[[Session, datetime], None]

_NOTES: dict[Step, Callable[[Sendable, str], Note]] = {
    Step.NOTE_SENT: lambda row, _id: lambda session, now: handover.note_sent(session, row, now=now),
    Step.NOTE_DRAFTED: lambda row, item_id: lambda session, now: handover.note_drafted(session, row, item_id, now=now),
    Step.NOTE_UNKNOWN: lambda row, _id: lambda session, now: handover.note_unknown(session, row, now=now),
}


def _send(row: S, route: Route[S], item_id: str) -> None:
    now = route.office.now()
    with route.office.book.writing() as session:
        handover.note_draft(session, row, item_id, now=now)
        may_leave = route.begin_hand_over(session, row, now)
    if not may_leave:
        if row.state is MailState.SKIPPED:
            _delete(route, item_id)
        return
    try:
        route.mailbox.send_draft(item_id)
    except (MailServerUnreachable, MailGone) as problem:
        _look_later(row, route, problem)
        if isinstance(problem, MailServerUnreachable):
            raise
    except MailProblem as problem:
        _refused(row, route, problem)
        _delete_when_over(row, route, item_id)
    else:
        _end(row, route, lambda session, now: handover.note_sent(session, row, now=now))


def _refused(row: S, route: Route[S], problem: MailProblem) -> None:
    """Nothing left. Raises the problem again unless it is this one mail's."""
    is_its_own = isinstance(problem, _OF_THE_MAIL)
    failure = _said(problem)

    def note(session: Session, now: datetime) -> None:
        retry_after = problem.retry_after
        handover.note_failed(session, row, failure, is_permanent=is_its_own, now=now, retry_after=retry_after)

    _end(row, route, note)
    log.warning("mail refused", extra={"kind": type(row).__name__, "id": row.id, "problem": type(problem).__name__})
    if not is_its_own:
        raise problem


def _look_later(row: S, route: Route[S], problem: MailProblem) -> None:
    """Nobody knows where the mail is: the mailbox is asked later, after the usual patience."""
    wait = max(LOOK_AGAIN_IN, problem.retry_after or retry_delay(row.attempts))
    with route.office.book.writing() as session:
        handover.set_aside(session, row, _said(problem), until=route.office.now() + wait)


def _discard(row: S, route: Route[S], item_id: str) -> None:
    if item_id:
        _delete(route, item_id)
    _end(row, route, lambda session, now: handover.note_skipped(session, row, route.unwanted_because, now=now))


def _delete_when_over(row: S, route: Route[S], item_id: str) -> None:
    if row.state is MailState.FAILED:
        _delete(route, item_id)


def _delete(route: Route[S], item_id: str) -> None:
    # A draft that stays behind is untidy, no more: it is never sent by us.
    with suppress(MailProblem):
        route.mailbox.delete_draft(item_id)


def _end(row: S, route: Route[S], note: Note) -> None:
    now = route.office.now()
    with route.office.book.writing() as session:
        note(session, now)
        if row.finished_at is not None:
            route.ended(session, row, now)


def _said(problem: MailProblem) -> str:
    return f"{type(problem).__name__}: {problem}"
