"""The rows by which things are found: their words, and the spellings of these."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Row

# Compared byte by byte on both engines: SQLite does so anyway, PostgreSQL only by this collation.
_BYTES = String().with_variant(String(collation="C"), "postgresql")

SHORTEST_SPELLED = 3
"""Letters."""


class SearchWord(Row):
    """One word by which a thing at a relation is found from and to these days.

    The row holds all that a search shows, sorts and checks by, so one range of the key answers it. Each word stands
    here once for everyone (`owner_id` 0) and once for each collaborator who has the relation's file without an end:
    theirs come first, and a range of the key finds them however many others there are. `row_id` is 0 for the relation
    itself, else the id of the contact or document that the entry is of. `words` are all of the entry, each behind a
    blank, in order. `shared` is how many letters the word has in common with the one before it there: of the words
    that begin with what was typed, only the first shares less than that. The empty word comes before all others (-1):
    by it the entry is found when nothing was typed.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        Index("search_word_of_relation", "relation_id", "word"),
        {"sqlite_with_rowid": False},
    )

    shelf: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(_BYTES, primary_key=True)
    sort: Mapped[str] = mapped_column(_BYTES, primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shared: Mapped[int]
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    label: Mapped[str]
    words: Mapped[str] = mapped_column(_BYTES)


class SearchSpelling(Row):
    """A word of letters that somebody is found by, with its sound: to find it when it is misspelt.

    It may stand here twice, or a little longer than anybody is found by it: no writer waits for another.
    """

    __tablename__ = "search_spelling"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(_BYTES, index=True)
    sound: Mapped[str] = mapped_column(_BYTES, index=True)
    backwards: Mapped[str] = mapped_column(_BYTES, index=True)
