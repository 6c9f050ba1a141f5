"""Socket Mode over a real WebSocket: hello, envelopes, acknowledgements, refresh, at most ten connections."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from served_workspace import APP_TOKEN, client_of
from slack_person import SlackPerson
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from websockets.sync.client import ClientConnection, connect

from integrations.playground.slack import Workspace

Json = dict[str, Any]


@pytest.fixture
def workspace(make_workspace: Callable[..., Workspace]) -> Workspace:
    return make_workspace(
        manifest={"is_socket_mode": True}, retry_after=(timedelta(0),), ack_within=timedelta(seconds=1)
    )


@pytest.fixture
def connects(workspace: Workspace) -> Iterator[Callable[[], ClientConnection]]:
    with contextlib.ExitStack() as stack:

        def one_more() -> ClientConnection:
            url = client_of(workspace, APP_TOKEN).apps_connections_open(app_token=APP_TOKEN)["url"]
            return stack.enter_context(connect(url))

        yield one_more


def received(connection: ClientConnection) -> Json:
    return dict(json.loads(connection.recv(timeout=5)))


def acknowledge(connection: ClientConnection, payload: Json | None = None) -> Json:
    """Answers the next envelope."""
    envelope = received(connection)
    answer = {"envelope_id": envelope["envelope_id"], **({"payload": payload} if payload else {})}
    connection.send(json.dumps(answer))
    return envelope


def in_background(act: Callable[[], Any]) -> Callable[[], Any]:
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(act()))
    thread.start()

    def result() -> Any:
        thread.join(5)
        return results[0]

    return result


def test_a_connection_says_hello(connects: Callable[[], ClientConnection]) -> None:
    hello = received(connects())
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0PLAYGRND"}


def test_a_command_is_an_envelope_that_an_acknowledgement_answers(
    connects: Callable[[], ClientConnection], anna: SlackPerson
) -> None:
    connection = connects()
    received(connection)
    result = in_background(lambda: anna.types("/crm help"))
    envelope = acknowledge(connection, {"text": "Help is near"})
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert envelope["payload"]["text"] == "help"
    assert result() is None
    assert anna.last_message()["text"] == "Help is near"


def test_an_event_that_is_not_acknowledged_is_sent_again(
    connects: Callable[[], ClientConnection], anna: SlackPerson
) -> None:
    connection = connects()
    received(connection)
    anna.types("Hello")
    first, again = received(connection), received(connection)
    assert (first["type"], first["retry_attempt"], first["accepts_response_payload"]) == ("events_api", 0, False)
    assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
    assert first["payload"]["event_id"] == again["payload"]["event_id"]
    assert first["envelope_id"] != again["envelope_id"]


def test_files_reactions_and_profiles_are_told_over_the_socket(
    connects: Callable[[], ClientConnection], anna: SlackPerson
) -> None:
    connection = connects()
    received(connection)
    anna.uploads("offer.pdf", b"%PDF", "The offer")
    anna.reacts(anna.last_message(), "eyes")
    anna.takes_back(anna.last_message(), "eyes")
    anna.changes_profile(real_name="Anna Maes")
    events = [acknowledge(connection)["payload"]["event"] for _ in range(5)]
    assert sorted(event["type"] for event in events) == [
        "file_shared",
        "message",
        "reaction_added",
        "reaction_removed",
        "user_change",
    ]
    shared = next(event for event in events if event["type"] == "message")
    assert (shared["subtype"], shared["files"][0]["name"]) == ("file_share", "offer.pdf")


def test_a_message_shortcut_is_an_envelope_with_the_message(
    connects: Callable[[], ClientConnection], anna: SlackPerson
) -> None:
    connection = connects()
    received(connection)
    anna.types("Offer for Dupont", channel="general")
    used = in_background(lambda: anna.uses_shortcut("File this", anna.last_message("general"), "general"))
    payload = acknowledge(connection)["payload"]
    assert used() is None
    assert (payload["type"], payload["message"]["text"], payload["channel"]) == (
        "message_action",
        "Offer for Dupont",
        {"id": "C0GENERAL", "name": "general"},
    )
    assert payload["response_url"].startswith("http")
    assert payload["trigger_id"]


def test_without_a_connection_a_command_fails_at_once(anna: SlackPerson) -> None:
    assert anna.bootstrap()["app"]["connected"] is False
    assert anna.types("/crm") == '/crm failed with the error "dispatch_failed"'


def test_the_eleventh_connection_is_turned_away(connects: Callable[[], ClientConnection]) -> None:
    for number in range(1, 11):
        assert received(connects())["num_connections"] == number
    assert received(connects())["reason"] == "too_many_websockets"


def test_a_ticket_lets_one_connection_in(workspace: Workspace, connects: Callable[[], ClientConnection]) -> None:
    url = client_of(workspace, APP_TOKEN).apps_connections_open(app_token=APP_TOKEN)["url"]
    with connect(url) as first, connect(url) as second:
        assert received(first)["type"] == "hello"
        assert received(second)["type"] == "disconnect"


def test_http_apps_get_no_socket(make_workspace: Callable[..., Workspace]) -> None:
    client = client_of(make_workspace(), APP_TOKEN)
    with pytest.raises(SlackApiError, match="forbidden_socket_mode"):
        client.apps_connections_open(app_token=APP_TOKEN)


def test_the_sdks_client_reconnects_when_slack_refreshes(workspace: Workspace, anna: SlackPerson) -> None:
    heard: list[str] = []
    back = threading.Event()

    def acknowledges(client: SocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request.payload["text"])
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    def says_hello(_client: SocketModeClient, message: Json, _raw: str | None) -> None:
        if message.get("type") == "hello":
            back.set()

    client = SocketModeClient(APP_TOKEN, web_client=client_of(workspace, APP_TOKEN), ping_interval=1)
    client.socket_mode_request_listeners.append(acknowledges)
    client.message_listeners.append(says_hello)
    client.connect()
    assert back.wait(5)
    assert anna.types("/crm one") is None
    back.clear()
    workspace.sockets.ask_to_refresh()
    assert back.wait(10)
    assert anna.types("/crm two") is None
    assert heard == ["one", "two"]
    client.close()
