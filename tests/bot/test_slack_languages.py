"""Everybody reads Rapport in their own language."""

from __future__ import annotations

import pytest
from slack_person import text_of
from slack_stories import FAR, bind_mailbox_of
from world import BRAM, CLAIRE, Person, World


@pytest.mark.parametrize(
    ("who", "typed", "title", "example"),
    [
        (CLAIRE, "/crm aide", "Ce que Rapport peut faire", "/crm publipostage"),
        (BRAM, "/crm hulp", "Wat Rapport kan", "/crm actie"),
    ],
)
def test_help_speaks_the_language_of_whoever_asks(
    world: World, who: Person, typed: str, title: str, example: str
) -> None:
    person = world.person(who)
    person.types(typed)
    said = text_of(person.waits_for_message(title))
    assert example in said
    assert person.problems == []


def test_a_rep_plans_and_cancels_a_visit_in_french(world: World) -> None:
    claire = world.person(CLAIRE)
    bind_mailbox_of(world, world.collaborator(CLAIRE))
    claire.types("/relation")
    claire.waits_for_view("Relation", containing="Plus\u00a0: adresse")
    claire.presses("relation/unfold")
    claire.waits_for_view("Relation", containing="Représentant")
    claire.fills(name="Brasserie Dupont")
    assert claire.submits() is None
    claire.waits_for_message("Relation enregistrée\u00a0: Brasserie Dupont.")
    claire.types("/action Dupont")
    claire.waits_for_view("Action", containing="Type d’action")
    claire.fills(all_day=False)
    claire.waits_for_view("Action", containing="Heures")
    claire.fills(on=str(FAR), starts="14:00", colleagues="Bram de Vries")
    claire.waits_for_view(containing="«\u00a0Enregistrer et prévenir\u00a0» envoie 1 invitation (Bram de Vries).")
    assert claire.submits() is None
    card = claire.waits_for_message("C’est planifié. En route\u00a0: 1 invitation (Bram de Vries).")
    assert "Visite · Brasserie Dupont" in text_of(card)
    assert "14–15\u00a0h" in text_of(card)
    claire.chooses("Annuler l’action", message=card)
    claire.waits_for_view("Retirer de l’agenda", containing="1 annulation (Bram de Vries)")
    assert claire.submits() is None
    gone = claire.waits_for_message("Action annulée\u00a0: Visite · Brasserie Dupont.")
    claire.presses("Défaire", message=gone)
    claire.waits_for_message("De nouveau dans l’agenda")
    assert claire.problems == []
