"""The index follows what is written, on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from store.addresses import MailLine, PhoneLine, PostalLine
from store.base import Row
from store.collaborators import Collaborator, Scope, add_collaborator
from store.contacts import Contact, add_contact, delete_contact
from store.documents import DocumentLink, DocumentShelf, link_document, unlink_document
from store.engine import Book
from store.involvements import set_representative
from store.relations import Relation, add_relation, delete_relation, edit_relation, restore_relation
from store.samples import make_large_book
from store.search import search_documents, search_options
from store.search_index import catch_up
from store.search_rows import SearchSpelling, SearchWord
from store.search_writing import index_everything, index_relations
from store.starter import seed_domain_data
from store.words import name_key

TODAY = date(2026, 11, 21)
_WORD = Row.metadata.tables[SearchWord.__tablename__]


def _anna(session: Session, book: Book, **more: Any) -> Collaborator:
    seed_domain_data(session, book.now())
    return add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now(), **more)


def _index(session: Session) -> tuple[Sequence[Any], set[str]]:
    rows = session.execute(select(_WORD).order_by(*_WORD.primary_key)).all()
    return rows, set(session.scalars(select(SearchSpelling.word)))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["name", "mail", "phone", "town", "contact", "delete", "restore", "mine", "gone"]),
        st.integers(0, 2),
        st.sampled_from(["Peeters", "Dupont SA", "Verhoeven", "Café Noir"]),
    ),
    max_size=8,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_index_that_followed_is_the_index_built_anew(book: Book, steps: list[tuple[str, int, str]]) -> None:
    with book.writers() as session:  # rolled back
        session.connection()
        anna = _anna(session, book)
        made = [add_relation(session, by=anna, now=book.now(), name=f"Relation {letter}") for letter in "ABC"]
        for what, number, text in steps:
            _take(session, book, anna, made[number], what, text)
        session.flush()
        catch_up(session)
        followed = _index(session)
        index_everything(session)
        session.expire_all()
        assert _index(session) == followed


def _take(session: Session, book: Book, by: Collaborator, one: Relation, what: str, text: str) -> None:
    by_now = {"by": by, "now": book.now()}
    changes: dict[str, dict[str, Any]] = {
        "name": {"name": text},
        "mail": {"mails": [MailLine(f"a@{text[:4].lower()}.example")]},
        "phone": {"phones": [PhoneLine("+32 69 22 33 44")]},
        "town": {"postal_addresses": [PostalLine("Rue Haute 1", "7500", text)]},
    }
    if what == "restore":
        restore_relation(session, one.id, **by_now)
    elif one.deleted_at is not None:
        return
    elif what in changes:
        edit_relation(session, one.id, **by_now, **changes[what])
    elif what == "contact":
        add_contact(session, relation_id=one.id, name=text, **by_now)
    elif what == "delete":
        delete_relation(session, one.id, **by_now)
    elif what == "mine":
        set_representative(session, relation_id=one.id, collaborator_id=by.id, on=TODAY, **by_now)
    else:
        places = session.scalars(select(Contact).where(Contact.relation_id == one.id, Contact.deleted_at.is_(None)))
        for place in places.all():
            delete_contact(session, place.id, **by_now)


def test_rows_written_in_bulk_are_found_once_they_are_indexed(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        names = [f"Dupont {number}" for number in range(1_200)]
        facts = {"created_at": book.now(), "changed_at": book.now()}
        session.execute(insert(Relation), [{"name": name, "folded": name_key(name), **facts} for name in names])
        assert search_options(session, "dupont", asked_by=anna, on=TODAY).options == ()
        index_relations(session, session.scalars(select(Relation.id)).all())
        assert search_options(session, "dupont 1199", asked_by=anna, on=TODAY).options[0].label == "Dupont 1199"
        catch_up(session)
        followed = _index(session)
        index_everything(session)
        assert _index(session) == followed


def test_a_document_is_found_by_its_name_wherever_it_hangs(book: Book, tmp_path: Any) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        dupont = add_relation(session, by=anna, now=book.now(), name="Dupont")
        els = add_contact(session, by=anna, now=book.now(), relation_id=dupont.id, name="Els")
        kept = DocumentShelf(tmp_path).keep(session, b"wine", media_type="text/plain", now=book.now())
        facts = {"now": book.now(), "by": anna}
        link_document(session, kept, name="Offer 2026-118.pdf", relation_id=dupont.id, **facts)
        link_document(session, kept, name="Passport.pdf", contact_id=els.id, **facts)
        assert _documents(session, anna, "offer 118") == ["Offer 2026-118.pdf · Dupont"]
        assert _documents(session, anna, "2026118") == ["Offer 2026-118.pdf · Dupont"]
        assert _documents(session, anna, "passp") == ["Passport.pdf · Dupont"]
        assert search_options(session, "passport", asked_by=anna, on=TODAY).options == ()
        edit_relation(session, dupont.id, by=anna, now=book.now(), name="Durand")
        assert _documents(session, anna, "passp") == ["Passport.pdf · Durand"]
        link = session.scalars(select(DocumentLink).where(DocumentLink.name == "Passport.pdf")).one()
        unlink_document(session, link, now=book.now())
        assert _documents(session, anna, "passp") == []


def _documents(session: Session, by: Collaborator, typed: str) -> list[str]:
    return [one.label for one in search_documents(session, typed, asked_by=by, on=TODAY)]


def test_who_sees_their_own_files_only_finds_nothing_else(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        charlie = add_collaborator(
            session, name="Charlie", mail="charlie@office.example", now=book.now(), scope=Scope.OWN
        )
        mine, other = (add_relation(session, by=anna, now=book.now(), name=f"Peeters {one}") for one in ("A", "B"))
        add_contact(session, by=anna, now=book.now(), relation_id=other.id, name="Els Peeters")
        set_representative(session, by=anna, relation_id=mine.id, collaborator_id=charlie.id, on=TODAY, now=book.now())
        for typed in ("peeters", "petters", "", "peeters els"):
            found = search_options(session, typed, asked_by=charlie, on=TODAY).options
            assert {option.relation_id for option in found} <= {mine.id}
        assert len(search_options(session, "peeters", asked_by=anna, on=TODAY).options) == 3
        assert [one.label for one in search_options(session, "peeters", asked_by=charlie, on=TODAY).options] == [
            "Peeters A"
        ]


def test_a_large_book_finds_two_common_words_together(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        make_large_book(
            session, collaborators=[anna], now=book.now(), seed=1, relations=400, contacts=800, files_each=9
        )
        found = search_options(session, "brasserie gent", asked_by=anna, on=TODAY, limit=400).options
        every = select(_WORD.c.relation_id, _WORD.c.row_id).where(_WORD.c.word == "", _WORD.c.owner_id == 0)
        has = [_WORD.c.words.contains(f" {word}") for word in ("brasserie", "gent")]
        assert {(one.relation_id, one.contact_id or 0) for one in found} == {
            tuple(row) for row in session.execute(every.where(*has))
        }
        assert found


def test_what_a_nested_transaction_took_back_is_not_found_and_what_stood_before_is(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        kept = add_relation(session, by=anna, now=book.now(), name="Kept")
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            add_relation(session, by=anna, now=book.now(), name="Taken back")
            assert search_options(session, "taken", asked_by=anna, on=TODAY).options
            raise ZeroDivisionError
    with book.reading() as session:
        assert search_options(session, "taken", asked_by=anna, on=TODAY).options == ()
        found = search_options(session, "kept", asked_by=anna, on=TODAY).options
        assert [option.relation_id for option in found] == [kept.id]
