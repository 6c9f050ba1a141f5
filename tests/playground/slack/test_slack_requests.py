"""What the app receives and how it is signed, when it is sent again, and what planned faults do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from run_apart import run_apart
from scripted_app import ScriptedApp
from served_workspace import SECRET
from slack_person import SlackPerson
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from starlette.responses import Response
from switchboard import Switchboard
from view_samples import actions, button, home, option

from integrations.playground.slack import Workspace
from integrations.playground.slack.errors import InvalidManifest

Json = dict[str, Any]


def test_requests_are_signed_as_slack_signs_them(app: ScriptedApp, anna: SlackPerson) -> None:
    anna.types("/crm relation Dupont & Fils")
    anna.types("Hello")
    for heard in (app.of_kind("command")[0], app.waits_for("message")[0]):
        assert SignatureVerifier(SECRET).is_valid_request(heard.body, heard.headers)
        assert not SignatureVerifier("other").is_valid_request(heard.body, heard.headers)


def test_a_command_arrives_as_a_form(app: ScriptedApp, anna: SlackPerson, workspace: Workspace) -> None:
    assert anna.types("/crm relation Dupont & Fils") is None
    payload = dict(app.of_kind("command")[0].payload)
    assert payload.pop("response_url").startswith(f"{workspace.url}/slack/respond/")
    assert payload.pop("trigger_id").count(".") == 2
    assert payload.pop("token")
    assert payload == {
        "team_id": "T0PLAYGRND",
        "team_domain": "playground",
        "channel_id": "D0ANNA",
        "channel_name": "directmessage",
        "user_id": "U0ANNA",
        "user_name": "anna",
        "command": "/crm",
        "text": "relation Dupont & Fils",
        "api_app_id": "A0PLAYGRND",
        "is_enterprise_install": "false",
    }


def test_an_outsider_is_recognised_by_team(app: ScriptedApp, workspace: Workspace, sign_in: Any) -> None:
    otto = sign_in(workspace, "U0OTTO", "with-partners")
    otto.types("/crm help")
    otto.types("Hello <@U0PLAYBOT>")
    assert app.of_kind("command")[0].payload["team_id"] == "T0ELSEWHERE"
    mention = app.waits_for("app_mention")[0].payload
    assert (mention["is_ext_shared_channel"], mention["event"]["team"]) == (True, "T0ELSEWHERE")
    assert [channel["name"] for channel in otto.bootstrap()["channels"]] == ["with-partners"]


def test_a_command_that_takes_too_long_is_not_retried(app: ScriptedApp, impatient: Workspace, sign_in: Any) -> None:
    anna = sign_in(impatient, "U0ANNA")
    app.sleeps(0.5)
    assert anna.types("/crm") == "/crm failed because the app did not respond"
    assert len(app.heard) == 1


def test_without_an_app_or_its_command_nothing_is_sent(anna: SlackPerson) -> None:
    assert anna.types("/crm") == '/crm failed with the error "dispatch_failed"'
    assert anna.types("/unknown") == "/unknown is not a valid command"


def test_the_unknown_and_the_deactivated_cannot_act(workspace: Workspace, anna: SlackPerson) -> None:
    workspace.edit_person("U0ANNA", deleted=True)
    with pytest.raises(AssertionError, match="cannot sign in"):
        anna.types("/crm")


def test_a_button_in_a_message_tells_where_it_was_pressed(
    app: ScriptedApp, client: WebClient, anna: SlackPerson
) -> None:
    ts = client.chat_postMessage(channel="U0ANNA", text="Card", blocks=[actions(button("keep", value="7"))])["ts"]
    assert anna.presses("keep") is None
    payload = app.of_kind("block_actions")[0].payload
    assert payload["container"] == {"type": "message", "message_ts": ts, "channel_id": "D0ANNA", "is_ephemeral": False}
    assert (payload["channel"]["id"], payload["message"]["text"]) == ("D0ANNA", "Card")
    assert payload["user"] == {"id": "U0ANNA", "username": "anna", "name": "anna", "team_id": "T0PLAYGRND"}
    (action,) = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("keep", "buttons", "7")


def test_an_ephemeral_message_is_not_in_the_payload(app: ScriptedApp, client: WebClient, anna: SlackPerson) -> None:
    client.chat_postEphemeral(channel="D0ANNA", user="U0ANNA", text="Card", blocks=[actions(button("keep"))])
    anna.presses("keep")
    payload = app.of_kind("block_actions")[0].payload
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload


def test_a_menu_and_a_button_on_the_home_tab_tell_their_choice(
    app: ScriptedApp, client: WebClient, anna: SlackPerson
) -> None:
    menu = {"type": "overflow", "action_id": "more", "options": [option("Edit", "e"), option("Delete", "d")]}
    client.views_publish(user_id="U0ANNA", view=home(actions(button("new"), menu)))
    anna.chooses("Delete", on_home=True)
    payload = app.of_kind("block_actions")[0].payload
    assert payload["actions"][0]["selected_option"] == option("Delete", "d")
    assert (payload["container"]["type"], payload["view"]["type"]) == ("view", "home")
    assert "response_url" not in payload


def test_a_button_whose_app_fails_shows_a_warning(app: ScriptedApp, client: WebClient, anna: SlackPerson) -> None:
    client.chat_postMessage(channel="U0ANNA", text="Card", blocks=[actions(button("keep"))])
    app.fails(500)
    assert anna.presses("keep") == "Tester responded with status code 500"


def test_shortcuts_arrive_with_what_they_are_about(app: ScriptedApp, client: WebClient, anna: SlackPerson) -> None:
    client.chat_postMessage(channel="U0ANNA", text="Offer")
    anna.uses_shortcut("New note")
    anna.uses_shortcut("File this", message=anna.last_message())
    assert app.of_kind("shortcut")[0].payload["callback_id"] == "new_note"
    filed = app.of_kind("message_action")[0].payload
    assert (filed["callback_id"], filed["message"]["text"], filed["channel"]["id"]) == ("file_this", "Offer", "D0ANNA")


def test_events_carry_slacks_envelope(app: ScriptedApp, anna: SlackPerson) -> None:
    anna.types("Hello")
    payload = app.waits_for("message")[0].payload
    assert payload["event_id"].startswith("Ev")
    assert payload["authorizations"][0] == {
        "enterprise_id": None,
        "team_id": "T0PLAYGRND",
        "user_id": "U0PLAYBOT",
        "is_bot": True,
        "is_enterprise_install": False,
    }
    event = payload["event"]
    assert (event["channel_type"], event["channel"], event["user"], event["text"]) == (
        "im",
        "D0ANNA",
        "U0ANNA",
        "Hello",
    )
    anna.reacts(anna.last_message(), "eyes")
    assert app.waits_for("reaction_added")[0].payload["event"]["reaction"] == "eyes"
    anna.uploads("offer.pdf", b"%PDF", "The offer")
    assert app.waits_for("file_shared")[0].payload["event"]["file_id"] == anna.last_message()["files"][0]["id"]
    anna.opens_home()
    assert app.waits_for("app_home_opened")[0].payload["event"]["tab"] == "home"


def test_typed_brackets_are_passed_on_as_entities(app: ScriptedApp, anna: SlackPerson) -> None:
    anna.types("a < b & <!channel> <@U0BRUNO>")
    text = app.waits_for("message")[0].payload["event"]["text"]
    assert text == "a &lt; b &amp; &lt;!channel&gt; <@U0BRUNO>"


def test_an_event_is_retried_three_times_with_the_same_id(app: ScriptedApp, impatient: Workspace, sign_in: Any) -> None:
    app.fails(500)
    sign_in(impatient, "U0ANNA").types("Hello")
    tries = app.waits_for("message", 4)
    assert [t.headers.get("x-slack-retry-num") for t in tries] == [None, "1", "2", "3"]
    assert {t.headers.get("x-slack-retry-reason") for t in tries[1:]} == {"http_error"}
    assert len({t.payload["event_id"] for t in tries}) == 1


def test_an_event_is_not_retried_once_the_app_says_so(app: ScriptedApp, impatient: Workspace, sign_in: Any) -> None:
    anna = sign_in(impatient, "U0ANNA")
    app.answer = lambda _heard: Response(status_code=500, headers={"x-slack-no-retry": "1"})
    anna.types("Hello")
    app.waits_for("message")
    anna.opens_home()
    app.waits_for("app_home_opened")
    assert len(app.of_kind("message")) == 1


def test_events_that_the_manifest_does_not_name_are_not_sent(app: ScriptedApp, anna: SlackPerson) -> None:
    anna.types("Hello all", channel="general")
    anna.types("Hello you")
    assert [heard.payload["event"]["text"] for heard in app.waits_for("message")] == ["Hello you"]


def test_planned_faults_lose_requests_answers_and_repeat_events(
    app: ScriptedApp, workspace: Workspace, anna: SlackPerson
) -> None:
    did_not_respond = "/crm failed because the app did not respond"
    workspace.faults.drop("command")
    assert (anna.types("/crm"), app.heard) == (did_not_respond, [])
    workspace.faults.lose_answer("command")
    assert (anna.types("/crm"), len(app.heard)) == (did_not_respond, 1)
    workspace.faults.delay("*", 0.01)
    assert anna.types("/crm") is None
    workspace.faults.repeat_event("message", 3)
    anna.types("Hello")
    assert [t.headers.get("x-slack-retry-num") for t in app.waits_for("message", 4)] == [None, "1", "2", "3"]


def test_the_events_url_must_answer_the_challenge(
    app_url: str, switchboard: Switchboard, make_workspace: Callable[..., Workspace]
) -> None:
    async def verify(workspace: Workspace) -> None:
        try:
            await workspace.verify_events_url()
        finally:
            await workspace.delivery.close()

    scripted = ScriptedApp()
    with switchboard.serving(app_url, scripted.routes()):
        run_apart(verify(make_workspace()))
        assert scripted.heard[0].kind == "url_verification"
    with pytest.raises(InvalidManifest, match="challenge parameter"):
        run_apart(verify(make_workspace()))
