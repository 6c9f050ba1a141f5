"""Who holds which percentage where, as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.involvements.model import Involvement, InvolvementCategory
from store.involvements.queries import is_there
from store.relations import Relation
from store.scopes import in_scope


def commissions_on(session: Session, *, asked_by: Collaborator, on: date) -> Sequence[Involvement]:
    """Every part with a percentage that day, by collaborator, relation and category.

    An administrator gets everybody's, others their own. A later change never alters what stood that day.
    """
    query = select(Involvement).join(Involvement.collaborator).join(Involvement.relation).join(Involvement.category)
    query = query.where(
        Involvement.commission.is_not(None),
        Relation.deleted_at.is_(None),
        in_scope(Relation.id, asked_by=asked_by),
        *is_there(on),
    )
    if not asked_by.is_admin:
        query = query.where(Involvement.collaborator_id == asked_by.id)
    order = Collaborator.name, Collaborator.id, Relation.folded, Relation.id, InvolvementCategory.position
    return session.scalars(query.order_by(*order, Involvement.id)).all()
