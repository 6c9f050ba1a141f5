"""Leases while the database is out of order: their keepers live on, and say when the time is over."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from job_office import JobOffice
from sqlalchemy import text

from bot import sole_runner
from jobs import holding
from store.engine import Book


@contextmanager
def broken_book(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every writing transaction fails with an error that is not said to be busy. Set once one did."""
    writing, failed = Book.writing, threading.Event()

    @contextmanager
    def broken(book: Book) -> Iterator[object]:
        with writing(book) as session:
            failed.set()
            session.execute(text("select nothing from nowhere"))
            yield session

    with monkeypatch.context() as patch:
        patch.setattr(Book, "writing", broken)
        yield failed


def _short(monkeypatch: pytest.MonkeyPatch, lease_s: float) -> None:
    monkeypatch.setattr(holding, "RENEW_EVERY_S", 0.02)
    monkeypatch.setattr(holding, "LENGTH", timedelta(seconds=lease_s))
    monkeypatch.setattr(sole_runner, "_RENEW_EVERY_S", 0.02)
    monkeypatch.setattr(sole_runner, "LENGTH", timedelta(seconds=lease_s))


def test_a_lease_outlives_a_database_error_that_ends_in_time(
    sqlite_office: JobOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    _short(monkeypatch, lease_s=60)
    with holding.held(sqlite_office.office, "lane:test") as hold:
        assert hold is not None
        with broken_book(monkeypatch) as failed:
            assert failed.wait(5)
        assert not hold.is_lost
        (renewer,) = [one for one in threading.enumerate() if one.name == "lease lane:test"]
        assert renewer.is_alive()


def test_a_lease_that_could_not_be_renewed_in_time_is_lost(
    sqlite_office: JobOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    _short(monkeypatch, lease_s=0.2)
    with holding.held(sqlite_office.office, "lane:test") as hold:
        assert hold is not None
        with broken_book(monkeypatch):
            assert hold._lost.wait(5)


def test_who_cannot_keep_the_jobs_to_itself_is_told(sqlite_office: JobOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    _short(monkeypatch, lease_s=0.2)
    lost = threading.Event()
    with sole_runner.sole_runner(sqlite_office.office, on_lost=lost.set), broken_book(monkeypatch):
        assert lost.wait(5)
