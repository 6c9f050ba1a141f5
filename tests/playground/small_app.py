"""A small Bolt app that shows the page something of everything, and keeps what it is told."""

from __future__ import annotations

import time
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from small_app_views import (
    action_form,
    card_blocks,
    every_field,
    field,
    home_view,
    option,
    plain,
    rich_blocks,
    text,
    typing_form,
)

Json = dict[str, Any]
BREWERIES = ["Brasserie Dupont", "Brasserie de l'Été", "Brouwerij Het Anker", "De Koninck <b>bold</b>"]


def small_app(api_url: str, token: str, secret: str) -> tuple[App, list[Json]]:
    """The app, and the list that grows with every request it gets."""
    client = WebClient(token=token, base_url=api_url)
    app = App(client=client, signing_secret=secret, token_verification_enabled=False, process_before_response=True)
    heard: list[Json] = []
    _commands(app, heard)
    _action_form(app, heard)
    _everything_else(app, heard)
    return app, heard


def _commands(app: App, heard: list[Json]) -> None:
    @app.command("/crm")
    def crm(ack: Any, body: Json, client: Any, respond: Any) -> None:
        heard.append(body)
        first = body["text"].partition(" ")[0]
        if first == "silent":
            return
        ack()
        if first == "action":
            client.views_open(trigger_id=body["trigger_id"], view=action_form())
        elif first == "fields":
            client.views_open(trigger_id=body["trigger_id"], view=every_field())
        elif first == "rich":
            client.chat_postMessage(channel=body["channel_id"], text="Week 48", blocks=rich_blocks())
        elif first == "typing":
            client.views_open(trigger_id=body["trigger_id"], view=typing_form())
        elif first == "card":
            client.chat_postMessage(channel=body["channel_id"], text="Visit", blocks=card_blocks())
        else:
            respond(text=f"Try `/crm action`. You typed: {body['text']}")

    @app.command("/agenda")
    def agenda(ack: Any) -> None:
        ack("Nothing planned on Thursday 26 November. Try `/action visit Dupont thursday 2pm`.")


def _action_form(app: App, heard: list[Json]) -> None:
    @app.options("relation")
    @app.options("several")
    def relations(ack: Any, payload: Json) -> None:
        found = [name for name in BREWERIES if payload["value"].lower() in name.lower()]
        ack(options=[option(str(BREWERIES.index(name)), name) for name in found])

    @app.action("relation")
    def chosen(ack: Any, body: Json, client: Any) -> None:
        ack()
        heard.append(body)
        name = body["actions"][0]["selected_option"]["text"]["text"]
        view = body["view"]
        is_all_day = bool(view["state"]["values"]["all_day"]["all_day"]["selected_options"])
        client.views_update(
            view_id=view["id"], view=action_form(representative=f"Anna for {name}", is_all_day=is_all_day)
        )

    @app.action("all_day")
    def hours(ack: Any, body: Json, client: Any) -> None:
        ack()
        heard.append(body)
        is_all_day = bool(body["actions"][0]["selected_options"])
        client.views_update(view_id=body["view"]["id"], view=action_form(is_all_day=is_all_day, note="Hours changed"))

    @app.view("action")
    def saved(ack: Any, body: Json, client: Any) -> None:
        heard.append(body)
        values = body["view"]["state"]["values"]
        if values["subject"]["subject"]["value"] == "wrong":
            ack(response_action="errors", errors={"subject": "Say what the visit is about."})
            return
        ack()
        client.chat_postMessage(channel=body["user"]["id"], text=f"Planned: {values['subject']['subject']['value']}")

    @app.view_closed("action")
    def closed(ack: Any, body: Json) -> None:
        ack()
        heard.append(body)


def _everything_else(app: App, heard: list[Json]) -> None:
    @app.view("every")
    def every(ack: Any, body: Json) -> None:
        heard.append(body)
        ack()

    @app.view("slow")
    def slow(ack: Any, body: Json) -> None:
        heard.append(body)
        time.sleep(0.7)
        if body["view"]["state"]["values"]["entered"]["entered"]["value"] != "never answered":
            ack()

    @app.view("top")
    def top(ack: Any) -> None:
        ack()

    @app.action("again")
    def again(ack: Any, body: Json, client: Any) -> None:
        ack()
        view = {
            "type": "modal",
            "callback_id": "top",
            "title": plain("On top"),
            "submit": plain("Done"),
            "blocks": [field("word", "Word", text(), optional=True)],
        }
        client.views_push(trigger_id=body["trigger_id"], view=view)

    @app.action("complete")
    def complete(ack: Any, body: Json, client: Any) -> None:
        ack()
        heard.append(body)
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Done", blocks=[
            {"type": "section", "text": {"type": "mrkdwn", "text": "Visit done :white_check_mark:"}}])  # fmt: skip

    @app.action("cancel")
    @app.action("move")
    @app.action("more")
    @app.action("overflow")
    @app.action("open")
    @app.action("stage")
    @app.action("kinds")
    @app.action("entered")
    @app.action("each")
    @app.action("day")
    def other(ack: Any, body: Json) -> None:
        ack()
        heard.append(body)

    @app.event("app_home_opened")
    def home(ack: Any, event: Json, client: Any) -> None:
        ack()
        client.views_publish(user_id=event["user"], view=home_view())

    @app.event("message")
    def message(ack: Any, event: Json) -> None:
        ack()
        heard.append(event)

    @app.shortcut("note")
    @app.shortcut("file")
    def shortcut(ack: Any, body: Json, client: Any) -> None:
        ack()
        heard.append(body)
        client.views_open(trigger_id=body["trigger_id"], view=action_form())
