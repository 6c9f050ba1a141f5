"""The actions of a relation in Slack: of an interval, with what is done on demand, and notes folded out."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import add_action, add_dupont, wait_until
from world import BRAM, CLAIRE, EMMA, World

from store.action_facts import ActionFacts
from store.actions import ActionType, When
from store.collaborators import Collaborator
from store.domain import line_with_key
from store.endings import complete_action
from store.planning import plan_action
from store.series import Every, Recurrence


def _done(world: World, relation_id: int, subject: str, on: date) -> None:
    by = world.collaborator(CLAIRE)
    action_id = add_action(world, by, relation_id, subject, on=on, starts=None)
    with world.office.book.writing() as session:
        complete_action(session, by=by, action_id=action_id, version=None, headline=f"{subject}: agreed",
                        report=f"{subject}: *all* of it", now=world.office.now())  # fmt: skip


def _answered(person: SlackPerson, line: str) -> str:
    number = len(person.messages())
    person.types(line)
    wait_until(lambda: len(person.messages()) > number)
    return text_of(person.last_message())


def _pressed(person: SlackPerson, button: str) -> str:
    before = text_of(person.last_message())
    person.presses(button, message=person.last_message())
    wait_until(lambda: text_of(person.last_message()) != before)
    return text_of(person.last_message())


@pytest.fixture
def relation_id(english: World) -> int:
    """Done in January and February 2026, planned in March of a far year, and a private talk of Bram's in February."""
    relation_id, _contact_id = add_dupont(english)
    _done(english, relation_id, "January", date(2026, 1, 20))
    _done(english, relation_id, "February", date(2026, 2, 10))
    add_action(english, english.collaborator(CLAIRE), relation_id, "Spring", on=date(2031, 3, 3), starts=time(10))
    add_action(english, english.collaborator(BRAM), relation_id, "Secret", on=date(2026, 2, 11), is_private=True)
    return relation_id


@pytest.mark.usefixtures("relation_id")
@pytest.mark.parametrize(
    ("locale", "line"),
    [
        ("en-GB", "/crm actions Dupont from:1 February 2026 to:28/2/2026"),
        ("fr-BE", "/crm actions Dupont du: 1er février 2026 au:28/2/2026"),
        ("nl-BE", "/crm acties Dupont van:1 februari 2026 tot: 28-2-2026"),
    ],
)
def test_the_actions_of_a_relation_are_asked_by_interval_in_three_languages(
    english: World, locale: str, line: str
) -> None:
    with english.office.book.writing() as session:
        one = session.get_one(Collaborator, english.collaborator(CLAIRE).id)
        one.locale, one.shows_done = locale, True
    said = _answered(english.person(CLAIRE), line)
    assert "February: agreed" in said
    assert "January" not in said
    assert "Spring" not in said
    assert "Secret" not in said


@pytest.mark.usefixtures("relation_id")
def test_show_completed_is_kept_per_user_and_a_done_actions_note_is_folded_out(english: World) -> None:
    claire, emma = english.person(CLAIRE), english.person(EMMA)
    said = _answered(claire, "/crm actions Dupont")
    assert "Spring" in said
    assert "January" not in said
    said = _pressed(claire, "Show completed")
    assert "January: agreed" in said
    assert "all" not in said
    assert "January: *all* of it" in _pressed(claire, "Show notes")
    assert "all" not in _pressed(claire, "Hide notes")
    # Kept for her, in every list and over the day; nobody else's list changes.
    assert "January: agreed" in _answered(claire, "/crm actions Dupont")
    assert "January" not in _answered(emma, "/crm actions Dupont")
    claire.presses("Other days", message=claire.last_message())
    claire.waits_for_view("Actions")
    claire.fills(first="2026-02-28", last="2026-02-01")
    assert claire.submits() == {"last": "The last day must not be before the first."}
    claire.fills(first="2026-02-01", last="2026-02-28")
    assert claire.submits() is None
    shown = text_of(claire.waits_for_message("01/02/2026 – 28/02/2026"))
    assert "February: agreed" in shown
    assert "January" not in shown


def test_dates_of_a_series_stand_in_the_list_and_pages_lose_none(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    today, claire_row = datetime.now(ZoneInfo("Europe/Brussels")).date(), english.collaborator(CLAIRE)
    with english.office.book.writing() as session:
        rule, when = Recurrence(Every.DAY, count=9), When.day(today, zone=claire_row.zone)
        facts = ActionFacts(
            relation_id=relation_id,
            type_id=line_with_key(session, ActionType, "visit").id,
            subject="Tasting",
            when=when,
            representative_id=claire_row.id,
            recurrence=rule,
        )
        plan_action(session, by=claire_row, facts=facts, now=english.office.now())
    add_action(english, claire_row, relation_id, "Prices 2027", on=today + timedelta(days=3), starts=None)
    claire = english.person(CLAIRE)
    first = _answered(claire, f"/crm actions Dupont from:{today} to:{today + timedelta(days=30)}")
    second = _pressed(claire, "Next")
    assert (first + second).count("Tasting") == 9
    assert (first + second).count("Prices 2027") == 1
