"""Contacts: places, ranks, and who fills a form."""

from __future__ import annotations

from datetime import timedelta

import pytest
from contact_desk import TODAY, Desk

from store.addresses import MailLine
from store.base import BookError, ChangedMeanwhile, NotFound
from store.contacts import (
    contact_seen_by,
    contacts_of,
    delete_contact,
    edit_contact,
    end_contact,
    language_for,
    mail_for,
    phone_for,
    places_of,
    reopen_contact,
    restore_contact,
)
from store.engine import Book
from store.mailings.audience import contacts_in_place
from store.relations import RelationKind, delete_relation, edit_relation
from store.search import search_options


def test_a_new_contact_is_a_person_with_a_place(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els Peeters", mail="els@dupont.example", phone="0475 11 22 33", function="Achats")
        assert els.person.kind is RelationKind.PERSON
        assert els.label == "Els Peeters · Dupont"
        assert (mail_for(session, els), phone_for(session, els)) == ("els@dupont.example", "0475 11 22 33")
        assert contact_seen_by(session, els.id, asked_by=desk.anna) is els


def test_a_person_has_an_address_per_place_and_one_language(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els Peeters", mail="els@dupont.example")
        assert language_for(els) == "fr"
        other = desk.contact(
            "",
            desk.company("Durand", language="nl"),
            person_id=els.person_id,
            mail="els@durand.example",
            phone="03 211 22 33",
        )
        assert other.person is els.person
        assert (mail_for(session, els), mail_for(session, other)) == ("els@dupont.example", "els@durand.example")
        assert (phone_for(session, els), phone_for(session, other)) == (None, "03 211 22 33")
        edit_contact(session, els.id, by=desk.anna, now=book.now(), language="en")
        assert (language_for(els), language_for(other)) == ("en", "en")
        assert [one.relation.name for one in places_of(session, els.person_id, asked_by=desk.anna, on=TODAY)] == [
            "Dupont",
            "Durand",
        ]
        assert language_for(desk.contact("Jan", desk.company("Office's own"))) is None


def test_a_further_place_without_an_address_is_reached_at_the_persons_own(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els Peeters", mail="els@dupont.example")
        other = desk.contact("", desk.company("Durand"), person_id=els.person_id)
        assert (mail_for(session, els), mail_for(session, other)) == ("els@dupont.example", "els@dupont.example")
        edit_contact(session, other.id, by=desk.anna, now=book.now(), mail="els@durand.example")
        assert (mail_for(session, els), mail_for(session, other)) == ("els@dupont.example", "els@durand.example")


def test_the_address_of_a_place_that_was_left_is_not_used_at_a_further_one(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els Peeters", mail="els@dupont.example")
        end_contact(session, els.id, by=desk.anna, on=TODAY - timedelta(days=1), now=book.now())
        other = desk.contact("", desk.company("Durand"), person_id=els.person_id)
        assert mail_for(session, other) is None


def test_an_address_or_phone_given_at_two_places_is_lost_at_neither(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els Peeters", mail="els@dupont.example", phone="0475 11 22 33")
        durand = desk.company("Durand")
        other = desk.contact("", durand, person_id=els.person_id, mail="Els@dupont.example", phone="0475/112233")
        for place in (els, other):
            assert (mail_for(session, place), phone_for(session, place)) == ("els@dupont.example", "0475 11 22 33")


def test_an_edit_changes_the_place_that_it_names(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail="els@dupont.example")
        edit_relation(
            session,
            els.person_id,
            by=desk.anna,
            now=book.now(),
            mails=[MailLine("els@dupont.example"), MailLine("els@home.example")],
        )
        version = els.version
        edit_contact(
            session, els.id, by=desk.anna, now=book.now(), version=version, name="Elsa", mail="e@dupont.example"
        )
        assert [row.mail for row in els.person.mail_addresses] == ["e@dupont.example", "els@home.example"]
        edit_contact(session, els.id, by=desk.anna, now=book.now(), mail="")
        assert mail_for(session, els) == "els@home.example"
        edit_contact(session, els.id, by=desk.anna, now=book.now(), mail="els@home.example")
        assert [row.contact_id for row in els.person.mail_addresses] == [None]
        edit_contact(session, els.id, by=desk.anna, now=book.now(), mail="")
        assert mail_for(session, els) is None
        with pytest.raises(ChangedMeanwhile):
            edit_contact(session, els.id, by=desk.anna, now=book.now(), version=version, function="Late")


def test_an_address_changed_at_one_place_is_told_to_who_edits_the_person_at_another(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail="els@dupont.example")
        there = desk.contact("", desk.company("Durand"), person_id=els.person_id)
        seen = els.person.version
        edit_contact(session, there.id, by=desk.anna, now=book.now(), person_version=seen, function="Sales")
        edit_contact(session, els.id, by=desk.anna, now=book.now(), person_version=seen, phone="02 555 12 12")
        with pytest.raises(ChangedMeanwhile) as told:
            edit_contact(session, there.id, by=desk.anna, now=book.now(), person_version=seen, name="Elsa")
        assert (told.value.kept_as, told.value.version) == ("person_version", els.person.version)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"mail": "els@"}, "mail"),
        ({"phone": "none"}, "phone"),
        ({"language": "de"}, "language"),
        ({"function": "x" * 301}, "function"),
        ({"kind_ids": [999]}, "kind_ids"),
    ],
)
def test_a_wrong_fact_of_a_contact_is_told_at_its_field(book: Book, facts: dict[str, object], field: str) -> None:
    with pytest.raises(BookError) as told, book.writing() as session:
        Desk(session, book).contact(**{"name": "Els", **facts})  # type: ignore[arg-type]
    assert told.value.field == field


def test_a_person_has_one_place_at_a_time_at_a_relation(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els")
        with pytest.raises(BookError, match="already") as told:
            desk.contact("", person_id=els.person_id)
        assert told.value.field == "name"
        with pytest.raises(BookError, match="Choose a person"):
            desk.contact("", person_id=desk.company("Durand").id)
        with pytest.raises(BookError, match="Choose a person"):
            desk.contact("", els.person, person_id=els.person_id)
        end_contact(session, els.id, by=desk.anna, on=TODAY, now=book.now())
        desk.contact("", person_id=els.person_id, since_on=TODAY + timedelta(days=1))
        assert len(contacts_of(session, desk.dupont.id, asked_by=desk.anna, on=None)) == 2


def test_the_first_in_rank_fills_the_form_and_the_next_one_follows(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        assert desk.default(desk.purchases) is None
        els = desk.contact("Els", kind_ids=[desk.purchases])
        desk.contact("Jan", kind_ids=[desk.purchases, desk.payable])
        assert (desk.default(desk.purchases), desk.default(desk.payable), desk.default()) == ("Els", "Jan", "Els")
        end_contact(session, els.id, by=desk.anna, on=TODAY, now=book.now())
        tomorrow = TODAY + timedelta(days=1)
        assert (desk.default(desk.purchases), desk.default(desk.purchases, tomorrow)) == ("Els", "Jan")
        reopen_contact(session, els.id, by=desk.anna, now=book.now())
        assert desk.default(desk.purchases, tomorrow) == "Els"
        delete_relation(session, els.person_id, by=desk.anna, now=book.now())
        assert desk.default(desk.purchases) == "Jan"
        assert contact_seen_by(session, els.id, asked_by=desk.anna) is None
        with pytest.raises(NotFound):
            edit_contact(session, els.id, by=desk.anna, now=book.now(), function="Ghost")


def test_nobody_of_the_kind_leaves_the_best_of_any_then_the_first(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        desk.contact("Els")
        assert desk.default(desk.purchases) == "Els"
        desk.contact("Jan", kind_ids=[desk.payable])
        assert desk.default(desk.purchases) == "Jan"


def test_contacts_are_listed_by_name_or_by_rank_of_a_kind(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        zoe = desk.contact("Zoé", kind_ids=[desk.purchases])
        desk.contact("Émile", kind_ids=[desk.purchases])
        desk.contact("Bart", since_on=TODAY + timedelta(days=1))
        listed = contacts_of(session, desk.dupont.id, asked_by=desk.anna, on=TODAY)
        assert [one.person.name for one in listed] == ["Émile", "Zoé"]
        ranked = contacts_of(session, desk.dupont.id, asked_by=desk.anna, on=TODAY, kind_id=desk.purchases)
        assert [one.person.name for one in ranked] == ["Zoé", "Émile"]
        delete_relation(session, zoe.person_id, by=desk.anna, now=book.now())
        assert [one.person.name for one in contacts_of(session, desk.dupont.id, asked_by=desk.anna, on=TODAY)] == [
            "Émile"
        ]


def test_a_contact_entered_by_mistake_is_offered_nowhere_until_it_is_brought_back(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", kind_ids=[desk.purchases])
        other = desk.contact("", desk.company("Durand"), person_id=els.person_id)

        def offered() -> tuple[list[int], list[int], int]:
            found = search_options(session, "els", asked_by=desk.anna, on=TODAY, limit=10).options
            audience = contacts_in_place(session, asked_by=desk.anna, on=TODAY)
            return (
                [one.contact_id or 0 for one in found],
                list(audience),
                len(contacts_of(session, desk.dupont.id, asked_by=desk.anna, on=None)),
            )

        before = offered()
        assert (set(before[0]), set(before[1]), before[2]) == ({els.id, other.id}, {els.id, other.id}, 1)
        delete_contact(session, els.id, by=desk.anna, now=book.now())
        assert offered() == ([other.id], [other.id], 0)
        assert (desk.default(desk.purchases), els.person.deleted_at) == (None, None)
        delete_contact(session, other.id, by=desk.anna, now=book.now())
        assert offered() == ([], [], 0)
        assert els.person.deleted_at == book.now(), "nobody knows her otherwise"
        with pytest.raises(NotFound):
            edit_contact(session, els.id, by=desk.anna, now=book.now(), function="Ghost")
        for gone in (other, els, els):
            restore_contact(session, gone.id, by=desk.anna, now=book.now())
        assert offered() == before


def test_a_deleted_place_that_was_given_again_does_not_come_back_beside_it(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els")
        desk.contact("", desk.company("Durand"), person_id=els.person_id)
        delete_contact(session, els.id, by=desk.anna, now=book.now())
        desk.contact("", person_id=els.person_id)
        with pytest.raises(BookError, match="already"):
            restore_contact(session, els.id, by=desk.anna, now=book.now())
