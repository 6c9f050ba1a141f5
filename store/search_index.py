"""The words by which relations and contacts are found. They follow the rows by themselves, in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, delete, event, or_, select, text
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from store.addresses import MailAddress, Phone, PostalAddress
from store.base import Row
from store.contacts import Contact
from store.involvements import Involvement
from store.relations import Relation
from store.words import LONGEST, name_key, words_of_mail, words_of_name, words_of_phone

# Compared byte by byte on both engines: SQLite does so anyway, PostgreSQL only by this collation.
_BYTES = String().with_variant(String(collation="C"), "postgresql")
_Id = TypeVar("_Id")

EVERYONE = 0
NO_CONTACT = 0
_BEHIND = "\x1f"
"""Between a company's name and a contact's: sorts the contacts right behind their company."""


class SearchWord(Row):
    """One word by which a relation, or with `contact_id` a contact at it, is found from and to these days.

    The row holds all that a search shows, sorts and checks by, so one range of the key answers it. Each word stands
    here once for everyone (`owner_id` 0) and once for each collaborator who has the relation's file without an end:
    theirs come first, and a range of the key finds them however many others there are. `words` are all of the entry,
    each behind a blank, in order. `shared` is how many letters the word has in common with the one before it there:
    of the words that begin with what was typed, only the first shares less than that. The empty word comes before
    all others (-1): by it the entry is found when nothing was typed.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        Index("search_word_of_relation", "relation_id", "owner_id", "word"),
        {"sqlite_with_rowid": False},
    )

    owner_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(_BYTES, primary_key=True)
    sort: Mapped[str] = mapped_column(_BYTES, primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shared: Mapped[int]
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    label: Mapped[str]
    words: Mapped[str] = mapped_column(_BYTES)


@dataclass(slots=True)
class _Entry:
    relation_id: int
    contact_id: int
    label: str
    sort: str
    since_on: str | None = None
    until_on: str | None = None
    words: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words[""] = self.sort

    def add(self, words: Collection[str], sort: str) -> None:
        for word in words:
            self.words.setdefault(word, sort)

    def rows(self, owners: Collection[int]) -> Iterator[tuple[object, ...]]:
        """In the order of the table's columns."""
        ordered = sorted(self.words)
        entry = (self.since_on, self.until_on, self.label, " ".join(ordered))
        shared = [-1, *map(_in_common, ordered, ordered[1:])]
        for owner_id in (EVERYONE, *owners):
            for word, letters in zip(ordered, shared, strict=True):
                yield (owner_id, word, self.words[word], self.relation_id, self.contact_id, letters, *entry)


def _in_common(one: str, other: str) -> int:
    letters = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        letters += 1
    return letters


def index_relations(session: Session, relation_ids: Collection[int]) -> None:
    """Writes the entries of these relations, of the contacts at them, and of the places of these persons anew."""
    for ids in _batched(sorted(relation_ids), _AT_ONCE):
        # Locked, or two who change the same relation would each leave an entry of their own.
        session.execute(select(Relation.id).where(Relation.id.in_(ids)).order_by(Relation.id).with_for_update())
        touched = or_(Contact.relation_id.in_(ids), Contact.person_id.in_(ids))
        places = session.execute(select(Contact.id, Contact.relation_id).where(touched)).all()
        _forget(session, SearchWord.relation_id.in_(ids))
        _write(session, _relation_entries(session, ids))
        for some in _batched(places, _AT_ONCE):
            contact_ids = [place.id for place in some]
            elsewhere = {place.relation_id for place in some}.difference(ids)
            if elsewhere:
                _forget(session, SearchWord.relation_id.in_(elsewhere) & SearchWord.contact_id.in_(contact_ids))
            _write(session, _contact_entries(session, contact_ids))


def index_everything(session: Session) -> None:
    """Builds the whole index anew, for rows that were written past the session."""
    # Words come in any order, and each would go to another page of the key: they are sorted first, and written once.
    connection = session.connection()
    connection.execute(text(f"CREATE TEMPORARY TABLE {_UNSORTED} AS SELECT * FROM search_word WHERE 1 = 0"))  # noqa: S608
    for ids in _batched(session.scalars(select(Relation.id)).all(), _AT_ONCE):
        _write(session, _relation_entries(session, ids), into=_UNSORTED)
    for ids in _batched(session.scalars(select(Contact.id)).all(), _AT_ONCE):
        _write(session, _contact_entries(session, ids), into=_UNSORTED)
    connection.execute(delete(_TABLE))
    for index in _TABLE.indexes:
        index.drop(connection)
    key = ", ".join(column.name for column in _TABLE.primary_key)
    connection.execute(text(f"INSERT INTO search_word SELECT * FROM {_UNSORTED} ORDER BY {key}"))  # noqa: S608
    connection.execute(text(f"DROP TABLE {_UNSORTED}"))
    for index in _TABLE.indexes:
        index.create(connection)


_TABLE = Row.metadata.tables[SearchWord.__tablename__]
_UNSORTED = "search_word_unsorted"
_AT_ONCE = 500


def _batched(ids: Sequence[_Id], size: int) -> Iterator[Sequence[_Id]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _forget(session: Session, stale: ColumnElement[bool]) -> None:
    session.execute(delete(_TABLE).where(stale))


def _write(
    session: Session,
    entries: Sequence[_Entry],
    *,
    owners: Mapping[int, Collection[int]] | None = None,
    into: str = _TABLE.name,
) -> None:
    """`owners` has for each relation who has its file; None: they are looked up."""
    if not entries:
        return
    if owners is None:
        owners = _owners(session, {entry.relation_id for entry in entries})
    rows = [row for entry in entries for row in entry.rows(owners.get(entry.relation_id, ()))]
    connection = session.connection()
    # As text: these are the most rows of the book, and SQLAlchemy takes longer over each than the engine.
    sign = "?" if connection.dialect.name == "sqlite" else "%s"
    signs = ", ".join([sign] * len(_TABLE.columns))
    connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({signs})", rows)  # noqa: S608 (names of our own)


def _owners(session: Session, relation_ids: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    query = select(Involvement.relation_id, Involvement.collaborator_id).where(Involvement.until_on.is_(None))
    for relation_id, collaborator_id in session.execute(query.where(Involvement.relation_id.in_(relation_ids))):
        found[relation_id].add(collaborator_id)
    return found


def _relation_entries(session: Session, ids: Sequence[int]) -> list[_Entry]:
    query = select(Relation.id, Relation.name, Relation.is_only_contact)
    found = session.execute(query.where(Relation.id.in_(ids), Relation.deleted_at.is_(None))).all()
    placeless = _placeless_from(session, [row.id for row in found if row.is_only_contact])
    reach, towns = _reach(session, ids), _towns(session, ids)
    entries = []
    for row in found:
        since_on = placeless.get(row.id)
        if since_on is not _NEVER:
            entry = _Entry(row.id, NO_CONTACT, row.name, _sort(row.name), since_on=_iso(since_on))
            own = (words for _contact_id, words in reach[row.id])
            entry.add(words_of_name(row.name).union(towns[row.id], *own), entry.sort)
            entries.append(entry)
    return entries


_NEVER = date.max


def _placeless_from(session: Session, person_ids: Sequence[int]) -> dict[int, date]:
    """From which day on each of these persons has no place any more; `_NEVER` while one has no end."""
    days: dict[int, date] = {}
    if not person_ids:
        return days
    for person_id, until_on in session.execute(_live_contacts().where(Contact.person_id.in_(person_ids))):
        free_on = until_on + timedelta(days=1) if until_on and until_on < _NEVER else _NEVER
        days[person_id] = max(free_on, days.get(person_id, date.min))
    return days


def _live_contacts() -> Select[int, date | None]:
    query = select(Contact.person_id, Contact.until_on).join(Relation, Relation.id == Contact.relation_id)
    return query.where(Relation.deleted_at.is_(None), Contact.deleted_at.is_(None))


def _contact_entries(session: Session, ids: Sequence[int]) -> list[_Entry]:
    person, company = aliased(Relation), aliased(Relation)
    query = select(Contact.id, Contact.person_id, Contact.relation_id, Contact.until_on)
    query = query.add_columns(person.name.label("person"), company.name.label("company"))
    query = query.join(person, person.id == Contact.person_id).join(company, company.id == Contact.relation_id)
    is_live = Contact.deleted_at.is_(None) & person.deleted_at.is_(None) & company.deleted_at.is_(None)
    found = session.execute(query.where(Contact.id.in_(ids), is_live)).all()
    reach = _reach(session, [row.person_id for row in found])
    towns = _towns(session, [row.relation_id for row in found])
    entries = []
    for row in found:
        label, sort = f"{row.person} · {row.company}", _sort(row.person)
        entry = _Entry(row.relation_id, row.id, label, sort, until_on=_iso(row.until_on))
        here = (words for contact_id, words in reach[row.person_id] if contact_id in {row.id, None})
        entry.add(words_of_name(row.person).union(*here), sort)
        entry.add(words_of_name(row.company) | towns[row.relation_id], _sort(row.company) + _BEHIND + sort)
        entries.append(entry)
    return entries


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _sort(name: str) -> str:
    return name_key(name)[:LONGEST]


def _reach(session: Session, relation_ids: Sequence[int]) -> dict[int, list[tuple[int | None, set[str]]]]:
    """The words of mail addresses and phones of each relation, with the place that each belongs to."""
    found: dict[int, list[tuple[int | None, set[str]]]] = defaultdict(list)
    mails = select(MailAddress.relation_id, MailAddress.contact_id, MailAddress.mail)
    for relation_id, contact_id, mail in session.execute(mails.where(MailAddress.relation_id.in_(relation_ids))):
        found[relation_id].append((contact_id, words_of_mail(mail)))
    phones = select(Phone.relation_id, Phone.contact_id, Phone.number)
    for relation_id, contact_id, number in session.execute(phones.where(Phone.relation_id.in_(relation_ids))):
        found[relation_id].append((contact_id, words_of_phone(number)))
    return found


def _towns(session: Session, relation_ids: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    query = select(PostalAddress.relation_id, PostalAddress.postal_code, PostalAddress.town)
    for relation_id, postal_code, town in session.execute(query.where(PostalAddress.relation_id.in_(relation_ids))):
        found[relation_id] |= words_of_name(f"{postal_code} {town}")
    return found


@event.listens_for(Session, "after_flush")
def follow(session: Session, _context: object) -> None:
    """Writes the entries anew of what a flush has changed."""
    # Here, not in each operation: an import or a merge that forgot would leave what nobody finds.
    changed: set[int] = set()
    tied: set[int] = set()
    for row in (*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))):
        if isinstance(row, Relation):
            changed.add(row.__dict__["id"])
        elif isinstance(row, Contact):
            tied.update((row.person_id, row.relation_id))
        elif isinstance(row, Involvement):
            tied.add(row.relation_id)
        elif isinstance(row, MailAddress | Phone | PostalAddress):
            changed.add(row.relation_id)
    # Nobody has a place or a part at one that is new and untied: nothing to forget, lock or look up.
    new = {row.__dict__["id"] for row in session.new if isinstance(row, Relation)} - tied
    if new:
        _write(session, _relation_entries(session, sorted(new)), owners={})
    if changed := (changed | tied) - new:
        # Whoever is known only through a place there is found in their own right once it is deleted.
        people = select(Contact.person_id).where(Contact.relation_id.in_(changed))
        index_relations(session, changed | set(session.execute(people).scalars()))
