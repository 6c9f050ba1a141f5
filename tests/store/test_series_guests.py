"""What the guests of a series hear, and what their answers count for, when one time of it was opened before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from clock import Clock
from planned import DAY, Visits, guest, hours, make_visits
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.action_facts import facts_of
from store.actions import Action, Meaning
from store.answers import GivenAnswer, Outcome, record_answer
from store.endings import set_meaning
from store.engine import Book
from store.invitations import Answer, InvitationMail
from store.inviting import News, invitations_of, invite
from store.recurring import Changed, change_all, change_following, end_series, occurrence_on, resume_series, whole_of
from store.series import Every, Recurrence

WEEKS = [DAY + timedelta(weeks=number) for number in range(6)]
WEEKLY = Recurrence(Every.WEEK, count=6)
ELS = "els@dupont.example"


@pytest.fixture
def visits(new_sqlite_url: Callable[[], str], clock: Clock) -> Iterator[Visits]:
    book = Book(new_sqlite_url(), now=clock, connections=2)
    yield make_visits(book)
    book.close()


def _told_series(session: Session, visits: Visits) -> Action:
    whole = visits.plan(session, recurrence=WEEKLY, participants=(guest(visits.els),))
    invite(session, whole, now=visits.book.now())
    return whole


def _open(session: Session, visits: Visits, whole: Action, on: date) -> Action:
    return occurrence_on(session, whole.id, on, by=visits.anna, now=visits.book.now())


def _change(session: Session, visits: Visits, change: Any, row: Action, *, tells: bool = True, **said: Any) -> Changed:
    whole = whole_of(session, row)
    assert whole is not None
    facts = replace(facts_of(row), **{"recurrence": facts_of(whole).recurrence, **said})
    changed: Changed = change(
        session, by=visits.anna, action_id=row.id, version=None, facts=facts, now=visits.book.now()
    )
    for one in changed.concerned if tells else ():
        invite(session, one, now=visits.book.now())
    return changed


def _cancel(session: Session, visits: Visits, row: Action) -> list[tuple[str, News]]:
    now = visits.book.now()
    set_meaning(session, by=visits.anna, action_id=row.id, meaning=Meaning.CANCELLED, now=now)
    return [(one.mail, one.news) for one in invite(session, row, now=now)]


def test_a_guest_who_came_to_a_series_later_hears_that_an_opened_time_is_cancelled(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = _told_series(session, visits)
        opened, other = (_open(session, visits, whole, on) for on in WEEKS[2:4])
        _change(session, visits, change_all, other, participants=(guest(visits.els), guest(visits.jan)))
        assert invite(session, opened, now=visits.book.now()) == (), "the mail about the series said it"
        assert dict(_cancel(session, visits, opened)) == {
            ELS: News.CANCELLATION,
            "jan@dupont.example": News.CANCELLATION,
        }


def test_an_opened_time_of_a_series_changed_for_all_is_told_with_the_series_alone(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = _told_series(session, visits)
        opened, other = (_open(session, visits, whole, on) for on in WEEKS[2:4])
        _change(session, visits, change_all, other, subject="Tasting")
        assert opened.subject == "Tasting"
        assert invite(session, opened, now=visits.book.now()) == ()


def test_a_time_opened_after_a_quiet_change_can_be_called_off(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = _told_series(session, visits)
        _change(session, visits, change_all, _open(session, visits, whole, WEEKS[0]), tells=False, subject="Tasting")
        assert _cancel(session, visits, _open(session, visits, whole, WEEKS[2])) == [(ELS, News.CANCELLATION)]


def test_an_answer_to_what_a_series_goes_on_as_counts_for_its_opened_times(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = _told_series(session, visits)
        first = _open(session, visits, whole, WEEKS[0])
        _change(session, visits, change_all, first, place="Namur")
        opened = _open(session, visits, whole, WEEKS[4])
        after = _change(
            session, visits, change_following, _open(session, visits, whole, WEEKS[2]), place="Liège"
        ).action
        now = visits.book.now()
        yes = GivenAnswer(after.uid, ELS, ELS, Answer.ACCEPTED, after.sequence, now)
        assert record_answer(session, yes, now=now) is Outcome.COUNTED
        assert [one.answer for one in invitations_of(session, opened.id)] == [Answer.ACCEPTED]
        start = hours(WEEKS[4]).starts_at
        no = replace(yes, answer=Answer.DECLINED, stamped_at=now + timedelta(hours=1), occurrence=start)
        assert record_answer(session, no, now=now) is Outcome.COUNTED


def test_a_time_that_a_rule_left_out_comes_back_with_the_rule(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = _told_series(session, visits)
        _open(session, visits, whole, WEEKS[1])
        first = _open(session, visits, whole, WEEKS[0])
        _change(session, visits, change_all, first, recurrence=replace(WEEKLY, interval=2, count=3))
        _change(session, visits, change_all, first, recurrence=WEEKLY)
        assert _open(session, visits, whole, WEEKS[1]).subject == "Visit"


def test_a_series_that_was_ended_can_go_on_again(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = _told_series(session, visits)
        row = _open(session, visits, whole, WEEKS[2])
        end_series(session, by=visits.anna, action_id=row.id, now=visits.book.now())
        first = _open(session, visits, whole, WEEKS[0])
        _change(session, visits, change_all, first, recurrence=WEEKLY)
        assert _open(session, visits, whole, WEEKS[2]).subject == "Visit"


def test_the_end_of_a_series_is_told_once(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = _told_series(session, visits)
        row = _open(session, visits, whole, WEEKS[2])
        now = visits.book.now()
        ended = end_series(session, by=visits.anna, action_id=row.id, now=now)
        assert [m.news for one in ended.concerned for m in invite(session, one, now=now)] == [News.UPDATE]
        back = resume_series(session, by=visits.anna, action_id=whole.id, until_on=None, count=6, now=now)
        assert [m.news for one in back.concerned for m in invite(session, one, now=now)] == [News.UPDATE]
        assert _cancel(session, visits, row) == [(ELS, News.CANCELLATION)]


def test_a_cancelled_time_is_not_cancelled_anew_when_its_series_goes_on(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = _told_series(session, visits)
        _cancel(session, visits, _open(session, visits, whole, WEEKS[4]))
        before = session.scalars(select(InvitationMail.id)).all()
        _change(session, visits, change_following, _open(session, visits, whole, WEEKS[2]), subject="Tasting")
        query = select(InvitationMail).where(InvitationMail.id.not_in(before)).order_by(InvitationMail.id)
        assert [one.method.value for one in session.scalars(query)] == ["REQUEST", "REQUEST"]
