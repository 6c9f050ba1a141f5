"""What stands alone says whose it is: forms, the rest of a menu, a box for a day."""

from __future__ import annotations

import pytest
from slack_person import text_of
from slack_stories import add_dupont
from world import BRAM, CLAIRE, Person, World

import bot.slack.app  # noqa: F401 (declares every form)
from bot.slack.forms import Form
from bot.slack.handover_form import HandoverForm
from bot.slack.whom import NAMING


@pytest.mark.parametrize(
    ("who", "title", "said"),
    [
        (CLAIRE, "Personne de contact", "Concerne\u00a0: Brasserie Dupont"),
        (BRAM, "Contactpersoon", "Over: Brasserie Dupont"),
    ],
)
def test_a_form_says_whom_it_is_about(world: World, who: Person, title: str, said: str) -> None:
    add_dupont(world)
    person = world.person(who)
    person.types("/crm contact Dupont")
    person.waits_for_view(title, containing=said)
    assert person.problems == []


def test_a_form_still_says_it_when_it_is_redrawn(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/crm contact Dupont")
    claire.waits_for_view("Contact")
    claire.presses("contact/rest")
    claire.waits_for_view("Contact", containing="About: Brasserie Dupont")


def test_every_form_that_names_somebody_is_a_form() -> None:
    assert set(NAMING) <= {kind.id for kind in Form.__subclasses__()}


def test_the_rest_of_a_menu_says_whose_it_is(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    claire.chooses("More…", message=claire.waits_for_message("Contacts: Els Peeters"))
    claire.waits_for_message("More for Brasserie Dupont")


def test_the_day_under_the_links_says_what_it_is_for(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/crm links Dupont")
    assert "As they were on" in text_of(claire.waits_for_message("+ New link"))


def test_what_a_handover_would_move_stands_under_the_fields_that_decide_it() -> None:
    names = [field.name for field in HandoverForm.fields]
    assert names.index("preview") == names.index("actions") + 1
