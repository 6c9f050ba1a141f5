"""Who represents the office at a relation: derived from the category that the office marked for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store.base import BookError, _
from store.collaborators import Collaborator
from store.involvements.changes import Holding, change_from
from store.involvements.model import Involvement, InvolvementCategory
from store.involvements.queries import involvements_of, is_there


def representative_category(session: Session) -> InvolvementCategory | None:
    """The first in use that fills the representative; None when the office chose none."""
    query = select(InvolvementCategory).where(
        InvolvementCategory.fills_representative, InvolvementCategory.retired_at.is_(None)
    )
    return session.scalars(query.order_by(InvolvementCategory.position, InvolvementCategory.id).limit(1)).first()


def representative_of(
    session: Session, relation_id: int, *, on: date, dossier_id: int | None = None
) -> Collaborator | None:
    """Who represents the office there that day and is still of it: of several the main one, else the latest.

    Whoever does so on the dossier comes before the relation's own.
    """
    query = select(Involvement).join(Involvement.category).join(Involvement.collaborator)
    query = query.where(
        Involvement.relation_id == relation_id,
        InvolvementCategory.fills_representative,
        Collaborator.is_active,
        or_(Involvement.dossier_id.is_(None), Involvement.dossier_id == dossier_id),
        *is_there(on),
    )
    order = (
        Involvement.dossier_id.is_(None),
        Involvement.is_main.desc(),
        Involvement.since_on.desc(),
        Involvement.id.desc(),
    )
    first = session.scalars(query.order_by(*order).limit(1)).first()
    return first.collaborator if first else None


def set_representative(
    session: Session, *, by: Collaborator, relation_id: int, collaborator_id: int | None, on: date, now: datetime
) -> None:
    """From `on`, this collaborator represents the office, with the percentage of whom they replace; None: nobody does.

    Of several representatives only the one that forms showed is replaced. One who is there already becomes the main
    one. Nothing changes when it is so already. Raises as `change_from`.
    """
    current = representative_of(session, relation_id, on=on)
    if collaborator_id == (current.id if current else None):
        return
    category = representative_category(session)
    if category is None:
        raise BookError(_("No category of internal relations fills the representative: an administrator chooses one."))
    standing = involvements_of(session, relation_id, asked_by=by, on=on)
    kept = [_holding(row) for row in standing if row.category_id != category.id]
    if collaborator_id is not None:
        here = [row for row in standing if row.category_id == category.id]
        # Without anybody who still works here, those who left are replaced.
        replaced = [
            row for row in here if (row.collaborator_id == current.id if current else not row.collaborator.is_active)
        ]
        kept += _with_the_new_one(here, replaced, collaborator_id, category.id)
    change_from(session, relation_id, by=by, on=on, holdings=kept, now=now)


def _with_the_new_one(
    here: Sequence[Involvement], replaced: Sequence[Involvement], new_id: int, category_id: int
) -> list[Holding]:
    """Who has the category then; the new one as the main one when others stay beside them."""
    if any(row.collaborator_id == new_id for row in here):
        return [
            Holding(category_id, row.collaborator_id, row.commission, row.collaborator_id == new_id) for row in here
        ]
    stay = [row for row in here if row not in replaced]
    given = [row.commission for row in replaced if row.commission is not None]
    new = Holding(category_id, new_id, sum(given, Decimal(0)) if given else None, bool(stay))
    return [*(replace(_holding(row), is_main=False) for row in stay), new]


def _holding(row: Involvement) -> Holding:
    return Holding(row.category_id, row.collaborator_id, row.commission, row.is_main)
