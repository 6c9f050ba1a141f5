"""What the office's actions cost: expenses by relation, representative, type, product, dossier or month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from heapq import nsmallest
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.access import require_present
from store.actions import Action, ActionType
from store.batches import batches
from store.collaborators import Collaborator
from store.dossiers import Dossier
from store.expenses import Expense
from store.money import CURRENCIES, totals
from store.products import Product
from store.relations import Relation
from store.reports.counted_actions import private_in, public_in
from store.reports.periods import Period


class CostGroup(StrEnum):
    RELATION = "relation"
    REPRESENTATIVE = "representative"
    TYPE = "type"
    PRODUCT = "product"
    DOSSIER = "dossier"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class CostLine:
    """`number` expenses of one group, in one currency: amounts of two currencies are never added up.

    `name` is in the asker's language; "" where the lines have no product or stand in no dossier. `month_on` is the
    first day of the month, when grouped by month.
    """

    name: str
    month_on: date | None
    currency: str
    number: int
    amount: Decimal


_KEYS: Mapping[CostGroup, Any] = {
    CostGroup.RELATION: Action.relation_id,
    CostGroup.REPRESENTATIVE: Action.owner_id,
    CostGroup.TYPE: Action.type_id,
    CostGroup.PRODUCT: Expense.product_id,
    CostGroup.DOSSIER: Action.dossier_id,
    CostGroup.MONTH: Action.starts_on,
}


@dataclass(frozen=True, slots=True)
class Costs:
    """`number` lines there are, `sums` by currency; `lines` are the first of them."""

    number: int
    sums: Mapping[str, Decimal]
    lines: Sequence[CostLine]


def costs(
    session: Session,
    period: Period,
    *,
    asked_by: Collaborator,
    group: CostGroup,
    collaborator_id: int | None = None,
    limit: int | None = None,
) -> Costs:
    """Of the actions that begin in the period and that the asker may see, those of one representative if given.

    By currency, then the dearest first; months in their order.
    """
    require_present(asked_by)
    found: dict[_Key, tuple[int, Decimal]] = {}
    for value, currency, number, amount in _added_up(session, period, asked_by, _KEYS[group], collaborator_id):
        key = (value.replace(day=1) if group is CostGroup.MONTH else value, currency)
        before = found.get(key, (0, Decimal(0)))
        found[key] = before[0] + number, before[1] + amount

    places = {
        key: (CURRENCIES.index(key[1]), key[0] if group is CostGroup.MONTH else date.min, -told[1])
        for key, told in found.items()
    }
    shown = _first(places, limit)
    names = _names(session, group, [value for value, _currency in shown if value is not None], asked_by.language)
    shown.sort(key=lambda key: (places[key], names.get(key[0], "").casefold()))
    lines = [
        CostLine(names.get(value, ""), value if group is CostGroup.MONTH else None, currency, *found[value, currency])
        for value, currency in shown[:limit]
    ]
    return Costs(len(found), totals((key[1], amount) for key, (_number, amount) in found.items()), lines)


_Key = tuple[Any, str]
_Place = tuple[int, date, Decimal]


def _first(places: Mapping[_Key, _Place], limit: int | None) -> list[_Key]:
    """The first of them, and those that share the last one's place: their names tell which of them come first."""
    if limit is None or len(places) <= limit:
        return list(places)
    last = nsmallest(limit, places.values())[-1]
    return [key for key, place in places.items() if place <= last]


def _added_up(
    session: Session, period: Period, asked_by: Collaborator, key: Any, collaborator_id: int | None
) -> Iterator[Any]:
    """Rows of the key, a currency, how many and their sum; several of one key."""
    whose = select(Collaborator.id) if collaborator_id is None else (collaborator_id,)
    query = select(key, Expense.currency, func.count(), func.sum(Expense.amount)).select_from(Action)
    query = query.join(Expense, Expense.action_id == Action.id).where(Expense.deleted_at.is_(None))
    query = query.where(Action.owner_id.in_(whose)).group_by(key, Expense.currency)
    is_public = (Action.has_expenses.is_(True), *public_in(period, asked_by=asked_by))
    yield from session.execute(query.where(*is_public))
    yield from private_in(session, period, query, asked_by=asked_by)


def _names(session: Session, group: CostGroup, ids: Sequence[Any], language: str) -> dict[Any, str]:
    """Whoever may see an action may see at whom, by whom and in which dossier it is."""
    if group in (CostGroup.TYPE, CostGroup.DOSSIER):
        kind: Any = ActionType if group is CostGroup.TYPE else Dossier
        rows = (row for some in batches(sorted(ids)) for row in session.scalars(select(kind).where(kind.id.in_(some))))
        return {row.id: row.label if group is CostGroup.DOSSIER else row.label(language) for row in rows}
    named: dict[CostGroup, Any] = {
        CostGroup.RELATION: Relation,
        CostGroup.REPRESENTATIVE: Collaborator,
        CostGroup.PRODUCT: Product,
    }
    if group not in named:
        return {}
    kind, found = named[group], dict[Any, str]()
    for some in batches(sorted(ids)):
        names = session.execute(select(kind.id, kind.name).where(kind.id.in_(some)))
        found |= {row.id: row.name for row in names}
    return found
