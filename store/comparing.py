"""How tables are compared with the rows that the code declares, and how a migration spells what it finds."""

from __future__ import annotations

from typing import Any, Literal

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Enum, Table

from store.base import UtcDateTime
from store.rows import Row


def _spelled(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Types of the book as what the database stores: a migration must not change when the book's code does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def _differs(*found: Any) -> bool | None:
    """Enums are stored as text of their length; for the rest None leaves it to Alembic."""
    _context, _inspected_column, _column, inspected_type, declared_type = found
    if isinstance(declared_type, Enum):
        return getattr(inspected_type, "length", None) != declared_type.length
    return None


COMPARED: dict[str, Any] = {
    "target_metadata": Row.metadata,
    "compare_type": _differs,
    "render_item": _spelled,
    "render_as_batch": True,  # SQLite changes a table by copying it
}


def differing_tables(connection: Connection) -> list[str]:
    """The names of the tables that are not as the rows declare them, sorted. Tables of others do not count, nor does an
    index that somebody added: they are in nobody's way."""
    options = {key: value for key, value in COMPARED.items() if key != "target_metadata"}
    options["include_name"] = lambda name, kind, _parents: kind != "table" or name in Row.metadata.tables
    found = compare_metadata(MigrationContext.configure(connection, opts=options), Row.metadata)
    # What changes within a table comes as a list.
    changes = [change[0] if isinstance(change, list) else change for change in found]
    return sorted({_table_of(change) for change in changes if change[0] != "remove_index"})


def _table_of(change: tuple[Any, ...]) -> str:
    """Alembic describes a change as (what, the table, index or constraint) or (what, schema, the table's name …)."""
    what = change[1]
    if isinstance(what, Table):
        return what.name
    table = getattr(what, "table", None)
    return str(change[2]) if table is None else str(table.name)
