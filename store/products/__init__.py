"""Products: what the office sells and gives away, at which price, and what they cost it on which day."""

from store.products.bringing_in import BroughtIn, Refused, bring_in_products
from store.products.changes import (
    CODE_LIMIT,
    NAME_LIMIT,
    UNIT_LIMIT,
    ProductFacts,
    add_product,
    edit_product,
    product_to_write,
    retire_product,
    take_back_product,
)
from store.products.costs import CostFacts, correct_cost, costs_of, remove_cost, restore_cost, set_cost
from store.products.model import Product, ProductCost
from store.products.queries import cost_on, find_products

__all__ = [
    "CODE_LIMIT",
    "NAME_LIMIT",
    "UNIT_LIMIT",
    "BroughtIn",
    "CostFacts",
    "Product",
    "ProductCost",
    "ProductFacts",
    "Refused",
    "add_product",
    "bring_in_products",
    "correct_cost",
    "cost_on",
    "costs_of",
    "edit_product",
    "find_products",
    "product_to_write",
    "remove_cost",
    "restore_cost",
    "retire_product",
    "set_cost",
    "take_back_product",
]
