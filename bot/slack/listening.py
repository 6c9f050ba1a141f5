"""Registers listeners with Bolt: each gets one Interaction, and every error ends here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.doorkeeper import Doorkeeper
from bot.slack.interaction import Interaction
from bot.slack.open_forms import OpenForms
from store.base import BookBusy, BookError

Listener = Callable[[Interaction], None]
Kind = Callable[..., Any]
"""The method of Bolt's App that registers a listener for one kind of request."""


class Listening:
    """What a subject's `register` gets: ways to say which listener answers what.

    Bolt asks its listeners one after the other which of them fits, 30 µs each: it gets one for each kind of request,
    which looks up the subject's listener by name.
    """

    def __init__(self, app: App, doorkeeper: Doorkeeper) -> None:
        self._by_kind: dict[Kind, dict[str, Listener]] = {}
        self.app, self.doorkeeper = app, doorkeeper
        self.open_forms = OpenForms()
        self.servings: dict[str, Any] = {}
        """By form id: a form made for another one that waits must find how that one is served."""

    def command(self, name: str, listener: Listener) -> None:
        self._add(App.command, name, listener)

    def action(self, action_id: str, listener: Listener) -> None:
        self._add(App.action, action_id, listener)

    def options(self, action_id: str, listener: Listener) -> None:
        self._add(App.options, action_id, listener)

    def submission(self, callback_id: str, listener: Listener) -> None:
        self._add(App.view_submission, callback_id, listener)

    def closed(self, callback_id: str, listener: Listener) -> None:
        self._add(App.view_closed, callback_id, listener)

    def shortcut(self, callback_id: str, listener: Listener) -> None:
        self._add(App.shortcut, callback_id, listener)

    def event(self, name: str, listener: Listener) -> None:
        self._add(App.event, name, listener)

    def connect(self) -> None:
        """Tells Bolt, once every subject has said what it answers. What nobody answers stays unknown to Bolt."""
        for kind, listeners in self._by_kind.items():
            names = re.compile(rf"^({'|'.join(map(re.escape, listeners))})\Z")
            kind(self.app, names)(self._guarded(_NAMED_BY[kind], listeners))

    def _add(self, kind: Kind, name: str, listener: Listener) -> None:
        listeners = self._by_kind.setdefault(kind, {})
        if name in listeners:
            raise ValueError(f"two listeners answer {name}")
        listeners[name] = listener

    def _guarded(self, named_by: str, listeners: Mapping[str, Listener]) -> Callable[..., None]:
        def guarded(ack: Ack, body: dict[str, Any], client: WebClient, payload: dict[str, Any]) -> None:
            interaction = Interaction(self.doorkeeper, ack, body, client, payload)
            try:
                listeners[payload[named_by]](interaction)
            except (BookError, BookBusy) as error:
                interaction.refuse(error)
            except Exception as error:  # noqa: BLE001 (the Slack edge: a bug becomes a reference, not silence)
                interaction.apologise(error)

        return guarded


_NAMED_BY: Mapping[Kind, str] = {
    App.command: "command",
    App.action: "action_id",
    App.options: "action_id",
    App.view_submission: "callback_id",
    App.view_closed: "callback_id",
    App.shortcut: "callback_id",
    App.event: "type",
}
