"""What follows in Slack from the app's answer to a command, a form, an options request, and from response URLs."""

from __future__ import annotations

from typing import Any

from integrations.playground.slack.block_kit import options_problems
from integrations.playground.slack.delivery import Reply
from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.messages import by_app, checked_content
from integrations.playground.slack.people import Channel, Json
from integrations.playground.slack.response_urls import ResponseUrl
from integrations.playground.slack.views import OpenView
from integrations.playground.slack.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"
MOST_ERROR_TEXT = 3000


def command_problem(command: str, reply: Reply) -> str | None:
    """The sentence under the message box when a command failed."""
    if reply.outcome == "timeout":
        return f"{command} failed because the app did not respond"
    return None if reply.outcome == "answered" else f'{command} failed with the error "dispatch_failed"'


def interaction_problem(app: str, reply: Reply) -> str | None:
    """The warning beside a button, menu or shortcut that failed."""
    if reply.outcome == "http_error":
        return f"{app} responded with status code {reply.status}"
    return None if reply.outcome == "answered" else f"{app} did not respond"


def show_command_answer(workspace: Workspace, channel: Channel, user: str, body: Any) -> None:
    """An acknowledgement with text or blocks is a message, to the caller alone unless it says in_channel.

    Raises CallFailed when Slack would not show it.
    """
    if body is None:
        return
    answer = {"text": body} if isinstance(body, str) else body
    if not isinstance(answer, dict):
        raise CallFailed("invalid_payload")
    if not answer.get("text") and not answer.get("blocks") and not answer.get("attachments"):
        return
    checked = checked_content(answer, workspace.recorder, unknown=workspace.faults.unknown_blocks)
    content = by_app(checked, workspace.app, workspace.team.id)
    if answer.get("response_type", "ephemeral") == "in_channel":
        workspace.conversations.post(channel, content)
    else:
        workspace.conversations.post_ephemeral(channel, user, content)


def respond(workspace: Workspace, made: ResponseUrl, body: Json) -> None:
    """A POST to a response URL: replaces or deletes the message it came from, or adds one. Raises CallFailed."""
    if body.get("delete_original"):
        _replace_original(workspace, made, None)
        return
    checked = checked_content(body, workspace.recorder, unknown=workspace.faults.unknown_blocks)
    content = by_app(checked, workspace.app, workspace.team.id)
    if body.get("replace_original"):
        _replace_original(workspace, made, content)
    elif body.get("response_type", "ephemeral") == "in_channel":
        workspace.conversations.post(made.channel, content)
    else:
        workspace.conversations.post_ephemeral(made.channel, made.user, content)


def _replace_original(workspace: Workspace, made: ResponseUrl, content: Json | None) -> None:
    if made.message_ts is None:
        raise CallFailed("no_original_message")
    if made.is_ephemeral:
        workspace.conversations.replace_ephemeral(made.channel, made.user, made.message_ts, content)
    elif content is None:
        workspace.conversations.delete(made.channel, made.message_ts)
    else:
        workspace.conversations.rewrite(made.channel, made.message_ts, {"blocks": [], **content})


def after_submission(workspace: Workspace, view: OpenView, reply: Reply) -> Json:
    """Closes, changes or keeps the form. Returns {ok}, {errors: {block_id: text}} or {error: sentence}."""
    if reply.outcome != "answered" or reply.status != 200:
        return {"error": TROUBLE}
    if reply.body is None or reply.body == {}:
        workspace.views.close(view)
        return {"ok": True}
    try:
        return _response_action(workspace, view, reply.body)
    except CallFailed:
        return {"error": TROUBLE}


def _response_action(workspace: Workspace, view: OpenView, body: Any) -> Json:
    action = body.get("response_action") if isinstance(body, dict) else None
    if action == "errors":
        errors = _checked_errors(view, body.get("errors"))
        workspace.views.show_errors(view, errors)
        return {"errors": errors}
    if action == "clear":
        workspace.views.clear(view.user)
    elif action in {"update", "push"}:
        shown = workspace.accepted_view(body.get("view"), "modal")
        if action == "update":
            workspace.views.update(view, shown)
        else:
            workspace.views.push(view, shown)
    else:
        raise CallFailed("invalid_response_action")
    return {"ok": True}


def _checked_errors(view: OpenView, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise CallFailed("invalid_errors")
    if not all(isinstance(text, str) and 0 < len(text) <= MOST_ERROR_TEXT for text in errors.values()):
        raise CallFailed("invalid_errors")
    return dict(errors)


def checked_options(workspace: Workspace, reply: Reply) -> Json:
    """{options} or {option_groups} as the menu shows them. Raises CallFailed when the menu stays empty."""
    if reply.outcome != "answered" or not isinstance(reply.body, dict):
        raise CallFailed("no_options")
    answer = {key: reply.body[key] for key in ("options", "option_groups") if reply.body.get(key)}
    if not answer:
        return {"options": []}
    if set(reply.body) - set(answer) - {"options", "option_groups"} or options_problems(answer):
        raise CallFailed("invalid_options", options_problems(answer))
    workspace.recorder.keep("options", answer)
    return answer
