"""Reading dossiers, as far as the asking collaborator may: those of the relations in their scope, and general ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action
from store.collaborators import Collaborator
from store.dossiers.model import Dossier
from store.relations import Relation, standing_id
from store.scopes import in_scope

_REFERENCE = re.compile(r"\s*([A-Za-z0-9]{1,10})-(\d{1,18})\s*")


def seen(asked_by: Collaborator, *, also_deleted: bool = False) -> Select[Dossier]:
    """The dossiers that they may see, of relations that are in the book."""
    query = select(Dossier).where(is_seen(asked_by))
    return query if also_deleted else query.where(Dossier.deleted_at.is_(None))


def is_seen(asked_by: Collaborator) -> ColumnElement[bool]:
    """The condition for a WHERE on dossiers; says nothing of deleted ones. Raises NotAllowed."""
    access.require_present(asked_by)
    is_there = Dossier.relation.has(Relation.deleted_at.is_(None)) & in_scope(Dossier.relation_id, asked_by=asked_by)
    return or_(Dossier.relation_id.is_(None), is_there)


def dossier_seen_by(session: Session, dossier_id: int, *, asked_by: Collaborator) -> Dossier | None:
    """None when it or its relation is deleted, when it is hidden from them, or not there."""
    return session.scalars(seen(asked_by).where(Dossier.id == dossier_id)).one_or_none()


def dossier_with_reference(session: Session, reference: str, *, asked_by: Collaborator) -> Dossier | None:
    """As typed, "acme-12": the whole of it must be right. None as for `dossier_seen_by`."""
    read = _REFERENCE.fullmatch(reference)
    if read is None or int(read[2]) >= 2**63:
        return None
    found = dossier_seen_by(session, int(read[2]), asked_by=asked_by)
    return found if found is not None and found.short == read[1].upper() else None


def dossiers_for(
    session: Session, relation_id: int, *, asked_by: Collaborator, closed: bool = False, limit: int = 100
) -> Sequence[Dossier]:
    """What an action at this relation may stand in: its own dossiers, newest first, then the general ones by name.

    Closed ones only with `closed`.
    """
    own = dossiers_of(session, relation_id, asked_by=asked_by, closed=closed, limit=limit)
    return [*own, *general_dossiers(session, asked_by=asked_by, closed=closed, limit=limit)]


def dossiers_of(
    session: Session,
    relation_id: int | None = None,
    *,
    asked_by: Collaborator,
    closed: bool = False,
    limit: int,
    offset: int = 0,
) -> Sequence[Dossier]:
    """Of the relation, else of all and general; the open before the closed (without `closed`: these not), newest first.

    One that was merged into another leads to that one.
    """
    query = _open_unless(closed, seen(asked_by))
    if relation_id is not None:
        query = query.where(Dossier.relation_id == standing_id(session, relation_id))
    query = query.order_by(Dossier.closed_at.is_not(None), Dossier.id.desc())
    return session.scalars(query.limit(limit).offset(offset)).all()


def general_dossiers(
    session: Session, *, asked_by: Collaborator, closed: bool = False, limit: int, offset: int = 0
) -> Sequence[Dossier]:
    """Those of no relation, by name; the open before the closed (without `closed`: these not)."""
    query = _open_unless(closed, seen(asked_by)).where(Dossier.relation_id.is_(None))
    query = query.order_by(Dossier.closed_at.is_not(None), Dossier.name, Dossier.id)
    return session.scalars(query.limit(limit).offset(offset)).all()


def actions_in(
    session: Session, dossier_id: int, *, asked_by: Collaborator, limit: int, offset: int = 0
) -> Sequence[Action]:
    """Its actions that they may see, the latest first."""
    query = select(Action).where(
        Action.dossier_id == dossier_id, Action.deleted_at.is_(None), access.visible(Action, asked_by=asked_by)
    )
    query = query.order_by(Action.sort_at.desc(), Action.id.desc())
    return session.scalars(query.limit(limit).offset(offset)).unique().all()


def _open_unless(closed: bool, query: Select[Dossier]) -> Select[Dossier]:
    return query if closed else query.where(Dossier.closed_at.is_(None))
