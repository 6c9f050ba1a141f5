"""The words by which things are found. They follow the rows by themselves, at the end of the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    delete,
    event,
    exists,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.actions import Action
from store.addresses import MailAddress, Phone, PostalAddress
from store.base import Row
from store.bulk import insert_tuples
from store.contacts import Contact
from store.documents import DocumentLink
from store.involvements import Involvement
from store.relations import Relation
from store.search_entries import CONTACTS, DOCUMENTS, EVERYONE, HANGING, Entry, Kind, Shelf, relation_entries

# Compared byte by byte on both engines: SQLite does so anyway, PostgreSQL only by this collation.
_BYTES = String().with_variant(String(collation="C"), "postgresql")
_Id = TypeVar("_Id")

BY_HAND = "search_index_by_hand"
"""Key of a session's `info`: while it is there, rows are not followed, and who put it there calls `index_new`."""
SHORTEST_SPELLED = 3
SHORTEST_WITH_ENDS = 8
END = 4
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
    """A word of letters that somebody is found by: to find it when it is misspelt. Long ones with their ends.

    It may stand here twice, or a little longer than anybody is found by it: no writer waits for another.
    """

    __tablename__ = "search_spelling"
    __table_args__ = (
        Index("search_spelling_beginning", "beginning", "word"),
        Index("search_spelling_ending", "ending", "word"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(_BYTES, index=True)
    beginning: Mapped[str | None] = mapped_column(_BYTES)
    ending: Mapped[str | None] = mapped_column(_BYTES)


def index_relations(session: Session, relation_ids: Collection[int]) -> None:
    """Writes the entries of these relations anew, with those of all that hangs on them.

    For rows that were written past the session (an import, a merge): once for a batch of thousands costs a tenth of
    once for each. What the session writes needs no call.
    """
    if (pending := session.info.get(_PENDING)) is not None:
        pending.new -= set(relation_ids)
        pending.changed -= set(relation_ids)
    for ids in _batched(sorted(relation_ids), _AT_ONCE):
        # Locked, or two who change the same relation would each leave an entry of their own.
        session.execute(select(Relation.id).where(Relation.id.in_(ids)).order_by(Relation.id).with_for_update())
        gone = _forget(session, SearchWord.relation_id.in_(ids))
        _write(session, relation_entries(session, ids))
        for kind in HANGING:
            found = session.execute(kind.at(ids)).all()
            elsewhere = {row.relation_id for row in found}.difference(ids)
            for some in _batched([row.id for row in found], _AT_ONCE):
                _renew(session, kind, some, elsewhere)
        _unspell(session, gone)


def index_new(session: Session, *, relation_ids: Sequence[int], contact_ids: Sequence[int] = ()) -> None:
    """Writes the entries of relations and contacts that have none yet: nothing is looked for to be replaced."""
    for ids in _batched(relation_ids, _AT_ONCE):
        _write(session, relation_entries(session, ids))
    for ids in _batched(contact_ids, _AT_ONCE):
        _write(session, CONTACTS.entries(session, ids))


def index_everything(session: Session) -> None:
    """Builds the whole index anew, for rows that were written past the session."""
    session.info.pop(_PENDING, None)
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
_PENDING = "search_index_pending"
_AT_ONCE = 1_000


def _batched(ids: Sequence[_Id], size: int) -> Iterator[Sequence[_Id]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _renew(session: Session, kind: Kind, ids: Sequence[int], relation_ids: Collection[int]) -> None:
    """Writes the entries of these rows anew; `relation_ids` are where some stand until now."""
    stale = SearchWord.relation_id.in_(relation_ids) & (SearchWord.shelf == int(kind.shelf))
    gone = _forget(session, stale & SearchWord.row_id.in_(ids)) if relation_ids else set()
    _write(session, kind.entries(session, ids))
    _unspell(session, gone)


def _forget(session: Session, stale: ColumnElement[bool]) -> set[str]:
    """Returns the spelled words that may be nobody's now."""
    words = session.scalars(delete(_TABLE).where(stale).returning(_TABLE.c.word))
    return {word for word in words if _is_spelled(word)}


def _write(session: Session, entries: Sequence[Entry], *, owners: Mapping[int, Collection[int]] | None = None) -> None:
    insert_tuples(session.connection(), _TABLE.name, _TABLE.columns.keys(), _rows(session, entries, owners))
    if words := _spelled(entries):
        _spell(session, words.difference(session.scalars(select(_SPELLING.c.word).where(_SPELLING.c.word.in_(words)))))


def _rows(
    session: Session, entries: Sequence[Entry], owners: Mapping[int, Collection[int]] | None = None
) -> list[tuple[object, ...]]:
    """`owners` has for each relation who has its file; None: they are looked up."""
    if owners is None:
        owners = _owners(session, {entry.relation_id for entry in entries})
    return sorted(row for entry in entries for row in entry.rows(owners.get(entry.relation_id, ())))


def _is_spelled(word: str) -> bool:
    return len(word) >= SHORTEST_SPELLED and word.isalpha()


def _spelled(entries: Sequence[Entry]) -> set[str]:
    return {word for entry in entries if entry.shelf is Shelf.PEOPLE for word in entry.words if _is_spelled(word)}


def _spell(session: Session, words: Collection[str]) -> None:
    if words:
        session.execute(insert(_SPELLING), [_spelling(word) for word in sorted(words)])


def _spelling(word: str) -> dict[str, str | None]:
    is_long = len(word) >= SHORTEST_WITH_ENDS
    return {"word": word, "beginning": word[:END] if is_long else None, "ending": word[-END:] if is_long else None}


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


_TOLD: Mapping[type[Row], Sequence[str]] = {
    Relation: ("id",),
    MailAddress: ("relation_id",),
    Phone: ("relation_id",),
    PostalAddress: ("relation_id",),
    Contact: ("relation_id", "person_id"),
    Involvement: ("relation_id",),
}
"""Of which relations a row tells: what changes there is written anew under the old one and the new."""
_TIES = (Contact, Involvement)


@dataclass
class _Pending:
    """What a transaction has changed and not yet written to the index; `new` are relations that nobody was tied to."""

    new: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    documents: set[int] = field(default_factory=set)
    places: set[int] = field(default_factory=set)


@event.listens_for(Session, "after_flush")
def follow(session: Session, _context: object) -> None:
    """Notes what a flush has changed; the entries are written once, at the end of the transaction."""
    if BY_HAND in session.info:
        return
    # Here, not in each operation: a merge that forgot would leave what nobody finds.
    pending: _Pending = session.info.setdefault(_PENDING, _Pending())
    changed: set[int] = set()
    tied: set[int] = set()
    links: list[DocumentLink] = []
    for row in (*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))):
        (tied if isinstance(row, _TIES) else changed).update(_told(row, _TOLD.get(type(row), ())))
        if isinstance(row, DocumentLink):
            links.append(row)
        elif isinstance(row, Action) and (left := set(_told(row, ("relation_id",))) - {row.relation_id}):
            pending.documents |= set(session.scalars(select(DocumentLink.id).where(DocumentLink.action_id == row.id)))
            pending.places |= left | {row.relation_id}
    if links:
        pending.documents |= {link.id for link in links}
        pending.places |= _places(session, links)
    pending.new |= {row.__dict__["id"] for row in session.new if isinstance(row, Relation)}
    pending.changed |= changed | tied
    pending.new -= tied


@event.listens_for(Session, "before_commit")
def _write_at_the_end(session: Session) -> None:
    if not session.in_nested_transaction():
        session.flush()
        catch_up(session)


def catch_up(session: Session) -> None:
    """Writes what the transaction has changed so far, for whoever searches before it ends."""
    pending: _Pending | None = session.info.pop(_PENDING, None)
    if pending is None:
        return
    if pending.documents:
        _renew(session, DOCUMENTS, sorted(pending.documents), pending.places)
    is_nested = session.in_nested_transaction()
    # Nobody has a place or a part at one that is new and untied: nothing to forget, lock or look up.
    if pending.new and not is_nested:
        _write(session, relation_entries(session, sorted(pending.new)), owners={})
    changed = pending.changed | pending.new if is_nested else pending.changed - pending.new
    if changed:
        # Whoever is known only through a place there is found in their own right once it is deleted.
        people = select(Contact.person_id).where(Contact.relation_id.in_(changed))
        index_relations(session, changed | set(session.execute(people).scalars()))
    if is_nested:
        # It may be rolled back, and what was changed before it may not: all of it is written again at the end.
        session.info[_PENDING] = _Pending(set(), changed, pending.documents, pending.places)


def _told(row: object, columns: Sequence[str]) -> Iterator[int]:
    state = inspect(row)
    for column in columns:
        yield from (one for one in (state.dict[column], *state.attrs[column].history.deleted) if one is not None)


def _places(session: Session, links: Sequence[DocumentLink]) -> set[int]:
    by_action = select(Action.relation_id).where(Action.id.in_([link.action_id for link in links]))
    by_contact = select(Contact.relation_id).where(Contact.id.in_([link.contact_id for link in links]))
    own = {link.relation_id for link in links if link.relation_id is not None}
    return own.union(session.scalars(by_action), session.scalars(by_contact))
