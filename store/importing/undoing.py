"""Taking a whole import back: what it added goes, what it filled is emptied, unless somebody worked with it since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, select, update
from sqlalchemy.orm import Session

from store.addresses import MailAddress, Phone, PostalAddress
from store.audit import AuditEntry
from store.base import BookError, Row, _
from store.collaborators import Collaborator
from store.consent import Consent
from store.contacts import Birthday, Contact
from store.contacts.ranks import leave_kind, leave_ranks
from store.engine import Book
from store.importing.mappings import import_to_run
from store.importing.model import Import, ImportLine, ImportState, Outcome
from store.importing.running import DOOR, Progress
from store.relations import Relation
from store.search_index import BY_HAND
from store.search_writing import index_relations

UNDO_DOOR = "undo"
_AT_ONCE = 200
_USED = _("{name} was changed or used since.")
_OWN = (
    "mail_address",
    "phone",
    "postal_address",
    "birthday",
    "consent",
    "contact",
    "contact_role",
    "search_word",
    "involvement",
)
"""Tables whose rows hang on a relation and do not keep it: their changes stand in the audit trail."""
_LINES: dict[str, type[Row]] = {
    "mail_address": MailAddress,
    "phone": Phone,
    "postal_address": PostalAddress,
    "birthday": Birthday,
}

_FILLED: dict[str, type[Contact | Relation]] = {"contact": Contact, "relation": Relation}


@dataclass(slots=True)
class Undone:
    """How many lines were taken back, and how many stayed in part or whole (`ImportLine.kept` says why)."""

    taken_back: int = 0
    kept: int = 0


def undo_import(book: Book, import_id: int, *, by: Collaborator, told: Progress = lambda _position: None) -> Undone:
    """The last line first, in transactions of 200 lines; killed half-way, it goes on when called again.

    A "no" to mailings that the import recorded stays; it is not forgotten. Raises NotAllowed, NotFound, and BookError
    when it runs or was undone.
    """
    with book.writing(actor_id=by.id, door=UNDO_DOOR) as session:
        run = import_to_run(session, import_id, by=by)
        _claim(session, run)
    undone, below = Undone(), None
    while (below := _undo_some(book, run, below, undone, by=by)) is not None:
        told(undone.taken_back + undone.kept)
    with book.writing(actor_id=by.id, door=UNDO_DOOR) as session:
        session.get_one(Import, import_id).state = ImportState.UNDONE
    return undone


def _claim(session: Session, run: Import) -> None:
    """From here on it cannot go on. Raises BookError when it runs or was undone, also when that is a moment ago."""
    is_free = Import.state.not_in((ImportState.RUNNING, ImportState.UNDONE))
    claim = update(Import).where(Import.id == run.id, is_free)
    claim = claim.values({Import.state: ImportState.UNDOING, Import.version: Import.version + 1})
    if session.scalar(claim.returning(Import.id)) is not None:
        return
    session.refresh(run)
    if run.state is ImportState.UNDONE:
        raise BookError(_("This import was undone already."))
    raise BookError(_("This import is running. Stop it first."))


def _undo_some(book: Book, run: Import, below: int | None, undone: Undone, *, by: Collaborator) -> int | None:
    """The id of the last line looked at; None when there was none left, or another process has done them all."""
    with book.writing(actor_id=by.id, door=UNDO_DOOR) as session:
        # Changes nothing: of two that undo it at once, one waits here for the other's lines.
        turn = update(Import).where(Import.id == run.id, Import.state == ImportState.UNDOING)
        if session.scalar(turn.values(state=ImportState.UNDOING).returning(Import.id)) is None:
            return None
        query = select(ImportLine).where(ImportLine.import_id == run.id)
        query = query.where(ImportLine.outcome.in_((Outcome.ADDED, Outcome.FILLED)))
        query = query.where(ImportLine.id < below) if below is not None else query
        lines = session.scalars(query.order_by(ImportLine.id.desc()).limit(_AT_ONCE)).all()
        if not lines:
            return None
        session.info[BY_HAND] = True
        undoing = _Undoing(session, run, lines, now=book.now())
        for line in lines:
            undoing.take_back(line)
        session.flush()
        index_relations(session, undoing.touched)
        del session.info[BY_HAND]
        undone.kept += sum(bool(line.kept) for line in lines)
        undone.taken_back += sum(not line.kept for line in lines)
        return lines[-1].id


class _Undoing:
    def __init__(self, session: Session, run: Import, lines: Sequence[ImportLine], *, now: datetime) -> None:
        self.session, self.now = session, now
        self.touched: set[int] = set()
        contacts = {one for line in lines for one in line.made.get("contact", ())}
        relations = {one for line in lines for one in line.made.get("relation", ())}
        self._used_contacts = _in_use(session, run, Contact, contacts)
        self._used_relations = _in_use(session, run, Relation, relations)
        self._changed = {
            table: _changed_since(session, run, table, {one for line in lines for one in line.made.get(table, ())})
            for table in _LINES
        }

    def take_back(self, line: ImportLine) -> None:
        kept = [name for name in self._each(line) if name]
        line.kept = _USED if kept else ""
        line.told = {"name": kept[0]} if kept else line.told
        line.made, line.changed = ({}, {}) if not kept else (line.made, line.changed)

    def _each(self, line: ImportLine) -> Iterator[str]:
        """The names of what has to stay, "" for what went."""
        for contact_id in line.made.get("contact", ()):
            yield self._remove_contact(contact_id)
        for relation_id in line.made.get("relation", ()):
            yield self._remove_relation(relation_id)
        for table, kind in _LINES.items():
            for row_id in line.made.get(table, ()):
                yield self._remove_line(kind, row_id)
        for contact_id, kind_id, rank in line.made.get("contact_role", ()):
            yield self._remove_role(contact_id, kind_id, rank)
        for consent_id in line.made.get("consent", ()):
            yield self._remove_wish(consent_id)
        for table, by_id in line.changed.items():
            for row_id, values in by_id.items():
                yield self._empty(_FILLED[table], int(row_id), values)

    def _remove_contact(self, contact_id: int) -> str:
        contact = self.session.get(Contact, contact_id)
        if contact is None or contact.deleted_at is not None:
            return ""
        if contact_id in self._used_contacts or contact.person_id in self._used_relations:
            return contact.person.name
        leave_ranks(self.session, contact)
        contact.deleted_at = contact.changed_at = self.now
        self.touched |= {contact.person_id}
        self.session.flush()
        return ""

    def _remove_relation(self, relation_id: int) -> str:
        relation = self.session.get(Relation, relation_id)
        if relation is None or relation.deleted_at is not None:
            return ""
        places = select(Contact.id).where(Contact.deleted_at.is_(None))
        places = places.where(or_(Contact.relation_id == relation_id, Contact.person_id == relation_id))
        if relation_id in self._used_relations or self.session.scalar(places.limit(1)) is not None:
            return relation.name
        relation.deleted_at = relation.changed_at = self.now
        self.touched.add(relation_id)
        return ""

    def _remove_line(self, kind: type[Row], row_id: int) -> str:
        row: Any = self.session.get(kind, row_id)
        if row is None:
            return ""
        owner_id = row.person_id if isinstance(row, Birthday) else row.relation_id
        if row_id in self._changed[str(kind.__tablename__)]:
            return self.session.get_one(Relation, owner_id).name
        self.touched.add(owner_id)
        self.session.delete(row)
        return ""

    def _remove_role(self, contact_id: int, kind_id: int, rank: int) -> str:
        contact = self.session.get(Contact, contact_id)
        if contact is None or contact.deleted_at is not None or (stands := contact.rank(kind_id)) is None:
            return ""
        if stands != rank:
            return contact.person.name
        leave_kind(self.session, contact, kind_id)
        return ""

    def _remove_wish(self, consent_id: int) -> str:
        row = self.session.get(Consent, consent_id)
        if row is None:
            return ""
        later = select(Consent.id).where(Consent.person_id == row.person_id, Consent.id > row.id)
        if self.session.scalar(later.limit(1)) is not None:
            return self.session.get_one(Relation, row.person_id).name
        self.session.delete(row)
        return ""

    def _empty(self, kind: type[Contact | Relation], row_id: int, values: dict[str, str]) -> str:
        row: Any = self.session.get(kind, row_id)
        if row is None or row.deleted_at is not None:
            return ""
        is_as_filled = all(getattr(row, name) == value for name, value in values.items())
        for name, value in values.items():
            if getattr(row, name) == value:
                setattr(row, name, "")
        row.changed_at = self.now
        person = row.person if isinstance(row, Contact) else row
        self.touched.add(person.id)
        return "" if is_as_filled else person.name


def _in_use(session: Session, run: Import, kind: type[Contact | Relation], ids: Collection[int]) -> set[int]:
    """Which of them somebody changed since, or put something on."""
    if not ids:
        return set()
    later, name = _later(run), str(kind.__tablename__)
    own = select(AuditEntry.row_id).where(AuditEntry.kind == name, AuditEntry.row_id.in_(ids), later)
    used = set(session.scalars(own))
    if kind is Relation:
        hanging = select(AuditEntry.relation_id).where(AuditEntry.relation_id.in_(ids), later)
        used.update(one for one in session.scalars(hanging) if one is not None)
    for table in Row.metadata.tables.values():
        if table.name not in _OWN:
            for column in _pointing(table, name):
                used.update(session.scalars(select(column).where(column.in_(ids))))
    return used


def _changed_since(session: Session, run: Import, table: str, ids: Collection[int]) -> set[int]:
    """Which of these lines hold something else than the import wrote; where they stand among the others is nothing."""
    query = select(AuditEntry.row_id, AuditEntry.before, AuditEntry.after)
    query = query.where(AuditEntry.kind == table, AuditEntry.row_id.in_(ids), _later(run))
    return {row_id for row_id, before, after in session.execute(query) if {*before, *after} - {"position"}}


def _later(run: Import) -> ColumnElement[bool]:
    """The entries of the trail that are somebody's work, and not this import's or an undo's."""
    return or_(AuditEntry.door.not_in((DOOR, UNDO_DOOR)), and_(AuditEntry.door == DOOR, AuditEntry.at > run.worked_at))


def _pointing(table: Table, name: str) -> Iterator[ColumnElement[int]]:
    return (key.parent for key in table.foreign_keys if key.column.table.name == name)
