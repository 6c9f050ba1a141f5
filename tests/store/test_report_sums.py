"""What reports find in their indexes, against adding up every action and fact that the asker may see, one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dupont import START, new_relation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planned import ZONE, Visits, make_visits
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action, ActionStatus, Meaning, Participant, When
from store.collaborators import Collaborator, Scope
from store.domain import line_with_key
from store.engine import Book
from store.expenses import Expense, ExpenseFacts, book_expense
from store.relation_facts import RelationFact, conversions, held_since
from store.relations import Relation
from store.reports import CostGroup, Period, activity, costs, neglected
from store.starter import seed_domain_data
from store.statuses import ActionPriority, RelationStatus, Standing

DAYS = Period(date(2026, 3, 10), date(2026, 3, 12))
NOW = datetime(2026, 4, 1, 12, tzinfo=ZoneInfo(ZONE))
PEOPLE = ("Anna", "Bram", "Charlie")
_SETTINGS = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
_WHO = st.sampled_from(PEOPLE)
_ACTIONS = st.lists(
    st.fixed_dictionaries({
        "owner": _WHO, "creator": _WHO, "follower": st.none() | _WHO, "guest": st.none() | _WHO,
        "is_private": st.booleans(), "is_deleted": st.sampled_from([False, False, True]), "place": st.integers(0, 1),
        "meaning": st.sampled_from([Meaning.DONE] * 5 + list(Meaning)), "on": st.sampled_from([0, 0, 1, 2, 2, -1, 3]),
        "spent": st.lists(st.tuples(st.integers(1, 999), st.sampled_from(["EUR", "CAD", "GBP"]), st.booleans()),
                          max_size=2),
    }),
    min_size=8, max_size=16,
)  # fmt: skip


@pytest.fixture
def office(book: Book) -> Visits:
    visits = make_visits(book)
    with book.writing() as session:
        seed_domain_data(session, START)
    return visits


def _tried(book: Book, try_it: Callable[[Session], None]) -> None:
    """In a transaction that leaves nothing behind: the next example begins anew."""
    with book.writers() as session, session.begin() as transaction:
        try_it(session)
        transaction.rollback()


@_SETTINGS
@given(actions=_ACTIONS, who=_WHO, scope=st.sampled_from(Scope), about=st.none() | _WHO, is_before_others=st.booleans())
def test_activity_costs_and_neglect_are_what_each_action_seen_adds_up_to(
    office: Visits, actions: list[dict[str, Any]], who: str, scope: Scope, about: str | None, is_before_others: bool
) -> None:
    def try_it(session: Session) -> None:
        people = {row.name: row for row in session.scalars(select(Collaborator))}
        people[who].scope = scope
        places = [new_relation(session, f"Place {number}").id for number in range(3)]
        for told in actions:
            _plan(session, office, people, places, told)
        session.flush()
        asked_by = access.before_others(people[who]) if is_before_others else people[who]
        about_id = people[about].id if about else None
        seen = _seen(session, asked_by)
        of_days = [one for one in seen if DAYS.first_on <= one.starts_on <= DAYS.last_on]
        meant = [one for one in of_days if about_id in (None, one.owner_id)]
        found = activity(session, DAYS, asked_by=asked_by, collaborator_id=about_id)
        assert {line.representative: line for line in found}.keys() == {one.owner.name for one in meant}
        for line in found:
            own = [one for one in meant if one.owner.name == line.representative]
            counts = Counter(one.status.meaning for one in own)
            assert (line.planned, line.done, line.no_show, line.cancelled) == tuple(
                counts[one] for one in (Meaning.PLANNED, Meaning.DONE, Meaning.NO_SHOW, Meaning.CANCELLED)
            )
            assert line.relations == len({one.relation_id for one in own if one.status.meaning is Meaning.DONE})
        _check_costs(session, meant, asked_by, about_id)
        _check_neglect(session, seen, asked_by)

    _tried(office.book, try_it)


def test_of_relations_that_cost_as_much_the_first_by_name_stands_first(office: Visits) -> None:
    spent = {"Zulu": [(10, "EUR"), (20, "EUR")], "Yves": [(30, "EUR"), (900, "CAD")], "Xavier": [(29, "EUR")]}
    told = {
        "owner": "Anna", "creator": "Anna", "follower": None, "guest": None, "is_private": False, "is_deleted": False,
        "meaning": Meaning.DONE, "on": 0,
    }  # fmt: skip

    def try_it(session: Session) -> None:
        people = {row.name: row for row in session.scalars(select(Collaborator))}
        places = [new_relation(session, name).id for name in spent]
        for place, lines in enumerate(spent.values()):
            _plan(session, office, people, places, {**told, "place": place, "spent": [(*one, False) for one in lines]})
        found = costs(session, DAYS, asked_by=people["Anna"], group=CostGroup.RELATION, limit=1)
        (line,) = found.lines
        assert (line.name, line.currency, line.number, line.amount) == ("Yves", "EUR", 1, Decimal("0.30"))
        assert (found.number, found.sums) == (4, {"EUR": Decimal("0.89"), "CAD": Decimal(9)})

    _tried(office.book, try_it)


def _plan(
    session: Session, office: Visits, people: dict[str, Collaborator], places: list[int], told: dict[str, Any]
) -> None:
    when = When.day(DAYS.first_on + timedelta(days=told["on"]), zone=ZONE)
    status = session.scalars(select(ActionStatus).where(ActionStatus.meaning == told["meaning"])).first()
    assert status is not None, "every meaning has a status"
    follower, guest = told["follower"], told["guest"]
    row = Action(
        uid=f"{datetime.now().timestamp()}-{id(told)}", relation_id=places[told["place"]], type_id=office.facts.type_id,
        status_id=status.id, priority_id=line_with_key(session, ActionPriority, "normal").id, subject="Visit",
        owner_id=people[told["owner"]].id, created_by_id=people[told["creator"]].id, is_private=told["is_private"],
        followed_by_id=people[follower].id if follower else None, starts_on=when.starts_on, ends_on=when.ends_on,
        zone=ZONE, sort_at=when.starts_at, created_at=START, changed_at=START,
    )  # fmt: skip
    row.participants = [Participant(collaborator_id=people[guest].id)] if guest else []
    session.add(row)
    session.flush()
    for cents, currency, is_removed in told["spent"]:
        said = ExpenseFacts(Decimal(1), currency, description="parking", price=Decimal(cents) / 100)
        line = book_expense(session, row.id, said, by=people[told["owner"]], now=START)
        line.deleted_at = START if is_removed else None
    row.deleted_at = START if told["is_deleted"] else None


def _seen(session: Session, asked_by: Collaborator) -> list[Action]:
    query = select(Action).where(access.visible(Action, asked_by=asked_by), Action.deleted_at.is_(None))
    return list(session.scalars(query).unique())


def _check_costs(session: Session, meant: list[Action], asked_by: Collaborator, about_id: int | None) -> None:
    by_action = {one.id: one for one in meant}
    lines = [row for row in session.scalars(select(Expense).where(Expense.deleted_at.is_(None)))
             if row.action_id in by_action]  # fmt: skip
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in lines:
        sums[by_action[row.action_id].relation.name, row.currency] += row.amount
        totals[row.currency] += row.amount
    ask = {"asked_by": asked_by, "collaborator_id": about_id}
    whole = costs(session, DAYS, group=CostGroup.RELATION, **ask)  # type: ignore[arg-type]
    assert {(line.name, line.currency): line.amount for line in whole.lines} == sums
    assert (whole.sums, whole.number) == (totals, len(sums))
    assert sum(line.number for line in whole.lines) == len(lines)
    first = costs(session, DAYS, group=CostGroup.RELATION, limit=1, **ask)  # type: ignore[arg-type]
    assert (first.lines, first.sums, first.number) == (whole.lines[:1], whole.sums, whole.number)
    for group in CostGroup:
        assert costs(session, DAYS, group=group, **ask).sums == totals  # type: ignore[arg-type]


def _check_neglect(session: Session, seen: list[Action], asked_by: Collaborator) -> None:
    last: dict[int, datetime] = {}
    for one in seen:
        if one.status.meaning is Meaning.DONE:
            last[one.relation_id] = max(one.sort_at, last.get(one.relation_id, one.sort_at))
    found = neglected(session, asked_by=asked_by, now=NOW, days=20)
    since = NOW - timedelta(days=20)
    assert all(line.last_at == last.get(line.relation_id) for line in found.lines)
    assert not [line for line in found.lines if line.last_at is not None and line.last_at > since]
    assert found.number == len(found.lines)
    if asked_by.scope is Scope.ALL:
        there = session.scalars(select(Relation.id).where(Relation.is_only_contact.is_(False))).all()
        assert found.number == len(there) - sum(at > since for at in last.values())
    first = neglected(session, asked_by=asked_by, now=NOW, days=20, limit=1)
    assert (first.number, list(first.lines)) == (found.number, list(found.lines[:1]))


_FACTS = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 3), st.integers(0, 2), st.booleans()), max_size=8)


@_SETTINGS
@given(facts=_FACTS, first=st.integers(0, 6), length=st.integers(0, 4))
def test_who_became_a_client_is_what_going_through_the_facts_finds(
    office: Visits, facts: list[tuple[int, int, int, bool]], first: int, length: int
) -> None:
    def try_it(session: Session) -> None:
        statuses = list(session.scalars(select(RelationStatus).order_by(RelationStatus.id)))
        relation_id = new_relation(session, "Any").id
        for day, position, status, is_withdrawn in facts:
            session.add(RelationFact(
                relation_id=relation_id, status_id=statuses[status].id, position=position, by_id=office.anna.id,
                effective_on=DAYS.first_on + timedelta(days=day), noted_at=START,
                withdrawn_at=START if is_withdrawn else None,
            ))  # fmt: skip
        session.flush()
        first_on = DAYS.first_on + timedelta(days=first)
        last_on = first_on + timedelta(days=length)
        found = conversions(session, first_on=first_on, last_on=last_on, asked_by=office.anna)
        since = held_since(session, [*found.won, *found.lost])
        told = {(one.on, one.before.key, since[one.fact_id], one.is_first, True) for one in found.won}
        told |= {(one.on, one.before.key, since[one.fact_id], one.is_first, False) for one in found.lost}
        expected = _walked(session, relation_id)
        assert told == {one for one in expected if first_on <= one[0] <= last_on}

    _tried(office.book, try_it)


def _walked(session: Session, relation_id: int) -> set[tuple[date, str | None, date, bool, bool]]:
    query = select(RelationFact).where(RelationFact.relation_id == relation_id, RelationFact.withdrawn_at.is_(None))
    rows = sorted(session.scalars(query), key=lambda row: (row.effective_on, row.position, row.id))
    statuses = {row.id: row for row in session.scalars(select(RelationStatus))}
    found: set[tuple[date, str | None, date, bool, bool]] = set()
    was_client, since_on = False, rows[0].effective_on if rows else date.min
    for before, row in pairwise(rows):
        was, is_client = (statuses[one.status_id or 0].meaning is Standing.CLIENT for one in (before, row))
        was_client = was_client or was
        if was != is_client:
            found.add((row.effective_on, statuses[before.status_id or 0].key, since_on, not was_client, is_client))
        if before.status_id != row.status_id:
            since_on = row.effective_on
    return found
