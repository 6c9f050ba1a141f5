"""The lines of an opportunity's form: a product or a few words, how many, at which price."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Search
from bot.slack.expense_fields import (
    PRODUCT,
    SAID,
    Decimals,
    as_typed,
    product_option,
    quantity_as_typed,
    quantity_in,
    said_option,
)
from bot.slack.fields import Field, Option, Options
from bot.slack.forms import Group
from bot.texts import _
from store.base import BookError
from store.money import amount_typed
from store.opportunities import TEXT_LIMIT, LineFacts, OpportunityLine
from store.products import Product, find_products

PRODUCTS_SHOWN = 50
STORED_AS = {"product": "what", "text": "what"}
"""The form's fields by the book's name for them, where these differ."""


def find_items(caller: Caller, typed: str, _form: Any = None) -> Options:
    """Products, and what was typed as it stands."""
    text = " ".join(typed.split())[:TEXT_LIMIT]
    with caller.reading() as session:
        products = find_products(session, text, limit=PRODUCTS_SHOWN)
    said = [said_option(text)] if text and len(f"{SAID}{text}") <= TEXT_LIMIT else []
    return Options([*map(product_option, products), *said])


def _fields() -> tuple[Search, Field[str | None], Field[str | None]]:
    return (
        Search(_("Item"), find=find_items, hint=_("A product, or a few words")),
        Decimals(_("Quantity"), hint=_("1 unless you say more")).optional(),
        Decimals(_("Price of one"), hint=_("Empty: the product’s sales price")).optional(),
    )


class OpportunityLineFields(Group):
    """A line in the form of the opportunity."""

    what, quantity, price = _fields()


class ItemFields(Group):
    """A line in the form of all its items: the ids of each form's fields differ."""

    what, quantity, price = _fields()


Item = OpportunityLineFields | ItemFields
ItemLine = TypeVar("ItemLine", OpportunityLineFields, ItemFields)


def lines_of(caller: Caller, rows: Sequence[OpportunityLine], kind: type[ItemLine]) -> list[ItemLine]:
    """The rows as the form shows them."""
    filled = []
    for row in rows:
        line = kind()
        line.what = product_option(row.product) if row.product else said_option(row.text)
        line.quantity, line.price = quantity_as_typed(caller, row.quantity), as_typed(caller, row.price)
        filled.append(line)
    return filled


def facts_in_lines(session: Session, caller: Caller, lines: Sequence[Item], *, currency: str) -> list[LineFacts]:
    """What the filled lines say. Raises BookError at `lines.<number>.…`, counted as the form does."""
    filled = ((number, line) for number, line in enumerate(lines) if not line.is_blank)
    return [_facts(session, caller, number, line, currency) for number, line in filled]


def at_its_line(error: BookError, lines: Sequence[Item]) -> BookError:
    """The book counts the filled lines alone; the form also those left blank."""
    name, _dot, rest = (error.field or "").partition(".")
    if name != "lines" or not rest:
        return error
    position, _dot, field = rest.partition(".")
    filled = [number for number, line in enumerate(lines) if not line.is_blank]
    at = f"lines.{filled[int(position)]}.{STORED_AS.get(field, field)}"
    return BookError(error.text, field=at, **error.values)


def _facts(session: Session, caller: Caller, number: int, line: Item, currency: str) -> LineFacts:
    at = f"lines.{number}"
    quantity = quantity_in(caller, line.quantity, field=f"{at}.quantity")
    product = _product(session, line.what)
    if line.price:
        price = amount_typed(line.price, field=f"{at}.price")
    elif product is not None and product.price is not None and product.currency == currency:
        price = product.price
    else:
        raise BookError(_("Type a price: this has none in {currency}."), field=f"{at}.price", currency=currency)
    text = "" if product is not None else line.what.value.removeprefix(SAID)
    return LineFacts(quantity, price, product.id if product else None, text)


def _product(session: Session, what: Option) -> Product | None:
    return session.get(Product, int(what.value.removeprefix(PRODUCT))) if what.value.startswith(PRODUCT) else None
