"""Booking, correcting and removing expenses: the price comes from the cost table at the action's day, then stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from store.actions import Action
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.expenses.model import Expense, ExpenseFacts, PriceOrigin
from store.money import checked_currency, checked_price, checked_quantity, line_amount
from store.planning import require_editable
from store.products import Product, ProductCost, cost_on
from store.typed import line_typed

DESCRIPTION_LIMIT = 120


def book_expense(session: Session, action_id: int, facts: ExpenseFacts, *, by: Collaborator, now: datetime) -> Expense:
    """A new line. With a product and no price, price and currency are those of the cost table on the action's day.

    Raises NotFound, NotAllowed, and BookError at `what`, `quantity`, `price` or `currency`.
    """
    action = require_editable(session, action_id, by=by)
    row = Expense(action_id=action.id, booked_on=action.starts_on, created_by_id=by.id, created_at=now, changed_at=now)
    _put_what(session, row, facts)
    _put_price(session, row, action, facts)
    session.add(row)
    session.flush()
    return row


def correct_expense(
    session: Session, expense_id: int, facts: ExpenseFacts, *, by: Collaborator, now: datetime, version: int | None
) -> Expense:
    """The price is looked up anew only for another product, or when none is given: what was frozen stays.

    Raises as `book_expense`, and ChangedMeanwhile.
    """
    row, action = _to_write(session, expense_id, by=by)
    row.expect_version(version)
    was_product_id = row.product_id
    _put_what(session, row, facts)
    if row.product_id != was_product_id or facts.price is None:
        row.booked_on = action.starts_on
        _put_price(session, row, action, facts)
    else:
        price, currency = checked_price(facts.price, field="price"), checked_currency(facts.currency, field="currency")
        if (price, currency) != (row.price, row.currency):
            known = row.table_price if currency == row.currency else None
            row.price, row.currency, row.table_price = price, currency, known
            row.origin = _origin(price, known)
        row.amount = line_amount(row.quantity, row.price)
    row.changed_at = now
    session.flush()
    return row


def remove_expense(session: Session, expense_id: int, *, by: Collaborator, now: datetime) -> Expense:
    """Out of every list and total, until `restore_expense`. Doing it twice is no error. Raises NotFound."""
    row, _action = _to_write(session, expense_id, by=by, also_deleted=True)
    row.deleted_at = row.deleted_at or now
    session.flush()
    return row


def restore_expense(session: Session, expense_id: int, *, by: Collaborator) -> Expense:
    """As it was booked. Raises NotFound."""
    row, _action = _to_write(session, expense_id, by=by, also_deleted=True)
    row.deleted_at = None
    session.flush()
    return row


def withdraw_expenses(
    session: Session, expense_ids: Iterable[int], *, by: Collaborator, now: datetime
) -> list[Expense]:
    """Removes the lines that stand as they were booked, and returns them: what somebody corrected since is meant."""
    rows = (session.get(Expense, one) for one in expense_ids)
    untouched = [row for row in rows if row is not None and row.deleted_at is None and row.version == 1]
    return [remove_expense(session, row.id, by=by, now=now) for row in untouched]


def _to_write(
    session: Session, expense_id: int, *, by: Collaborator, also_deleted: bool = False
) -> tuple[Expense, Action]:
    row = session.get(Expense, expense_id)
    if row is None or (row.deleted_at is not None and not also_deleted):
        raise NotFound
    return row, require_editable(session, row.action_id, by=by)


def _put_what(session: Session, row: Expense, facts: ExpenseFacts) -> None:
    row.description = line_typed(facts.description, field="what", limit=DESCRIPTION_LIMIT)
    if facts.product_id is not None and session.get(Product, facts.product_id) is None:
        raise NotFound(field="what")
    if facts.product_id is None and not row.description:
        raise BookError(_("Say what it was: a product, or in a few words."), field="what")
    row.product_id = facts.product_id
    row.quantity = checked_quantity(facts.quantity, field="quantity")


def _put_price(session: Session, row: Expense, action: Action, facts: ExpenseFacts) -> None:
    currency = checked_currency(facts.currency, field="currency")
    cost = cost_on(session, facts.product_id, action.starts_on, currency=currency) if facts.product_id else None
    if facts.price is None:
        if cost is None:
            raise BookError(_no_cost(facts), field="price")
        row.price, row.currency, row.table_price = cost.cost, cost.currency, cost.cost
    else:
        known = _in_currency(cost, currency)
        row.price, row.currency, row.table_price = checked_price(facts.price, field="price"), currency, known
    row.origin = _origin(row.price, row.table_price)
    row.amount = line_amount(row.quantity, row.price)


def _no_cost(facts: ExpenseFacts) -> str:
    if facts.product_id is None:
        return _("Please fill this in.")
    return _("The cost table has no cost of this product on that day: type the price.")


def _in_currency(cost: ProductCost | None, currency: str) -> Decimal | None:
    return cost.cost if cost is not None and cost.currency == currency else None


def _origin(price: Decimal, table_price: Decimal | None) -> PriceOrigin:
    if table_price is None:
        return PriceOrigin.TYPED
    return PriceOrigin.TABLE if price == table_price else PriceOrigin.OVERRIDDEN
