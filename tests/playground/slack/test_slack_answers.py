"""What a person sees when the app answers: a message, a closed or changed form, an apology."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from scripted_app import ScriptedApp
from served_workspace import Clock
from slack_person import SlackPerson
from slack_sdk import WebClient
from starlette.responses import JSONResponse, PlainTextResponse, Response
from view_samples import actions, button, field, modal, option, plain, section

from integrations.playground.slack import Workspace

Json = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"


def opens(workspace: Workspace, client: WebClient, *blocks: Json, **more: Any) -> Json:
    return dict(client.views_open(trigger_id=workspace.triggers.make("U0ANNA"), view=modal(*blocks, **more))["view"])


def test_an_answer_to_a_command_is_shown(app: ScriptedApp, anna: SlackPerson) -> None:
    app.says({"text": "For you", "blocks": [section("For you")]})
    anna.types("/crm")
    assert anna.last_message()["is_ephemeral"] is True
    app.says({"response_type": "in_channel", "text": "For all"})
    anna.types("/crm")
    assert (anna.last_message()["text"], anna.last_message()["is_ephemeral"]) == ("For all", False)
    app.answer = lambda _heard: PlainTextResponse("Plain words")
    anna.types("/crm")
    assert anna.last_message()["text"] == "Plain words"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Response(status_code=500), '/crm failed with the error "dispatch_failed"'),
        (Response(status_code=302, headers={"location": "/"}), '/crm failed with the error "dispatch_failed"'),
        (JSONResponse({"blocks": [{"type": "poem"}]}), '/crm failed with the error "invalid_blocks"'),
    ],
)
def test_a_command_that_fails_says_so(app: ScriptedApp, anna: SlackPerson, answer: Response, sentence: str) -> None:
    app.answer = lambda _heard: answer
    assert anna.types("/crm") == sentence


def test_an_empty_answer_closes_the_form(
    app: ScriptedApp, workspace: Workspace, client: WebClient, anna: SlackPerson
) -> None:
    opens(workspace, client, private_metadata="kept")
    assert anna.submits() is None
    assert anna.views == []
    payload = app.of_kind("view_submission")[0].payload
    assert (payload["view"]["private_metadata"], payload["response_urls"]) == ("kept", [])


def test_response_actions_change_the_stack(
    app: ScriptedApp, workspace: Workspace, client: WebClient, anna: SlackPerson
) -> None:
    opens(workspace, client)
    app.says({"response_action": "update", "view": modal(title=plain("Second"))})
    anna.submits()
    app.says({"response_action": "push", "view": modal(title=plain("On top"))})
    anna.submits()
    assert [view["title"]["text"] for view in anna.views] == ["Second", "On top"]
    app.says({"response_action": "clear"})
    anna.submits()
    assert anna.views == []


@pytest.mark.parametrize(
    "body",
    [
        {"response_action": "errors", "errors": {"elsewhere": "Wrong"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"a": ""}},
        {"response_action": "update", "view": {"type": "modal", "blocks": []}},
        {"response_action": "explode"},
        {"text": "Saved"},
    ],
)
def test_a_form_whose_answer_is_invalid_stays_with_an_apology(
    app: ScriptedApp, workspace: Workspace, client: WebClient, anna: SlackPerson, body: Json
) -> None:
    opens(workspace, client, field("a"))
    anna.fills(a="typed")
    app.says(body)
    assert anna.submits() == TROUBLE
    assert anna.fields() == {"a": "typed"}


@pytest.mark.parametrize("answer", [Response(status_code=500), PlainTextResponse("Saved"), Response(status_code=204)])
def test_a_form_whose_app_does_not_answer_200_with_json_stays(
    app: ScriptedApp, workspace: Workspace, client: WebClient, anna: SlackPerson, answer: Response
) -> None:
    opens(workspace, client)
    app.answer = lambda _heard: answer
    assert anna.submits() == TROUBLE
    assert len(anna.views) == 1


def test_a_form_whose_app_is_late_stays(app: ScriptedApp, impatient: Workspace, sign_in: Any) -> None:
    anna = sign_in(impatient, "U0ANNA")
    opens(impatient, WebClient(token="xoxb-playground", base_url=f"{impatient.url}/slack/api/"))
    app.sleeps(0.5)
    assert anna.submits() == TROUBLE
    assert len(app.of_kind("view_submission")) == 1


def test_closing_is_told_where_it_was_asked_for(
    app: ScriptedApp, workspace: Workspace, client: WebClient, anna: SlackPerson
) -> None:
    opens(workspace, client)
    anna.closes()
    assert app.heard == []
    opens(workspace, client, notify_on_close=True)
    anna.closes(everything=True)
    payload = app.of_kind("view_closed")[0].payload
    assert (payload["is_cleared"], anna.views) == (True, [])


@pytest.mark.parametrize(
    "body", [{"options": [option("x" * 76, "v")]}, {"options": [option(str(i)) for i in range(101)]}, ["x"]]
)
def test_invalid_options_leave_the_menu_empty(
    app: ScriptedApp, workspace: Workspace, client: WebClient, anna: SlackPerson, body: Any
) -> None:
    opens(workspace, client, field("relation", "external_select", min_query_length=0))
    app.says(body)
    assert anna.searches("relation", "d") == []
    assert anna.problems == ["No results"]
    heard = app.of_kind("block_suggestion")[0].payload
    assert (heard["value"], heard["action_id"], heard["block_id"]) == ("d", "relation", "relation")


def test_a_response_url_answers_five_times_within_thirty_minutes(
    app: ScriptedApp, anna: SlackPerson, clock: Clock
) -> None:
    anna.types("/crm")
    url = app.of_kind("command")[0].payload["response_url"]
    for number in range(5):
        assert httpx.post(url, json={"text": f"Answer {number}"}).text == "ok"
    assert len(anna.messages()) == 5
    assert httpx.post(url, json={"text": "x"}).json() == {"ok": False, "error": "used_url"}
    anna.types("/crm")
    url = app.of_kind("command")[1].payload["response_url"]
    assert httpx.post(url, json={"text": "x", "blocks": [{"type": "poem"}]}).json()["error"] == "invalid_blocks"
    clock.ahead += timedelta(minutes=31)
    assert httpx.post(url, json={"text": "x"}).json()["error"] == "expired_url"


def test_a_response_url_replaces_or_deletes_its_message(app: ScriptedApp, client: WebClient, anna: SlackPerson) -> None:
    for post in (
        lambda: client.chat_postMessage(channel="D0ANNA", text="Card", blocks=[actions(button("go"))]),
        lambda: client.chat_postEphemeral(channel="D0ANNA", user="U0ANNA", text="Card", blocks=[actions(button("go"))]),
    ):
        post()
        anna.presses("go")
        url = app.of_kind("block_actions")[-1].payload["response_url"]
        httpx.post(url, json={"replace_original": True, "text": "Done"}).raise_for_status()
        assert [(m["text"], m["blocks"]) for m in anna.messages()] == [("Done", [])]
        httpx.post(url, json={"delete_original": True}).raise_for_status()
        assert anna.messages() == []


def test_a_submission_delivered_twice_counts_once_on_screen(
    app: ScriptedApp, workspace: Workspace, client: WebClient, anna: SlackPerson
) -> None:
    opens(workspace, client)
    workspace.faults.duplicate("view_submission")
    assert anna.submits() is None
    first, second = app.waits_for("view_submission", 2)
    assert first.payload == second.payload
    assert anna.views == []
