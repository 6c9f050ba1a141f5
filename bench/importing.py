"""Importing a list of contacts, one line in a hundred of them bad, against a bare batched insert of the same rows.

The floor writes every row that the import left in the book (people, places, addresses, trail, search words, report),
read back from it, into an empty book in batches of the same size: no file, no checks, nothing looked up.
"""

from __future__ import annotations

import csv
import resource
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, insert, select

from integrations.tables.reading import open_table
from store.collaborators import Collaborator, Role, add_collaborator
from store.engine import Book
from store.importing import Import, NumberedCells, Outcome, choose_mapping, prepare_import, run_import, told_lines
from store.importing.running import BATCH
from store.rows import Row
from store.samples.places import FIRST_NAMES, SURNAMES
from store.starter import seed_domain_data

CONTACTS = 100_000
COLUMNS = ("Company", "First name", "Last name", "E-mail", "Phone", "Function", "Language", "Town")


def rows(contacts: int = CONTACTS) -> list[dict[str, Any]]:
    """Rows per second of the import and of the floor, and the memory that each takes at its most."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bad = _write_list(folder / "list.csv", contacts)
        book, by = _new_book(folder / "imported.db")
        before = _newest(book)
        began = time.perf_counter()
        run = _import(book, by, folder / "list.csv")
        took_s = time.perf_counter() - began
        _check(book, run, by, contacts, bad)
        floor_s = _bare(book, before, folder / "bare.db")
        book.close()
        value, floor = round(contacts / took_s), round(contacts / floor_s)
        found = [_row("import of contacts, SQLite", value, floor, "≥ 0.33×", contacts, unit="lines/s")]
        found += [_memory(folder, contacts)]
    return found


def _write_list(path: Path, contacts: int) -> set[int]:
    """Returns the numbers of the bad lines."""
    random, bad = Random(1), set[int]()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        for number in range(2, contacts + 2):
            language = random.choice(("fr", "nl", "en"))
            mail = f"person{number}@company{number // 5}.example"
            if number % 100 == 0:
                mail = "no address"
                bad.add(number)
            name = random.choice(FIRST_NAMES[language]), f"{random.choice(SURNAMES[language])} {number}"
            phone = f"+32 47{random.randrange(10)} {random.randrange(10**6, 10**7)}"
            writer.writerow((f"Company {number // 5}", *name, mail, phone, "Purchases", language, "Tournai"))
    return bad


def _new_book(path: Path) -> tuple[Book, Collaborator]:
    book = Book(f"sqlite:///{path}", now=lambda: datetime.now(UTC))
    Row.metadata.create_all(book.engine)
    with book.writing() as session:
        seed_domain_data(session, book.now())
        by = add_collaborator(session, name="Emma", mail="emma@office.example", now=book.now())
        by.role = Role.ADMIN
    return book, by


def _import(book: Book, by: Collaborator, path: Path) -> Import:
    with open_table(path) as table:
        with book.writing(actor_id=by.id) as session:
            facts = {"file_name": path.name, "sha256": "", "columns": table.columns}
            run = prepare_import(session, by=by, now=book.now(), **facts)  # type: ignore[arg-type]
            choose_mapping(session, run.id, by=by, now=book.now())
        lines: Iterator[NumberedCells] = ((line.number, line.cells) for line in table.lines)
        return run_import(book, run.id, lines, by=by)


def _check(book: Book, run: Import, by: Collaborator, contacts: int, bad: set[int]) -> None:
    """Speed alone is worth nothing: every good line is in, every bad one is named."""
    with book.reading() as session:
        run = session.get_one(Import, run.id)
        refused = {one.number for one in told_lines(session, run.id, asked_by=by) if one.outcome is Outcome.REFUSED}
    if refused != bad or run.added != contacts - len(bad):
        raise AssertionError(f"{run.added} added, {len(refused)} refused, {len(bad)} bad")


def _newest(book: Book) -> dict[str, int]:
    with book.reading() as session:
        ids = {table.name: table.c["id"] for table in Row.metadata.sorted_tables if "id" in table.c}
        return {name: session.scalar(select(func.max(column))) or 0 for name, column in ids.items()}


def _bare(book: Book, before: dict[str, int], path: Path) -> float:
    """Seconds to write the same rows, table after table, in as many transactions as the import had batches."""
    bare, _by = _new_book(path)
    contents = []
    with book.reading() as session:
        for table in Row.metadata.sorted_tables:
            query = select(table)
            query = query.where(table.c["id"] > before[table.name]) if "id" in table.c else query
            if "relation_id" in table.c and "id" not in table.c:
                query = query.order_by(table.c["relation_id"])  # in the order in which the import wrote them
            contents += [(table, dict(row)) for row in session.execute(query).mappings()]
        lines = session.scalar(select(func.count()).select_from(Row.metadata.tables["import_line"])) or 1
    size = -(-len(contents) // -(-lines // BATCH))
    began = time.perf_counter()
    for start in range(0, len(contents), size):
        with bare.writing() as session:
            for table, found in groupby(contents[start : start + size], key=itemgetter(0)):
                session.execute(insert(table), [row for _table, row in found])
    took_s = time.perf_counter() - began
    bare.close()
    return took_s


def _memory(folder: Path, contacts: int) -> dict[str, Any]:
    """The most that Python holds during an import of a tenth of the list, and of twice that: the same."""
    held = []
    for number in (contacts // 10, contacts // 5):
        path = folder / f"list{number}.csv"
        _write_list(path, number)
        book, by = _new_book(folder / f"memory{number}.db")
        tracemalloc.start()
        _import(book, by, path)
        held.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
        book.close()
    used_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = _row("memory at twice the lines", round(held[1], 1), round(held[0], 1), "≤ 1.1×", contacts // 5, unit="MB")
    return {**row, "name": f"{row['name']} (process at most {used_mb:.0f} MB)"}


def _row(name: str, value: float, floor: float, aim: str, size: int, *, unit: str) -> dict[str, Any]:
    return {
        "name": name, "value": value, "floor": floor, "ratio": round(value / floor, 2), "aim": aim, "unit": unit,
        "size": size,
    }  # fmt: skip
