"""A form declared once: drawn, read back, kept, and told what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any, cast

import pytest

from bot.office import Caller
from bot.slack import (
    action_buttons,
    action_moving,
    actions,
    calendars,
    collaborators,
    contacts,
    filing,
    links,
    mailings,
    relations,
)
from bot.slack.choices import Button, Checks, Choice, MultiSearch, Radio, Says, Search
from bot.slack.fields import REQUIRED, UNMADE, Day, Hour, Number, Option, Options, Text, Toggle, Unfilled
from bot.slack.forms import METADATA_LIMIT, Form, Group, Lines, all_fields
from bot.slack.open_forms import OpenForms
from bot.slack.resending import TYPED, with_alert
from bot.texts import Texts

ONE, TWO = Option("1", "One"), Option("2", "Two")


class Line(Group):
    mail = Text("E-mail").optional()
    kind = Choice("Kind", among=lambda _caller, _form: [ONE, TWO]).optional()


class VisitForm(Form, id="test_visit", title="Visit", submit="Save"):
    relation = Search("Relation", find=lambda _caller, _typed, _form: Options([ONE])).reacting()
    on = Day("Date")
    all_day = Toggle("Hours", "All day")
    starts = Hour("From").unless(all_day)
    people = MultiSearch("People", find=lambda _caller, _typed, _form: Options([ONE]))
    subject = Text("Subject", max_length=20)
    notes = Text("Notes", max_length=3000, lines=True).optional()
    number = Number("Number", least=1, most=9).optional()
    kinds = Checks("Kinds", among=lambda _caller, _form: [ONE, TWO])
    way = Radio("Way", among=lambda _caller, _form: [ONE, TWO]).optional()
    lines = Lines(Line, add="Another", most=2)
    more = Button("More")
    said = Says(lambda _caller, form: f"{form.subject}!")


@dataclass
class Reader:
    t: Texts


@pytest.fixture
def caller() -> Caller:
    return cast("Caller", Reader(Texts("en")))


def reported(view: dict[str, Any], **typed: dict[str, Any]) -> dict[str, Any]:
    """The view as Slack reports it: what was typed by block name, else what the elements begin with."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            state = typed.get(block["block_id"].partition("~")[0]) or _begun(element)
            values[block["block_id"]] = {element["action_id"]: {"type": element["type"], **state}}
    return {**view, "id": "V1", "hash": "h", "state": {"values": values}}


def _begun(element: dict[str, Any]) -> dict[str, Any]:
    held, begins = TYPED[element["type"]]
    return {held: element.get(begins)}


def _filled() -> VisitForm:
    form = VisitForm(record=7, version=3)
    form.relation, form.on, form.starts = ONE, date(2026, 11, 26), time(14)
    form.people, form.subject, form.notes, form.number = (ONE, TWO), "Visit", "a\nb", 5
    form.kinds, form.way = (TWO,), ONE
    line = Line()
    line.mail, line.kind = "els@dupont.example", TWO
    form.lines = [line]
    return form


def test_what_is_drawn_is_read_back(caller: Caller) -> None:
    form = _filled()
    again = VisitForm.read(reported(form.view(caller)))
    assert again.dump() == form.dump()
    assert again.about == {"record": 7, "version": 3}
    assert (again.starts, again.relation, again.lines[0].kind) == (time(14), ONE, TWO)


def test_a_dumped_form_is_plain_json_and_loads_as_it_was() -> None:
    form = _filled()
    again = VisitForm()
    again.load(json.loads(json.dumps(form.dump())))
    assert again.dump() == form.dump()


def test_what_is_hidden_keeps_its_value(caller: Caller) -> None:
    form = _filled()
    form.all_day = True
    view = form.view(caller)
    assert "starts" not in [block["block_id"] for block in view["blocks"]]
    again = VisitForm.read(reported(view, all_day={"selected_options": []}))
    assert (again.all_day, again.starts) == (False, time(14))


def test_too_much_that_is_hidden_gives_way_to_what_the_form_is_about() -> None:
    class Hiding(Form, id="test_hiding", title="x", submit="x"):
        is_off = Toggle("Off", "Off")
        text = Text("Text", max_length=3000).unless(is_off)

    form = Hiding(record=1)
    form.is_off, form.text = True, "é" * METADATA_LIMIT
    assert len(form.metadata()) <= METADATA_LIMIT
    assert json.loads(form.metadata())["about"] == {"record": 1}


def test_only_a_filled_field_gets_a_new_block(caller: Caller) -> None:
    form = _filled()
    form.fill(VisitForm.subject, "Other")
    ids = [block["block_id"] for block in form.view(caller)["blocks"]]
    assert "subject~1" in ids
    assert {"on", "relation", "lines.0.mail"} <= set(ids)
    again = VisitForm.read(reported(form.view(caller)))
    again.fill(VisitForm.subject, "Third")
    assert again.subject == "Third"
    assert again.block_id(VisitForm.subject) == "subject~2"


def test_redrawing_everything_renews_the_lines_too(caller: Caller) -> None:
    form = _filled()
    form.redraw_all()
    view = form.view(caller)
    assert {"lines.0.mail~1", "lines.0.kind~1"} <= {block["block_id"] for block in view["blocks"]}
    assert VisitForm.read(reported(view)).dump() == form.dump()
    assert form.errors({"lines.0.mail": "wrong"}, caller.t) == {"lines.0.mail~1": "wrong"}


def test_a_line_is_added_up_to_the_most(caller: Caller) -> None:
    form = _filled()
    form.changed(VisitForm.lines.action_id)
    ids = [block["block_id"] for block in form.view(caller)["blocks"]]
    assert "lines.1.mail" in ids
    assert "lines" not in ids, "two are the most: the button is gone"
    assert form.lines[1].is_blank


def test_each_problem_stands_at_its_field(caller: Caller) -> None:
    form = VisitForm()
    form.number = 12
    problems = form.problems()
    assert {name for name, text in problems.items() if text == REQUIRED} == {"relation", "on", "starts", "subject"}
    assert problems["number"] != REQUIRED
    form.fill(VisitForm.on, date(2026, 1, 1))
    form.lines = [Line()]
    told = form.errors({"on": "x", "lines": "y", "elsewhere": "z"}, caller.t)
    assert told == {"on~1": "x", "lines.0.mail": "y", "relation": "z"}


def test_what_is_still_to_be_made_is_not_chosen_yet() -> None:
    form = _filled()
    form.relation = Option("new:Dupont", "+ New relation “Dupont”")
    assert form.problems() == {"relation": UNMADE}


def test_a_line_that_only_says_something_chooses_nothing() -> None:
    said = Option.saying("You are not in Rapport yet. " * 6).to_slack()
    assert len(said["text"]["text"]) <= 75
    assert Option.from_slack(said) is None


def test_an_unfilled_field_is_never_taken_for_a_value() -> None:
    with pytest.raises(Unfilled):
        _ = VisitForm().on
    assert VisitForm().draft(VisitForm.on) is None


def test_a_form_comes_back_with_everything_typed_without_being_drawn_anew(caller: Caller) -> None:
    view = reported(_filled().view(caller), subject={"value": "Typed"}, starts={"selected_time": "15:30"})
    again = with_alert(view, "Busy.")
    assert again["blocks"][0]["text"]["text"] == "Busy."
    assert set(again) == {
        "type",
        "callback_id",
        "private_metadata",
        "notify_on_close",
        "title",
        "submit",
        "close",
        "blocks",
    }
    form = VisitForm.read(reported(again))
    assert (form.subject, form.starts, form.people) == ("Typed", time(15, 30), (ONE, TWO))
    twice = with_alert(reported(again), "Still busy.")
    assert [block["block_id"] for block in twice["blocks"]].count("alert") == 1


def test_a_late_choice_continues_from_what_was_filled_meanwhile(caller: Caller) -> None:
    turns, first = OpenForms(), reported(VisitForm().view(caller), relation={"selected_option": ONE.to_slack()})
    with turns.turn("V1") as turn:
        form = turn.read(VisitForm, first, VisitForm.relation, acted_at="1.0")
        form.fill(VisitForm.subject, "Filled")
        turn.keep(form, "h2")
    late = reported(
        VisitForm().view(caller), relation={"selected_option": ONE.to_slack()}, all_day={"selected_options": [{}]}
    )
    with turns.turn("V1") as turn:
        form = turn.read(VisitForm, late, VisitForm.all_day, acted_at="2.0")
        assert (form.subject, form.all_day, turn.hash) == ("Filled", True, "h2")


def _forms() -> Iterator[type[Form]]:
    modules = (action_buttons, action_moving, actions, calendars, collaborators, contacts, filing, links, mailings)
    for module in (*modules, relations):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Form) and value is not Form:
                yield value


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
@pytest.mark.parametrize("kind", sorted(set(_forms()), key=lambda kind: kind.id), ids=lambda kind: kind.id)
def test_every_label_fits_slacks_limits_in_every_language(kind: type[Form], language: str) -> None:
    t = Texts(language)
    assert len(t(kind.title)) <= 24
    assert len(t(kind.submit)) <= 24
    for one in all_fields(kind):
        limit = 75 if isinstance(one, Button | Lines) else 2000
        assert len(t(one.label)) <= limit, one.action_id
        assert not isinstance(one, Toggle) or len(t(one.ticked)) <= 75, one.action_id
        assert len(one.action_id) <= 255
