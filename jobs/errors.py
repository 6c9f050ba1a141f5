"""What keeps a job from being done now, and how its failures are logged."""

from __future__ import annotations

import traceback
from datetime import datetime
from pathlib import Path


class NotYet(Exception):
    """It waits, in its row, until `until`: nothing failed that the outbox would have to count."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


def place_of(error: BaseException) -> str:
    """Where an unforeseen error came from, for the log: its type and lines of code, none of the values it quotes."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    return f"{type(error).__name__} at {lines}"
