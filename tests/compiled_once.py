"""Statements are compiled once a run. Every test's book has an engine, so a dialect, of its own, and SQLAlchemy keeps
what it compiled by dialect: without this a third of the suite's time goes to compiling the same statements anew.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

_compiled: dict[Any, Any] = {}


def share_compiled_statements() -> None:
    """From now on, for every engine: those of one kind talk to one server in a run, so their dialects are equal."""
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        kind.__eq__ = _is_of_the_same_kind  # type: ignore[method-assign, assignment]
        kind.__hash__ = _hash_of_kind  # type: ignore[method-assign, assignment]
    event.listen(Engine, "engine_connect", _share)


def _is_of_the_same_kind(one: object, other: object) -> bool:
    return type(one) is type(other)


def _hash_of_kind(one: object) -> int:
    return hash(type(one))


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_compiled)
