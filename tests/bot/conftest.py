from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from world import World, small_office


@pytest.fixture
def world(new_sqlite_url: Callable[[], str], tmp_path: Path) -> Iterator[World]:
    with small_office(new_sqlite_url(), tmp_path) as world:
        yield world
