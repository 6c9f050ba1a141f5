"""Completing an action in Slack: its report, the points discussed, the next action, and taking that back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import action_with_id, add_action, add_dupont
from sqlalchemy import select
from world import BRAM, CLAIRE, World

from bot.slack.completing import proposed_day
from store.action_facts import facts_of
from store.actions import Action, ActionPoint, ActionType, Meaning
from store.domain import line_with_key
from store.endings import complete_action, delete_action
from store.planning import edit_action


def _give_points(world: World, action_id: int, points: str) -> None:
    with world.office.book.writing() as session:
        facts = replace(facts_of(session.get_one(Action, action_id)), points=points)
        by, now = world.collaborator(CLAIRE), world.office.now()
        edit_action(session, by=by, action_id=action_id, version=None, facts=facts, now=now)


def _soon(world: World, days: int = 1) -> date:
    return world.office.now().date() + timedelta(days=days)


def _card(person: SlackPerson, subject: str = "Visit") -> None:
    person.types("/relation Dupont")
    person.presses("History", message=person.waits_for_message("Contacts: Els Peeters"))
    person.presses("action/open", message=person.waits_for_message(f"{subject} —"))
    person.waits_for_message("Complete")


@pytest.fixture
def visit(english: World) -> int:
    """Tomorrow, with two points to discuss; after a completed one a follow-up is proposed, ten days later."""
    relation_id, _els_id = add_dupont(english)
    action_id = add_action(english, english.collaborator(CLAIRE), relation_id, on=_soon(english))
    _give_points(english, action_id, "prices 2027\nsamples")
    with english.office.book.writing() as session:
        kind = line_with_key(session, ActionType, "visit")
        kind.next_type_id, kind.next_after_days = line_with_key(session, ActionType, "follow_up").id, 10
    return action_id


def test_completing_asks_a_headline_ticks_points_and_plans_the_next_action_with_undo(
    english: World, visit: int
) -> None:
    claire = english.person(CLAIRE)
    _card(claire)
    claire.presses("Complete")
    claire.waits_for_view("Complete", containing="Tick what was discussed")
    assert claire.fields()["next_type"] == "Follow-up"
    claire.fills(headline="Prices agreed", ticked=["prices 2027"], discussed="the new cellar", report="*A long* talk")
    assert claire.submits() is None
    card = text_of(claire.waits_for_message("Visit is done."))
    assert "Discussed: prices 2027 · the new cellar" in card
    assert "Not discussed: samples" in card
    assert "*A long* talk" in card, "kept as written"
    done = action_with_id(english, visit)
    assert (done.headline, done.status.meaning) == ("Prices agreed", Meaning.DONE)
    with english.office.book.reading() as session:
        following = session.scalars(select(Action).where(Action.id != visit)).unique().one()
        assert (following.type.key, following.starts_on) == ("follow_up", proposed_day(_soon(english, 0), 10))
        assert [row.text for row in following.point_rows] == ["samples"]
    claire.presses("Undo", message=claire.waits_for_message("Visit is done."))
    claire.waits_for_message("Visit is planned again.")
    assert action_with_id(english, visit).status.meaning is Meaning.PLANNED
    with english.office.book.reading() as session:
        assert session.get_one(Action, following.id).deleted_at is not None
        assert session.scalars(select(ActionPoint).where(ActionPoint.action_id == following.id)).all() == []
    assert claire.problems == []


def test_who_changed_what_tells_of_the_points_too(english: World, visit: int) -> None:
    claire = english.person(CLAIRE)
    _card(claire)
    claire.presses("Complete")
    claire.waits_for_view("Complete")
    claire.fills(headline="Prices agreed", ticked=["samples"])
    assert claire.submits() is None
    claire.chooses("Who changed what", message=claire.waits_for_message("Visit is done."))
    told = text_of(claire.waits_for_message("What came out of it"))
    assert "Claire Dubois changed the point “samples”: Discussed: no → yes" in told


def test_the_card_of_the_next_action_shows_what_was_left_open_with_its_age(english: World, visit: int) -> None:
    claire = english.person(CLAIRE)
    with english.office.book.writing() as session:
        by, now = english.collaborator(CLAIRE), english.office.now()
        complete_action(session, by=by, action_id=visit, version=None, headline="Met", now=now)
        relation_id = session.get_one(Action, visit).relation_id
    add_action(english, english.collaborator(CLAIRE), relation_id, "Second", on=_soon(english, 9))
    _card(claire, "Second")
    claire.waits_for_message("To discuss: prices 2027 (open since today) · samples (open since today)")


def test_the_history_shows_headlines_with_date_type_and_who_and_opens_on_a_click(english: World, visit: int) -> None:
    with english.office.book.writing() as session:
        by, now = english.collaborator(CLAIRE), english.office.now()
        complete_action(session, by=by, action_id=visit, version=None, headline="Prices agreed", now=now)
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    claire.presses("History", message=claire.waits_for_message("Contacts: Els Peeters"))
    line = text_of(claire.waits_for_message("Prices agreed"))
    assert "Visit · Claire Dubois" in line
    other = english.person(BRAM)
    other.types("/crm historique Dupont")
    assert text_of(other.waits_for_message("Prices agreed")) == line
    claire.presses("action/open", message=claire.waits_for_message("Prices agreed"))
    claire.waits_for_message("Not discussed: prices 2027 · samples")


@pytest.mark.parametrize("button", ["Complete", "Move"])
def test_an_old_card_says_what_happened_meanwhile(english: World, visit: int, button: str) -> None:
    claire = english.person(CLAIRE)
    _card(claire)
    with english.office.book.writing(actor_id=english.collaborator(BRAM).id, door="slack") as session:
        by, now = english.collaborator(BRAM), english.office.now()
        complete_action(session, by=by, action_id=visit, version=None, headline="Sold it all", now=now)
    claire.presses(button)
    claire.waits_for_message("Bram de Vries completed it meanwhile: Sold it all")


def test_what_was_typed_stands_when_a_colleague_completed_or_deleted_it_meanwhile(english: World, visit: int) -> None:
    claire = english.person(CLAIRE)
    _card(claire)
    claire.presses("Complete")
    claire.waits_for_view("Complete")
    with english.office.book.writing(actor_id=english.collaborator(BRAM).id, door="slack") as session:
        by, now = english.collaborator(BRAM), english.office.now()
        complete_action(session, by=by, action_id=visit, version=None, headline="Sold it all", now=now)
    claire.fills(headline="Mine", report="typed by Claire")
    assert claire.submits() is None
    claire.waits_for_view("Complete", containing="Bram de Vries completed it meanwhile: Sold it all")
    assert (claire.fields()["headline"], claire.fields()["report"]) == ("Mine", "typed by Claire")
    assert action_with_id(english, visit).headline == "Sold it all"
    with english.office.book.writing() as session:
        delete_action(session, by=english.collaborator(BRAM), action_id=visit, now=english.office.now())
    assert claire.submits() is None
    claire.waits_for_view("Complete", containing="This action was deleted in the meantime.")
    assert claire.fields()["report"] == "typed by Claire"


def test_a_headline_that_nobody_sees_is_refused_at_its_field(english: World, visit: int) -> None:
    claire = english.person(CLAIRE)
    _card(claire)
    claire.presses("Complete")
    claire.waits_for_view("Complete")
    claire.fills(headline="\u200b")
    told = claire.submits()
    assert isinstance(told, dict)
    assert "Say in one line" in told["headline"]
    assert action_with_id(english, visit).status.meaning is Meaning.PLANNED


def test_a_visit_already_made_is_logged_in_one_go(english: World, visit: int) -> None:
    with english.office.book.writing() as session:
        by, now = english.collaborator(CLAIRE), english.office.now()
        complete_action(session, by=by, action_id=visit, version=None, headline="Met", now=now)
    claire = english.person(CLAIRE)
    claire.types("/action Dupont")
    claire.waits_for_view("Action", containing="Also to discuss, from earlier: prices 2027")
    claire.fills(on=str(_soon(english, 2)), status="Done")
    claire.waits_for_view("Action", containing="What came out of it")
    claire.fills(headline="Ran into Els", ticked=["prices 2027 (open since today)"], discussed="the fair")
    assert claire.submits() is None
    card = text_of(claire.waits_for_message("is done."))
    assert "Discussed: prices 2027 · the fair" in card
    claire.presses("Next action")
    claire.waits_for_view("Action", containing="Also to discuss, from earlier: samples")
    assert claire.fields()["relation"] == "Brasserie Dupont"


def test_the_proposed_day_of_the_next_action_is_never_in_a_weekend() -> None:
    friday = date(2026, 11, 27)
    assert [proposed_day(friday, days) for days in (0, 1, 2, 3)] == [
        friday, date(2026, 11, 30), date(2026, 11, 30), date(2026, 11, 30),
    ]  # fmt: skip
    assert proposed_day(friday, None) == date(2026, 12, 4)
