"""Adding, editing and retiring products. Administrators only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.access import require_admin
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.money import checked_currency, checked_price
from store.products.model import Product
from store.typed import line_typed
from store.words import fold

CODE_LIMIT, NAME_LIMIT, UNIT_LIMIT = 40, 150, 20


@dataclass(frozen=True, slots=True)
class ProductFacts:
    code: str
    name: str
    currency: str
    price: Decimal | None = None
    unit: str = ""


def add_product(session: Session, facts: ProductFacts, *, by: Collaborator, now: datetime) -> Product:
    """Raises NotAllowed, and BookError at `code`, `name`, `unit`, `price` or `currency`."""
    require_admin(by)
    product = Product(created_at=now, changed_at=now)
    _apply(session, product, facts)
    session.add(product)
    session.flush()
    return product


def edit_product(
    session: Session, product_id: int, facts: ProductFacts, *, by: Collaborator, now: datetime, version: int | None
) -> Product:
    """Raises as `add_product`, NotFound and ChangedMeanwhile."""
    require_admin(by)
    product = product_to_write(session, product_id)
    product.expect_version(version)
    _apply(session, product, facts)
    product.changed_at = now
    session.flush()
    return product


def retire_product(session: Session, product_id: int, *, by: Collaborator, now: datetime) -> Product:
    """Forms no longer offer it. Raises NotAllowed, NotFound."""
    require_admin(by)
    product = product_to_write(session, product_id)
    product.retired_at = product.retired_at or now
    session.flush()
    return product


def take_back_product(session: Session, product_id: int, *, by: Collaborator) -> Product:
    """In use again. Raises NotAllowed, NotFound."""
    require_admin(by)
    product = product_to_write(session, product_id)
    product.retired_at = None
    session.flush()
    return product


def product_to_write(session: Session, product_id: int) -> Product:
    """Raises NotFound."""
    product = session.get(Product, product_id)
    if product is None:
        raise NotFound
    return product


def _apply(session: Session, product: Product, facts: ProductFacts) -> None:
    code = line_typed(facts.code, field="code", limit=CODE_LIMIT, required=True)
    same = select(Product).where(func.lower(Product.code) == code.lower(), Product.id != (product.id or 0))
    with session.no_autoflush:
        if (other := session.scalars(same.limit(1)).first()) is not None:
            raise BookError(_("{name} has this code already."), field="code", name=other.name)
    product.code = code
    product.name = line_typed(facts.name, field="name", limit=NAME_LIMIT, required=True)
    product.folded = fold(f"{product.name} {product.code}")
    product.unit = line_typed(facts.unit, field="unit", limit=UNIT_LIMIT)
    product.price = None if facts.price is None else checked_price(facts.price, field="price")
    product.currency = checked_currency(facts.currency, field="currency")
