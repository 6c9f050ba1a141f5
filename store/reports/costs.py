"""What the office's actions cost: expenses by relation, representative, type, product, dossier or month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from heapq import nsmallest
from typing import Any

from sqlalchemy import Select, case, func, literal, null, select, union_all
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
    query = _query(_KEYS[group], collaborator_id)
    public = query.where(Action.has_expenses.is_(True), *public_in(period, asked_by=asked_by))
    private = private_in(session, period, query, asked_by=asked_by)
    if limit is None or group is CostGroup.MONTH or private:
        found = _added_up(group, [*session.execute(public), *private])
        number, sums = len(found), totals((key[1], told[1]) for key, told in found.items())
    else:
        found, number, sums = _dearest(session, public, limit)

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
    return Costs(number, sums, lines)


_Key = tuple[Any, str]
_Place = tuple[int, date, Decimal]
_Found = dict[_Key, tuple[int, Decimal]]


def _first(places: Mapping[_Key, _Place], limit: int | None) -> list[_Key]:
    """The first of them, and those that share the last one's place: their names tell which of them come first."""
    if limit is None or len(places) <= limit:
        return list(places)
    last = nsmallest(limit, places.values())[-1]
    return [key for key, place in places.items() if place <= last]


def _query(key: Any, collaborator_id: int | None) -> Select[Any]:
    """Rows of the key, a currency, how many and their sum."""
    # As a query also for one: SQLite would follow an index in the order of relations, through all that they ever did.
    whose = select(Collaborator.id)
    if collaborator_id is not None:
        whose = whose.where(Collaborator.id == collaborator_id)
    number, amount = func.count().label("number"), func.sum(Expense.amount).label("amount")
    query = select(key.label("value"), Expense.currency, number, amount).select_from(Action)
    query = query.join(Expense, Expense.action_id == Action.id).where(Expense.deleted_at.is_(None))
    return query.where(Action.owner_id.in_(whose)).group_by(key, Expense.currency)


def _added_up(group: CostGroup, rows: Iterable[Any]) -> _Found:
    """Of several rows of one key."""
    found: _Found = {}
    for value, currency, number, amount in rows:
        key = (value.replace(day=1) if group is CostGroup.MONTH else value, currency)
        before = found.get(key, (0, Decimal(0)))
        found[key] = before[0] + number, before[1] + amount
    return found


def _dearest(session: Session, public: Select[Any], limit: int) -> tuple[_Found, int, dict[str, Decimal]]:
    """The first places and those that share the last one; how many there are in all, and their sums by currency."""
    told = public.cte("told").prefix_with("MATERIALIZED")  # once, for the first and for the sums
    currency = case({one: place for place, one in enumerate(CURRENCIES)}, value=told.c.currency)
    # Rounded: SQLite adds up fractions, and two equal sums may differ in the last of their digits.
    place = func.rank().over(order_by=(currency, func.round(told.c.amount, 2).desc()))
    ranked = select(told, place.label("place")).subquery()
    first = select(ranked).where(ranked.c.place <= limit)
    columns = (null(), told.c.currency, func.count(), func.sum(told.c.amount), literal(0))
    rows = session.execute(union_all(first, select(*columns).group_by(told.c.currency))).all()
    found = {(row.value, row.currency): (row.number, row.amount) for row in rows if row.place}
    of_all = [row for row in rows if not row.place]
    return found, sum(row.number for row in of_all), totals((row.currency, row.amount) for row in of_all)


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
