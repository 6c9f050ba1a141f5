"""Forms while the book is slow or locked, while Slack repeats itself, and while others change the same thing."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import action_with_id, add_action, add_dupont, count, locked_book, only_action, slow_book, wait_until
from sqlalchemy import select
from world import BRAM, CLAIRE, World

from bot.logs import KeyValueFormatter
from store.actions import Action, ActionStatus
from store.collaborators import Collaborator
from store.endings import delete_action
from store.relations import Relation, add_relation
from store.submissions import FormDraft


def _open_filled(claire: SlackPerson) -> None:
    claire.types("/action Dupont")
    claire.waits_for_view("Action", containing="Representative")
    claire.fills(subject="Prices 2027", points="one\ntwo", place="Hall 4")


def test_a_slow_book_delays_neither_the_first_view_nor_the_answer_to_save(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    with slow_book(english, 2.5):
        began = time.monotonic()
        assert claire.types("/action Dupont") is None
        view = claire.waits_for_view()
        assert time.monotonic() - began < 1.5
        assert "Dupont" not in text_of(view), "nothing of the book shows before the access check"
    claire.waits_for_view("Action", containing="Brasserie Dupont")
    claire.fills(subject="Prices 2027")
    with slow_book(english, 5):
        began = time.monotonic()
        assert claire.submits() is None
        assert time.monotonic() - began < 2.5
        assert "Saving…" in text_of(claire.view)
    claire.waits_for_view(containing="Planned.")
    claire.waits_for_message("Planned.")
    assert only_action(english).subject == "Prices 2027"
    assert claire.problems == []


def test_a_locked_book_brings_the_form_back_with_all_that_was_typed(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    _open_filled(claire)
    typed = claire.fields()
    with locked_book(english):
        assert claire.submits() is None
        claire.waits_for_view("Action", containing="The book is busy at the moment. Nothing was lost")
        assert claire.fields() == typed
        assert count(english, Action) == 0
    assert claire.submits() is None
    claire.waits_for_message("Planned.")
    saved = only_action(english)
    assert (saved.subject, saved.place, saved.points) == ("Prices 2027", "Hall 4", "one\ntwo")
    assert claire.problems == []


def test_what_slack_repeats_is_saved_once(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    _open_filled(claire)
    english.workspace.faults.duplicate("view_submission", copies=3)
    assert claire.submits() is None
    claire.waits_for_message("Planned.")
    english.workspace.faults.repeat_event("message", copies=3)
    claire.types("Dupont")
    claire.waits_for_message("Rue du Moulin 12, 7500 Tournai")
    time.sleep(0.5)
    assert count(english, Action) == 1
    assert [text_of(m).count("Planned.") > 0 for m in claire.messages()].count(True) == 1
    assert len([m for m in claire.messages() if "info@dupont.example" in text_of(m)]) == 1


def test_the_second_of_two_editors_is_told_keeps_what_they_typed_and_may_save_again(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    action_id = add_action(english, english.collaborator(CLAIRE), relation_id, "Old")
    people = [english.person(CLAIRE), english.person(BRAM)]
    for person in people:
        person.types("/relation Dupont")
        person.presses("History", message=person.waits_for_message("Next:"))
        person.presses("action/open", message=person.waits_for_message("Old —"))
        person.presses("Edit", message=person.waits_for_message("Complete"))
        person.waits_for_view("Action", containing="Representative")
    claire, bram = people
    claire.fills(subject="By Claire")
    assert claire.submits() is None
    claire.waits_for_message("By Claire")
    bram.fills(subject="By Bram", points="kept")
    assert bram.submits() is None
    bram.waits_for_view("Action", containing="Claire Dubois changed this meanwhile. You both changed: Subject;")
    assert (bram.fields()["subject"], bram.fields()["points"]) == ("By Bram", "kept")
    assert action_with_id(english, action_id).subject == "By Claire"
    assert bram.submits() is None
    bram.waits_for_message("By Bram")
    saved = action_with_id(english, action_id)
    assert (saved.subject, saved.points) == ("By Bram", "kept")
    claire.presses("Edit", message=claire.waits_for_message("By Claire"))
    claire.waits_for_view("Action", containing="Representative")
    claire.fills(points="typed before it was deleted")
    with english.office.book.writing() as session:
        now = english.office.now()
        delete_action(session, by=english.collaborator(BRAM), action_id=action_id, now=now)
    assert claire.submits() is None
    claire.waits_for_view("Action", containing="This action was deleted in the meantime.")
    assert claire.fields()["points"] == "typed before it was deleted"


def test_a_wrong_field_is_told_at_its_place_and_nothing_typed_is_lost(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    _open_filled(claire)
    claire.fills(all_day=False)
    claire.waits_for_view("Action", containing="From")
    assert claire.submits() == {"starts": "Please complete this required field."}
    claire.fills(starts="15:00")
    wait_until(lambda: claire.fields()["ends"] == "16:00")
    claire.fills(ends="14:00")
    assert claire.submits() == {"ends": "The end must not be before the start."}
    assert (claire.fields()["subject"], claire.fields()["starts"]) == ("Prices 2027", "15:00")
    with english.office.book.writing() as session:
        for status in session.scalars(select(ActionStatus)):
            status.retired_at = english.office.now()
        bram = english.collaborator(BRAM)
        session.merge(bram).is_active = False
    claire.fills(ends="16:00")
    assert claire.submits() is None, "a retired status still serves when there is no other"
    assert count(english, Action) == 1


def test_a_bug_becomes_an_apology_with_the_reference_that_stands_in_the_log(
    english: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_arguments: Any, **_facts: Any) -> None:
        raise ZeroDivisionError

    add_dupont(english)
    claire = english.person(CLAIRE)
    _open_filled(claire)
    monkeypatch.setattr("bot.slack.actions.plan_action", breaks)
    caplog.handler.setFormatter(KeyValueFormatter())
    with caplog.at_level(logging.ERROR):
        assert claire.submits() is None
        said = text_of(claire.waits_for_view(containing="our fault"))
    reference = said.rpartition("administrator: ")[2][:8]
    assert f"reference={reference}" in caplog.text
    assert "Prices 2027" not in caplog.text
    assert "@office.example" not in caplog.text


def test_what_was_typed_for_one_relation_is_not_offered_at_another(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    with english.office.book.writing() as session:
        by = session.scalars(select(Collaborator)).first()
        assert by is not None
        add_relation(session, by=by, now=english.office.now(), name="Martin")
    claire.types("/crm contact Brasserie Dupont")
    claire.waits_for_view("Contact")
    claire.fills(name="Léa")
    claire.closes()
    wait_until(lambda: count(english, FormDraft) == 1)
    claire.types("/crm contact Martin")
    assert "You were filling in this form" not in text_of(claire.waits_for_view("Contact"))


def test_a_form_that_was_only_looked_at_is_not_offered_again(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    for line, title in [("/relation", "Relation"), ("/action Dupont", "Action"), ("/crm contact Dupont", "Contact")]:
        claire.types(line)
        claire.waits_for_view(title)
        claire.closes()
    claire.types("/crm note Dupont")
    claire.waits_for_view("Note")
    claire.fills(subject="Only this one")
    claire.closes()
    wait_until(lambda: count(english, FormDraft) > 0)
    assert count(english, FormDraft) == 1


def test_a_form_left_unsaved_is_offered_again(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/relation")
    claire.waits_for_view("Relation")
    claire.fills(**{"name": "Chez Émile", "mails.0.mail": "emile@example.com"})
    claire.closes()
    wait_until(lambda: count(english, FormDraft) == 1)
    claire.types("/relation")
    claire.waits_for_view("Relation", containing="You were filling in this form")
    claire.presses("Resume")
    claire.waits_for_view("Relation")
    wait_until(lambda: claire.fields()["name"] == "Chez Émile")
    assert claire.fields()["mails.0.mail"] == "emile@example.com"
    assert claire.submits() is None
    claire.waits_for_message("Chez Émile is in the book.")
    assert count(english, FormDraft) == 0
    assert count(english, Relation) == 3
