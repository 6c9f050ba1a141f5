"""Relations, and what people type about them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from store.addresses import AddressKind, MailLine, PhoneLine, PostalLine, folded_mail
from store.administration import deactivate_collaborator
from store.audit import entries_of
from store.base import BookError, ChangedMeanwhile, NotAllowed, NotFound
from store.collaborators import Collaborator, Role, add_collaborator
from store.duplicates import possible_duplicates
from store.engine import Book
from store.relations import (
    Relation,
    RelationKind,
    add_relation,
    delete_relation,
    edit_relation,
    relation_seen_by,
    restore_relation,
)
from store.words import fold, name_key, terms_in, words_of_name

TODAY = date(2026, 11, 21)


def _anna(session: Session, book: Book) -> Collaborator:
    return add_collaborator(session, name="Anna", mail="anna@office.example", role=Role.ADMIN, now=book.now())


def _dupont(session: Session, book: Book, by: Collaborator) -> Relation:
    return add_relation(
        session,
        by=by,
        now=book.now(),
        name="Brasserie Dupont SA",
        mails=[MailLine("Els@Dupont.example"), MailLine("factures@dupont.example", AddressKind.BILLING)],
        phones=[PhoneLine("+32 (0)69 22 33 44")],
        postal_addresses=[PostalLine("Rue du Moulin 12", "7500", "Tournai", "Belgique")],
    )


def test_a_relation_is_kept_as_it_was_typed(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        made = _dupont(session, book, anna)
    with book.reading() as session:
        seen = relation_seen_by(session, made.id, asked_by=anna)
    assert seen is not None
    assert (seen.name, seen.folded, seen.kind) == ("Brasserie Dupont SA", "brasserie dupont", RelationKind.COMPANY)
    assert [(row.mail, row.kind) for row in seen.mail_addresses] == [
        ("Els@dupont.example", AddressKind.WORK),
        ("factures@dupont.example", AddressKind.BILLING),
    ]
    assert [(row.number, row.digits) for row in seen.phones] == [("+32 (0)69 22 33 44", "3269223344")]
    assert seen.address_on(TODAY, "nl") == "Rue du Moulin 12, 7500 Tournai, België"


@pytest.mark.parametrize(
    "name",
    [
        "🍺 Chez Émile 👨‍👩‍👧",
        "כרמל בע״מ",
        "<script>alert(1)</script> & <!channel>",
        "𠮷野家",
        "O'Neil; DROP TABLE",
        "x" * 150,
    ],
)
def test_a_name_may_hold_anything_that_can_be_seen(book: Book, name: str) -> None:
    with book.writing() as session:
        made = add_relation(session, by=_anna(session, book), now=book.now(), name=f" {name}\t")
    with book.reading() as session:
        assert session.get_one(Relation, made.id).name == name


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \u200b\t"}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"name": "nul\0"}, "name"),
        ({"language": "de"}, "language"),
        ({"website": "x" * 301}, "website"),
        ({"notes": "x" * 20_001}, "notes"),
        ({"mails": [MailLine("els@")]}, "mails"),
        ({"mails": [MailLine("els at dupont.example")]}, "mails"),
        ({"mails": [MailLine("els@x.example"), MailLine("ELS@x.example", AddressKind.HOME)]}, "mails"),
        ({"mails": [MailLine("i@bücher.example"), MailLine("i@xn--bcher-kva.example")]}, "mails"),
        ({"phones": [PhoneLine("call me")]}, "phones"),
        ({"phones": [PhoneLine("12")]}, "phones"),
        ({"phones": [PhoneLine("02 555 12 34"), PhoneLine("02/555.12.34")]}, "phones"),
        ({"postal_addresses": [PostalLine("Rue 1"), PostalLine("Rue 1")]}, "postal_addresses"),
        ({"postal_addresses": [PostalLine("x" * 301)]}, "postal_addresses"),
    ],
)
def test_a_wrong_fact_is_told_at_its_field(book: Book, facts: dict[str, object], field: str) -> None:
    with pytest.raises(BookError) as told, book.writing() as session:
        add_relation(session, by=_anna(session, book), now=book.now(), **{"name": "X", **facts})  # type: ignore[arg-type]
    assert told.value.field == field


def test_control_characters_are_left_out(book: Book) -> None:
    with book.writing() as session:
        made = add_relation(
            session,
            by=_anna(session, book),
            now=book.now(),
            name="Du\x07pont\r\nSA",
            notes="a\r\nb\x1b[2J\tc",
            website="\x9fx",
        )
    assert (made.name, made.notes, made.website) == ("Dupont  SA", "a\nb[2J\tc", "x")


def test_empty_lines_of_a_form_are_left_out(book: Book) -> None:
    with book.writing() as session:
        made = add_relation(
            session,
            by=_anna(session, book),
            now=book.now(),
            name="X",
            mails=[MailLine(" "), MailLine("jörg@bücher.example")],
            phones=[PhoneLine("")],
            postal_addresses=[PostalLine()],
        )
        assert [row.mail for row in made.mail_addresses] == ["jörg@bücher.example"]
        assert (made.phones, made.postal_addresses) == ([], [])


def test_an_edit_changes_what_it_names_and_keeps_the_rest(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        made = _dupont(session, book, anna)
        billing_id = made.mail_addresses[1].id
    with book.writing() as session:
        edit_relation(
            session,
            made.id,
            by=anna,
            now=book.now(),
            version=made.version,
            name="Brasserie Durand",
            mails=[MailLine("factures@dupont.example"), MailLine("new@dupont.example")],
        )
    with book.reading() as session:
        seen = relation_seen_by(session, made.id, asked_by=anna)
    assert seen is not None
    assert (seen.name, seen.folded, seen.address_on(TODAY, "fr")) == (
        "Brasserie Durand",
        "brasserie durand",
        made.address_on(TODAY, "fr"),
    )
    assert [(row.id == billing_id, row.mail) for row in seen.mail_addresses] == [
        (True, "factures@dupont.example"),
        (False, "new@dupont.example"),
    ]
    assert len(seen.phones) == 1


def test_an_edit_of_an_address_alone_is_a_new_version(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        made = _dupont(session, book, anna)
        seen = made.version
    later = book.now().replace(hour=10)
    with book.writing() as session:
        edit_relation(session, made.id, by=anna, now=later, version=seen, phones=[PhoneLine("02 555 11 22")])
    with pytest.raises(ChangedMeanwhile), book.writing() as session:
        edit_relation(session, made.id, by=anna, now=later, version=seen, name="Late")


def test_the_audit_trail_tells_who_changed_an_address(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        made = _dupont(session, book, anna)
    with book.writing(actor_id=anna.id, door="slack") as session:
        edit_relation(session, made.id, by=anna, now=book.now(), phones=[PhoneLine("+32 69 22.33.44")])
    with book.reading() as session:
        newest = entries_of(session, made.phones[0])[0]
    assert (newest.actor_id, newest.door, newest.before) == (anna.id, "slack", {"number": "+32 (0)69 22 33 44"})
    assert newest.after == {"number": "+32 69 22.33.44"}


def test_a_deleted_relation_is_gone_until_it_is_restored(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        made = _dupont(session, book, anna)
        delete_relation(session, made.id, by=anna, now=book.now(), version=made.version)
        assert relation_seen_by(session, made.id, asked_by=anna) is None
        assert possible_duplicates(session, asked_by=anna, name="Brasserie Dupont") == []
        with pytest.raises(NotFound):
            edit_relation(session, made.id, by=anna, now=book.now(), name="Other")
        with pytest.raises(NotFound):
            delete_relation(session, made.id, by=anna, now=book.now())
        restore_relation(session, made.id, by=anna, now=book.now())
        assert relation_seen_by(session, made.id, asked_by=anna) is made


def test_namesakes_and_shared_addresses_are_told_but_not_refused(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        first = _dupont(session, book, anna)
        second = add_relation(session, by=anna, now=book.now(), name="BRASSERIE DUPONT")
        third = add_relation(session, by=anna, now=book.now(), name="Jeanne", mails=[MailLine("ELS@dupont.example")])
        alike = possible_duplicates(
            session, asked_by=anna, name="Brasserie Dupont bv", mails=["els@DUPONT.example"], besides_id=second.id
        )
        assert list(alike) == [first, third]
        assert possible_duplicates(session, asked_by=anna) == []
        assert possible_duplicates(session, asked_by=anna, name="Dupont", mails=["nonsense"]) == []


def test_somebody_who_left_sees_and_changes_nothing(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        charlie = add_collaborator(session, name="Charlie", mail="charlie@office.example", now=book.now())
        made = _dupont(session, book, charlie)
        deactivate_collaborator(session, charlie.id, by=anna)
        assert relation_seen_by(session, made.id, asked_by=charlie) is None
        assert possible_duplicates(session, asked_by=charlie, name=made.name) == []
        with pytest.raises(NotAllowed):
            edit_relation(session, made.id, by=charlie, now=book.now(), name="X")
        with pytest.raises(NotAllowed):
            add_relation(session, by=charlie, now=book.now(), name="X")


@given(st.text(st.characters(exclude_characters="\0")))  # a name cannot hold NUL
def test_any_text_folds_the_same_twice_and_is_found_by_its_own_words(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert name_key(name_key(text)) == name_key(text)
    for term in terms_in(name_key(text)):
        assert term.isdecimal() or "@" in term or any(word.startswith(term) for word in words_of_name(text)), term


@given(st.text())
def test_folding_an_address_never_fails(text: str) -> None:
    assert folded_mail(folded_mail(text)) == folded_mail(text)
