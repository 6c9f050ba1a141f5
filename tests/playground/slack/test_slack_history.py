"""What the app may read back: messages, threads, reactions, permalinks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from refusals import error_of, refusal
from scripted_app import ScriptedApp
from served_workspace import CHANNELS, SCOPES, client_of
from slack_person import SlackPerson
from slack_screen import NotOnScreen
from slack_sdk import WebClient

from integrations.playground.slack import Workspace
from integrations.playground.slack.reactions import MOST_EMOJI, MOST_OF_ONE_PERSON


def posted(client: WebClient, *texts: str, **more: Any) -> list[str]:
    return [str(client.chat_postMessage(channel="C0GENERAL", text=text, **more)["ts"]) for text in texts]


def texts(answer: Any) -> list[str]:
    return [message["text"] for message in answer["messages"]]


def test_history_is_told_newest_first_and_leaves_replies_out(client: WebClient) -> None:
    first, _second = posted(client, "one", "two")
    posted(client, "reply", thread_ts=first)
    answer = client.conversations_history(channel="C0GENERAL")
    assert (texts(answer), answer["has_more"]) == (["two", "one"], False)
    one = answer["messages"][1]
    assert (one["thread_ts"], one["reply_count"], one["reply_users"]) == (first, 1, ["U0PLAYBOT"])


def test_one_message_is_found_by_its_time(client: WebClient) -> None:
    _one, two, _three = posted(client, "one", "two", "three")
    found = client.conversations_history(channel="C0GENERAL", latest=two, inclusive=True, limit=1)
    assert (texts(found), found["has_more"]) == (["two"], True)
    assert texts(client.conversations_history(channel="C0GENERAL", oldest=two, inclusive=True)) == ["three", "two"]
    assert texts(client.conversations_history(channel="C0GENERAL", oldest=two, latest="9999999999")) == ["three"]
    assert error_of(client.conversations_history, channel="C0GENERAL", latest="today") == "invalid_ts_latest"
    assert error_of(client.conversations_history, channel="C0GENERAL", oldest="-1") == "invalid_ts_oldest"
    assert error_of(client.conversations_history, channel="C0GENERAL", cursor="x") == "invalid_cursor"


def test_history_comes_in_pages(client: WebClient) -> None:
    posted(client, *"abcde")
    seen: list[str] = []
    for page in client.conversations_history(channel="C0GENERAL", limit=2):
        seen += texts(page)
    assert seen == list("edcba")


def test_a_thread_is_told_oldest_first_with_its_first_message(client: WebClient) -> None:
    parent, other = posted(client, "parent", "other")
    reply, _second = posted(client, "first", "second", thread_ts=parent)
    assert texts(client.conversations_replies(channel="C0GENERAL", ts=parent)) == ["parent", "first", "second"]
    assert texts(client.conversations_replies(channel="C0GENERAL", ts=parent, oldest=reply)) == ["parent", "second"]
    assert texts(client.conversations_replies(channel="C0GENERAL", ts=other)) == ["other"]
    assert texts(client.conversations_replies(channel="C0GENERAL", ts=reply)) == ["first"]
    assert error_of(client.conversations_replies, channel="C0GENERAL", ts="1.000001") == "thread_not_found"
    first = client.conversations_replies(channel="C0GENERAL", ts=parent, limit=2)
    rest = client.conversations_replies(
        channel="C0GENERAL", ts=parent, cursor=first["response_metadata"]["next_cursor"]
    )
    assert texts(first) + texts(rest) == ["parent", "first", "second"]


@pytest.mark.parametrize(
    ("channel", "scope"),
    [("C0GENERAL", "channels:history"), ("C0BOARD000", "groups:history"), ("D0ANNA", "im:history")],
)
def test_each_kind_of_conversation_has_a_scope_of_its_own(
    make_workspace: Callable[..., Workspace], channel: str, scope: str
) -> None:
    left = [held for held in SCOPES if held != scope]
    client = client_of(make_workspace(channels=CHANNELS, manifest={"scopes": left, "events": []}))
    assert refusal(client.conversations_history, channel=channel)["needed"] == scope


def test_what_the_app_was_not_invited_to_stays_closed(make_workspace: Callable[..., Workspace], sign_in: Any) -> None:
    workspace = make_workspace(channels=CHANNELS)
    client, anna = client_of(workspace), sign_in(workspace, "U0ANNA")
    for channel, error in (("open-door", "not_in_channel"), ("back-room", "channel_not_found")):
        anna.types("Between us", channel=channel)
        place = {"channel": anna.channel_id(channel)}
        ts = anna.last_message(channel)["ts"]
        assert error_of(client.conversations_history, **place) == error
        assert error_of(client.conversations_replies, **place, ts=ts) == error
        assert error_of(client.reactions_get, **place, timestamp=ts) == error
        assert error_of(client.reactions_add, **place, timestamp=ts, name="eyes") == error
        assert error_of(client.chat_postMessage, **place, text="Hello") == error
    listed = client.conversations_list(types="public_channel,private_channel")["channels"]
    assert [channel["id"] for channel in listed] == ["C0GENERAL", "C0SHARED", "C0OPENDOOR", "C0BOARD000"]
    assert client.conversations_info(channel="C0BOARD000")["channel"]["is_private"] is True


def test_what_is_said_in_a_private_channel_is_an_event_of_its_own(
    app: ScriptedApp, make_workspace: Callable[..., Workspace], sign_in: Any
) -> None:
    events = ["message.groups", "message.channels"]
    anna = sign_in(make_workspace(channels=CHANNELS, manifest={"events": events}), "U0ANNA")
    anna.types("In private", channel="board")
    anna.types("In a room without the app", channel="back-room")
    anna.types("In public", channel="general")
    heard = [heard.payload["event"] for heard in app.waits_for("message", 2)]
    assert [(event["text"], event["channel_type"]) for event in heard] == [
        ("In private", "group"),
        ("In public", "channel"),
    ]


def test_a_reaction_and_its_taking_back_are_events(app: ScriptedApp, client: WebClient, anna: SlackPerson) -> None:
    ts = client.chat_postMessage(channel="D0ANNA", text="Done?")["ts"]
    message = anna.last_message()
    anna.reacts(message, "white_check_mark")
    added = app.waits_for("reaction_added")[0].payload["event"]
    assert (added["user"], added["reaction"], added["item_user"]) == ("U0ANNA", "white_check_mark", "U0PLAYBOT")
    assert added["item"] == {"type": "message", "channel": "D0ANNA", "ts": ts}
    anna.takes_back(message, "white_check_mark")
    removed = app.waits_for("reaction_removed")[0].payload["event"]
    assert (removed["reaction"], removed["item"]) == ("white_check_mark", added["item"])
    assert removed["event_ts"] > added["event_ts"]
    with pytest.raises(NotOnScreen, match="was not given"):
        anna.takes_back(message, "white_check_mark")


def test_the_app_reads_the_reactions_to_a_message(client: WebClient, anna: SlackPerson) -> None:
    ts = client.chat_postMessage(channel="D0ANNA", text="Done?")["ts"]
    anna.reacts(anna.last_message(), "eyes")
    client.reactions_add(channel="D0ANNA", timestamp=ts, name="eyes")
    answer = client.reactions_get(channel="D0ANNA", timestamp=ts)
    assert (answer["type"], answer["channel"]) == ("message", "D0ANNA")
    assert answer["message"]["reactions"] == [{"name": "eyes", "users": ["U0ANNA", "U0PLAYBOT"], "count": 2}]
    client.reactions_remove(channel="D0ANNA", timestamp=ts, name="eyes")
    assert anna.last_message()["reactions"] == [{"name": "eyes", "users": ["U0ANNA"], "count": 1}]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"timestamp": "1.000001"}, "no_item_specified"),
        ({"channel": "D0ANNA"}, "no_item_specified"),
        ({"channel": "D0ANNA", "timestamp": "yesterday"}, "bad_timestamp"),
        ({"channel": "D0ANNA", "timestamp": "1.000001"}, "message_not_found"),
        ({"channel": "C0NOWHERE", "timestamp": "1.000001"}, "channel_not_found"),
    ],
)
def test_a_reaction_to_nothing_is_refused(client: WebClient, given: dict[str, str], error: str) -> None:
    assert error_of(client.api_call, "reactions.get", params=given) == error
    assert error_of(client.api_call, "reactions.add", params={"name": "eyes", **given}) == error


def test_reactions_are_added_once(client: WebClient, anna: SlackPerson) -> None:
    ts = client.chat_postMessage(channel="U0ANNA", text="x")["ts"]
    client.reactions_add(channel="D0ANNA", timestamp=ts, name=":tada:")
    assert anna.last_message()["reactions"] == [{"name": "tada", "users": ["U0PLAYBOT"], "count": 1}]
    assert error_of(client.reactions_add, channel="D0ANNA", timestamp=ts, name="tada") == "already_reacted"
    assert error_of(client.reactions_add, channel="D0ANNA", timestamp=ts, name="No Such") == "invalid_name"
    assert error_of(client.reactions_remove, channel="D0ANNA", timestamp=ts, name="eyes") == "no_reaction"


def test_a_message_carries_a_limited_number_of_reactions(
    workspace: Workspace, client: WebClient, anna: SlackPerson
) -> None:
    ts = client.chat_postMessage(channel="C0GENERAL", text="x")["ts"]
    general = workspace.conversations.channel("C0GENERAL")
    assert general is not None
    for number in range(MOST_EMOJI):
        user = ("U0ANNA", "U0BRUNO", "U0OTTO")[number // MOST_OF_ONE_PERSON]
        workspace.conversations.react(general, ts, user, f"e{number}")
    assert error_of(client.reactions_add, channel="C0GENERAL", timestamp=ts, name="one-more") == "too_many_emoji"
    client.reactions_add(channel="C0GENERAL", timestamp=ts, name="e0")
    with pytest.raises(NotOnScreen, match="too_many_reactions"):
        anna.reacts(anna.last_message("general"), "e49", channel="general")


def test_a_permalink_leads_to_the_message_on_the_page(client: WebClient, workspace: Workspace) -> None:
    ts = client.chat_postMessage(channel="C0GENERAL", text="x")["ts"]
    link = client.chat_getPermalink(channel="C0GENERAL", message_ts=ts)["permalink"]
    assert link == f"{workspace.url}/archives/C0GENERAL/p{ts.replace('.', '')}"
    opened = httpx.get(link)
    assert opened.headers["location"] == f"{workspace.url}/slack?channel=C0GENERAL&message=p{ts.replace('.', '')}"
    reply = client.chat_postMessage(channel="C0GENERAL", text="y", thread_ts=ts)["ts"]
    in_thread = client.chat_getPermalink(channel="C0GENERAL", message_ts=reply)["permalink"]
    assert in_thread.endswith(f"?thread_ts={ts}&cid=C0GENERAL")
    assert error_of(client.chat_getPermalink, channel="C0GENERAL", message_ts="1.1") == "message_not_found"
