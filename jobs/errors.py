"""What keeps a job from being done now."""

from __future__ import annotations

from datetime import datetime


class NotYet(Exception):
    """It waits, in its row, until `until`: nothing failed that the outbox would have to count."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until
