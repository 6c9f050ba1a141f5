"""Who holds which percentage where, as of a day, and who may know it.

One rule at every door: administrators see all percentages; whoever has one of their own on a file, today or later, sees
all of that file (a dossier is a file of its own); others see who is there without percentages, beside what they
themselves ever had.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from store.batches import batches
from store.collaborators import Collaborator
from store.involvements.model import Involvement, InvolvementCategory
from store.involvements.queries import is_there
from store.relations import Relation
from store.scopes import in_scope


def commissions_on(
    session: Session,
    *,
    asked_by: Collaborator,
    on: date,
    today: date | None = None,
    collaborator_id: int | None = None,
    limit: int | None = None,
) -> Sequence[Involvement]:
    """Every part with a percentage that day that the asker may know, by collaborator, relation, dossier and category.

    A later change never alters what stood that day. `today` is that of the asker, unless said. Those of one
    collaborator if given; with `limit` the first of them.
    """
    query = select(Involvement.id).where(*_holds(asked_by, on, today, collaborator_id)).join(Involvement.collaborator)
    query = query.join(Relation, Relation.id == Involvement.relation_id).join(Involvement.category)
    of_file = Relation.folded, Relation.id, func.coalesce(Involvement.dossier_id, 0)
    order = Collaborator.name, Collaborator.id, *of_file, InvolvementCategory.position, Involvement.id
    # In order without all that is read with them: there may be thousands, of whom a few are shown.
    ids = session.scalars(query.order_by(*order).limit(limit)).all()
    found: dict[int, Involvement] = {}
    for some in batches(ids):
        found |= {row.id: row for row in session.scalars(select(Involvement).where(Involvement.id.in_(some)))}
    return [found[one] for one in ids]


def number_of_commissions(
    session: Session, *, asked_by: Collaborator, on: date, today: date | None = None, collaborator_id: int | None = None
) -> int:
    """How many `commissions_on` has without a limit."""
    query = select(func.count()).select_from(Involvement).where(*_holds(asked_by, on, today, collaborator_id))
    return session.scalars(query).one()


def _holds(
    asked_by: Collaborator, on: date, today: date | None, collaborator_id: int | None
) -> Sequence[ColumnElement[bool]]:
    whose = [] if collaborator_id is None else [Involvement.collaborator_id == collaborator_id]
    gone = select(Relation.id).where(Relation.deleted_at.is_not(None))
    is_there_then = (Involvement.commission.is_not(None), Involvement.relation_id.not_in(gone), *is_there(on))
    is_theirs = in_scope(Involvement.relation_id, asked_by=asked_by)
    return *whose, *is_there_then, is_theirs, _is_known(asked_by, today)


def known_shares(
    session: Session, relation_ids: Collection[int], *, asked_by: Collaborator, today: date
) -> Mapping[int, Decimal]:
    """The percentages on these files, past and planned ones too, that the asker may know, by the involvement's id."""
    found: dict[int, Decimal] = {}
    for some in batches(sorted(relation_ids)):
        query = select(Involvement.id, Involvement.commission).where(
            Involvement.relation_id.in_(some), Involvement.commission.is_not(None), _is_known(asked_by, today)
        )
        found |= {row_id: share for row_id, share in session.execute(query) if share is not None}
    return found


def knows_all_shares(
    session: Session, relation_id: int, *, asked_by: Collaborator, today: date, dossier_id: int | None = None
) -> bool:
    """Whether no percentage on the relation itself, or on this dossier of it, is kept from the asker.

    Past and planned ones too.
    """
    here = Involvement.relation_id == relation_id, Involvement.dossier_id == dossier_id
    query = select(Involvement.id).where(*here, Involvement.deleted_at.is_(None))
    hidden = query.where(Involvement.commission.is_not(None), ~_is_known(asked_by, today)).limit(1)
    return session.scalar(hidden) is None


def _is_known(asked_by: Collaborator, today: date | None) -> ColumnElement[bool]:
    """For a WHERE on Involvement."""
    if asked_by.is_before_others:
        return false()
    if asked_by.is_admin:
        return true()
    today = today or datetime.now(ZoneInfo(asked_by.zone)).date()
    own = aliased(Involvement)
    has_one = select(own.id).where(
        own.relation_id == Involvement.relation_id,
        own.dossier_id.is_not_distinct_from(Involvement.dossier_id),
        own.collaborator_id == asked_by.id,
        own.commission.is_not(None),
        own.deleted_at.is_(None),
        or_(own.until_on.is_(None), own.until_on >= today),
    )
    return or_(Involvement.collaborator_id == asked_by.id, has_one.exists())
