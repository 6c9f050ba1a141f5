"""files.*: the upload in three steps (docs.slack.dev/messaging/working-with-files), reading and deleting."""

from __future__ import annotations

from typing import Any

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.files import MOST_BYTES
from integrations.playground.slack.messages import checked_blocks, from_json
from integrations.playground.slack.people import Channel, Json
from integrations.playground.slack.web_api.calls import Call, method

MOST_ALT_TEXT = 1000
CHANNEL_ID = ("C", "G", "D", "Z")


@method("files.getUploadURLExternal", "files:write", takes_json=False)
def files_get_upload_url(call: Call) -> Json:
    workspace, name, length = call.workspace, call.text("filename"), call.number("length", 0)
    if length <= 0:
        raise CallFailed("missing_argument")
    if length > MOST_BYTES:
        raise CallFailed("file_upload_size_restricted")
    if len(call.text("alt_txt", "")) > MOST_ALT_TEXT:
        raise CallFailed("alt_txt_too_large")
    about = workspace.files.announce(name, length, workspace.app.bot_user_id)
    return {"upload_url": f"{workspace.url}/slack/upload/{about['id']}", "file_id": about["id"]}


@method("files.completeUploadExternal", "files:write")
def files_complete_upload(call: Call) -> Json:
    """Shares them where it was asked to; otherwise they stay the app's own."""
    workspace, entries, channels = call.workspace, _entries(call), _channels(call)
    for entry in entries:
        workspace.files.must_be_received(entry.get("id"))
    blocks = _blocks(call)
    files = [workspace.files.complete(entry["id"], str(entry.get("title") or "")) for entry in entries]
    author = {"user": workspace.app.bot_user_id, "bot_id": workspace.app.bot_id, "app_id": workspace.app.id}
    thread = {"thread_ts": call.text("thread_ts")} if call.args.get("thread_ts") else {}
    for channel in channels:
        said = {"team": workspace.team.id, "text": call.text("initial_comment", ""), **blocks, **thread}
        workspace.files.share(files, channel, {**author, **said})
    return {"files": files}


@method("files.info", "files:read", per_minute=50, takes_json=False)
def files_info(call: Call) -> Json:
    about = call.workspace.files.for_app(call.text("file"))
    return {"file": about, "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.delete", "files:write", per_minute=50)
def files_delete(call: Call) -> Json:
    file_id = call.text("file")
    call.workspace.files.for_app(file_id)
    call.workspace.files.delete(file_id, call.workspace.app.bot_user_id)
    return {}


def _entries(call: Call) -> list[Json]:
    entries: Any = from_json(call.args.get("files"), "invalid_arguments")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise CallFailed("invalid_arguments", ["[ERROR] missing required field: files"])
    return entries


def _channels(call: Call) -> list[Channel]:
    """`channel_id` is one conversation; `channels` may also name people."""
    channel_id = call.text("channel_id", "")
    if channel_id and not channel_id.startswith(CHANNEL_ID):
        reason = "[ERROR] must match a pattern: ^[CGDZ][A-Z0-9]{8,}$ [json-pointer:/channel_id]"
        raise CallFailed("invalid_arguments", [reason])
    channels = []
    for wanted in [channel_id] if channel_id else filter(None, call.text("channels", "").split(",")):
        channel = call.workspace.conversations.channel(wanted)
        if channel is None:
            raise CallFailed("channel_not_found")
        call.must_be_member(channel)
        channels.append(channel)
    return channels


def _blocks(call: Call) -> Json:
    """Slack looks at them only when there is no initial comment."""
    given = call.args.get("blocks")
    if not given or call.text("initial_comment", ""):
        return {}
    return {"blocks": checked_blocks(from_json(given, "invalid_blocks_format"))}
