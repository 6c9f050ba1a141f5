"""The row of an expense: what an action cost the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, Numeric, event, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.actions import Action
from store.audit import Audited
from store.base import Row, Versioned
from store.products import Product


class PriceOrigin(StrEnum):
    """Where the price of a line comes from: the cost table, a person who knew better than it, or a person alone."""

    TABLE = "table"
    OVERRIDDEN = "overridden"
    TYPED = "typed"


class Expense(Audited, Versioned, Row):
    """One line: a product or what `description` says, how many of it, and the price of one.

    The price is frozen: `table_price` is what the cost table said on `booked_on`, the action's first day when the line
    was booked (None: nothing), and later changes of either change neither. `amount` is quantity times price, rounded
    once to two decimals, half a cent to the even cent. Whoever sees the action sees it.
    """

    __tablename__ = "expense"
    __table_args__ = (
        CheckConstraint("product_id IS NOT NULL OR description <> ''", name="says_what"),
        Index("expense_of_collaborator", "created_by_id", "id"),
        Index("expense_of_action", "action_id", "deleted_at", "currency", "amount", "product_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    description: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Decimal] = mapped_column(Numeric(12, 3))
    price: Mapped[Decimal]
    currency: Mapped[str]
    amount: Mapped[Decimal]
    origin: Mapped[PriceOrigin]
    table_price: Mapped[Decimal | None]
    booked_on: Mapped[date]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    action: Mapped[Action] = relationship()
    product: Mapped[Product | None] = relationship(lazy="joined")

    @property
    def what(self) -> str:
        """The description, else the product's name."""
        return self.description or (self.product.name if self.product else "")


@event.listens_for(Expense, "before_insert")
def _mark_action(_mapper: object, connection: Connection, row: Expense) -> None:
    # Without a new version: whoever has the action's form open may go on.
    table = Row.metadata.tables[Action.__tablename__]
    is_unmarked = (table.c.id == row.action_id, table.c.has_expenses.is_(False))
    connection.execute(update(table).where(*is_unmarked).values(has_expenses=True))


@dataclass(frozen=True, slots=True)
class ExpenseFacts:
    """What a form says of a line: a product, a description, or both. Without `price` the cost table gives it."""

    quantity: Decimal
    currency: str
    description: str = ""
    product_id: int | None = None
    price: Decimal | None = None
