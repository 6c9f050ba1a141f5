"""A copy of all that the book holds about one person (GDPR, articles 15 and 20)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Table, inspect, or_, select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action
from store.audit import note_deed
from store.base import NotFound, Row
from store.collaborators import Collaborator
from store.contacts import Contact
from store.documents import DocumentLink, documents_of
from store.notes import Note
from store.relations import Relation, relation_seen_by

LEFT_OUT = {"search_word", "audit_entry"}
"""Copies of what stands elsewhere, and what colleagues did: theirs."""
INTERNAL = {"version", "folded", "marker", "claim", "claimed_at", "draft_id", "position"}


@dataclass(frozen=True, slots=True)
class PersonalData:
    """`tables` holds rows as JSON values by table name; `hidden` counts actions that the asker may not read."""

    name: str
    language: str
    tables: dict[str, list[dict[str, Any]]]
    documents: Sequence[DocumentLink]
    hidden: int


def gather(session: Session, person_id: int, *, asked_by: Collaborator) -> PersonalData:
    """Everything that points to the person or to one of their places, whatever subject it belongs to.

    Private actions of others are counted, not copied, and their private notes are left out: their owners give them
    out. The audit trail tells of the copy, so this belongs in a writing transaction. Raises NotAllowed, NotFound.
    """
    access.require_admin(asked_by)
    person = relation_seen_by(session, person_id, asked_by=asked_by)
    if person is None:
        raise NotFound
    contact_ids = list(session.scalars(select(Contact.id).where(Contact.person_id == person_id)))
    action_ids = _actions(session, person_id, contact_ids, asked_by=asked_by)
    seen = _actions(session, person_id, contact_ids, asked_by=asked_by, only_visible=True)
    ids = {"relation": [person_id], "contact": contact_ids}
    tables = {"relation": [_row(session, Relation, person_id)]}
    for table in Row.metadata.sorted_tables:
        if table.name in LEFT_OUT | {"relation"}:
            continue
        if found := _rows_about(session, table, ids, seen, asked_by=asked_by):
            tables[table.name] = found
    documents = [*documents_of(session, relation_id=person_id, asked_by=asked_by)]
    for contact_id in contact_ids:
        documents += documents_of(session, contact_id=contact_id, asked_by=asked_by)
    unique = list({link.id: link for link in documents}.values())
    note_deed(session, "copied", kind="relation", row_id=person_id, relation_id=person_id, by_id=asked_by.id)
    return PersonalData(person.name, person.language, tables, unique, len(action_ids) - len(seen))


def _actions(
    session: Session, person_id: int, contact_ids: Sequence[int], *, asked_by: Collaborator, only_visible: bool = False
) -> list[int]:
    taking_part = Action.participants.any(Action.participants.property.mapper.class_.contact_id.in_(contact_ids))
    query = select(Action.id).where(
        or_(Action.relation_id == person_id, Action.contact_id.in_(contact_ids), taking_part),
        Action.deleted_at.is_(None),
    )
    if only_visible:
        query = query.where(access.visible(Action, asked_by=asked_by))
    return list(session.scalars(query.order_by(Action.id)))


def _rows_about(
    session: Session, table: Table, ids: dict[str, list[int]], seen: list[int], *, asked_by: Collaborator
) -> list[dict[str, Any]]:
    """The table's rows that point to one of these rows: what is added to the book later is found as well."""
    pointing = _to(table, ids)
    if table.name != "action" and not pointing:
        return []
    where = table.c.id.in_(seen) if table.name == "action" else or_(*pointing)
    if table.name == "note":
        where &= table.c.id.in_(select(Note.id).where(access.visible(Note, asked_by=asked_by)))
    if "action_id" in table.c:
        where &= table.c.action_id.is_(None) | table.c.action_id.in_(seen)
    return [_plain(row._mapping.items()) for row in session.execute(table.select().where(where))]


def _to(table: Table, ids: dict[str, list[int]]) -> list[ColumnElement[bool]]:
    keys = ((column, key.column.table.name) for column in table.c for key in column.foreign_keys)
    return [column.in_(ids[target]) for column, target in keys if target in ids]


def _row(session: Session, kind: type[Row], row_id: int) -> dict[str, Any]:
    row = session.get_one(kind, row_id)
    return _plain((column.key, getattr(row, column.key)) for column in inspect(kind).column_attrs)


def _plain(items: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    return {str(key): _json(value) for key, value in items if str(key) not in INTERNAL and value not in (None, "")}


def _json(value: object) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
