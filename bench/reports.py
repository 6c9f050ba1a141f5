"""Every report in a book of 1,000,000 actions of ten years, 50,000 of one rep, with 100,000 expenses.

Each as its page in Slack asks for it: the first 50 lines, and the numbers of all. Floor: the bare count of the rows
that the report is about. Each has a bound of its own, 100 ms at the 99th percentile.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.agenda import ACTIONS, compared, filled_book, on_each_engine
from bench.report_book import add_what_reports_count
from store.collaborators import Collaborator, Role
from store.engine import Book
from store.involvements import commissions_on, number_of_commissions
from store.reports import (
    OF_CONTACTS,
    CostGroup,
    Counted,
    Period,
    Report,
    Span,
    Wish,
    activity,
    contacts_listed,
    costs,
    counted,
    neglected,
    period_of,
    pipeline,
    relations_listed,
    turns,
)

SHOWN = 50
_Call = Callable[[Session], object]
_ACTIONS = "SELECT count(*) FROM action WHERE sort_at >= :low AND sort_at < :high"
_FACTS = "SELECT count(*) FROM relation_fact WHERE effective_on >= :first AND effective_on <= :last"
_RELATIONS = "SELECT count(*) FROM relation WHERE deleted_at IS NULL"
_CONTACTS = "SELECT count(*) FROM contact WHERE deleted_at IS NULL"
_CHANGES = "SELECT count(*) FROM opportunity_change"
_PARTS = "SELECT count(*) FROM involvement WHERE commission IS NOT NULL"


def rows(actions: int = ACTIONS) -> list[dict[str, Any]]:
    """Medians and p99 in milliseconds on SQLite and, where it is installed, PostgreSQL."""
    return on_each_engine(_measured, actions)


def _measured(url: str, engine: str, actions: int) -> list[dict[str, Any]]:
    with (
        filled_book(url, actions, also=add_what_reports_count) as (_book, people),
        get_context("spawn").Pool(1) as readers,
    ):
        return readers.apply(measured_by, (url, people[0].id, engine, actions))


def measured_by(url: str, by_id: int, engine: str, actions: int) -> list[dict[str, Any]]:
    """In a process that has done nothing else, as one that serves."""
    book = Book(url, now=lambda: datetime.now(UTC))
    gc.freeze()
    with book.reading() as session:
        by = session.get_one(Collaborator, by_id)
    found = []
    for name, call, floor, bounds in asked(by, date.today(), datetime.now(UTC)):
        with book.reading() as session:
            counts = partial(_counted, session, floor, bounds)
            found.append(compared(f"{name}, {engine}", partial(call, session), counts, actions))
    book.close()
    return found


def _counted(session: Session, query: str, bounds: Mapping[str, object]) -> object:
    return session.execute(text(query), bounds).all()


def asked(by: Collaborator, today: date, now: datetime) -> Iterator[tuple[str, _Call, str, Mapping[str, object]]]:
    """What `/crm report` shows, as a rep and an office ask for it: each with its floor."""
    spans = {"month": Span.LAST_MONTH, "year": Span.LAST_YEAR}
    for named, span in spans.items():
        period = period_of(span, today=today)
        for whose, who in (("a rep", by.id), ("the office", None)):
            yield from _of_days(by, period, f"{named} of {whose}", who)
    yield "neglected for 60 days", partial(neglected, asked_by=by, now=now, days=60, limit=SHOWN), _RELATIONS, {}
    lists = {Report.RELATIONS: (relations_listed, _RELATIONS), Report.CONTACTS: (contacts_listed, _CONTACTS)}
    for report, (listed, floor) in lists.items():
        yield report.value, partial(_listed, listed, Wish(report), by, today), floor, {}
        for one in Counted:
            if report is Report.CONTACTS or one not in OF_CONTACTS:
                wish = Wish(report, counted=one)
                yield f"{report} by {one}", partial(counted, wish=wish, asked_by=by, today=today), floor, {}
    yield "pipeline", partial(pipeline, asked_by=by, as_of=today, zone=by.zone), _CHANGES, {}
    yield "commissions, a rep's", partial(_commissions, by, today), _PARTS, {}
    by.role = Role.ADMIN
    yield "commissions, everybody's", partial(_commissions, by, today), _PARTS, {}


def _of_days(
    by: Collaborator, period: Period, named: str, who: int | None
) -> Iterator[tuple[str, _Call, str, Mapping[str, object]]]:
    one_day = timedelta(days=1)
    moments = {"low": period.first_on, "high": period.last_on + one_day}
    days = {"first": period.first_on, "last": period.last_on}
    told: dict[str, Any] = {"period": period, "asked_by": by, "collaborator_id": who}
    yield f"activity, {named}", partial(activity, **told), _ACTIONS, moments
    for group in CostGroup:
        call = partial(costs, **told, group=group, limit=SHOWN)
        yield f"costs by {group}, {named}", call, _ACTIONS, moments
    yield f"clients won and lost, {named}", partial(turns, **told, limit=SHOWN), _FACTS, days


def _listed(listed: Callable[..., object], wish: Wish, by: Collaborator, today: date, session: Session) -> object:
    return listed(session, wish, asked_by=by, today=today, limit=SHOWN)


def _commissions(by: Collaborator, today: date, session: Session) -> object:
    told: dict[str, Any] = {"asked_by": by, "on": today, "today": today}
    return commissions_on(session, **told, limit=SHOWN), number_of_commissions(session, **told)
