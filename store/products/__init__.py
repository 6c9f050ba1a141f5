"""Products: what the office sells and gives away, at which price, and what they cost it on which day."""

from store.products.changes import (
    CODE_LIMIT,
    NAME_LIMIT,
    UNIT_LIMIT,
    ProductFacts,
    add_product,
    edit_product,
    retire_product,
    take_back_product,
)
from store.products.model import Product, ProductCost
from store.products.queries import cost_on, find_products

__all__ = [
    "CODE_LIMIT",
    "NAME_LIMIT",
    "UNIT_LIMIT",
    "Product",
    "ProductCost",
    "ProductFacts",
    "add_product",
    "cost_on",
    "edit_product",
    "find_products",
    "retire_product",
    "take_back_product",
]
