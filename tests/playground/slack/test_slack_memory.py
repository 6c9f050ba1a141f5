"""What survives a restart, what pages hear live, what is recorded, and what cannot be installed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from run_apart import run_apart
from served_workspace import BOT_TOKEN, PEOPLE, SECRET, manifest
from slack_person import SlackPerson
from slack_sdk import WebClient
from view_samples import home, modal, section

from integrations.playground.slack import InvalidManifest, Workspace


def test_messages_home_files_and_reading_marks_survive_a_restart(
    make_workspace: Callable[..., Workspace], sign_in: Callable[..., SlackPerson]
) -> None:
    before = make_workspace()
    client = WebClient(token=BOT_TOKEN, base_url=f"{before.url}/slack/api/")
    client.chat_postMessage(channel="U0ANNA", text="Kept")
    published = client.views_publish(user_id="U0ANNA", view=home(section("Agenda")))["view"]
    sign_in(before, "U0ANNA").uploads("offer.pdf", b"%PDF")
    client.chat_postMessage(channel="U0ANNA", text="Unread")
    client.chat_postEphemeral(channel="D0ANNA", user="U0ANNA", text="Passing")
    after = make_workspace()
    anna = sign_in(after, "U0ANNA")
    assert [c["unread"] for c in anna.bootstrap()["channels"] if c["kind"] == "im"] == [2]
    assert [message["text"] for message in anna.messages()] == ["Kept", "", "Unread"]
    assert (anna.home()["id"], anna.home()["hash"]) == (published["id"], published["hash"])
    file = anna.messages()[1]["files"][0]
    assert httpx.get(f"{after.url}{file['page_url']}").content == b"%PDF"
    assert [c["unread"] for c in anna.bootstrap()["channels"] if c["kind"] == "im"] == [0]


def test_a_file_is_shown_to_those_who_see_its_channel(
    workspace: Workspace, anna: SlackPerson, sign_in: Callable[..., SlackPerson]
) -> None:
    anna.uploads("offer.pdf", b"%PDF")
    url = f"{workspace.url}{anna.last_message()['files'][0]['page_url']}"
    assert httpx.get(url).status_code == 200
    assert httpx.get(url.replace("U0ANNA", "U0BRUNO")).status_code == 404


def test_times_always_rise(workspace: Workspace, client: WebClient, anna: SlackPerson) -> None:
    for number in range(5):
        client.chat_postMessage(channel="U0ANNA", text=str(number))
    assert [message["text"] for message in anna.messages()] == list("01234")


def test_pages_hear_of_changes_as_they_happen(workspace: Workspace, client: WebClient) -> None:
    async def heard() -> list[Any]:
        events: list[Any] = []
        url = f"{workspace.url}/slack/page-api/events?user=U0ANNA"
        async with httpx.AsyncClient() as http, http.stream("GET", url) as stream:
            async for line in stream.aiter_lines():
                if line == ": open":
                    await asyncio.to_thread(act)
                if line.startswith("data: "):
                    events.append(json.loads(line.removeprefix("data: ")))
                if len(events) == 4:
                    break
        return events

    def act() -> None:
        client.chat_postMessage(channel="U0ANNA", text="x")
        client.views_publish(user_id="U0ANNA", view=home())
        client.views_open(trigger_id=workspace.triggers.make("U0ANNA"), view=modal())

    assert run_apart(heard()) == [
        {"type": "messages", "channel": "D0ANNA"},
        {"type": "unread", "channel": "D0ANNA", "count": 1},
        {"type": "home"},
        {"type": "views"},
    ]


def test_accepted_views_and_messages_are_recorded_for_readers_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_workspace: Callable[..., Workspace]
) -> None:
    monkeypatch.setenv("RAPPORT_RECORD_BLOCKS", str(tmp_path / "recorded"))
    workspace = make_workspace()
    client = WebClient(token=BOT_TOKEN, base_url=f"{workspace.url}/slack/api/")
    client.chat_postMessage(channel="U0ANNA", text="x")
    client.views_open(trigger_id=workspace.triggers.make("U0ANNA"), view=modal())
    files = {path.name.partition("-")[0]: json.loads(path.read_text()) for path in (tmp_path / "recorded").iterdir()}
    assert files["message"] == {"text": "x"}
    assert files["modal"]["title"]["text"] == "Title"


def test_a_manifest_that_slack_would_not_install_is_refused_with_every_reason(tmp_path: Path) -> None:
    wrong = manifest("not a url", scopes=["chat:write"])
    wrong["features"]["bot_user"] = {}
    wrong["settings"]["event_subscriptions"]["bot_events"] = ["message.im", "no_such_event"]
    with pytest.raises(InvalidManifest) as caught:
        Workspace(tmp_path / "s.db", PEOPLE, wrong, signing_secret=SECRET, bot_token=BOT_TOKEN)
    assert [reason.rpartition(" [")[0] for reason in caught.value.reasons] == [
        "a bot user is required",
        "commands and shortcuts need the scope commands",
        "message.im needs the scope im:history",
        "unknown event no_such_event",
        "/crm needs a url",
        "a request_url is required",
        "a request_url is required",
    ]
