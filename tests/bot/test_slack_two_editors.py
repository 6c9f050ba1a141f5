"""Two people change the same record in Slack: neither silently undoes the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from slack_person import SlackPerson
from slack_stories import action_with_id, add_action, add_dupont, slow_book, wait_until
from world import BRAM, CLAIRE, World

from store.addresses import MailLine, PhoneLine, PostalLine
from store.contacts import Contact, phone_for
from store.involvements import representative_of, set_representative
from store.relations import Relation, edit_relation


def _both(world: World, opens: Callable[[SlackPerson], object]) -> tuple[SlackPerson, SlackPerson]:
    people = world.person(CLAIRE), world.person(BRAM)
    for person in people:
        person.types("/relation Dupont")
        opens(person)
    return people


def _opens_relation(person: SlackPerson) -> None:
    person.chooses("Edit", message=person.waits_for_message("Rue du Moulin"))
    person.waits_for_view("Relation", containing="Remarks")


def _opens_contact(person: SlackPerson) -> None:
    person.presses("Contacts", message=person.waits_for_message("Rue du Moulin"))
    person.chooses("Edit", message=person.waits_for_message("els@dupont.example"))
    person.waits_for_view("Contact", containing="What this person does there")


def _opens_action(person: SlackPerson) -> None:
    person.presses("History", message=person.waits_for_message("Next:"))
    person.presses("action/open", message=person.waits_for_message("Old —"))
    person.presses("Edit", message=person.waits_for_message("Complete"))
    person.waits_for_view("Action", containing="Representative")


def _saves(person: SlackPerson, says: str) -> None:
    assert person.submits() is None
    person.waits_for_message(says)
    person.waits_until_closed()


@pytest.mark.parametrize("delay_s", [0.0, 1.2], ids=["quick", "slow"])
def test_what_a_colleague_changed_in_a_relation_is_taken_over(english: World, delay_s: float) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire, bram = _both(english, _opens_relation)
    bram.fills(**{"phones.0.number": "069 22 33 44", "notes": "By Bram", "website": "dupont.example"})
    _saves(bram, "Brasserie Dupont is changed.")
    claire.fills(notes="By Claire")
    with slow_book(english, delay_s):
        assert claire.submits() is None
        claire.waits_for_view(
            "Relation",
            containing="Bram de Vries changed this meanwhile. Taken over: Phone, Website. "
            "You both changed: Remarks; yours stands here. Check, then save again.",
        )
    shown = claire.fields()
    assert (shown["phones.0.number"], shown["website"], shown["notes"]) == (
        "069 22 33 44",
        "dupont.example",
        "By Claire",
    )
    _saves(claire, "Brasserie Dupont is changed.")
    with english.office.book.reading() as session:
        relation = session.get_one(Relation, relation_id)
        assert [phone.number for phone in relation.phones] == ["069 22 33 44"]
        assert (relation.website, relation.notes) == ("dupont.example", "By Claire")
    assert claire.problems == []


def test_a_third_change_before_the_second_save_is_taken_over_as_well(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire, bram = _both(english, _opens_relation)
    bram.fills(website="dupont.example")
    _saves(bram, "Brasserie Dupont is changed.")
    claire.fills(notes="By Claire")
    assert claire.submits() is None
    claire.waits_for_view(containing="Taken over: Website.")
    with english.office.book.writing(actor_id=english.collaborator(BRAM).id, door="slack") as session:
        edit_relation(
            session,
            relation_id,
            by=english.collaborator(BRAM),
            now=english.office.now(),
            website="dupont.test",
            mails=[MailLine("bar@dupont.example")],
            phones=[PhoneLine("069 22 33 44")],
            postal_addresses=[PostalLine("Rue Neuve 1", "7500", "Tournai", "")],
        )
    assert claire.submits() is None
    claire.waits_for_view(containing="Taken over: E-mail, Phone, Address, Website. Check, then save again.")
    _saves(claire, "Brasserie Dupont is changed.")
    with english.office.book.reading() as session:
        relation = session.get_one(Relation, relation_id)
        assert (relation.website, relation.notes, relation.address_on(english.office.now().date(), "en")) == (
            "dupont.test",
            "By Claire",
            "Rue Neuve 1, 7500 Tournai",
        )


def test_what_a_colleague_changed_in_a_contact_is_taken_over(english: World) -> None:
    _relation_id, contact_id = add_dupont(english)
    claire, bram = _both(english, _opens_contact)
    bram.fills(phone="069 22 33 44", function="Purchases")
    _saves(bram, "Els Peeters is changed.")
    claire.fills(function="Sales", name="Elsa Peeters")
    assert claire.submits() is None
    claire.waits_for_view("Contact", containing="Taken over: Phone. You both changed: Function;")
    _saves(claire, "Elsa Peeters is changed.")
    with english.office.book.reading() as session:
        contact = session.get_one(Contact, contact_id)
        assert (contact.person.name, contact.function) == ("Elsa Peeters", "Sales")
        assert phone_for(session, contact) == "069 22 33 44"


def test_what_a_colleague_changed_in_an_action_is_taken_over(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    action_id = add_action(english, english.collaborator(CLAIRE), relation_id, "Old")
    claire, bram = _both(english, _opens_action)
    bram.fills(subject="By Bram", starts="16:00")
    wait_until(lambda: bram.fields()["ends"] == "17:00")
    _saves(bram, "By Bram")
    claire.fills(points="Prices", guests="Els Peeters · Brasserie Dupont")
    assert claire.submits() is None
    claire.waits_for_view("Action", containing="Taken over: From, To, Subject. Check, then save again.")
    _saves(claire, "By Bram")
    saved = action_with_id(english, action_id)
    assert (saved.subject, saved.points, f"{saved.starts_time:%H:%M}") == ("By Bram", "Prices", "16:00")
    assert len(saved.participants) == 1


def test_a_representative_given_meanwhile_is_kept_by_who_changes_only_the_remarks(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    bram, office = english.collaborator(BRAM), english.office
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    _opens_relation(claire)
    on = office.now().date()
    with office.book.writing(actor_id=bram.id) as session:
        set_representative(session, by=bram, relation_id=relation_id, collaborator_id=bram.id, on=on, now=office.now())
    claire.fills(notes="By Claire")
    assert claire.submits() is None
    claire.waits_for_view(containing="Taken over: Representative.")
    _saves(claire, "Brasserie Dupont is changed.")
    with office.book.reading() as session:
        found = representative_of(session, relation_id, on=on)
        assert found is not None
        assert found.id == bram.id
