"""An office for the jobs: a book of either engine, mailboxes in memory, a Slack that only counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from job_office import JobOffice, MovingClock, make_job_office

from store.engine import Book


@pytest.fixture
def office(book: Book, clock: MovingClock, tmp_path: Path) -> Iterator[JobOffice]:
    made = make_job_office(book, clock, tmp_path)
    yield made
    made.office.threads.shutdown()
