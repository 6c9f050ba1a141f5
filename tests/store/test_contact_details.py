"""What a contact has of their own, what the relation lends them, and under which groupings they are written to."""

from __future__ import annotations

from typing import Any

import pytest
from contact_desk import TODAY, Desk

from store.addresses import PhoneLine, PostalLine
from store.base import BookError
from store.consent import Refusal, SuppressionReason, refusal, suppress
from store.contacts import ContactKind, Details, Grouping, Shown, add_contact, edit_contact, language_for, profile_of
from store.engine import Book
from store.mailings.audience import contacts_in_place
from store.relations import edit_relation
from store.subscriptions import mailings_of, put_mailings

MILL = PostalLine("Rue du Moulin 12", "7500", "Tournai")


def test_what_a_contact_has_from_the_relation_follows_it_until_overridden(book: Book) -> None:
    with book.writing() as session:
        desk, els = Desk(session, book), None
        els = desk.contact("Els")
        dupont: dict[str, Any] = {"by": desk.anna, "now": book.now(), "relation_id": desk.dupont.id}
        edit_relation(
            session, website="dupont.example", phones=[PhoneLine("069 22 33 44")], postal_addresses=[MILL], **dupont
        )
        shown = profile_of(session, els, on=TODAY, language="fr")
        assert shown.website == Shown("dupont.example", is_inherited=True)
        assert (shown.phone.is_inherited, shown.language) == (True, Shown("fr", is_inherited=True))
        assert shown.address == Shown("Rue du Moulin 12, 7500 Tournai", is_inherited=True)
        moved = PostalLine("Grand-Place 1", "7500", "Tournai")
        edit_relation(session, postal_addresses=[moved], **dupont)
        assert profile_of(session, els, on=TODAY, language="fr").address.text == "Grand-Place 1, 7500 Tournai"
        own = Details(website="els.example", address=PostalLine("Kaai 3", "9000", "Gent"))
        edit_contact(session, els.id, by=desk.anna, now=book.now(), phone="09 123 45 67", language="nl", details=own)
        shown = profile_of(session, els, on=TODAY, language="fr")
        assert not any(one.is_inherited for one in (shown.phone, shown.address, shown.website, shown.language))
        assert (shown.address.text, language_for(els)) == ("Kaai 3, 9000 Gent", "nl")
        edit_relation(session, postal_addresses=[MILL], **dupont)
        assert profile_of(session, els, on=TODAY, language="fr").address.text == "Kaai 3, 9000 Gent"
        edit_contact(session, els.id, by=desk.anna, now=book.now(), details=Details(website="", address=PostalLine()))
        shown = profile_of(session, els, on=TODAY, language="fr")
        assert (shown.address.text, shown.website.text) == ("Rue du Moulin 12, 7500 Tournai", "dupont.example")


def test_what_the_relation_has_is_copied_nowhere(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        edit_relation(
            session, desk.dupont.id, by=desk.anna, now=book.now(), website="dupont.example", postal_addresses=[MILL]
        )
        els = desk.contact("Els")
        assert (els.website, els.own_address("fr"), els.person.language, els.person.phones) == ("", "", "", [])


def test_a_contact_stands_under_several_groupings_and_is_listed_by_each(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        wishes, tasting = (desk.grouping(key) for key in ("wishes", "tasting"))
        els = desk.contact("Els", details=Details(grouping_ids=[wishes, tasting, wishes]))
        bram = desk.contact("Bram", details=Details(grouping_ids=[wishes]))
        assert [one.person.name for one in desk.listed(grouping_id=wishes)] == ["Bram", "Els"]
        assert [one.person.name for one in desk.listed(grouping_id=tasting)] == ["Els"]
        edit_contact(session, els.id, by=desk.anna, now=book.now(), details=Details(grouping_ids=[tasting]))
        assert [one.key for one in els.groupings] == ["tasting"]
        edit_contact(session, els.id, by=desk.anna, now=book.now(), function="Buyer")
        assert [one.key for one in els.groupings] == ["tasting"], "what the edit does not name stays"
        assert contacts_in_place(session, asked_by=desk.anna, on=TODAY, grouping_ids=[wishes]) == [bram.id]
        everybody = contacts_in_place(session, asked_by=desk.anna, on=TODAY, grouping_ids=[wishes, tasting])
        assert everybody == [bram.id, els.id]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (Details(website="x" * 301), "website"),
        (Details(address=PostalLine("x" * 3000)), "street"),
        (Details(grouping_ids=[999]), "grouping_ids"),
        (Details(birthday="31/2"), "birthday"),
    ],
)
def test_a_wrong_detail_is_told_at_its_field(book: Book, details: Details, field: str) -> None:
    with pytest.raises(BookError) as told, book.writing() as session:
        Desk(session, book).contact("Els", details=details)
    assert told.value.field == field


def test_one_person_at_two_relations_has_a_place_of_each_and_one_birthday(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", details=Details(birthday="29/2", website="els.example"))
        there = add_contact(
            session, by=desk.anna, now=book.now(), relation_id=desk.company("Durand").id, person_id=els.person_id
        )
        assert (there.person, there.website) == (els.person, "")
        with pytest.raises(BookError, match="already"):
            add_contact(session, by=desk.anna, now=book.now(), relation_id=there.relation_id, person_id=els.person_id)


def test_a_grouping_is_a_line_of_the_offices_lists(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        row = session.get_one(Grouping, desk.grouping("wishes"))
        assert (row.label("fr"), row.label("nl"), row.label("en")) == ("wishes fr", "wishes nl", "wishes en")


def test_accounts_payable_and_purchases_are_kinds_to_start_with(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        labels = [session.get_one(ContactKind, one).label_en for one in (desk.payable, desk.purchases)]
        assert labels == ["Accounts payable", "Purchases"]


def test_history_consent_and_suppression_follow_the_person_to_a_further_place(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail="els@dupont.example")
        there = add_contact(
            session,
            by=desk.anna,
            now=book.now(),
            relation_id=desk.company("Durand").id,
            person_id=els.person_id,
            mail="els@durand.example",
        )
        assert mailings_of(session, there).receives is True
        put_mailings(session, els, receives=False, topic_ids=(), wording="", by=desk.anna, now=book.now())
        assert mailings_of(session, there).receives is False
        suppress(session, "els@dupont.example", reason=SuppressionReason.COMPLAINED, now=book.now())
        assert (there.person, there.person.mail_addresses) == (els.person, els.person.mail_addresses)
        asked: dict[str, Any] = {"person_id": there.person_id, "topic_id": None}
        assert refusal(session, mail="els@dupont.example", **asked) is Refusal.SUPPRESSED
        assert refusal(session, mail="els@durand.example", **asked) is Refusal.REFUSED_ALL
