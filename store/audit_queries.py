"""The audit trail of one record, for whoever may see the record."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, Table, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from store.actions import Action, ActionPoint
from store.audit import IS_GONE_ITEM, AuditEntry
from store.base import Row
from store.collaborators import Collaborator
from store.contacts import Contact
from store.dossiers import Dossier
from store.expenses import Expense
from store.involvements import Involvement
from store.links import Link
from store.opportunities import Opportunity, OpportunityLine
from store.quotes import Quote
from store.relation_facts import RelationFact
from store.relations import Relation
from store.scopes import in_scope

OF_A_RELATION = (
    "relation",
    "mail_address",
    "phone",
    "postal_address",
    "involvement",
    "contact",
    "relation_fact",
    "dossier",
)
"""What shows in a relation's trail: not its actions, which may be private."""
Record = Relation | Contact | Action | Dossier


def trail_of(
    session: Session,
    record: Record,
    *,
    asked_by: Collaborator,
    before_id: int | None = None,
    limit: int,
) -> Sequence[AuditEntry]:
    """What was done to the record and to what hangs on it, newest first, at most `limit` before the entry `before_id`.

    Whether the asker may see the record is the caller's to check; of its links, only those whose far end they see, and
    of an action that was private only what came after, unless they made it or it was theirs.
    """
    query = select(AuditEntry).where(AuditEntry.id.in_(union_all(*_about(record, asked_by))))
    if isinstance(record, Action):
        query = query.where(AuditEntry.id > _private_until(session, record, asked_by=asked_by))
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    return session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()


def _about(record: Record, asked_by: Collaborator) -> list[Select[int]]:
    """Ids of entries, a query for each index: of alternatives in one condition PostgreSQL reads the whole trail."""
    if isinstance(record, Action):
        return [
            _is("action", record.id),
            _among("action_point", select(ActionPoint.id).where(ActionPoint.action_id == record.id)),
            _among("expense", select(Expense.id).where(Expense.action_id == record.id)),
            _among("relation_fact", select(RelationFact.id).where(RelationFact.action_id == record.id)),
        ]
    if isinstance(record, Dossier):
        # The relation says no more than the dossier does: but it has an index.
        parts = select(Involvement.id).where(Involvement.relation_id == record.relation_id)
        return [
            _is("dossier", record.id),
            _among("opportunity", select(Opportunity.id).where(Opportunity.dossier_id == record.id)),
            _among("opportunity_line", select(OpportunityLine.id).where(OpportunityLine.dossier_id == record.id)),
            _of_gone_items(record.id),
            _among("quote", select(Quote.id).where(Quote.dossier_id == record.id)),
            _among("involvement", parts.where(Involvement.dossier_id == record.id)),
        ]
    if isinstance(record, Contact):
        # A place that has ended stays in a company's history, for whom the person may be nobody else's business.
        person = _of_relation(record.person_id).where(in_scope(literal(record.person_id), asked_by=asked_by))
        return [_is("contact", record.id), person]
    links = select(Link.id).where(or_(Link.source_id == record.id, Link.target_id == record.id))
    links = links.where(in_scope(Link.source_id, asked_by=asked_by), in_scope(Link.target_id, asked_by=asked_by))
    return [_of_relation(record.id), _among("link", links)]


def _private_until(session: Session, action: Action, *, asked_by: Collaborator) -> int:
    """The id of the entry that opened it to everybody and so tells what stood in it before; 0 without one.

    What the asker saw at the time, as its maker or its owner, counts for nothing.
    """
    opened_id, owner_id = 0, None
    for entry in session.scalars(
        select(AuditEntry).where(AuditEntry.id.in_(_is("action", action.id))).order_by(AuditEntry.id)
    ):
        owner_id = entry.before.get("owner_id", owner_id)
        is_opened = entry.deed == "changed" and entry.after.get("is_private") is False
        if is_opened and asked_by.id not in (action.created_by_id, owner_id):
            opened_id = entry.id
        owner_id = entry.after.get("owner_id", owner_id)
    return opened_id


def _of_relation(relation_id: int) -> Select[int]:
    return select(AuditEntry.id).where(AuditEntry.relation_id == relation_id, AuditEntry.kind.in_(OF_A_RELATION))


def _among(kind: str, ids: Select[int]) -> Select[int]:
    return select(AuditEntry.id).where(AuditEntry.kind == kind, AuditEntry.row_id.in_(ids))


def _of_gone_items(dossier_id: int) -> Select[int]:
    """Items of the dossier that are gone for good: only what they held says whose they were."""
    first = aliased(AuditEntry)
    made_id = select(func.min(first.id)).where(first.kind == "dossier", first.row_id == dossier_id).scalar_subquery()
    held = AuditEntry.before["dossier_id"].as_integer() == dossier_id
    return select(AuditEntry.id).where(IS_GONE_ITEM, AuditEntry.id > func.coalesce(made_id, 0), held)


def _is(kind: str, row_id: int) -> Select[int]:
    return select(AuditEntry.id).where(AuditEntry.kind == kind, AuditEntry.row_id == row_id)


def row_of(session: Session, entry: AuditEntry) -> Row | None:
    """The row that the entry is about; None when it is gone for good."""
    mapped = _mapped(Row.metadata.tables.get(entry.kind))
    return session.get(mapped, entry.row_id) if mapped is not None else None


def named_row(session: Session, kind: str, column: str, row_id: int) -> Row | None:
    """The row that an entry's value points to: the collaborator for an action's `owner_id`; None for a plain value."""
    table = Row.metadata.tables[kind]
    keys = table.c[column].foreign_keys if column in table.c else set()
    mapped = _mapped(next((key.column.table for key in keys), None))
    return session.get(mapped, row_id) if mapped is not None else None


def _mapped(table: Table | None) -> type[Row] | None:
    if table is None:
        return None
    return next((one.class_ for one in Row.registry.mappers if one.local_table is table), None)
