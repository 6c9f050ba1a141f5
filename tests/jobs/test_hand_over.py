"""One mail leaves at most once and is never lost, wherever the process dies."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from job_office import JobOffice
from mailbox_in_memory import Crash
from sqlalchemy import event

from integrations.mail.errors import MailboxRefused
from integrations.mail.message import Folder, OutgoingMail
from jobs import deliver_invitations
from store.engine import Book
from store.handover import OPEN_STATES, MailState
from store.invitations import InvitationMail
from store.outbox import Outgoing

CALLS = ("save_draft", "send_draft", "find", "delete_draft")
LATER = timedelta(minutes=6)


@contextmanager
def dying_at(book: Book, commit: int) -> Iterator[None]:
    """The process dies just before (even numbers) or just after (odd ones) its n-th commit from now on."""
    seen = 0

    def before(_connection: object) -> None:
        nonlocal seen
        seen += 1
        if seen == commit // 2 and commit % 2 == 0:
            raise Crash

    def after(_session: object) -> None:
        if seen == commit // 2 and commit % 2 == 1:
            raise Crash

    event.listen(book.engine, "commit", before)
    event.listen(book.writers, "after_commit", after)
    try:
        yield
    finally:
        event.remove(book.engine, "commit", before)
        event.remove(book.writers, "after_commit", after)


def _lives_on(office: JobOffice, times: int = 12) -> None:
    """Successors start, each when the dead one's claims and leases have lapsed."""
    for _life in range(times):
        office.clock.advance(LATER)
        office.runs_everything_due()
        deliver_invitations.look_again(office.office, office.clock())


def _dies(run: Callable[[], object]) -> bool:
    try:
        run()
    except Crash:
        return True
    return False


def _check(office: JobOffice) -> None:
    (mail,) = office.rows(InvitationMail)
    departures = [one.marker for one in office.server.departures]
    assert mail.state is MailState.SENT
    assert departures == [mail.marker]
    assert [row.delivered_at is not None for row in office.rows(Outgoing)] == [True]
    assert office.server.find("anna@office.example", _as_mail(mail)).folder is Folder.SENT


def _as_mail(row: InvitationMail) -> OutgoingMail:
    return OutgoingMail(row.marker, row.message_id, b"")


@pytest.mark.parametrize("commit", range(2, 20))
def test_a_mail_leaves_once_whichever_commit_the_process_dies_at(sqlite_office: JobOffice, commit: int) -> None:
    office = sqlite_office
    office.plans(office.els_id)
    with dying_at(office.office.book, commit):
        _dies(office.drains)
    _lives_on(office)
    _check(office)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", ["save_draft", "send_draft"])
def test_a_mail_leaves_once_whichever_call_the_process_dies_at(office: JobOffice, call: str, when: str) -> None:
    office.plans(office.els_id)
    getattr(office.server, f"crashes_{when}_the_next")(call)
    assert _dies(office.drains)
    _lives_on(office)
    _check(office)


@pytest.mark.parametrize("seed", range(40))
def test_a_mail_leaves_once_through_any_row_of_crashes_and_lost_answers(sqlite_office: JobOffice, seed: int) -> None:
    office = sqlite_office
    luck = random.Random(seed)
    office.plans(office.els_id)
    for _life in range(luck.randrange(1, 7)):
        ways = (
            office.server.crashes_before_the_next,
            office.server.crashes_after_the_next,
            office.server.loses_the_answer_of_the_next,
        )
        luck.choice(ways)(luck.choice(CALLS))
        with dying_at(office.office.book, luck.randrange(2, 30)):
            _dies(office.runs_everything_due)
            _dies(lambda: deliver_invitations.look_again(office.office, office.clock()))
        office.clock.advance(timedelta(seconds=luck.choice((1, 45, 200, 1000))))
    office.server.forgets_faults()
    _lives_on(office)
    _check(office)


def test_after_a_lost_answer_the_mailbox_says_that_it_left(office: JobOffice) -> None:
    office.plans(office.els_id)
    office.server.loses_the_answer_of_the_next("send_draft")
    office.drains()
    (mail,) = office.rows(InvitationMail)
    assert mail.state is MailState.HANDED_OVER
    office.clock.advance(timedelta(minutes=1))
    deliver_invitations.look_again(office.office, office.clock())
    _check(office)


def test_a_mail_in_doubt_does_not_hold_up_those_behind_it(office: JobOffice) -> None:
    office.plans(office.els_id)
    office.plans(office.jan_id, subject="Appel")
    office.server.loses_the_answer_of_the_next("send_draft")
    office.drains()
    assert [one.recipient for one in office.server.departures] == ["els@dupont.example", "jan@dupont.example"]


def test_a_refused_recipient_is_told_to_the_representative_and_leaves_no_draft(office: JobOffice) -> None:
    office.server.refuses_recipient("els@dupont.example")
    office.plans(office.els_id)
    office.drains()
    (mail,) = office.rows(InvitationMail)
    (notice,) = office.notices()
    assert mail.state is MailState.FAILED
    assert (notice["notice"], notice["collaborator_id"]) == ("mail_failed", office.anna_id)
    assert notice["invitation_id"] == mail.invitation_id
    assert office.server.find("anna@office.example", _as_mail(mail)) is None


def test_what_is_nowhere_after_it_was_handed_over_is_told_and_never_sent_again(office: JobOffice) -> None:
    office.plans(office.els_id)
    office.server.crashes_before_the_next("send_draft")
    assert _dies(office.drains)
    (mail,) = office.rows(InvitationMail)
    office.server.delete_draft("anna@office.example", mail.draft_id)
    _lives_on(office)
    (mail,) = office.rows(InvitationMail)
    assert mail.state is MailState.UNKNOWN
    assert [one["notice"] for one in office.notices()] == ["mail_unknown"]
    assert office.server.departures == []


def test_a_busy_server_is_asked_again_when_it_said(office: JobOffice) -> None:
    office.plans(office.els_id)
    office.server.is_busy(timedelta(minutes=7))
    office.drains()
    office.clock.advance(timedelta(minutes=6))
    office.runs_everything_due()
    assert office.server.departures == []
    office.clock.advance(timedelta(minutes=2))
    office.runs_everything_due()
    _check(office)


def test_a_password_that_expired_costs_no_mail(office: JobOffice) -> None:
    office.plans(office.els_id)
    office.server.fails_the_next("save_draft", MailboxRefused("ErrorPasswordExpired"))
    office.drains()
    (mail,) = office.rows(InvitationMail)
    assert mail.state in OPEN_STATES
    office.clock.advance(timedelta(minutes=1))
    office.runs_everything_due()
    _check(office)


def test_a_server_that_was_down_keeps_the_order(office: JobOffice) -> None:
    office.server.goes_down()
    for guest in (office.els_id, office.jan_id):
        office.plans(guest)
        office.drains()
    office.server.comes_back()
    _lives_on(office, times=3)
    assert [one.recipient for one in office.server.departures] == ["els@dupont.example", "jan@dupont.example"]
