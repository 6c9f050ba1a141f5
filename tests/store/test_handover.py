"""One mail leaves at most once: the rule for what a crash left, and the claims that keep workers apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from clock import Clock
from dupont import new_collaborator, new_person
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from store import handover
from store.base import ClaimLost
from store.engine import Book
from store.handover import (
    CLAIM_LENGTH,
    LOST_AFTER,
    MOST_ATTEMPTS,
    SETTLES_IN,
    MailState,
    Step,
    after_crash,
    first_free,
    message_id_for,
)
from store.mailings import Delivery, Mailing

DRAFTING, HANDED_OVER = MailState.DRAFTING, MailState.HANDED_OVER
YOUNG, SETTLED, OLD = timedelta(seconds=5), SETTLES_IN, LOST_AFTER


@pytest.mark.parametrize(
    ("state", "found_in", "age", "step"),
    [
        (DRAFTING, None, YOUNG, Step.WAIT),
        (DRAFTING, None, SETTLED, Step.DRAFT),
        (DRAFTING, "drafts", YOUNG, Step.HAND_OVER),
        (DRAFTING, "sent", YOUNG, Step.NOTE_SENT),
        (HANDED_OVER, None, SETTLED, Step.WAIT),
        (HANDED_OVER, None, OLD, Step.NOTE_UNKNOWN),
        (HANDED_OVER, "drafts", SETTLED, Step.WAIT),
        (HANDED_OVER, "drafts", OLD, Step.HAND_OVER),
        (HANDED_OVER, "sent", YOUNG, Step.NOTE_SENT),
    ],
)
def test_after_a_crash_the_mailbox_says_how_to_go_on(
    state: MailState, found_in: handover.Found | None, age: timedelta, step: Step
) -> None:
    assert after_crash(state, found_in, age) is step


@pytest.mark.parametrize("state", [DRAFTING, HANDED_OVER])
@pytest.mark.parametrize("found_in", [None, "drafts", "sent"])
@given(age=st.timedeltas(timedelta(), timedelta(days=400)), stays=st.booleans(), wanted=st.booleans())
def test_what_may_have_left_is_never_written_anew(
    state: MailState, found_in: handover.Found | None, age: timedelta, stays: bool, wanted: bool
) -> None:
    step = after_crash(state, found_in, age, stays_draft=stays, is_wanted=wanted)
    if step is Step.DRAFT:
        assert (state, found_in, wanted) == (DRAFTING, None, True)
    if step is Step.HAND_OVER:
        assert (found_in, stays, wanted) == ("drafts", False, True)
    if step is Step.DISCARD:
        assert not wanted
        assert found_in != "sent"
    if step is Step.NOTE_UNKNOWN:
        assert (state, found_in) == (HANDED_OVER, None)
    assert (step is Step.NOTE_SENT) == (found_in == "sent")


def test_a_draft_that_is_meant_to_stay_is_noted() -> None:
    assert after_crash(DRAFTING, "drafts", YOUNG, stays_draft=True) is Step.NOTE_DRAFTED
    assert after_crash(DRAFTING, "drafts", YOUNG, is_wanted=False) is Step.DISCARD


def test_a_message_id_is_in_the_domain_of_the_mailbox() -> None:
    assert message_id_for("abc", "anna@office.example") == "<abc@office.example>"


@pytest.fixture
def mail(book: Book) -> Delivery:
    with book.writing() as session:
        anna, mailbox = new_collaborator(session, "Anna")
        els = new_person(session, "Els")
        mailing = Mailing(name="News", mailbox=mailbox, created_by=anna, created_at=book.now())
        row = Delivery(mailing=mailing, person_id=els.id, name="Els", language="fr", marker="m", message_id="<m@x>")
        session.add(row)
        session.flush()
    return row


def _again(session: Session, mail: Delivery) -> Delivery:
    return session.get_one(Delivery, mail.id, populate_existing=True)


def test_the_whole_way_of_a_mail(book: Book, mail: Delivery, clock: Clock) -> None:
    with book.writing() as session:
        handover.begin_drafting(session, mail, now=clock())
    with book.writing() as session:
        handover.note_draft(session, mail, "item-1", now=clock())
        handover.begin_hand_over(session, mail, now=clock())
    with book.reading() as session:
        stored = _again(session, mail)
        assert (stored.state, stored.draft_id, stored.handed_over_at) == (HANDED_OVER, "item-1", clock())
    with book.writing() as session:
        handover.note_sent(session, mail, now=clock())
    with book.reading() as session:
        stored = _again(session, mail)
        assert (stored.state, stored.finished_at, stored.claim, stored.attempts) == (MailState.SENT, clock(), "", 1)


def test_two_workers_do_not_get_the_same_mail(book: Book, mail: Delivery, clock: Clock) -> None:
    with book.reading() as session:
        other = _again(session, mail)
    with book.writing() as session:
        handover.begin_drafting(session, mail, now=clock())
    with pytest.raises(ClaimLost), book.writing() as session:
        handover.begin_drafting(session, other, now=clock())
    with book.writing() as session:
        assert first_free(session, Delivery, now=clock()) is None


def test_a_worker_that_was_taken_for_dead_changes_nothing_more(book: Book, mail: Delivery, clock: Clock) -> None:
    with book.writing() as session:
        handover.begin_drafting(session, mail, now=clock())
    clock.advance(CLAIM_LENGTH)
    with book.writing() as session:
        heir = first_free(session, Delivery, now=clock())
    assert heir is not None
    for deed in (
        lambda session: handover.note_draft(session, mail, "late", now=clock()),
        lambda session: handover.note_sent(session, mail, now=clock()),
        lambda session: handover.note_failed(session, mail, "late", is_permanent=True, now=clock()),
        lambda session: handover.set_aside(session, mail, until=clock()),
    ):
        with pytest.raises(ClaimLost), book.writing() as session:
            deed(session)
    with book.writing() as session:
        handover.note_draft(session, heir, "item-2", now=clock())
        assert _again(session, heir).draft_id == "item-2"


def test_a_clock_set_back_an_hour_does_not_keep_a_mail_claimed(book: Book, mail: Delivery, clock: Clock) -> None:
    with book.writing() as session:
        handover.begin_drafting(session, mail, now=clock())
    clock.advance(-timedelta(hours=1))
    with book.writing() as session:
        heir = first_free(session, Delivery, now=clock())
        assert heir is not None
        assert handover.age_of(heir, now=clock()) == timedelta()


def test_a_refusal_for_now_is_tried_again_when_the_server_said(book: Book, mail: Delivery, clock: Clock) -> None:
    with book.writing() as session:
        handover.begin_drafting(session, mail, now=clock())
        handover.note_failed(session, mail, "busy", is_permanent=False, now=clock(), retry_after=timedelta(minutes=3))
    assert (mail.state, mail.failure) == (MailState.QUEUED, "busy")
    clock.advance(timedelta(minutes=2))
    with pytest.raises(ClaimLost), book.writing() as session:
        handover.begin_drafting(session, mail, now=clock())
    clock.advance(timedelta(minutes=1))
    with book.writing() as session:
        handover.begin_drafting(session, mail, now=clock())
    assert mail.attempts == 2


def test_a_refused_hand_over_goes_back_to_its_draft(book: Book, mail: Delivery, clock: Clock) -> None:
    with book.writing() as session:
        handover.begin_drafting(session, mail, now=clock())
        handover.note_draft(session, mail, "item-1", now=clock())
        handover.begin_hand_over(session, mail, now=clock())
        handover.note_failed(session, mail, "busy", is_permanent=False, now=clock())
        assert (_again(session, mail).state, mail.draft_id) == (DRAFTING, "item-1")
    clock.advance(timedelta(minutes=30))
    with book.writing() as session:
        heir = first_free(session, Delivery, now=clock())
        assert heir is not None
        handover.note_failed(session, heir, "recipient refused", is_permanent=True, now=clock())
        assert (heir.state, heir.failure) == (MailState.FAILED, "recipient refused")


def test_nobody_tries_for_ever(book: Book, mail: Delivery, clock: Clock) -> None:
    with book.writing() as session:
        mail = _again(session, mail)
        mail.attempts = MOST_ATTEMPTS - 1
        session.flush()
        handover.begin_drafting(session, mail, now=clock())
        handover.note_failed(session, mail, "busy", is_permanent=False, now=clock())
    assert mail.state is MailState.FAILED


def test_a_draft_that_the_person_sent_is_closed_when_it_turns_up(book: Book, mail: Delivery, clock: Clock) -> None:
    with book.writing() as session:
        handover.begin_drafting(session, mail, now=clock())
        handover.note_drafted(session, mail, "item-1", now=clock())
    with book.writing() as session:
        assert handover.note_seen_sent(session, Delivery, "m", now=clock())
        assert not handover.note_seen_sent(session, Delivery, "other", now=clock())
        assert _again(session, mail).state is MailState.SENT
