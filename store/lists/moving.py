"""What points to a line of a list, and how it comes to point to another: found in the tables, whoever made them.

In a few statements over whole tables, however many rows there are: none of them is read. Which they were is kept in
LineMergeRow, for undoing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, and_, delete, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from store.audit import Audited, record_where
from store.base import Versioned
from store.collaborators import Collaborator
from store.domain import Listed
from store.line_merges import LineMergeRow
from store.rows import Row

Moved = dict[str, Any]
"""As JSON: what undoing needs to know, beside the rows."""


@dataclass(frozen=True, slots=True)
class Merging:
    """The merge that is being made or undone."""

    merge_id: int
    source_id: int
    target_id: int
    now: datetime
    by: Collaborator


@dataclass(frozen=True, slots=True)
class Move:
    """`there` makes rows that point to the source point to the target, `back` takes it back as far as it stands."""

    there: Callable[[Session, Merging], Moved]
    back: Callable[[Session, Merging, Moved], None]


def pointing_to(kind: type[Listed]) -> list[Column[Any]]:
    """Every column that refers to the list's lines, whichever subject it belongs to."""
    table = kind.__table__  # type: ignore[attr-defined]
    found = (column for one in Row.metadata.sorted_tables for column in one.columns)
    return [column for column in found if any(key.column.table is table for key in column.foreign_keys)]


def name_of(column: Column[Any]) -> str:
    """ "action.type_id"."""
    return f"{column.table.name}.{column.name}"


def move_of(column: Column[Any], own: Mapping[str, Move]) -> Move:
    """`own` are the ways of columns for which pointing elsewhere is not all there is to it, by their names."""
    if (found := own.get(name_of(column))) is not None:
        return found
    return rows_move(column) if _mapped(column.table) else _pairs(column)


def note_rows(session: Session, merging: Merging, column: Column[Any], rows: Select[*tuple[Any, ...]]) -> int:
    """Keeps which rows are about to move; `rows` gives their ids, and more columns of LineMergeRow under their names.

    Returns how many.
    """
    kept = {"merge_id": merging.merge_id, "place": name_of(column), "is_both": False}
    given = [one.name for one in rows.selected_columns]
    fixed = {name: literal(value).label(name) for name, value in kept.items() if name not in given}
    lines = rows.add_columns(*fixed.values())
    result: Any = session.execute(insert(LineMergeRow).from_select([*given, *fixed], lines))
    return int(result.rowcount)


def noted_rows(merging: Merging, column: Column[Any]) -> Select[int]:
    """The ids that `note_rows` kept; narrow it further where needed."""
    mine = (LineMergeRow.merge_id == merging.merge_id, LineMergeRow.place == name_of(column))
    return select(LineMergeRow.row_id).where(*mine)


# Rows: each leaves its entry in the audit trail and gets a new version.


def rows_move(column: Column[Any], only: Callable[[Session, Merging], ColumnElement[bool]] | None = None) -> Move:
    """For a column of rows that have an id of their own; `only` says which of them move so, all without it."""

    def there(session: Session, merging: Merging) -> Moved:
        session.flush()
        which = and_(column == merging.source_id, *([only(session, merging)] if only else []))
        number = note_rows(session, merging, column, select(column.table.c.id.label("row_id")).where(which))
        if number:
            noted = and_(column == merging.source_id, column.table.c.id.in_(noted_rows(merging, column)))
            _point(session, column, noted, merging.source_id, merging.target_id)
        return {"rows": number}

    def back(session: Session, merging: Merging, _moved: Moved) -> None:
        session.flush()
        still = and_(column == merging.target_id, column.table.c.id.in_(noted_rows(merging, column)))
        _point(session, column, still, merging.target_id, merging.source_id)

    return Move(there, back)


def _point(session: Session, column: Column[Any], which: ColumnElement[bool], from_id: int, to_id: int) -> None:
    table, kind = column.table, _mapped(column.table)
    if kind is not None and issubclass(kind, Audited):
        record_where(session, table, which, before={column.name: from_id}, after={column.name: to_id})
    version = {"version": table.c.version + 1} if kind is not None and issubclass(kind, Versioned) else {}
    session.execute(update(table).where(which).values({column.name: to_id, **version}))


def _mapped(table: Table) -> type[Any] | None:
    return next((one.class_ for one in Row.registry.mappers if one.local_table is table), None)


# Pairs, such as "this contact is in this grouping": who had both keeps one.


def _pairs(column: Column[Any]) -> Move:
    table: Table = column.table
    (holder,) = (one for one in table.primary_key.columns if one is not column)
    other = table.alias()
    holds_target = exists().where(other.c[holder.name] == holder)

    def there(session: Session, merging: Merging) -> Moved:
        session.flush()
        is_both = holds_target.where(other.c[column.name] == merging.target_id)
        rows = select(holder.label("row_id"), is_both.label("is_both")).where(column == merging.source_id)
        number = note_rows(session, merging, column, rows)
        both = noted_rows(merging, column).where(LineMergeRow.is_both)
        session.execute(delete(table).where(column == merging.source_id, holder.in_(both)))
        session.execute(update(table).where(column == merging.source_id).values({column.name: merging.target_id}))
        return {"rows": number}

    def back(session: Session, merging: Merging, _moved: Moved) -> None:
        noted, has_target = noted_rows(merging, column), column == merging.target_id
        both = select(holder, literal(merging.source_id)).where(
            has_target, holder.in_(noted.where(LineMergeRow.is_both))
        )
        session.execute(insert(table).from_select([holder.name, column.name], both))
        came = holder.in_(noted.where(LineMergeRow.is_both.is_(False)))
        session.execute(update(table).where(has_target, came).values({column.name: merging.source_id}))

    return Move(there, back)


def number_pointing(session: Session, kind: type[Listed], line_id: int) -> int:
    """How many records have the line."""
    counts = (select(func.count()).select_from(one.table).where(one == line_id) for one in pointing_to(kind))
    return sum(session.scalar(count) or 0 for count in counts)
