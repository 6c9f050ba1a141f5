"""Agendas and histories, and what a colleague sees of them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planned import DAY, ZONE, Visits, colleague, hours, make_visits
from sqlalchemy import event, insert, select, text

from store.actions import Action, When
from store.agenda import (
    AgendaEntry,
    agenda_counts,
    agenda_of,
    feed_lines,
    history_of,
    last_done,
    next_action,
    overdue_of,
)
from store.endings import complete_action, delete_action
from store.engine import Book
from store.invitations import InvitationMail, Method
from store.inviting import invite
from store.overlaps import overlapping
from store.series import Every, Recurrence


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


def test_colleagues_who_take_part_are_invited_and_have_it_in_their_agenda(visits: Visits) -> None:
    with visits.book.writing() as session:
        visit = visits.plan(session, participants=(colleague(visits.bram),))
        invite(session, visit, now=visits.book.now())
        mails = session.scalars(select(InvitationMail)).all()
        assert [(mail.method, mail.invitation.collaborator_id) for mail in mails] == [(Method.REQUEST, visits.bram.id)]
        for who, count in ((visits.anna, 1), (visits.bram, 1), (visits.charlie, 0)):
            found = agenda_of(session, who.id, DAY, DAY, zone=ZONE, asked_by=who)
            assert [entry.action.id for entry in found if entry.action] == [visit.id] * count
            assert len(list(feed_lines(session, who.id, now=visits.book.now()))) == count


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
        earlier = visits.plan(session, when=hours(DAY - timedelta(days=10)))
        done = visits.plan(session, when=hours(DAY + timedelta(days=3)))
        for one in (earlier, done):
            complete_action(session, by=visits.anna, action_id=one.id, version=None, headline="Sold", now=now)
        upcoming = next_action(session, visits.dupont.id, asked_by=visits.charlie, now=now)
        last = last_done(session, visits.dupont.id, asked_by=visits.charlie)
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


def test_what_is_over_is_left_out_when_it_is_not_asked_for(visits: Visits) -> None:
    with visits.book.writing() as session:
        done, planned = visits.plan(session), visits.plan(session)
        complete_action(
            session, by=visits.anna, action_id=done.id, version=None, headline="Sold", now=visits.book.now()
        )
        for with_over, ids in [(True, [done.id, planned.id]), (False, [planned.id])]:
            found = agenda_of(session, visits.anna.id, DAY, DAY, zone=ZONE, asked_by=visits.anna, with_over=with_over)
            assert [entry.action.id for entry in found if entry.action] == ids
            assert agenda_counts(session, visits.anna.id, DAY, DAY, zone=ZONE, with_over=with_over)[DAY] == len(ids)


def test_days_are_counted_with_each_day_of_a_long_action_and_each_time_of_a_series(visits: Visits) -> None:
    month = DAY.replace(day=1), DAY.replace(day=30)
    weekly = Recurrence(Every.WEEK, interval=1)
    with visits.book.writing() as session:
        visits.plan(session, when=When.day(DAY, zone=ZONE, until=DAY + timedelta(days=1)))
        visits.plan(session, when=hours(DAY - timedelta(days=21)), recurrence=weekly)
        visits.plan(session, by=visits.bram, representative_id=visits.bram.id, participants=(colleague(visits.anna),))
        counts = agenda_counts(session, visits.anna.id, *month, zone=ZONE)
    assert {on.day: count for on, count in counts.items()} == {5: 1, 12: 1, 19: 1, 26: 3, 27: 1}


def test_overdue_is_what_is_planned_and_past_whatever_the_clock_was_when_it_was_planned(visits: Visits) -> None:
    later = datetime(2026, 11, 28, 12, tzinfo=UTC)
    with visits.book.writing() as session:
        past, done, secret = visits.plan(session), visits.plan(session), visits.plan(session, is_private=True)
        visits.plan(session, when=hours(DAY + timedelta(days=9)))
        complete_action(session, by=visits.anna, action_id=done.id, version=None, headline="Sold", now=later)
        for who, rows in [(visits.anna, [secret, past]), (visits.charlie, [past])]:
            assert overdue_of(session, visits.anna.id, asked_by=who, now=later) == rows
        assert overdue_of(session, visits.anna.id, asked_by=visits.anna, now=visits.book.now()) == []


def test_an_agenda_is_read_from_ranges_of_indexes(visits: Visits) -> None:
    with visits.book.writing() as session:
        session.execute(insert(Action), _copies(visits.plan(session), 3_000, visits.bram.id))
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        if not is_sqlite:
            session.execute(text("analyze action"))
    asked: list[str] = []

    def keep(_conn: object, cursor: object, statement: str, values: object, *_more: object) -> None:
        if "UNION" in statement:
            asked.append("\n".join(str(line) for line in _plan(cursor, statement, values, is_sqlite)))

    event.listen(visits.book.engine, "before_cursor_execute", keep)
    with visits.book.reading() as session:
        agenda_of(session, visits.anna.id, DAY, DAY + timedelta(days=6), zone=ZONE, asked_by=visits.anna)
    event.remove(visits.book.engine, "before_cursor_execute", keep)
    assert len(asked) == 1
    assert "action_of_owner" in asked[0] or "owner_id = " in asked[0], asked[0]
    assert "SCAN action" not in asked[0]
    assert "Seq Scan on action " not in asked[0]


def _copies(action: Action, number: int, owner_id: int) -> list[dict[str, object]]:
    """The same action at other hours of a colleague's."""
    columns = [one.key for one in Action.__table__.columns if one.key != "id"]
    row = {key: getattr(action, key) for key in columns} | {"owner_id": owner_id}
    return [
        row | {"uid": f"copy-{copy}", "sort_at": action.sort_at + timedelta(minutes=copy)} for copy in range(number)
    ]


def _plan(cursor: Any, statement: str, values: Any, is_sqlite: bool) -> list[Any]:
    with closing(cursor.connection.cursor()) as asking:
        asking.execute(f"explain {'query plan ' if is_sqlite else ''}{statement}", values)
        return list(asking.fetchall())


@given(st.lists(st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(0, 300)), max_size=12))
def test_what_overlaps_is_what_shares_time_with_another(spans: list[tuple[int, int, int]]) -> None:
    entries = []
    for hour, minute, length in spans:
        when = When.hours(DAY, time(hour, minute), None, zone=ZONE, lasts=timedelta(minutes=length))
        entries.append(AgendaEntry(when, None))
    expected = {
        index
        for one, first in enumerate(entries)
        for other, second in enumerate(entries)
        if one < other and first.when.starts_at < second.when.ends_at and second.when.starts_at < first.when.ends_at
        for index in (one, other)
    }
    assert overlapping(entries) == expected


def test_a_whole_day_overlaps_with_nothing() -> None:
    entries = [AgendaEntry(When.day(DAY, zone=ZONE), None), AgendaEntry(hours(), None)]
    assert overlapping(entries) == set()
