"""The rows of a product and of what it costs the office, from when until when."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.audit import Audited
from store.base import Row, Versioned


class ProductCost(Audited, Versioned, Row):
    """What one unit costs the office from `from_on` until `until_on`. No two of one currency share a day."""

    __tablename__ = "product_cost"
    __table_args__ = (Index("cost_of_product", "product_id", "from_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    cost: Mapped[Decimal]
    currency: Mapped[str]
    deleted_at: Mapped[datetime | None]
    product: Mapped[Product] = relationship(back_populates="costs")

    def is_valid(self, on: date) -> bool:
        return self.deleted_at is None and self.from_on <= on and (self.until_on is None or on <= self.until_on)


class Product(Audited, Versioned, Row):
    """What the office sells or gives away. `code` is unique, `folded` is code and name as they are searched.

    `price` is what one `unit` ("bottle", "hour", "" for none) is sold at, None when that differs each time. Forms do
    not offer a retired one; lines that have it keep it.
    """

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)
    unit: Mapped[str] = mapped_column(default="")
    price: Mapped[Decimal | None]
    currency: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    costs: Mapped[list[ProductCost]] = relationship(
        back_populates="product", cascade="all, delete-orphan", order_by=ProductCost.from_on
    )

    @property
    def label(self) -> str:
        return f"{self.name} ({self.code})"
