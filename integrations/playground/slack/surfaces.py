"""Where a person acts: a modal, their Home tab, or a message, each with its blocks and what was typed in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from integrations.playground.slack.errors import ActRefused
from integrations.playground.slack.people import Channel, Json, Person
from integrations.playground.slack.view_state import Values, carried_over, with_state
from integrations.playground.slack.views import OpenView
from integrations.playground.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ViewSurface:
    """A modal or a Home tab."""

    workspace: Workspace
    view: OpenView

    @property
    def key(self) -> str:
        return self.view.id

    @property
    def user(self) -> str:
        return self.view.user

    @property
    def blocks(self) -> list[Json]:
        return self.view.blocks

    @property
    def values(self) -> Values:
        return self.view.values

    def keep(self, values: Values) -> None:
        self.view.values = values

    def facts(self, _block_id: str) -> Json:
        """The part of an interaction payload that says where it happened."""
        shown = self.workspace.payloads.view(self.view)
        return {"container": {"type": "view", "view_id": self.view.id}, "view": shown}

    def trigger(self, person: Person) -> str:
        is_modal = self.view.sent["type"] == "modal"
        return self.workspace.triggers.make(person.id, self.view.id if is_modal else None)


@dataclass(frozen=True, slots=True)
class MessageSurface:
    workspace: Workspace
    channel: Channel
    message: Json
    user: str
    is_ephemeral: bool

    @property
    def key(self) -> str:
        return f"{self.channel.id}/{self.message['ts']}/{self.user}"

    @property
    def blocks(self) -> list[Json]:
        attached = [block for a in self.message.get("attachments", []) for block in a.get("blocks", [])]
        return [*self.message.get("blocks", []), *attached]

    @property
    def values(self) -> Values:
        return carried_over(self.workspace.message_values.get(self.key, {}), self.blocks)

    def keep(self, values: Values) -> None:
        self.workspace.message_values[self.key] = values

    def facts(self, block_id: str) -> Json:
        """Without an ephemeral message, of which Slack keeps nothing, and without one that the app unfurled."""
        ts = self.message["ts"]
        if unfurl := self._unfurl_with(block_id):
            return self._facts_of_unfurl(unfurl)
        container = {"type": "message", "message_ts": ts, "channel_id": self.channel.id}
        urls = self.workspace.response_urls
        facts = {
            "container": {**container, "is_ephemeral": self.is_ephemeral},
            "channel": self.workspace.payloads.channel(self.channel),
            "state": {"values": self.values},
            "response_url": urls.make(self.channel, self.user, ts, is_ephemeral=self.is_ephemeral),
        }
        return facts if self.is_ephemeral else {**facts, "message": self.message}

    def _unfurl_with(self, block_id: str) -> Json | None:
        unfurls = [one for one in self.message.get("attachments", []) if one.get("is_app_unfurl")]
        return next((u for u in unfurls if any(b["block_id"] == block_id for b in u.get("blocks", []))), None)

    def _facts_of_unfurl(self, unfurl: Json) -> Json:
        container = {
            "type": "message_attachment",
            "message_ts": self.message["ts"],
            "attachment_id": unfurl["id"],
            "channel_id": self.channel.id,
            "is_ephemeral": False,
            "is_app_unfurl": True,
            "app_unfurl_url": unfurl["app_unfurl_url"],
        }
        return {
            "container": container,
            "channel": self.workspace.payloads.channel(self.channel),
            "app_unfurl": unfurl,
            "state": {"values": self.values},
            "response_url": self.workspace.response_urls.make(self.channel, self.user),
        }

    def trigger(self, person: Person) -> str:
        return self.workspace.triggers.make(person.id)


Surface = ViewSurface | MessageSurface


def surface_of(workspace: Workspace, person: Person, container: Any) -> Surface:
    """What the person has on their screen. Raises ActRefused when it is not there (any more)."""
    kind = container.get("type") if isinstance(container, dict) else None
    if kind == "home":
        home = workspace.homes.of(person.id)
        if home is not None:
            return ViewSurface(workspace, home)
    elif kind == "view":
        return ViewSurface(workspace, open_view(workspace, person, container.get("view_id", "")))
    elif kind == "message":
        return _message_surface(workspace, person, container)
    raise ActRefused(f"there is no {kind} on the screen")


def open_view(workspace: Workspace, person: Person, view_id: str) -> OpenView:
    view = workspace.views.find(view_id)
    if view is None or view.user != person.id:
        raise ActRefused("that form is closed")
    return view


def still_shown(surface: Surface, state: Any) -> Json:
    """What was typed in the blocks that stand there still: the app may have drawn others while the person acted."""
    values = state.get("values") if isinstance(state, dict) else None
    there = {block.get("block_id") for block in surface.blocks}
    return {"values": {block_id: held for block_id, held in (values or {}).items() if block_id in there}}


def take_state(workspace: Workspace, surface: Surface, state: Any) -> None:
    """Keeps what the screen says was typed. Raises ActRefused for what could not have been."""
    values = state.get("values") if isinstance(state, dict) else None
    if values:
        was_offered = workspace.offers.was_offered
        kept = with_state(
            surface.values,
            values,
            surface.blocks,
            lambda block, action, option: was_offered((surface.key, block, action), option),
            lambda file_id: _own_file(workspace, surface.user, file_id),
        )
        surface.keep(kept)


def _own_file(workspace: Workspace, user: str, file_id: str) -> Json:
    about = workspace.files.about(file_id)
    if about is None or about["user"] != user or about["mode"] == "tombstone":
        raise ActRefused("that file was not uploaded")
    return about


def joined_channel(workspace: Workspace, person: Person, channel_id: str) -> Channel:
    channel = workspace.conversations.channel(channel_id)
    if channel is None or person.id not in channel.members:
        raise ActRefused(f"{person.name} does not see {channel_id}")
    return channel


def _message_surface(workspace: Workspace, person: Person, container: Json) -> MessageSurface:
    channel = joined_channel(workspace, person, container.get("channel", ""))
    ts, is_ephemeral = container.get("message_ts", ""), bool(container.get("is_ephemeral"))
    talk = workspace.conversations
    message = talk.ephemeral(channel, ts, person.id) if is_ephemeral else talk.message(channel, ts)
    if message is None:
        raise ActRefused("that message is gone")
    return MessageSurface(workspace, channel, message, person.id, is_ephemeral)
