"""Reading quotes, as far as the asking collaborator may: those of the dossiers that they see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.dossiers import Dossier
from store.dossiers.queries import is_seen
from store.quotes.model import Quote, QuoteState
from store.relations import standing_id


def seen(asked_by: Collaborator, *, also_deleted: bool = False) -> Select[Quote]:
    query = select(Quote).join(Dossier, Dossier.id == Quote.dossier_id).where(*_seen(asked_by))
    return query if also_deleted else query.where(Quote.deleted_at.is_(None))


def quote_seen_by(session: Session, quote_id: int, *, asked_by: Collaborator) -> Quote | None:
    """None when it or its dossier is deleted, when it is hidden from them, or not there."""
    return session.scalars(seen(asked_by).where(Quote.id == quote_id)).unique().one_or_none()


def quotes_of(
    session: Session,
    *,
    asked_by: Collaborator,
    dossier_id: int | None = None,
    relation_id: int | None = None,
    states: Collection[QuoteState] = tuple(QuoteState),
    limit: int,
    offset: int = 0,
) -> Sequence[Quote]:
    """Of the opportunity with this dossier, of the relation, or of all; in these states, the newest first."""
    query = seen(asked_by).where(Quote.state.in_(states), *_at(session, dossier_id, relation_id))
    query = query.order_by(Quote.made_on.desc(), Quote.id.desc()).limit(limit).offset(offset)
    return session.scalars(query).unique().all()


def quote_totals(
    session: Session,
    *,
    asked_by: Collaborator,
    dossier_id: int | None = None,
    relation_id: int | None = None,
    states: Collection[QuoteState],
) -> list[tuple[str, int, Decimal]]:
    """Currency, number and total of those that `quotes_of` lists, by currency."""
    query = select(Quote.currency, func.count(), func.sum(Quote.amount))
    query = query.join(Dossier, Dossier.id == Quote.dossier_id)
    query = query.where(*_seen(asked_by), Quote.deleted_at.is_(None), Quote.state.in_(states))
    query = query.where(*_at(session, dossier_id, relation_id)).group_by(Quote.currency).order_by(Quote.currency)
    return [(currency, number, Decimal(total)) for currency, number, total in session.execute(query)]


def _seen(asked_by: Collaborator) -> list[ColumnElement[bool]]:
    return [is_seen(asked_by), Dossier.deleted_at.is_(None)]


def _at(session: Session, dossier_id: int | None, relation_id: int | None) -> list[ColumnElement[bool]]:
    if dossier_id is not None:
        return [Quote.dossier_id == dossier_id]
    return [] if relation_id is None else [Dossier.relation_id == standing_id(session, relation_id)]
