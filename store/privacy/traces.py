"""What is left of a person beside their own rows: twins merged into them, undo records, the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select, update
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
