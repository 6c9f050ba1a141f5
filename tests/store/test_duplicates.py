"""Relations that may be one and the same."""

from __future__ import annotations

import pytest
from dupont import new_collaborator, new_contact, new_person, new_relation
from sqlalchemy.orm import Session

from store.addresses import MailLine, PhoneLine, PostalLine
from store.base import BookError, NotFound
from store.collaborators import Collaborator, Scope
from store.duplicates import DuplicateReason, all_duplicates, differ, likely_duplicates, may_be_same
from store.engine import Book
from store.merging import merge_relations
from store.relations import Relation, add_relation, delete_relation

VAT, MAIL, PHONE = DuplicateReason.VAT, DuplicateReason.MAIL, DuplicateReason.PHONE
NAME, TOWN = DuplicateReason.NAME, DuplicateReason.NAME_AND_TOWN


def _relation(session: Session, book: Book, by: Collaborator, name: str, **facts: object) -> Relation:
    return add_relation(session, by=by, now=book.now(), name=name, **facts)  # type: ignore[arg-type]


def _reasons(session: Session, one: Relation, by: Collaborator) -> dict[str, tuple[DuplicateReason, ...]]:
    return {found.other.name: found.reasons for found in likely_duplicates(session, one.id, asked_by=by)}


def test_each_reason_is_told_and_the_likeliest_comes_first(book: Book) -> None:
    tournai = [PostalLine("Rue du Moulin 12", "7500", "Tournai", "")]
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        one = _relation(
            session,
            book,
            anna,
            "Brasserie Dupont SA",
            vat="BE0403170701",
            mails=[MailLine("info@dupont.example")],
            phones=[PhoneLine("+32 69 22 33 44")],
            postal_addresses=tournai,
        )
        _relation(session, book, anna, "brasserie dupont")
        _relation(session, book, anna, "Brasserie Dupont (Tournai)", vat="BE 0403.170.701")
        _relation(session, book, anna, "Moulin", mails=[MailLine("INFO@dupont.example")])
        _relation(session, book, anna, "Toogood", phones=[PhoneLine("+32 (0)69/22.33.44")])
        _relation(session, book, anna, "BRASSERIE DUPONT SPRL", postal_addresses=tournai)
        _relation(session, book, anna, "Nobody")
        reasons = _reasons(session, one, anna)
    assert list(reasons) == [
        "Brasserie Dupont (Tournai)",
        "Moulin",
        "Toogood",
        "BRASSERIE DUPONT SPRL",
        "brasserie dupont",
    ]
    assert list(reasons.values()) == [(VAT,), (MAIL,), (PHONE,), (TOWN,), (NAME,)]


def test_namesakes_in_towns_of_one_name_in_two_countries_are_not_told_to_share_a_town(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        halle, _in_germany, somewhere = (
            _relation(session, book, anna, name, postal_addresses=[PostalLine(town="Halle", country=country)])
            for name, country in (("Maes", "Belgique"), ("MAES", "Allemagne"), ("Maes bv", ""))
        )
        assert _reasons(session, halle, anna) == {"MAES": (NAME,), "Maes bv": (TOWN,)}
        assert _reasons(session, somewhere, anna) == {"Maes": (TOWN,), "MAES": (TOWN,)}


def test_two_who_were_said_to_differ_are_not_told_again_until_that_is_taken_back(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        one, other = (_relation(session, book, anna, "Dupont", mails=[MailLine("a@b.example")]) for _each in range(2))
        differ(session, other.id, one.id, by=anna, now=book.now())
        differ(session, one.id, other.id, by=anna, now=book.now())
        assert _reasons(session, one, anna) == _reasons(session, other, anna) == {}
        assert all_duplicates(session, asked_by=anna) == []
        may_be_same(session, one.id, other.id, by=anna)
        assert _reasons(session, one, anna) == {"Dupont": (MAIL, NAME)}


def test_what_is_said_of_a_merged_one_is_said_of_the_kept_one(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        mails = [MailLine("a@b.example")]
        one, other, twin = (_relation(session, book, anna, "Dupont", mails=mails) for _each in range(3))
    with book.writing() as session:
        merge_relations(session, one.id, twin.id, by=anna, now=book.now())
    with book.writing() as session:
        differ(session, twin.id, other.id, by=anna, now=book.now())
        assert _reasons(session, one, anna) == {}
        with pytest.raises(BookError, match="the same relation"):
            differ(session, twin.id, one.id, by=anna, now=book.now())
    with book.writing() as session:
        may_be_same(session, other.id, twin.id, by=anna)
        assert _reasons(session, one, anna) == {"Dupont": (MAIL, NAME)}


def test_the_list_of_the_book_holds_each_pair_once_and_no_mere_namesakes(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        first, second = (_relation(session, book, anna, name, vat="BE0403170701") for name in ("Dupont", "Dupond"))
        _relation(session, book, anna, "Dupont")
        pairs = [(pair.one.id, pair.other.id, pair.reasons) for pair in all_duplicates(session, asked_by=anna)]
        assert pairs == [(first.id, second.id, (VAT,))]
        delete_relation(session, second.id, by=anna, now=book.now())
        assert all_duplicates(session, asked_by=anna) == []


def test_a_person_who_writes_from_their_companys_address_is_not_its_duplicate(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        dupont = new_relation(session, "Dupont", "info@dupont.example")
        els = new_person(session, "Els", "info@dupont.example")
        new_contact(session, els, dupont)
        assert _reasons(session, dupont, anna) == _reasons(session, els, anna) == {}


def test_namesakes_at_the_same_relation_are_told(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        dupont = new_relation(session, "Dupont")
        els, other = (new_person(session, "Els Peeters") for _each in range(2))
        for person in (els, other):
            new_contact(session, person, dupont)
        assert _reasons(session, els, anna) == {"Els Peeters": (DuplicateReason.NAME_AND_PLACE,)}


def test_charlie_says_nothing_of_two_files_that_are_not_his(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        charlie, _mailbox = new_collaborator(session, "Charlie")
        charlie.scope = Scope.OWN
        one, other = (_relation(session, book, anna, "Dupont", mails=[MailLine("a@b.example")]) for _each in range(2))
        differ(session, one.id, other.id, by=anna, now=book.now())
        with pytest.raises(NotFound):
            may_be_same(session, one.id, other.id, by=charlie)
        assert all_duplicates(session, asked_by=anna) == []
