"""How often an app may call (docs.slack.dev/apis/web-api/rate-limits): tiers by minute, posting by channel."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from integrations.playground.slack.errors import RateLimited

A_MINUTE = timedelta(minutes=1)
POST_BURST = 5
POST_PAUSE = timedelta(seconds=1)


class RateLimits:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._calls: dict[str, deque[datetime]] = {}
        self._posts: dict[str, deque[datetime]] = {}

    def count_call(self, method: str, per_minute: int) -> None:
        """Raises RateLimited when the method was called this often within a minute."""
        self._count(self._calls.setdefault(method, deque()), per_minute, A_MINUTE)

    def count_post(self, channel: str) -> None:
        """About one message a second in a channel, with short bursts."""
        self._count(self._posts.setdefault(channel, deque()), POST_BURST, POST_PAUSE * POST_BURST)

    def _count(self, calls: deque[datetime], most: int, within: timedelta) -> None:
        now = self._now()
        while calls and now - calls[0] >= within:
            calls.popleft()
        if len(calls) >= most:
            left = within - (now - calls[0])
            raise RateLimited(max(1, round(left.total_seconds())))
        calls.append(now)
