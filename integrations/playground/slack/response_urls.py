"""Response URLs: five answers within thirty minutes (docs.slack.dev/interactivity/handling-user-interaction)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.people import Channel

LIVES_FOR = timedelta(minutes=30)
MOST_USES = 5


@dataclass(slots=True)
class ResponseUrl:
    """`message_ts` is the message in which the person acted, if they acted in one."""

    channel: Channel
    user: str
    made_at: datetime
    message_ts: str | None = None
    is_ephemeral: bool = False
    uses: int = 0


class ResponseUrls:
    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        self._url, self._now = url, now
        self._all: dict[str, ResponseUrl] = {}

    def make(self, channel: Channel, user: str, message_ts: str | None = None, *, is_ephemeral: bool = False) -> str:
        key = secrets.token_urlsafe(18)
        self._all[key] = ResponseUrl(channel, user, self._now(), message_ts, is_ephemeral)
        return f"{self._url}/slack/respond/{key}"

    def use(self, key: str) -> ResponseUrl:
        """Raises CallFailed: no_such_url, expired_url, used_url."""
        made = self._all.get(key)
        if made is None:
            raise CallFailed("no_such_url")
        if self._now() - made.made_at > LIVES_FOR:
            raise CallFailed("expired_url")
        if made.uses >= MOST_USES:
            raise CallFailed("used_url")
        made.uses += 1
        return made
