"""reactions.*: what the app adds, takes back and sees under messages."""

from __future__ import annotations

import re

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Channel, Json
from integrations.playground.slack.web_api.calls import Call, method
from integrations.playground.slack.web_api.chat import permalink

TS = re.compile(r"\d+\.\d{6}")


@method("reactions.add", "reactions:write", per_minute=50)
def reactions_add(call: Call) -> Json:
    channel, ts = _item(call)
    call.workspace.conversations.react(channel, ts, call.workspace.app.bot_user_id, _name(call))
    return {}


@method("reactions.remove", "reactions:write", per_minute=50)
def reactions_remove(call: Call) -> Json:
    channel, ts = _item(call)
    call.workspace.conversations.take_back_reaction(channel, ts, call.workspace.app.bot_user_id, _name(call))
    return {}


@method("reactions.get", "reactions:read", per_minute=50, takes_json=False)
def reactions_get(call: Call) -> Json:
    channel, ts = _item(call)
    message = call.workspace.conversations.message(channel, ts)
    if message is None:
        raise CallFailed("message_not_found")
    shown = {**message, "permalink": permalink(call.workspace, channel, message)}
    return {"type": "message", "channel": channel.id, "message": shown}


def _item(call: Call) -> tuple[Channel, str]:
    ts = call.text("timestamp", "")
    if not ts or not call.text("channel", ""):
        raise CallFailed("no_item_specified")
    if not TS.fullmatch(ts):
        raise CallFailed("bad_timestamp")
    channel = call.channel()
    call.must_be_member(channel)
    return channel, ts


def _name(call: Call) -> str:
    return call.text("name").strip(":")
