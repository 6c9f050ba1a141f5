"""Answers to invitations: who may give one, which one counts, and that each piece of news is told once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planned import Visits, guest, hours, make_visits
from sqlalchemy import select

from store.action_facts import facts_of
from store.actions import Action, Meaning
from store.answers import LONGEST_COMMENT, GivenAnswer, Outcome, is_newer, record_answer
from store.endings import delete_action, set_meaning
from store.engine import Book
from store.invitations import Answer, Invitation
from store.inviting import invite
from store.outbox import Outgoing
from store.planning import edit_action

STAMP = datetime.fromisoformat("2026-11-21T10:15:00Z")
MINUTE = timedelta(minutes=1)
ELS, JAN = "els@dupont.example", "jan@dupont.example"
ANSWERS = (Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED)


@dataclass
class Invited:
    """A visit of Anna's to which Els and Jan are invited, under SEQUENCE 0."""

    visits: Visits
    action_id: int
    uid: str

    def given(self, answer: Answer = Answer.ACCEPTED, **changes: Any) -> GivenAnswer:
        """Els's answer, unless `changes` say otherwise."""
        return replace(GivenAnswer(self.uid, ELS, ELS, answer, sequence=0, stamped_at=STAMP), **changes)

    def records(self, given: GivenAnswer) -> Outcome:
        with self.visits.book.writing() as session:
            return record_answer(session, given, now=self.visits.book.now())

    def invitation(self, mail: str = ELS) -> Invitation:
        with self.visits.book.reading() as session:
            query = select(Invitation).where(Invitation.action_id == self.action_id, Invitation.mail == mail)
            return session.scalars(query).one()

    def answer(self, mail: str = ELS) -> tuple[Answer, str]:
        invitation = self.invitation(mail)
        return invitation.answer, invitation.comment

    def told(self) -> list[dict[str, Any]]:
        """What Slack will be told about answers, oldest first."""
        with self.visits.book.reading() as session:
            query = select(Outgoing).where(Outgoing.kind == "notice")
            return [row.content for row in session.scalars(query.order_by(Outgoing.id))]

    def moves(self) -> None:
        """To four o'clock, which is a new SEQUENCE, and tells the guests."""
        with self.visits.book.writing() as session:
            facts = replace(facts_of(session.get_one(Action, self.action_id)), when=hours(starts=time(16), ends=None))
            now = self.visits.book.now()
            action = edit_action(
                session, by=self.visits.anna, action_id=self.action_id, version=None, facts=facts, now=now
            )
            assert invite(session, action, now=now)


def make_invited(book: Book) -> Invited:
    visits = make_visits(book)
    with book.writing() as session:
        action = visits.plan(session, participants=(guest(visits.els), guest(visits.jan)))
        assert len(invite(session, action, now=book.now())) == 2
        return Invited(visits, action.id, action.uid)


@pytest.fixture
def invited(book: Book) -> Invited:
    return make_invited(book)


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_counts_and_is_told_the_representative_once(invited: Invited, answer: Answer) -> None:
    assert invited.records(invited.given(answer, comment="Plutôt 16 h")) is Outcome.COUNTED
    assert invited.answer() == (answer, "Plutôt 16 h")
    assert invited.answer(JAN) == (Answer.NEEDS_ACTION, "")
    assert invited.records(invited.given(answer, comment="Plutôt 16 h")) is Outcome.STALE
    notice = {
        "notice": "answer",
        "invitation_id": invited.invitation().id,
        "collaborator_id": invited.visits.anna.id,
    }
    assert invited.told() == [notice]


def test_a_change_of_mind_is_told_too(invited: Invited) -> None:
    for minute, answer in enumerate(ANSWERS):
        assert invited.records(invited.given(answer, stamped_at=STAMP + minute * MINUTE)) is Outcome.COUNTED
        assert invited.answer() == (answer, "")
    assert len(invited.told()) == len(ANSWERS)


def test_an_older_dtstamp_of_the_same_sequence_changes_nothing(invited: Invited) -> None:
    invited.records(invited.given(Answer.ACCEPTED))
    for stamped_at in (STAMP, STAMP - MINUTE):
        assert invited.records(invited.given(Answer.DECLINED, stamped_at=stamped_at)) is Outcome.STALE
    assert invited.answer() == (Answer.ACCEPTED, "")
    assert len(invited.told()) == 1


def test_an_answer_to_the_time_before_the_move_does_not_count_for_the_new_one(invited: Invited) -> None:
    invited.records(invited.given(Answer.ACCEPTED))
    invited.moves()
    assert invited.answer() == (Answer.NEEDS_ACTION, "")
    late = invited.given(Answer.DECLINED, sequence=0, stamped_at=STAMP + MINUTE)
    assert invited.records(late) is Outcome.STALE
    assert invited.answer() == (Answer.NEEDS_ACTION, "")
    assert invited.records(invited.given(Answer.ACCEPTED, sequence=1, stamped_at=STAMP + 2 * MINUTE)) is Outcome.COUNTED
    assert invited.answer() == (Answer.ACCEPTED, "")
    assert len(invited.told()) == 2


def test_the_same_answer_again_is_kept_and_not_told(invited: Invited) -> None:
    invited.records(invited.given(Answer.ACCEPTED))
    again = invited.given(Answer.ACCEPTED, stamped_at=STAMP + 2 * MINUTE)
    assert invited.records(again) is Outcome.UNCHANGED
    assert len(invited.told()) == 1
    between = invited.given(Answer.DECLINED, stamped_at=STAMP + MINUTE)
    assert invited.records(between) is Outcome.STALE
    commented = invited.given(Answer.ACCEPTED, stamped_at=STAMP + 3 * MINUTE, comment="Avec Jan")
    assert invited.records(commented) is Outcome.COUNTED
    assert len(invited.told()) == 2


def test_a_long_comment_is_cut_and_told_once(invited: Invited) -> None:
    for minute, outcome in enumerate((Outcome.COUNTED, Outcome.UNCHANGED)):
        given = invited.given(stamped_at=STAMP + minute * MINUTE, comment="Très long. " * 100)
        assert invited.records(given) is outcome
    assert len(invited.answer()[1]) == LONGEST_COMMENT
    assert len(invited.told()) == 1


@pytest.mark.parametrize("sender", [JAN, "els@elsewhere.example", ""])
def test_somebody_elses_word_about_a_guest_does_not_count(invited: Invited, sender: str) -> None:
    assert invited.records(invited.given(Answer.DECLINED, sender=sender)) is Outcome.NOT_INVITED
    assert invited.answer() == (Answer.NEEDS_ACTION, "")
    assert invited.told() == []


def test_an_address_is_the_same_in_any_case(invited: Invited) -> None:
    given = invited.given(mail="Els@Dupont.Example", sender="ELS@dupont.example")
    assert invited.records(given) is Outcome.COUNTED
    assert invited.answer() == (Answer.ACCEPTED, "")


@pytest.mark.parametrize("mail", ["els@other.example", "peeters@dupont.example", "info@dupont.example", "els"])
def test_nobody_is_guessed_behind_an_address_that_was_not_invited(invited: Invited, mail: str) -> None:
    assert invited.records(invited.given(Answer.DECLINED, mail=mail, sender=mail)) is Outcome.NOT_INVITED
    assert {invited.answer(one) for one in (ELS, JAN)} == {(Answer.NEEDS_ACTION, "")}
    assert invited.told() == []


@pytest.mark.parametrize("uid", ["", "someone-elses@calendar.example"])
def test_an_answer_about_another_entry_is_not_ours(invited: Invited, uid: str) -> None:
    assert invited.records(invited.given(uid=uid)) is Outcome.NOT_OURS
    assert invited.answer() == (Answer.NEEDS_ACTION, "")


@pytest.mark.parametrize("end", ["cancelled", "deleted", "taken out"])
def test_an_answer_to_a_cancelled_invitation_does_not_count(invited: Invited, end: str) -> None:
    now, anna = invited.visits.book.now(), invited.visits.anna
    which: dict[str, Any] = {"by": anna, "action_id": invited.action_id, "now": now}
    with invited.visits.book.writing() as session:
        if end == "cancelled":
            action = set_meaning(session, meaning=Meaning.CANCELLED, **which)
        elif end == "deleted":
            action = delete_action(session, **which)
        else:
            facts = facts_of(session.get_one(Action, invited.action_id))
            facts = replace(facts, participants=(guest(invited.visits.jan),))
            action = edit_action(session, version=None, facts=facts, **which)
        invite(session, action, now=now)
    assert invited.invitation().is_cancelled
    for sequence in (0, invited.invitation().sequence, 9):
        given = invited.given(sequence=sequence, stamped_at=STAMP + MINUTE)
        assert invited.records(given) is Outcome.NOT_INVITED
    assert invited.answer() == (Answer.NEEDS_ACTION, "")
    assert invited.told() == []


REPLIES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 20), st.sampled_from(ANSWERS)),
    unique_by=lambda reply: reply[1],
    max_size=12,
)


@settings(deadline=None)
@given(replies=REPLIES, sent=st.integers(0, 3))
def test_in_whatever_order_they_arrive_the_newest_is_left(replies: list[tuple[int, int, Answer]], sent: int) -> None:
    invitation = Invitation(sequence=sent, answer=Answer.NEEDS_ACTION)
    for sequence, minute, answer in replies:
        given = GivenAnswer("uid", ELS, ELS, answer, sequence, STAMP + minute * MINUTE)
        if is_newer(given, invitation):
            invitation.answer, invitation.answer_sequence = answer, sequence
            invitation.answered_at = given.stamped_at
    assert invitation.answer is _newest(replies, sent)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(replies=REPLIES)
def test_in_whatever_order_they_are_recorded_the_newest_is_left_and_each_news_is_told(
    new_sqlite_url: Any, clock: Any, replies: list[tuple[int, int, Answer]]
) -> None:
    book = Book(new_sqlite_url(), now=clock)
    try:
        invited = make_invited(book)
        outcomes = [
            invited.records(invited.given(answer, sequence=sequence, stamped_at=STAMP + minute * MINUTE))
            for sequence, minute, answer in replies
        ]
        assert invited.answer()[0] is _newest(replies, 0)
        assert len(invited.told()) == outcomes.count(Outcome.COUNTED)
    finally:
        book.close()


def _newest(replies: list[tuple[int, int, Answer]], sent: int) -> Answer:
    """By DTSTAMP among those to what was sent last; a SEQUENCE that was never sent counts as that one."""
    current = [reply for reply in replies if reply[0] >= sent]
    return max(current, key=lambda reply: reply[1])[2] if current else Answer.NEEDS_ACTION


def test_a_reply_to_a_sequence_that_was_never_sent_does_not_make_later_ones_stale(invited: Invited) -> None:
    assert invited.records(invited.given(Answer.ACCEPTED, sequence=2**31 - 1)) is Outcome.COUNTED
    later = invited.given(Answer.DECLINED, stamped_at=STAMP + MINUTE)
    assert invited.records(later) is Outcome.COUNTED
    invited.moves()
    to_the_move = invited.given(Answer.TENTATIVE, sequence=invited.invitation().sequence, stamped_at=STAMP)
    assert invited.records(to_the_move) is Outcome.COUNTED


def test_an_answer_that_arrives_while_the_action_moves_does_not_count_for_the_new_time(invited: Invited) -> None:
    visits = invited.visits
    with ThreadPoolExecutor(1) as mailbox:
        with visits.book.writing() as session:
            action = session.get_one(Action, invited.action_id)
            facts = replace(facts_of(action), when=hours(starts=time(16), ends=None))
            now = visits.book.now()
            edit_action(session, by=visits.anna, action_id=action.id, version=None, facts=facts, now=now)
            assert invite(session, action, now=now)
            session.flush()
            arriving = mailbox.submit(invited.records, invited.given(Answer.ACCEPTED))
            with pytest.raises(TimeoutError):  # it waits for what is being decided
                arriving.result(timeout=0.5)
        assert arriving.result(timeout=5) is Outcome.STALE
    assert invited.answer() == (Answer.NEEDS_ACTION, "")
