"""What is left of a person beside their own rows: twins merged into them, undo records, the trail."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from store.audit import AuditEntry
from store.audit_erasing import empty_entries
from store.collaborators import Collaborator
from store.merging import Merge
from store.relations import Relation


def twins_of(session: Session, person_id: int) -> list[Relation]:
    """All that were merged into the person, one by one or along a chain."""
    found: list[Relation] = []
    into = [person_id]
    while into:
        rows = session.scalars(select(Relation).where(Relation.merged_into_id.in_(into))).all()
        found += rows
        into = [row.id for row in rows]
    return found


def forget_merges(session: Session, relation_ids: Sequence[int], *, now: datetime) -> None:
    """Their steps tell how the rows stood before; without them a merge cannot be undone any more."""
    theirs = Merge.kept_id.in_(relation_ids) | Merge.merged_id.in_(relation_ids)
    session.execute(update(Merge).where(theirs).values(steps=[], undone_at=func.coalesce(Merge.undone_at, now)))


def past_rows(
    session: Session,
    relation_ids: Sequence[int],
    contact_ids: Sequence[int],
    action_ids: Sequence[int],
    *,
    beside: ColumnElement[bool],
    sought: re.Pattern[str] | None,
) -> dict[str, list[int]]:
    """The ids of rows, by table, of which the trail tells something of the person, also when they are gone for good.

    `relation_ids` are the person and the twins, `contact_ids` and `action_ids` what is theirs. Of the entries that
    `beside` means, only those of which a text has what is `sought`.
    """
    found: dict[str, list[int]] = {}
    pointing = (
        ("birthday", "person_id", relation_ids),
        ("document_link", "contact_id", contact_ids),
        ("document_link", "action_id", action_ids),
        ("action_point", "action_id", action_ids),
    )
    for kind, column, ids in pointing:
        rows = select(AuditEntry.row_id).where(AuditEntry.kind == kind, tells_of(column, ids)).distinct()
        found.setdefault(kind, []).extend(session.scalars(rows))
    if sought is None:
        return found
    query = select(AuditEntry.kind, AuditEntry.row_id, AuditEntry.before, AuditEntry.after)
    for kind, row_id, before, after in session.execute(query.where(beside)):
        if any(isinstance(one, str) and sought.search(one) for one in (*before.values(), *after.values())):
            found.setdefault(kind, []).append(row_id)
    return found


def tells_of(column: str, ids: Sequence[int]) -> ColumnElement[bool]:
    """Entries of rows that pointed, or point, to one of these ids in this column."""
    return or_(*(AuditEntry.__table__.c[name][column].as_integer().in_(ids) for name in ("before", "after")))


def clear_trail(
    session: Session,
    person_id: int,
    twin_ids: Sequence[int],
    about: Mapping[str, Sequence[int]],
    *,
    by: Collaborator | None,
    reason: str,
) -> None:
    """Empties the entries about the person; one new entry says that it was done, and why."""
    theirs = [and_(AuditEntry.relation_id.in_((person_id, *twin_ids)), AuditEntry.kind != "action")]
    theirs += [and_(AuditEntry.kind == kind, AuditEntry.row_id.in_(ids)) for kind, ids in about.items()]
    empty_entries(
        session,
        or_(*theirs),
        kind="relation",
        row_id=person_id,
        relation_id=person_id,
        by_id=by.id if by else None,
        reason=reason.strip(),
    )
