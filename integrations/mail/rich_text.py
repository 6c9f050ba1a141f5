"""HTML bodies as plain text."""

from __future__ import annotations

import lxml.etree
from inscriptis import get_text

# A newsletter has some 100 kB; beyond this the layout costs seconds and nobody reads the rest.
_MAX_HTML_CHARACTERS = 1_000_000


def text_from_html(html: str) -> str:
    """The text a reader would see, laid out with line ends; "" when the HTML cannot be parsed at all."""
    # lxml refuses these characters in a str, and no text needs them.
    readable = html[:_MAX_HTML_CHARACTERS].replace("\x00", "")
    if not readable.strip():
        return ""
    try:
        return str(get_text(readable))
    except (lxml.etree.LxmlError, ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError):
        # inscriptis lays out sound HTML; of broken markup it trusts every attribute (colspan, style, nesting).
        return ""
