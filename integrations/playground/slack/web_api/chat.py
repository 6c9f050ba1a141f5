"""chat.*: messages by the app."""

from __future__ import annotations

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.messages import by_app, checked_content, from_json
from integrations.playground.slack.people import Channel, Json
from integrations.playground.slack.threads import is_reply
from integrations.playground.slack.unfurls import attached
from integrations.playground.slack.web_api.calls import Call, method
from integrations.playground.slack.workspace import Workspace


@method("chat.postMessage", "chat:write", "chat:write.public", per_minute=1000)
def chat_post_message(call: Call) -> Json:
    workspace, channel = call.workspace, call.postable_channel()
    content = _content(call)
    if workspace.limits:
        workspace.limits.count_post(channel.id)
    posted = workspace.conversations.post(channel, content)
    return {"channel": channel.id, "ts": posted["ts"], "message": posted}


@method("chat.update", "chat:write", per_minute=50)
def chat_update(call: Call) -> Json:
    """Blocks and attachments that are not given stay; an empty list takes them away."""
    workspace, channel, ts = call.workspace, call.channel(), call.text("ts")
    _own_message(call, channel, ts, "cant_update_message")
    content = _content(call)
    written = workspace.conversations.rewrite(channel, ts, content)
    return {"channel": channel.id, "ts": ts, "text": written["text"], "message": written}


@method("chat.delete", "chat:write", per_minute=50)
def chat_delete(call: Call) -> Json:
    channel, ts = call.channel(), call.text("ts")
    _own_message(call, channel, ts, "cant_delete_message")
    call.workspace.conversations.delete(channel, ts)
    return {"channel": channel.id, "ts": ts}


@method("chat.postEphemeral", "chat:write")
def chat_post_ephemeral(call: Call) -> Json:
    workspace, channel = call.workspace, call.postable_channel()
    user = call.text("user")
    if user not in channel.members:
        raise CallFailed("user_not_in_channel")
    posted = workspace.conversations.post_ephemeral(channel, user, _content(call))
    return {"message_ts": posted["ts"]}


@method("chat.unfurl", "links:write", per_minute=50)
def chat_unfurl(call: Call) -> Json:
    channel, message = _shared_in(call)
    if not call.args.get("unfurls"):
        raise CallFailed("missing_unfurls")
    unfurls = from_json(call.args["unfurls"], "invalid_unfurls_format")
    attachments = attached(message, unfurls, call.workspace.app)
    for one in attachments:
        call.workspace.recorder.keep("message", {"blocks": one.get("blocks", []), "text": ""})
    call.workspace.conversations.attach(channel, message["ts"], attachments)
    return {}


@method("chat.getPermalink", takes_json=False)
def chat_get_permalink(call: Call) -> Json:
    channel, ts = call.channel(), call.text("message_ts")
    message = call.workspace.conversations.message(channel, ts)
    if message is None:
        raise CallFailed("message_not_found")
    return {"channel": channel.id, "permalink": permalink(call.workspace, channel, message)}


def permalink(workspace: Workspace, channel: Channel, message: Json) -> str:
    """The address at which a browser shows the message; of a reply also its thread."""
    link = f"{workspace.url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    return f"{link}?thread_ts={message['thread_ts']}&cid={channel.id}" if is_reply(message) else link


def _shared_in(call: Call) -> tuple[Channel, Json]:
    """The message with the addresses, by channel and ts or by unfurl_id and source; of any channel."""
    channel_id, ts = call.text("channel", ""), call.text("ts", "")
    if unfurl_id := call.text("unfurl_id", ""):
        if call.text("source", "") not in {"composer", "conversations_history"}:
            raise CallFailed("invalid_source" if call.text("source", "") else "missing_source")
        if unfurl_id not in call.workspace.unfurl_ids:
            raise CallFailed("invalid_unfurl_id")
        channel_id, ts = call.workspace.unfurl_ids[unfurl_id]
    if not channel_id or not ts:
        raise CallFailed("missing_ts" if channel_id else "missing_channel")
    channel = call.workspace.conversations.channel(channel_id)
    if channel is None:
        raise CallFailed("cannot_find_channel")
    message = call.workspace.conversations.message(channel, ts)
    if message is None:
        raise CallFailed("cannot_find_message")
    return channel, message


def _content(call: Call) -> Json:
    workspace = call.workspace
    content = checked_content(call.args, workspace.recorder, unknown=workspace.faults.unknown_blocks)
    return by_app(content, workspace.app, workspace.team.id)


def _own_message(call: Call, channel: Channel, ts: str, refusal: str) -> None:
    held = call.workspace.conversations.message(channel, ts)
    if held is None:
        raise CallFailed("message_not_found")
    if held.get("bot_id") != call.workspace.app.bot_id:
        raise CallFailed(refusal)
