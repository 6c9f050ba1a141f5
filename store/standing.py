"""Rows are written where they are found: at relations and places that stand, not at those that became part of others.

Who writes at an id that was merged is led on by `lock_standing`, `relation_to_write` and their like. What this leaves
is a merge that commits between their look and the write: a row's foreign key waits for it, and is there too late to be
moved. Such a transaction fails at its end, with nothing written, and is led on when it is tried again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, event, inspect, select
from sqlalchemy.orm import Session

from store.base import BookBusy, Row
from store.relations import Relation, standing_id

_WRITTEN = "written_at"
_AT_ONCE = 500
_MERGING = {"merge"}
"""Tables that tell of merges: they point to the merged one on purpose."""

Target = tuple[str, int]
"""The table of a row that can be merged into another, and the row's id."""


def lock_standing(session: Session, *relation_ids: int) -> list[int]:
    """The ids of the relations that these lead to, each in its place; missing ones as they came.

    They are locked: until the transaction ends none of them becomes part of another.
    """
    while True:
        ids = [standing_id(session, one) for one in relation_ids]
        # In one order, or two who lock the same would wait for each other; as they stand once the lock is ours.
        query = select(Relation).where(Relation.id.in_(ids)).order_by(Relation.id).with_for_update()
        if all(row.merged_into_id is None for row in session.scalars(query.execution_options(populate_existing=True))):
            return ids


def note_written(session: Session, rows: Iterable[Row]) -> None:
    """For rows that were inserted past the session."""
    written: set[Target] = session.info.setdefault(_WRITTEN, set())
    for row in rows:
        held = row.__dict__
        written.update((table, held[key]) for key, table in _pointing(type(row)) if held.get(key) is not None)


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: object) -> None:
    note_written(session, session.new)
    written: set[Target] = session.info[_WRITTEN]
    changed: Iterable[Row] = session.dirty
    for row in changed:
        for key, table in _pointing(type(row)):
            added: Sequence[Any] = inspect(row).attrs[key].history.added or ()
            written.update((table, one) for one in added if one is not None)


@event.listens_for(Session, "before_commit")
def _refuse_what_nobody_would_find(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    written: set[Target] = session.info.pop(_WRITTEN, set())
    for name in sorted({name for name, _id in written}):
        table = Row.metadata.tables[name]
        ids = sorted(row_id for one, row_id in written if one == name)
        for start in range(0, len(ids), _AT_ONCE):
            merged = table.c.id.in_(ids[start : start + _AT_ONCE]) & table.c.merged_into_id.is_not(None)
            if session.scalar(select(table.c.id).where(merged).limit(1)) is not None:
                raise BookBusy(f"a {name} that was written at was merged meanwhile")


@cache
def _pointing(kind: type[Row]) -> Sequence[tuple[str, str]]:
    """The attributes by which rows of this kind point to what can be merged, and the table that each points to."""
    return [
        (kind.__mapper__.get_property_by_column(column).key, target.name)
        for column in kind.__table__.columns
        for key in column.foreign_keys
        if _can_be_merged(target := key.column.table) and column.name != "merged_into_id"
        if kind.__tablename__ not in _MERGING
    ]


def _can_be_merged(table: Table) -> bool:
    return table.name in ("relation", "contact")
