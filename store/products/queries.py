"""Finding products, and what they cost on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.products.model import Product, ProductCost
from store.words import words_in


def find_products(
    session: Session, typed: str = "", *, limit: int = 50, also_retired: bool = False
) -> Sequence[Product]:
    """Those whose name or code holds every word that was typed, by name; without any, the first."""
    query = select(Product).order_by(Product.folded, Product.id).limit(limit)
    if not also_retired:
        query = query.where(Product.retired_at.is_(None))
    return session.scalars(
        query.where(*(Product.folded.contains(word, autoescape=True) for word in words_in(typed)))
    ).all()


def cost_on(session: Session, product_id: int, on: date, *, currency: str = "") -> ProductCost | None:
    """What one unit costs on that day: in this currency, else in the product's own, else in any that there is."""
    query = select(ProductCost).where(ProductCost.product_id == product_id, ProductCost.from_on <= on)
    found = [one for one in session.scalars(query.order_by(ProductCost.currency)) if one.is_valid(on)]
    if not found:
        return None
    wanted = [currency, found[0].product.currency]
    return next((one for code in wanted for one in found if one.currency == code), found[0])
