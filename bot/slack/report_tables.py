"""A report as a table: what its columns are called, what stands in them, and the few figures to say first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.texts import Texts, _
from store.involvements import commissions_on
from store.money import totals
from store.reports import CostGroup, Report, Wish, activity, costs, neglected, pipeline, turns


@dataclass(frozen=True, slots=True)
class Amount:
    """Shown with its currency's sign; a file has the bare number, and the currency in a column of its own."""

    value: Decimal
    currency: str


Cell = str | int | Decimal | date | Amount
REPORTS: Mapping[Report, str] = {
    Report.COSTS: _("Costs of actions"),
    Report.CLIENTS: _("Prospects who became clients"),
    Report.ACTIVITY: _("Activity by representative"),
    Report.NEGLECTED: _("Neglected relations"),
    Report.PIPELINE: _("Opportunities in progress"),
    Report.COMMISSIONS: _("Commissions"),
}
GROUPS: Mapping[CostGroup, str] = {
    CostGroup.RELATION: _("Relation"),
    CostGroup.REPRESENTATIVE: _("Representative"),
    CostGroup.TYPE: _("Type"),
    CostGroup.PRODUCT: _("Product"),
    CostGroup.DOSSIER: _("Dossier"),
    CostGroup.MONTH: _("Month"),
}


@dataclass(frozen=True, slots=True)
class Bars:
    """What a chart shows: a value by label, all in one unit (a currency, or what is counted)."""

    unit: str
    values: Sequence[tuple[str, Decimal | int]]


@dataclass(frozen=True, slots=True)
class ReportTable:
    """`number` rows there are; `rows` may be the first of them. `said` are sentences with the totals."""

    title: str
    about: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    number: int
    said: Sequence[str] = ()
    bars: Bars | None = None


def table_of(session: Session, caller: Caller, wish: Wish, *, limit: int | None = None) -> ReportTable:
    """What the caller may see, the first `limit` rows of it. Raises BookError at `last`, and NotAllowed."""
    return _TABLES[wish.report](session, caller, wish, limit)


def texts_of(row: Sequence[Cell], t: Texts, *, is_file: bool = False) -> list[str]:
    """As the reader writes numbers and days; in a file as their spreadsheet takes them."""

    def text(cell: Cell) -> str:
        if isinstance(cell, date):
            return cell.isoformat() if is_file else t.in_figures(cell)
        if isinstance(cell, Amount):
            return t.ungrouped(cell.value) if is_file else t.money(cell.value, cell.currency)
        if isinstance(cell, Decimal):
            return t.ungrouped(cell) if is_file else t.number(cell)
        return str(cell)

    return [text(cell) for cell in row]


def _about(caller: Caller, wish: Wish) -> str:
    period = wish.period(today=caller.today)
    return f"{caller.t.in_figures(period.first_on)} – {caller.t.in_figures(period.last_on)}"


def _sums(t: Texts, sums: Mapping[str, Decimal]) -> str:
    return " · ".join(t.money(amount, currency) for currency, amount in sums.items())


def _costs(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, period = caller.t, wish.period(today=caller.today)
    found = costs(
        session, period, asked_by=caller.collaborator, group=wish.group, collaborator_id=wish.collaborator_id
    )  # fmt: skip
    rows = [
        (_group_name(t, line.name, line.month_on), line.number, Amount(line.amount, line.currency), line.currency)
        for line in found
    ]
    sums = totals((line.currency, line.amount) for line in found)
    first = next(iter(sums), "")  # a chart has one unit: the rest stands in the table
    bars = [(name, amount.value) for name, _number, amount, currency in rows if currency == first]
    columns = [t(GROUPS[wish.group]), t(_("Lines")), t(_("Amount")), t(_("Currency"))]
    said = [t(_("Total: {amount}"), amount=_sums(t, sums))] if sums else []
    about = f"{_about(caller, wish)} · {columns[0]}"
    return ReportTable(t(REPORTS[Report.COSTS]), about, columns, rows[:limit], len(rows), said, Bars(first, bars))


def _group_name(t: Texts, name: str, month_on: date | None) -> str:
    return t.month(month_on) if month_on else name or t(_("None of them"))


def _clients(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, period = caller.t, wish.period(today=caller.today)
    found = turns(session, period, asked_by=caller.collaborator, collaborator_id=wish.collaborator_id)
    rows = [
        (
            line.conversion.on,
            line.name,
            t(_("became a client")) if line.is_won else t(_("client lost")),
            line.representative,
            line.conversion.action.subject if line.conversion.action else "",
            line.days,
            _sums(t, line.spent),
        )
        for line in found.lines
    ]
    columns = [_("Date"), _("Relation"), _("What happened"), _("By"), _("Cause"), _("Days"), _("Cost")]
    said = [
        t(_("For the first time: {number}"), number=t.number(found.first)),
        t(_("Each time: {number}"), number=t.number(found.each)),
        t(_("Lost: {number}"), number=t.number(found.lost)),
        t(_("Net: {number}"), number=t.number(found.net)),
    ]
    title, about = t(REPORTS[Report.CLIENTS]), _about(caller, wish)
    return ReportTable(title, about, [t(one) for one in columns], rows[:limit], len(rows), said)


def _activity(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, period = caller.t, wish.period(today=caller.today)
    found = activity(session, period, asked_by=caller.collaborator, collaborator_id=wish.collaborator_id)
    rows = [
        (line.representative, line.planned, line.done, line.no_show, line.cancelled, line.relations) for line in found
    ]
    columns = [_("Representative"), _("Planned"), _("Done"), _("No show"), _("Cancelled"), _("Relations seen")]
    bars = Bars(t(_("Done")), [(line.representative, line.done) for line in found])
    title, about = t(REPORTS[Report.ACTIVITY]), _about(caller, wish)
    return ReportTable(title, about, [t(one) for one in columns], rows[:limit], len(rows), bars=bars)


def _neglected(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, zone = caller.t, ZoneInfo(caller.collaborator.zone)
    found = neglected(
        session, asked_by=caller.collaborator, now=caller.office.now(), days=wish.days,
        priority_id=wish.priority_id, status_id=wish.status_id, limit=limit,
    )  # fmt: skip

    def day(at: datetime | None) -> Cell:
        return at.astimezone(zone).date() if at else ""

    rows = [
        (
            line.name,
            line.priority,
            line.status,
            day(line.last_at),
            "" if line.days is None else line.days,
            day(line.next_at),
        )
        for line in found.lines
    ]
    columns = [_("Relation"), _("Priority"), _("Status"), _("Last action"), _("Days since"), _("Next planned")]
    about = t.n("Nothing done for {number} day", "Nothing done for {number} days", wish.days)
    return ReportTable(t(REPORTS[Report.NEGLECTED]), about, [t(one) for one in columns], rows, found.number)


def _pipeline(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, by = caller.t, caller.collaborator
    found = pipeline(session, asked_by=by, as_of=caller.today, zone=by.zone, collaborator_id=wish.collaborator_id)
    rows = [
        (
            line.stage,
            line.representative,
            line.number,
            Amount(line.worth, line.currency),
            Amount(line.weighted, line.currency),
            line.currency,
        )
        for line in found
    ]
    columns = [_("Stage"), _("Representative"), _("Opportunities"), _("Amount"), _("Weighted"), _("Currency")]
    sums = totals((line.currency, line.weighted) for line in found)
    said = [t(_("Weighted: {amount}"), amount=_sums(t, sums))] if sums else []
    title, about = t(REPORTS[Report.PIPELINE]), t.in_figures(caller.today)
    return ReportTable(title, about, [t(one) for one in columns], rows[:limit], len(rows), said)


def _commissions(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, on = caller.t, wish.period(today=caller.today).last_on
    found = commissions_on(session, asked_by=caller.collaborator, on=on, today=caller.today)
    rows = [
        (row.collaborator.name, row.relation.name, row.category.label(t.language), row.commission or 0, row.since_on)
        for row in found
        if wish.collaborator_id in {None, row.collaborator_id}
    ]
    columns = [_("Collaborator"), _("Relation"), _("Category"), _("Commission (%)"), _("Since")]
    title, about = t(REPORTS[Report.COMMISSIONS]), t.in_figures(on)
    return ReportTable(title, about, [t(one) for one in columns], rows[:limit], len(rows))


_TABLES: Mapping[Report, Callable[[Session, Caller, Wish, int | None], ReportTable]] = {
    Report.COSTS: _costs,
    Report.CLIENTS: _clients,
    Report.ACTIVITY: _activity,
    Report.NEGLECTED: _neglected,
    Report.PIPELINE: _pipeline,
    Report.COMMISSIONS: _commissions,
}
