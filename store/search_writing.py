"""Writing the words by which things are found: of some relations, of rows without any yet, of the whole book."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, exists, insert, select, text
from sqlalchemy.orm import Session

from store.base import Row
from store.bulk import insert_tuples
from store.involvements import Involvement
from store.relations import Relation
from store.search_entries import CONTACTS, EVERYONE, HANGING, Entry, Kind, Shelf, relation_entries
from store.search_rows import SHORTEST_SPELLED, SearchSpelling, SearchWord
from store.sounds import sound_of

_Id = TypeVar("_Id")
PENDING = "search_index_pending"
"""Key of a session's `info`: a Pending."""


@dataclass
class Pending:
    """What a transaction has changed and not yet written to the index; `new` are relations that nobody was tied to.

    `hanging` are ids of things that hang on relations, `places` the relations where they stand or stood.
    """

    new: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    hanging: defaultdict[Kind, set[int]] = field(default_factory=lambda: defaultdict(set))
    places: set[int] = field(default_factory=set)


def index_relations(session: Session, relation_ids: Collection[int]) -> None:
    """Writes the entries of these relations anew, with those of all that hangs on them.

    For rows that were written past the session (an import, a merge): once for a batch of thousands costs a tenth of
    once for each. What the session writes needs no call.
    """
    if (pending := session.info.get(PENDING)) is not None:
        pending.new -= set(relation_ids)
        pending.changed -= set(relation_ids)
    for ids in _batched(sorted(relation_ids), _AT_ONCE):
        # Locked, or two who change the same relation would each leave an entry of their own.
        session.execute(select(Relation.id).where(Relation.id.in_(ids)).order_by(Relation.id).with_for_update())
        gone = _forget(session, SearchWord.relation_id.in_(ids))
        write(session, relation_entries(session, ids))
        for kind in HANGING:
            found = session.execute(kind.at(ids)).all()
            elsewhere = {row.relation_id for row in found}.difference(ids)
            for some in _batched([row.id for row in found], _AT_ONCE):
                renew(session, kind, some, elsewhere)
        _unspell(session, gone)


def index_new(session: Session, *, relation_ids: Sequence[int], contact_ids: Sequence[int] = ()) -> None:
    """Writes the entries of relations and contacts that have none yet: nothing is looked for to be replaced."""
    for ids in _batched(relation_ids, _AT_ONCE):
        write(session, relation_entries(session, ids))
    for ids in _batched(contact_ids, _AT_ONCE):
        write(session, CONTACTS.entries(session, ids))


def index_everything(session: Session) -> None:
    """Builds the whole index anew, for rows that were written past the session."""
    session.info.pop(PENDING, None)
    # Words come in any order, and each would go to another page of the key: they are sorted first, and written once.
    connection = session.connection()
    connection.execute(text(f"CREATE TEMPORARY TABLE {_UNSORTED} AS SELECT * FROM search_word WHERE 1 = 0"))  # noqa: S608
    spelled: set[str] = set()
    for row_id, entries in ((Relation.id, relation_entries), *((kind.id, kind.entries) for kind in HANGING)):
        for ids in _batched(session.scalars(select(row_id).order_by(row_id)).all(), _AT_ONCE):
            some = entries(session, ids)
            spelled |= _spelled(some)
            insert_tuples(connection, _UNSORTED, _TABLE.columns.keys(), _rows(session, some))
    connection.execute(delete(_TABLE))
    for index in _TABLE.indexes:
        index.drop(connection)
    key = ", ".join(column.name for column in _TABLE.primary_key)
    connection.execute(text(f"INSERT INTO search_word SELECT * FROM {_UNSORTED} ORDER BY {key}"))  # noqa: S608
    connection.execute(text(f"DROP TABLE {_UNSORTED}"))
    for index in _TABLE.indexes:
        index.create(connection)
    connection.execute(delete(_SPELLING))
    _spell(session, spelled)


_TABLE = Row.metadata.tables[SearchWord.__tablename__]
_SPELLING = Row.metadata.tables[SearchSpelling.__tablename__]
_UNSORTED = "search_word_unsorted"
_AT_ONCE = 1_000


def _batched(ids: Sequence[_Id], size: int) -> Iterator[Sequence[_Id]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def renew(session: Session, kind: Kind, ids: Sequence[int], relation_ids: Collection[int]) -> None:
    """Writes the entries of these rows anew; `relation_ids` are where some stand until now."""
    stale = SearchWord.relation_id.in_(relation_ids) & (SearchWord.shelf == int(kind.shelf))
    gone = _forget(session, stale & SearchWord.row_id.in_(ids)) if relation_ids else set()
    write(session, kind.entries(session, ids))
    _unspell(session, gone)


def _forget(session: Session, stale: ColumnElement[bool]) -> set[str]:
    """Returns the spelled words that may be nobody's now."""
    words = session.scalars(delete(_TABLE).where(stale).returning(_TABLE.c.word))
    return {word for word in words if _is_spelled(word)}


def write(session: Session, entries: Sequence[Entry], *, owners: Mapping[int, Collection[int]] | None = None) -> None:
    """`owners` has for each relation who has its file; None: they are looked up."""
    insert_tuples(session.connection(), _TABLE.name, _TABLE.columns.keys(), _rows(session, entries, owners))
    if words := _spelled(entries):
        _spell(session, words.difference(session.scalars(select(_SPELLING.c.word).where(_SPELLING.c.word.in_(words)))))


def _rows(
    session: Session, entries: Sequence[Entry], owners: Mapping[int, Collection[int]] | None = None
) -> list[tuple[object, ...]]:
    if owners is None:
        owners = _owners(session, {entry.relation_id for entry in entries})
    return sorted(row for entry in entries for row in entry.rows(owners.get(entry.relation_id, ())))


def _is_spelled(word: str) -> bool:
    return len(word) >= SHORTEST_SPELLED and word.isalpha()


def _spelled(entries: Sequence[Entry]) -> set[str]:
    return {word for entry in entries if entry.shelf is Shelf.PEOPLE for word in entry.words if _is_spelled(word)}


def _spell(session: Session, words: Collection[str]) -> None:
    if words:
        spellings = [{"word": word, "sound": sound_of(word), "backwards": word[::-1]} for word in sorted(words)]
        session.execute(insert(_SPELLING), spellings)


def _unspell(session: Session, words: Collection[str]) -> None:
    """Forgets those of the words by which nobody is found any more: an erased name leaves nothing here."""
    if words:
        used = exists().where(
            SearchWord.shelf == int(Shelf.PEOPLE), SearchWord.owner_id == EVERYONE, SearchWord.word == _SPELLING.c.word
        )
        session.execute(delete(_SPELLING).where(_SPELLING.c.word.in_(words), ~used))


def _owners(session: Session, relation_ids: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    query = select(Involvement.relation_id, Involvement.collaborator_id)
    query = query.where(Involvement.until_on.is_(None), Involvement.deleted_at.is_(None))
    for relation_id, collaborator_id in session.execute(query.where(Involvement.relation_id.in_(relation_ids))):
        found[relation_id].add(collaborator_id)
    return found
