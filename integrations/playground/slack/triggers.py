"""Trigger ids: what lets an app open a modal, once, within three seconds (docs.slack.dev/interactivity)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.playground.slack.errors import CallFailed

LIVES_FOR = timedelta(seconds=3)
KEPT = 1000


@dataclass(slots=True)
class Trigger:
    user: str
    made_at: datetime
    view_id: str | None
    is_used: bool = False


class Triggers:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._all: dict[str, Trigger] = {}

    def make(self, user: str, view_id: str | None = None) -> str:
        """A trigger for this person; `view_id` is the modal in which they acted."""
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**13)}.{secrets.token_hex(16)}"
        self._all[trigger_id] = Trigger(user, self._now(), view_id)
        if len(self._all) > KEPT:
            del self._all[next(iter(self._all))]
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Uses it up. Raises CallFailed: invalid_trigger_id, exchanged_trigger_id, expired_trigger_id."""
        trigger = self._all.get(trigger_id)
        if trigger is None:
            raise CallFailed("invalid_trigger_id")
        if trigger.is_used:
            raise CallFailed("exchanged_trigger_id")
        if self._now() - trigger.made_at > LIVES_FOR:
            raise CallFailed("expired_trigger_id")
        trigger.is_used = True
        return trigger
