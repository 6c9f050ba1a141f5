"""files.*: the two-step upload (docs.slack.dev/messaging/working-with-files), and reading."""

from __future__ import annotations

from integrations.playground.slack.acts import file_about
from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.messages import from_json
from integrations.playground.slack.people import Json
from integrations.playground.slack.web_api.calls import Call, method


@method("files.getUploadURLExternal", "files:write", takes_json=False)
def files_get_upload_url(call: Call) -> Json:
    workspace, length = call.workspace, call.number("length", 0)
    if length <= 0:
        raise CallFailed("invalid_arguments", ["[ERROR] must be greater than 0 [json-pointer:/length]"])
    about = file_about(workspace, call.text("filename"), length, workspace.app.bot_user_id)
    workspace.uploads[about["id"]] = about
    return {"upload_url": f"{workspace.url}/slack/upload/{about['id']}", "file_id": about["id"]}


@method("files.completeUploadExternal", "files:write")
def files_complete_upload(call: Call) -> Json:
    workspace = call.workspace
    wanted = from_json(call.args.get("files"), "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise CallFailed("invalid_arguments", ["[ERROR] missing required field: files"])
    shared = call.text("channel_id", "") or call.text("channels", "")
    channel = workspace.conversations.channel(shared) if shared else None
    if shared and channel is None:
        raise CallFailed("channel_not_found")
    files = [_completed(call, entry, shared) for entry in wanted]
    if channel is not None:
        thread = {"thread_ts": call.args["thread_ts"]} if call.args.get("thread_ts") else {}
        comment = {"text": call.text("initial_comment", ""), "files": files, "subtype": "file_share"}
        by = {"user": workspace.app.bot_user_id, "bot_id": workspace.app.bot_id, "app_id": workspace.app.id}
        workspace.conversations.post(channel, {**by, **comment, **thread})
        for about in files:
            event = {"type": "file_shared", "file_id": about["id"], "file": {"id": about["id"]}}
            at = {"user_id": by["user"], "channel_id": channel.id, "event_ts": workspace.clock.stamp()}
            workspace.emit("file_shared", {**event, **at}, channel)
    return {"files": files}


@method("files.info", "files:read", takes_json=False)
def files_info(call: Call) -> Json:
    about = call.workspace.archive.file(call.text("file"))
    if about is None:
        raise CallFailed("file_not_found")
    return {"file": about, "comments": [], "response_metadata": {"next_cursor": ""}}


def _completed(call: Call, entry: Json, channel_id: str) -> Json:
    workspace = call.workspace
    about = workspace.archive.file(entry.get("id", ""))
    if about is None or about["user"] != workspace.app.bot_user_id:
        raise CallFailed("file_not_found")
    complete = {**about, "title": entry.get("title") or about["name"], "channels": [channel_id] if channel_id else []}
    workspace.archive.keep_file(complete, workspace.archive.file_content(about["id"]))
    return complete
