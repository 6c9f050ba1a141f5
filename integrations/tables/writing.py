"""Rows written as CSV or XLSX that a spreadsheet opens as they are, and runs nothing of."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from integrations.tables.formulas import neutralised


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


def write_xlsx(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Every cell is a text: nothing is a formula, and a phone number keeps its "+" and zeros."""
    written = 0
    with closing(Workbook(write_only=True)) as book:
        sheet = book.create_sheet()
        sheet.append([_text_cell(sheet, name) for name in columns])
        for row in rows:
            sheet.append([_text_cell(sheet, text) for text in row])
            written += 1
        book.save(path)
    return written


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    return cell
