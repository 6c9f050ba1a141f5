"""What things are found by: relations, and the kinds that hang on them (one `Kind` each, listed in HANGING)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum
from functools import cache, lru_cache

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from store.actions import Action
from store.addresses import MailAddress, Phone, PostalAddress
from store.collaborators import LANGUAGES
from store.contacts import Contact
from store.countries import country_name
from store.documents import DocumentLink
from store.dossiers import Dossier
from store.notes import Note, Reminder
from store.relations import Relation
from store.words import (
    LONGEST,
    name_key,
    particles_joined,
    words_in,
    words_of_mail,
    words_of_name,
    words_of_phone,
    words_of_qst,
    words_of_vat,
)

EVERYONE = 0
_BEHIND = "\x1f"
"""Between a company's name and a contact's: sorts the contacts right behind their company."""
_NEVER = date.max


class Shelf(IntEnum):
    """What is searched and ranked together."""

    PEOPLE = 0
    DOCUMENTS = 1
    DOSSIERS = 2
    NOTES = 3


@dataclass(slots=True)
class Entry:
    """One found thing at a relation, from and to these days (ISO): `row_id` is 0 for the relation itself."""

    shelf: Shelf
    relation_id: int
    row_id: int
    label: str
    sort: str
    since_on: str | None = None
    until_on: str | None = None
    only_for: Collection[int] | None = None
    """Whom a private thing is shown to; None: everyone."""
    words: dict[str, str] = field(default_factory=dict)
    """Each word with what it sorts by."""

    def __post_init__(self) -> None:
        self.words[""] = self.sort

    def add(self, words: Collection[str], sort: str) -> None:
        for word in words:
            self.words.setdefault(word, sort)

    def rows(self, owners: Collection[int]) -> Iterator[tuple[object, ...]]:
        """Those of the index, in the order of its columns: for everyone, and for each who has the relation's file.

        Of a private thing for those alone whom it is shown to.
        """
        ordered = sorted(self.words)
        entry = (self.since_on, self.until_on, self.label, " ".join(ordered))
        shared = [-1, *map(_in_common, ordered, ordered[1:])]
        shelf, relation_id, row_id = int(self.shelf), self.relation_id, self.row_id
        for owner_id in (EVERYONE, *owners) if self.only_for is None else self.only_for:
            for word, letters in zip(ordered, shared, strict=True):
                yield (shelf, owner_id, word, self.words[word], relation_id, row_id, letters, *entry)


def _in_common(one: str, other: str) -> int:
    letters = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        letters += 1
    return letters


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that hangs on relations.

    `at` asks for the id and the `relation_id` of each row whose entry tells of one of these relations; `entries`
    leaves out what is not to be found (deleted).
    """

    shelf: Shelf
    id: InstrumentedAttribute[int]
    at: Callable[[Collection[int]], Select[int, int]]
    entries: Callable[[Session, Sequence[int]], list[Entry]]


def relation_entries(session: Session, ids: Sequence[int]) -> list[Entry]:
    """Of the relations themselves; without the deleted, and the persons who are found through their places."""
    query = select(Relation.id, Relation.name, Relation.vat, Relation.qst, Relation.is_only_contact)
    found = session.execute(query.where(Relation.id.in_(ids), Relation.deleted_at.is_(None))).all()
    placeless = _placeless_from(session, [row.id for row in found if row.is_only_contact])
    reach, towns = _reach(session, ids), _towns(session, ids)
    entries = []
    for row in found:
        since_on = placeless.get(row.id)
        if since_on is not _NEVER:
            sort, words = _called(row.name)
            entry = Entry(Shelf.PEOPLE, row.id, 0, row.name, sort, since_on=_iso(since_on))
            entry.add(words.union(towns.get(row.id, ()), *(own for _id, own in reach.get(row.id, ()))), sort)
            entry.add(words_of_vat(row.vat) | words_of_qst(row.qst), sort)
            entries.append(entry)
    return entries


def _placeless_from(session: Session, person_ids: Sequence[int]) -> dict[int, date]:
    """From which day on each of these persons has no place any more; `_NEVER` while one has no end."""
    days: dict[int, date] = {}
    if not person_ids:
        return days
    query = select(Contact.person_id, Contact.until_on).join(Relation, Relation.id == Contact.relation_id)
    query = query.where(Relation.deleted_at.is_(None), Contact.deleted_at.is_(None))
    for person_id, until_on in session.execute(query.where(Contact.person_id.in_(person_ids))):
        free_on = until_on + timedelta(days=1) if until_on and until_on < _NEVER else _NEVER
        days[person_id] = max(free_on, days.get(person_id, date.min))
    return days


def _contacts_at(relation_ids: Collection[int]) -> Select[int, int]:
    at = or_(Contact.relation_id.in_(relation_ids), Contact.person_id.in_(relation_ids))
    return select(Contact.id, Contact.relation_id).where(at)


def _contacts(session: Session, ids: Sequence[int]) -> list[Entry]:
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
        sort, words = _called(row.person)
        behind, at = _called(row.company)
        label = f"{row.person} · {row.company}"
        entry = Entry(Shelf.PEOPLE, row.relation_id, row.id, label, sort, until_on=_iso(row.until_on))
        here = (own for contact_id, own in reach.get(row.person_id, ()) if contact_id in {row.id, None})
        entry.add(words.union(*here), sort)
        entry.add(at.union(towns.get(row.relation_id, ())), behind + _BEHIND + sort)
        entries.append(entry)
    return entries


_of_document = func.coalesce(DocumentLink.relation_id, Contact.relation_id, Action.relation_id, Dossier.relation_id)


def _document_places() -> Select[int, int]:
    query = select(DocumentLink.id, _of_document.label("relation_id"))
    query = query.outerjoin(Action, Action.id == DocumentLink.action_id)
    query = query.outerjoin(Dossier, Dossier.id == DocumentLink.dossier_id)
    return query.outerjoin(Contact, Contact.id == DocumentLink.contact_id)


def _documents_at(relation_ids: Collection[int]) -> Select[int, int]:
    at = (DocumentLink.relation_id, Contact.relation_id, Action.relation_id, Dossier.relation_id)
    return _document_places().where(or_(*(column.in_(relation_ids) for column in at)))


def _documents(session: Session, ids: Sequence[int]) -> list[Entry]:
    query = _document_places().join(Relation, Relation.id == _of_document)
    query = query.add_columns(DocumentLink.name, Relation.name.label("relation"))
    entries = []
    for row in session.execute(query.where(DocumentLink.id.in_(ids), Relation.deleted_at.is_(None))):
        sort, words = _name(row.name)
        entry = Entry(Shelf.DOCUMENTS, row.relation_id, row.id, f"{row.name} · {row.relation}", sort)
        entry.add(words, sort)
        entries.append(entry)
    return entries


def _dossiers_at(relation_ids: Collection[int]) -> Select[int, int]:
    query = select(Dossier.id, Relation.id.label("relation_id")).join(Relation, Relation.id == Dossier.relation_id)
    return query.where(Relation.id.in_(relation_ids))


def _dossiers(session: Session, ids: Sequence[int]) -> list[Entry]:
    """Of relations; the general ones are few, and looked through."""
    query = select(Dossier).join(Relation, Relation.id == Dossier.relation_id)
    query = query.where(Dossier.id.in_(ids), Dossier.deleted_at.is_(None), Relation.deleted_at.is_(None))
    entries = []
    for row in session.scalars(query):
        assert row.relation is not None, "joined above"
        sort, words = _name(row.name)
        label = f"{row.label} · {row.relation.name}"
        entry = Entry(Shelf.DOSSIERS, row.relation.id, row.id, label, sort)
        entry.add(words | words_of_name(row.reference) | words_of_name(row.relation.name), sort)
        entries.append(entry)
    return entries


def _notes_at(relation_ids: Collection[int]) -> Select[int, int]:
    return select(Note.id, Note.relation_id).where(Note.relation_id.in_(relation_ids))


def _notes(session: Session, ids: Sequence[int]) -> list[Entry]:
    query = select(Note.id, Note.relation_id, Note.subject, Note.is_private, Note.owner_id, Note.created_by_id)
    query = query.add_columns(Relation.name.label("relation")).join(Relation, Relation.id == Note.relation_id)
    is_live = Note.deleted_at.is_(None) & Relation.deleted_at.is_(None)
    found = session.execute(query.where(Note.id.in_(ids), is_live)).all()
    reminded = _reminded(session, [row.id for row in found if row.is_private])
    entries = []
    for row in found:
        sort, words = _name(row.subject)
        entry = Entry(Shelf.NOTES, row.relation_id, row.id, f"{row.subject} · {row.relation}", sort)
        if row.is_private:
            entry.only_for = {row.owner_id, row.created_by_id, *reminded[row.id]} - {None}
        entry.add(words, sort)
        entries.append(entry)
    return entries


def _reminded(session: Session, note_ids: Sequence[int]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    if note_ids:
        query = select(Reminder.note_id, Reminder.for_id).where(Reminder.note_id.in_(note_ids))
        for note_id, for_id in session.execute(query):
            found[note_id].add(for_id)
    return found


CONTACTS = Kind(Shelf.PEOPLE, Contact.id, _contacts_at, _contacts)
DOCUMENTS = Kind(Shelf.DOCUMENTS, DocumentLink.id, _documents_at, _documents)
DOSSIERS = Kind(Shelf.DOSSIERS, Dossier.id, _dossiers_at, _dossiers)
NOTES = Kind(Shelf.NOTES, Note.id, _notes_at, _notes)
HANGING = (CONTACTS, DOCUMENTS, DOSSIERS, NOTES)


@lru_cache(20_000)
def _name(name: str) -> tuple[str, frozenset[str]]:
    return name_key(name)[:LONGEST], words_of_name(name)


@lru_cache(20_000)
def _called(name: str) -> tuple[str, frozenset[str]]:
    """As `_name`, for whoever is called so: Van den Berghe is found by "vandenberghe" too."""
    sort, words = _name(name)
    apart = words_in(name)
    return sort, words.union(set(particles_joined(apart)) - set(apart))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _reach(session: Session, relation_ids: Sequence[int]) -> Mapping[int, list[tuple[int | None, set[str]]]]:
    """The words of mail addresses and phones of each relation, with the place that each belongs to."""
    found: dict[int, list[tuple[int | None, set[str]]]] = defaultdict(list)
    mails = select(MailAddress.relation_id, MailAddress.contact_id, MailAddress.mail)
    for relation_id, contact_id, mail in session.execute(mails.where(MailAddress.relation_id.in_(relation_ids))):
        found[relation_id].append((contact_id, words_of_mail(mail)))
    phones = select(Phone.relation_id, Phone.contact_id, Phone.number)
    for relation_id, contact_id, number in session.execute(phones.where(Phone.relation_id.in_(relation_ids))):
        found[relation_id].append((contact_id, words_of_phone(number)))
    return found


def _towns(session: Session, relation_ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
    """The words of where each relation is; the country abroad alone, for at home nobody looks for it."""
    found: dict[int, frozenset[str]] = defaultdict(frozenset)
    here = session.info.get("country", "")
    query = select(PostalAddress.relation_id, PostalAddress.postal_code, PostalAddress.town, PostalAddress.country)
    for relation_id, *place, country in session.execute(query.where(PostalAddress.relation_id.in_(relation_ids))):
        found[relation_id] |= words_of_name(" ".join(place))
        if country != here:
            found[relation_id] |= _words_of_country(country)
    return found


@cache
def _words_of_country(code: str) -> frozenset[str]:
    return frozenset[str]().union(*(words_of_name(country_name(code, language)) for language in LANGUAGES))
