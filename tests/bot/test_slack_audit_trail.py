"""Who changed what, as somebody reads it in Slack, and what the command line says of the trail."""

from __future__ import annotations

from slack_person import text_of
from slack_stories import add_action, add_dupont
from world import BRAM, CLAIRE, World

from store.collaborators import Collaborator
from store.relations import edit_relation


def _renamed_by(world: World, relation_id: int, by: Collaborator, name: str) -> None:
    with world.office.book.writing(actor_id=by.id, door="slack") as session:
        edit_relation(session, relation_id, by=by, now=world.office.now(), name=name)


def _opens_the_trail(world: World, name: str) -> str:
    claire = world.person(CLAIRE)
    claire.types(f"/relation {name}")
    claire.chooses("Who changed what", message=claire.waits_for_message("Rue du Moulin"))
    return text_of(claire.waits_for_message("Relation: added"))


def test_who_changed_a_relation_reads_with_before_and_after(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _renamed_by(english, relation_id, english.collaborator(BRAM), "Brasserie Dupont & fils")
    shown = _opens_the_trail(english, "Dupont")
    assert "Bram de Vries in Slack · Relation: changed" in shown
    assert "Name: Brasserie Dupont → Brasserie Dupont & fils" in shown


def test_a_relations_trail_tells_nothing_of_its_private_actions(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    add_action(english, english.collaborator(BRAM), relation_id, "Secret plan", is_private=True)
    assert "Secret plan" not in _opens_the_trail(english, "Dupont")
