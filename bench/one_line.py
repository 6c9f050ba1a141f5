"""A sentence read as an action, against the bare search of the name in it: what a command line costs more than a name.

Both in a book of 5,000 relations, in the name of the same collaborator, in turns.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.slack_servers import settings_of
from bot.office import Caller, Office, make_office
from bot.one_line import get_ready
from bot.slack.one_line import read_for
from store.addresses import MailLine
from store.collaborators import Collaborator, add_collaborator
from store.contacts import add_contact
from store.engine import Book
from store.relations import add_relation
from store.rows import Row
from store.samples import make_large_book
from store.search import search_options
from store.starter import seed_domain_data

RELATIONS = 5_000
ROUNDS = 200
WARMING = 20
NAME = "Quincaillerie Vandersteen"
SENTENCES = {
    "a name alone": NAME,
    "a whole line": f"visite {NAME} demain 14h avec Els: prix 2027",
    "words left over": f"visite {NAME} demain 14h avec Els la nouvelle gamme de vins rouges",
}


def rows() -> list[dict[str, Any]]:
    """Medians in milliseconds; `ratio` is value / floor."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_of("http://127.0.0.1:9", "http://127.0.0.1:9", Path(folder))
        _fill_book(settings.database.full_url)
        office = make_office(settings)
        try:
            return _compared(office)
        finally:
            office.close()


def _fill_book(url: str) -> None:
    book = Book(url, now=lambda: datetime.now(UTC))
    Row.metadata.create_all(book.engine)
    with book.writing() as session:
        seed_domain_data(session, book.now())
        by = add_collaborator(session, name="Anna Lambert", mail="anna@o.example", now=book.now(), locale="fr-BE")
        make_large_book(
            session, collaborators=[by], now=book.now(), seed=1, relations=RELATIONS, contacts=RELATIONS, actions=0
        )
        made = add_relation(session, by=by, now=book.now(), name=NAME, mails=[MailLine("info@quincaillerie.example")])
        add_contact(session, by=by, now=book.now(), relation_id=made.id, name="Els Peeters", mail="els@q.example")
    book.close()


def _compared(office: Office) -> list[dict[str, Any]]:
    get_ready()
    with office.reading() as session:
        caller = Caller(office, session.query(Collaborator).one())
        floors: list[float] = []
        calls: dict[str, list[float]] = {name: [] for name in SENTENCES}
        for _round in range(ROUNDS + WARMING):
            floors.append(_ms(lambda: _search(caller)))
            for name, sentence in SENTENCES.items():
                calls[name].append(_ms(lambda sentence=sentence: read_for(caller, sentence)))  # type: ignore[misc]
    floor = statistics.median(floors[WARMING:])
    return [_row(name, statistics.median(spent[WARMING:]), floor) for name, spent in calls.items()]


def _search(caller: Caller) -> object:
    with caller.reading() as session:
        return search_options(session, NAME, asked_by=caller.collaborator, on=caller.today)


def _row(name: str, value: float, floor: float) -> dict[str, Any]:
    return {
        "name": f"one line: {name}, median",
        "value": round(value, 2),
        "floor": round(floor, 2),
        "ratio": round(value / floor, 2),
        "aim": "",
        "unit": "ms",
        "size": f"{RELATIONS:,} relations",
    }


def _ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000
