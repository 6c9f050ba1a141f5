"""How two relations are connected."""

from __future__ import annotations

from collections import deque
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from store.collaborators import Collaborator, Scope, add_collaborator
from store.contacts import add_contact, end_contact
from store.domain import line_with_key
from store.engine import Book
from store.links import Link, LinkType, add_link, end_link, remove_link
from store.paths import LONGEST, Step, path_between
from store.relations import RelationKind, add_relation, delete_relation
from store.starter import seed_domain_data

TODAY = date(2026, 11, 21)


class Desk:
    def __init__(self, session: Session, book: Book) -> None:
        seed_domain_data(session, book.now())
        self.session, self.book = session, book
        self.anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())

    def new(self, name: str, *, kind: RelationKind = RelationKind.COMPANY, by: Collaborator | None = None) -> int:
        return add_relation(self.session, by=by or self.anna, now=self.book.now(), name=name, kind=kind).id

    def link(self, source_id: int, key: str, target_id: int) -> Link:
        type_id = line_with_key(self.session, LinkType, key).id
        return add_link(self.session, by=self.anna, source_id=source_id, target_id=target_id, type_id=type_id)

    def path(self, one_id: int, other_id: int, by: Collaborator | None = None, on: date = TODAY) -> str | None:
        found = path_between(self.session, one_id, other_id, asked_by=by or self.anna, on=on)
        return None if found is None else " ".join([found[0].start.name, *(_words(step) for step in found)])


def _words(step: Step) -> str:
    if step.link_type is None:
        return f"→ {'has as contact' if step.is_back else 'works at'} → {step.end.name}"
    label = step.link_type.back_label("en") if step.is_back else step.link_type.label("en")
    return f"→ {label} → {step.end.name}"


def test_the_shortest_chain_of_live_links_and_places_is_found_from_either_side(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        acme, bolt, dupont = desk.new("Acme"), desk.new("Bolt"), desk.new("Dupont", kind=RelationKind.PERSON)
        els = add_contact(session, by=desk.anna, now=book.now(), relation_id=bolt, name="Els")
        desk.link(acme, "shareholder", bolt)
        spouse = desk.link(els.person_id, "spouse", dupont)
        there = "Acme → Shareholder of → Bolt → has as contact → Els → Spouse of → Dupont"
        back = "Dupont → Spouse of → Els → works at → Bolt → Has as shareholder → Acme"
        assert (desk.path(acme, dupont), desk.path(dupont, acme)) == (there, back)
        desk.link(acme, "introduced", dupont)
        assert desk.path(acme, dupont) == "Acme → Introduced → Dupont"
        assert spouse.source_id == els.person_id


@pytest.mark.parametrize("broken", ["ended", "removed", "left", "deleted"])
def test_a_chain_needs_every_link_and_place_to_be_live(book: Book, broken: str) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        acme, bolt, yesterday = desk.new("Acme"), desk.new("Bolt"), TODAY - timedelta(days=1)
        els = add_contact(session, by=desk.anna, now=book.now(), relation_id=bolt, name="Els")
        link = desk.link(acme, "shareholder", bolt)
        assert desk.path(acme, els.person_id) is not None
        if broken == "ended":
            end_link(session, link.id, by=desk.anna, on=yesterday)
        elif broken == "removed":
            remove_link(session, link.id, by=desk.anna, now=book.now())
        elif broken == "left":
            end_contact(session, els.id, by=desk.anna, on=yesterday, now=book.now())
        else:
            delete_relation(session, bolt, by=desk.anna, now=book.now())
        assert desk.path(acme, els.person_id) is None
        if broken in {"ended", "left"}:
            assert desk.path(acme, els.person_id, on=yesterday) is not None


def test_a_chain_has_at_most_six_steps(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        ids = [desk.new(f"R{number}") for number in range(LONGEST + 2)]
        for one, other in pairwise(ids):
            desk.link(one, "supplier", other)
        assert desk.path(ids[0], ids[LONGEST]) is not None
        assert desk.path(ids[0], ids[LONGEST + 1]) is None


def test_a_chain_through_a_file_that_the_caller_may_not_see_is_not_shown(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        charlie = add_collaborator(session, name="C", mail="c@office.example", now=book.now(), scope=Scope.OWN)
        acme, dupont = desk.new("Acme", by=charlie), desk.new("Dupont", by=charlie)
        secret = desk.new("Secret")
        desk.link(acme, "supplier", secret)
        desk.link(secret, "supplier", dupont)
        assert desk.path(acme, dupont) is not None
        assert desk.path(acme, dupont, by=charlie) is None
        assert desk.path(acme, secret, by=charlie) is None
        own = desk.new("Own", by=charlie)
        desk.link(acme, "partner", own)
        desk.link(own, "accountant", dupont)
        assert desk.path(acme, dupont, by=charlie) == "Acme → Business partner of → Own → Accountant of → Dupont"


def _distance(edges: set[tuple[int, int]], start: int, goal: int) -> int | None:
    """By brute force: breadth first over every edge, both ways."""
    known, waiting = {start: 0}, deque([start])
    while waiting:
        node = waiting.popleft()
        for one, other in edges:
            for near, far in ((one, other), (other, one)):
                if near == node and far not in known:
                    known[far] = known[node] + 1
                    waiting.append(far)
    distance = known.get(goal)
    return distance if distance is not None and distance <= LONGEST else None


_GRAPHS = st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1]), max_size=14)


@given(edges=_GRAPHS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_path_is_as_short_as_brute_force_finds_it_on_any_graph(book: Book, edges: set[tuple[int, int]]) -> None:
    class Enough(Exception):
        pass

    with pytest.raises(Enough), book.writing() as session:
        desk = Desk(session, book)
        ids = [desk.new(f"R{number}") for number in range(10)]
        for one, other in sorted(edges):
            desk.link(ids[one], "supplier", ids[other])
        for goal in range(1, 10):
            steps = path_between(session, ids[0], ids[goal], asked_by=desk.anna, on=TODAY)
            assert (None if steps is None else len(steps)) == _distance(edges, 0, goal)
            for before, after in pairwise(steps or ()):
                assert before.end is after.start
        raise Enough  # the next example begins with an empty book
