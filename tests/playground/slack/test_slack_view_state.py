"""What stays in a form while the app changes it, and what a person can and cannot enter."""

from __future__ import annotations

from typing import Any

import pytest
from scripted_app import ScriptedApp
from slack_person import NotOnScreen, SlackPerson
from slack_sdk import WebClient
from view_samples import actions, button, field, modal, option, section

from integrations.playground.slack import Workspace

Json = dict[str, Any]


@pytest.fixture
def shows(workspace: Workspace, client: WebClient) -> Any:
    """Opens a modal for Anna."""

    def opened(*blocks: Json, **more: Any) -> Json:
        trigger = workspace.triggers.make("U0ANNA")
        return dict(client.views_open(trigger_id=trigger, view=modal(*blocks, **more))["view"])

    return opened


def test_what_was_typed_stays_while_its_block_id_stays(shows: Any, client: WebClient, anna: SlackPerson) -> None:
    view = shows(field("subject", initial_value="First"), field("place"))
    anna.fills(subject="Typed", place="Here")
    client.views_update(view_id=view["id"], view=modal(field("place", initial_value="There"), field("subject")))
    assert anna.fields() == {"place": "Here", "subject": "Typed"}


def test_a_new_block_id_takes_the_initial_value(shows: Any, client: WebClient, anna: SlackPerson) -> None:
    view = shows(field("place"))
    anna.fills(place="Here")
    client.views_update(view_id=view["id"], view=modal(field("place~1", initial_value="There")))
    assert anna.fields() == {"place": "There"}


def test_a_new_action_id_or_kind_of_element_takes_the_initial_value(
    shows: Any, client: WebClient, anna: SlackPerson
) -> None:
    view = shows(field("a"), field("b"))
    anna.fills(a="x", b="y")
    client.views_update(view_id=view["id"], view=modal(field("a", action_id="other"), field("b", "email_text_input")))
    assert anna.fields() == {"a": None, "b": None}


def test_a_choice_that_is_no_longer_offered_is_gone(shows: Any, client: WebClient, anna: SlackPerson) -> None:
    view = shows(field("kind", "static_select", options=[option("Visit"), option("Call")]))
    anna.fills(kind="Visit")
    client.views_update(view_id=view["id"], view=modal(field("kind", "static_select", options=[option("Call")])))
    assert anna.fields() == {"kind": None}


def test_every_kind_of_field_is_filled_and_sent(shows: Any, app: ScriptedApp, anna: SlackPerson) -> None:
    people = {"type": "multi_users_select"}
    shows(
        field("text"),
        field("mail", "email_text_input"),
        field("link", "url_text_input"),
        field("count", "number_input", is_decimal_allowed=True),
        field("day", "datepicker"),
        field("hour", "timepicker"),
        field("one", "static_select", options=[option("A", "1"), option("B", "2")]),
        field("many", "multi_static_select", options=[option("A", "1"), option("B", "2")]),
        field("ticks", "checkboxes", options=[option("Yes", "on")], block={"optional": True}),
        field("radio", "radio_buttons", options=[option("A", "1"), option("B", "2")]),
        field("who", people["type"]),
    )
    anna.fills(text="é 👋", mail="a@b.example", link="https://b.example", count=2.5, day="2026-11-26", hour="14:00")
    anna.fills(one="B", many=["A", "B"], ticks=True, radio="A", who=["U0BRUNO"])
    assert anna.submits() is None
    values = app.of_kind("view_submission")[0].payload["view"]["state"]["values"]
    flat = {name: {k: v for k, v in state[name].items() if k != "type"} for name, state in values.items()}
    assert flat == {
        "text": {"value": "é 👋"},
        "mail": {"value": "a@b.example"},
        "link": {"value": "https://b.example"},
        "count": {"value": "2.5"},
        "day": {"selected_date": "2026-11-26"},
        "hour": {"selected_time": "14:00"},
        "one": {"selected_option": option("B", "2")},
        "many": {"selected_options": [option("A", "1"), option("B", "2")]},
        "ticks": {"selected_options": [option("Yes", "on")]},
        "radio": {"selected_option": option("A", "1")},
        "who": {"selected_users": ["U0BRUNO"]},
    }


@pytest.mark.parametrize(
    ("element", "typed", "error"),
    [
        (field("a"), None, "Please complete this required field."),
        (field("a", max_length=3), "abcd", "Please enter at most 3 characters."),
        (field("a", min_length=3), "ab", "Please enter at least 3 characters."),
        (field("a", "email_text_input"), "nobody", "Please enter a valid email address."),
        (field("a", "url_text_input"), "nowhere", "Please enter a valid URL."),
        (field("a", "number_input", is_decimal_allowed=False), "1.5", "Please enter a whole number."),
        (field("a", "number_input", is_decimal_allowed=True), "one", "Please enter a valid number."),
        (
            field("a", "number_input", is_decimal_allowed=True, min_value="2"),
            "1",
            "Please enter a number of at least 2.",
        ),
        (
            field("a", "number_input", is_decimal_allowed=True, max_value="2"),
            "3",
            "Please enter a number of at most 2.",
        ),
    ],
)
def test_slack_itself_keeps_back_a_form_that_is_not_filled_as_asked(
    shows: Any, app: ScriptedApp, anna: SlackPerson, element: Json, typed: str | None, error: str
) -> None:
    shows(element)
    anna.fills(a=typed)
    assert anna.submits() == {"a": error}
    assert app.heard == []


def test_only_offered_options_can_be_chosen(
    shows: Any, app: ScriptedApp, anna: SlackPerson, workspace: Workspace
) -> None:
    view = shows(field("relation", "external_select", min_query_length=2))
    app.says({"options": [option("Dupont", "7")]})
    assert anna.searches("relation", "d") == []
    assert anna.searches("relation", "du") == ["Dupont"]
    anna.fills(relation="Dupont")
    assert anna.fields() == {"relation": "Dupont"}
    forged = {"relation": {"relation": {"type": "external_select", "selected_option": option("Martin", "8")}}}
    with pytest.raises(NotOnScreen, match="was not offered 8"):
        anna._post("state", container={"type": "view", "view_id": view["id"]}, state={"values": forged})


def test_a_field_reacts_only_when_its_block_dispatches(shows: Any, app: ScriptedApp, anna: SlackPerson) -> None:
    shows(field("quiet"), field("loud", block={"dispatch_action": True}))
    anna.fills(quiet="x", loud="y")
    (heard,) = app.of_kind("block_actions")
    assert heard.payload["actions"][0]["value"] == "y"
    assert heard.payload["view"]["state"]["values"]["quiet"]["quiet"]["value"] == "x"
    with pytest.raises(NotOnScreen, match="quiet does not dispatch"):
        anna._post("block-action", container={"type": "view", "view_id": anna.view["id"]}, block_id="quiet",
                   action_id="quiet", action={"value": "z"})  # fmt: skip


def test_what_is_chosen_before_a_redraw_is_seen_reaches_the_app(
    shows: Any, client: WebClient, app: ScriptedApp, anna: SlackPerson
) -> None:
    """The page sends with it what it showed; of that, `place` has another id by now."""
    loud: Json = {"dispatch_action": True}
    view = shows(field("place"), field("loud", block=loud))
    client.views_update(view_id=view["id"], view=modal(field("place~1"), field("loud", block=loud)))
    typed = {name: {name: {"type": "plain_text_input", "value": "x"}} for name in ("place", "loud")}
    anna._post("block-action", container={"type": "view", "view_id": view["id"]}, block_id="loud", action_id="loud",
               action={"type": "plain_text_input", "value": "x"}, state={"values": typed})  # fmt: skip
    (heard,) = app.of_kind("block_actions")
    assert heard.payload["view"]["state"]["values"]["loud"]["loud"]["value"] == "x"
    assert anna.fields() == {"place": None, "loud": "x"}


def test_a_person_cannot_touch_what_is_not_on_their_screen(
    shows: Any, app: ScriptedApp, anna: SlackPerson, workspace: Workspace, sign_in: Any
) -> None:
    view = shows(section(), actions(button("go")))
    bruno = sign_in(workspace, "U0BRUNO")
    for act, fields in {
        "block-action": {
            "block_id": "buttons",
            "action_id": "go",
            "container": {"type": "view", "view_id": view["id"]},
        },
        "submit": {"view_id": view["id"]},
        "close": {"view_id": view["id"]},
    }.items():
        with pytest.raises(NotOnScreen, match="that form is closed"):
            bruno._post(act, **fields)
    with pytest.raises(NotOnScreen, match="there is no stop"):
        anna._post(
            "block-action", container={"type": "view", "view_id": view["id"]}, block_id="buttons", action_id="stop"
        )
    assert app.heard == []
