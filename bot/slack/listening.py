"""Registers listeners with Bolt: each gets one Interaction, and every error ends here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.slack.doorkeeper import Doorkeeper
from bot.slack.interaction import Interaction
from bot.slack.menus import Menu, MenuLine, Run
from bot.slack.open_forms import OpenForms
from bot.slack.subcommands import Subcommand
from store.base import BookBusy, BookError

Listener = Callable[[Interaction], None]
Kind = Callable[..., Any]
"""The method of Bolt's App that registers a listener for one kind of request."""


class Listening:
    """What a subject's `register` gets: ways to say which listener answers what.

    Bolt asks its listeners one after the other which of them fits, 30 µs each: it gets one for each kind of request,
    which looks up the subject's listener by name, and those first for whose answer somebody waits.
    """

    def __init__(self) -> None:
        self._by_kind: dict[Kind, dict[str, Listener]] = {}
        self._menus: set[Menu] = set()
        self.subcommands: list[Subcommand] = []
        """In the order of the help."""
        self.open_forms = OpenForms()
        self.servings: dict[str, Any] = {}
        """By form id: a form made for another one that waits must find how that one is served."""

    def command(self, name: str, listener: Listener) -> None:
        self._add(App.command, name, listener)

    def subcommand(self, subcommand: Subcommand) -> None:
        """Raises ValueError when one of its names is taken."""
        names = [name for synonyms in subcommand.names.values() for name in synonyms]
        if taken := [name for name in names for one in self.subcommands if one.answers_to(name)]:
            raise ValueError(f"two subcommands answer to {taken[0]}")
        self.subcommands.append(subcommand)

    def menu(self, menu: Menu, key: str, label: str, run: Run, *, at: int = 50, is_for_admins: bool = False) -> None:
        """A line in the ⋮ menu of a kind of record; the four with the lowest `at` are one click away."""
        if menu not in self._menus:
            self._menus.add(menu)
            self.action(menu.action_id, menu.choose)
        self.action(f"{menu.action_id}/{key}", menu.choose)
        menu.add(MenuLine(key, label, run, at, is_for_admins))

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

    def answered(self) -> dict[str, frozenset[str]]:
        """What is answered, by kind of request: "action", "view_submission", …"""
        return {kind.__name__: frozenset(listeners) for kind, listeners in self._by_kind.items()}

    def connect(self, app: App, doorkeeper: Doorkeeper) -> None:
        """Tells Bolt, once every subject has said what it answers. What nobody answers stays unknown to Bolt."""
        for kind, listeners in sorted(self._by_kind.items(), key=lambda one: list(_NAMED_BY).index(one[0])):
            names = re.compile(rf"^({'|'.join(map(re.escape, listeners))})\Z")
            kind(app, names)(_guarded(doorkeeper, _NAMED_BY[kind], listeners))

    def _add(self, kind: Kind, name: str, listener: Listener) -> None:
        listeners = self._by_kind.setdefault(kind, {})
        if name in listeners:
            raise ValueError(f"two listeners answer {name}")
        listeners[name] = listener


_NAMED_BY: Mapping[Kind, str] = {
    App.command: "command",
    App.action: "action_id",
    App.options: "action_id",
    App.view_submission: "callback_id",
    App.view_closed: "callback_id",
    App.shortcut: "callback_id",
    App.event: "type",
}


def _guarded(doorkeeper: Doorkeeper, named_by: str, listeners: Mapping[str, Listener]) -> Callable[..., None]:
    def guarded(ack: Ack, body: dict[str, Any], payload: dict[str, Any]) -> None:
        # Not with Bolt's client: it makes one for each request, and would connect to Slack anew.
        interaction = Interaction(doorkeeper, ack, body, doorkeeper.client, payload)
        try:
            listeners[payload[named_by]](interaction)
        except (BookError, BookBusy) as error:
            interaction.refuse(error)
        except Exception as error:  # noqa: BLE001 (the Slack edge: a bug becomes a reference, not silence)
            interaction.apologise(error)

    return guarded
