"""Money and quantities: read as people type them, checked, and rounded to the cent. Pure.

An amount has a currency of its own (ISO 4217), two decimals, and is never added to one of another currency.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal

from store.base import BookError, _

CURRENCIES = ("EUR", "CAD", "USD", "GBP", "CHF")
LARGEST_PRICE = Decimal("9999999.99")
LARGEST_QUANTITY = Decimal("99999.999")
_CENT = Decimal("0.01")
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:e\+?\d{1,3})?", re.ASCII | re.IGNORECASE)
_GROUPED = re.compile(
    "[+-]?\\d{1,3}(?P<groups>[ \u00a0\u202f'’.,])\\d{3}(?:(?P=groups)\\d{3})*(?:(?!(?P=groups))[.,]\\d+)?", re.ASCII
)
_TWO_WAYS = re.compile(r"(?P<whole>[1-9]\d{0,2})(?P<sign>[.,])(?P<rest>\d{3})", re.ASCII)
_TWO_MEANINGS = _("“{typed}” may mean {large} or {small}: type one of these.")
_SIGN = r"(?:€|\$|£|EUR|CAD|USD|GBP|CHF)"
_SIGNS = re.compile(rf"^\s*{_SIGN}|{_SIGN}\s*$", re.IGNORECASE)
_OF_COUNTRY = {"CA": "CAD", "US": "USD", "GB": "GBP", "CH": "CHF"}


def number_typed(typed: str, *, field: str) -> Decimal:
    """ "12,50", "1 234.5", "1.234,50", "€ 12": thousands may stand apart.

    A comma or point that stands alone parts decimals: "1,234" is a little more than one. Raises BookError at `field`.
    """
    text = _SIGNS.sub("", typed).strip()
    if (grouped := _GROUPED.fullmatch(text)) and not _PLAIN.fullmatch(text):
        text = text.replace(grouped["groups"], "")
    if not _PLAIN.fullmatch(text):
        raise BookError(_("Type a number, such as 12.50."), field=field)
    return Decimal(text.replace(",", "."))


def amount_typed(typed: str, *, field: str) -> Decimal:
    """Like `number_typed`, for amounts: "12.400" is 12400 to one reader and 12.40 to another, so it is refused."""
    if (unclear := _TWO_WAYS.fullmatch(_SIGNS.sub("", typed).strip())) is not None:
        large, small = unclear["whole"] + unclear["rest"], f"{unclear['whole']}{unclear['sign']}{unclear['rest'][:2]}"
        raise BookError(_TWO_MEANINGS, field=field, typed=typed.strip(), large=large, small=small)
    return number_typed(typed, field=field)


def quantity_typed(typed: str, *, decimal_sign: str, field: str) -> Decimal:
    """Like `number_typed`; "1.500" is a little more than one to a reader whose decimals follow a point, and refused to
    another, who may mean 1500.
    """
    unclear = _TWO_WAYS.fullmatch(typed.strip())
    if unclear is not None and unclear["sign"] != decimal_sign:
        large, small = unclear["whole"] + unclear["rest"], f"{unclear['whole']}{decimal_sign}{unclear['rest']}"
        raise BookError(_TWO_MEANINGS, field=field, typed=typed.strip(), large=large, small=small)
    return number_typed(typed, field=field)


def checked_price(price: Decimal, *, field: str, most: Decimal = LARGEST_PRICE) -> Decimal:
    """With two decimals. Raises BookError at `field` for a negative one, more than `most`, or a part of a cent."""
    if not price.is_finite() or price > most:
        raise BookError(_("This amount is too large: at most {most}."), field=field, most=most)
    if price < 0:
        raise BookError(_("An amount cannot be negative."), field=field)
    if price != price.quantize(_CENT):
        raise BookError(_("An amount has at most two decimals."), field=field)
    return price.quantize(_CENT)


def checked_quantity(quantity: Decimal, *, field: str) -> Decimal:
    """With three decimals. Raises BookError at `field` unless it is more than nothing, and within bounds."""
    if not quantity.is_finite() or quantity > LARGEST_QUANTITY:
        raise BookError(_("This quantity is too large: at most {most}."), field=field, most=LARGEST_QUANTITY)
    if quantity <= 0:
        raise BookError(_("The quantity must be more than 0."), field=field)
    if quantity != quantity.quantize(Decimal("0.001")):
        raise BookError(_("A quantity has at most three decimals."), field=field)
    return quantity.quantize(Decimal("0.001"))


def checked_currency(code: str, *, field: str) -> str:
    """In capitals. Raises BookError at `field` for one that Rapport does not reckon in."""
    found = code.strip().upper()
    if found not in CURRENCIES:
        known = ", ".join(CURRENCIES)
        raise BookError(_("“{code}” is not among the currencies: {known}."), field=field, code=code, known=known)
    return found


def currency_of(country: str) -> str:
    """What an office in this country (ISO 3166, "" when not known) reckons in unless it says otherwise."""
    return _OF_COUNTRY.get(country, CURRENCIES[0])


def line_amount(quantity: Decimal, price: Decimal) -> Decimal:
    """Rounded once, for the line: to two decimals, half a cent to the even cent."""
    return (quantity * price).quantize(_CENT, rounding=ROUND_HALF_EVEN)


def totals(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """By currency, in the order of CURRENCIES; only those that occur."""
    found: dict[str, Decimal] = {}
    for currency, amount in amounts:
        found[currency] = found.get(currency, Decimal(0)) + amount
    return {currency: found[currency] for currency in sorted(found, key=CURRENCIES.index)}
