"""Points planned and points discussed, and where a point goes that stays open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planned import DAY, Visits, colleague, hours, make_visits
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.action_facts import facts_of
from store.actions import Action, ActionPoint, Meaning
from store.audit_queries import trail_of
from store.base import BookError
from store.carrying import open_points, open_points_at, settle_points
from store.endings import complete_action, delete_action, restore_action, set_meaning, take_completion_back
from store.engine import Book
from store.planning import edit_action
from store.points import MOST_POINTS


@pytest.fixture
def visits(book: Book) -> Visits:
    return make_visits(book)


def _on(day: int) -> date:
    return DAY + timedelta(days=day)


def _plan(session: Session, visits: Visits, day: int, points: str = "", **more: Any) -> int:
    return visits.plan(session, when=hours(_on(day)), points=points, **more).id


def _complete(session: Session, visits: Visits, action_id: int, discussed: str = "") -> None:
    complete_action(
        session, by=visits.anna, action_id=action_id, version=None, headline="Met", discussed=discussed,
        now=visits.book.now(),
    )  # fmt: skip


def _change(session: Session, visits: Visits, action_id: int, **changes: Any) -> None:
    facts = replace(facts_of(session.get_one(Action, action_id)), **changes)
    edit_action(session, by=visits.anna, action_id=action_id, version=None, facts=facts, now=visits.book.now())


def _standing(session: Session, action_id: int) -> list[str]:
    return [row.text for row in session.get_one(Action, action_id).point_rows]


def test_the_report_has_points_planned_and_points_discussed(visits: Visits) -> None:
    with visits.book.writing() as session:
        visit = _plan(session, visits, 0, "prices\nsamples\n\nprices ")
        _complete(session, visits, visit, "samples\nthe new cellar")
    with visits.book.reading() as session:
        action = session.get_one(Action, visit)
        assert (action.points, action.discussed) == ("prices\nsamples", "samples\nthe new cellar")
        assert [(row.text, row.is_planned, row.is_discussed) for row in action.point_rows] == [
            ("prices", True, False), ("samples", True, True), ("the new cellar", False, True),
        ]  # fmt: skip


def test_points_left_open_go_on_to_the_next_planned_action_with_their_age(visits: Visits) -> None:
    with visits.book.writing() as session:
        first, later, latest = (_plan(session, visits, day) for day in (0, 20, 30))
        _change(session, visits, first, points="prices\nsamples")
        _complete(session, visits, first, "prices")
        assert (_standing(session, later), _standing(session, latest)) == (["samples"], [])
        assert [(one.text, one.since_on) for one in open_points(session, session.get_one(Action, later))] == [
            ("samples", DAY)
        ]
        _complete(session, visits, later)
        (point,) = session.get_one(Action, latest).point_rows
        assert point.carried_from is not None
        assert (point.text, point.carried_from.action_id) == ("samples", first)


def test_without_a_next_action_points_wait_for_the_next_that_is_made(visits: Visits) -> None:
    with visits.book.writing() as session:
        first = _plan(session, visits, 0, "prices")
        _complete(session, visits, first)
        at = hours(_on(5)).starts_at
        waiting = open_points_at(session, visits.dupont.id, at, seen_by=None)
        assert [one.text for one in waiting] == ["prices"]
        earlier = _plan(session, visits, -1)
        assert _standing(session, earlier) == ["prices"], "made later, though for an earlier day"
        _complete(session, visits, earlier, "prices")
        assert open_points_at(session, visits.dupont.id, at, seen_by=None) == []


def test_a_visit_logged_in_one_go_closes_the_points_that_it_discussed(visits: Visits) -> None:
    from store.action_checks import status_meaning

    with visits.book.writing() as session:
        first, planned = _plan(session, visits, 0, "prices\nsamples"), _plan(session, visits, 20)
        _complete(session, visits, first)
        done = status_meaning(session, Meaning.DONE).id
        more = {"status_id": done, "headline": "Ran into Els", "discussed": "prices"}
        logged = _plan(session, visits, 1, **more)
        assert (_standing(session, logged), _standing(session, planned)) == (["prices"], ["samples"])


@pytest.mark.parametrize("end", ["cancel", "delete", "miss"])
def test_cancelling_or_deleting_the_middle_action_neither_loses_nor_doubles_a_point(visits: Visits, end: str) -> None:
    by = {"by": visits.anna, "now": visits.book.now()}
    with visits.book.writing() as session:
        first, middle, last = _plan(session, visits, 0, "prices"), _plan(session, visits, 9), _plan(session, visits, 19)
        _complete(session, visits, first)
        assert (_standing(session, middle), _standing(session, last)) == (["prices"], [])
        if end == "delete":
            delete_action(session, action_id=middle, **by)
        else:
            meaning = Meaning.CANCELLED if end == "cancel" else Meaning.NO_SHOW
            set_meaning(session, action_id=middle, meaning=meaning, **by)
        assert _standing(session, last) == ["prices"]
        if end == "delete":
            restore_action(session, action_id=middle, **by)
        else:
            set_meaning(session, action_id=middle, meaning=Meaning.PLANNED, **by)
        assert (_standing(session, middle), _standing(session, last)) == (["prices"], [])


def test_completing_twice_carries_a_point_once(visits: Visits) -> None:
    with visits.book.writing() as session:
        first, following = _plan(session, visits, 0, "prices"), _plan(session, visits, 9)
        _complete(session, visits, first)
        _complete(session, visits, first)
        assert _standing(session, following) == ["prices"]


def test_taking_a_completion_back_takes_its_points_back(visits: Visits) -> None:
    with visits.book.writing() as session:
        first, following = _plan(session, visits, 0, "prices"), _plan(session, visits, 9)
        _complete(session, visits, first)
        back = take_completion_back(session, by=visits.anna, action_id=first, version=None, now=visits.book.now())
        assert (back.status.meaning, back.headline) == (Meaning.PLANNED, "Met"), "the report is kept for later"
        assert (_standing(session, first), _standing(session, following)) == (["prices"], [])


def test_a_point_of_a_private_action_goes_on_to_nobody_who_did_not_see_it(visits: Visits) -> None:
    with visits.book.writing() as session:
        first = _plan(session, visits, 0, "his illness", is_private=True)
        everybodys = _plan(session, visits, 5)
        with_bram = _plan(session, visits, 6, is_private=True, participants=(colleague(visits.bram),))
        own = _plan(session, visits, 7, is_private=True)
        _complete(session, visits, first)
        assert [_standing(session, one) for one in (everybodys, with_bram, own)] == [[], [], ["his illness"]]
        at = hours(_on(8)).starts_at
        delete_action(session, by=visits.anna, action_id=own, now=visits.book.now())
        for seen_by in (None, frozenset({visits.anna.id, visits.charlie.id})):
            assert open_points_at(session, visits.dupont.id, at, seen_by=seen_by) == []
        _change(session, visits, with_bram, participants=())
        assert _standing(session, with_bram) == ["his illness"]


def test_a_point_that_is_no_longer_planned_where_it_came_from_is_not_carried(visits: Visits) -> None:
    with visits.book.writing() as session:
        first, middle, last = _plan(session, visits, 0, "prises"), _plan(session, visits, 9), _plan(session, visits, 19)
        _complete(session, visits, first)
        _complete(session, visits, middle)
        _change(session, visits, first, points="prices")
        assert (_standing(session, middle), _standing(session, last)) == (["prises"], ["prises", "prices"])


def test_more_points_than_a_report_can_hold_are_refused_at_their_field(visits: Visits) -> None:
    with pytest.raises(BookError) as told, visits.book.writing() as session:
        _plan(session, visits, 0, "\n".join(map(str, range(MOST_POINTS + 1))))
    assert told.value.field == "points"


def test_the_trail_of_an_action_tells_of_its_points(visits: Visits) -> None:
    with visits.book.writing() as session:
        visit = _plan(session, visits, 0, "prices")
        _complete(session, visits, visit, "prices")
        found = trail_of(session, session.get_one(Action, visit), asked_by=visits.anna, limit=20)
        assert [entry.deed for entry in found if entry.kind == "action_point"] == ["changed", "created"]


# Any order of things


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["plan", "complete", "back", "cancel", "again", "delete", "restore", "move", "edit"]),
        st.integers(0, 5),
        st.integers(0, 9),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_sequence_of_changes_loses_or_doubles_a_point(
    new_sqlite_url: Any, clock: Any, steps: list[tuple[str, int, int]]
) -> None:
    book = Book(new_sqlite_url(), now=clock, connections=2)
    visits = make_visits(book)
    made: list[int] = []
    with book.writing() as session:
        for number, (what, which, day) in enumerate([("plan", 0, 0), *steps, ("plan", 0, 9)]):
            if what == "plan":
                made.append(_plan(session, visits, day, f"{number}a\n{number}b"))
            else:
                _do(session, visits, made[which % len(made)], what, day)
            _require_sound(session)
    book.close()


def _do(session: Session, visits: Visits, action_id: int, what: str, day: int) -> None:
    by = {"by": visits.anna, "action_id": action_id, "now": visits.book.now()}
    action = session.get_one(Action, action_id)
    if what == "restore":
        restore_action(session, **by)
    if action.deleted_at is not None:
        return
    if what == "complete":
        texts = [row.text for row in action.point_rows]
        _complete(session, visits, action_id, "\n".join(texts[: day % 3]))
    elif what == "back":
        take_completion_back(session, version=None, **by)
    elif what == "delete":
        delete_action(session, **by)
    elif what in ("cancel", "again"):
        set_meaning(session, meaning=Meaning.CANCELLED if what == "cancel" else Meaning.PLANNED, **by)
    elif what == "move":
        _change(session, visits, action_id, when=hours(_on(day)))
    elif what == "edit":
        _change(session, visits, action_id, points=f"{action.points}\nextra{action_id}{day}")


def _require_sound(session: Session) -> None:
    """Each point stands where it was planned, or in one planned action, or was discussed, or waits for one."""
    session.expire_all()
    before = {(row.id, row.action_id) for row in session.scalars(select(ActionPoint))}
    for action in session.scalars(select(Action)).unique():
        settle_points(session, action.relation_id)
    session.expire_all()
    rows = session.scalars(select(ActionPoint).where(ActionPoint.is_planned)).all()
    assert {(row.id, row.action_id) for row in session.scalars(select(ActionPoint))} == before, "settling again"
    threads: dict[int, list[ActionPoint]] = {}
    for row in rows:
        threads.setdefault(row.carried_from_id or row.id, []).append(row)
    planned = [one for one in session.scalars(select(Action)).unique() if not one.is_over and one.deleted_at is None]
    for thread in threads.values():
        live = [row for row in thread if row.action.deleted_at is None]
        over = [row for row in live if row.action.is_over]
        standing = [row for row in live if not row.action.is_over]
        assert len(standing) <= 1, "it stands in two planned actions"
        if any(row.is_discussed for row in over):
            assert not any(row.carried_from_id for row in standing), "it was discussed and is still carried"
        elif not standing and over:
            last = max(over, key=lambda row: (row.action.sort_at, row.action_id)).action
            takers = [one for one in planned if one.sort_at > last.sort_at or one.id > last.id]
            assert takers == [], "it was lost although an action could take it"
