"""What can be wrong with a file of rows as a whole. What is wrong with one line is for whoever reads the lines."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    EMPTY = "empty"
    UNKNOWN_KIND = "unknown_kind"
    BROKEN = "broken"
    TOO_WIDE = "too_wide"
    LINE_TOO_LONG = "line_too_long"
    CELL_TOO_LONG = "cell_too_long"
    NUL = "nul"
    UNPACKS_TOO_LARGE = "unpacks_too_large"


class UnreadableTable(Exception):
    """The file is refused; `line` is where (None: as a whole), `limit` what the fault goes beyond."""

    def __init__(self, fault: Fault, *, line: int | None = None, limit: int | None = None) -> None:
        super().__init__(fault.value)
        self.fault, self.line, self.limit = fault, line, limit
