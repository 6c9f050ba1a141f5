"""Relations and contacts as a report's table: one line each, or how many there are of each status, town …"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.charts import Bars
from bot.slack.contact_words import LANGUAGE_NAMES
from bot.slack.report_columns import COUNTED, REPORTS
from bot.slack.report_table import ReportTable, Row, made_table
from bot.texts import _
from store.collaborators import Collaborator
from store.contacts import ContactKind, Grouping
from store.countries import country_name
from store.relations import RelationCategory, RelationKind
from store.reports import Counted, Report, Wish, contacts_listed, counted, relations_listed
from store.statuses import RelationPriority, RelationStatus

KINDS = {RelationKind.COMPANY: _("Company"), RelationKind.PERSON: _("Person")}


def relations_table(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    """Raises NotFound for a filter's line that is not there."""
    if wish.counted is not None:
        return _counts(session, caller, wish, limit)
    t, zone = caller.t, ZoneInfo(caller.collaborator.zone)
    found = relations_listed(session, wish, asked_by=caller.collaborator, today=caller.today, limit=limit)
    rows: list[Row] = [
        {
            "name": line.name,
            "kind": t(KINDS[line.kind]),
            "vat": line.vat,
            "added": line.added_at.astimezone(zone).date(),
            **_of_relation(caller, line),
        }
        for line in found.lines
    ]
    return _listed(session, caller, wish, rows, found.number)


def contacts_table(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    """As `relations_table`."""
    if wish.counted is not None:
        return _counts(session, caller, wish, limit)
    found = contacts_listed(session, wish, asked_by=caller.collaborator, today=caller.today, limit=limit)
    rows: list[Row] = [
        {
            "name": line.name,
            "relation": line.relation,
            "function": line.function,
            "contact_kind": ", ".join(line.kinds),
            "grouping": ", ".join(line.groupings),
            "since": line.since_on or "",
            **_of_relation(caller, line),
        }
        for line in found.lines
    ]
    return _listed(session, caller, wish, rows, found.number)


def _of_relation(caller: Caller, line: Any) -> Row:
    return {
        "category": line.category,
        "status": line.status,
        "priority": line.priority,
        "representative": ", ".join(line.representatives),
        "postal_code": line.postal_code,
        "town": line.town,
        "country": country_name(line.country, caller.t.language) if line.country else "",
        "language": LANGUAGE_NAMES.get(line.language, ""),
        "mail": line.mail,
        "phone": line.phone,
    }


def _counts(session: Session, caller: Caller, wish: Wish, limit: int | None) -> ReportTable:
    t, by = caller.t, wish.counted
    assert by is not None, "asked for only where something is counted"
    found = counted(session, wish, asked_by=caller.collaborator, today=caller.today)

    def called(name: str) -> str:
        if by is Counted.LANGUAGE:
            return LANGUAGE_NAMES.get(name, "") or t(_("The office’s"))
        return name or t(_("None of them"))

    rows = [(called(line.name), line.number) for line in found.lines]
    title = t(REPORTS[wish.report])
    about = " · ".join([t(COUNTED[by]), *_filters(session, caller, wish)])
    columns = [t(COUNTED[by]), t(_("How many"))]
    return ReportTable(title, about, columns, rows[:limit], len(rows), _total(caller, found.total), Bars(title, rows))


def _listed(session: Session, caller: Caller, wish: Wish, rows: Sequence[Row], number: int) -> ReportTable:
    about = " · ".join(_filters(session, caller, wish))
    return made_table(caller.t, wish, about=about, rows=rows, number=number, said=_total(caller, number))


def _total(caller: Caller, number: int) -> list[str]:
    return [caller.t(_("Total: {amount}"), amount=caller.t.number(number))] if number else []


def _filters(session: Session, caller: Caller, wish: Wish) -> Iterator[str]:
    """What narrows it, in words."""
    t = caller.t
    if wish.kind is not None:
        yield t(KINDS[wish.kind])
    chosen = (
        (RelationCategory, wish.category_id),
        (RelationStatus, wish.status_id),
        (RelationPriority, wish.priority_id),
        *(((ContactKind, wish.contact_kind_id), (Grouping, wish.grouping_id)) if _is_of_contacts(wish) else ()),
    )
    for kind, line_id in chosen:
        line = session.get(kind, line_id) if line_id else None
        if line is not None:
            yield line.label(t.language)
    who = session.get(Collaborator, wish.collaborator_id) if wish.collaborator_id else None
    if who is not None:
        yield who.name
    if wish.towns:
        yield wish.towns
    if wish.country:
        yield country_name(wish.country, t.language)
    if wish.language:
        yield LANGUAGE_NAMES[wish.language]
    if wish.since_on is not None:
        yield t(_("since {day}"), day=t.in_figures(wish.since_on))
    if wish.on is not None:
        yield t(_("as it was on {day}"), day=t.in_figures(wish.on))


def _is_of_contacts(wish: Wish) -> bool:
    return wish.report is Report.CONTACTS
