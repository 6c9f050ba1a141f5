"""A feed of 10,000 actions as the web answers it, against icalendar building and writing the same events.

The first build reads and renders every action; after one changed, one is rendered and the rest joined; unchanged, the
program's ETag still fits, and the answer is 304 without a look at an action or a rendered entry.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NoReturn

from icalendar import Calendar, Event
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response

from bench.slack_servers import settings_of
from bot.calendar_entries import entry_of
from bot.office import Office, make_office
from bot.web import feeds
from integrations.calendar.entry import Entry
from store.agenda import actions_with_ids, feed_lines
from store.collaborators import add_collaborator
from store.feeds import new_feed
from store.rows import Row
from store.samples import make_large_book

SIZE = 10_000
REPETITIONS = 3
AIMS = {"first build": "≤ 1.5×", "rebuild after one changed": "≤ 0.05×", "unchanged, 304": "≤ 0.05×"}


def rows() -> list[dict[str, Any]]:
    """Medians in milliseconds, floor and values taken in turn; `ratio` is value / floor."""
    times: dict[str, list[float]] = {name: [] for name in ("floor", *AIMS)}
    with _office() as (office, token):
        entries = _entries(office)
        _ask(office, token)
        for turn in range(REPETITIONS):
            times["floor"].append(_ms(lambda: _by_icalendar(entries)))
            feeds.fragments = feeds.Fragments()
            times["first build"].append(_ms(lambda: _whole(office, token)))
            _change_one(office, turn)
            times["rebuild after one changed"].append(_ms(lambda: _whole(office, token)))
            etag, kept = _ask(office, token).headers["etag"], feeds.fragments
            feeds.fragments = _Untouched()
            times["unchanged, 304"].append(_ms(lambda etag=etag: _unchanged(office, token, etag)))
            feeds.fragments = kept
    return [_row(name, median(times[name]), median(times["floor"]), aim) for name, aim in AIMS.items()]


def _row(name: str, value: float, floor: float, aim: str) -> dict[str, Any]:
    return {
        "name": f"feed: {name}",
        "value": round(value, 2),
        "floor": round(floor, 2),
        "ratio": round(value / floor, 4),
        "aim": aim,
        "unit": "ms",
        "size": f"{SIZE:,} actions",
    }


class _Untouched(feeds.Fragments):
    """In place of the rendered entries: whoever looks for one, or for the action to render it from, fails."""

    def of(self, *_asked: object) -> NoReturn:
        raise AssertionError("an unchanged feed was built")


# Asking the web layer


def _whole(office: Office, token: str) -> None:
    answer = _ask(office, token)
    assert answer.status_code == 200
    assert bytes(answer.body).count(b"BEGIN:VEVENT\r\n") == SIZE


def _unchanged(office: Office, token: str, etag: str) -> None:
    assert _ask(office, token, etag).status_code == 304


def _ask(office: Office, token: str, etag: str = "") -> Response:
    headers = [(b"if-none-match", etag.encode())] if etag else []
    return feeds.show_feed(office, Request({"type": "http", "headers": headers, "path_params": {"token": token}}))


def _ms(do: Any) -> float:
    begin = perf_counter()
    do()
    return (perf_counter() - begin) * 1000


# The book


@contextmanager
def _office() -> Iterator[tuple[Office, str]]:
    """An office whose one collaborator has all the actions, and the token of their feed."""
    with tempfile.TemporaryDirectory() as folder:
        office = make_office(settings_of("http://127.0.0.1:1", "http://127.0.0.1:2", Path(folder)))
        Row.metadata.create_all(office.book.engine)
        now = datetime.now(UTC)
        with office.book.writing() as session:
            anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=now, locale="fr-BE")
            make_large_book(session, collaborators=[anna], now=now, seed=1, relations=1_000, contacts=500, actions=SIZE)
            _feed, token = new_feed(session, by=anna, name="bench", now=now)
        try:
            yield office, token
        finally:
            office.close()


def _entries(office: Office) -> list[Entry]:
    with office.reading() as session:
        ids = [line.action_id for line in feed_lines(session, 1, now=office.now())]
        return [entry_of(action, office.texts("fr-BE")) for action in actions_with_ids(session, ids).values()]


def _change_one(office: Office, turn: int) -> None:
    with office.book.writing() as session:
        change = "UPDATE action SET place = 'Ailleurs', version = version + 1 WHERE id = :id"
        session.execute(text(change), {"id": turn + 1})


# The floor


def _by_icalendar(entries: list[Entry]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Rapport//Rapport//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Anna")
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.stamped_at)
    event.add("sequence", entry.sequence)
    event.add("created", entry.created_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends)
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("description", entry.notes)
    event.add("categories", list(entry.categories))
    event.add("status", "CONFIRMED")
    event.add("class", "PUBLIC")
    event.add("transp", "OPAQUE")
    event.add("x-microsoft-cdo-busystatus", "BUSY")
    event.add("x-microsoft-cdo-alldayevent", "TRUE" if entry.is_all_day else "FALSE")
    return event
