"""Addresses of the app in messages: what Slack tells of them, and what the app may show below."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from refusals import error_of
from scripted_app import ScriptedApp
from served_workspace import CHANNELS, OPEN_DOOR
from slack_person import SlackPerson
from slack_screen import text_of
from slack_sdk import WebClient
from view_samples import actions, button, section

from integrations.playground.slack import Workspace

URL = "https://crm.office.example/record/action/7?a=1&b=2"


@pytest.fixture
def workspace(make_workspace: Callable[..., Workspace]) -> Workspace:
    return make_workspace(channels=CHANNELS)


@pytest.fixture
def anna(workspace: Workspace, sign_in: Callable[..., SlackPerson]) -> SlackPerson:
    return sign_in(workspace, "U0ANNA", OPEN_DOOR.name)


def test_the_app_hears_of_its_addresses_also_where_it_is_no_member(app: ScriptedApp, anna: SlackPerson) -> None:
    anna.types(f"Look at {URL}, and at https://elsewhere.example/1.")
    event = app.waits_for("link_shared")[0].payload["event"]
    assert event["links"] == [{"domain": "crm.office.example", "url": URL}]
    assert (event["source"], event["is_bot_user_member"]) == ("conversations_history", False)
    assert event["message_ts"] == anna.last_message()["ts"]
    anna.types("https://crm.office.example.evil.example/1 and https://elsewhere.example/crm.office.example")
    anna.types("https://sub.crm.office.example/2")
    assert app.waits_for("link_shared", 2)[1].payload["event"]["links"][0]["url"] == "https://sub.crm.office.example/2"


def test_what_the_app_unfurls_stands_below_the_message_and_its_buttons_say_so(
    app: ScriptedApp, client: WebClient, anna: SlackPerson
) -> None:
    anna.types(f"Look at {URL}")
    event = app.waits_for("link_shared")[0].payload["event"]
    by_id = {"unfurl_id": event["unfurl_id"], "source": event["source"]}
    for text in ("First", "Second"):
        client.chat_unfurl(**by_id, unfurls={URL: {"blocks": [section(text), actions(button("open", value="7"))]}})
    message = anna.last_message()
    assert "Second" in text_of(message)
    assert len(message["attachments"]) == 1
    assert "edited" not in message
    anna.presses("open", message=message)
    pressed = app.waits_for("block_actions")[0].payload
    assert pressed["container"]["type"] == "message_attachment"
    assert pressed["container"]["app_unfurl_url"] == pressed["app_unfurl"]["from_url"] == URL
    assert "message" not in pressed


def test_an_unfurl_that_slack_would_refuse_is_refused(app: ScriptedApp, client: WebClient, anna: SlackPerson) -> None:
    anna.types(f"Look at {URL}")
    event = app.waits_for("link_shared")[0].payload["event"]
    here = {"channel": event["channel"], "ts": event["message_ts"]}
    shown = {"blocks": [section("Card")]}
    for place, unfurls, error in (
        (here, {"https://crm.office.example/": shown}, "cannot_unfurl_message"),
        (here, {URL: {}}, "cannot_parse_attachment"),
        (here, {URL: {"blocks": [{"type": "input"}]}}, "invalid_blocks"),
        ({**here, "ts": "1.000000"}, {URL: shown}, "cannot_find_message"),
        ({"unfurl_id": "none", "source": "composer"}, {URL: shown}, "invalid_unfurl_id"),
    ):
        assert error_of(client.chat_unfurl, **place, unfurls=unfurls) == error
    assert not anna.last_message().get("attachments")
