"""Merging in Slack: both sides shown, what differs chosen, and the way back."""

from __future__ import annotations

from slack_person import SlackPerson, text_of
from slack_stories import add_dupont
from world import CLAIRE, World

from store.collaborators import Collaborator
from store.domain import line_with_key
from store.links import LinkType, add_link
from store.relations import Relation, add_relation, relation_seen_by


def _dupond(world: World, by: Collaborator) -> int:
    with world.office.book.writing() as session:
        told = {"name": "Dupond & fils", "website": "dupond.example"}
        return add_relation(session, by=by, now=world.office.now(), **told).id


def _merges(world: World, relation_id: int, dupond_id: int) -> SlackPerson:
    claire = world.person(CLAIRE)
    claire.types("/relation Brasserie")
    claire.chooses("Merge with…", message=claire.waits_for_message("Rue du Moulin"))
    claire.waits_for_view("Merge")
    claire.fills(other=("Dupond", "Dupond & fils"))
    claire.waits_for_view("Merge", containing="1 contact")
    claire.fills(name="Dupond & fils")
    assert claire.submits() is None
    claire.waits_for_message("Dupond & fils is part of Dupond & fils now.")
    with world.office.book.reading() as session:
        kept = session.get_one(Relation, relation_id)
        assert (kept.name, kept.website) == ("Dupond & fils", "dupond.example")
        seen = relation_seen_by(session, dupond_id, asked_by=world.collaborator(CLAIRE))
        assert seen is not None
        assert seen.id == relation_id
    return claire


def test_the_chosen_name_stays_and_undo_parts_the_two_again(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire = _merges(english, relation_id, _dupond(english, english.collaborator(CLAIRE)))
    claire.presses("Undo", message=claire.waits_for_message("is part of"))
    assert "Brasserie Dupont" in text_of(claire.waits_for_message("They are two again."))
    with english.office.book.reading() as session:
        assert session.get_one(Relation, relation_id).name == "Brasserie Dupont"


def test_a_link_that_was_not_taken_over_is_named(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire = english.collaborator(CLAIRE)
    dupond_id = _dupond(english, claire)
    with english.office.book.writing() as session:
        holding = add_relation(session, by=claire, now=english.office.now(), name="Holding")
        parent = line_with_key(session, LinkType, "parent_company").id
        for target_id in (relation_id, dupond_id):
            add_link(session, by=claire, source_id=holding.id, target_id=target_id, type_id=parent)
    label = _back_label(english)
    said = text_of(_merges(english, relation_id, dupond_id).waits_for_message("is part of"))
    assert f"the same already: “{label}” Holding." in said


def _back_label(world: World) -> str:
    with world.office.book.reading() as session:
        return line_with_key(session, LinkType, "parent_company").back_label("en")


def test_an_old_card_of_the_merged_one_leads_to_the_kept_one(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    dupond_id = _dupond(english, english.collaborator(CLAIRE))
    claire = english.person(CLAIRE)
    claire.types("/relation Dupond & fils")
    old = claire.waits_for_message("Dupond & fils")
    _merges(english, relation_id, dupond_id)
    claire.presses("Contacts", message=old)
    claire.waits_for_message("els@dupont.example")


def test_an_old_list_of_the_merged_ones_people_changes_those_of_the_kept_one(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    dupond_id = _dupond(english, english.collaborator(CLAIRE))
    claire = english.person(CLAIRE)
    claire.types("/crm who Dupond & fils")
    old = claire.waits_for_message("Dupond & fils")
    _merges(english, relation_id, dupond_id)
    claire.presses("Change from a day on", message=old)
    claire.waits_for_view("Who is on it")
    assert claire.fields()["parts0.0.who"] == "Claire Dubois"


def test_a_relation_merged_with_itself_is_refused_at_the_field(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/relation Brasserie")
    claire.chooses("Merge with…", message=claire.waits_for_message("Rue du Moulin"))
    claire.waits_for_view("Merge")
    claire.fills(other=("Brasserie", "Brasserie Dupont"))
    assert claire.submits() == {"other": "That is the same relation."}
