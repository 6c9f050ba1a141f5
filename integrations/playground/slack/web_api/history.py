"""conversations.history and conversations.replies: messages that the app reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Channel, Json
from integrations.playground.slack.threads import is_reply, with_reply_facts
from integrations.playground.slack.web_api.calls import Call, method

SCOPES = {"channel": "channels:history", "shared": "channels:history", "private": "groups:history", "im": "im:history"}
TIME = re.compile(r"\d+(\.\d{1,6})?")
MOST = 999


@method("conversations.history", *sorted(set(SCOPES.values())), per_minute=50, takes_json=False)
def conversations_history(call: Call) -> Json:
    """Newest first; replies in threads are left to conversations.replies."""
    channel = _readable(call)
    messages = [m for m in with_reply_facts(call.workspace.conversations.kept(channel)) if not is_reply(m)]
    asked = list(_within(call, messages))
    found = [message for message in reversed(asked) if _is_after_cursor(call, message)]
    latest = {"latest": call.text("latest")} if call.args.get("latest") else {}
    return {**_page(call, found), **latest, "pin_count": 0}


@method("conversations.replies", *sorted(set(SCOPES.values())), per_minute=50, takes_json=False)
def conversations_replies(call: Call) -> Json:
    """The thread's first message, then its replies, oldest first; for a message without replies the message alone."""
    channel, ts = _readable(call), call.text("ts")
    kept = with_reply_facts(call.workspace.conversations.kept(channel))
    asked = next((message for message in kept if message["ts"] == ts), None)
    if asked is None:
        raise CallFailed("thread_not_found")
    thread = [asked] if is_reply(asked) else [m for m in kept if ts in {m["ts"], m.get("thread_ts")}]
    first, *replies = thread
    found = [m for m in [first, *_within(call, replies)] if _is_before_cursor(call, m)]
    return _page(call, found)


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.needs(SCOPES[channel.kind])
    call.must_be_member(channel)
    return channel


def _within(call: Call, messages: Iterable[Json]) -> Iterable[Json]:
    latest, oldest = _time(call, "latest"), _time(call, "oldest")
    is_inclusive = call.flag("inclusive")
    for message in messages:
        at = Decimal(message["ts"])
        is_edge = is_inclusive and at in (latest, oldest)
        is_between = (latest is None or at < latest) and (oldest is None or at > oldest)
        if is_edge or is_between:
            yield message


def _time(call: Call, name: str) -> Decimal | None:
    given = call.text(name, "")
    if given and not TIME.fullmatch(given):
        raise CallFailed(f"invalid_ts_{name}")
    return Decimal(given) if given else None


def _is_after_cursor(call: Call, message: Json) -> bool:
    """History goes back in time from page to page, replies forward: a cursor is the ts of the last message shown."""
    return not _cursor(call) or message["ts"] < _cursor(call)


def _is_before_cursor(call: Call, message: Json) -> bool:
    return not _cursor(call) or message["ts"] > _cursor(call)


def _cursor(call: Call) -> str:
    cursor = call.text("cursor", "")
    if cursor and not TIME.fullmatch(cursor):
        raise CallFailed("invalid_cursor")
    return cursor


def _page(call: Call, found: list[Json]) -> Json:
    most = max(1, min(call.number("limit", 100), MOST))
    shown, has_more = found[:most], len(found) > most
    cursor = {"response_metadata": {"next_cursor": shown[-1]["ts"]}} if has_more else {}
    return {"messages": shown, "has_more": has_more, **cursor}
