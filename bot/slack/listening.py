"""Registers listeners with Bolt: each gets one Interaction, and every error ends here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.slack.doorkeeper import Doorkeeper
from bot.slack.interaction import Interaction
from store.base import BookBusy, BookError

Listener = Callable[[Interaction], None]


class Listening:
    """What a subject's `register` gets: ways to say which listener answers what."""

    def __init__(self, app: App, doorkeeper: Doorkeeper) -> None:
        self.app, self.doorkeeper = app, doorkeeper

    def command(self, name: str, listener: Listener) -> None:
        self.app.command(name)(self._guarded(listener))

    def action(self, action_id: str, listener: Listener) -> None:
        self.app.action(action_id)(self._guarded(listener))

    def options(self, action_id: str, listener: Listener) -> None:
        self.app.options(action_id)(self._guarded(listener))

    def submission(self, callback_id: str, listener: Listener) -> None:
        self.app.view_submission(callback_id)(self._guarded(listener))

    def closed(self, callback_id: str, listener: Listener) -> None:
        self.app.view_closed(callback_id)(self._guarded(listener))

    def shortcut(self, callback_id: str, listener: Listener) -> None:
        self.app.shortcut(callback_id)(self._guarded(listener))

    def event(self, name: str, listener: Listener) -> None:
        self.app.event(name)(self._guarded(listener))

    def _guarded(self, listener: Listener) -> Callable[..., None]:
        def guarded(ack: Ack, body: dict[str, Any], client: WebClient, payload: dict[str, Any]) -> None:
            interaction = Interaction(self.doorkeeper, ack, body, client, payload)
            try:
                listener(interaction)
            except (BookError, BookBusy) as error:
                interaction.refuse(error)
            except Exception as error:  # noqa: BLE001 (the Slack edge: a bug becomes a reference, not silence)
                interaction.apologise(error)

        return guarded
