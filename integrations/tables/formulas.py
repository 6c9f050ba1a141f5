"""Cells that a spreadsheet would run as formulas, made harmless and back.

What OWASP calls CSV injection: a cell that begins with one of these signs is executed when the file is opened
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import re

_RISKY = re.compile(r"'*[=+\-@\t\r]")
_PREFIXED = re.compile(r"'+[=+\-@\t\r]")
_HARMLESS = re.compile(r"\+?[\d][\d ()./]*|-?\d+([.,]\d+)?")
"""Phone numbers and plain numbers compute nothing."""


def neutralised(text: str) -> str:
    """With an apostrophe before it when a spreadsheet would run it; `as_meant` takes it away again."""
    return f"'{text}" if _RISKY.match(text) and not _HARMLESS.fullmatch(text) else text


def as_meant(text: str) -> str:
    """Without the apostrophe that `neutralised` (or another careful program) put before it."""
    return text[1:] if text.startswith("'") and _PREFIXED.match(text) else text
