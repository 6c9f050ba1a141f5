"""Changing who has which part in a file."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store.access import require_active
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.domain import line, line_with_key
from store.involvements.model import REPRESENTATIVE, Involvement, InvolvementCategory
from store.involvements.queries import involvements_of, representative_of
from store.relations import Relation
from store.scopes import require_in_scope


def involve(
    session: Session,
    *,
    by: Collaborator,
    relation_id: int,
    collaborator_id: int,
    category_id: int,
    since_on: date,
    commission: Decimal | None = None,
) -> Involvement:
    """Raises NotFound, and BookError at `collaborator_id` (left, or there already) or `commission`."""
    require_active(by)
    # Locked, or two who involve the same colleague at the same time would both find nobody there.
    relation = session.get(Relation, relation_id, with_for_update=True)
    collaborator = session.get(Collaborator, collaborator_id)
    if relation is None or relation.deleted_at is not None:
        raise NotFound
    require_in_scope(session, relation_id, by=by)
    if collaborator is None or not collaborator.is_active:
        raise BookError(_("This collaborator has left the office."), field="collaborator_id")
    category = line(session, InvolvementCategory, category_id, field="category_id")
    _refuse_second(session, relation, collaborator, category, since_on)
    row = Involvement(
        relation=relation,
        collaborator=collaborator,
        category=category,
        since_on=since_on,
        commission=checked_commission(commission, category),
    )
    # Who has a file is dealt with in their own right, not only through where they work.
    relation.is_only_contact = False
    session.add(row)
    session.flush()
    return row


def checked_commission(commission: Decimal | None, category: InvolvementCategory) -> Decimal | None:
    """With two decimals. Raises BookError at `commission` unless the category carries one and it is from 0 to 100."""
    if commission is None:
        return None
    if not category.carries_commission:
        raise BookError(_("This category carries no commission."), field="commission")
    if not (commission.is_finite() and 0 <= commission <= 100):
        raise BookError(_("The commission must be from 0 to 100 %."), field="commission")
    if commission != round(commission, 2):
        raise BookError(_("The commission has at most two decimals."), field="commission")
    return round(commission, 2)


def _refuse_second(
    session: Session, relation: Relation, collaborator: Collaborator, category: InvolvementCategory, since_on: date
) -> None:
    query = select(Involvement).where(
        Involvement.relation_id == relation.id,
        Involvement.collaborator_id == collaborator.id,
        Involvement.category_id == category.id,
        Involvement.deleted_at.is_(None),
        or_(Involvement.until_on.is_(None), Involvement.until_on >= since_on),
    )
    if session.scalars(query.limit(1)).first() is not None:
        raise BookError(
            _("{collaborator} has this part in the file already."),
            field="collaborator_id",
            collaborator=collaborator.name,
        )


def end_involvement(
    session: Session, involvement_id: int, *, by: Collaborator, on: date, version: int | None = None
) -> Involvement:
    """`on` is its last day. Raises NotFound, ChangedMeanwhile, BookError at `until_on` when before its first."""
    require_active(by)
    row = session.get(Involvement, involvement_id)
    if row is None:
        raise NotFound
    require_in_scope(session, row.relation_id, by=by)
    row.expect_version(version)
    if on < row.since_on:
        raise BookError(_("The last day must not be before the first."), field="until_on")
    row.until_on = on
    session.flush()
    return row


def set_representative(
    session: Session, *, by: Collaborator, relation_id: int, collaborator_id: int | None, on: date, now: datetime
) -> None:
    """From `on`, this collaborator (None: nobody) represents the office; whoever did so ends the day before.

    Nothing changes when it is so already. Raises as `involve`.
    """
    require_active(by)
    require_in_scope(session, relation_id, by=by)
    current = representative_of(session, relation_id, on=on)
    if collaborator_id == (current.id if current else None):
        return
    category = line_with_key(session, InvolvementCategory, REPRESENTATIVE)
    for row in involvements_of(session, relation_id, asked_by=by, on=on):
        if row.category_id == category.id and row.since_on < on:
            row.until_on = on - timedelta(days=1)
        elif row.category_id == category.id:
            session.delete(row)  # chosen this very day: a correction, not a period
    session.get_one(Relation, relation_id).changed_at = now
    session.flush()
    if collaborator_id is not None:
        involve(
            session,
            by=by,
            relation_id=relation_id,
            collaborator_id=collaborator_id,
            category_id=category.id,
            since_on=on,
        )
