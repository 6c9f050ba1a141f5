"""Who is on a file, and what somebody is on, as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.involvements.model import REPRESENTATIVE, Involvement, InvolvementCategory
from store.relations import Relation
from store.scopes import in_scope


def involvements_of(
    session: Session, relation_id: int, *, asked_by: Collaborator, on: date | None
) -> Sequence[Involvement]:
    """Who is on the file that day (None: ever was), in the order of the office's categories, then the latest first."""
    query = select(Involvement).join(Involvement.category).where(Involvement.relation_id == relation_id, *_there(on))
    query = query.where(in_scope(Involvement.relation_id, asked_by=asked_by))
    order = InvolvementCategory.position, InvolvementCategory.id, Involvement.since_on.desc(), Involvement.id.desc()
    return session.scalars(query.order_by(*order)).all()


def files_of(session: Session, collaborator_id: int, *, asked_by: Collaborator, on: date) -> Sequence[Involvement]:
    """The collaborator's part in each file that day, by the relation's name; deleted relations are left out."""
    query = select(Involvement).join(Involvement.relation).where(in_scope(Relation.id, asked_by=asked_by))
    query = query.where(Involvement.collaborator_id == collaborator_id, Relation.deleted_at.is_(None), *_there(on))
    return session.scalars(query.order_by(Relation.folded, Involvement.id)).all()


def representative_of(session: Session, relation_id: int, *, on: date) -> Collaborator | None:
    """Who has the category "representative" that day and is still of the office; of several, the latest."""
    query = select(Involvement).join(Involvement.category).join(Involvement.collaborator)
    query = query.where(
        Involvement.relation_id == relation_id,
        InvolvementCategory.key == REPRESENTATIVE,
        Collaborator.is_active,
        *_there(on),
    )
    latest = session.scalars(query.order_by(Involvement.since_on.desc(), Involvement.id.desc()).limit(1)).first()
    return latest.collaborator if latest else None


def _there(on: date | None) -> list[ColumnElement[bool]]:
    counted = Involvement.deleted_at.is_(None)
    if on is None:
        return [counted]
    return [counted, Involvement.since_on <= on, or_(Involvement.until_on.is_(None), Involvement.until_on >= on)]
