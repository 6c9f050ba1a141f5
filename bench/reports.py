"""Every report in a book of 1,000,000 actions of ten years, 50,000 of one rep, with 100,000 expenses.

Floor: the bare count of the rows that the report is about. Each has a bound of its own, 100 ms at the 99th percentile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from bench.agenda import ACTIONS, compared, filled_book, on_each_engine
from store.actions import Action
from store.collaborators import Collaborator
from store.engine import Book
from store.expenses import Expense
from store.relation_facts.model import RelationFact
from store.relations import Relation
from store.reports import (
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
    relations_listed,
    turns,
)
from store.rows import Row
from store.statuses import RelationPriority, RelationStatus

SHOWN = 50
AT_ONCE = 10_000
_MONTH_FLOOR = "SELECT count(*) FROM action WHERE sort_at >= :low AND sort_at < :high"
_RELATIONS_FLOOR = "SELECT count(*) FROM relation WHERE deleted_at IS NULL"
_CONTACTS_FLOOR = "SELECT count(*) FROM contact WHERE deleted_at IS NULL"
_FACTS_FLOOR = "SELECT count(*) FROM relation_fact WHERE effective_on >= :first AND effective_on <= :last"


def rows(actions: int = ACTIONS) -> list[dict[str, Any]]:
    """Medians and p99 in milliseconds on SQLite and, where it is installed, PostgreSQL."""
    return on_each_engine(_measured, actions)


def _measured(url: str, engine: str, actions: int) -> list[dict[str, Any]]:
    with filled_book(url, actions, also=add_what_reports_count) as (book, people):
        return asked(book, people[0], engine, actions)


def add_what_reports_count(session: Session, now: datetime) -> None:
    """An expense for one action in ten, and a priority and statuses for every relation: two thirds became clients."""
    random = Random(2)
    statuses = {row.key: row.id for row in session.scalars(select(RelationStatus))}
    priorities = [row.id for row in session.scalars(select(RelationPriority))]
    ids = session.scalars(select(Relation.id)).all()
    facts: list[dict[str, Any]] = []
    for relation_id in ids:
        days = sorted(random.sample(range(3_600), 2), reverse=True)
        keys = ("prospect", "client") if random.random() < 0.66 else ("prospect",)
        found = [_fact(relation_id, statuses[key], now, back) for key, back in zip(keys, days, strict=False)]
        facts += found
        last = {"status_id": found[-1]["status_id"], "priority_id": random.choice(priorities)}
        session.execute(update(Relation).where(Relation.id == relation_id).values(**last))
    _write(session, RelationFact, facts)
    costly = session.execute(select(Action.id, Action.owner_id, Action.starts_on).where(Action.id % 10 == 0)).all()
    _write(session, Expense, (_expense(random, row.id, row.owner_id or 0, row.starts_on, now) for row in costly))


def _fact(relation_id: int, status_id: int, now: datetime, days_back: int) -> dict[str, Any]:
    on = now.date() - timedelta(days=days_back)
    return {"relation_id": relation_id, "status_id": status_id, "effective_on": on, "by_id": 1, "noted_at": now}


def _expense(random: Random, action_id: int, owner_id: int, on: date, now: datetime) -> dict[str, Any]:
    amount = random.randrange(100, 20_000) / 100
    return {
        "action_id": action_id, "description": "parking", "quantity": 1, "price": amount, "currency": "EUR",
        "amount": amount, "origin": "manual", "booked_on": on, "created_by_id": owner_id, "created_at": now,
        "changed_at": now,
    }  # fmt: skip


def _write(session: Session, kind: type[Row], values: Iterable[dict[str, Any]]) -> None:
    left: Iterator[dict[str, Any]] = iter(values)
    while some := list(islice(left, AT_ONCE)):
        session.execute(insert(Row.metadata.tables[kind.__tablename__]), some)


def asked(book: Book, by: Collaborator, engine: str, actions: int) -> list[dict[str, Any]]:
    """What `/crm report` shows, as a rep and an office ask for it."""
    today, now = date.today(), datetime.now(UTC)
    month = period_of(Span.LAST_MONTH, today=today)
    moments = {"low": now - timedelta(days=now.day + 30), "high": now - timedelta(days=now.day)}
    days = {"first": month.first_on, "last": month.last_on}

    def lists(report: Report, **wish: Any) -> Callable[[Session], object]:
        wanted = Wish(report, **wish)
        if wanted.counted is not None:
            return lambda session: counted(session, wanted, asked_by=by, today=today)
        listed = relations_listed if report is Report.RELATIONS else contacts_listed
        return lambda session: listed(session, wanted, asked_by=by, today=today, limit=SHOWN)

    def of(period: Period, who: int | None) -> dict[str, tuple[Callable[[Session], object], str]]:
        whose = "a rep" if who else "the office"
        return {
            f"activity, month of {whose}": (
                lambda session: activity(session, period, asked_by=by, collaborator_id=who), _MONTH_FLOOR),
            f"costs by relation, month of {whose}": (
                lambda session: costs(session, period, asked_by=by, group=CostGroup.RELATION, collaborator_id=who),
                _MONTH_FLOOR),
            f"clients won and lost, month of {whose}": (
                lambda session: turns(session, period, asked_by=by, collaborator_id=who), _FACTS_FLOOR),
        }  # fmt: skip

    asked_for = {
        **of(month, by.id),
        **of(month, None),
        "neglected for 60 days": (
            lambda session: neglected(session, asked_by=by, now=now, days=60, limit=SHOWN), _RELATIONS_FLOOR),
        "relations": (lists(Report.RELATIONS), _RELATIONS_FLOOR),
        "relations by representative": (lists(Report.RELATIONS, counted=Counted.REPRESENTATIVE), _RELATIONS_FLOOR),
        "relations by town": (lists(Report.RELATIONS, counted=Counted.TOWN), _RELATIONS_FLOOR),
        "contacts": (lists(Report.CONTACTS), _CONTACTS_FLOOR),
        "contacts by status": (lists(Report.CONTACTS, counted=Counted.STATUS), _CONTACTS_FLOOR),
    }  # fmt: skip
    bounds: dict[str, Mapping[str, object]] = {_MONTH_FLOOR: moments, _FACTS_FLOOR: days}
    found = []
    for name, (call, floor) in asked_for.items():
        with book.reading() as session:
            counts = partial(_counted, session, floor, bounds.get(floor, {}))
            found.append(compared(f"{name}, {engine}", partial(call, session), counts, actions))
    return found


def _counted(session: Session, query: str, bounds: Mapping[str, object]) -> object:
    return session.execute(text(query), bounds).all()
