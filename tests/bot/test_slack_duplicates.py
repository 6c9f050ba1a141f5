"""Look-alikes in Slack: told when one is entered, with the reason and what can be done."""

from __future__ import annotations

from slack_person import text_of
from slack_stories import add_dupont
from world import CLAIRE, World


def _adds_a_look_alike(world: World) -> str:
    add_dupont(world)
    claire = world.person(CLAIRE)
    claire.types("/relation")
    claire.waits_for_view("Relation")
    claire.fills(**{"name": "Dupont Brasserie", "mails.0.mail": "info@dupont.example"})
    assert claire.submits() is None
    return text_of(claire.waits_for_message("Dupont Brasserie is in the book."))


def test_a_look_alike_is_saved_and_told_with_the_reason(english: World) -> None:
    shown = _adds_a_look_alike(english)
    assert "Dupont Brasserie looks like Brasserie Dupont" in shown.replace("\n", "")
    assert "(same e-mail)" in shown


def test_the_older_of_two_look_alikes_is_the_one_that_is_kept(english: World) -> None:
    _adds_a_look_alike(english)
    claire = english.person(CLAIRE)
    claire.presses("Merge into Brasserie Dupont", message=claire.waits_for_message("Not the same"))
    claire.waits_for_view("Merge")
    assert claire.submits() is None
    claire.waits_for_message("Dupont Brasserie is part of Brasserie Dupont now.")


def test_a_pair_is_not_asked_about_again_once_somebody_said_no(english: World) -> None:
    _adds_a_look_alike(english)
    claire = english.person(CLAIRE)
    claire.types("/crm duplicates")
    claire.presses("Not the same", message=claire.waits_for_message("Not the same"))
    noted = claire.waits_for_message("Noted: they are not the same")
    claire.types("/crm duplicates")
    claire.waits_for_message("No two relations look alike.")
    claire.presses("Undo", message=noted)
    claire.types("/crm doublons")
    assert "same e-mail" in text_of(claire.waits_for_message("Not the same"))
