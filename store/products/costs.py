"""The cost table: what a product costs the office from a day on. It changes nothing that was booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access import require_admin
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.money import checked_currency, checked_price
from store.products.changes import product_to_write
from store.products.model import ProductCost

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CostFacts:
    """`until_on` is the last day, None: until the next cost begins."""

    cost: Decimal
    currency: str
    from_on: date
    until_on: date | None = None


def costs_of(session: Session, product_id: int, *, currency: str = "") -> Sequence[ProductCost]:
    """The cost table of a product, oldest first; of one currency when given."""
    query = select(ProductCost).where(ProductCost.product_id == product_id, ProductCost.deleted_at.is_(None))
    if currency:
        query = query.where(ProductCost.currency == currency)
    return session.scalars(query.order_by(ProductCost.from_on, ProductCost.id)).all()


def set_cost(session: Session, product_id: int, facts: CostFacts, *, by: Collaborator) -> ProductCost:
    """From that day on; the cost before it ends the day before, and one that begins later ends this one.

    Raises NotAllowed, NotFound, and BookError at `cost`, `currency`, `from_on` or `until_on`.
    """
    require_admin(by)
    product = product_to_write(session, product_id)
    facts = _checked(facts)
    facts = _fitted(session, product.id, facts)
    row = ProductCost(product_id=product.id, from_on=facts.from_on, until_on=facts.until_on, cost=facts.cost)
    row.currency = facts.currency
    session.add(row)
    session.flush()
    session.expire(product, ["costs"])
    return row


def correct_cost(
    session: Session, cost_id: int, facts: CostFacts, *, by: Collaborator, version: int | None
) -> ProductCost:
    """The costs around it stay, and may not share a day with it. Raises as `set_cost`, NotFound, ChangedMeanwhile."""
    require_admin(by)
    row = _cost(session, cost_id)
    row.expect_version(version)
    facts = _checked(facts)
    _refuse_shared_day(session, row.product_id, facts, besides_id=row.id)
    row.cost, row.currency, row.from_on, row.until_on = facts.cost, facts.currency, facts.from_on, facts.until_on
    session.flush()
    return row


def remove_cost(session: Session, cost_id: int, *, by: Collaborator, now: datetime) -> ProductCost:
    """Out of the table; days that only it covered have no cost. Raises NotAllowed, NotFound."""
    require_admin(by)
    row = _cost(session, cost_id, also_deleted=True)
    row.deleted_at = row.deleted_at or now
    session.flush()
    return row


def restore_cost(session: Session, cost_id: int, *, by: Collaborator) -> ProductCost:
    """Raises NotAllowed, NotFound, and BookError when another cost has taken its days since."""
    require_admin(by)
    row = _cost(session, cost_id, also_deleted=True)
    if row.deleted_at is not None:
        facts = CostFacts(row.cost, row.currency, row.from_on, row.until_on)
        _refuse_shared_day(session, row.product_id, facts, besides_id=row.id)
        row.deleted_at = None
        session.flush()
    return row


def _cost(session: Session, cost_id: int, *, also_deleted: bool = False) -> ProductCost:
    row = session.get(ProductCost, cost_id)
    if row is None or (row.deleted_at is not None and not also_deleted):
        raise NotFound
    return row


def _checked(facts: CostFacts) -> CostFacts:
    cost, currency = checked_price(facts.cost, field="cost"), checked_currency(facts.currency, field="currency")
    if facts.until_on is not None and facts.until_on < facts.from_on:
        raise BookError(_("The last day must not be before the first."), field="until_on")
    return CostFacts(cost, currency, facts.from_on, facts.until_on)


def _fitted(session: Session, product_id: int, facts: CostFacts) -> CostFacts:
    """Its last day with the cost that follows in mind; the cost that runs on its first day ends the day before."""
    there = costs_of(session, product_id, currency=facts.currency)
    if any(one.from_on == facts.from_on for one in there):
        raise BookError(_("Another cost begins on that day: correct that one."), field="from_on")
    next_on = next((one.from_on for one in there if one.from_on > facts.from_on), None)
    if next_on is not None and facts.until_on is not None and facts.until_on >= next_on:
        raise BookError(_("Another cost begins on {day}: end this one before it."), field="until_on", day=next_on)
    running = next((one for one in reversed(there) if one.is_valid(facts.from_on)), None)
    if running is not None:
        running.until_on = facts.from_on - _DAY
    until_on = next_on - _DAY if facts.until_on is None and next_on is not None else facts.until_on
    return CostFacts(facts.cost, facts.currency, facts.from_on, until_on)


def _refuse_shared_day(session: Session, product_id: int, facts: CostFacts, *, besides_id: int) -> None:
    for one in costs_of(session, product_id, currency=facts.currency):
        is_before = one.until_on is not None and one.until_on < facts.from_on
        is_after = facts.until_on is not None and facts.until_on < one.from_on
        if one.id != besides_id and not is_before and not is_after:
            text = _("The cost that begins on {day} shares a day with this one: change its days first.")
            raise BookError(text, field="from_on", day=one.from_on)
