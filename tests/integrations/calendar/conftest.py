"""Keeps what the tests produce: with RAPPORT_RECORD_ICS=<folder>, every calendar is also written there."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Callable[[bytes], bytes]:
    """Returns the calendar it is given, so that a test can pass on what it records."""
    folder = os.environ.get("RAPPORT_RECORD_ICS")
    stem = re.sub(r"\W+", "_", request.node.name)[:80]

    def keep(calendar: bytes) -> bytes:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            Path(folder, f"{stem}-{hashlib.sha256(calendar).hexdigest()[:12]}.ics").write_bytes(calendar)
        return calendar

    return keep
