"""What no rule took: it becomes the subject or points, so that nothing typed is lost. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from bot.one_line.canvas import Canvas, Word
from bot.one_line.vocabulary import AND, GLUE
from store.words import words_in

SUBJECT_LIMIT = 150
NAME_WORDS = 4
"""Words of a piece that is asked for as a name; longer ones are a sentence."""

_EMOJI = re.compile(r":[a-z0-9_+-]+:")
_COLON = re.compile(r"(?<=\S)\s?:(?=\s|$)|(?<=[^\W\d]):(?=[^\W\d])")
_DASH = re.compile(r"(?<=\S)\s[-–—]\s+(?=[^\W\d])")
_LABELS = re.compile(r"(?i)\b(?:plaats|locatie|lieu|endroit|place|location|duur|durée|duration|deadline)\s*\Z")
"""Their colon does not begin the subject."""
_PARTS = re.compile(r"\s*[;•]\s*|\n+")


def split_subject(text: str) -> tuple[str, str, list[str]]:
    """The part to read, the subject behind its colon, and the points: several parts behind it, and further lines."""
    head, _newline, below = text.strip().partition("\n")
    points = [part.strip(" \t-*") for part in below.split("\n")]
    hidden = _EMOJI.sub(lambda found: "x" * len(found[0]), head)
    colons = (found for found in _COLON.finditer(hidden) if not _LABELS.search(hidden[: found.start()]))
    found = next(colons, None) or _DASH.search(hidden)
    if found is None or "//" in hidden[found.end() : found.end() + 2]:
        return " ".join(head.split()), "", [point for point in points if point]
    said = [part for part in _PARTS.split(" ".join(head[found.end() :].split())) if part]
    subject = said[0] if len(said) == 1 else ""
    points = points if subject else [*said, *points]
    return " ".join(head[: found.start()].split()), subject, [point for point in points if point]


@dataclass(slots=True)
class Leftovers:
    """`unread` is what was not asked for as a subject: the reader is told about it. `relation_words` look like a name
    that the book does not know."""

    subject: str
    points: list[str]
    overflow: str = ""
    unread: list[str] = field(default_factory=list)
    relation_words: str = ""
    is_joined: bool = False
    """Something is joined to a name by "and": a second relation, perhaps."""

    def gather(
        self, canvas: Canvas, about: tuple[int, int], *, names_relation: bool, known: AbstractSet[str] = frozenset()
    ) -> None:
        """`about` is where a word for "about" stands; behind it is the subject. `names_relation`: no relation is known
        yet, so the first words that are left may be its name; what only repeats words that are `known` is none."""
        pieces = [typed for piece in canvas.pieces(0, about[0]) if (typed := _trimmed(piece, canvas.typed))]
        pieces = [piece for piece in pieces if not set(words_in(piece) or [piece]) <= known]
        self.is_joined = any(piece[0].folded in AND and len(piece) > 1 for piece in canvas.pieces(0, about[0]))
        behind = [word for piece in canvas.pieces(about[1]) for word in piece]
        said = canvas.typed[behind[0].start : behind[-1].end] if behind else ""
        if pieces and names_relation and not (self.overflow and len(pieces) == 1):
            self.relation_words = pieces[0]
            if len(pieces[0].split()) <= NAME_WORDS:
                pieces = pieces[1:]
        if self.overflow:
            pieces, self.overflow = [*pieces[:-1], " ".join([*pieces[-1:], self.overflow])], ""
        self._say(said, pieces)

    def _say(self, said: str, pieces: list[str]) -> None:
        if said:
            if self.subject:
                self.points.insert(0, said)
            else:
                self.subject = said
        if len(pieces) == 1 and not self.subject and not self.is_joined:
            self.subject = pieces[0]
        elif pieces:
            self.unread += pieces
            if not self.subject:
                self.subject, pieces = pieces[0], pieces[1:]
            self.points += pieces
        if len(self.subject) > SUBJECT_LIMIT:
            self.points.insert(0, self.subject)
            self.subject = f"{self.subject[: SUBJECT_LIMIT - 1].rsplit(' ', 1)[0]}…"


def _trimmed(piece: Sequence[Word], typed: str) -> str:
    words = list(piece)
    while words and words[0].folded in GLUE:
        words.pop(0)
    while words and words[-1].folded in GLUE:
        words.pop()
    return typed[words[0].start : words[-1].end] if words else ""
