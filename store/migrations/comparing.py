"""How tables are compared with the rows that the code declares, and how a migration spells what it finds."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Enum

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
