"""The row of a merge, and the steps that it was made of: each can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Table, and_
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Row, UtcDateTime, Versioned
from store.links import LinkEnd
from store.plain import plain

Step = dict[str, Any]
"""`table`, `key` (primary key by column), `before` and `after` (columns; None for a row that was not there)."""


class Merge(Versioned, Row):
    """`merged` became part of `kept`. `steps` are in the order in which they were made."""

    __tablename__ = "merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    steps: Mapped[list[Any]] = mapped_column(JSON, default=list)


@dataclass(frozen=True, slots=True)
class Merged:
    """`left_out` are the names of colleagues whose part in the merged file contradicted one in the kept one.

    `dropped` are the links that were not kept, each with its far end: those of them that who merged may see.
    """

    merge: Merge
    left_out: tuple[str, ...]
    dropped: tuple[LinkEnd, ...]


class Steps:
    """Changes rows past the session, table by table, and remembers how each stood before."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.made: list[Step] = []

    def change(self, table: Table, where: ColumnElement[bool], **values: Any) -> int:
        """Sets these columns in the rows, and returns how many there were."""
        rows = self.session.execute(table.select().where(where)).all()
        for row in rows:
            self.change_row(table, row._asdict(), **values)
        return len(rows)

    def change_row(self, table: Table, row: Mapping[str, Any], **values: Any) -> None:
        changed = {name: value for name, value in values.items() if row[name] != value}
        if not changed:
            return
        key = _key(table, row)
        self.session.execute(table.update().where(is_row(table, key)).values(changed))
        after_key = {name: changed.get(name, value) for name, value in key.items()}
        told = [name for name in changed if name != "version"]  # versions only ever rise, also when it is undone
        before = {name: plain(row[name]) for name in told}
        after = {name: plain(changed[name]) for name in told}
        if told:
            self.made.append({"table": table.name, "key": after_key, "before": before, "after": after})

    def remove(self, table: Table, where: ColumnElement[bool]) -> None:
        for row in self.session.execute(table.select().where(where)).all():
            key = _key(table, row._asdict())
            self.session.execute(table.delete().where(is_row(table, key)))
            before = {name: plain(value) for name, value in row._asdict().items()}
            self.made.append({"table": table.name, "key": key, "before": before, "after": None})

    def added(self, table: Table, row_id: int) -> None:
        """Notes a row that the merge itself wrote."""
        self.made.append({"table": table.name, "key": {"id": row_id}, "before": None, "after": {}})


def table_of(kind: type[Row]) -> Table:
    table = kind.__table__
    assert isinstance(table, Table), "every row of the book has a table of its own"
    return table


def is_row(table: Table, key: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in key.items()))


def _key(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: row[column.name] for column in table.primary_key}


def restored(table: Table, column: str, value: Any) -> Any:
    """The way back from `plain`."""
    declared = table.c[column].type
    kind = datetime if isinstance(declared, UtcDateTime) else declared.python_type
    if value is None or not isinstance(value, str):
        return value
    if kind in (datetime, date, time):
        return kind.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value
