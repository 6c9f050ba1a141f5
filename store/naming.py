"""What people call a row of the book."""

from __future__ import annotations

from typing import Any

from store.base import Row
from store.contacts import Contact
from store.domain import Listed


def name_of(row: Row | None, language: str) -> str:
    """The label of a line of a list in this language ("en", "fr", "nl"), a name, a subject; "" when it has none."""
    if isinstance(row, Listed):
        return row.label(language)
    if isinstance(row, Contact):
        return row.label
    found: Any = getattr(row, "name", None) or getattr(row, "subject", None)
    return found if isinstance(found, str) else ""
