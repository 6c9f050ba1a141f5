"""A small app written with Bolt, used by a person, over HTTP and over Socket Mode."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from served_workspace import APP_TOKEN, BOT_TOKEN, SECRET, client_of
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_person import SlackPerson
from slack_sdk import WebClient
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from switchboard import Switchboard

from integrations.playground.slack import Workspace

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


def field(name: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": name, "label": plain(name), "element": {**element, "action_id": name}, **more}


TICK = option("All day", "on")


def note_form(place: str = "", *, with_hour: bool = False) -> Json:
    hour = [field("starts", {"type": "timepicker"})] if with_hour else []
    place_id, start = ("place~1", {"initial_value": place}) if place else ("place", {})
    return {
        "type": "modal",
        "callback_id": "note",
        "title": plain("Note"),
        "submit": plain("Save"),
        "blocks": [
            field("relation", {"type": "external_select", "min_query_length": 1}, dispatch_action=True),
            field("subject", {"type": "plain_text_input", "max_length": 20}),
            field("all_day", {"type": "checkboxes", "options": [TICK], "initial_options": [TICK]}, dispatch_action=True,
                  optional=True),
            *hour,
            {**field("place", {"type": "plain_text_input", **start}, optional=True), "block_id": place_id},
        ],
    }  # fmt: skip


def note_app(client: WebClient) -> App:
    app = App(client=client, signing_secret=SECRET, process_before_response=True)

    @app.command("/crm")
    def opens(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=note_form())

    @app.options("relation")
    def finds(ack: Ack, payload: Json) -> None:
        names = ["Dupont Brasserie", "Dupont Frères", "Martin"]
        ack(options=[option(n, str(i)) for i, n in enumerate(names) if payload["value"].lower() in n.lower()])

    @app.action("relation")
    def fills(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        chosen = body["view"]["state"]["values"]["relation"]["relation"]["selected_option"]["text"]["text"]
        view = body["view"]
        client.views_update(view_id=view["id"], hash=view["hash"], view=note_form(f"Address of {chosen}"))

    @app.action("all_day")
    def shows_hours(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        view, is_ticked = body["view"], bool(body["actions"][0]["selected_options"])
        client.views_update(view_id=view["id"], view=note_form("kept", with_hour=not is_ticked))

    @app.view("note")
    def saves(ack: Ack, view: Json, body: Json, client: WebClient) -> None:
        values = view["state"]["values"]
        if values["subject"]["subject"]["value"] == "wrong":
            ack(response_action="errors", errors={"subject": "Choose better words."})
            return
        ack()
        blocks = [
            {"type": "section", "text": plain(f"Noted {values['subject']['subject']['value']}")},
            {"type": "actions", "elements": [{"type": "button", "action_id": "undo", "text": plain("Undo")}]},
        ]
        client.chat_postMessage(channel=body["user"]["id"], text="Noted", blocks=blocks)

    @app.action("undo")
    def undoes(ack: Ack, respond: Callable[..., Any]) -> None:
        ack()
        respond(text="Undone", replace_original=True)

    @app.event("app_home_opened")
    def home(event: Json, client: WebClient, ack: Ack) -> None:
        ack()
        view = {"type": "home", "blocks": [{"type": "header", "text": plain("Agenda")}]}
        client.views_publish(user_id=event["user"], view=view)

    @app.event("message")
    def hears(ack: Ack) -> None:
        ack()

    return app


@contextlib.contextmanager
def over_http(app: App, url: str, switchboard: Switchboard) -> Iterator[None]:
    async def events(request: Request) -> Response:
        asked = to_bolt_request(request, await request.body())
        return to_starlette_response(await run_in_threadpool(app.dispatch, asked))

    with switchboard.serving(url, [Route("/slack/events", events, methods=["POST"])]):
        yield


@contextlib.contextmanager
def over_socket(app: App, workspace: Workspace) -> Iterator[None]:
    handler = SocketModeHandler(app, APP_TOKEN, web_client=client_of(workspace, APP_TOKEN))
    handler.connect()
    yield
    handler.close()


@pytest.fixture(params=["http", "socket"])
def anna(
    request: pytest.FixtureRequest,
    make_workspace: Callable[..., Workspace],
    app_url: str,
    switchboard: Switchboard,
    sign_in: Callable[..., SlackPerson],
) -> Iterator[SlackPerson]:
    is_socket = request.param == "socket"
    workspace = make_workspace(manifest={"is_socket_mode": is_socket})
    app = note_app(client_of(workspace, BOT_TOKEN))
    with over_socket(app, workspace) if is_socket else over_http(app, app_url, switchboard):
        yield sign_in(workspace, "U0ANNA")


def test_a_form_is_opened_filled_and_submitted_over_both_transports(anna: SlackPerson) -> None:
    assert anna.types("/crm note") is None
    anna.waits_for_view("Note")
    anna.fills(subject="Prices")
    assert anna.searches("relation", "dup") == ["Dupont Brasserie", "Dupont Frères"]
    anna.fills(relation="Dupont B")
    anna.waits_for_view(containing="")
    assert anna.fields() == {
        "relation": "Dupont Brasserie",
        "subject": "Prices",
        "all_day": ["All day"],
        "place": "Address of Dupont Brasserie",
    }
    anna.fills(all_day=False, starts="14:00")
    anna.fills(subject="wrong")
    assert anna.submits() == {"subject": "Choose better words."}
    assert anna.view["page_errors"] == {"subject": "Choose better words."}
    anna.fills(subject="New prices")
    assert anna.submits() is None
    assert anna.views == []
    anna.waits_for_message("Noted New prices")
    assert anna.presses("Undo") is None
    anna.waits_for_message("Undone")
    assert len(anna.messages()) == 1


def test_the_home_tab_shows_what_the_app_publishes(anna: SlackPerson) -> None:
    anna.opens_home()
    assert anna.waits_for_home("Agenda")["type"] == "home"
