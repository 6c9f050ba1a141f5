"""A sentence while it is read: what was typed, the same text folded letter by letter, and what is understood of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from store.words import fold

TAKEN = "\x01"
"""Stands in the folded text for every letter that is understood: no rule reads across it."""

T = TypeVar("T")
_DASHES = re.compile("[\u2010-\u2015]")
_QUOTES = re.compile("[\u2018\u2019\u02bc\u00b4]")
_MARKUP = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)")
"""Slack's bold, struck out, code and italic."""
_WORD = re.compile(rf"[^\s{TAKEN}]+")
_EDGES = ',;!?()[]`"“”«»…'


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed and where it stands, without the signs around it. A comma or bracket behind it ends a piece."""

    typed: str
    folded: str
    start: int
    end: int
    ends_piece: bool


class Canvas:
    """`text` has the length of `typed`, so that a place in one is a place in the other."""

    def __init__(self, typed: str) -> None:
        self.typed = typed
        plain = _MARKUP.sub(" ", _QUOTES.sub("'", _DASHES.sub("-", typed)))
        self.text = "".join(map(_folded, plain))

    def take(self, start: int, end: int) -> str:
        """Marks a part as understood and returns it as it was typed."""
        self.text = self.text[:start] + TAKEN * (end - start) + self.text[end:]
        return self.typed[start:end].strip()

    def give_back(self, start: int, end: int) -> None:
        self.text = self.text[:start] + Canvas(self.typed[start:end]).text + self.text[end:]

    def take_first(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], T | None]) -> T | None:
        """Takes the first match that `read` makes something of, and returns that."""
        for found in pattern.finditer(self.text):
            if (result := read(found)) is not None:
                self.take(*found.span())
                return result
        return None

    def take_all(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], T | None]) -> list[T]:
        """As `take_first`, for all matches."""
        results = []
        for found in pattern.finditer(self.text):
            if (result := read(found)) is not None:
                results.append(result)
                self.take(*found.span())
        return results

    def pieces(self, start: int = 0, end: int | None = None) -> Iterator[list[Word]]:
        """What is not understood between two places, in pieces: words that stand together, in their order."""
        stop = len(self.text) if end is None else end
        piece: list[Word] = []
        behind = start
        for found in _WORD.finditer(self.text, start, stop):
            if piece and TAKEN in self.text[behind : found.start()]:
                yield piece
                piece = []
            behind = found.end()
            if word := self._word(*found.span()):
                piece.append(word)
                if word.ends_piece:
                    yield piece
                    piece = []
        if piece:
            yield piece

    def _word(self, start: int, end: int) -> Word | None:
        typed = self.typed[start:end]
        bare = typed.strip(_EDGES)
        if not bare:
            return None
        first = start + typed.index(bare)
        return Word(bare, self.text[first : first + len(bare)].rstrip("."), first, first + len(bare),
                    first + len(bare) < end)  # fmt: skip


def cleaned(typed: str) -> str:
    """Composed, with blanks for whatever moves the pen and no marks of direction: the words stay as they were typed."""
    composed = unicodedata.normalize("NFC", typed.encode(errors="ignore").decode())
    kinds = ((letter, unicodedata.category(letter)) for letter in composed)
    # Joiners (U+200D) hold emoji together; the other signs without a shape only turn the direction.
    return "".join(
        " " if kind in ("Cc", "Zs", "Zl", "Zp") and letter != "\n" else letter
        for letter, kind in kinds
        if kind != "Cf" or letter == "\u200d"
    )


def _folded(letter: str) -> str:
    return (fold(letter) or letter)[:1] if not letter.isascii() else letter.lower()
