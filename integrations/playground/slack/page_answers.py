"""What is on a person's screen, as JSON for the page."""

from __future__ import annotations

from integrations.playground.slack.files import slug_of
from integrations.playground.slack.people import Channel, Json, Person
from integrations.playground.slack.surfaces import MessageSurface, joined_channel
from integrations.playground.slack.views import OpenView
from integrations.playground.slack.workspace import Workspace


def bootstrap(workspace: Workspace, user: str) -> Json:
    manifest, talk = workspace.manifest, workspace.conversations
    commands = [
        {"command": c.command, "description": c.description, "usage_hint": c.usage_hint}
        for c in manifest.commands.values()
    ]
    app = {"id": workspace.app.id, "name": workspace.app.name, "bot_user_id": workspace.app.bot_user_id}
    return {
        "team": {"id": workspace.team.id, "name": workspace.team.name},
        "me": _person(workspace, workspace.person(user)),
        "people": [_person(workspace, person) for person in workspace.people.values()],
        "channels": [_channel(workspace, channel, user) for channel in talk.seen_by(workspace.person(user))],
        "app": {**app, "connected": workspace.is_connected},
        "commands": commands,
        "shortcuts": [{"type": s.type, "name": s.name, "callback_id": s.callback_id} for s in manifest.shortcuts],
    }


def messages_json(workspace: Workspace, user: str, channel_id: str) -> list[Json]:
    """Oldest first. Reading them marks the channel as read."""
    person = workspace.person(user)
    channel = joined_channel(workspace, person, channel_id)
    shown = [_message(workspace, person, channel, m) for m in workspace.conversations.messages(channel, person)]
    if workspace.conversations.unread(channel, user):
        workspace.conversations.mark_seen(channel, user)
        workspace.live.tell([user], "unread", channel=channel.id, count=0)
    return shown


def home_json(workspace: Workspace, user: str) -> Json:
    home = workspace.homes.of(user)
    return {"view": view_json(workspace, home) if home else None}


def view_json(workspace: Workspace, view: OpenView) -> Json:
    return {**workspace.payloads.view(view), "page_errors": view.errors}


def file_for_page(workspace: Workspace, user: str, file_id: str) -> tuple[Json, bytes]:
    """The file and its bytes when this person uploaded it or sees one of its channels, else ({}, b"")."""
    about, person = workspace.files.about(file_id), workspace.people.get(user)
    if about is None or about["mode"] == "tombstone" or person is None or person.deleted:
        return {}, b""
    return (about, workspace.files.content(file_id)) if workspace.files.is_seen_by(about, user) else ({}, b"")


def page_file(about: Json, user: str) -> Json:
    """With the address at which the page reads it; nothing is left to read of a deleted one."""
    if about["mode"] == "tombstone":
        return about
    return {**about, "page_url": f"/slack/page-api/file/{about['id']}/{slug_of(about['name'])}?user={user}"}


def _person(workspace: Workspace, person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "email": person.email,
        "locale": person.locale,
        "tz": person.tz,
        "is_admin": person.is_admin or person.is_owner,
        "team_id": person.team_id or workspace.team.id,
        "deleted": person.deleted,
    }


def _channel(workspace: Workspace, channel: Channel, user: str) -> Json:
    name = workspace.app.name if channel.kind == "im" else channel.name
    common = {"id": channel.id, "name": name, "kind": channel.kind, "members": list(channel.members)}
    return {**common, "unread": workspace.conversations.unread(channel, user)}


def _message(workspace: Workspace, person: Person, channel: Channel, message: Json) -> Json:
    is_ephemeral = workspace.conversations.ephemeral(channel, message["ts"], person.id) is not None
    author = workspace.people.get(message.get("user", ""))
    surface = MessageSurface(workspace, channel, message, person.id, is_ephemeral)
    files = [page_file(about, person.id) for about in message.get("files", [])]
    return {
        **message,
        "username": author.real_name if author else workspace.app.name,
        "blocks": message.get("blocks", []),
        "files": files,
        "is_ephemeral": is_ephemeral,
        "reactions": message.get("reactions", []),
        "state": {"values": surface.values},
    }
