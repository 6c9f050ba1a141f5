"""Reminders: told at the hour of whom they are for, again until they are done, once for each time they are due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from clock import Clock
from dupont import new_collaborator, new_relation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.base import BookError, NotFound
from store.collaborators import Collaborator, Role
from store.engine import Book
from store.involvements import InvolvementCategory, set_representative
from store.notes import (
    Note,
    NoteFacts,
    Remind,
    Reminder,
    ReminderState,
    Snooze,
    delete_note,
    due_reminders,
    edit_note,
    finish_reminder,
    open_reminders,
    remind,
    reopen_reminder,
    snooze_reminder,
    write_note,
)
from store.outbox import Outgoing
from store.relations import delete_relation

BRUSSELS = ZoneInfo("Europe/Brussels")
TUESDAY = date(2026, 11, 24)
NINE = time(9)


@dataclass
class Desk:
    book: Book
    clock: Clock
    anna: Collaborator
    bram: Collaborator
    charlie: Collaborator
    dupont_id: int

    def note(self, remind: Remind | None, subject: str = "Call", **changes: object) -> int:
        facts = NoteFacts(self.dupont_id, subject, date(2026, 11, 20), remind=remind, **changes)  # type: ignore[arg-type]
        with self.book.writing() as session:
            return write_note(session, by=self.anna, facts=facts, now=self.clock()).id

    def reminds(self, on: date = TUESDAY, at: time = NINE, **changes: object) -> int:
        """A note of Anna's that reminds Bram; returns the reminder's id."""
        made = self.note(Remind(on, at, (self.bram.id,)), **changes)
        return self.only(made).id

    def only(self, note_id: int) -> Reminder:
        with self.book.reading() as session:
            return session.scalars(select(Reminder).where(Reminder.note_id == note_id)).unique().one()

    def row(self, reminder_id: int) -> Reminder:
        with self.book.reading() as session:
            return session.get_one(Reminder, reminder_id)

    def runs(self) -> list[int]:
        """What the job does; ids of what was put on its way."""
        with self.book.reading() as session:
            due = due_reminders(session, now=self.clock())
        with self.book.writing() as session:
            return [one for one in due if remind(session, one, now=self.clock())]

    def goes_to(self, on: date, at: time = NINE, zone: ZoneInfo = BRUSSELS) -> None:
        self.clock.time = datetime.combine(on, at, zone).astimezone(UTC)

    def told(self) -> list[tuple[int, str]]:
        """Whom, and for which time that was due."""
        with self.book.reading() as session:
            rows = session.scalars(select(Outgoing).where(Outgoing.kind == "notice").order_by(Outgoing.id))
            told = [row.content for row in rows if row.content["notice"] == "reminder"]
            return [(content["collaborator_id"], content["due_at"]) for content in told]

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self.book.writing() as session:
            yield session


def _desk(book: Book, clock: Clock) -> Desk:
    with book.writing() as session:
        labels = {"label_en": "Sales", "label_fr": "Ventes", "label_nl": "Verkoop"}
        session.add(InvolvementCategory(key="sales", fills_representative=True, **labels))
        anna, bram, charlie = (new_collaborator(session, name)[0] for name in ("Anna", "Bram", "Charlie"))
        return Desk(book, clock, anna, bram, charlie, new_relation(session, "Dupont").id)


@pytest.fixture
def desk(book: Book, clock: Clock) -> Desk:
    return _desk(book, clock)


def _local(at: datetime) -> str:
    return f"{at.astimezone(BRUSSELS):%a %d %b %H:%M}"


def test_a_reminder_is_told_at_its_hour_and_not_before(desk: Desk) -> None:
    made = desk.reminds()
    desk.goes_to(TUESDAY, time(8, 59))
    assert desk.runs() == []
    desk.goes_to(TUESDAY)
    assert desk.runs() == [made]
    assert desk.runs() == [], "once"
    assert desk.told() == [(desk.bram.id, "2026-11-24T08:00:00+00:00")]


def test_it_comes_again_each_working_morning_until_it_is_done(desk: Desk) -> None:
    made = desk.reminds(on=date(2026, 11, 26))
    seen = []
    for _day in range(3):
        desk.clock.time = desk.row(made).remind_at
        seen.append(_local(desk.clock()))
        assert desk.runs() == [made]
    assert seen == ["Thu 26 Nov 09:00", "Fri 27 Nov 09:00", "Mon 30 Nov 09:00"]
    with desk.writing() as session:
        finish_reminder(session, made, by=desk.bram, now=desk.clock())
    desk.clock.advance(timedelta(days=30))
    assert desk.runs() == []


@pytest.mark.parametrize(
    ("snooze", "next_time"),
    [
        (Snooze.HOUR, "Tue 24 Nov 10:20"),
        (Snooze.TOMORROW, "Wed 25 Nov 09:00"),
        (Snooze.MONDAY, "Mon 30 Nov 09:00"),
    ],
)
def test_a_snoozed_reminder_keeps_silent_until_then(desk: Desk, snooze: Snooze, next_time: str) -> None:
    made = desk.reminds()
    desk.goes_to(TUESDAY)
    desk.runs()
    desk.goes_to(TUESDAY, time(9, 20))
    with desk.writing() as session:
        row = snooze_reminder(session, made, by=desk.bram, snooze=snooze, now=desk.clock())
        assert row.snoozed_until == row.remind_at
        assert _local(row.remind_at) == next_time
    desk.clock.time = desk.row(made).remind_at - timedelta(seconds=1)
    assert desk.runs() == []
    desk.clock.advance(timedelta(seconds=1))
    assert desk.runs() == [made]


def test_what_was_due_while_rapport_stood_still_comes_once_and_says_when_it_was_due(desk: Desk) -> None:
    made = desk.reminds()
    desk.goes_to(date(2026, 11, 27), time(15))
    assert desk.runs() == [made]
    assert desk.runs() == []
    assert desk.told() == [(desk.bram.id, "2026-11-24T08:00:00+00:00")]
    assert _local(desk.row(made).remind_at) == "Mon 30 Nov 09:00"


def test_everybody_is_reminded_at_the_hour_where_they_are(desk: Desk) -> None:
    with desk.writing() as session:
        session.get_one(Collaborator, desk.charlie.id).zone = "Europe/Lisbon"
    with desk.book.reading() as session:
        charlie = session.get_one(Collaborator, desk.charlie.id)
    note = desk.note(Remind(TUESDAY, NINE, (desk.bram.id, charlie.id)))
    with desk.book.reading() as session:
        rows = session.scalars(select(Reminder).where(Reminder.note_id == note).order_by(Reminder.id)).unique().all()
        assert [row.remind_at.hour for row in rows] == [8, 9]


def test_the_hour_on_the_wall_stays_across_a_clock_change(desk: Desk) -> None:
    made = desk.reminds(on=date(2027, 3, 26))  # the Friday before the clocks go forward
    desk.goes_to(date(2027, 3, 26))
    assert desk.runs() == [made]
    assert desk.row(made).remind_at == datetime(2027, 3, 29, 7, tzinfo=UTC)
    skipped = desk.reminds(on=date(2027, 3, 28), at=time(2, 30))
    assert _local(desk.row(skipped).remind_at) == "Sun 28 Mar 03:30"


def test_one_reminder_that_cannot_be_told_stops_no_other(desk: Desk) -> None:
    with desk.writing() as session:
        gone = new_relation(session, "Gone").id
    lost = desk.note(Remind(TUESDAY, NINE, (desk.bram.id,)))
    left = desk.note(Remind(TUESDAY, NINE, (desk.charlie.id,)), is_private=True)
    good = desk.reminds()
    with desk.writing() as session:
        session.get_one(Note, lost).relation_id = gone
        session.flush()
        delete_relation(session, gone, by=desk.anna, now=desk.clock())
        for one in (desk.charlie, desk.anna):
            session.get_one(Collaborator, one.id).is_active = False
    desk.goes_to(TUESDAY)
    assert desk.runs() == [good]
    waiting = [_local(desk.only(note).remind_at) for note in (lost, left)]
    assert waiting == ["Wed 25 Nov 09:00"] * 2, "asked again, for a relation or a colleague may come back"


def _leaves(desk: Desk, who: Collaborator) -> None:
    with desk.writing() as session:
        session.get_one(Collaborator, who.id).is_active = False


def test_a_leavers_reminder_goes_to_who_represents_the_office_there_else_to_who_made_the_note(desk: Desk) -> None:
    orphan, kept = desk.reminds(), desk.reminds()
    _leaves(desk, desk.bram)
    desk.goes_to(TUESDAY)
    with desk.writing() as session:
        assert remind(session, orphan, now=desk.clock())
        set_representative(
            session,
            by=desk.anna,
            relation_id=desk.dupont_id,
            collaborator_id=desk.charlie.id,
            on=date(2026, 11, 1),
            now=desk.clock(),
        )
        assert remind(session, kept, now=desk.clock())
    assert [person for person, _due in desk.told()] == [desk.anna.id, desk.charlie.id]
    with desk.book.reading() as session:
        assert [one.id for one in open_reminders(session, asked_by=desk.charlie)] == [kept]


def test_a_leavers_reminder_of_a_private_note_goes_to_nobody_but_who_made_it(desk: Desk) -> None:
    desk.reminds(is_private=True)
    with desk.writing() as session:
        set_representative(
            session,
            by=desk.anna,
            relation_id=desk.dupont_id,
            collaborator_id=desk.charlie.id,
            on=date(2026, 11, 1),
            now=desk.clock(),
        )
    _leaves(desk, desk.bram)
    desk.goes_to(TUESDAY)
    desk.runs()
    assert [person for person, _due in desk.told()] == [desk.anna.id]


def test_only_whom_it_reminds_answers_a_reminder_a_reader_too(desk: Desk) -> None:
    made = desk.reminds()
    with desk.writing() as session:
        for one in (desk.anna, desk.charlie):
            with pytest.raises(NotFound):
                finish_reminder(session, made, by=one, now=desk.clock())
        bram = session.get_one(Collaborator, desk.bram.id)
        bram.role = Role.READER
        for _twice in range(2):
            assert finish_reminder(session, made, by=bram, now=desk.clock()).state is ReminderState.DONE
        with pytest.raises(BookError, match="done already"):
            snooze_reminder(session, made, by=bram, snooze=Snooze.HOUR, now=desk.clock())


def test_done_and_snooze_are_taken_back(desk: Desk) -> None:
    made = desk.reminds()
    with desk.writing() as session:
        snooze_reminder(session, made, by=desk.bram, snooze=Snooze.MONDAY, now=desk.clock())
        finish_reminder(session, made, by=desk.bram, now=desk.clock())
        row = reopen_reminder(session, made, by=desk.bram, now=desk.clock())
        assert (row.state, row.snoozed_until, _local(row.remind_at)) == (ReminderState.OPEN, None, "Tue 24 Nov 09:00")
    desk.goes_to(TUESDAY)
    desk.runs()
    with desk.writing() as session:
        finish_reminder(session, made, by=desk.bram, now=desk.clock())
        row = reopen_reminder(session, made, by=desk.bram, now=desk.clock())
        assert _local(row.remind_at) == "Wed 25 Nov 09:00"


def test_a_changed_day_begins_anew_and_what_stays_keeps_its_state(desk: Desk) -> None:
    note = desk.note(Remind(TUESDAY, NINE, (desk.bram.id,)))
    made = desk.only(note).id
    facts = NoteFacts(desk.dupont_id, "Call", date(2026, 11, 20))
    with desk.writing() as session:
        finish_reminder(session, made, by=desk.bram, now=desk.clock())
        both = Remind(TUESDAY, NINE, (desk.bram.id, desk.charlie.id))
        edit_note(session, note, by=desk.anna, version=None, facts=replace(facts, remind=both), now=desk.clock())
        assert [one.state for one in session.get_one(Note, note).reminders] == ["done", "open"]
        later = Remind(TUESDAY + timedelta(days=1), NINE, (desk.bram.id,))
        edit_note(session, note, by=desk.anna, version=None, facts=replace(facts, remind=later), now=desk.clock())
        (left,) = session.get_one(Note, note).reminders
        assert (left.id, left.state, _local(left.remind_at)) == (made, ReminderState.OPEN, "Wed 25 Nov 09:00")


def test_my_open_reminders_come_overdue_first_without_those_of_deleted_notes(desk: Desk) -> None:
    later, sooner = desk.reminds(on=date(2026, 12, 1)), desk.reminds()
    gone = desk.note(Remind(TUESDAY, NINE, (desk.bram.id,)))
    with desk.writing() as session:
        delete_note(session, gone, by=desk.anna, now=desk.clock())
    desk.goes_to(date(2026, 11, 25))
    desk.runs()
    with desk.writing() as session:
        assert [one.id for one in open_reminders(session, asked_by=desk.bram)] == [sooner, later]
        assert [one.id for one in open_reminders(session, asked_by=desk.bram, on=date(2026, 11, 25))] == [sooner]
        snooze_reminder(session, sooner, by=desk.bram, snooze=Snooze.TOMORROW, now=desk.clock())
        assert open_reminders(session, asked_by=desk.bram, on=date(2026, 11, 25)) == []
        assert open_reminders(session, asked_by=desk.anna) == []


# Whatever happens

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("passes"), st.integers(1, 60 * 24 * 4)),
        st.tuples(st.just("runs"), st.just(0)),
        st.tuples(st.just("snoozes"), st.sampled_from(list(Snooze))),
        st.tuples(st.just("finishes"), st.just(0)),
        st.tuples(st.just("reopens"), st.just(0)),
        st.tuples(st.just("moves"), st.integers(1, 60 * 24 * 9)),
    ),
    max_size=25,
)


@given(steps=STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_time_that_is_due_is_told_once_and_nothing_after_done(
    steps: list[tuple[str, object]], new_sqlite_url: Callable[[], str]
) -> None:
    clock = Clock()
    book = Book(new_sqlite_url(), now=clock)
    try:
        desk = _desk(book, clock)
        made = desk.reminds(on=date(2026, 11, 21), at=time(12))
        note = desk.row(made).note_id
        for step, value in steps:
            before, row = len(desk.told()), desk.row(made)
            is_due = row.state is ReminderState.OPEN and row.remind_at <= clock()
            _step(desk, made, note, step, value)
            told = desk.told()
            assert len(set(told)) == len(told), "never twice for the same time"
            expected = 1 if step == "runs" and is_due else 0
            assert len(told) - before == expected, "at the first run after it was due, and never after done"
            if expected:
                assert told[-1] == (desk.bram.id, row.remind_at.isoformat())
                assert desk.row(made).remind_at > clock()
    finally:
        book.close()


def _step(desk: Desk, made: int, note: int, step: str, value: object) -> None:
    now = desk.clock()
    if step == "passes":
        assert isinstance(value, int)
        desk.clock.advance(timedelta(minutes=value))
    elif step == "runs":
        desk.runs()
        desk.runs()
    else:
        with desk.writing() as session:
            if step == "finishes":
                finish_reminder(session, made, by=desk.bram, now=now)
            elif step == "reopens":
                reopen_reminder(session, made, by=desk.bram, now=now)
            elif step == "snoozes" and session.get_one(Reminder, made).state is ReminderState.OPEN:
                snooze_reminder(session, made, by=desk.bram, snooze=Snooze(str(value)), now=now)
            elif step == "moves":
                assert isinstance(value, int)
                due = (now + timedelta(minutes=value)).astimezone(BRUSSELS)
                wanted = Remind(due.date(), due.time().replace(second=0, microsecond=0), (desk.bram.id,))
                facts = NoteFacts(desk.dupont_id, "Call", date(2026, 11, 20), remind=wanted)
                edit_note(session, note, by=desk.anna, version=None, facts=facts, now=now)
