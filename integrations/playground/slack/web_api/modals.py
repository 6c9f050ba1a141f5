"""views.*: modals and the Home tab."""

from __future__ import annotations

from typing import Any

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Json
from integrations.playground.slack.views import OpenView
from integrations.playground.slack.web_api.calls import Call, method


@method("views.open")
def views_open(call: Call) -> Json:
    return _shown(call, on_top=False)


@method("views.push")
def views_push(call: Call) -> Json:
    return _shown(call, on_top=True)


@method("views.update")
def views_update(call: Call) -> Json:
    view_id, external_id = call.text("view_id", ""), call.text("external_id", "")
    if bool(view_id) == bool(external_id):
        raise CallFailed("invalid_arguments", ["[ERROR] must have exactly one of: view_id, external_id"])
    view = _checked(call, "modal")
    shown = call.workspace.views.find(view_id, external_id)
    if shown is None:
        raise CallFailed("not_found")
    if call.text("hash", shown.hash) != shown.hash:
        raise CallFailed("hash_conflict")
    call.workspace.views.update(shown, view)
    return _answer(call, shown)


@method("views.publish")
def views_publish(call: Call) -> Json:
    if not call.workspace.manifest.has_home:
        raise CallFailed("not_enabled")
    view = _checked(call, "home")
    person = call.workspace.people.get(call.text("user_id"))
    if person is None or person.deleted or person.team_id:
        raise CallFailed("invalid_arguments", ["[ERROR] invalid `user_id` [json-pointer:/user_id]"])
    return _answer(call, call.workspace.homes.publish(person.id, view, call.text("hash", "")))


def _shown(call: Call, *, on_top: bool) -> Json:
    """Slack looks at the view first: an invalid one leaves the trigger unused."""
    trigger_id, view = call.text("trigger_id"), _checked(call, "modal")
    return _answer(call, call.workspace.views.open(trigger_id, view, on_top=on_top))


def _checked(call: Call, kind: str) -> Json:
    sent: Any = call.args.get("view")
    if sent is None:
        raise CallFailed("invalid_arguments", ["[ERROR] missing required field: view"])
    return call.workspace.accepted_view(sent, kind)


def _answer(call: Call, view: OpenView) -> Json:
    return {"view": call.workspace.payloads.view(view)}
