"""Finding a moment for several colleagues in Slack, and planning at it."""

from __future__ import annotations

import json
from datetime import time, timedelta

from slack_person import text_of
from slack_stories import add_action, add_dupont
from sqlalchemy import update
from world import BRAM, CLAIRE, EMMA, World

from store.collaborators import Collaborator

SECRET = "Takeover of Dupont"


def test_a_moment_is_found_for_several_and_fills_the_form_of_an_action(english: World) -> None:
    relation_id, _els = add_dupont(english)
    today = english.office.now().date()
    for number in range(16):
        on = today + timedelta(days=number)
        add_action(english, english.collaborator(BRAM), relation_id, SECRET, on=on, starts=time(9), is_private=True)
    claire = english.person(CLAIRE)
    claire.types("/crm slot")
    claire.waits_for_view("Find a moment")
    claire.fills(people=["Claire Dubois", "Bram de Vries"])
    claire.submits()
    said = claire.waits_for_message("Free moments of Claire Dubois and Bram de Vries")
    shown = text_of(said)
    assert shown.count("Plan") == 5
    assert "09:00" not in shown
    claire.presses("slot/plan", message=said)
    claire.waits_for_view("Action")
    filled = claire.fields()
    assert filled["representative"] == "Claire Dubois"
    assert filled["colleagues"] == ["Bram de Vries"]
    assert filled["starts"] not in (None, "09:00")
    assert SECRET not in json.dumps([claire.messages(), claire.views])
    assert claire.problems == []


def _lives_in(world: World, zone: str) -> None:
    """Bram does from now on."""
    with world.office.book.writing() as session:
        session.execute(update(Collaborator).where(Collaborator.slack_user_id == BRAM.id).values(zone=zone))


def test_who_is_in_another_zone_is_named_with_the_hour_there(english: World) -> None:
    _lives_in(english, "America/Toronto")
    emma = english.person(EMMA)
    emma.types("/crm vrij")
    emma.waits_for_view("Find a moment")
    emma.fills(people=["Emma Clarke", "Bram de Vries"])
    emma.submits()
    said = text_of(emma.waits_for_message("Free moments of"))
    assert "15:00–16:00 · Bram de Vries: 09:00" in said or "16:00–17:00 · Bram de Vries: 10:00" in said


def test_without_a_common_moment_the_answer_says_what_to_try(english: World) -> None:
    _lives_in(english, "Pacific/Auckland")
    emma = english.person(EMMA)
    emma.types("/crm slot")
    emma.waits_for_view("Find a moment")
    emma.fills(people=["Emma Clarke", "Bram de Vries"])
    emma.submits()
    emma.waits_for_message("No such moment in the next ten working days.")
