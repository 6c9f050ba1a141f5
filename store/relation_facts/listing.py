"""Relations by status and priority, as they are now or as they were on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.addresses import PostalAddress, valid
from store.collaborators import Collaborator
from store.relation_facts.model import RelationFact, What, as_of, standing_facts, value_column
from store.relations import Relation
from store.scopes import in_scope


def relations_with(
    session: Session,
    *,
    asked_by: Collaborator,
    status_id: int | None = None,
    priority_id: int | None = None,
    country: str = "",
    today: date | None = None,
    on: date | None = None,
    limit: int,
    offset: int = 0,
) -> Sequence[Relation]:
    """By name; those that have (on that day: had) this status and this priority, None being any.

    `country` is a code: those with an address there on that day, else `today` (None: ever); "" for anywhere.
    """
    query = select(Relation).where(Relation.deleted_at.is_(None), Relation.is_only_contact.is_(False))
    query = query.where(in_scope(Relation.id, asked_by=asked_by))
    for what, now, wanted in (
        (What.STATUS, Relation.status_id, status_id),
        (What.PRIORITY, Relation.priority_id, priority_id),
    ):
        if wanted is not None and on is None:
            query = query.where(now == wanted)
        elif wanted is not None and on is not None:
            # Who ever had it by then are found by an index: only they are asked what they had that day.
            had = standing_facts(what, value_column(what) == wanted, RelationFact.effective_on <= on).order_by(None)
            query = query.where(Relation.id.in_(had.with_only_columns(RelationFact.relation_id)))
            query = query.where(as_of(Relation.id, what, on) == wanted)
    if country:
        there = select(PostalAddress.relation_id).where(PostalAddress.country == country)
        day = on or today
        query = query.where(Relation.id.in_(there.where(valid(PostalAddress, on=day)) if day else there))
    return session.scalars(query.order_by(Relation.folded, Relation.id).limit(limit).offset(offset)).all()
