"""What people type, made safe to store: as they typed it, without signs that nobody can see or store."""

from __future__ import annotations

import unicodedata

from store.base import BookError, _

_LINE_BREAKS = str.maketrans({"\r": " ", "\n": " ", "\t": " ", "\v": " ", "\f": " ", "\u2028": " ", "\u2029": " "})


def line_typed(text: str, *, field: str, limit: int = 300, required: bool = False) -> str:
    """One line, trimmed. Raises BookError at `field` when it is too long, holds NUL, or is empty and required."""
    # What can be printed has no line breaks.
    kept = (text if text.isprintable() else _printable(text.translate(_LINE_BREAKS), field)).strip()
    if required and not is_seen(kept):
        raise BookError(_("Please fill this in."), field=field)
    return _within(kept, field, limit)


def text_typed(text: str, *, field: str, limit: int = 20_000) -> str:
    """Several lines, trimmed, line ends as "\\n". Raises BookError at `field` when too long or with NUL."""
    return _within(_printable(text.replace("\r\n", "\n").replace("\r", "\n"), field, keep="\n\t").strip(), field, limit)


def _within(text: str, field: str, limit: int) -> str:
    if len(text) > limit:
        raise BookError(_("At most {limit} characters; this has {length}."), field=field, limit=limit, length=len(text))
    return text


def _printable(text: str, field: str, *, keep: str = "") -> str:
    if text.isprintable():  # nearly always, and ten times as fast as looking at each sign
        return text
    if "\0" in text:
        raise BookError(_("This holds a sign that cannot be stored. Type it again."), field=field)
    return "".join(sign for sign in text if sign in keep or unicodedata.category(sign) not in {"Cc", "Cs"})


def is_seen(text: str) -> bool:
    """Whether anything of it shows: not only spaces and signs that nobody can see."""
    return any(unicodedata.category(sign)[0] not in "ZC" for sign in text)
