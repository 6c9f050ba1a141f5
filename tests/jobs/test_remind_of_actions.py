"""Reminders of actions: who, when, once, late after a stop, and never of what is over."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from job_office import ZONE, JobOffice
from sqlalchemy import select, update

from jobs.remind_of_actions import remind_of_actions
from jobs.schedule import SCHEDULE
from store.action_facts import facts_of
from store.action_reminders import reminder_moment
from store.actions import Action, ActionType, Meaning, When
from store.base import BookError
from store.collaborators import Collaborator
from store.endings import complete_action, set_meaning
from store.planning import edit_action
from store.recurring import change_all, change_following, end_series, occurrence_on, resume_series, split_series
from store.series import Every, Recurrence, is_whole_series

ON = date(2026, 11, 26)
DUE_AT = datetime(2026, 11, 26, 12, 45, tzinfo=UTC)
"""A quarter of an hour before two in the afternoon in Brussels."""


def _reminding(office: JobOffice) -> JobOffice:
    """Every type reminds a quarter of an hour before; Anna and Bram are in Slack."""
    with office.office.book.writing() as session:
        session.execute(update(ActionType).values(reminder_min=15))
        for number, user in ((office.anna_id, "UANNA"), (office.bram_id, "UBRAM")):
            session.execute(update(Collaborator).where(Collaborator.id == number).values(slack_user_id=user))
    return office


@pytest.fixture
def reminding(sqlite_office: JobOffice) -> JobOffice:
    return _reminding(sqlite_office)


def _at(office: JobOffice, moment: datetime) -> list[tuple[int, str]]:
    """Whom the office has reminded, and of which start, once its job has run at that moment."""
    office.clock.advance(moment - office.clock())
    remind_of_actions(office.office, moment)
    told = [one for one in office.notices() if one["notice"] == "action_reminder"]
    return [(one["collaborator_id"], one["starts_at"]) for one in told]


def _people(told: list[tuple[int, str]]) -> list[int]:
    return sorted(collaborator_id for collaborator_id, _starts in told)


def test_reminding_of_actions_stands_in_the_schedule_every_minute() -> None:
    (job,) = [one for one in SCHEDULE if one.run is remind_of_actions]
    assert job.every == timedelta(minutes=1)


def test_the_representative_and_colleagues_are_reminded_once_as_long_before_as_the_type_says(
    reminding: JobOffice,
) -> None:
    reminding.plans(colleagues=[reminding.bram_id])
    assert _at(reminding, DUE_AT - timedelta(minutes=1)) == []
    both = sorted([reminding.anna_id, reminding.bram_id])
    assert _people(_at(reminding, DUE_AT)) == both
    assert _people(_at(reminding, DUE_AT + timedelta(minutes=1))) == both


def test_two_workers_at_once_remind_of_an_action_once(office: JobOffice) -> None:
    _reminding(office).plans(colleagues=[office.bram_id])
    office.clock.advance(DUE_AT - office.clock())
    workers = [threading.Thread(target=remind_of_actions, args=(office.office, DUE_AT)) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert _people(_at(office, DUE_AT)) == sorted([office.anna_id, office.bram_id])


def test_a_moved_action_reminds_anew(reminding: JobOffice) -> None:
    action_id = reminding.plans()
    assert len(_at(reminding, DUE_AT)) == 1
    with reminding.office.book.writing() as session:
        anna, action = session.get_one(Collaborator, reminding.anna_id), session.get_one(Action, action_id)
        when = When.hours(ON, time(16), time(17), zone=ZONE, lasts=timedelta(hours=1))
        edit_action(
            session, by=anna, action_id=action_id, version=None, facts=replace(facts_of(action), when=when),
            now=reminding.clock(),
        )  # fmt: skip
    assert len(_at(reminding, DUE_AT + timedelta(hours=1))) == 1
    told = _at(reminding, DUE_AT + timedelta(hours=2))
    assert [starts for _who, starts in told] == ["2026-11-26T13:00:00+00:00", "2026-11-26T15:00:00+00:00"]


def test_nobody_is_reminded_of_what_is_done_or_cancelled(reminding: JobOffice) -> None:
    done, cancelled = reminding.plans(), reminding.plans()
    with reminding.office.book.writing() as session:
        anna, now = session.get_one(Collaborator, reminding.anna_id), reminding.clock()
        complete_action(session, by=anna, action_id=done, version=None, headline="Sold", now=now)
        set_meaning(session, by=anna, action_id=cancelled, meaning=Meaning.CANCELLED, now=now)
    assert _at(reminding, DUE_AT) == []


def test_after_a_stop_what_is_not_over_is_reminded_of_with_the_moment_that_was_missed(reminding: JobOffice) -> None:
    reminding.plans()
    assert len(_at(reminding, DUE_AT + timedelta(minutes=50))) == 1
    [notice] = [one for one in reminding.notices() if one["notice"] == "action_reminder"]
    assert datetime.fromisoformat(notice["due_at"]) == DUE_AT


def test_after_a_stop_nobody_is_reminded_of_what_is_over(reminding: JobOffice) -> None:
    reminding.plans()
    assert _at(reminding, DUE_AT + timedelta(hours=2)) == []


def test_what_is_planned_after_its_moment_reminds_of_nothing(reminding: JobOffice) -> None:
    reminding.clock.advance(DUE_AT + timedelta(minutes=5) - reminding.clock())
    reminding.plans()
    assert _at(reminding, DUE_AT + timedelta(minutes=6)) == []


def test_each_time_of_a_series_is_reminded_of_once_also_when_it_gets_a_row(reminding: JobOffice) -> None:
    action_id = reminding.plans(recurrence=Recurrence(Every.WEEK, interval=1))
    assert len(_at(reminding, DUE_AT)) == 1
    with reminding.office.book.writing() as session:
        anna = session.get_one(Collaborator, reminding.anna_id)
        occurrence_on(session, action_id, ON, by=anna, now=reminding.clock())
    assert len(_at(reminding, DUE_AT + timedelta(minutes=2))) == 1
    assert len(_at(reminding, DUE_AT + timedelta(days=7))) == 2


@pytest.mark.parametrize("gone", ["colleague", "zone"])
def test_one_person_who_left_or_one_bad_row_stops_no_other_reminder(reminding: JobOffice, gone: str) -> None:
    bad = reminding.plans(colleagues=[reminding.bram_id])
    reminding.plans(subject="Other")
    with reminding.office.book.writing() as session:
        if gone == "colleague":
            session.get_one(Collaborator, reminding.bram_id).is_active = False
        else:
            session.execute(update(Action).where(Action.id == bad).values(zone="Nowhere/At_all"))
    told = _at(reminding, DUE_AT)
    assert _people(told) == [reminding.anna_id] * (2 if gone == "colleague" else 1)


@pytest.mark.parametrize(
    ("when", "minutes", "moment"),
    [
        (When.day(ON, zone=ZONE), 15, datetime(2026, 11, 25, 17, tzinfo=UTC)),
        (When.day(ON, zone=ZONE), 3 * 24 * 60, datetime(2026, 11, 23, 17, tzinfo=UTC)),
        (When.day(date(2026, 3, 29), zone=ZONE), 60, datetime(2026, 3, 28, 17, tzinfo=UTC)),
        (When.day(date(2026, 3, 30), zone=ZONE), 60, datetime(2026, 3, 29, 16, tzinfo=UTC)),
        (When.day(ON, zone="America/Toronto"), 0, datetime(2026, 11, 25, 23, tzinfo=UTC)),
        (
            When.hours(date(2026, 3, 29), time(4), None, zone=ZONE, lasts=timedelta(hours=1)),
            120,
            datetime(2026, 3, 29, 0, tzinfo=UTC),
        ),
    ],
)
def test_a_whole_day_is_reminded_of_at_six_on_the_evening_before(when: When, minutes: int, moment: datetime) -> None:
    assert reminder_moment(when, minutes) == moment


_CHANGES = st.lists(
    st.tuples(
        st.integers(0, 7),  # before which run of the job
        st.sampled_from(["follow", "split", "open", "end and resume", "all", "once and again"]),
        st.integers(0, 2),  # from which day on
    ),
    max_size=5,
)
_RUNS = (time(13, 40), time(13, 46), time(13, 55), time(14, 50))
"""On each day: before the moment, about it, and while the action goes on."""


def _changes(office: JobOffice, what: str, first: date, days: int, number: int) -> None:
    """Somebody opens one time of the series as it stands, and does that; nothing where it no longer is."""
    now, on = office.clock(), first + timedelta(days=days)
    with office.office.book.writing() as session, suppress(BookError):
        anna = session.get_one(Collaborator, office.anna_id)
        query = select(Action).where(is_whole_series(), Action.deleted_at.is_(None), Action.starts_on <= on)
        whole = session.scalars(query.order_by(Action.starts_on.desc(), Action.id.desc())).unique().first()
        if whole is None:
            return
        if what == "split":
            if whole.starts_on < on:
                split_series(session, whole, on, now=now)
            return
        if what == "once and again":
            facts = facts_of(whole)
            for rule in (None, facts.recurrence):
                edit_action(
                    session, by=anna, action_id=whole.id, version=None, facts=replace(facts, recurrence=rule), now=now
                )
            return
        row = occurrence_on(session, whole.id, on, by=anna, now=now)
        if what == "end and resume":
            rule = facts_of(whole).recurrence
            assert rule is not None
            ended = end_series(session, by=anna, action_id=row.id, now=now)
            resume_series(
                session, by=anna, action_id=ended.action.id, until_on=rule.until_on, count=rule.count, now=now
            )
        elif what != "open":
            facts = replace(facts_of(row), subject=f"Visit {number}", recurrence=facts_of(whole).recurrence)
            change = change_all if what == "all" else change_following
            change(session, by=anna, action_id=row.id, version=None, facts=facts, now=now)


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_becomes_of_a_series_each_time_is_reminded_of_exactly_once(
    reminding: JobOffice, data: st.DataObject
) -> None:
    with reminding.office.book.writing() as session:
        session.execute(update(Action).values(deleted_at=reminding.clock()))  # of the example before
    first = reminding.clock().date() + timedelta(days=2)
    reminding.plans(on=first, colleagues=[reminding.bram_id], recurrence=Recurrence(Every.DAY, interval=1, count=3))
    changes = data.draw(_CHANGES)
    told: list[tuple[int, str]] = []
    starts = [datetime.combine(first + timedelta(days=day), time(14), ZoneInfo(ZONE)) for day in range(3)]
    runs = [datetime.combine(at.date(), run, ZoneInfo(ZONE)) for at in starts for run in _RUNS]
    for number, run in enumerate(runs):
        reminding.clock.advance(run - timedelta(minutes=1) - reminding.clock())
        for when, what, days in changes:
            if when == number:
                _changes(reminding, what, first, days, number)
        told = _at(reminding, run)
    expected = {
        (who, at.astimezone(UTC).isoformat()) for who in (reminding.anna_id, reminding.bram_id) for at in starts
    }
    of_these = [one for one in told if datetime.fromisoformat(one[1]) >= starts[0]]
    assert sorted(of_these) == sorted(expected)


def test_a_stop_while_a_series_is_split_costs_no_reminder(reminding: JobOffice) -> None:
    reminding.plans(recurrence=Recurrence(Every.DAY, interval=1, count=5))
    reminding.clock.advance(DUE_AT + timedelta(days=1, minutes=3) - reminding.clock())
    _changes(reminding, "split", ON, 1, 0)
    starts_at = (DUE_AT + timedelta(days=1, minutes=15)).isoformat()
    assert _at(reminding, DUE_AT + timedelta(days=1, minutes=5)) == [(reminding.anna_id, starts_at)]


def test_who_takes_a_series_over_is_reminded_and_who_gave_it_away_not_again(reminding: JobOffice) -> None:
    action_id = reminding.plans(recurrence=Recurrence(Every.DAY, interval=1, count=5))
    _at(reminding, DUE_AT)
    assert _people(_at(reminding, DUE_AT + timedelta(days=1))) == [reminding.anna_id] * 2
    with reminding.office.book.writing() as session:
        after = split_series(session, session.get_one(Action, action_id), ON + timedelta(days=1), now=reminding.clock())
        after.owner_id = reminding.bram_id
    later = _people(_at(reminding, DUE_AT + timedelta(days=1, minutes=5)))
    assert later == sorted([reminding.anna_id, reminding.anna_id, reminding.bram_id])
