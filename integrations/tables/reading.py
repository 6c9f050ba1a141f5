"""Any file of rows, by what it holds and not by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from integrations.tables.csv_reading import csv_lines
from integrations.tables.encodings import encoding_of
from integrations.tables.errors import Fault, UnreadableTable
from integrations.tables.table import Table, table_of
from integrations.tables.vcard_reading import vcard_lines
from integrations.tables.xlsx_reading import xlsx_lines

_BINARY = (b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b")
"""PDF, Excel before 2007, images, gzip: what people send by mistake."""


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """The table in the file, until the end of the block. Raises UnreadableTable, also while lines are read."""
    kind = _kind(path)
    make = {"csv": csv_lines, "xlsx": xlsx_lines, "vcard": vcard_lines}[kind]
    with closing(make(path)) as lines:
        yield table_of(kind, lines)


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip():
        raise UnreadableTable(Fault.EMPTY)
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith(_BINARY):
        raise UnreadableTable(Fault.UNKNOWN_KIND)
    text = start.decode(encoding_of(path), errors="replace")
    return "vcard" if text.lstrip("\ufeff \r\n\t").upper().startswith("BEGIN:VCARD") else "csv"
