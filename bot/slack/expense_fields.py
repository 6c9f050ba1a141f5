"""The fields of an expense: what it was, how many, at which price; in a form of its own and as lines of others."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json
from bot.slack.choices import Choice, Search
from bot.slack.fields import Option, Options, Text
from bot.slack.forms import Group, Lines
from bot.texts import _
from store.base import BookError
from store.expenses import DESCRIPTION_LIMIT, ExpenseFacts, book_expense, last_currency, recent_descriptions
from store.money import CURRENCIES, amount_typed, currency_of, number_typed, quantity_typed
from store.products import Product, find_products

PRODUCT, SAID = "product:", "said:"
PRODUCTS_SHOWN = 40
MOST_LINES = 5


class Decimals(Text):
    """A number as people type it: "12,50", "1 234.5"; the value is what was typed."""

    def __init__(self, label: str, *, hint: str = "") -> None:
        super().__init__(label, max_length=20, hint=hint)

    def problem(self, value: Any) -> str | None:
        if not value:
            return super().problem(value)
        try:
            number_typed(value, field=self.name)
        except BookError as error:
            return error.text
        return None


def as_typed(caller: Caller, amount: Decimal) -> str:
    """With its two decimals and the reader's sign before them, as a field shows it."""
    return str(amount).replace(".", caller.t.decimal_sign)


def quantity_as_typed(caller: Caller, quantity: Decimal) -> str:
    """Without zeros behind it; `quantity_in` reads the same again."""
    return as_typed(caller, Decimal(f"{quantity.normalize():f}"))  # 10, not 1E+1


def quantity_in(caller: Caller, typed: str | None, *, field: str) -> Decimal:
    """What a field says of how many: one when it is empty. Raises BookError at `field`."""
    return quantity_typed(typed or "1", decimal_sign=caller.t.decimal_sign, field=field)


def find_expenses(caller: Caller, typed: str, _form: Any = None) -> Options:
    """What was typed, what the caller called expenses before, and products."""
    text = " ".join(typed.split())[:DESCRIPTION_LIMIT]
    with caller.reading() as session:
        known = recent_descriptions(session, text, asked_by=caller.collaborator)
        products = find_products(session, text, limit=PRODUCTS_SHOWN)
    descriptions = [*([text] if text and text.casefold() not in map(str.casefold, known) else []), *known]
    return Options([*map(said_option, descriptions), *map(product_option, products)], "")


def product_option(product: Product) -> Option:
    return Option(f"{PRODUCT}{product.id}", product.label)


def said_option(description: str) -> Option:
    return Option(f"{SAID}{description}", description)


def currencies(_caller: Caller, _form: Any) -> list[Option]:
    return [Option(code, code) for code in CURRENCIES]


def usual_currency(caller: Caller) -> Option:
    """Of the caller's last expense, else of the office's country."""
    with caller.reading() as session:
        code = last_currency(session, asked_by=caller.collaborator)
    code = code or currency_of(caller.office.settings.office.country)
    return Option(code, code)


def facts_in(caller: Caller, what: Option, quantity: str | None, price: str | None, currency: Option) -> ExpenseFacts:
    """What the fields say; no quantity is one. Raises BookError at a field."""
    is_product = what.value.startswith(PRODUCT)
    return ExpenseFacts(
        quantity=quantity_in(caller, quantity, field="quantity"),
        currency=currency.value,
        description="" if is_product else what.value.removeprefix(SAID),
        product_id=int(what.value.removeprefix(PRODUCT)) if is_product else None,
        price=amount_typed(price, field="price") if price else None,
    )


class ExpenseGroup(Group):
    """What every kind of expense line has in common."""

    @property
    def is_blank(self) -> bool:
        """The currency stands there before anybody types."""
        return not set(self.dump()) - {"currency"}


def line_kind() -> type[ExpenseGroup]:
    """A kind of line of its own for each form, for the ids of its fields differ."""

    class ExpenseLine(ExpenseGroup):
        what = Search(_("Expense"), find=find_expenses, hint=_("A product, or a few words: parking, lunch …"))
        quantity = Decimals(_("Quantity"), hint=_("1 unless you say more")).optional()
        price = Decimals(_("Price of one"), hint=_("Empty: the product’s cost on that day")).optional()
        currency = Choice(_("Currency"), among=currencies)

    return ExpenseLine


class ExpenseLines(Lines[Any]):
    """New expenses of an action; those that were booked stay where they are."""

    def __init__(self) -> None:
        super().__init__(line_kind(), add=_("+ Expense"), called=_("Expenses"), most=MOST_LINES)

    def blocks(self, group: Group, caller: Caller, prefix: str = "") -> list[Json]:
        lines: Sequence[Any] = group.values[self.name]
        without = [line for line in lines if line.values["currency"] is None]
        if without:
            usual = usual_currency(caller)
            for line in without:
                line.currency = usual
        return super().blocks(group, caller, prefix)


def book_lines(session: Session, caller: Caller, action_id: int, lines: Sequence[Any], *, name: str) -> list[int]:
    """Books the filled lines of a form's field `name`, and returns their ids. Raises BookError at a line's field."""
    booked = []
    filled = [(number, line) for number, line in enumerate(lines) if not line.is_blank]
    for number, line in filled:
        try:
            facts = facts_in(caller, line.what, line.quantity, line.price, line.currency)
            row = book_expense(session, action_id, facts, by=caller.collaborator, now=caller.office.now())
        except BookError as error:
            if error.field is None:
                raise
            raise BookError(error.text, field=f"{name}.{number}.{error.field}", **error.values) from error
        booked.append(row.id)
    return booked
