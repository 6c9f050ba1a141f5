"""Status and priority of a relation as dated facts: their order, what causes and withdraws them, who sees them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from dupont import START, new_collaborator, new_relation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planned import ZONE, Visits, make_visits
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.action_facts import facts_of
from store.actions import Action, Meaning, When
from store.audit import entries_of
from store.base import BookError, NotFound
from store.collaborators import Collaborator, Scope
from store.domain import line_with_key
from store.endings import delete_action, restore_action, set_meaning
from store.engine import Book
from store.lists.merging import merge_lines, undo_merge
from store.lists.registry import list_of
from store.merging import merge_relations
from store.merging import undo_merge as part_relations
from store.planning import edit_action
from store.relation_facts import (
    FIRST,
    RelationFact,
    SameDay,
    What,
    as_of,
    conversions,
    fact_of_action,
    give_back_fact,
    held_since,
    history_of,
    note_by_hand,
    note_of_action,
    relations_with,
    value_on,
    withdraw_fact,
)
from store.relations import Relation
from store.starter import seed_domain_data
from store.statuses import RelationPriority, RelationStatus, Standing

MARCH = date(2026, 3, 10)


@dataclass
class File:
    """The file of Dupont, with Anna, Bram and Charlie of the office; Emma runs it."""

    visits: Visits
    emma: Collaborator
    ids: dict[str, int]

    @property
    def book(self) -> Book:
        return self.visits.book

    @property
    def anna(self) -> Collaborator:
        return self.visits.anna

    def by_hand(self, key: str, on: date, relation_id: int | None = None, **more: Any) -> int:
        with self.book.writing() as session:
            return self.notes(session, key, on, relation_id, **more)

    def notes(self, session: Session, key: str, on: date, relation_id: int | None = None, **more: Any) -> int:
        told: dict[str, Any] = {"by": self.anna, "now": START, **more}
        relation_id = relation_id or self.visits.dupont.id
        return note_by_hand(session, relation_id, What.STATUS, self.ids[key], on=on, **told).id

    def visit(self, on: date, at: time | None = None, **changes: Any) -> int:
        """The id of a visit of that day, done."""
        when = When.day(on, zone=ZONE) if at is None else When.hours(on, at, None, zone=ZONE, lasts=timedelta(hours=1))
        with self.book.writing() as session:
            action = self.visits.plan(session, when=when, **changes)
            set_meaning(session, by=self.anna, action_id=action.id, meaning=Meaning.DONE, now=START)
            return action.id

    def by_visit(self, action_id: int, key: str | None, **more: Any) -> None:
        value = self.ids[key] if key else None
        with self.book.writing() as session:
            note_of_action(session, action_id, What.STATUS, value, by=self.anna, now=START, **more)

    def history(self, relation_id: int | None = None, asked_by: Collaborator | None = None) -> list[tuple[date, str]]:
        with self.book.reading() as session:
            found = history_of(
                session, relation_id or self.visits.dupont.id, What.STATUS, asked_by=asked_by or self.anna
            )
            return [(one.fact.effective_on, one.to.key) for one in found]

    def now(self, relation_id: int | None = None) -> str | None:
        """The key of the status that the relation itself carries."""
        with self.book.reading() as session:
            status_id = session.get_one(Relation, relation_id or self.visits.dupont.id).status_id
            return session.get_one(RelationStatus, status_id).key if status_id else None

    def ends(self, action_id: int, how: Any) -> None:
        with self.book.writing() as session:
            if isinstance(how, Meaning):
                set_meaning(session, by=self.anna, action_id=action_id, meaning=how, now=START)
            else:
                how(session, by=self.anna, action_id=action_id, now=START)


@pytest.fixture
def file(book: Book) -> File:
    visits = make_visits(book)
    with book.writing() as session:
        seed_domain_data(session, START)
        emma, _mailbox = new_collaborator(session, "Emma", is_admin=True)
        ids = {row.key: row.id for kind in (RelationStatus, RelationPriority) for row in session.scalars(select(kind))}
    return File(visits, emma, ids)


def test_a_status_noted_by_hand_is_what_the_relation_has_from_that_day_on(file: File) -> None:
    file.by_hand("prospect", MARCH)
    file.by_hand("client", date(2026, 6, 1))
    assert file.history() == [(MARCH, "prospect"), (date(2026, 6, 1), "client")]
    assert file.now() == "client"
    with file.book.reading() as session:
        keys = [_on(session, file, day) for day in (date(2026, 3, 9), MARCH, date(2026, 5, 31), date(2026, 6, 1))]
    assert keys == [None, "prospect", "prospect", "client"]


def _on(session: Session, file: File, day: date) -> str | None:
    found = value_on(session, file.visits.dupont.id, What.STATUS, day, asked_by=file.anna)
    return found.key if found else None


def test_priority_has_a_history_of_its_own(file: File) -> None:
    file.by_hand("prospect", MARCH)
    with file.book.writing() as session:
        dupont = file.visits.dupont.id
        note_by_hand(session, dupont, What.PRIORITY, file.ids["a"], on=MARCH, by=file.anna, now=START)
        found = history_of(session, dupont, What.PRIORITY, asked_by=file.anna)
        assert [(one.to.key, one.before) for one in found] == [("a", None)]
        relation = session.get_one(Relation, dupont)
        assert (relation.status_id, relation.priority_id) == (file.ids["prospect"], file.ids["a"])


def test_a_fact_of_a_done_action_names_it_as_its_cause(file: File) -> None:
    file.by_hand("prospect", MARCH)
    visit = file.visit(date(2026, 5, 4))
    file.by_visit(visit, "client")
    with file.book.reading() as session:
        last = history_of(session, file.visits.dupont.id, What.STATUS, asked_by=file.anna)[-1]
        assert last.action is not None
        assert (last.action.id, last.fact.effective_on, last.before.key) == (visit, date(2026, 5, 4), "prospect")  # type: ignore[union-attr]


def test_a_back_dated_fact_slots_in_and_the_later_one_still_holds(file: File) -> None:
    file.by_hand("client", date(2026, 6, 1))
    file.by_visit(file.visit(MARCH), "prospect")
    assert file.history() == [(MARCH, "prospect"), (date(2026, 6, 1), "client")]
    assert file.now() == "client"


def test_a_day_to_come_is_refused(file: File) -> None:
    with pytest.raises(BookError) as refused:
        file.by_hand("client", START.date() + timedelta(days=1))
    assert refused.value.field == "on"


@pytest.mark.parametrize(
    ("zone", "hour_utc", "days_later"), [("Europe/Brussels", time(23, 30), 1), ("America/Toronto", time(3), -1)]
)
def test_which_days_are_still_to_come_goes_by_the_clock_of_whoever_notes(
    file: File, zone: str, hour_utc: time, days_later: int
) -> None:
    file.anna.zone = zone
    now = datetime.combine(START.date(), hour_utc, UTC)
    today = START.date() + timedelta(days=days_later)
    with pytest.raises(BookError, match="still to come"):
        file.by_hand("client", today + timedelta(days=1), now=now)
    file.by_hand("client", today, now=now)
    assert file.history() == [(today, "client")]


def test_an_action_done_ahead_of_its_day_counts_from_the_day_it_was_done(file: File) -> None:
    file.by_visit(file.visit(START.date() + timedelta(days=5)), "client")
    assert file.history() == [(START.date(), "client")]


def test_two_facts_of_one_day_ask_which_came_last(file: File) -> None:
    first = file.by_hand("prospect", MARCH)
    visit = file.visit(MARCH)
    with pytest.raises(SameDay) as asked:
        file.by_visit(visit, "client")
    assert (asked.value.field, asked.value.others) == ("status_order", (first,))
    file.by_visit(visit, "client", after_id=first)
    assert file.now() == "client"
    file.by_visit(visit, "client", after_id=FIRST)
    assert file.history() == [(MARCH, "client"), (MARCH, "prospect")]
    assert file.now() == "prospect"


def test_a_third_fact_of_a_day_can_come_between_the_two(file: File) -> None:
    first = file.by_hand("prospect", MARCH)
    file.by_hand("former_client", MARCH, after_id=first)
    file.by_hand("client", MARCH, after_id=first)
    assert [key for _day, key in file.history()] == ["prospect", "client", "former_client"]
    with pytest.raises(NotFound):
        file.by_hand("client", MARCH, after_id=9999)


def test_facts_of_one_day_are_ordered_by_the_hours_of_their_visits_without_asking(file: File) -> None:
    late, early = file.visit(MARCH, time(16)), file.visit(MARCH, time(9))
    file.by_visit(late, "client")
    file.by_visit(early, "prospect")
    assert [key for _day, key in file.history()] == ["prospect", "client"]


def test_the_same_status_twice_on_one_day_asks_nothing(file: File) -> None:
    file.by_hand("prospect", MARCH)
    file.by_visit(file.visit(MARCH), "prospect")
    assert file.now() == "prospect"


@pytest.mark.parametrize(
    ("undo", "redo"),
    [
        (delete_action, restore_action),
        (Meaning.CANCELLED, Meaning.DONE),
        (Meaning.PLANNED, Meaning.DONE),
        (Meaning.NO_SHOW, Meaning.DONE),
    ],
)
def test_undoing_an_action_withdraws_its_fact_and_redoing_gives_it_back(file: File, undo: Any, redo: Any) -> None:
    file.by_hand("prospect", MARCH)
    visit = file.visit(date(2026, 5, 4))
    file.by_visit(visit, "client")
    file.ends(visit, undo)
    assert (file.now(), file.history()) == ("prospect", [(MARCH, "prospect")])
    file.ends(visit, redo)
    assert (file.now(), len(file.history())) == ("client", 2)


def test_a_withdrawn_fact_stays_in_the_trail(file: File) -> None:
    visit = file.visit(MARCH)
    file.by_visit(visit, "client")
    file.ends(visit, delete_action)
    with file.book.reading() as session:
        fact = fact_of_action(session, visit, What.STATUS)
        assert fact is not None
        withdrawn, created = entries_of(session, fact)
        assert (created.deed, created.after["status_id"]) == ("created", file.ids["client"])
        assert withdrawn.after["withdrawn_at"] is not None


def test_a_status_given_to_a_planned_action_holds_once_it_is_done(file: File) -> None:
    with file.book.writing() as session:
        visit = file.visits.plan(session, when=When.day(MARCH, zone=ZONE)).id
    file.by_visit(visit, "client")
    assert file.now() is None
    file.ends(visit, Meaning.DONE)
    assert file.now() == "client"


def test_a_fact_moves_with_its_action_to_another_day_and_relation(file: File) -> None:
    visit = file.visit(MARCH)
    file.by_visit(visit, "client")
    with file.book.writing() as session:
        other = new_relation(session, "Verhulst").id
    with file.book.writing() as session:
        action = session.get_one(Action, visit)
        facts = replace(
            facts_of(action),
            relation_id=other,
            contact_id=None,
            headline="Met",
            when=When.day(date(2026, 4, 1), zone=ZONE),
        )
        edit_action(session, by=file.anna, action_id=visit, version=None, facts=facts, now=START)
    assert (file.now(), file.history()) == (None, [])
    assert (file.now(other), file.history(other)) == ("client", [(date(2026, 4, 1), "client")])


def test_a_status_taken_off_an_action_leaves_no_fact(file: File) -> None:
    visit = file.visit(MARCH)
    file.by_visit(visit, "client")
    file.by_visit(visit, None)
    assert (file.now(), file.history()) == (None, [])


def test_a_fact_set_by_hand_is_withdrawn_and_given_back_and_one_of_an_action_is_not(file: File) -> None:
    fact = file.by_hand("client", MARCH)
    with file.book.writing() as session:
        withdraw_fact(session, fact, by=file.anna, now=START)
    assert file.now() is None
    with file.book.writing() as session:
        give_back_fact(session, fact, by=file.anna)
    assert file.now() == "client"
    visit = file.visit(date(2026, 4, 1))
    file.by_visit(visit, "prospect")
    with file.book.writing() as session:
        caused = fact_of_action(session, visit, What.STATUS)
        assert caused is not None
        with pytest.raises(BookError):
            withdraw_fact(session, caused.id, by=file.anna, now=START)


def test_noting_a_fact_is_no_new_version_of_the_relation(file: File) -> None:
    with file.book.reading() as session:
        before = session.get_one(Relation, file.visits.dupont.id).version
    file.by_hand("client", MARCH)
    with file.book.reading() as session:
        assert session.get_one(Relation, file.visits.dupont.id).version == before


def test_relations_are_listed_as_of_any_day(file: File) -> None:
    with file.book.writing() as session:
        other = new_relation(session, "Verhulst").id
        new_relation(session, "Never told")
    file.by_hand("prospect", MARCH)
    file.by_hand("client", date(2026, 6, 1))
    file.by_hand("client", date(2026, 2, 1), other)

    def clients(on: date) -> list[str]:
        with file.book.reading() as session:
            query = select(Relation.name).where(as_of(Relation.id, What.STATUS, on) == file.ids["client"])
            return sorted(session.scalars(query))

    assert clients(date(2026, 1, 31)) == []
    assert clients(MARCH) == ["Verhulst"]
    assert clients(date(2026, 6, 1)) == ["Dupont", "Verhulst"]


def test_charlie_who_sees_his_own_files_only_sees_and_notes_nothing_here(file: File) -> None:
    file.by_hand("prospect", MARCH)
    with file.book.writing() as session:
        session.get_one(Collaborator, file.visits.charlie.id).scope = Scope.OWN
    with file.book.writing() as session:
        charlie, dupont = session.get_one(Collaborator, file.visits.charlie.id), file.visits.dupont.id
        assert history_of(session, dupont, What.STATUS, asked_by=charlie) == []
        assert value_on(session, dupont, What.STATUS, MARCH, asked_by=charlie) is None
        assert conversions(session, first_on=MARCH, last_on=START.date(), asked_by=charlie).won == []
        with pytest.raises(NotFound):
            note_by_hand(session, dupont, What.STATUS, file.ids["client"], on=MARCH, by=charlie, now=START)
        with pytest.raises(NotFound):
            fact = session.scalars(select(RelationFact)).one()
            withdraw_fact(session, fact.id, by=charlie, now=START)


def test_charlie_is_told_the_status_but_not_the_private_visit_that_caused_it(file: File) -> None:
    visit = file.visit(MARCH, is_private=True)
    file.by_visit(visit, "client")
    with file.book.writing() as session:
        (change,) = history_of(session, file.visits.dupont.id, What.STATUS, asked_by=file.visits.charlie)
        assert (change.to.key, change.action) == ("client", None)
        with pytest.raises(NotFound):
            note_of_action(session, visit, What.STATUS, None, by=file.visits.charlie, now=START)


def test_merging_two_statuses_keeps_the_history_and_undoing_gives_it_back(file: File) -> None:
    with file.book.writing() as session:
        labels = {f"label_{language}": "Customer" for language in ("en", "fr", "nl")}
        customer = RelationStatus(key="customer", meaning=Standing.CLIENT, position=9, **labels)
        session.add(customer)
        session.flush()
        file.ids["customer"] = customer.id
    file.by_hand("prospect", MARCH)
    file.by_hand("customer", date(2026, 6, 1))
    statuses, (source, target) = list_of(RelationStatus), (file.ids["customer"], file.ids["client"])
    with file.book.writing() as session:
        merge_lines(session, statuses, source, target, by=file.emma, now=START)
    assert (file.now(), file.history()) == ("client", [(MARCH, "prospect"), (date(2026, 6, 1), "client")])
    file.by_hand("client", date(2026, 7, 1))
    with file.book.writing() as session:
        undo_merge(session, statuses, source, by=file.emma, now=START)
    assert [key for _day, key in file.history()] == ["prospect", "customer", "client"]
    assert file.now() == "client"


def test_statuses_that_count_differently_are_not_merged(file: File) -> None:
    with pytest.raises(BookError), file.book.writing() as session:
        source, target = file.ids["prospect"], file.ids["client"]
        merge_lines(session, list_of(RelationStatus), source, target, by=file.emma, now=START)


def test_merging_two_relations_joins_their_histories_and_undoing_parts_them(file: File) -> None:
    with file.book.writing() as session:
        twin = new_relation(session, "Brasserie Dupont").id
    dupont = file.visits.dupont.id
    file.by_hand("prospect", MARCH)
    file.by_hand("client", date(2026, 6, 1), twin)
    with file.book.writing() as session:
        merged = merge_relations(session, dupont, twin, by=file.emma, now=START)
        merge_id = merged.merge.id or _flushed(session, merged.merge)
    assert (file.now(), file.history()) == ("client", [(MARCH, "prospect"), (date(2026, 6, 1), "client")])
    with file.book.writing() as session:
        part_relations(session, merge_id, by=file.emma, now=START)
    assert (file.now(), file.history()) == ("prospect", [(MARCH, "prospect")])
    assert (file.now(twin), file.history(twin)) == ("client", [(date(2026, 6, 1), "client")])


def _flushed(session: Session, row: Any) -> int:
    session.flush()
    return int(row.id)


def test_conversions_are_counted_first_each_time_and_net_with_day_cause_and_rep(file: File) -> None:
    file.by_hand("prospect", MARCH)
    visit = file.visit(date(2026, 4, 1))
    file.by_visit(visit, "client")
    file.by_hand("former_client", date(2026, 6, 1))
    file.by_hand("client", date(2026, 8, 1))
    with file.book.writing() as session:
        born_client = new_relation(session, "Always a client").id
        lost = new_relation(session, "Lost").id
    file.by_hand("client", MARCH, born_client)
    file.by_hand("client", date(2025, 1, 1), lost)
    file.by_hand("former_client", date(2026, 9, 1), lost)
    with file.book.reading() as session:
        found = conversions(session, first_on=date(2026, 1, 1), last_on=date(2026, 12, 31), asked_by=file.anna)
        since = held_since(session, found.won)
        causes = [one.cause.action_id if one.cause else None for one in found.won]
        befores = [(one.on, one.before.key, since[one.fact_id]) for one in found.won]
        won = [(*told, cause) for told, cause in zip(befores, causes, strict=True)]
        assert won == [
            (date(2026, 4, 1), "prospect", MARCH, visit),
            (date(2026, 8, 1), "former_client", date(2026, 6, 1), None),
        ]
        assert [one.collaborator_id for one in found.won] == [file.anna.id, file.anna.id]
        assert [one.on for one in found.first] == [date(2026, 4, 1)]
        assert [(one.relation_id, one.on) for one in found.lost] == [
            (file.visits.dupont.id, date(2026, 6, 1)),
            (lost, date(2026, 9, 1)),
        ]
        assert found.net == 0
        august = conversions(session, first_on=date(2026, 8, 1), last_on=date(2026, 8, 31), asked_by=file.anna)
        assert (len(august.won), len(august.first), august.net) == (1, 0, 1)


_VISITS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(8, 17), st.sampled_from(["prospect", "client", "former_client"])),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one[:2],
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(visits=_VISITS, data=st.data())
def test_any_order_of_entering_the_same_visits_gives_the_same_history(
    file: File, visits: list[tuple[int, int, str]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(visits))
    with file.book.writing() as session:
        relation = new_relation(session, "Any").id
    for day, hour, key in order:
        file.by_visit(file.visit(MARCH + timedelta(days=day), time(hour), relation_id=relation), key)
    expected = [(MARCH + timedelta(days=day), key) for day, _hour, key in sorted(visits)]
    assert file.history(relation) == expected
    assert file.now(relation) == expected[-1][1]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    keys=st.lists(st.sampled_from(["prospect", "client", "former_client"]), min_size=1, max_size=6),
    data=st.data(),
)
def test_any_changes_taken_back_leave_what_held_before(file: File, keys: list[str], data: st.DataObject) -> None:
    with file.book.writing() as session:
        relation = new_relation(session, "Any").id
    visits = [file.visit(MARCH + timedelta(days=day), relation_id=relation) for day in range(len(keys))]
    for visit, key in zip(visits, keys, strict=True):
        file.by_visit(visit, key)
    before = file.history(relation)
    undone = data.draw(st.lists(st.sampled_from(visits), unique=True))
    for visit in undone:
        file.ends(visit, delete_action)
    kept = [one for one, visit in zip(before, visits, strict=True) if visit not in undone]
    assert file.history(relation) == kept
    assert file.now(relation) == (kept[-1][1] if kept else None)
    for visit in data.draw(st.permutations(undone)):
        file.ends(visit, restore_action)
    assert file.history(relation) == before
    assert all(one <= other for one, other in pairwise(day for day, _key in before))


def test_every_status_a_new_office_starts_with_says_what_it_counts_as(file: File) -> None:
    with file.book.reading() as session:
        found = {row.key: row.meaning for row in session.scalars(select(RelationStatus))}
        assert found == {
            "prospect": Standing.PROSPECT,
            "client": Standing.CLIENT,
            "former_client": Standing.FORMER,
        }
        assert line_with_key(session, RelationStatus, "client").meaning is Standing.CLIENT


def test_two_who_note_at_once_leave_the_relation_with_the_later_fact(file: File) -> None:
    days = [MARCH + timedelta(days=number) for number in range(6)]
    keys = ["prospect", "client"] * 3
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda pair: file.by_hand(*pair), zip(keys, days, strict=True)))
    assert file.history() == list(zip(days, keys, strict=True))
    assert file.now() == "client"


def test_a_list_by_status_and_priority_is_the_same_as_of_today_and_as_it_is(file: File) -> None:
    with file.book.writing() as session:
        ids = [new_relation(session, f"Relation {number}").id for number in range(4)]
    for relation_id, keys in zip(
        ids, (["client"], ["prospect", "client"], ["client", "former_client"], []), strict=True
    ):
        for number, key in enumerate(keys):
            file.by_hand(key, MARCH + timedelta(days=number), relation_id)
    with file.book.writing() as session:
        note_by_hand(session, ids[1], What.PRIORITY, file.ids["a"], on=MARCH, by=file.anna, now=START)

    def listed(**wanted: Any) -> list[int]:
        with file.book.reading() as session:
            return [one.id for one in relations_with(session, asked_by=file.anna, limit=10, **wanted)]

    client, today = file.ids["client"], START.date()
    assert listed(status_id=client) == listed(status_id=client, on=today) == ids[:2]
    assert listed(status_id=client, on=MARCH) == [ids[0], ids[2]]
    assert listed(status_id=client, priority_id=file.ids["a"]) == [ids[1]]
    assert listed(status_id=client, priority_id=file.ids["a"], on=today) == [ids[1]]
    assert listed(status_id=client, offset=1) == [ids[1]]
