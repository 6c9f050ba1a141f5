"""A file of rows: named columns, and lines read one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from integrations.tables.errors import Fault, UnreadableTable

MOST_COLUMNS = 500
LONGEST_CELL = 100_000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is where it begins: a line of a CSV, a row of a sheet, a card of a vCard file; from 1.

    `cells` may be fewer or more than the columns.
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`kind` is "csv", "xlsx" or "vcard"; `lines` are read once, as they are asked for; blank ones are left out."""

    kind: str
    columns: tuple[str, ...]
    lines: Iterator[Line]


def table_of(kind: str, lines: Iterator[Line]) -> Table:
    """The first line names the columns. Raises UnreadableTable, as reading its lines does."""
    full = _checked(lines)
    head = next(full, None)
    if head is None:
        raise UnreadableTable(Fault.EMPTY)
    return Table(kind, tuple(" ".join(cell.split()) for cell in _trimmed(head.cells)), full)


def _checked(lines: Iterator[Line]) -> Iterator[Line]:
    for line in lines:
        if len(line.cells) > MOST_COLUMNS and len(_trimmed(line.cells)) > MOST_COLUMNS:
            raise UnreadableTable(Fault.TOO_WIDE, line=line.number, limit=MOST_COLUMNS)
        for cell in line.cells:
            if len(cell) > LONGEST_CELL:
                raise UnreadableTable(Fault.CELL_TOO_LONG, line=line.number, limit=LONGEST_CELL)
            if "\0" in cell:
                raise UnreadableTable(Fault.NUL, line=line.number)
        if any(cell and not cell.isspace() for cell in line.cells):
            yield line


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
