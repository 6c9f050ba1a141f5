"""Open modals: a stack of at most three per person, each with what was typed in it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from integrations.playground.slack.block_kit import elements_of, view_problems
from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Json
from integrations.playground.slack.triggers import Triggers
from integrations.playground.slack.view_state import Values, carried_over, initial_values

MOST_STACKED = 3
MOST_BYTES = 250_000


@dataclass(slots=True)
class OpenView:
    """A modal (or Home view) on somebody's screen."""

    id: str
    user: str
    sent: Json
    hash: str
    values: Values
    previous_id: str | None = None
    root_id: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        return list(self.sent["blocks"])


def checked_view(view: object, kinds: tuple[str, ...]) -> Json:
    """The view as an app sent it, missing ids filled in as Slack does. Raises CallFailed."""
    if isinstance(view, str):
        try:
            view = json.loads(view)
        except ValueError as error:
            raise CallFailed("invalid_arguments", ["[ERROR] must be valid JSON [json-pointer:/view]"]) from error
    if not isinstance(view, dict) or view.get("type") not in kinds:
        kind = view.get("type") if isinstance(view, dict) else None
        raise CallFailed("invalid_arguments", [f"[ERROR] view must be a {kinds[0]}, is {kind} [json-pointer:/view]"])
    if len(json.dumps(view, ensure_ascii=False).encode()) > MOST_BYTES:
        raise CallFailed("view_too_large")
    problems = view_problems(view)
    if problems:
        raise CallFailed("invalid_arguments", problems)
    return {**view, "blocks": with_ids(view["blocks"])}


def needed_scopes(view: Json) -> set[str]:
    """Scopes that the app must hold to show these blocks."""
    kinds = {element["type"] for block in view["blocks"] for _where, element in elements_of(block)}
    return {"files:read"} if "file_input" in kinds else set()


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy whose blocks and elements all have ids: Slack invents the missing ones."""
    named: list[Json] = json.loads(json.dumps(blocks))
    for block in named:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for _where, element in elements_of(block):
            element.setdefault("action_id", secrets.token_urlsafe(4))
    return named


class Views:
    """`changed(user)` is called whenever that person's stack is another than before."""

    def __init__(self, triggers: Triggers, stamp: Callable[[], str], changed: Callable[[str], None]) -> None:
        self._triggers, self._stamp, self._changed = triggers, stamp, changed
        self._stacks: dict[str, list[OpenView]] = {}

    def stack(self, user: str) -> list[OpenView]:
        """Root first; the last one is what the person sees."""
        return list(self._stacks.get(user, []))

    def find(self, view_id: str = "", external_id: str = "") -> OpenView | None:
        for stack in self._stacks.values():
            for view in stack:
                if view.id == view_id or (external_id and view.sent.get("external_id") == external_id):
                    return view
        return None

    def open(self, trigger_id: str, view: Json, *, on_top: bool) -> OpenView:
        """Shows a modal: on the one in which the person acted, or a new stack. Raises CallFailed."""
        trigger = self._triggers.exchange(trigger_id)
        below = self._below(trigger.user, trigger.view_id)
        if on_top and not below:
            raise CallFailed("not_found")
        return self.add(trigger.user, view, below)

    def add(self, user: str, view: Json, below: list[OpenView]) -> OpenView:
        if len(below) >= MOST_STACKED:
            raise CallFailed("push_limit_reached")
        self._external_id_is_free(view)
        shown = OpenView(
            f"V{secrets.token_hex(5).upper()}", user, view, self.new_hash(), initial_values(view["blocks"])
        )
        shown.previous_id = below[-1].id if below else None
        shown.root_id = below[0].id if below else shown.id
        self._stacks[user] = [*below, shown]
        self._changed(user)
        return shown

    def push(self, under: OpenView, view: Json) -> OpenView:
        return self.add(under.user, view, self._below(under.user, under.id))

    def update(self, open_view: OpenView, view: Json) -> None:
        """Shows these blocks instead, keeping what Slack keeps."""
        self._external_id_is_free(view, unless=open_view)
        open_view.values = carried_over(open_view.values, view["blocks"])
        open_view.sent, open_view.hash, open_view.errors = view, self.new_hash(), {}
        self._changed(open_view.user)

    def show_errors(self, open_view: OpenView, errors: dict[str, str]) -> None:
        open_view.errors = errors
        self._changed(open_view.user)

    def close(self, open_view: OpenView) -> None:
        """Takes it and what lies on it off the screen."""
        stack = self._stacks.get(open_view.user, [])
        if open_view in stack:
            self._stacks[open_view.user] = stack[: stack.index(open_view)]
            self._changed(open_view.user)

    def clear(self, user: str) -> None:
        if self._stacks.pop(user, None):
            self._changed(user)

    def new_hash(self) -> str:
        return f"{self._stamp().split('.')[0]}.{secrets.token_urlsafe(6)}"

    def _below(self, user: str, view_id: str | None) -> list[OpenView]:
        stack = self._stacks.get(user, [])
        ids = [view.id for view in stack]
        return stack[: ids.index(view_id) + 1] if view_id in ids else []

    def _external_id_is_free(self, view: Json, unless: OpenView | None = None) -> None:
        holder = self.find(external_id=view.get("external_id") or "")
        if holder is not None and holder is not unless:
            raise CallFailed("duplicate_external_id")
