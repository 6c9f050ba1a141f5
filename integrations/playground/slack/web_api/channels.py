"""conversations.*: the channels and direct messages that the app sees."""

from __future__ import annotations

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Channel, Json
from integrations.playground.slack.web_api.calls import Call, method, page_of
from integrations.playground.slack.workspace import Workspace

READ_SCOPES = {"channel": "channels:read", "shared": "channels:read", "private": "groups:read", "im": "im:read"}


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


@method("conversations.info", "channels:read", "groups:read", "im:read", per_minute=50, takes_json=False)
def conversations_info(call: Call) -> Json:
    channel = _readable(call)
    return {"channel": channel_object(call.workspace, channel)}


@method("conversations.members", "channels:read", "groups:read", "im:read", takes_json=False)
def conversations_members(call: Call) -> Json:
    return page_of(call, "members", list(_readable(call).members))


@method("conversations.list", "channels:read", "groups:read", "im:read", per_minute=20, takes_json=False)
def conversations_list(call: Call) -> Json:
    workspace = call.workspace
    kinds = set(call.text("types", "public_channel").split(","))
    found: list[Channel] = []
    if "public_channel" in kinds:
        call.needs("channels:read")
        found += workspace.conversations.public()
    if "private_channel" in kinds:
        call.needs("groups:read")
        found += workspace.conversations.private_of_app()
    if "im" in kinds:
        call.needs("im:read")
        people = [p for p in workspace.people.values() if not p.team_id and not p.deleted]
        found += [workspace.conversations.im_with(person) for person in people]
    return page_of(call, "channels", [channel_object(workspace, channel) for channel in found])


def channel_object(workspace: Workspace, channel: Channel) -> Json:
    if channel.kind == "im":
        return {"id": channel.id, "is_im": True, "user": channel.members[0], "is_archived": False, "is_open": True}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind != "private",
        "is_group": channel.kind == "private",
        "is_im": False,
        "is_private": channel.kind == "private",
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
    call.needs(READ_SCOPES[channel.kind])
    return channel
