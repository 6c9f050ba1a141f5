"""Money: how amounts are read, what is refused, and how a line is rounded."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.base import BookError
from store.money import (
    LARGEST_PRICE,
    LARGEST_QUANTITY,
    amount_typed,
    checked_currency,
    checked_price,
    checked_quantity,
    line_amount,
    number_typed,
    quantity_typed,
    totals,
)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", "12"),
        ("12,50", "12.50"),
        ("12.50", "12.50"),
        ("1 234,50", "1234.50"),
        ("1\u202f234,5", "1234.5"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("€ 7", "7"),
        ("7 EUR", "7"),
        ("-5", "-5"),
        ("1,234", "1.234"),
    ],
)
def test_numbers_are_read_as_people_of_three_languages_type_them(typed: str, number: str) -> None:
    assert number_typed(typed, field="price") == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["", "twelve", "1..2", "--5", "NaN", "Infinity", "12;50", "12€50", "1e", "٣", "1_000"]
)
def test_what_is_no_number_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(BookError) as refused:
        checked_price(number_typed(typed, field="price"), field="price")
    assert refused.value.field == "price"


@pytest.mark.parametrize(("typed", "large", "small"), [("12.400", "12400", "12.40"), ("€ 1,250", "1250", "1,25")])
def test_an_amount_that_reads_in_two_ways_is_asked_about(typed: str, large: str, small: str) -> None:
    with pytest.raises(BookError) as refused:
        amount_typed(typed, field="budget")
    assert refused.value.field == "budget"
    assert (refused.value.values["large"], refused.value.values["small"]) == (large, small)


@pytest.mark.parametrize(("typed", "amount"), [("0,500", "0.5"), ("12.400,00", "12400"), ("12 400", "12400")])
def test_an_amount_that_reads_in_one_way_is_taken(typed: str, amount: str) -> None:
    assert amount_typed(typed, field="budget") == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "sign", "quantity"),
    [("1,500", ",", "1.5"), ("1.500", ".", "1.5"), ("0.750", ",", "0.75"), ("1 500", ",", "1500"), ("2.5", ",", "2.5")],
)
def test_a_quantity_is_read_with_the_decimal_sign_of_its_reader(typed: str, sign: str, quantity: str) -> None:
    assert quantity_typed(typed, decimal_sign=sign, field="quantity") == Decimal(quantity)


@pytest.mark.parametrize(("typed", "sign", "small"), [("1.500", ",", "1,500"), ("1,000", ".", "1.000")])
def test_a_quantity_that_may_be_thousands_is_asked_about(typed: str, sign: str, small: str) -> None:
    with pytest.raises(BookError) as refused:
        quantity_typed(typed, decimal_sign=sign, field="quantity")
    assert refused.value.field == "quantity"
    assert (refused.value.values["large"], refused.value.values["small"]) == (f"{typed[0]}{typed[2:]}", small)


@pytest.mark.parametrize("typed", ["1e30", "-5", "0.001", "10000000"])
def test_a_price_beyond_its_bounds_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(BookError) as refused:
        checked_price(number_typed(typed, field="price"), field="price")
    assert refused.value.text.endswith(".") or "{most}" in refused.value.text


@pytest.mark.parametrize("quantity", ["0", "-1", "1.2345", "100000", "1e30", "NaN"])
def test_a_quantity_that_is_nothing_or_too_fine_is_refused(quantity: str) -> None:
    with pytest.raises(BookError):
        checked_quantity(Decimal(quantity), field="quantity")


def test_a_quantity_of_three_decimals_is_kept() -> None:
    assert checked_quantity(Decimal("0.375"), field="quantity") == Decimal("0.375")


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [("0.5", "0.01", "0.00"), ("1.5", "0.01", "0.02"), ("2.5", "0.01", "0.02"), ("0.375", "12.40", "4.65")],
)
def test_a_line_is_rounded_once_with_half_a_cent_to_the_even_cent(quantity: str, price: str, amount: str) -> None:
    assert line_amount(Decimal(quantity), Decimal(price)) == Decimal(amount)


@given(
    st.decimals(min_value=Decimal("0.001"), max_value=LARGEST_QUANTITY, places=3),
    st.decimals(min_value=0, max_value=LARGEST_PRICE, places=2),
)
def test_any_line_is_within_half_a_cent_and_fits_the_book(quantity: Decimal, price: Decimal) -> None:
    amount = line_amount(checked_quantity(quantity, field="quantity"), checked_price(price, field="price"))
    assert abs(amount - quantity * price) <= Decimal("0.005")
    assert amount.as_tuple().exponent == -2
    assert amount < Decimal(10) ** 12


def test_totals_never_mix_currencies() -> None:
    lines = [("USD", Decimal("1.10")), ("EUR", Decimal("2.20")), ("USD", Decimal("0.05"))]
    assert list(totals(lines).items()) == [("EUR", Decimal("2.20")), ("USD", Decimal("1.15"))]


def test_a_currency_that_rapport_does_not_reckon_in_is_refused_by_name() -> None:
    assert checked_currency(" cad ", field="currency") == "CAD"
    with pytest.raises(BookError) as refused:
        checked_currency("BTC", field="currency")
    assert refused.value.values["code"] == "BTC"
