"""What points to a line of a list, and how it comes to point to another: found in the tables, whoever made them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, and_, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from store.batches import batches
from store.collaborators import Collaborator
from store.domain import Listed
from store.rows import Row

Moved = dict[str, Any]
"""As JSON: what undoing needs to know."""


@dataclass(frozen=True, slots=True)
class Move:
    """`there` makes rows that point to the first line point to the second, `back` takes it back as far as it stands."""

    there: Callable[[Session, int, int, datetime, Collaborator], Moved]
    back: Callable[[Session, int, int, Moved], None]


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
    mapped = next((one.class_ for one in Row.registry.mappers if one.local_table is column.table), None)
    return _pairs(column) if mapped is None else _rows(mapped, column)


# Rows: one after the other, so that each leaves its entry in the audit trail and gets a new version.


def _rows(kind: Any, column: Column[Any]) -> Move:
    pointer = getattr(kind, column.name)

    def point(session: Session, found: Sequence[Any], line_id: int) -> None:
        for row in found:
            setattr(row, column.name, line_id)
        session.flush()

    def there(session: Session, source_id: int, target_id: int, _now: datetime, _by: Collaborator) -> Moved:
        found = session.scalars(select(kind).where(pointer == source_id).order_by(kind.id)).unique().all()
        point(session, found, target_id)
        return {"ids": [row.id for row in found]}

    def back(session: Session, source_id: int, target_id: int, moved: Moved) -> None:
        for ids in batches(moved["ids"]):
            query = select(kind).where(kind.id.in_(ids), pointer == target_id)
            point(session, session.scalars(query).unique().all(), source_id)

    return Move(there, back)


# Pairs, such as "this contact is in this grouping": who had both keeps one.


def _pairs(column: Column[Any]) -> Move:
    table: Table = column.table
    others = [one for one in table.primary_key.columns if one is not column]

    def holders(session: Session, line_id: int) -> set[tuple[int, ...]]:
        return {tuple(row) for row in session.execute(select(*others).where(column == line_id))}

    def of(line_id: int, held: Sequence[tuple[int, ...]]) -> Any:
        return and_(column == line_id, tuple_(*others).in_(held))

    def there(session: Session, source_id: int, target_id: int, _now: datetime, _by: Collaborator) -> Moved:
        had, has = holders(session, source_id), holders(session, target_id)
        both, moved = sorted(had & has), sorted(had - has)
        for held in batches(both):
            session.execute(delete(table).where(of(source_id, held)))
        for held in batches(moved):
            session.execute(update(table).where(of(source_id, held)).values({column: target_id}))
        return {"moved": [list(one) for one in moved], "both": [list(one) for one in both]}

    def back(session: Session, source_id: int, target_id: int, moved: Moved) -> None:
        has = holders(session, target_id)
        for held in batches([one for one in map(tuple, moved["moved"]) if one in has]):
            session.execute(update(table).where(of(target_id, held)).values({column: source_id}))
        for one in (one for one in map(tuple, moved["both"]) if one in has):
            session.execute(insert(table).values({column: source_id, **dict(zip(others, one, strict=True))}))

    return Move(there, back)


def number_pointing(session: Session, kind: type[Listed], line_id: int) -> int:
    """How many records have the line."""
    counts = (select(func.count()).select_from(one.table).where(one == line_id) for one in pointing_to(kind))
    return sum(session.scalar(count) or 0 for count in counts)
