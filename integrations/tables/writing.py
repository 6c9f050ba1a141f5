"""Rows written as CSV or XLSX that a spreadsheet opens as they are, and runs nothing of."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles.numbers import BUILTIN_FORMATS

from integrations.tables.formulas import neutralised

Cell = str | int | Decimal | date
_DAY = BUILTIN_FORMATS[14]
"""The one that each spreadsheet shows as its reader writes days."""


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], *, delimiter: str) -> int:
    """In UTF-8 with the mark by which Excel knows it. Returns how many rows were written, as all writers do."""
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(map(neutralised, columns))
        for row in rows:
            writer.writerow(map(neutralised, row))
            written += 1
    return written


def write_xlsx(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Numbers can be added up and days sorted. A text stays one: nothing is a formula, and a phone number keeps its
    "+" and zeros.
    """
    written = 0
    with closing(Workbook(write_only=True)) as book:
        sheet = book.create_sheet()
        sheet.append([_text_cell(sheet, name) for name in columns])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
            written += 1
        book.save(path)
    return written


def _cell(sheet: Any, value: Cell) -> Any:
    if isinstance(value, str):
        return _text_cell(sheet, value)
    cell = WriteOnlyCell(sheet)
    cell.value = value
    if isinstance(value, date):
        cell.number_format = _DAY
    elif isinstance(value, Decimal):
        places = max(0, -int(value.as_tuple().exponent))
        cell.number_format = f"#,##{0:.{places}f}"
    return cell


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    return cell
