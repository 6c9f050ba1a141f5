"""A clock for tests, in a module of its own: every folder has a conftest, and a test names just one clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Stands still until told to move: Saturday 21 November 2026, 09:00 UTC."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, length: timedelta) -> None:
        self.time += length
