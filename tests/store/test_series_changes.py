"""Whatever is done to a series: the agenda holds each of its times once, and so does the calendar of its guest."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from clock import Clock
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from planned import DAY, ZONE, Visits, guest, make_visits
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.action_facts import facts_of
from store.actions import Action, Meaning
from store.agenda import agenda_of
from store.endings import complete_action, delete_action, set_meaning
from store.engine import Book
from store.invitations import Invitation, InvitationMail, Method
from store.inviting import invite
from store.planning import edit_action
from store.recurring import change_all, change_following, occurrence_on, whole_of
from store.series import Every, Recurrence, moved

TIMES = 6
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["done", "own", "later", "cancelled", "gone", "following", "all"]),
        st.integers(0, TIMES - 1),
        st.integers(0, 1),
    ),
    max_size=6,
)


@dataclass
class Time:
    """What one time of the series should be: `on` is its date by the rule, `alone_on` the one it was moved to alone.

    `part` has the first number of those that were parted from the others by a change of "this and the following".
    """

    on: date
    part: int = 0
    subject: str = "Visit"
    alone_on: date | None = None
    is_own: bool = False
    over: str = ""

    @property
    def shown_on(self) -> date:
        return self.alone_on or self.on


@dataclass
class Calendar:
    """A guest's: what the mails tell of each series, and of single times of it."""

    series: dict[str, dict[str, Any]] = field(default_factory=dict)
    alone: dict[tuple[str, date], dict[str, Any] | None] = field(default_factory=dict)

    def receive(self, uid: str, mail: InvitationMail) -> None:
        occurrence = mail.content["occurrence"]
        if occurrence is None:
            self.series[uid] = mail.content
        else:
            assert uid in self.series, "of a time of a series nobody hears before the series"
            on = datetime.fromisoformat(occurrence).date()
            self.alone[uid, on] = None if mail.method is Method.CANCEL else mail.content

    def shows(self) -> dict[tuple[str, date], tuple[date, str]]:
        found: dict[tuple[str, date], tuple[date, str]] = {}
        for uid, told in self.series.items():
            skipped = {datetime.fromisoformat(one).date() for one in told["skipped"]}
            begins = datetime.fromisoformat(f"{told['starts_on']}T{told['starts_time']}")
            rule = told["rule"].partition("UNTIL=")
            last = datetime.strptime(rule[2], "%Y%m%dT%H%M%SZ").date() if rule[2] else date.max
            dates = [one.date() for one in rrulestr(rule[0].rstrip(";"), dtstart=begins)[:TIMES]]
            for on in (one for one in dates if one <= last and one not in skipped):
                if (content := self.alone.get((uid, on), told)) is not None:
                    starts_on = date.fromisoformat(content["starts_on"]) if content is not told else on
                    found[uid, on] = (starts_on, content["subject"])
        return found


@pytest.fixture
def visits(new_sqlite_url: Callable[[], str], clock: Clock) -> Iterator[Visits]:
    book = Book(new_sqlite_url(), now=clock, connections=2)
    yield make_visits(book)
    book.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
@example([("later", 3, 0), ("gone", 4, 0), ("done", 5, 0), ("following", 2, 1)])
@example([("own", 4, 0), ("all", 4, 0), ("cancelled", 4, 0)])
@example([("own", 2, 0), ("cancelled", 3, 0), ("all", 1, 1), ("following", 2, 0)])
def test_no_sequence_of_changes_loses_or_doubles_an_occurrence(
    visits: Visits, steps: list[tuple[str, int, int]]
) -> None:
    book, calendar, names = visits.book, Calendar(), (f"Tasting {number}" for number in itertools.count())
    times = [Time(DAY + timedelta(weeks=number)) for number in range(TIMES)]
    with book.writing() as session:
        for earlier in session.scalars(select(Action).where(Action.deleted_at.is_(None))).unique():
            earlier.deleted_at = book.now()
        read = session.scalar(select(func.max(InvitationMail.id))) or 0
        rule = Recurrence(Every.WEEK, count=TIMES)
        whole = visits.plan(session, recurrence=rule, participants=(guest(visits.els),))
        invite(session, whole, now=book.now())
    for what, position, days in [*steps, ("own", 0, 0)]:
        with book.writing() as session:
            if not times[position].over:
                told = _do(session, visits, what, times[position], days, next(names))
                _expect(times, what, position, days, told[-1].subject)
                for action in told:
                    invite(session, action, now=book.now())
        with book.reading() as session:
            query = select(InvitationMail, Action.uid).join(Invitation, Invitation.id == InvitationMail.invitation_id)
            query = query.join(Action, Action.id == Invitation.action_id).where(InvitationMail.id > read)
            for mail, uid in session.execute(query.order_by(InvitationMail.id)):
                calendar.receive(uid, mail)
                read = mail.id
            _check(session, visits, times, calendar)


def _do(session: Session, visits: Visits, what: str, one: Time, days: int, subject: str) -> tuple[Action, ...]:
    """Returns the actions whose guests are told; the last has the subject of what changed."""
    found = agenda_of(session, visits.anna.id, one.shown_on, one.shown_on, zone=ZONE, asked_by=visits.anna)
    entry = next(entry for entry in found if entry.action and one.on in (entry.on, entry.action.recurs_on))
    row = entry.action
    assert row is not None
    by: dict[str, Any] = {"by": visits.anna, "now": visits.book.now()}
    if entry.on:
        row = occurrence_on(session, row.id, entry.on, **by)
    if what == "done":
        complete_action(session, action_id=row.id, version=None, headline="Met", **by)
    elif what == "cancelled":
        set_meaning(session, action_id=row.id, meaning=Meaning.CANCELLED, **by)
    elif what == "gone":
        delete_action(session, action_id=row.id, **by)
    elif what in ("own", "later"):
        when = moved(row.when, one.shown_on + timedelta(days=1)) if what == "later" else row.when
        facts = replace(facts_of(row), subject=subject if what == "own" else row.subject, when=when)
        edit_action(session, action_id=row.id, version=None, facts=facts, **by)
    else:
        whole = whole_of(session, row)
        assert whole is not None
        when = moved(row.when, one.shown_on + timedelta(days=days))
        facts = replace(facts_of(row), subject=subject, when=when, recurrence=facts_of(whole).recurrence)
        change = change_all if what == "all" else change_following
        changed = change(session, action_id=row.id, version=None, facts=facts, **by)
        return (*changed.concerned, changed.action)
    return (row,)


def _expect(times: list[Time], what: str, position: int, days: int, subject: str) -> None:
    one = times[position]
    if what in ("done", "cancelled", "gone"):
        one.over = what
    elif what == "own":
        one.subject, one.is_own = subject, True
    elif what == "later":
        one.alone_on = one.shown_on + timedelta(days=1)
    else:
        shift = one.shown_on + timedelta(days=days) - one.on
        one.alone_on, one.is_own = None, False
        part = one.part
        for other in (it for it in times[part if what == "all" else position :] if it.part == part):
            other.part = part if what == "all" else position
            if other.over and other.alone_on is None:
                other.alone_on = other.on
            other.on += shift
            if not other.over and not other.is_own:
                other.subject = subject
    for other in times:
        if other.alone_on == other.on:
            other.alone_on = None


def _check(session: Session, visits: Visits, times: list[Time], calendar: Calendar) -> None:
    last = DAY + timedelta(weeks=TIMES * 3)
    found = agenda_of(session, visits.anna.id, DAY, last, zone=ZONE, asked_by=visits.anna)
    stands = [(entry.when.starts_on, entry.action.subject) for entry in found if entry.action]
    in_agenda = [one for one in times if one.over not in ("gone", "cancelled")]
    assert sorted(stands) == sorted((one.shown_on, one.subject) for one in in_agenda)
    done = {(one.action.uid, one.action.recurs_on) for one in found if one.action and one.action.headline}
    told = [shown for key, shown in calendar.shows().items() if key not in done]
    assert sorted(told) == sorted((one.shown_on, one.subject) for one in times if not one.over)
