"""Links, seen from both ends: added, corrected, ended, removed; what a type allows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from store.audit import entries_of
from store.base import BookError, ChangedMeanwhile, NotFound
from store.collaborators import Collaborator, Scope, add_collaborator
from store.domain import line_with_key
from store.engine import Book
from store.links import (
    Link,
    LinkType,
    OneAtATime,
    SameLink,
    add_link,
    edit_link,
    end_link,
    link_seen_by,
    links_of,
    remove_link,
    restore_link,
)
from store.relations import Relation, RelationKind, add_relation, delete_relation
from store.starter import seed_domain_data

TODAY = date(2026, 11, 21)
JANUARY, JUNE = date(2026, 1, 1), date(2026, 6, 1)


class Desk:
    """Acme, Bolt and Cool are companies; Els, Jan and Kim persons."""

    def __init__(self, session: Session, book: Book) -> None:
        seed_domain_data(session, book.now())
        self.session, self.now = session, book.now
        self.anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
        self.acme, self.bolt, self.cool = (self._new(name, RelationKind.COMPANY) for name in ("Acme", "Bolt", "Cool"))
        self.els, self.jan, self.kim = (self._new(name, RelationKind.PERSON) for name in ("Els", "Jan", "Kim"))

    def _new(self, name: str, kind: RelationKind) -> int:
        return add_relation(self.session, by=self.anna, now=self.now(), name=name, kind=kind).id

    def type(self, key: str) -> int:
        return line_with_key(self.session, LinkType, key).id

    def link(self, source_id: int, key: str, target_id: int, **more: object) -> Link:
        return add_link(
            self.session, by=self.anna, source_id=source_id, target_id=target_id, type_id=self.type(key), **more
        )

    def seen(self, relation_id: int, by: Collaborator | None = None, on: date | None = TODAY) -> list[object]:
        groups = links_of(self.session, relation_id, asked_by=by or self.anna, on=on)
        return [(group.label("fr"), [end.other.name for end in group.ends]) for group in groups]

    def refused(self, source_id: int, key: str, target_id: int, **more: object) -> str:
        with pytest.raises(BookError) as told:
            self.link(source_id, key, target_id, **more)
        assert told.value.field == "type_id"
        return told.value.text.format(**told.value.values)


def test_the_overview_shows_all_whom_somebody_is_linked_to_in_both_directions_by_type(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        for target in (desk.cool, desk.bolt):
            desk.link(desk.acme, "parent_company", target)
        desk.link(desk.els, "spouse", desk.jan)
        desk.link(desk.els, "director", desk.bolt)
        assert desk.seen(desk.acme) == [("Société mère de", ["Bolt", "Cool"])]
        assert desk.seen(desk.bolt) == [("Filiale de", ["Acme"]), ("A pour administrateur", ["Els"])]
        assert desk.seen(desk.els) == [("Administrateur de", ["Bolt"]), ("Conjoint de", ["Jan"])]
        delete_relation(session, desk.acme, by=desk.anna, now=book.now())
        assert desk.seen(desk.bolt) == [("A pour administrateur", ["Els"])]


def test_a_link_is_there_on_its_days_and_the_list_can_be_asked_as_of_any_day(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        desk.link(desk.acme, "supplier", desk.bolt, since_on=JANUARY, until_on=JUNE)
        assert desk.seen(desk.acme) == []
        assert desk.seen(desk.acme, on=JUNE) == [("Fournisseur de", ["Bolt"])]
        assert desk.seen(desk.acme, on=JANUARY - timedelta(days=1)) == []
        assert desk.seen(desk.acme, on=None) == [("Fournisseur de", ["Bolt"])]


def test_the_same_link_in_overlapping_days_is_refused_and_the_existing_one_named(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        with pytest.raises(BookError) as told:
            desk.link(desk.acme, "partner", desk.acme)
        assert told.value.field == "target_id"
        first = desk.link(desk.acme, "partner", desk.bolt)
        with pytest.raises(SameLink, match="already") as same:
            desk.link(desk.bolt, "partner", desk.acme)
        assert (same.value.field, same.value.link_id) == ("type_id", first.id), "a symmetric link reads both ways"
        end_link(session, first.id, by=desk.anna, on=TODAY)
        desk.link(desk.bolt, "partner", desk.acme, since_on=TODAY + timedelta(days=1))
        assert len(links_of(session, desk.acme, asked_by=desk.anna)[0].ends) == 2
        with pytest.raises(SameLink):
            end_link(session, first.id, by=desk.anna, on=TODAY + timedelta(days=1))
        with pytest.raises(NotFound):
            desk.link(desk.acme, "partner", 999)


def test_a_type_says_which_pairs_are_allowed(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        assert desk.refused(desk.acme, "spouse", desk.els) == "“Spouse of” is not said of a company, and Acme is one."
        said = desk.refused(desk.acme, "employer", desk.bolt)
        assert said == "“Employed by” is not said of a company, and Bolt is one."
        said = desk.refused(desk.acme, "director", desk.els)
        assert said == "“Has as director” is not said of a person, and Els is one."
        desk.link(desk.acme, "shareholder", desk.bolt)
        desk.link(desk.els, "shareholder", desk.bolt)
        desk.link(desk.els, "spouse", desk.jan)


def test_one_employer_at_a_time_and_the_former_can_end_the_day_before(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        former = desk.link(desk.acme, "employer", desk.els, since_on=JANUARY)
        with pytest.raises(OneAtATime) as told:
            desk.link(desk.bolt, "employer", desk.els, since_on=JUNE)
        assert told.value.former is former
        assert told.value.values == {"name": "Els", "other": "Acme"}
        with pytest.raises(BookError) as undated:
            desk.link(desk.bolt, "employer", desk.els, ends_former=True)
        assert undated.value.field == "since_on"
        with pytest.raises(OneAtATime):
            desk.link(desk.bolt, "employer", desk.els, since_on=JANUARY, ends_former=True)
        desk.link(desk.bolt, "employer", desk.els, since_on=JUNE, ends_former=True)
        assert former.until_on == JUNE - timedelta(days=1)
        assert desk.seen(desk.els) == [("Employé de", ["Bolt"])]
        desk.link(desk.bolt, "employer", desk.jan)


def test_a_symmetric_type_with_one_at_a_time_frees_both_ends(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        lee = desk._new("Lee", RelationKind.PERSON)
        first, second = desk.link(desk.els, "spouse", desk.jan), desk.link(desk.kim, "spouse", lee)
        assert "only one at a time" in desk.refused(desk.jan, "spouse", desk.kim, since_on=JUNE)
        desk.link(desk.jan, "spouse", desk.kim, since_on=JUNE, ends_former=True)
        assert {first.until_on, second.until_on} == {JUNE - timedelta(days=1)}
        assert desk.seen(desk.jan) == [("Conjoint de", ["Kim"])]


def test_correcting_a_link_keeps_what_it_said_before_in_the_audit_trail(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        link = desk.link(desk.acme, "supplier", desk.bolt, since_on=JANUARY)
        seen = link.version
        corrected = {"type_id": desk.type("accountant"), "since_on": JUNE, "until_on": None, "notes": "By phone"}
        edit_link(session, link.id, by=desk.anna, version=seen, is_turned=True, **corrected)
        assert desk.seen(desk.bolt) == [("Comptable de", ["Acme"])]
        newest = entries_of(session, link)[0]
        assert (newest.before["since_on"], newest.after["since_on"]) == ("2026-01-01", "2026-06-01")
        assert newest.before["type_id"] == desk.type("supplier")
        with pytest.raises(ChangedMeanwhile):
            edit_link(session, link.id, by=desk.anna, version=seen, **corrected)
        with pytest.raises(BookError) as told:
            edit_link(session, link.id, by=desk.anna, **(corrected | {"until_on": JANUARY}))
        assert told.value.field == "until_on"
        with pytest.raises(BookError) as long:
            edit_link(session, link.id, by=desk.anna, **(corrected | {"notes": "x" * 3_000}))
        assert long.value.field == "notes"


def test_ending_a_link_keeps_it_in_the_past_and_can_be_taken_back(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        link = desk.link(desk.acme, "supplier", desk.bolt, since_on=JUNE)
        with pytest.raises(BookError) as told:
            end_link(session, link.id, by=desk.anna, on=JANUARY)
        assert told.value.field == "until_on"
        end_link(session, link.id, by=desk.anna, on=TODAY - timedelta(days=1))
        assert desk.seen(desk.acme) == []
        end_link(session, link.id, by=desk.anna, on=None)
        assert desk.seen(desk.acme) == [("Fournisseur de", ["Bolt"])]


def test_a_link_entered_by_mistake_shows_nowhere_and_comes_back_within_a_day(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        link = desk.link(desk.acme, "parent_company", desk.bolt)
        remove_link(session, link.id, by=desk.anna, now=book.now())
        assert desk.seen(desk.acme, on=None) == []
        assert link_seen_by(session, link.id, asked_by=desk.anna) is None
        restore_link(session, link.id, by=desk.anna, now=book.now() + timedelta(hours=24))
        assert desk.seen(desk.bolt) == [("Filiale de", ["Acme"])]
        remove_link(session, link.id, by=desk.anna, now=book.now())
        with pytest.raises(BookError, match="more than a day ago"):
            restore_link(session, link.id, by=desk.anna, now=book.now() + timedelta(hours=24, seconds=1))
        desk.link(desk.acme, "parent_company", desk.bolt)
        with pytest.raises(SameLink):
            restore_link(session, link.id, by=desk.anna, now=book.now())


def test_links_of_files_out_of_ones_scope_are_not_seen_nor_changed(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        link = desk.link(desk.acme, "supplier", desk.bolt)
        charlie = add_collaborator(
            session, name="Charlie", mail="charlie@office.example", now=book.now(), scope=Scope.OWN
        )
        assert desk.seen(desk.acme, by=charlie) == []
        assert link_seen_by(session, link.id, asked_by=charlie) is None
        with pytest.raises(NotFound):
            end_link(session, link.id, by=charlie, on=TODAY)
        with pytest.raises(NotFound):
            add_link(session, by=charlie, source_id=desk.acme, target_id=desk.cool, type_id=desk.type("supplier"))


def test_who_stands_in_the_way_is_not_named_to_whoever_may_not_see_them(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        former = desk.link(desk.acme, "employer", desk.els)
        charlie = add_collaborator(
            session, name="Charlie", mail="charlie@office.example", now=book.now(), scope=Scope.OWN
        )
        for relation_id in (desk.bolt, desk.els):
            session.get_one(Relation, relation_id).created_by_id = charlie.id
        session.flush()
        with pytest.raises(OneAtATime) as told:
            add_link(session, by=charlie, source_id=desk.bolt, target_id=desk.els, type_id=desk.type("employer"))
        assert told.value.values == {"name": "Els"}
        assert "Acme" not in told.value.text
        assert told.value.former is former
