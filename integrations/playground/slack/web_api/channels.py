"""conversations.* and reactions.*."""

from __future__ import annotations

import re

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Channel, Json
from integrations.playground.slack.web_api.calls import Call, method, page_of
from integrations.playground.slack.workspace import Workspace

READ_SCOPES = {"channel": "channels:read", "shared": "channels:read", "im": "im:read"}
EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


@method("conversations.open", "im:write", per_minute=50)
def conversations_open(call: Call) -> Json:
    users = [user for user in call.text("users", "").split(",") if user]
    if len(users) != 1:
        raise CallFailed("not_enough_users" if not users else "invalid_user_combination")
    person = call.workspace.people.get(users[0])
    if person is None:
        raise CallFailed("user_not_found")
    if person.deleted:
        raise CallFailed("user_disabled")
    if person.team_id:
        raise CallFailed("user_not_visible")
    channel = call.workspace.conversations.im_with(person)
    return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}


@method("conversations.info", "channels:read", "im:read", per_minute=50, takes_json=False)
def conversations_info(call: Call) -> Json:
    channel = _readable(call)
    return {"channel": channel_object(call.workspace, channel)}


@method("conversations.members", "channels:read", "im:read", takes_json=False)
def conversations_members(call: Call) -> Json:
    return page_of(call, "members", list(_readable(call).members))


@method("conversations.list", "channels:read", "im:read", per_minute=20, takes_json=False)
def conversations_list(call: Call) -> Json:
    workspace = call.workspace
    kinds = set(call.text("types", "public_channel").split(","))
    found: list[Channel] = []
    if "public_channel" in kinds:
        _need(workspace, "channels:read")
        found += workspace.conversations.public()
    if "im" in kinds:
        _need(workspace, "im:read")
        people = [p for p in workspace.people.values() if not p.team_id and not p.deleted]
        found += [workspace.conversations.im_with(person) for person in people]
    return page_of(call, "channels", [channel_object(workspace, channel) for channel in found])


@method("reactions.add", "reactions:write", per_minute=50)
def reactions_add(call: Call) -> Json:
    channel, ts, name = call.channel(), call.text("timestamp"), call.text("name").strip(":")
    if not EMOJI.fullmatch(name):
        raise CallFailed("invalid_name")
    call.workspace.conversations.react(channel, ts, call.workspace.app.bot_user_id, name)
    return {}


def channel_object(workspace: Workspace, channel: Channel) -> Json:
    if channel.kind == "im":
        return {"id": channel.id, "is_im": True, "user": channel.members[0], "is_archived": False, "is_open": True}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_im": False,
        "is_private": False,
        "is_archived": False,
        "is_general": channel.name == "general",
        "is_member": workspace.app.bot_user_id in channel.members,
        "is_shared": channel.is_shared,
        "is_ext_shared": channel.is_shared,
        "is_org_shared": False,
        "num_members": len(channel.members),
        "context_team_id": workspace.team.id,
    }


def _readable(call: Call) -> Channel:
    channel = call.channel()
    _need(call.workspace, READ_SCOPES[channel.kind])
    return channel


def _need(workspace: Workspace, scope: str) -> None:
    scopes = workspace.manifest.scopes
    if scope not in scopes:
        raise CallFailed("missing_scope", needed=scope, provided=",".join(sorted(scopes)))
