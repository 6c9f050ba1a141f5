"""The shortcut that adds whom a message names."""

from __future__ import annotations

from slack_person import SlackPerson, text_of
from slack_stories import add_dupont
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, World

from store.contacts import contacts_of, mail_for
from store.relations import Relation, RelationKind


def _uses_on(person: SlackPerson, text: str) -> None:
    person.types(text, "general")
    person.uses_shortcut("add_to_book", person.last_message("general"), "general")


def test_a_message_becomes_a_company_and_its_contact(english: World) -> None:
    emma = english.person(EMMA)
    _uses_on(emma, "New: Jan Janssens jan@janssens-zonen.be 0470 12 34 56")
    emma.waits_for_view("Add to Rapport")
    assert emma.fields() == {
        "person": "Jan Janssens",
        "company": None,
        "new_company": "Janssens Zonen",
        "mail": "jan@janssens-zonen.be",
        "phone": "0470 12 34 56",
    }
    assert emma.submits() is None
    emma.waits_for_message("Jan Janssens is in the book, at Janssens Zonen.", channel="general")
    with english.office.book.reading() as session:
        made = session.scalars(select(Relation).where(Relation.name == "Janssens Zonen")).one()
        by = english.collaborator(EMMA)
        (jan,) = contacts_of(session, made.id, asked_by=by, on=english.office.now().date())
        assert (jan.person.name, mail_for(session, jan)) == ("Jan Janssens", "jan@janssens-zonen.be")
        assert [row.e164 for row in jan.person.phones] == ["+32470123456"]


def test_a_domain_of_the_book_proposes_its_company_and_a_known_address_is_told(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    emma = english.person(EMMA)
    _uses_on(emma, "A question of Kim Kools kim@dupont.example")
    emma.waits_for_view("Add to Rapport")
    assert (emma.fields()["person"], emma.fields()["company"]) == ("Kim Kools", "Brasserie Dupont")
    assert "new_company" not in emma.fields()
    assert emma.submits() is None
    emma.waits_for_message("Kim Kools is in the book, at Brasserie Dupont.", channel="general")
    with english.office.book.reading() as session:
        found = contacts_of(session, relation_id, asked_by=english.collaborator(EMMA), on=english.office.now().date())
        assert {one.person.name for one in found} == {"Els Peeters", "Kim Kools"}
    _uses_on(emma, "els@dupont.example")
    emma.waits_for_view("Add to Rapport", containing="Known with this address: Els Peeters.")


def test_a_public_address_makes_a_person_and_nothing_at_all_is_refused(english: World) -> None:
    emma = english.person(EMMA)
    _uses_on(emma, "Lou Lemaire lou@telenet.be")
    emma.waits_for_view("Add to Rapport")
    assert emma.fields()["new_company"] in {None, ""}
    emma.fills(person="")
    assert emma.submits() == {"person": "Say who it is: a person, a company, or both."}
    emma.fills(person="Lou Lemaire")
    assert emma.submits() is None
    emma.waits_for_message("Lou Lemaire is in the book.", channel="general")
    with english.office.book.reading() as session:
        made = session.scalars(select(Relation).where(Relation.name == "Lou Lemaire")).one()
        assert (made.kind, [row.mail for row in made.mail_addresses]) == (RelationKind.PERSON, ["lou@telenet.be"])


def test_the_shortcut_speaks_french_and_dutch(world: World) -> None:
    for who, title, person in ((CLAIRE, "Ajouter à Rapport", "Personne"), (BRAM, "Aan Rapport toevoegen", "Persoon")):
        rep = world.person(who)
        _uses_on(rep, "Jan Janssens jan@janssens.be")
        assert person in text_of(rep.waits_for_view(title))
