"""A copy of all that the book holds about one person (GDPR, articles 15 and 20)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, inspect, or_, select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action
from store.audit import note_deed
from store.audit_queries import named_row
from store.base import NotFound, Row
from store.collaborators import Collaborator
from store.contacts import Contact
from store.documents import DocumentLink, documents_of
from store.importing import ImportLine
from store.naming import name_of
from store.notes import Note
from store.plain import plain
from store.privacy.lists import lines_about, marks_of
from store.privacy.traces import twins_of
from store.relations import Relation, relation_seen_by

LEFT_OUT = {"search_word", "audit_entry", "merge"}
"""Copies of what stands elsewhere, and what colleagues did: theirs."""
LED_ON = {"invitation", "note", "dossier"}
"""What points to these tells of the person as well: mails of invitations, reminders of notes."""
PARTS = {"action_point"}
"""What is a part of a row that is copied goes along: the points of an action."""
INTERNAL = {"version", "folded", "marker", "claim", "claimed_at", "draft_id", "position"}


@dataclass(frozen=True, slots=True)
class PersonalData:
    """`tables` holds rows as JSON values by table name, beside each id the name of what it means, lists' lines in the
    person's `language` (else that of who asked); `hidden` counts what the asker may not read."""

    name: str
    language: str
    tables: dict[str, list[dict[str, Any]]]
    documents: Sequence[DocumentLink]
    hidden: int


def gather(session: Session, person_id: int, *, asked_by: Collaborator) -> PersonalData:
    """Everything that points to the person, to a twin that was merged into them or to one of their places, whatever
    subject it belongs to, deleted or not; and the lines of lists that tell of them.

    Private actions and notes of others are counted, not copied: their owners give them out. The audit trail tells of
    the copy, so this belongs in a writing transaction. Raises NotAllowed, NotFound.
    """
    access.require_admin(asked_by)
    person = relation_seen_by(session, person_id, asked_by=asked_by)
    if person is None:
        raise NotFound
    language = person.language or asked_by.language
    people = [person, *twins_of(session, person.id)]
    person_ids = [one.id for one in people]
    places = session.scalars(select(Contact).where(Contact.person_id.in_(person_ids))).all()
    ids = {"relation": person_ids, "contact": [place.id for place in places]}
    actions, notes = _about(Action, ids), _about(Note, ids)
    seen = {
        "action": list(session.scalars(actions.where(access.visible(Action, asked_by=asked_by)))),
        "note": list(session.scalars(notes.where(access.visible(Note, asked_by=asked_by)))),
    }
    tables = {"relation": [_row(session, Relation, one, language) for one in person_ids]}
    for table in Row.metadata.sorted_tables:
        if table.name in LEFT_OUT | {"relation"}:
            continue
        if found := _rows_about(session, table, ids, seen, language):
            tables[table.name] = found
            if table.name in LED_ON:
                ids = {**ids, table.name: [row["id"] for row in found]}
    if lines := lines_about(session, marks_of(session, people, places)):
        tables["import_line"] = [_row(session, ImportLine, one, language) for one in lines]
    there = len(session.scalars(actions).all()) + len(session.scalars(notes).all())
    hidden = there - sum(map(len, seen.values()))
    note_deed(session, "copied", kind="relation", row_id=person.id, relation_id=person.id, by_id=asked_by.id)
    documents = _documents(session, person_ids, ids["contact"], asked_by=asked_by)
    return PersonalData(person.name, language, tables, documents, hidden)


def _documents(
    session: Session, person_ids: Sequence[int], contact_ids: Sequence[int], *, asked_by: Collaborator
) -> list[DocumentLink]:
    found = [link for one in person_ids for link in documents_of(session, relation_id=one, asked_by=asked_by)]
    found += [link for one in contact_ids for link in documents_of(session, contact_id=one, asked_by=asked_by)]
    return list({link.id: link for link in found}.values())


def _about(kind: type[Action] | type[Note], ids: dict[str, list[int]]) -> Select[int]:
    """The ids of those about the person or with one of their places, in the order of their ids."""
    about: list[ColumnElement[bool]] = [kind.relation_id.in_(ids["relation"]), kind.contact_id.in_(ids["contact"])]
    if kind is Action:
        part = Action.participants.property.mapper.class_
        about.append(Action.participants.any(part.contact_id.in_(ids["contact"])))
    return select(kind.id).where(or_(*about)).order_by(kind.id)


def _rows_about(
    session: Session, table: Table, ids: dict[str, list[int]], seen: dict[str, list[int]], language: str
) -> list[dict[str, Any]]:
    """The table's rows that point to one of these rows: what is added to the book later is found as well."""
    pointing = _to(table, {**ids, "action": seen["action"]} if table.name in PARTS else ids)
    if table.name not in seen and not pointing:
        return []
    where = table.c.id.in_(seen[table.name]) if table.name in seen else or_(*pointing)
    if "action_id" in table.c:
        where &= table.c.action_id.is_(None) | table.c.action_id.in_(seen["action"])
    found = session.execute(table.select().where(where))
    return [_told(session, table.name, row._mapping.items(), language) for row in found.all()]


def _to(table: Table, ids: dict[str, list[int]]) -> list[ColumnElement[bool]]:
    keys = ((column, key.column.table.name) for column in table.c for key in column.foreign_keys)
    return [column.in_(ids[target]) for column, target in keys if target in ids]


def _row(session: Session, kind: type[Row], row_id: int, language: str) -> dict[str, Any]:
    row = session.get_one(kind, row_id)
    held = ((column.key, getattr(row, column.key)) for column in inspect(kind).column_attrs)
    return _told(session, kind.__tablename__, held, language)


def _told(session: Session, table: str, items: Iterable[tuple[Any, Any]], language: str) -> dict[str, Any]:
    """What says nothing is left out; beside an id stands the name of what it means."""
    told: dict[str, Any] = {}
    for column, value in items:
        key = str(column)
        if key in INTERNAL or value in (None, ""):
            continue
        told[key] = plain(value)
        row = named_row(session, table, key, value) if key.endswith("_id") else None
        if isinstance(row, access.Guarded) and row.is_private:
            continue  # its owner gives it out
        if name := name_of(row, language):
            told[key.removesuffix("_id")] = name
    return told
