"""Finding relations and contacts while typing, on both engines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from store import search_query
from store.addresses import MailLine, PhoneLine, PostalLine
from store.collaborators import Collaborator, add_collaborator
from store.contacts import add_contact, end_contact
from store.engine import Book
from store.involvements import set_representative
from store.relations import Relation, add_relation, delete_relation, edit_relation, restore_relation
from store.search import search_options
from store.starter import seed_domain_data

TODAY = date(2026, 11, 21)


def _anna(session: Session, book: Book) -> Collaborator:
    return add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())


def _add(session: Session, book: Book, by: Collaborator, name: str, **more: object) -> Relation:
    return add_relation(session, by=by, now=book.now(), name=name, **more)  # type: ignore[arg-type]


def _labels(session: Session, by: Collaborator, typed: str, *, on: date = TODAY, limit: int = 50) -> list[str]:
    return [option.label for option in search_options(session, typed, asked_by=by, on=on, limit=limit).options]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Société X SA", "x"),
        ("Société X SA", "societe"),
        ("Société X SA", "X S.A."),
        ("Société X", "x sa"),
        ("Boulangerie Œuvray", "oeuv"),
        ("Brøderna Łukasz", "lukasz brod"),
        ("D'Hondt & Zonen BV", "dhondt"),
        ("D’Hondt & Zonen BV", "d'hondt"),
        ("Jean-Pierre Dubois", "dubois jean-p"),
        ("Jan Van den Berghe", "vandenb"),
        ("Jan Vandenberghe", "van den berghe jan"),
        ("Desmet Wijnen BV", "de smet"),
        ("Wijnhuis De Smet", "desmet wijn"),
        ("Bistro Le Chat", "le bistro"),
        ("Van de Velde", "van de"),
        ("Sabena", "sa"),
        ("Les Entreprises Côté ltée", "cote ltée"),
        ("Straßenbau Groß", "STRASSEN"),
        ("كرم للتجارة", "للت"),
        ("東京商事", "東京"),
        ("🍺🍺", "🍺"),
        ("<b>Café</b> <!channel>", "cafe"),
        ("007 Bar", "007"),
        ("100 % Vins", "100"),
        ("under_score", "score"),
    ],
)
def test_a_name_is_found_however_it_is_typed(book: Book, name: str, typed: str) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        _add(session, book, anna, "Somebody Else")
        _add(session, book, anna, name)
        assert _labels(session, anna, typed) == [name]


@pytest.mark.parametrize(
    "typed",
    ["info@dup", "@dupont.example", "+32 69 22 33 44", "069 22 33", "069/22", "0032 69 223344", "3269", "tournai",
     "dupont 7500", "dupont 069 22 33 44", "BE0403170701", "BE 0403.170.701", "be0403.170.701", "0403 170 701",
     "BE 403170701", "403.170", "dupont BE0403"],
)  # fmt: skip
def test_a_relation_is_found_by_mail_phone_vat_and_town(book: Book, typed: str) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        _add(session, book, anna, "Somebody Else", phones=[PhoneLine("02 555 11 22")])
        _add(
            session,
            book,
            anna,
            "Brasserie Dupont",
            mails=[MailLine("Info@Dupont.example")],
            phones=[PhoneLine("+32 (0)69 22 33 44")],
            vat="BE 0403.170.701",
            postal_addresses=[PostalLine("Rue du Moulin 12", "7500", "Tournai")],
        )
        assert _labels(session, anna, typed) == ["Brasserie Dupont"]


@pytest.mark.parametrize("typed", ["dupont allemagne", "duitsl", "Germany"])
def test_who_is_abroad_is_found_by_the_country_and_who_is_at_home_is_not(book: Book, typed: str) -> None:
    with book.writing() as session:
        session.info["country"] = "BE"
        anna = _anna(session, book)
        for name, country in (("Dupont Köln", "DE"), ("Dupont Tournai", "BE")):
            _add(session, book, anna, name, postal_addresses=[PostalLine(country=country)])
        assert _labels(session, anna, typed) == ["Dupont Köln"]
        assert _labels(session, anna, "belgique") == []


@pytest.mark.parametrize("typed", ["zz", "dupont zz", "%", "_", "' OR 1=1 --", "dup\0", "@", "pont"])
def test_what_does_not_begin_a_word_finds_nothing_or_everything_of_the_caller(book: Book, typed: str) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        _add(session, book, anna, "Brasserie Dupont")
        expected = ["Brasserie Dupont"] if typed in {"@", "dup\0"} else []
        assert _labels(session, anna, typed) == expected


def test_a_contact_is_found_by_person_and_company_until_the_last_day(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        dupont = _add(session, book, anna, "Brasserie Dupont SA")
        els = add_contact(
            session, by=anna, now=book.now(), relation_id=dupont.id, name="Els Peeters", mail="els@d.example"
        )
        label = "Els Peeters · Brasserie Dupont SA"
        assert _labels(session, anna, "dupont els") == _labels(session, anna, "els@d") == [label]
        assert _labels(session, anna, "dup") == ["Brasserie Dupont SA", label]
        edit_relation(session, dupont.id, by=anna, now=book.now(), name="Café Durand")
        assert _labels(session, anna, "els durand") == ["Els Peeters · Café Durand"]
        end_contact(session, els.id, by=anna, on=TODAY, now=book.now())
        assert _labels(session, anna, "els") == ["Els Peeters · Café Durand"]
        assert _labels(session, anna, "els", on=TODAY + timedelta(days=1)) == ["Els Peeters"]


def test_what_is_deleted_is_found_again_only_once_restored(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        dupont = _add(session, book, anna, "Dupont")
        add_contact(session, by=anna, now=book.now(), relation_id=dupont.id, name="Els")
        delete_relation(session, dupont.id, by=anna, now=book.now())
        assert _labels(session, anna, "dupont") == []
        assert _labels(session, anna, "els") == ["Els"]
        restore_relation(session, dupont.id, by=anna, now=book.now())
        assert _labels(session, anna, "dupont") == ["Dupont", "Els · Dupont"]


def test_the_callers_files_come_first_and_more_is_told(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        seed_domain_data(session, book.now())
        made = [_add(session, book, anna, f"Dupont {letter}") for letter in "ABCD"]
        set_representative(session, by=anna, relation_id=made[3].id, collaborator_id=anna.id, on=TODAY, now=book.now())
        assert _labels(session, anna, "dup") == ["Dupont D", "Dupont A", "Dupont B", "Dupont C"]
        assert search_options(session, "dup", asked_by=anna, on=TODAY, limit=3).has_more
        assert not search_options(session, "dup", asked_by=anna, on=TODAY, limit=4).has_more
        assert _labels(session, anna, "") == ["Dupont D"]
        anna.is_active = False
        assert _labels(session, anna, "dup") == []


def test_namesakes_are_told_apart_by_their_town(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        for name, town in (("Dupont", "Tournai"), ("Dupont", "Liège"), ("Dupont & Fils", "Mons"), ("Dupont", "")):
            relation = _add(session, book, anna, name)
            edit_relation(session, relation.id, by=anna, now=book.now(), postal_addresses=[PostalLine(town=town)])
        found = _labels(session, anna, "dupont")
        assert sorted(found) == ["Dupont", "Dupont & Fils", "Dupont · Liège", "Dupont · Tournai"]
        asked = search_options(session, "dupont", asked_by=anna, on=TODAY, towns=True).options
        told = {option.told_apart for option in asked}
        assert told == {"Dupont", "Dupont & Fils · Mons", "Dupont · Liège", "Dupont · Tournai"}


def test_who_is_called_just_as_was_typed_comes_before_the_callers_files(book: Book) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        seed_domain_data(session, book.now())
        fils, dupont, mine = (_add(session, book, anna, name) for name in ("Dupont & Fils", "Dupont SA", "DUPONT BV"))
        for one in (fils, mine):
            set_representative(session, by=anna, relation_id=one.id, collaborator_id=anna.id, on=TODAY, now=book.now())
        add_contact(session, by=anna, now=book.now(), relation_id=fils.id, name="Els Peeters")
        add_contact(session, by=anna, now=book.now(), relation_id=dupont.id, name="Els Peeters-Claes")
        assert _labels(session, anna, "dupont", limit=3) == ["DUPONT BV", "Dupont SA", "Dupont & Fils"]
        assert _labels(session, anna, "dupon")[:2] == ["DUPONT BV", "Dupont & Fils"]
        assert _labels(session, anna, "fils dupont")[0] == "Dupont & Fils"
        for typed in ("els peeters", "Peeters Els"):
            assert _labels(session, anna, typed) == ["Els Peeters · Dupont & Fils", "Els Peeters-Claes · Dupont SA"]


def test_two_frequent_words_that_seldom_meet_are_read_further(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    with book.writing() as session:
        anna = _anna(session, book)
        for number in range(8):
            _add(session, book, anna, f"Alpha {number}")
            _add(session, book, anna, f"Beta {number}")
        _add(session, book, anna, "Zeta Alpha Beta")
        monkeypatch.setattr(search_query, "READ_FIRST", 3)
        found = search_options(session, "alpha beta", asked_by=anna, on=TODAY)
        assert ([one.label for one in found.options], found.has_more) == (["Zeta Alpha Beta"], False)
        monkeypatch.setattr(search_query, "MOST_READ", 3)
        found = search_options(session, "alpha beta", asked_by=anna, on=TODAY)
        assert (found.options, found.has_more, found.is_near) == ((), True, False)
