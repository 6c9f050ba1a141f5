"""Agendas and histories, and what a colleague sees of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from planned import DAY, ZONE, Visits, colleague, hours, make_visits

from store.actions import When
from store.agenda import agenda_of, feed_lines, history_of, last_done, next_action
from store.endings import complete_action, delete_action
from store.engine import Book


@pytest.fixture
def visits(book: Book) -> Visits:
    return make_visits(book)


def test_a_colleagues_private_time_is_taken_and_says_nothing(visits: Visits) -> None:
    with visits.book.writing() as session:
        private = visits.plan(session, is_private=True)
        shared = visits.plan(session, when=hours(DAY + timedelta(days=1)), participants=(colleague(visits.bram),))
        for who, seen in [(visits.charlie, [None, shared.id]), (visits.anna, [private.id, shared.id])]:
            entries = agenda_of(session, visits.anna.id, DAY, DAY + timedelta(days=6), zone=ZONE, asked_by=who)
            assert [entry.action.id if entry.action else None for entry in entries] == seen
            assert [entry.when for entry in entries] == [private.when, shared.when]
        own = agenda_of(session, visits.bram.id, DAY, DAY + timedelta(days=6), zone=ZONE, asked_by=visits.charlie)
        assert [entry.action.id if entry.action else None for entry in own] == [shared.id]


def test_an_agenda_holds_what_reaches_into_its_days_and_nothing_deleted(visits: Visits) -> None:
    with visits.book.writing() as session:
        fair = visits.plan(session, when=When.day(DAY - timedelta(days=30), zone=ZONE, until=DAY))
        gone = visits.plan(session)
        visits.plan(session, when=When.day(DAY - timedelta(days=3), zone=ZONE, until=DAY - timedelta(days=1)))
        visits.plan(session, when=When.day(DAY + timedelta(days=1), zone=ZONE))
        delete_action(session, by=visits.anna, action_id=gone.id, now=visits.book.now())
        found = agenda_of(session, visits.anna.id, DAY, DAY, zone=ZONE, asked_by=visits.anna)
        assert [entry.action.id for entry in found if entry.action] == [fair.id]


def test_a_history_pages_backwards_without_gap_or_repeat(visits: Visits) -> None:
    with visits.book.writing() as session:
        same_moment = [visits.plan(session).id for _number in range(3)]
        earlier = [visits.plan(session, when=hours(DAY - timedelta(days=days))).id for days in (1, 2)]
        visits.plan(session, is_private=True)
    paged: list[int] = []
    with visits.book.reading() as session:
        while page := history_of(
            session,
            visits.dupont.id,
            asked_by=visits.charlie,
            before_id=paged[-1] if paged else None,
            limit=2,
        ):
            paged += [action.id for action in page]
    assert paged == [*sorted(same_moment, reverse=True), *earlier]


def test_the_next_and_the_last_action_pass_over_what_is_hidden(visits: Visits) -> None:
    now = visits.book.now()
    with visits.book.writing() as session:
        visits.plan(session, is_private=True)
        coming = visits.plan(session, when=hours(DAY + timedelta(days=1)))
        done = visits.plan(session, when=hours(DAY - timedelta(days=10)))
        complete_action(session, by=visits.anna, action_id=done.id, version=None, headline="Sold", now=now)
        upcoming = next_action(session, visits.dupont.id, asked_by=visits.charlie, now=now)
        last = last_done(session, visits.dupont.id, asked_by=visits.charlie, now=now)
    assert upcoming is not None
    assert (upcoming.action, last) == (coming, done)


def test_a_feed_keeps_a_deleted_action_for_thirty_days(visits: Visits) -> None:
    now = visits.book.now()
    with visits.book.writing() as session:
        made = visits.plan(session)
        delete_action(session, by=visits.anna, action_id=made.id, now=now)
        for days, ids in [(29, [made.id]), (31, [])]:
            lines = feed_lines(session, visits.anna.id, now=now + timedelta(days=days))
            assert [line.action_id for line in lines] == ids
        assert feed_lines(session, visits.charlie.id, now=now) == []
