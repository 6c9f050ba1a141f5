"""Excel sheets (Office Open XML): the first sheet's rows as people see them. A bomb is refused, not unpacked."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from integrations.tables.errors import Fault, UnreadableTable
from integrations.tables.table import LONGEST_CELL, Line

MOST_UNPACKED = 400 * 1024 * 1024
MOST_PARTS = 2_000
HIGHEST_RATIO = 150
"""Unpacked to packed size; a real sheet reaches some thirty."""
_SMALL = 10 * 1024 * 1024
_PIECE = 1 << 20


def xlsx_lines(path: Path) -> Generator[Line]:
    """Raises UnreadableTable, at once or while the lines are read."""
    try:
        _refuse_bomb(path)
        with path.open("rb") as file, closing(load_workbook(file, read_only=True, data_only=True)) as book:
            sheets = book.worksheets
            if not sheets:
                raise UnreadableTable(Fault.EMPTY)
            sheets[0].reset_dimensions()  # what the file says of its size need not be true
            for number, row in enumerate(sheets[0].iter_rows(), start=1):
                yield Line(number, tuple(_shown(cell) for cell in row))
    except (BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, EOFError, OSError) as error:
        # What openpyxl, zlib and the XML parser raise for a file that is no sheet, or is cut off.
        raise UnreadableTable(Fault.BROKEN) from error


def _refuse_bomb(path: Path) -> None:
    with ZipFile(path) as archive:
        parts = archive.infolist()
        packed = max(1, sum(part.compress_size for part in parts))
        declared = sum(part.file_size for part in parts)
        if len(parts) > MOST_PARTS or _is_bomb(declared, packed):
            raise UnreadableTable(Fault.UNPACKS_TOO_LARGE, limit=MOST_UNPACKED)
        # What is declared may be a lie: it is counted too.
        unpacked = 0
        for part in parts:
            for size in _unpacked(archive, part):
                unpacked += size
                if _is_bomb(unpacked, packed):
                    raise UnreadableTable(Fault.UNPACKS_TOO_LARGE, limit=MOST_UNPACKED)


def _unpacked(archive: ZipFile, part: ZipInfo) -> Iterator[int]:
    with archive.open(part) as content:
        is_first = True
        while piece := content.read(_PIECE):
            # A sheet has no document type; one with entities may grow without bounds when it is parsed.
            if is_first and b"<!DOCTYPE" in piece:
                raise UnreadableTable(Fault.BROKEN)
            is_first = False
            yield len(piece)


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > MOST_UNPACKED or (unpacked > _SMALL and unpacked / packed > HIGHEST_RATIO)


def _shown(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value[: LONGEST_CELL + 1]
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool | timedelta):
        return str(value)
    return _number(value, cell.number_format or "")


def _number(value: float, look: str) -> str:
    if look.endswith("%"):
        return f"{_plain(round(value * 100, 10))}%"
    if re.fullmatch("0+", look) and value == int(value):
        return str(int(value)).zfill(len(look))  # a postal code such as 01000
    return _plain(value)


def _plain(value: float) -> str:
    """Without ".0" and exponents: a phone number typed as a number stays one."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else str(value)
