"""Links, seen from both ends."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from store.base import BookError, NotFound
from store.collaborators import Collaborator, add_collaborator
from store.domain import line_with_key
from store.engine import Book
from store.links import LinkType, add_link, end_link, links_of, remove_link, restore_link
from store.relations import add_relation, delete_relation
from store.starter import seed_domain_data

TODAY = date(2026, 11, 21)


def _desk(session: Session, book: Book) -> tuple[Collaborator, list[int], dict[str, int]]:
    seed_domain_data(session, book.now())
    anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
    ids = [add_relation(session, by=anna, now=book.now(), name=name).id for name in ("Acme", "Bolt", "Cool")]
    return anna, ids, {key: line_with_key(session, LinkType, key).id for key in ("parent_company", "spouse")}


def _seen(session: Session, relation_id: int, by: Collaborator, on: date | None = TODAY) -> list[tuple[str, list[str]]]:
    groups = links_of(session, relation_id, asked_by=by, on=on)
    return [(group.label("fr"), [end.other.name for end in group.ends]) for group in groups]


def test_a_link_reads_from_both_ends(book: Book) -> None:
    with book.writing() as session:
        anna, (acme, bolt, cool), types = _desk(session, book)
        for target in (cool, bolt):
            add_link(session, by=anna, source_id=acme, target_id=target, type_id=types["parent_company"])
        add_link(session, by=anna, source_id=cool, target_id=bolt, type_id=types["spouse"])
        assert _seen(session, acme, anna) == [("Société mère de", ["Bolt", "Cool"])]
        assert _seen(session, bolt, anna) == [("Filiale de", ["Acme"]), ("Conjoint de", ["Cool"])]
        delete_relation(session, acme, by=anna, now=book.now())
        assert _seen(session, bolt, anna) == [("Conjoint de", ["Cool"])]


def test_a_link_to_itself_and_the_same_twice_are_refused(book: Book) -> None:
    with book.writing() as session:
        anna, (acme, bolt, _cool), types = _desk(session, book)
        with pytest.raises(BookError) as told:
            add_link(session, by=anna, source_id=acme, target_id=acme, type_id=types["spouse"])
        assert told.value.field == "target_id"
        first = add_link(session, by=anna, source_id=acme, target_id=bolt, type_id=types["spouse"])
        with pytest.raises(BookError, match="already") as told:
            add_link(session, by=anna, source_id=bolt, target_id=acme, type_id=types["spouse"])
        assert told.value.values["link_id"] == first.id
        end_link(session, first.id, by=anna, on=TODAY)
        again = date(2026, 11, 22)
        add_link(session, by=anna, source_id=bolt, target_id=acme, type_id=types["spouse"], since_on=again)
        assert len(links_of(session, acme, asked_by=anna)[0].ends) == 2
        assert len(links_of(session, acme, asked_by=anna, on=again)[0].ends) == 1
        with pytest.raises(NotFound):
            add_link(session, by=anna, source_id=acme, target_id=999, type_id=types["spouse"])


def test_a_link_entered_by_mistake_shows_nowhere_until_restored(book: Book) -> None:
    with book.writing() as session:
        anna, (acme, bolt, _cool), types = _desk(session, book)
        link = add_link(session, by=anna, source_id=acme, target_id=bolt, type_id=types["parent_company"])
        remove_link(session, link.id, by=anna, now=book.now())
        assert _seen(session, acme, anna, on=None) == []
        restore_link(session, link.id, by=anna)
        assert _seen(session, bolt, anna) == [("Filiale de", ["Acme"])]
