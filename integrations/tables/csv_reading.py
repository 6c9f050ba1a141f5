"""CSV as spreadsheets write it: separated by semicolons, commas or tabs, with line breaks within quotes."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from integrations.tables.encodings import encoding_of
from integrations.tables.errors import Fault, UnreadableTable
from integrations.tables.formulas import as_meant
from integrations.tables.table import LONGEST_CELL, Line

LONGEST_LINE = 1_000_000
"""Characters: what is longer is no line of a list of people."""
_DELIMITERS = ";,\t|"
_LOOKED_AT = 30


def csv_lines(path: Path) -> Generator[Line]:
    """Raises UnreadableTable, at once or while the lines are read."""
    encoding = encoding_of(path)
    # What cp1252 leaves undefined is shown as such: one odd sign is no reason to refuse a list.
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        delimiter, skipped = _delimiter(file)
        file.seek(0)
        physical = _bounded(file)
        for _line in range(skipped):
            next(physical)
        yield from _records(physical, delimiter, skipped)


def _records(physical: Iterator[str], delimiter: str, skipped: int) -> Iterator[Line]:
    reader = csv.reader(physical, delimiter=delimiter)
    begins = skipped + 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnreadableTable(Fault.CELL_TOO_LONG, line=begins, limit=LONGEST_CELL) from error
        if cells is None:
            return
        yield Line(begins, tuple(map(as_meant, cells)))
        begins = skipped + reader.line_num + 1


def _bounded(file: TextIO) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise UnreadableTable(Fault.LINE_TOO_LONG, line=number, limit=LONGEST_LINE)
        if "\0" in line:
            raise UnreadableTable(Fault.NUL, line=number)
        yield line


def _delimiter(file: TextIO) -> tuple[str, int]:
    """The delimiter, and how many lines say it (Excel's own "sep=;")."""
    first = file.readline(LONGEST_LINE).strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], 1
    file.seek(0)
    sample = list(islice(_bounded(file), _LOOKED_AT))
    return max(_DELIMITERS, key=lambda sign: _fitness(sample, sign)), 0


def _fitness(sample: list[str], delimiter: str) -> tuple[float, int]:
    """How well the lines agree on the number of cells, then how many cells there are."""
    try:
        sizes = [len(cells) for cells in csv.reader(iter(sample), delimiter=delimiter) if cells]
    except csv.Error:
        return (0.0, 0)
    if not sizes or sizes[0] == 1:
        return (0.0, 0)
    # The last record of the sample may be cut within its quotes.
    agreeing = sum(size == sizes[0] for size in sizes)
    return (round(agreeing / len(sizes), 1), sizes[0])
