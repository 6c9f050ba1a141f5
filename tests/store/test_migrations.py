"""Migrations make exactly the tables that the rows declare, on both engines, and can be run again at any moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, make_url, select, text

from store.base import BookBusy
from store.collaborators import Collaborator, add_collaborator
from store.comparing import COMPARED
from store.engine import Book
from store.rows import Row
from store.upgrading import BookBroken, OtherTables, UnknownVersion, connected, is_current, upgrade

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a single table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/var/book.db"
    url: str = request.getfixturevalue("new_postgres_url")()
    with connected(url) as connection:
        Row.metadata.drop_all(connection)
    return url


@pytest.fixture
def declared_url(request: pytest.FixtureRequest, empty_url: str) -> str:
    """A database on the same engine whose tables come from the rows."""
    maker = "new_sqlite_url" if empty_url.startswith("sqlite") else "new_postgres_url"
    new: Callable[[], str] = request.getfixturevalue(maker)
    return new()


@pytest.fixture
def upgraded(empty_url: str) -> Iterator[Book]:
    upgrade(empty_url)
    book = Book(empty_url, now=lambda: NOW, connections=5)
    yield book
    book.close()


def _texts(index: Any) -> dict[str, str]:
    return {name: str(value) for name, value in index.get("dialect_options", {}).items()}


def _tables(engine: Engine) -> dict[str, Any]:
    """Every fact that the engine tells about its tables, in an order that does not depend on how they were made."""
    found = inspect(engine)
    return {
        table: {
            "columns": [{**column, "type": repr(column["type"])} for column in found.get_columns(table)],
            "key": found.get_pk_constraint(table),
            "foreign": sorted(map(repr, found.get_foreign_keys(table))),
            "unique": sorted(map(repr, found.get_unique_constraints(table))),
            "indexes": sorted(repr({**index, "dialect_options": _texts(index)}) for index in found.get_indexes(table)),
        }
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def test_migrations_make_exactly_the_tables_that_the_rows_declare(upgraded: Book, declared_url: str) -> None:
    declared = Book(declared_url, now=lambda: NOW, connections=1)
    assert _tables(upgraded.engine) == _tables(declared.engine)
    declared.close()


def test_autogenerate_finds_nothing_left_to_migrate(upgraded: Book) -> None:
    options = {key: value for key, value in COMPARED.items() if key != "target_metadata"}
    with upgraded.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), Row.metadata) == []


def test_a_column_that_no_migration_makes_is_found(upgraded: Book) -> None:
    with upgraded.writing() as session:
        session.execute(text("alter table lease drop column held_until"))
    options = {key: value for key, value in COMPARED.items() if key != "target_metadata"}
    with upgraded.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=options), Row.metadata)
    assert [(change[0], change[3].name) for change in found] == [("add_column", "held_until")]


def test_an_empty_database_is_not_current_until_it_is_upgraded(empty_url: str) -> None:
    assert not is_current(empty_url)
    assert upgrade(empty_url)
    assert is_current(empty_url)


def test_asking_about_a_missing_sqlite_file_does_not_make_one(tmp_path: Path) -> None:
    assert not is_current(f"sqlite:///{tmp_path}/none.db")
    assert list(tmp_path.iterdir()) == []


def test_upgrading_twice_changes_nothing_and_keeps_what_is_in_the_book(upgraded: Book, empty_url: str) -> None:
    with upgraded.writing() as session:
        add_collaborator(session, name="Anna Peeters", mail="anna@office.example", now=NOW)
    assert not upgrade(empty_url)
    with upgraded.reading() as session:
        assert session.scalars(select(Collaborator.name)).all() == ["Anna Peeters"]


def test_a_book_of_a_newer_rapport_is_left_alone(upgraded: Book, empty_url: str) -> None:
    with upgraded.writing() as session:
        session.execute(text("update alembic_version set version_num = '9999'"))
    assert not is_current(empty_url)
    with pytest.raises(UnknownVersion):
        upgrade(empty_url)


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("alter table note drop column detail", "note"),
        ("drop table birthday", "birthday"),
        ("drop index audit_entry_of_row", "audit_entry"),
        ("alter table lease add column waiting integer not null default 0", "lease"),
    ],
)
def test_a_book_whose_tables_are_those_of_an_unfinished_version_is_refused(
    upgraded: Book, empty_url: str, change: str, table: str
) -> None:
    with upgraded.writing() as session:
        session.execute(text(change))
    for looks in (is_current, upgrade):
        with pytest.raises(OtherTables, match=table):
            looks(empty_url)


def test_tables_and_indexes_of_others_in_the_database_are_not_refused(upgraded: Book, empty_url: str) -> None:
    with upgraded.writing() as session:
        session.execute(text("create table of_others (id integer primary key)"))
        session.execute(text("create index of_ours on note (subject)"))
    assert is_current(empty_url)


def test_an_upgrade_that_fails_half_way_leaves_nothing_behind(empty_url: str) -> None:
    def fail() -> None:
        with connected(empty_url) as connection:
            connection.execute(text("create table half (id integer)"))
            raise OSError

    (Path(make_url(empty_url).database or "").parent).mkdir(exist_ok=True)
    with pytest.raises(OSError):  # noqa: PT011
        fail()
    book = Book(empty_url, now=lambda: NOW, connections=1)
    assert inspect(book.engine).get_table_names() == []
    book.close()


def test_an_upgrade_waits_for_no_other_longer_than_a_moment(upgraded: Book, empty_url: str) -> None:
    with connected(empty_url), pytest.raises(BookBusy):
        upgrade(empty_url)


def test_an_upgrade_that_leaves_rows_pointing_nowhere_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/book.db"
    upgrade(url)

    with pytest.raises(BookBroken, match="sync_state"), connected(url) as connection:
        connection.execute(text("insert into sync_state values (1, 404, 'sent', '', '2026-11-21')"))
    book = Book(url, now=lambda: NOW, connections=1)
    with book.reading() as session:
        assert session.execute(text("select * from sync_state")).all() == []
    book.close()


def test_no_table_of_either_making_gives_an_id_again(tmp_path: Path, new_sqlite_url: Callable[[], str]) -> None:
    made = f"sqlite:///{tmp_path}/book.db"
    upgrade(made)
    numbered = {table.name for table in Row.metadata.tables.values() if [*table.primary_key.columns.keys()] == ["id"]}
    for url in (made, new_sqlite_url()):
        with connected(url) as connection:
            found = connection.execute(text("select name from sqlite_master where sql like '% AUTOINCREMENT%'"))
            assert numbered == set(found.scalars()), url
