"""What shows of a change in the audit trail: the columns by name, and their values as people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from babel import Locale, UnknownLocaleError

from bot.slack.opportunity_card import STATES as OPPORTUNITY_STATES
from bot.slack.quotes import STATES as QUOTE_STATES
from bot.slack.relations import KIND_NAMES, RELATION_KIND_NAMES
from bot.texts import Texts, _
from store.vat import shown_qst, shown_vat

COLUMNS = {
    "reason": _("Reason"),
    "kind": _("Kind"),
    "name": _("Name"),
    "person_id": _("Person"),
    "source_id": _("From"),
    "target_id": _("To"),
    "type_id": _("Type"),
    "subject": _("Subject"),
    "category_id": _("Category"),
    "collaborator_id": _("Collaborator"),
    "commission": _("Commission"),
    "is_main": _("Main person"),
    "since_on": _("Since"),
    "until_on": _("Last day"),
    "mail": _("E-mail"),
    "number": _("Phone"),
    "extension": _("Extension"),
    "street": _("Street and number"),
    "postal_code": _("Postal code"),
    "town": _("Town"),
    "country": _("Country"),
    "function": _("Function"),
    "legal_form": _("Legal form"),
    "vat": _("VAT number"),
    "qst": _("QST number (Québec)"),
    "language": _("Language"),
    "website": _("Website"),
    "birthday": _("Birthday"),
    "contact_id": _("Contact"),
    "owner_id": _("Representative"),
    "followed_by_id": _("Followed by"),
    "status_id": _("Status"),
    "priority_id": _("Priority"),
    "starts_on": _("Date"),
    "starts_time": _("From"),
    "ends_on": _("Until"),
    "ends_time": _("To"),
    "place": _("Place"),
    "deadline_on": _("Deadline"),
    "text": _("Text"),
    "is_discussed": _("Discussed"),
    "headline": _("What came out of it"),
    "report": _("Report"),
    "billed_hours": _("Hours to bill"),
    "billed_rate": _("Rate an hour"),
    "billed_in": _("Billed in"),
    "is_private": _("Private"),
    "notes": _("Remarks"),
    "note": _("Note"),
    "dossier_id": _("Dossier"),
    "stage_id": _("Stage"),
    "own_probability": _("Probability"),
    "budget": _("Budget"),
    "opened_on": _("Opened on"),
    "closes_on": _("Estimated closing date"),
    "state": _("State"),
    "reason_id": _("Reason"),
    "ended_on": _("Ended on"),
    "made_on": _("Date"),
    "product_id": _("Product"),
    "description": _("Description"),
    "quantity": _("Quantity"),
    "price": _("Price of one"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "effective_on": _("Since"),
}
"""What shows of a change; the columns that Rapport keeps for itself do not."""
_ELSEWHERE = {
    ("opportunity", "owner_id"): _("Followed by"),
    ("opportunity", "type_id"): _("Opportunity type"),
    ("link", "type_id"): _("Link"),
}
_STATES: Mapping[str, Mapping[Any, str]] = {"opportunity": OPPORTUNITY_STATES, "quote": QUOTE_STATES}


def label_of(kind: str, column: str) -> str:
    """What people call the column of the table `kind`."""
    return _ELSEWHERE.get((kind, column), COLUMNS[column])


def value_in_words(t: Texts, kind: str, column: str, value: Any) -> str:
    """What a column of the table `kind` holds, as JSON, as the reader writes it; "" for nothing."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return t(_("yes")) if value else t(_("no"))
    if column == "kind":
        among: Mapping[Any, str] = RELATION_KIND_NAMES if kind == "relation" else KIND_NAMES
        return t(among[value]) if value in among else str(value)
    if column == "state" and kind in _STATES:
        return t(_STATES[kind].get(value, str(value)))
    if column.endswith(("_on", "_at")) or column == "at":
        return t.in_figures(datetime.fromisoformat(str(value)).date())
    return _PLAIN[column](t, str(value)) if column in _PLAIN else str(value)


def _hour(t: Texts, value: str) -> str:
    return t.hour(datetime.combine(date.min, time.fromisoformat(value)))


def _amount(t: Texts, value: str) -> str:
    return t.amount(Decimal(value))


def _language(t: Texts, value: str) -> str:
    try:
        return str(Locale(value).get_display_name(t.locale) or value)
    except UnknownLocaleError:
        return value


_PLAIN: Mapping[str, Callable[[Texts, str], str]] = {
    "language": _language,
    "country": lambda t, value: str(t.locale.territories.get(value, value)),
    "vat": lambda _t, value: shown_vat(value),
    "qst": lambda _t, value: shown_qst(value),
    "commission": lambda t, value: t.percent(Decimal(value)),
    "own_probability": lambda t, value: t.percent(int(value)),
    **dict.fromkeys(("budget", "price", "amount"), _amount),
    "quantity": lambda t, value: t.number(Decimal(value).normalize()),
    **{column: _hour for column in COLUMNS if column.endswith("_time")},
}
"""How values of these columns are written."""
