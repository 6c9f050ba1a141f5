"""Brings a book's tables up to what this version of Rapport needs, and tells whether they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text

from store.comparing import differing_tables
from store.database_url import sqlite_file
from store.engine import Book

_FOLDER = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 0x5261_7070
"""Names the upgrade among PostgreSQL's advisory locks: any number that nothing else uses."""


class BookBroken(Exception):
    """An upgrade would leave rows that point nowhere: nothing was changed. The text names the tables."""


class UnknownVersion(Exception):
    """The book was written by a newer version of Rapport than this one."""


class OtherTables(Exception):
    """The book bears the number of this version and has other tables: no upgrade leads from there to here.

    Such books were made while a version was still being written. The text names the tables, the first three of many.
    """


def upgrade(url: str) -> bool:
    """Makes or upgrades the tables, in one transaction; harmless when they are up to date. True if any changed.

    Raises UnknownVersion, OtherTables, BookBroken, BookBusy when the database is locked or out of reach.
    """
    _make_folder(url)
    with connected(url) as connection:
        before = _version(connection)
        if before is not None and before not in _known_versions():
            raise UnknownVersion(before)
        command.upgrade(alembic_config(connection), "head")
        _refuse_other_tables(connection)
        return _version(connection) != before


def is_current(url: str) -> bool:
    """Whether the tables are what this version needs. False for an empty database. Raises OtherTables, BookBusy."""
    if (file := sqlite_file(url)) is not None and not file.exists():
        return False  # looking must not make an empty file
    book = _book(url)
    try:
        with book.reading() as session:
            connection = session.connection()
            if _version(connection) != _scripts().get_current_head():
                return False
            _refuse_other_tables(connection)
            return True
    finally:
        book.close()


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings, made here so that no file of them has to be found at run time."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def _known_versions() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_other_tables(connection: Connection) -> None:
    if found := differing_tables(connection):
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        raise OtherTables(", ".join(found[:3]) + more)


def _book(url: str) -> Book:
    return Book(url, now=lambda: datetime.now(UTC), connections=1)


def _make_folder(url: str) -> None:
    if (file := sqlite_file(url)) is not None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection in a transaction that two upgrades cannot have at once."""
    book = _book(url)
    if book.is_sqlite:
        # Copying a table means dropping the old one, which would take the rows that point at it along. The switch
        # works outside a transaction only; whether every row still points somewhere is asked at the end.
        event.listen(book.engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=OFF"))
    try:
        with book.writing() as session:
            connection = session.connection()
            if not book.is_sqlite:
                connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
            yield connection
            if book.is_sqlite:
                _refuse_dangling(connection)
    finally:
        book.close()


def _refuse_dangling(connection: Connection) -> None:
    broken = {row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if broken:
        raise BookBroken(", ".join(sorted(broken)))
