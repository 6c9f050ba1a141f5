"""Many rows at once, straight to the engine: SQLAlchemy takes longer over each than the engine does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, Table


def insert_mappings(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows that say their columns by name; a column that one says nothing of holds its default.

    An id that the first does not say is given by the engine. Other keys than columns are left alone.
    """
    if not rows:
        return
    columns = [one for one in _columns(table, connection.dialect) if one[0] in rows[0] or not one[2]]
    stored = []
    for name, default, _is_key, stored_as in columns:
        without = default(None) if callable(default) else default
        values = [row.get(name, without) for row in rows]
        stored.append(values if stored_as is None else stored_as(values))
    insert_tuples(connection, table.name, [name for name, *_rest in columns], list(zip(*stored, strict=True)))


def insert_tuples(
    connection: Connection, into: str, columns: Collection[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Inserts rows whose values stand in the order of `columns`, as the driver takes them."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "sqlite":
        signs = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {into} ({names}) VALUES ({signs})", list(rows))  # noqa: S608 (our own)
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


_Column = tuple[str, object, bool, Callable[[list[Any]], list[Any]] | None]
"""Name, default, whether it is the key, and what makes stored values of Python's (None: they are the same)."""


@cache
def _columns(table: Table, dialect: Dialect) -> Sequence[_Column]:
    found: list[_Column] = []
    for one in table.columns:
        process = one.type.dialect_impl(dialect).bind_processor(dialect)
        default = one.default.arg if one.default is not None else None  # type: ignore[attr-defined]
        stored_as = None if process is None else _each(process) if isinstance(one.type, JSON) else _once(process)
        found.append((one.name, default, one.primary_key, stored_as))
    return found


def _each(process: Callable[[Any], Any]) -> Callable[[list[Any]], list[Any]]:
    """For documents; most of them are empty."""

    def stored(values: list[Any]) -> list[Any]:
        empty: dict[type, Any] = {dict: process({}), list: process([])}
        return [process(one) if one or type(one) not in empty else empty[type(one)] for one in values]

    return stored


def _once(process: Callable[[Any], Any]) -> Callable[[list[Any]], list[Any]]:
    """For days, instants and kinds: a batch has few different ones."""

    def stored(values: list[Any]) -> list[Any]:
        known = {value: process(value) for value in set(values)}
        return [known[value] for value in values]

    return stored
