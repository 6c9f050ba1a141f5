"""An office for the jobs: a book of either engine, mailboxes in memory, a Slack that only counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from job_office import JobOffice, MovingClock, make_job_office

from store.engine import Book


@pytest.fixture
def sqlite_office(new_sqlite_url: Callable[[], str], clock: MovingClock, tmp_path: Path) -> Iterator[JobOffice]:
    """For the many runs of one rule that is the same on both engines."""
    book = Book(new_sqlite_url(), now=clock, connections=6)
    made = make_job_office(book, clock, tmp_path)
    yield made
    made.office.close()


@pytest.fixture
def office(book: Book, clock: MovingClock, tmp_path: Path) -> Iterator[JobOffice]:
    made = make_job_office(book, clock, tmp_path)
    yield made
    made.office.threads.shutdown()
