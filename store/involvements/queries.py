"""Who is on a file, and what somebody is on, as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.involvements.model import Involvement, InvolvementCategory
from store.relations import Relation
from store.scopes import in_scope

_BY_CATEGORY = (
    InvolvementCategory.position,
    InvolvementCategory.id,
    Involvement.since_on.desc(),
    Involvement.id.desc(),
)


def involvements_of(
    session: Session, relation_id: int, *, asked_by: Collaborator, on: date | None, dossier_id: int | None = None
) -> Sequence[Involvement]:
    """Who is on the relation itself, or on this dossier of it, that day (None: ever was).

    In the order of the office's categories, then the latest first.
    """
    query = _seen_of(relation_id, asked_by, on).where(Involvement.dossier_id == dossier_id)
    return session.scalars(query.order_by(*_BY_CATEGORY)).all()


def involvements_in_dossiers(
    session: Session, relation_id: int, *, asked_by: Collaborator, on: date | None
) -> Sequence[Involvement]:
    """Who is on a dossier of the relation that day (None: ever was): the newest first, each as `involvements_of`."""
    query = _seen_of(relation_id, asked_by, on).where(Involvement.dossier_id.is_not(None))
    return session.scalars(query.order_by(Involvement.dossier_id.desc(), *_BY_CATEGORY)).all()


def _seen_of(relation_id: int, asked_by: Collaborator, on: date | None) -> Select[Involvement]:
    query = select(Involvement).join(Involvement.category).where(Involvement.relation_id == relation_id, *is_there(on))
    return query.where(in_scope(Involvement.relation_id, asked_by=asked_by))


def files_of(session: Session, collaborator_id: int, *, asked_by: Collaborator, on: date) -> Sequence[Involvement]:
    """The collaborator's part in each file that day, by the relation's name, those on its dossiers last.

    Deleted relations are left out.
    """
    query = select(Involvement).join(Involvement.relation).where(in_scope(Relation.id, asked_by=asked_by))
    query = query.where(Involvement.collaborator_id == collaborator_id, Relation.deleted_at.is_(None), *is_there(on))
    order = Relation.folded, Relation.id, func.coalesce(Involvement.dossier_id, 0), Involvement.id
    return session.scalars(query.order_by(*order)).all()


def involvement_seen_by(session: Session, involvement_id: int, *, asked_by: Collaborator) -> Involvement | None:
    """None when it was entered by mistake, is not there, or is of a file that they may not see."""
    query = select(Involvement).where(Involvement.id == involvement_id, *is_there(None))
    return session.scalars(query.where(in_scope(Involvement.relation_id, asked_by=asked_by))).one_or_none()


def categories(session: Session) -> Sequence[InvolvementCategory]:
    """All of them, retired ones too, in the office's order."""
    order = InvolvementCategory.position, InvolvementCategory.id
    return session.scalars(select(InvolvementCategory).order_by(*order)).all()


def is_there(on: date | None) -> list[ColumnElement[bool]]:
    """Conditions for a WHERE: the involvement counts on that day; None: on any."""
    counted = Involvement.deleted_at.is_(None)
    if on is None:
        return [counted]
    return [counted, Involvement.since_on <= on, or_(Involvement.until_on.is_(None), Involvement.until_on >= on)]
