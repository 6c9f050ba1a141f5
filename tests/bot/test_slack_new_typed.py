"""`/relation new Dupont`: what people type who want to add something."""

from __future__ import annotations

import pytest
from slack_stories import add_dupont
from world import BRAM, CLAIRE, Person, World


@pytest.mark.parametrize(
    ("who", "typed", "title"),
    [
        (CLAIRE, "/relation nouvelle Chez Anna", "Relation"),
        (CLAIRE, "/crm relation new Chez Anna", "Relation"),
        (BRAM, "/relation nieuw Chez Anna", "Relatie"),
    ],
)
def test_new_and_a_name_opens_the_form_with_that_name(world: World, who: Person, typed: str, title: str) -> None:
    person = world.person(who)
    person.types(typed)
    person.waits_for_view(title)
    assert person.submits() is None
    person.waits_for_message("Chez Anna")


def test_a_relation_that_is_called_new_is_found(english: World) -> None:
    add_dupont(english, name="Nieuw Hotel")
    claire = english.person(CLAIRE)
    claire.types("/relation Nieuw Hotel")
    claire.waits_for_message("Contacts: Els Peeters")


@pytest.mark.parametrize(("typed", "title"), [("/crm contact new Dupont", "Contact"), ("/action new Dupont", "Action")])
def test_new_before_whom_it_is_for_is_no_part_of_the_name(english: World, typed: str, title: str) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types(typed)
    claire.waits_for_view(title, containing="Brasserie Dupont")
