"""Breaking the glass: an administrator opens one private record, says why, and its owner is told at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, not_, select
from sqlalchemy.orm import Session

from store.access import Guarded, require_admin, visible
from store.audit import note_deed
from store.base import NotFound
from store.collaborators import Collaborator
from store.outbox import put_in_outbox, slack_lane
from store.typed import line_typed

OPENED = "opened"
"""The deed that the audit trail names; the reason stands under `after`."""
REASON_LIMIT = 300
DAYS = ("starts_on", "noted_on")


def private_kinds() -> dict[str, type[Any]]:
    """Every kind of row that may be private, by the name of its table."""
    return {kind.__tablename__: kind for kind in Guarded.__subclasses__() if hasattr(kind, "__tablename__")}


def hidden_records(
    session: Session, owner_id: int, *, by: Collaborator, kind: str, on: date | None = None, limit: int = 100
) -> Sequence[Any]:
    """The private rows of this kind and owner that are hidden from `by`, newest first: to choose one to open.

    With `on` only those of that day. What may be shown of them is that they are there. Raises NotAllowed.
    """
    require_admin(by)
    row = private_kinds()[kind]
    query = _hidden(row, by).where(row.owner_id == owner_id)
    if on is not None:
        query = query.where(_day_of(row) == on)
    return session.scalars(query.order_by(row.id.desc()).limit(limit)).unique().all()


def open_private(session: Session, kind: str, row_id: int, *, by: Collaborator, reason: str, now: datetime) -> Any:
    """The row, for this once. The audit trail keeps who opened it and why, and its owner is told in Slack.

    When the owner has left, the other administrators are.

    Raises NotAllowed, NotFound also for a row that is not hidden, and BookError at `reason` without one.
    """
    require_admin(by)
    said = line_typed(reason, field="reason", limit=REASON_LIMIT, required=True)
    found = private_kinds().get(kind)
    row = session.scalars(_hidden(found, by).where(found.id == row_id)).unique().one_or_none() if found else None
    if row is None:
        raise NotFound
    relation_id = getattr(row, "relation_id", None)
    entry = note_deed(
        session, OPENED, kind=kind, row_id=row_id, by_id=by.id, relation_id=relation_id, after={"reason": said}
    )
    owner_id = row.owner_id or row.created_by_id
    for told_id in _told(session, owner_id, by):
        content = {"notice": "opened_private", "entry_id": entry.id, "collaborator_id": told_id, "owner_id": owner_id}
        key = f"opened/{entry.id}/{told_id}"
        put_in_outbox(session, kind="notice", key=key, lane=slack_lane(told_id), content=content, now=now)
    return row


def _told(session: Session, owner_id: int, by: Collaborator) -> Sequence[int]:
    """Who hears of it: the owner, and for one who left those who can ask `by` about it."""
    if session.get_one(Collaborator, owner_id).is_active:
        return [owner_id]
    others = select(Collaborator.id).where(Collaborator.is_admin, Collaborator.is_active, Collaborator.id != by.id)
    return session.scalars(others.order_by(Collaborator.id)).all()


def _day_of(kind: type[Any]) -> Any:
    """The column of the day that the office gives such a row."""
    return next(getattr(kind, name) for name in DAYS if hasattr(kind, name))


def _hidden(kind: type[Any], by: Collaborator) -> Select[Any]:
    return select(kind).where(kind.is_private, kind.deleted_at.is_(None), not_(visible(kind, asked_by=by)))
