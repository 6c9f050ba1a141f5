"""Each person's Home tab: the view that the app last published."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from integrations.playground.slack.archive import Archive
from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Json
from integrations.playground.slack.view_state import carried_over, initial_values
from integrations.playground.slack.views import OpenView


class Homes:
    def __init__(self, archive: Archive, new_hash: Callable[[], str], changed: Callable[[str], None]) -> None:
        self._archive, self._new_hash, self._changed = archive, new_hash, changed
        self._shown: dict[str, OpenView] = {}

    def of(self, user: str) -> OpenView | None:
        if user not in self._shown and (kept := self._archive.home(user)):
            view = OpenView(kept["id"], user, kept["sent"], kept["hash"], initial_values(kept["sent"]["blocks"]))
            self._shown[user] = view
        return self._shown.get(user)

    def publish(self, user: str, view: Json, seen_hash: str) -> OpenView:
        """Raises CallFailed hash_conflict when `seen_hash` (may be empty) is of an older view."""
        before = self.of(user)
        if seen_hash and (before is None or before.hash != seen_hash):
            raise CallFailed("hash_conflict")
        view_id = before.id if before else f"V{secrets.token_hex(5).upper()}"
        values = carried_over(before.values if before else {}, view["blocks"])
        shown = OpenView(view_id, user, view, self._new_hash(), values)
        self._shown[user] = shown
        self._archive.keep_home(user, {"id": shown.id, "hash": shown.hash, "sent": view})
        self._changed(user)
        return shown
