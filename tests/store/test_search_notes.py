"""Finding notes by their subject, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.base import Row
from store.collaborators import Collaborator, Scope, add_collaborator
from store.engine import Book
from store.notes import NoteFacts, Remind, delete_note, edit_note, restore_note, write_note
from store.relations import Relation, add_relation, delete_relation, edit_relation, restore_relation
from store.search import search_options
from store.search_index import catch_up
from store.search_notes import search_notes
from store.search_rows import SearchWord
from store.search_writing import index_everything
from store.starter import seed_domain_data

TODAY = date(2026, 11, 21)
REMIND = Remind(date(2027, 1, 4), time(9), ())


def _office(session: Session, book: Book) -> tuple[Collaborator, Collaborator, Collaborator, Relation]:
    seed_domain_data(session, book.now())
    people = (
        add_collaborator(session, name=name, mail=f"{name}@office.example", now=book.now(), scope=scope)
        for name, scope in (("anna", Scope.ALL), ("bram", Scope.ALL), ("charlie", Scope.OWN))
    )
    anna, bram, charlie = people
    return anna, bram, charlie, add_relation(session, by=anna, now=book.now(), name="Dupont SA")


def _found(session: Session, by: Collaborator, typed: str) -> list[str]:
    return [one.label for one in search_notes(session, typed, asked_by=by, on=TODAY)]


def _index(session: Session) -> list[object]:
    session.flush()
    catch_up(session)
    table = Row.metadata.tables[SearchWord.__tablename__]
    return [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]


def test_a_note_is_found_by_its_subject_as_long_as_it_is_there(book: Book) -> None:
    with book.writing() as session:
        anna, bram, _charlie, dupont = _office(session, book)
        facts = NoteFacts(dupont.id, "Prices 2027 agreed", TODAY)
        note = write_note(session, by=anna, facts=facts, now=book.now())
        assert _found(session, bram, "agreed pri") == ["Prices 2027 agreed · Dupont SA"]
        assert search_options(session, "agreed", asked_by=anna, on=TODAY).options == ()
        edit_relation(session, dupont.id, by=anna, now=book.now(), name="Durand")
        assert _found(session, bram, "prices") == ["Prices 2027 agreed · Durand"]
        edit_note(session, note.id, by=anna, version=None, facts=replace(facts, subject="Cellar"), now=book.now())
        assert (_found(session, bram, "prices"), _found(session, bram, "cellar")) == ([], ["Cellar · Durand"])
        delete_note(session, note.id, by=anna, now=book.now())
        assert _found(session, anna, "cellar") == []
        restore_note(session, note.id, by=anna)
        delete_relation(session, dupont.id, by=anna, now=book.now())
        assert _found(session, anna, "cellar") == []
        restore_relation(session, dupont.id, by=anna, now=book.now())
        assert _found(session, anna, "cellar") == ["Cellar · Durand"]
        followed = _index(session)
        index_everything(session)
        assert _index(session) == followed


def test_a_private_note_is_found_by_who_made_it_and_whom_it_reminds_and_stands_there_for_nobody_else(
    book: Book,
) -> None:
    with book.writing() as session:
        anna, bram, charlie, dupont = _office(session, book)
        facts = NoteFacts(dupont.id, "Wants to sell quietly", TODAY, is_private=True)
        note = write_note(session, by=anna, facts=facts, now=book.now())
        assert [_found(session, one, "sell quietly") for one in (bram, charlie)] == [[], []]
        assert _found(session, anna, "quietly sell") == ["Wants to sell quietly · Dupont SA"]
        told = replace(facts, remind=replace(REMIND, for_ids=(bram.id,)))
        edit_note(session, note.id, by=anna, version=None, facts=told, now=book.now())
        assert len(_found(session, bram, "sell")) == 1
        followed = _index(session)
        index_everything(session)
        assert _index(session) == followed
        edit_note(session, note.id, by=anna, version=None, facts=facts, now=book.now())
        assert _found(session, bram, "sell") == []
        _index(session)
        owners = select(SearchWord.owner_id).where(SearchWord.word == "quietly")
        assert set(session.scalars(owners)) == {anna.id}
        edit_note(session, note.id, by=anna, version=None, facts=replace(facts, is_private=False), now=book.now())
        assert len(_found(session, bram, "sell")) == 1


def test_a_note_outside_ones_files_is_not_found(book: Book) -> None:
    with book.writing() as session:
        anna, bram, charlie, dupont = _office(session, book)
        mine = add_relation(session, by=charlie, now=book.now(), name="Claes")
        for one in (dupont, mine):
            write_note(session, by=anna, facts=NoteFacts(one.id, "Prices", TODAY), now=book.now())
        assert _found(session, charlie, "prices") == ["Prices · Claes"]
        assert len(_found(session, bram, "prices")) == 2
        bram.is_active = False
        assert _found(session, bram, "prices") == []


@pytest.mark.parametrize("typed", ["", "@", "%"])
def test_nothing_typed_finds_no_note(book: Book, typed: str) -> None:
    with book.writing() as session:
        anna, _bram, _charlie, dupont = _office(session, book)
        write_note(session, by=anna, facts=NoteFacts(dupont.id, "Prices", TODAY), now=book.now())
        assert _found(session, anna, typed) == []
