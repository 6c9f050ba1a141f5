"""One call of a Web API method: its arguments, who calls, and what the method asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Channel, Json, Person
from integrations.playground.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Call:
    workspace: Workspace
    args: Json

    def text(self, name: str, default: str | None = None) -> str:
        """Raises CallFailed invalid_arguments when it is missing and has no default."""
        value = self.args.get(name)
        if value in (None, ""):
            if default is None:
                raise CallFailed("invalid_arguments", [f"[ERROR] missing required field: {name}"])
            return default
        return str(value)

    def flag(self, name: str) -> bool:
        return self.args.get(name) in (True, "true", "True", "1", 1)

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.args.get(name) or default)
        except (TypeError, ValueError) as error:
            raise CallFailed("invalid_arguments", [f"[ERROR] must be an integer [json-pointer:/{name}]"]) from error

    def person(self, name: str = "user") -> Person:
        """Raises CallFailed user_not_found."""
        person = self.workspace.people.get(self.text(name, ""))
        if person is None:
            raise CallFailed("user_not_found")
        return person

    def channel(self, name: str = "channel") -> Channel:
        """Raises CallFailed channel_not_found, also for a user's id and a private channel of others."""
        channel_id = self.text(name, "")
        channel = self.workspace.conversations.channel(channel_id)
        if channel is None or channel_id.startswith("U") or self._is_hidden(channel):
            raise CallFailed("channel_not_found")
        return channel

    def must_be_member(self, channel: Channel) -> None:
        """Raises CallFailed not_in_channel where the app was not invited; channel_not_found for what it cannot see."""
        if self._is_hidden(channel):
            raise CallFailed("channel_not_found")
        if self.workspace.app.bot_user_id not in channel.members:
            raise CallFailed("not_in_channel")

    def needs(self, scope: str) -> None:
        """Raises CallFailed missing_scope."""
        scopes = self.workspace.manifest.scopes
        if scope not in scopes:
            raise CallFailed("missing_scope", needed=scope, provided=",".join(sorted(scopes)))

    def _is_hidden(self, channel: Channel) -> bool:
        return channel.kind == "private" and self.workspace.app.bot_user_id not in channel.members

    def postable_channel(self) -> Channel:
        """A channel in which the app may write; a user's id means the messages with them. Raises CallFailed."""
        channel = self.workspace.conversations.channel(self.text("channel", ""))
        if channel is None or self._is_hidden(channel):
            raise CallFailed("channel_not_found")
        if self.workspace.app.bot_user_id not in channel.members and not self._may_write_anywhere():
            raise CallFailed("not_in_channel")
        if channel.kind == "im" and self.workspace.people[channel.members[0]].deleted:
            raise CallFailed("channel_not_found")
        return channel

    def _may_write_anywhere(self) -> bool:
        return "chat:write.public" in self.workspace.manifest.scopes


Handler = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes`: one of them is needed. Reading methods take no JSON body. `caller` is "bot", "app" or "" (anybody)."""

    name: str
    handler: Handler
    scopes: tuple[str, ...]
    per_minute: int
    takes_json: bool
    caller: str


METHODS: dict[str, Method] = {}


def method(
    name: str, *scopes: str, per_minute: int = 100, takes_json: bool = True, caller: str = "bot"
) -> Callable[[Handler], Handler]:
    """Registers a handler: it returns the fields beside `ok`, or raises CallFailed."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = Method(name, handler, scopes, per_minute, takes_json, caller)
        return handler

    return register


def page_of(call: Call, key: str, entries: list[Any]) -> Json:
    """A page of a long list with Slack's cursor."""
    start = int(call.text("cursor", "0")) if call.text("cursor", "0").isdigit() else None
    if start is None:
        raise CallFailed("invalid_cursor")
    most = min(call.number("limit", 100), 1000)
    after = str(start + most) if start + most < len(entries) else ""
    return {key: entries[start : start + most], "response_metadata": {"next_cursor": after}}
