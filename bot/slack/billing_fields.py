"""What of an action is billed, in the fields of a form: its own, or the action's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bot.office import Caller
from bot.slack.fields import Option
from store.actions import Action
from store.billing import Billing, billing_of
from store.money import CURRENCIES, amount_typed, currency_of, number_typed


def currencies(_caller: Caller, _form: Any) -> list[Option]:
    return [Option(code, code) for code in CURRENCIES]


def billing_in(form: Any) -> Billing | None:
    """None while “To bill” is not ticked. Raises BookError at `billed_hours` or `billed_rate` for what is no number."""
    if not form.billable:
        return None
    hours = number_typed(form.billed_hours or "", field="billed_hours")
    rate = amount_typed(form.billed_rate or "", field="billed_rate")
    return Billing(hours, rate, form.billed_currency.value if form.billed_currency else "", form.billed_in or "")


def show_billing(caller: Caller, form: Any, action: Action | None) -> None:
    """Of a new action (None) only the currency that the office reckons in."""
    billing = billing_of(action) if action else None
    currency = billing.currency if billing else currency_of(caller.office.settings.office.country)
    form.billed_currency, form.billable = Option(currency, currency), billing is not None
    if billing is not None:
        form.billed_hours, form.billed_rate = _to_type(billing.hours), _to_type(billing.rate)
        form.billed_in = billing.billed_in


def _to_type(number: Decimal) -> str:
    """Without zeros that say nothing and without groups, so that it reads back as it is."""
    return f"{number.normalize():f}"
