"""How a word may have been meant: the words of the book that are one or two slips of the finger away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product
from string import ascii_lowercase
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import JSON, ColumnElement, TableValuedAlias, and_, exists, func, literal, select, union_all
from sqlalchemy.orm import Session

from store.search_entries import EVERYONE, Shelf
from store.search_rows import SearchSpelling, SearchWord
from store.sounds import sound_of

SHORTEST = 4
"""Shorter words are a slip away from too many others."""
_SHORTEST_BEGINNING = 6
_SHORTEST_WITH_TWO = 8
_EACH = 4
"""Spellings looked at for one word."""
_ALIKE = 50
"""Words read that sound alike."""


def near_terms(session: Session, terms: Sequence[str], *, most: int) -> Iterator[list[str]]:
    """The terms with words of the book in place of those that begin none, the likeliest first; at most `most`."""
    # One alone was not found, or nobody would ask.
    is_known = [len(terms) > 1 and _begins_a_word(session, term) for term in terms]
    spellings = [[term] if known else near_words(session, term) for term, known in zip(terms, is_known, strict=True)]
    yield from islice((list(some) for some in product(*spellings) if list(some) != list(terms)), most)


def near_words(session: Session, word: str) -> list[str]:
    """The book's words that sound like it, then those at Damerau-Levenshtein distance 1, the nearest first.

    Where none is, what a word begins with that sounds so or is at distance 1: it may still be typed; else, of eight
    letters and more, the words at distance 2. Only words of four letters and more.
    """
    if len(word) < SHORTEST or not word.isalpha():
        return []
    sound, slips = sound_of(word), one_slip(word)
    found = _in_the_book(session, slips, sound)
    if not found and len(word) >= _SHORTEST_BEGINNING:
        found = _in_the_book(session, (slip for slip in slips if len(slip) >= len(word)), sound, as_beginnings=True)
    if not found and len(word) >= _SHORTEST_WITH_TWO:
        found = _two_slips_away(session, word)

    def unlikely(other: str) -> tuple[bool, int, bool, str]:
        return sound_of(other) != sound, DamerauLevenshtein.distance(word, other), other[0] != word[0], other

    return sorted(found, key=unlikely)[:_EACH]


def one_slip(word: str) -> set[str]:
    """All that differs by one letter left out, added, taken for another, or swapped with its neighbour."""
    letters = set(ascii_lowercase) | set(word)
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    slips = {one + two[1:] for one, two in halves if two}
    slips |= {one + two[1] + two[0] + two[2:] for one, two in halves if len(two) > 1}
    slips |= {one + letter + two[1:] for one, two in halves if two for letter in letters}
    slips |= {one + letter + two for one, two in halves for letter in letters}
    return slips - {word}


def _begins_a_word(session: Session, term: str) -> bool:
    there = select(SearchWord.word).where(SearchWord.shelf == int(Shelf.PEOPLE), SearchWord.owner_id == EVERYONE)
    there = there.where(SearchWord.word >= term, SearchWord.word < term + "\U0010ffff")
    return session.execute(there.limit(1)).first() is not None


def _in_the_book(session: Session, words: Iterable[str], sound: str, *, as_beginnings: bool = False) -> set[str]:
    """Those of these words that somebody is found by, or that begin such a word; and the words that sound so."""
    listed = _listed(session, words)
    word, heard, one = SearchSpelling.word, SearchSpelling.sound, listed.c.value
    is_meant, sounds_so = word == one, heard == sound
    if as_beginnings:
        is_meant, sounds_so = _begins(word, listed), (heard >= sound) & (heard < sound + "\U0010ffff")
    alike = select(word).where(sounds_so).order_by(heard).limit(_ALIKE).subquery()
    return set(session.scalars(union_all(select(one).where(exists().where(is_meant)), select(alike.c.word))))


def _two_slips_away(session: Session, word: str) -> set[str]:
    alike = func.length(SearchSpelling.word).between(len(word) - 2, len(word) + 2)
    found = []
    for column, some in zip((SearchSpelling.word, SearchSpelling.backwards), halves(word), strict=True):
        listed = _listed(session, some)
        # Gathered for each beginning: joined, PostgreSQL would hold each against all words.
        beginning_so = select(func.aggregate_strings(SearchSpelling.word, " ")).where(_begins(column, listed), alike)
        found.append(select(beginning_so.scalar_subquery()).select_from(listed))
    words = {word for together in session.scalars(union_all(*found)) if together for word in together.split()}
    near = process.extract(word, words, scorer=DamerauLevenshtein.distance, score_cutoff=2, limit=None)
    return {other for other, _distance, _at in near}


def halves(word: str) -> tuple[set[str], set[str]]:
    """With what a word two slips away begins, or with what it begins backwards: one of either.

    Of two slips, at most one is in the first half or at most one in the last.
    """
    size = len(word) // 2
    return _beginnings(word, size), _beginnings(word[::-1], size)


def _beginnings(word: str, size: int) -> set[str]:
    around = (word[: size + longer] for longer in (-1, 0, 1))
    return {slip for some in around for slip in one_slip(some) if len(slip) == size} | {word[:size]}


def _begins(column: Any, listed: TableValuedAlias) -> ColumnElement[bool]:
    one = listed.c.value
    return and_(column >= one, column < one.concat("\U0010ffff"))


def _listed(session: Session, words: Iterable[str]) -> TableValuedAlias:
    kind = func.json_each if session.get_bind().dialect.name == "sqlite" else func.json_array_elements_text
    return kind(literal(list(words), JSON)).table_valued("value")
