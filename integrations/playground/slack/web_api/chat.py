"""chat.*: messages by the app."""

from __future__ import annotations

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.messages import by_app, checked_content
from integrations.playground.slack.people import Channel, Json
from integrations.playground.slack.threads import is_reply
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


def _content(call: Call) -> Json:
    workspace = call.workspace
    return by_app(checked_content(call.args, workspace.recorder), workspace.app, workspace.team.id)


def _own_message(call: Call, channel: Channel, ts: str, refusal: str) -> None:
    held = call.workspace.conversations.message(channel, ts)
    if held is None:
        raise CallFailed("message_not_found")
    if held.get("bot_id") != call.workspace.app.bot_id:
        raise CallFailed(refusal)
