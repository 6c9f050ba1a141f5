"""Which report somebody wants, and of what: everything that a form asks, kept as JSON between two runs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Self

from store.relations import RelationKind
from store.reports.costs import CostGroup
from store.reports.periods import Period, Span, period_of

DAYS_USUALLY = 60


class Report(StrEnum):
    COSTS = "costs"
    CLIENTS = "clients"
    ACTIVITY = "activity"
    NEGLECTED = "neglected"
    PIPELINE = "pipeline"
    COMMISSIONS = "commissions"
    RELATIONS = "relations"
    CONTACTS = "contacts"


class Counted(StrEnum):
    """What relations and contacts are counted by; a contact's are its relation's but for type and grouping."""

    STATUS = "status"
    PRIORITY = "priority"
    REPRESENTATIVE = "representative"
    CATEGORY = "category"
    TOWN = "town"
    COUNTRY = "country"
    LANGUAGE = "language"
    CONTACT_KIND = "contact_kind"
    GROUPING = "grouping"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a report does not ask for is ignored by it. `days` is for how long nothing was done at a relation.

    The days of Span.CHOSEN are `first_on` to `last_on`; other spans follow the calendar. `columns` are the keys of
    those to show, in their order; none for the usual ones.

    Relations and contacts: `collaborator_id` represents the office there, `towns` are as typed with commas between
    them, `country` is an ISO 3166 code. `since_on`: entered, or there, on that day or later. `on` is the day as of
    which it is told (None: today); `counted` is None for the lines themselves.
    """

    report: Report
    span: Span = Span.THIS_MONTH
    first_on: date | None = None
    last_on: date | None = None
    group: CostGroup = CostGroup.RELATION
    collaborator_id: int | None = None
    priority_id: int | None = None
    status_id: int | None = None
    days: int = DAYS_USUALLY
    columns: tuple[str, ...] = ()
    kind: RelationKind | None = None
    category_id: int | None = None
    towns: str = ""
    country: str = ""
    language: str = ""
    since_on: date | None = None
    on: date | None = None
    contact_kind_id: int | None = None
    grouping_id: int | None = None
    counted: Counted | None = None

    def period(self, *, today: date) -> Period:
        """Raises BookError at `last` for days that end before they begin."""
        if self.span is not Span.CHOSEN:
            return period_of(self.span, today=today)
        period = Period(self.first_on or today, self.last_on or today)
        period.check()
        return period

    def dumped(self) -> dict[str, Any]:
        """As JSON; `loaded` reads it back. What is not set is left out: it also travels in buttons."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        days = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
        return {name: value for name, value in days.items() if value not in (None, "", ())}

    @classmethod
    def loaded(cls, dumped: dict[str, Any]) -> Self:
        kinds: dict[str, Any] = {"report": Report, "span": Span, "group": CostGroup}
        kinds |= {"columns": tuple, "kind": RelationKind, "counted": Counted}
        kinds |= dict.fromkeys(("first_on", "last_on", "since_on", "on"), date.fromisoformat)
        return cls(**{name: kinds.get(name, lambda same: same)(value) for name, value in dumped.items()})
