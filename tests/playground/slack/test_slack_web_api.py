"""The Web API refuses what Slack refuses, with Slack's own words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from refusals import error_of, refusal
from served_workspace import APP_TOKEN, BOT_TOKEN, SCOPES, Clock, client_of
from slack_person import SlackPerson
from slack_sdk import WebClient
from view_samples import plain, section

from integrations.playground.slack import Workspace

TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}


def test_a_token_is_asked_for_and_must_be_the_right_one(workspace: Workspace) -> None:
    assert error_of(client_of(workspace, None).auth_test) == "not_authed"
    assert error_of(client_of(workspace, "xoxb-other").auth_test) == "invalid_auth"
    assert error_of(client_of(workspace, APP_TOKEN).auth_test) == "not_allowed_token_type"
    assert (
        error_of(client_of(workspace, BOT_TOKEN).apps_connections_open, app_token=BOT_TOKEN) == "not_allowed_token_type"
    )


def test_auth_test_names_the_app_and_its_scopes(client: WebClient, workspace: Workspace) -> None:
    answer = client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0PLAYBOT", "B0PLAYGRND", workspace.team.id)
    assert answer.headers["x-oauth-scopes"] == ",".join(sorted(SCOPES))


def test_an_unknown_method_is_refused(client: WebClient) -> None:
    assert error_of(client.api_call, "chat.shout") == "unknown_method"


def test_a_scope_that_the_manifest_lacks_is_named(make_workspace: Callable[..., Workspace]) -> None:
    client = client_of(make_workspace(manifest={"scopes": ["commands", "chat:write"]}))
    answer = refusal(client.users_info, user="U0ANNA")
    assert (answer["error"], answer["needed"], answer["provided"]) == (
        "missing_scope",
        "users:read",
        "chat:write,commands",
    )


def test_people_are_told_of_as_slack_tells_of_them(client: WebClient) -> None:
    anna = client.users_info(user="U0ANNA", include_locale=True)["user"]
    assert (anna["locale"], anna["profile"]["email"], anna["is_admin"]) == ("nl-BE", "anna@office.example", False)
    assert "locale" not in client.users_info(user="U0ANNA")["user"]
    gone = client.users_info(user="U0GONE", include_locale=True)["user"]
    assert gone["deleted"] is True
    assert "is_admin" not in gone
    otto = client.users_info(user="U0OTTO", include_locale=True)["user"]
    assert otto["team_id"] == "T0ELSEWHERE"
    assert "email" not in otto["profile"]
    assert error_of(client.users_info, user="U0NOBODY") == "user_not_found"


def test_an_email_finds_only_active_colleagues(client: WebClient) -> None:
    assert client.users_lookupByEmail(email="ANNA@office.example")["user"]["id"] == "U0ANNA"
    assert error_of(client.users_lookupByEmail, email="gone@office.example") == "users_not_found"
    assert error_of(client.users_lookupByEmail, email="otto@elsewhere.example") == "users_not_found"


def test_an_edited_person_is_seen_at_once(client: WebClient, workspace: Workspace) -> None:
    workspace.edit_person("U0ANNA", deleted=True)
    assert client.users_info(user="U0ANNA")["user"]["deleted"] is True


def test_users_are_listed_in_pages(client: WebClient) -> None:
    first = client.users_list(limit=3)
    rest = client.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [u["id"] for u in first["members"] + rest["members"]] == [
        "U0ANNA",
        "U0BRUNO",
        "U0GONE",
        "U0OTTO",
        "U0PLAYBOT",
    ]
    assert rest["response_metadata"]["next_cursor"] == ""


def test_conversations_open_refuses_those_whom_the_app_cannot_write(client: WebClient) -> None:
    assert client.conversations_open(users="U0ANNA")["channel"]["id"] == "D0ANNA"
    assert error_of(client.conversations_open, users="U0NOBODY") == "user_not_found"
    assert error_of(client.conversations_open, users="U0GONE") == "user_disabled"
    assert error_of(client.conversations_open, users="U0OTTO") == "user_not_visible"


def test_a_shared_channel_says_so(client: WebClient) -> None:
    assert client.conversations_info(channel="C0SHARED")["channel"]["is_ext_shared"] is True
    assert client.conversations_info(channel="C0GENERAL")["channel"]["is_ext_shared"] is False
    assert "U0OTTO" in client.conversations_members(channel="C0SHARED")["members"]
    assert "U0OTTO" not in client.conversations_members(channel="C0GENERAL")["members"]


def test_direct_messages_are_listed_for_active_colleagues(client: WebClient) -> None:
    listed = client.conversations_list(types="public_channel,im")["channels"]
    assert [channel["id"] for channel in listed] == ["C0GENERAL", "C0SHARED", "D0ANNA", "D0BRUNO"]


def test_the_app_is_a_bot_that_can_be_looked_up(client: WebClient) -> None:
    bot_id = client.users_info(user="U0PLAYBOT")["user"]["profile"]["bot_id"]
    assert client.bots_info(bot=bot_id)["bot"]["user_id"] == "U0PLAYBOT"
    assert error_of(client.bots_info, bot="B0OTHER") == "bot_not_found"
    assert error_of(client.api_test, error="as_asked") == "as_asked"


def test_reading_methods_take_no_json(client: WebClient) -> None:
    assert error_of(client.api_call, "users.info", json={"user": "U0ANNA"}) == "user_not_found"


def test_messages_are_posted_edited_and_deleted(client: WebClient, anna: SlackPerson) -> None:
    posted = client.chat_postMessage(channel="U0ANNA", text="Hello", blocks=[section("Hello")])
    assert posted["channel"] == "D0ANNA"
    client.chat_update(channel="D0ANNA", ts=posted["ts"], text="Bye")
    held = anna.last_message()
    assert (held["text"], held["blocks"][0]["text"]["text"]) == ("Bye", "Hello")
    client.chat_update(channel="D0ANNA", ts=posted["ts"], text="Bye", blocks=[])
    assert anna.last_message()["blocks"] == []
    client.chat_delete(channel="D0ANNA", ts=posted["ts"])
    assert anna.messages() == []


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0GENERAL"}, "no_text"),
        ({"channel": "C0GENERAL", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0GENERAL", "text": "x", "blocks": "{"}, "invalid_blocks_format"),
        ({"channel": "C0GENERAL", "text": "x", "blocks": [{"type": "poem"}]}, "invalid_blocks"),
        ({"channel": "C0GENERAL", "text": "x", "attachments": "{"}, "invalid_attachments"),
        ({"channel": "C0GENERAL", "text": "x", "blocks": [TABLE, TABLE]}, "invalid_attachments"),
    ],
)
def test_a_bad_message_is_refused(client: WebClient, sent: dict[str, Any], error: str) -> None:
    assert error_of(client.api_call, "chat.postMessage", json=sent) == error


def test_bad_blocks_are_explained_with_a_pointer(client: WebClient) -> None:
    blocks = [{"type": "header", "text": plain("x" * 151)}]
    answer = refusal(client.chat_postMessage, channel="C0GENERAL", text="x", blocks=blocks)
    expected = "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert answer["response_metadata"]["messages"] == [expected]


def test_only_the_apps_own_messages_can_be_changed(client: WebClient, anna: SlackPerson) -> None:
    anna.types("Mine", channel="general")
    ts = anna.last_message("general")["ts"]
    assert error_of(client.chat_update, channel="C0GENERAL", ts=ts, text="Theirs") == "cant_update_message"
    assert error_of(client.chat_delete, channel="C0GENERAL", ts=ts) == "cant_delete_message"
    assert error_of(client.chat_update, channel="C0GENERAL", ts="1.000001", text="x") == "message_not_found"
    assert error_of(client.chat_update, channel="U0ANNA", ts="1.000001", text="x") == "channel_not_found"


def test_an_ephemeral_message_is_seen_by_one_person(
    client: WebClient, workspace: Workspace, anna: SlackPerson, sign_in: Callable[..., SlackPerson]
) -> None:
    client.chat_postEphemeral(channel="C0GENERAL", user="U0ANNA", text="Only you")
    assert anna.last_message("general")["is_ephemeral"] is True
    assert sign_in(workspace, "U0BRUNO").messages("general") == []
    assert error_of(client.chat_postEphemeral, channel="C0GENERAL", user="U0OTTO", text="x") == "user_not_in_channel"


def test_posting_faster_than_one_a_second_is_limited_per_channel(
    make_workspace: Callable[..., Workspace], clock: Clock
) -> None:
    client = client_of(make_workspace(has_rate_limits=True))
    for _ in range(5):
        client.chat_postMessage(channel="C0GENERAL", text="x")
    answer = refusal(client.chat_postMessage, channel="C0GENERAL", text="x")
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert 1 <= int(answer.headers["retry-after"]) <= 5
    client.chat_postMessage(channel="U0ANNA", text="x")
    clock.ahead += timedelta(seconds=5)
    client.chat_postMessage(channel="C0GENERAL", text="x")


def test_a_tier_is_counted_by_the_minute(make_workspace: Callable[..., Workspace], clock: Clock) -> None:
    client = client_of(make_workspace(has_rate_limits=True))
    for _ in range(50):
        client.team_info()
    assert error_of(client.team_info) == "ratelimited"
    clock.ahead += timedelta(minutes=1)
    client.team_info()


def test_arguments_come_as_a_form_or_as_json(workspace: Workspace) -> None:
    url = f"{workspace.url}/slack/api/chat.postMessage"
    fields = {"channel": "C0GENERAL", "text": "x", "blocks": '[{"type": "divider"}]'}
    assert httpx.post(url, data={**fields, "token": BOT_TOKEN}).json()["ok"] is True
    assert httpx.post(url, json={**fields, "token": BOT_TOKEN}).json()["error"] == "not_authed"
    bearer = {"authorization": f"Bearer {BOT_TOKEN}"}
    assert httpx.post(url, json=fields, headers=bearer).json()["ok"] is True
    assert httpx.post(url, content=b"{", headers={**bearer, "content-type": "application/json"}).json()["error"] == (
        "invalid_json"
    )


def test_planned_faults_answer_429_and_500(workspace: Workspace, client: WebClient) -> None:
    workspace.faults.web_api_limits(1, retry_after_s=7)
    assert refusal(client.team_info).headers["retry-after"] == "7"
    workspace.faults.web_api_fails(1, method="team.info")
    answer = httpx.post(f"{workspace.url}/slack/api/team.info", headers={"authorization": f"Bearer {BOT_TOKEN}"})
    assert answer.status_code == 500
    client.team_info()
