"""Links that stand above one another: never in a circle, whatever is done; and groups."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.base import BookError
from store.collaborators import Collaborator, Scope, add_collaborator
from store.domain import line_with_key
from store.engine import Book
from store.links import (
    HierarchyCycle,
    Link,
    LinkType,
    add_link,
    edit_link,
    end_link,
    group_of,
    remove_link,
    restore_link,
)
from store.relations import add_relation, delete_relation
from store.starter import seed_domain_data

TODAY = date(2026, 11, 21)
FIRST = date(2026, 1, 1)


def _desk(session: Session, book: Book, names: str) -> tuple[Collaborator, list[int]]:
    seed_domain_data(session, book.now())
    anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
    return anna, [add_relation(session, by=anna, now=book.now(), name=name).id for name in names.split()]


def _over(session: Session, by: Collaborator, source_id: int, target_id: int, key: str = "group", **days: date) -> Link:
    type_id = line_with_key(session, LinkType, key).id
    return add_link(session, by=by, source_id=source_id, target_id=target_id, type_id=type_id, **days)


def test_a_circle_on_overlapping_days_is_refused_with_the_chain_named(book: Book) -> None:
    with book.writing() as session:
        anna, (acme, bolt, cool) = _desk(session, book, "Acme Bolt Cool")
        _over(session, anna, acme, bolt, "parent_company")
        last = _over(session, anna, bolt, cool, until_on=TODAY)
        with pytest.raises(HierarchyCycle) as told:
            _over(session, anna, cool, acme, "parent_company")
        assert told.value.field == "type_id"
        assert told.value.values == {"name": "Cool", "chain": "Cool → Acme → Bolt → Cool"}
        later = _over(session, anna, cool, acme, since_on=TODAY + timedelta(days=1))
        with pytest.raises(HierarchyCycle):
            end_link(session, last.id, by=anna, on=TODAY + timedelta(days=1))
        remove_link(session, later.id, by=anna, now=book.now())
        end_link(session, last.id, by=anna, on=None)
        with pytest.raises(HierarchyCycle):
            restore_link(session, later.id, by=anna, now=book.now())


def test_links_of_a_chain_that_never_stand_on_one_same_day_are_no_circle(book: Book) -> None:
    with book.writing() as session:
        anna, (acme, bolt, cool) = _desk(session, book, "Acme Bolt Cool")
        _over(session, anna, acme, bolt, until_on=FIRST)
        _over(session, anna, bolt, cool, since_on=TODAY)
        _over(session, anna, cool, acme)


def test_a_circle_through_a_file_out_of_scope_does_not_name_it(book: Book) -> None:
    with book.writing() as session:
        anna, (acme,) = _desk(session, book, "Acme")
        charlie = add_collaborator(session, name="C", mail="c@office.example", now=book.now(), scope=Scope.OWN)
        bolt, cool = (add_relation(session, by=charlie, now=book.now(), name=name).id for name in ("Bolt", "Cool"))
        _over(session, anna, acme, bolt)
        _over(session, anna, cool, acme)
        with pytest.raises(HierarchyCycle) as told:
            _over(session, charlie, bolt, cool)
        assert told.value.values["chain"] == "Bolt → Cool → … → Bolt"


def test_a_group_is_the_top_and_all_below_it_on_that_day(book: Book) -> None:
    with book.writing() as session:
        anna, (acme, bolt, cool, dora, alone) = _desk(session, book, "Acme Bolt Cool Dora Alone")
        _over(session, anna, acme, cool, "parent_company")
        _over(session, anna, acme, bolt, "parent_company")
        _over(session, anna, bolt, dora, until_on=TODAY)
        for one in (acme, bolt, dora):
            group = group_of(session, one, asked_by=anna, on=TODAY)
            assert group is not None
            assert (group.top.name, [one.name for one in group.members]) == ("Acme", ["Acme", "Bolt", "Cool", "Dora"])
        assert group_of(session, dora, asked_by=anna, on=TODAY + timedelta(days=1)) is None
        assert group_of(session, alone, asked_by=anna, on=TODAY) is None
        delete_relation(session, acme, by=anna, now=book.now())
        group = group_of(session, dora, asked_by=anna, on=TODAY)
        assert group is not None
        assert group.top.name == "Bolt"
        charlie = add_collaborator(session, name="C", mail="c@office.example", now=book.now(), scope=Scope.OWN)
        assert group_of(session, dora, asked_by=charlie, on=TODAY) is None


def test_two_who_each_add_one_half_of_a_circle_at_once_make_none(book: Book) -> None:
    with book.writing() as session:
        anna, (acme, bolt, cool) = _desk(session, book, "Acme Bolt Cool")
        _over(session, anna, acme, bolt)
    together = Barrier(2)

    def add(source_id: int, target_id: int) -> bool:
        together.wait()
        try:
            with book.writing() as session:
                _over(session, anna, source_id, target_id)
        except HierarchyCycle:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        added = list(threads.map(add, (bolt, cool), (cool, acme)))
    assert sorted(added) == [False, True]


# Whatever is done, in whatever order

Deed = tuple[str, int, int, int, int]


def _deeds() -> st.SearchStrategy[list[Deed]]:
    verb = st.sampled_from(["add", "add", "add", "edit", "turn", "end", "remove", "restore"])
    small = st.integers(0, 4)
    return st.lists(st.tuples(verb, small, small, small, small), min_size=3, max_size=25)


def _day(number: int) -> date | None:
    return FIRST + timedelta(days=number) if number < 4 else None


def _do(session: Session, book: Book, anna: Collaborator, ids: list[int], made: list[int], deed: Deed) -> None:
    verb, one, other, since, until = deed
    key = "group" if (one + other) % 2 else "parent_company"
    if verb == "add":
        made.append(_over(session, anna, ids[one], ids[other], key, since_on=_day(since), until_on=_day(until)).id)
    elif made:
        link = session.get_one(Link, made[one % len(made)])
        if verb in {"edit", "turn"}:
            days = {"since_on": _day(since), "until_on": _day(until), "notes": ""}
            edit_link(session, link.id, by=anna, type_id=link.type_id, is_turned=verb == "turn", **days)
        elif verb == "end":
            end_link(session, link.id, by=anna, on=_day(until))
        elif verb == "remove":
            remove_link(session, link.id, by=anna, now=book.now())
        else:
            restore_link(session, link.id, by=anna, now=book.now())


def _circles(session: Session, on: date) -> Iterator[int]:
    """The relations that stand above themselves on that day, found by walking from each of them."""
    live = [link for link in session.scalars(select(Link).where(Link.removed_at.is_(None))) if link.is_there(on)]
    for start in {link.source_id for link in live}:
        below, reached = {start}, set[int]()
        while below:
            below = {link.target_id for link in live if link.source_id in below} - reached
            reached |= below
        if start in reached:
            yield start


@given(deeds=_deeds())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_of_adding_editing_ending_and_restoring_makes_a_circle(book: Book, deeds: list[Deed]) -> None:
    class Enough(Exception):
        pass

    with pytest.raises(Enough), book.writing() as session:
        anna, ids = _desk(session, book, "A B C D E")
        made: list[int] = []
        for deed in deeds:
            try:
                with session.begin_nested():
                    _do(session, book, anna, ids, made, deed)
            except BookError:
                continue
        for number in range(-1, 6):
            assert list(_circles(session, FIRST + timedelta(days=number))) == []
        raise Enough  # the next example begins with an empty book
