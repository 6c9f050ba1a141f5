"""A merge and its undoing in the audit trail: what they say otherwise, not each row that only stands elsewhere now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from store.audit import Audited, record_past
from store.base import Row
from store.merging.model import Step, is_row

_PLACES = {"relation", "contact"}
_ORDER = {"position", "rank"}


def record_steps(session: Session, steps: Sequence[Step], *, is_undone: bool = False) -> None:
    """Each step that changed or took away something that a row of the book said."""
    found = []
    for step in steps:
        table = Row.metadata.tables[step["table"]]
        if step["before"] is None or table.name not in _audited():
            continue
        before, after = step["before"], step["after"] or {}
        if step["after"] is not None and not any(_says(table, name) for name in after):
            continue
        deed = "changed" if step["after"] is not None else "created" if is_undone else "deleted"
        if is_undone:
            before, after = after, before
        hangs_on = _relation_of(session, table, step["key"], step["before"])
        found.append((deed, table.name, int(step["key"]["id"]), hangs_on, before, after))
    record_past(session, found)


def _says(table: Table, name: str) -> bool:
    is_place = any(key.column.table.name in _PLACES for key in table.c[name].foreign_keys)
    return name not in _ORDER and not is_place


def _relation_of(session: Session, table: Table, key: Mapping[str, Any], before: Mapping[str, Any]) -> int | None:
    if table.name == "relation":
        return int(key["id"])
    if "relation_id" not in table.c:
        return None
    found: int | None = session.scalar(select(table.c.relation_id).where(is_row(table, key)))
    return found if found is not None else before["relation_id"]


@cache
def _audited() -> frozenset[str]:
    tables = (one.local_table for one in Row.registry.mappers if issubclass(one.class_, Audited))
    return frozenset(table.name for table in tables if isinstance(table, Table))
