"""Each report's table: what is asked of the book, and what stands in which column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.charts import Bars
from bot.slack.report_columns import COST_GROUPS, GROUPS
from bot.slack.report_lists import contacts_table, relations_table
from bot.slack.report_table import Amount, Cell, ReportTable, Row, made_table
from bot.texts import Texts, _
from store.involvements import commissions_on, number_of_commissions
from store.money import totals
from store.reports import Origin, Report, Source, Turns, Wish, activity, costs, neglected, pipeline, turns


def table_of(session: Session, caller: Caller, wish: Wish, *, limit: int | None = None) -> ReportTable:
    """What the caller may see, the first `limit` rows of it. Raises BookError at `last`, NotFound and NotAllowed."""
    return _TABLES[wish.report](session, caller, wish, limit)


def _about(caller: Caller, wish: Wish) -> str:
    period = wish.period(today=caller.today)
    return f"{caller.t.in_figures(period.first_on)} – {caller.t.in_figures(period.last_on)}"


def _sums(t: Texts, sums: Mapping[str, Decimal]) -> str:
    return " · ".join(t.money(amount, currency) for currency, amount in sums.items())


def _costs(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, period = caller.t, wish.period(today=caller.today)
    found = costs(
        session, period, asked_by=caller.collaborator, group=wish.group, collaborator_id=wish.collaborator_id,
        limit=limit,
    )  # fmt: skip
    names = [_group_name(t, line.name, line.month_on) for line in found.lines]
    rows: list[Row] = [
        {
            "group": name,
            "lines": line.number,
            "amount": Amount(line.amount, line.currency),
            "currency": line.currency,
        }
        for name, line in zip(names, found.lines, strict=True)
    ]
    first = next(iter(found.sums), "")  # a chart has one unit: the rest stands in the table
    bars = [(name, line.amount) for name, line in zip(names, found.lines, strict=True) if line.currency == first]
    group = t(GROUPS[wish.group])
    said = [t(_("Total: {amount}"), amount=_sums(t, found.sums))] if found.sums else []
    about = f"{_about(caller, wish)} · {t(COST_GROUPS[wish.group])}"
    return made_table(
        t, wish, about=about, rows=rows, number=found.number, said=said,
        bars=Bars(first, bars), called={"group": group},
    )  # fmt: skip


def _group_name(t: Texts, name: str, month_on: date | None) -> str:
    return t.month(month_on) if month_on else name or t(_("None of them"))


_SOURCES = {
    Origin.INTRODUCED: _("Introduced by {name}"),
    Origin.BROUGHT: _("Brought in by {name}"),
    Origin.IMPORTED: _("Imported list"),
}


def _said_of_source(t: Texts, source: Source | None) -> str:
    return t(_SOURCES[source.origin], name=source.name) if source else ""


def _clients(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, period = caller.t, wish.period(today=caller.today)
    found = turns(
        session, period, asked_by=caller.collaborator, collaborator_id=wish.collaborator_id, limit=limit
    )  # fmt: skip
    rows: list[Row] = [
        {
            "date": line.conversion.on,
            "relation": line.name,
            "event": t(_("became a client")) if line.is_won else t(_("client lost")),
            "representative": line.representative,
            "cause": line.conversion.cause.subject if line.conversion.cause else "",
            "source": _said_of_source(t, line.source),
            "days": line.days,
            "cost": _cost(t, line.spent),
            "currency": " + ".join(line.spent),
        }
        for line in found.lines
    ]
    said = [
        t(_("For the first time: {number}"), number=t.number(found.first)),
        t(_("Each time: {number}"), number=t.number(found.each)),
        t(_("Lost: {number}"), number=t.number(found.lost)),
        t(_("Net: {number}"), number=t.number(found.net)),
    ]
    if len(rows) == found.each + found.lost:  # of some of them it would be no total
        said += _said_of_spending(t, found)
    return made_table(t, wish, about=_about(caller, wish), rows=rows, number=found.each + found.lost, said=said)


def _said_of_spending(t: Texts, found: Turns) -> list[str]:
    """What winning them cost, and what was spent on those lost, as far as anything was."""
    told = {is_won: totals(one for line in found.lines if line.is_won is is_won for one in line.spent.items())
            for is_won in (True, False)}  # fmt: skip
    texts = {True: _("Cost of those won: {amount}"), False: _("Spent on those lost: {amount}")}
    return [t(texts[is_won], amount=_sums(t, sums)) for is_won, sums in told.items() if sums]


def _cost(t: Texts, spent: Mapping[str, Decimal]) -> Cell:
    """A number in a file, unless it is of several currencies."""
    (currency, amount), *others = spent.items() or [("", Decimal(0))]
    return Amount(amount, currency) if currency and not others else _sums(t, spent)


def _activity(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, period = caller.t, wish.period(today=caller.today)
    found = activity(session, period, asked_by=caller.collaborator, collaborator_id=wish.collaborator_id)
    rows: list[Row] = [
        {
            "representative": line.representative,
            "planned": line.planned,
            "done": line.done,
            "no_show": line.no_show,
            "cancelled": line.cancelled,
            "relations": line.relations,
        }
        for line in found
    ]
    bars = Bars(t(_("Done")), [(line.representative, line.done) for line in found])
    return made_table(t, wish, about=_about(caller, wish), rows=rows[:limit], number=len(rows), bars=bars)


def _neglected(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, zone = caller.t, ZoneInfo(caller.collaborator.zone)
    found = neglected(
        session, asked_by=caller.collaborator, now=caller.office.now(), days=wish.days,
        priority_id=wish.priority_id, status_id=wish.status_id, limit=limit,
    )  # fmt: skip

    def day(at: datetime | None) -> Cell:
        return at.astimezone(zone).date() if at else ""

    rows: list[Row] = [
        {
            "relation": line.name,
            "priority": line.priority,
            "status": line.status,
            "last": day(line.last_at),
            "days": "" if line.days is None else line.days,
            "next": day(line.next_at),
        }
        for line in found.lines
    ]
    about = t.n("Nothing done for {number} day", "Nothing done for {number} days", wish.days)
    return made_table(t, wish, about=about, rows=rows, number=found.number)


def _pipeline(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, by, on = caller.t, caller.collaborator, wish.on or caller.today
    found = pipeline(session, asked_by=by, as_of=on, zone=by.zone, collaborator_id=wish.collaborator_id)
    rows: list[Row] = [
        {
            "stage": line.stage,
            "representative": line.representative,
            "number": line.number,
            "amount": Amount(line.worth, line.currency),
            "weighted": Amount(line.weighted, line.currency),
            "currency": line.currency,
        }
        for line in found
    ]
    sums = totals((line.currency, line.weighted) for line in found)
    said = [t(_("Weighted: {amount}"), amount=_sums(t, sums))] if sums else []
    first = next(iter(sums), "")
    by_stage: dict[str, Decimal] = {}
    for line in found:
        if line.currency == first:
            by_stage[line.stage] = by_stage.get(line.stage, Decimal(0)) + line.weighted
    bars = Bars(first, list(by_stage.items()))
    return made_table(
        t, wish, about=t.in_figures(on), rows=rows[:limit], number=len(rows), said=said, bars=bars
    )  # fmt: skip


def _commissions(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, on = caller.t, wish.period(today=caller.today).last_on
    whose: dict[str, Any] = {
        "asked_by": caller.collaborator,
        "on": on,
        "today": caller.today,
        "collaborator_id": wish.collaborator_id,
    }
    found = commissions_on(session, **whose, limit=limit)
    rows: list[Row] = [
        {
            "collaborator": row.collaborator.name,
            "relation": row.file.name,
            "category": row.category.label(t.language),
            "commission": row.commission or 0,
            "since": row.since_on,
        }
        for row in found
    ]
    return made_table(t, wish, about=t.in_figures(on), rows=rows, number=number_of_commissions(session, **whose))


_TABLES: Mapping[Report, Callable[[Session, Caller, Wish, int | None], ReportTable]] = {
    Report.COSTS: _costs,
    Report.CLIENTS: _clients,
    Report.ACTIVITY: _activity,
    Report.NEGLECTED: _neglected,
    Report.PIPELINE: _pipeline,
    Report.COMMISSIONS: _commissions,
    Report.RELATIONS: relations_table,
    Report.CONTACTS: contacts_table,
}
