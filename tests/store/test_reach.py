"""What a relation is, and where it is reached, from when and until when."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from store.addresses import MailLine, PhoneLine, PostalLine
from store.base import BookError, ChangedMeanwhile, NotFound
from store.collaborators import Collaborator, add_collaborator
from store.contacts import add_contact, mail_for, phone_for
from store.domain import line_with_key
from store.duplicates import possible_duplicates
from store.engine import Book
from store.reach import ReachKind, date_reach, reached_by
from store.relations import (
    Relation,
    RelationCategory,
    RelationKind,
    add_relation,
    edit_relation,
)
from store.starter import seed_domain_data

TODAY, YESTERDAY = date(2026, 11, 21), date(2026, 11, 20)


def _anna(session: Session, book: Book) -> Collaborator:
    seed_domain_data(session, book.now())
    return add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())


def _dupont(session: Session, book: Book, by: Collaborator) -> Relation:
    return add_relation(
        session,
        by=by,
        now=book.now(),
        name="Brasserie Dupont SA",
        mails=[MailLine("info@dupont.example"), MailLine("old@dupont.example")],
        phones=[PhoneLine("069 22 33 44"), PhoneLine("069 55 66 77")],
        postal_addresses=[PostalLine("Rue Haute 1", "7500", "Tournai"), PostalLine("Rue Basse 2", "7500", "Tournai")],
    )


def test_a_company_has_a_category_a_legal_form_from_its_name_and_a_vat_number(book: Book) -> None:
    with book.writing() as session:
        session.info["country"] = "BE"
        anna = _anna(session, book)
        client = line_with_key(session, RelationCategory, "client")
        made = add_relation(
            session, by=anna, now=book.now(), name="Brasserie Dupont S.A.", category_id=client.id, vat="403.170.701"
        )
        assert (made.legal_form, made.vat, made.category) == ("SA", "BE0403170701", client)
        edit_relation(session, made.id, by=anna, now=book.now(), legal_form="SRL", website="dupont.example")
        assert (made.legal_form, made.category) == ("SRL", client), "what is not given stays"
        edit_relation(session, made.id, by=anna, now=book.now(), category_id=None, vat="")
        assert (made.category, made.vat) == (None, "")
        person = add_relation(session, by=anna, now=book.now(), name="Jean Cie", kind=RelationKind.PERSON)
        assert person.legal_form == ""
        with pytest.raises(BookError) as told:
            add_relation(session, by=anna, now=book.now(), name="Wrong", vat="BE 0403.170.702")
        assert told.value.field == "vat"
        with pytest.raises(NotFound):
            edit_relation(session, made.id, by=anna, now=book.now(), category_id=999)


def test_a_second_relation_with_the_same_vat_number_is_told_not_refused(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        first = add_relation(session, by=anna, now=book.now(), name="Dupont", vat="BE 0403.170.701")
        second = add_relation(session, by=anna, now=book.now(), name="Acme", vat="BE0403170701")
        found = possible_duplicates(session, asked_by=anna, name=second.name, vat=second.vat, besides_id=second.id)
        assert list(found) == [first]


def test_a_phone_without_country_code_is_read_as_the_addresss_country_else_the_offices(book: Book) -> None:
    with book.writing() as session:
        session.info["country"] = "BE"
        anna = _anna(session, book)
        here = add_relation(session, by=anna, now=book.now(), name="Here", phones=[PhoneLine("069 22 33 44")])
        there = add_relation(
            session,
            by=anna,
            now=book.now(),
            name="There",
            phones=[PhoneLine("01 42 68 53 00"), PhoneLine("12 34")],
            postal_addresses=[PostalLine("Rue de Rivoli 1", "75001", "Paris", "Frankrijk")],
        )
    assert [(row.number, row.e164) for row in here.phones] == [("069 22 33 44", "+3269223344")]
    assert [(row.number, row.e164) for row in there.phones] == [("01 42 68 53 00", "+33142685300"), ("12 34", "")]
    assert [row.shown("BE") for row in there.phones] == ["+33 1 42 68 53 00", "12 34"]


def test_a_phone_that_is_read_once_its_country_is_known_stays_the_same_row(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        made = add_relation(session, by=anna, now=book.now(), name="Dupont", phones=[PhoneLine("069 22 33 44")])
        (row,) = made.phones
        assert row.e164 == ""
        address = PostalLine("Rue Haute 1", "7500", "Tournai", "Belgique")
        edit_relation(
            session, made.id, by=anna, now=book.now(), phones=[PhoneLine(row.number)], postal_addresses=[address]
        )
        assert made.phones == [row]
        assert (row.e164, row.digits) == ("+3269223344", "3269223344")


def test_what_is_no_longer_valid_is_not_offered_or_written_to_and_stays_in_history(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        dupont = _dupont(session, book, anna)
        for kind, row in reached_by(dupont)[::2]:
            date_reach(session, dupont.id, kind, row.id, by=anna, now=book.now(), since_on=None, until_on=YESTERDAY)
        assert dupont.address_on(TODAY, "fr") == "Rue Basse 2, 7500 Tournai"
        assert dupont.address_on(YESTERDAY, "fr") == "Rue Haute 1, 7500 Tournai"
        assert [row.mail for row in dupont.mail_addresses if row.is_valid(TODAY)] == ["old@dupont.example"]
        edit_relation(session, dupont.id, by=anna, now=book.now(), mails=[MailLine("new@dupont.example")])
        kept = [(row.mail, row.until_on) for row in dupont.mail_addresses]
        assert kept == [("new@dupont.example", None), ("info@dupont.example", YESTERDAY)]
        edit_relation(session, dupont.id, by=anna, now=book.now(), mails=[MailLine("Info@dupont.example")])
        assert [(row.mail, row.until_on) for row in dupont.mail_addresses] == [("Info@dupont.example", None)]


def test_a_contacts_expired_address_and_phone_are_not_used(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        dupont = _dupont(session, book, anna)
        els = add_contact(
            session, by=anna, now=book.now(), relation_id=dupont.id, name="Els", mail="els@dupont.example",
            phone="069 22 33 45",
        )  # fmt: skip
        assert mail_for(session, els, on=TODAY) == "els@dupont.example"
        for kind, row in reached_by(els.person):
            date_reach(session, els.person_id, kind, row.id, by=anna, now=book.now(), since_on=None, until_on=YESTERDAY)
        assert (mail_for(session, els, on=TODAY), phone_for(session, els, on=TODAY)) == (None, None)
        assert mail_for(session, els, on=YESTERDAY) == "els@dupont.example"


def test_days_that_cannot_be_and_lines_of_others_are_refused(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        dupont = _dupont(session, book, anna)
        other = add_relation(session, by=anna, now=book.now(), name="Other")
        mail_id, seen = dupont.mail_addresses[0].id, dupont.version
        with pytest.raises(BookError) as told:
            date_reach(
                session, dupont.id, ReachKind.MAIL, mail_id, by=anna, now=book.now(), since_on=TODAY,
                until_on=YESTERDAY,
            )  # fmt: skip
        assert told.value.field == "until_on"
        days = {"since_on": None, "until_on": TODAY}
        with pytest.raises(NotFound):
            date_reach(session, other.id, ReachKind.MAIL, mail_id, by=anna, now=book.now(), **days)
        date_reach(session, dupont.id, ReachKind.MAIL, mail_id, by=anna, now=book.now(), version=seen, **days)
        with pytest.raises(ChangedMeanwhile):
            edit_relation(session, dupont.id, by=anna, now=book.now(), version=seen, name="Dupont")
