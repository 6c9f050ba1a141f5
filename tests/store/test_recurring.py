"""Series: what stands in an agenda, and what a change of one, the following or all occurrences leaves of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from planned import DAY, ZONE, Visits, colleague, guest, hours, make_visits
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.action_facts import facts_of
from store.actions import Action
from store.agenda import agenda_of, history_of, next_action
from store.answers import GivenAnswer, Outcome, record_answer
from store.base import BookError, NotFound
from store.dossiers import DossierFacts, close_dossier, open_dossier
from store.endings import complete_action, delete_action
from store.engine import Book
from store.invitations import Answer, InvitationMail
from store.inviting import invitations_of, invite
from store.planning import edit_action
from store.recurring import (
    Changed,
    change_all,
    change_following,
    end_series,
    occurrence_on,
    resume_series,
    whole_of,
)
from store.series import Every, Recurrence

WEEKLY = Recurrence(Every.WEEK)
WEEKS = [DAY + timedelta(weeks=number) for number in range(6)]


@pytest.fixture
def visits(book: Book) -> Visits:
    return make_visits(book)


def _agenda(session: Session, visits: Visits, days: int = 6 * 7) -> list[tuple[date, str]]:
    """Date and subject of each entry, from the first day of the series on."""
    last = DAY + timedelta(days=days - 1)
    found = agenda_of(session, visits.anna.id, DAY - timedelta(days=90), last, zone=ZONE, asked_by=visits.anna)
    return [(entry.when.starts_on, entry.action.subject) for entry in found if entry.action]


def _dates(session: Session, visits: Visits) -> list[date]:
    return [on for on, _subject in _agenda(session, visits)]


def _open(session: Session, visits: Visits, whole: Action, on: date) -> Action:
    return occurrence_on(session, whole.id, on, by=visits.anna, now=visits.book.now())


def _following(session: Session, visits: Visits, row: Action, **changes: object) -> Changed:
    whole = whole_of(session, row)
    assert whole is not None
    facts = replace(facts_of(row), **{"recurrence": facts_of(whole).recurrence, **changes})  # type: ignore[arg-type]
    return change_following(
        session, by=visits.anna, action_id=row.id, version=row.version, facts=facts, now=visits.book.now()
    )


def test_a_series_stands_in_the_agenda_on_each_of_its_dates(visits: Visits) -> None:
    with visits.book.writing() as session:
        visits.plan(session, recurrence=WEEKLY)
        assert _dates(session, visits) == WEEKS


def test_an_occurrence_that_was_opened_stands_there_once(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=WEEKLY)
        row = _open(session, visits, whole, WEEKS[2])
        assert _open(session, visits, whole, WEEKS[2]) is row
        assert _dates(session, visits) == WEEKS


def test_a_date_that_the_rule_does_not_give_is_not_opened(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=WEEKLY)
        with pytest.raises(NotFound):
            _open(session, visits, whole, WEEKS[2] + timedelta(days=1))


def test_the_hour_of_a_series_stays_the_same_over_the_clock_change(visits: Visits) -> None:
    with visits.book.writing() as session:
        visits.plan(session, recurrence=Recurrence(Every.MONTH_DATE), when=hours(date(2026, 2, 26)))
        found = agenda_of(session, visits.anna.id, date(2026, 2, 1), DAY, zone=ZONE, asked_by=visits.anna)
        assert {entry.when.starts_at.time() for entry in found} == {time(14)}
        assert len({entry.when.starts_at.utcoffset() for entry in found}) == 2


def test_completing_one_time_leaves_the_others_planned(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=WEEKLY)
        row = _open(session, visits, whole, WEEKS[0])
        complete_action(
            session, by=visits.anna, action_id=row.id, version=row.version, headline="Seen", now=visits.book.now()
        )
        assert [one.id for one in history_of(session, visits.dupont.id, asked_by=visits.anna)] == [row.id]
        upcoming = next_action(session, visits.dupont.id, asked_by=visits.anna, now=visits.book.now())
        assert upcoming is not None
        assert upcoming.on == WEEKS[1]


def test_a_whole_series_cannot_be_done(visits: Visits) -> None:
    from store.action_checks import status_meaning
    from store.actions import Meaning

    with visits.book.writing() as session:
        done = status_meaning(session, Meaning.DONE).id
        with pytest.raises(BookError) as caught:
            visits.plan(session, recurrence=WEEKLY, status_id=done, headline="Seen")
        assert caught.value.field == "status"


def test_a_deleted_occurrence_stays_away(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=WEEKLY)
        row = _open(session, visits, whole, WEEKS[1])
        delete_action(session, by=visits.anna, action_id=row.id, now=visits.book.now())
        assert _dates(session, visits) == [WEEKS[0], *WEEKS[2:]]
        with pytest.raises(NotFound):
            _open(session, visits, whole, WEEKS[1])


def test_a_moved_occurrence_leaves_its_own_date(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=WEEKLY)
        row = _open(session, visits, whole, WEEKS[1])
        facts = replace(facts_of(row), when=hours(WEEKS[1] + timedelta(days=1)))
        edit_action(session, by=visits.anna, action_id=row.id, version=None, facts=facts, now=visits.book.now())
        assert _dates(session, visits) == [WEEKS[0], WEEKS[1] + timedelta(days=1), *WEEKS[2:]]


def test_this_and_the_following_change_and_those_before_stay(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=WEEKLY)
        changed = _following(session, visits, _open(session, visits, whole, WEEKS[2]), subject="Tasting")
        assert _agenda(session, visits) == [(on, "Visit" if on < WEEKS[2] else "Tasting") for on in WEEKS]
        assert changed.action.uid != whole.uid


def test_what_the_office_retired_or_closed_since_stays_where_a_series_goes_on(visits: Visits) -> None:
    with visits.book.writing() as session:
        now, facts = visits.book.now(), DossierFacts("Cellar")
        dossier = open_dossier(session, by=visits.anna, relation_id=visits.dupont.id, facts=facts, now=now)
        whole = visits.plan(session, recurrence=WEEKLY, dossier_id=dossier.id)
        close_dossier(session, dossier.id, by=visits.anna, now=now)
        whole.type.retired_at = now
        after = _following(session, visits, _open(session, visits, whole, WEEKS[2]), subject="Tasting").action
        assert (after.subject, after.dossier_id, after.type_id) == ("Tasting", dossier.id, whole.type_id)


def test_what_is_left_of_a_count_goes_on(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=replace(WEEKLY, count=4))
        _following(session, visits, _open(session, visits, whole, WEEKS[2]), subject="Tasting")
        assert _dates(session, visits) == WEEKS[:4]


def test_a_weekly_series_that_moves_to_another_day_comes_back_on_that_day(visits: Visits) -> None:
    with visits.book.writing() as session:
        on_its_day = replace(WEEKLY, weekdays=frozenset({DAY.weekday()}))
        whole = visits.plan(session, recurrence=on_its_day)
        day = timedelta(days=1)
        _following(session, visits, _open(session, visits, whole, WEEKS[2]), when=hours(WEEKS[2] - day))
        assert _dates(session, visits)[:6] == [*WEEKS[:2], *(on - day for on in WEEKS[2:])]


def test_all_changes_what_is_still_to_come(visits: Visits, clock: object) -> None:
    with visits.book.writing() as session:
        begun = DAY - timedelta(weeks=4)
        whole = visits.plan(session, recurrence=WEEKLY, when=hours(begun))
        row = _open(session, visits, whole, WEEKS[3])
        facts = replace(facts_of(row), subject="Tasting", recurrence=WEEKLY)
        change_all(session, by=visits.anna, action_id=row.id, version=None, facts=facts, now=visits.book.now())
        today = visits.book.now().date()
        found = _agenda(session, visits)
        assert [on for on, _ in found] == [begun + timedelta(weeks=number) for number in range(len(found))]
        assert {on < today for on, subject in found if subject == "Visit"} == {True}
        assert {on >= today for on, subject in found if subject == "Tasting"} == {True}


def test_an_occurrence_with_something_of_its_own_keeps_it(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=WEEKLY)
        own = _open(session, visits, whole, WEEKS[3])
        edit_action(
            session,
            by=visits.anna,
            action_id=own.id,
            version=None,
            facts=replace(facts_of(own), subject="Contract"),
            now=visits.book.now(),
        )
        _following(session, visits, _open(session, visits, whole, WEEKS[1]), subject="Tasting")
        subjects = dict(_agenda(session, visits))
        assert [subjects[on] for on in WEEKS] == ["Visit", "Tasting", "Tasting", "Contract", "Tasting", "Tasting"]


def test_ending_a_series_keeps_what_was_before_and_is_taken_back(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=replace(WEEKLY, count=5))
        row = _open(session, visits, whole, WEEKS[2])
        now = visits.book.now()
        end_series(session, by=visits.anna, action_id=row.id, now=now)
        assert _dates(session, visits) == WEEKS[:2]
        resume_series(session, by=visits.anna, action_id=whole.id, until_on=None, count=5, now=visits.book.now())
        assert _dates(session, visits) == WEEKS[:5]


def test_ending_a_series_at_its_first_time_leaves_nothing(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=WEEKLY)
        now = visits.book.now()
        end_series(session, by=visits.anna, action_id=_open(session, visits, whole, WEEKS[0]).id, now=now)
        assert _dates(session, visits) == []
        resume_series(session, by=visits.anna, action_id=whole.id, until_on=None, count=None, now=now)
        assert _dates(session, visits) == WEEKS


def test_a_private_series_of_a_colleague_is_busy_on_each_of_its_dates(visits: Visits) -> None:
    with visits.book.writing() as session:
        visits.plan(session, recurrence=WEEKLY, is_private=True)
        found = agenda_of(session, visits.anna.id, DAY, DAY + timedelta(days=13), zone=ZONE, asked_by=visits.charlie)
        assert [(entry.when.starts_on, entry.action) for entry in found] == [(WEEKS[0], None), (WEEKS[1], None)]
        assert next_action(session, visits.dupont.id, asked_by=visits.charlie, now=visits.book.now()) is None


def test_the_guests_hear_of_a_series_once_and_of_an_opened_occurrence_never(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=WEEKLY, participants=(guest(visits.els), colleague(visits.bram)))
        assert len(invite(session, whole, now=visits.book.now())) == 2
        content = session.scalars(select(InvitationMail)).first()
        assert content is not None
        assert content.content["rule"] == "FREQ=WEEKLY;BYDAY=TH"
        row = _open(session, visits, whole, WEEKS[1])
        assert invite(session, row, now=visits.book.now()) == ()


def test_the_guests_of_a_moved_occurrence_hear_which_one_it_is(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=WEEKLY, participants=(guest(visits.els),))
        invite(session, whole, now=visits.book.now())
        row = _open(session, visits, whole, WEEKS[1])
        facts = replace(facts_of(row), when=hours(WEEKS[1], time(16), time(17)))
        edit_action(session, by=visits.anna, action_id=row.id, version=None, facts=facts, now=visits.book.now())
        assert [mail.news.value for mail in invite(session, row, now=visits.book.now())] == ["update"]
        mail = session.scalars(select(InvitationMail).order_by(InvitationMail.id.desc())).first()
        assert mail is not None
        assert mail.content["occurrence"].startswith(f"{WEEKS[1]}T14:00")
        assert mail.sequence > 0
        assert row.uid == whole.uid


def test_an_answer_about_one_occurrence_counts_for_that_one_alone(visits: Visits) -> None:
    with visits.book.writing() as session:
        whole = visits.plan(session, recurrence=WEEKLY, participants=(guest(visits.els),))
        invite(session, whole, now=visits.book.now())
        mail = "els@dupont.example"
        start = hours(WEEKS[1]).starts_at
        given_answer = GivenAnswer(whole.uid, mail, mail, Answer.DECLINED, 0, visits.book.now(), occurrence=start)
        assert record_answer(session, given_answer, now=visits.book.now()) is Outcome.COUNTED
        row = _open(session, visits, whole, WEEKS[1])
        assert [one.answer for one in invitations_of(session, row.id)] == [Answer.DECLINED]
        assert [one.answer for one in invitations_of(session, whole.id)] == [Answer.NEEDS_ACTION]


def test_an_answer_about_the_series_is_one_about_each_time_that_was_not_told_apart(visits: Visits) -> None:
    with visits.book.writing() as session:
        now = visits.book.now()
        whole = visits.plan(session, recurrence=WEEKLY, participants=(guest(visits.els),))
        invite(session, whole, now=now)
        opened, declined, apart = (_open(session, visits, whole, on) for on in WEEKS[:3])
        facts = replace(facts_of(apart), when=hours(WEEKS[2], time(16), time(17)))
        edit_action(session, by=visits.anna, action_id=apart.id, version=None, facts=facts, now=now)
        invite(session, apart, now=now)
        mail, start = "els@dupont.example", hours(WEEKS[1]).starts_at
        later = now + timedelta(hours=1)
        no_to_one = GivenAnswer(whole.uid, mail, mail, Answer.DECLINED, 0, later, occurrence=start)
        yes_to_all = GivenAnswer(whole.uid, mail, mail, Answer.ACCEPTED, 0, now)
        for given_answer in (no_to_one, yes_to_all):
            assert record_answer(session, given_answer, now=now) is Outcome.COUNTED
        found = [invitations_of(session, row.id)[0].answer for row in (whole, opened, declined, apart)]
        assert found == [Answer.ACCEPTED, Answer.ACCEPTED, Answer.DECLINED, Answer.NEEDS_ACTION]
        past_the_first = now + timedelta(days=7)
        no_more = GivenAnswer(whole.uid, mail, mail, Answer.DECLINED, 0, past_the_first)
        assert record_answer(session, no_more, now=past_the_first) is Outcome.COUNTED
        found = [invitations_of(session, row.id)[0].answer for row in (whole, opened)]
        assert found == [Answer.DECLINED, Answer.ACCEPTED], "what was answered of a time that is past stays"
