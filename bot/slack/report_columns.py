"""What reports, their columns and what they are added up by are called, and which columns each shows unless told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.texts import Texts, _
from store.reports import CostGroup, Counted, Report

REPORTS: Mapping[Report, str] = {
    Report.COSTS: _("Costs of actions"),
    Report.CLIENTS: _("Prospects who became clients"),
    Report.ACTIVITY: _("Activity by representative"),
    Report.NEGLECTED: _("Neglected relations"),
    Report.PIPELINE: _("Opportunities in progress"),
    Report.COMMISSIONS: _("Commissions"),
    Report.RELATIONS: _("Relations"),
    Report.CONTACTS: _("Contacts"),
}
GROUPS: Mapping[CostGroup, str] = {
    CostGroup.RELATION: _("Relation"),
    CostGroup.REPRESENTATIVE: _("Representative"),
    CostGroup.TYPE: _("Type"),
    CostGroup.PRODUCT: _("Product"),
    CostGroup.DOSSIER: _("Dossier"),
    CostGroup.MONTH: _("Month"),
}
COST_GROUPS: Mapping[CostGroup, str] = {
    CostGroup.RELATION: _("by relation"),
    CostGroup.REPRESENTATIVE: _("by representative"),
    CostGroup.TYPE: _("by type"),
    CostGroup.PRODUCT: _("by product"),
    CostGroup.DOSSIER: _("by dossier"),
    CostGroup.MONTH: _("by month"),
}
COUNTED: Mapping[Counted, str] = {
    Counted.STATUS: _("Status"),
    Counted.PRIORITY: _("Priority"),
    Counted.REPRESENTATIVE: _("Representative"),
    Counted.CATEGORY: _("Category"),
    Counted.TOWN: _("Town"),
    Counted.COUNTRY: _("Country"),
    Counted.LANGUAGE: _("Language"),
    Counted.CONTACT_KIND: _("Contact type"),
    Counted.GROUPING: _("Grouping"),
}
_AT_A_RELATION = {
    "category": _("Category"),
    "status": _("Status"),
    "priority": _("Priority"),
    "representative": _("Representative"),
    "postal_code": _("Postal code"),
    "town": _("Town"),
    "country": _("Country"),
    "language": _("Language"),
    "mail": _("E-mail"),
    "phone": _("Phone"),
}
COLUMNS: Mapping[Report, Mapping[str, str]] = {
    Report.COSTS: {
        "group": _("Added up by"),
        "lines": _("Lines"),
        "amount": _("Amount"),
        "currency": _("Currency"),
    },
    Report.CLIENTS: {
        "date": _("Date"),
        "relation": _("Relation"),
        "event": _("What happened"),
        "representative": _("By"),
        "cause": _("Cause"),
        "source": _("Source"),
        "days": _("Days"),
        "cost": _("Cost"),
        "currency": _("Currency"),
    },
    Report.ACTIVITY: {
        "representative": _("Representative"),
        "planned": _("Planned"),
        "done": _("Done"),
        "no_show": _("No show"),
        "cancelled": _("Cancelled"),
        "relations": _("Relations seen"),
    },
    Report.NEGLECTED: {
        "relation": _("Relation"),
        "priority": _("Priority"),
        "status": _("Status"),
        "last": _("Last action"),
        "days": _("Days since"),
        "next": _("Next planned"),
    },
    Report.PIPELINE: {
        "stage": _("Stage"),
        "representative": _("Representative"),
        "number": _("Opportunities"),
        "amount": _("Amount"),
        "weighted": _("Weighted"),
        "currency": _("Currency"),
    },
    Report.COMMISSIONS: {
        "collaborator": _("Collaborator"),
        "relation": _("Relation"),
        "category": _("Category"),
        "commission": _("Commission (%)"),
        "since": _("Since"),
    },
    Report.RELATIONS: {
        "name": _("Name"),
        "kind": _("Company or person"),
        **_AT_A_RELATION,
        "vat": _("VAT number"),
        "added": _("In the book since"),
    },
    Report.CONTACTS: {
        "name": _("Name"),
        "relation": _("Relation"),
        "function": _("Function"),
        "contact_kind": _("Contact type"),
        "grouping": _("Grouping"),
        **_AT_A_RELATION,
        "since": _("Since"),
    },
}
_USUAL = {
    Report.RELATIONS: ("name", "category", "status", "priority", "representative", "town"),
    Report.CONTACTS: ("name", "relation", "function", "contact_kind", "town", "mail", "phone"),
}
_OF_MONEY = {"amount", "cost", "weighted"}


def shown_columns(report: Report, chosen: Sequence[str]) -> list[str]:
    """The keys of those that were chosen, in that order; the usual ones for none. Amounts bring their currency."""
    known = COLUMNS[report]
    keys = [key for key in dict.fromkeys(chosen) if key in known] or list(_USUAL.get(report, known))
    if "currency" in known and "currency" not in keys and _OF_MONEY & set(keys):
        keys.append("currency")
    return keys


def column_labels(t: Texts, report: Report) -> dict[str, str]:
    """By key, as the reader's language calls them."""
    return {key: t(label) for key, label in COLUMNS[report].items()}
