from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from world import World, small_office

from store.collaborators import Collaborator


@pytest.fixture
def world(new_sqlite_url: Callable[[], str], tmp_path: Path) -> Iterator[World]:
    with small_office(new_sqlite_url(), tmp_path) as world:
        yield world


@pytest.fixture
def english(world: World) -> World:
    """The same office, where everybody reads English."""
    with world.office.book.writing() as session:
        for one in session.query(Collaborator):
            one.locale = "en-GB"
    return world
