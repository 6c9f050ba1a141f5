"""What Slack sends an app, in Slack's shapes (docs.slack.dev/reference/interaction-payloads, /reference/events).

The same payload goes over HTTP and Socket Mode.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Literal

from integrations.playground.slack.people import Channel, Json, Person, Team
from integrations.playground.slack.views import OpenView

PRIVATE_NAMES = {"im": "directmessage", "private": "privategroup"}
Envelope = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True, slots=True)
class AppIdentity:
    """The installed app. `token` is the old verification token: constant, proves nothing."""

    id: str
    name: str
    bot_id: str
    bot_user_id: str
    token: str = "verification-token-of-the-playground"  # noqa: S105 (no secret)


@dataclass(frozen=True, slots=True)
class Request:
    """`kind` is "command", an interactive payload's type or an event's type."""

    kind: str
    envelope: Envelope
    payload: Json
    url: str


@dataclass(frozen=True, slots=True)
class Payloads:
    team: Team
    app: AppIdentity

    def view(self, view: OpenView) -> Json:
        """A view as Slack returns it and puts it in payloads."""
        sent = view.sent
        common = {
            "id": view.id,
            "team_id": self.team.id,
            "type": sent["type"],
            "blocks": sent["blocks"],
            "private_metadata": sent.get("private_metadata", ""),
            "callback_id": sent.get("callback_id", ""),
            "state": {"values": view.values},
            "hash": view.hash,
            "title": _normal(sent.get("title") or {"type": "plain_text", "text": "View Title"}),
            "clear_on_close": sent.get("clear_on_close", False),
            "notify_on_close": sent.get("notify_on_close", False),
            "close": _normal(sent.get("close")),
            "submit": _normal(sent.get("submit")),
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id or view.id,
            "app_id": self.app.id,
            "external_id": sent.get("external_id", ""),
            "app_installed_team_id": self.team.id,
            "bot_id": self.app.bot_id,
        }
        return {**common, "submit_disabled": sent.get("submit_disabled", False)} if sent["type"] == "modal" else common

    def command(self, person: Person, channel: Channel, command: str, text: str, **urls: str) -> Json:
        """`urls`: response_url and trigger_id."""
        return {
            "token": self.app.token,
            "team_id": person.team_id or self.team.id,
            "team_domain": self.team.domain,
            "channel_id": channel.id,
            "channel_name": PRIVATE_NAMES.get(channel.kind, channel.name),
            "user_id": person.id,
            "user_name": person.name,
            "command": command,
            "text": text,
            "api_app_id": self.app.id,
            "is_enterprise_install": "false",
            **urls,
        }

    def interaction(self, kind: str, person: Person, **fields: Any) -> Json:
        """Everything that interactivity payloads have in common, and these fields."""
        return {
            "type": kind,
            "user": self.user(person),
            "api_app_id": self.app.id,
            "token": self.app.token,
            "team": {"id": self.team.id, "domain": self.team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            **fields,
        }

    def user(self, person: Person) -> Json:
        names = {"id": person.id, "username": person.name, "name": person.name}
        return {**names, "team_id": person.team_id or self.team.id}

    def channel(self, channel: Channel) -> Json:
        return {"id": channel.id, "name": PRIVATE_NAMES.get(channel.kind, channel.name)}

    def event(self, event: Json, at_s: int, *, is_ext_shared: bool) -> Json:
        """The envelope around an event; `at_s` is Unix time."""
        authorization = {
            "enterprise_id": None,
            "team_id": self.team.id,
            "user_id": self.app.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": self.app.token,
            "team_id": self.team.id,
            "context_team_id": self.team.id,
            "context_enterprise_id": None,
            "api_app_id": self.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": at_s,
            "authorizations": [authorization],
            "is_ext_shared_channel": is_ext_shared,
            "event_context": secrets.token_urlsafe(12),
        }


def _normal(text: Json | None) -> Json | None:
    return {**text, "emoji": text.get("emoji", True)} if text else None
