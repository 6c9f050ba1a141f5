"""From a signed `/action` to the first view on the screen, over real HTTP, against a bare Bolt app that opens the same
view ready-made; and beside it the time to the form, which is later when a view that says "One moment…" came first.

Both apps, the workspace that they ask to open the view, and this driver are processes of their own on one machine.
Requests to the two apps alternate, so that whatever else the machine does slows both.
"""

from __future__ import annotations

import json
import multiprocessing
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bench.slack_servers import SIGNING_SECRET, serve_bare, serve_rapport, serve_workspace
from integrations.playground.slack import Person
from store.collaborators import add_collaborator
from store.engine import Book
from store.rows import Row
from store.samples import make_large_book

RELATIONS, ACTIONS = 5_000, 20_000
CLIENTS = 8
ALONE_REQUESTS = 300
BURST_REQUESTS, BURSTS = 25, 6
WARMING = 20
STARTS_WITHIN_S = 30
PEOPLE = [Person(f"U0REP{n}", f"rep{n}", f"Rep {n}", f"rep{n}@office.example", "fr-BE") for n in range(CLIENTS)]


@dataclass(frozen=True, slots=True)
class Seen:
    """From the moment before the request left, in milliseconds: the first view on the screen, and the form."""

    opened_ms: float
    filled_ms: float


@dataclass(frozen=True, slots=True)
class Servers:
    workspace: str
    rapport: str
    bare: str


def rows() -> list[dict[str, Any]]:
    """p50 and p99 in milliseconds, one person alone and several at once; `ratio` is value / floor."""
    with _servers() as servers:
        alone = _alone(servers)
        together = _together(servers)
    found = []
    for who, (ours, bare) in {"alone": alone, f"{CLIENTS} clients": together}.items():
        for what, pick in {"p50": statistics.median, "p99": _p99}.items():
            floor = pick([seen.opened_ms for seen in bare])
            opened = pick([seen.opened_ms for seen in ours])
            filled = pick([seen.filled_ms for seen in ours])
            found.append(_row(f"slack: /action to first view, {who}, {what}", opened, floor, aim="≤ 1.5×"))
            found.append(_row(f"slack: /action to the form, {who}, {what}", filled, floor, aim=""))
    return found


def _row(name: str, value: float, floor: float, *, aim: str) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 2),
        "floor": round(floor, 2),
        "ratio": round(value / floor, 2),
        "aim": aim,
        "unit": "ms",
        "size": f"{RELATIONS:,} relations, {ACTIONS:,} actions",
    }


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


# Asking


def _alone(servers: Servers) -> tuple[list[Seen], list[Seen]]:
    with ExitStack() as stack:
        ours, bare = (stack.enter_context(_client(servers.workspace, app)) for app in (servers.rapport, servers.bare))
        user = PEOPLE[0].id
        pairs = [(ours.asks(user), bare.asks(user)) for _turn in range(WARMING + ALONE_REQUESTS)]
    return [mine for mine, _floor in pairs[WARMING:]], [floor for _mine, floor in pairs[WARMING:]]


def _together(servers: Servers) -> tuple[list[Seen], list[Seen]]:
    ours: list[Seen] = []
    bare: list[Seen] = []
    with ThreadPoolExecutor(CLIENTS) as threads:
        _burst(servers.workspace, servers.rapport, threads, WARMING)
        _burst(servers.workspace, servers.bare, threads, WARMING)
        for _burst_number in range(BURSTS):
            ours += _burst(servers.workspace, servers.rapport, threads, BURST_REQUESTS)
            bare += _burst(servers.workspace, servers.bare, threads, BURST_REQUESTS)
    return ours, bare


def _burst(workspace: str, app: str, threads: ThreadPoolExecutor, requests: int) -> list[Seen]:
    def one(person: Person) -> list[Seen]:
        with _client(workspace, app) as client:
            return [client.asks(person.id) for _turn in range(requests)]

    return [seen for some in threads.map(one, PEOPLE) for seen in some]


class _Client:
    """Slack's side of one person: keeps its connections, and asks one thing at a time."""

    def __init__(self, workspace: HTTPConnection, app: HTTPConnection) -> None:
        self._workspace, self._app = workspace, app

    def asks(self, user: str) -> Seen:
        payload = json.loads(_call(self._workspace, "POST", f"/bench/begin?user={user}"))
        body = urlencode(payload)
        at_s = str(int(time.time()))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": at_s,
            "X-Slack-Signature": str(_SIGNER.generate_signature(timestamp=at_s, body=body)),
        }
        began = time.monotonic()
        _call(self._app, "POST", "/slack/events", body, headers)
        opened, filled = json.loads(_call(self._workspace, "GET", f"/bench/seen?user={user}"))
        return Seen((opened - began) * 1000, (filled - began) * 1000)


_SIGNER = SignatureVerifier(SIGNING_SECRET)


@contextmanager
def _client(workspace: str, app: str) -> Iterator[_Client]:
    connections = [HTTPConnection(url.removeprefix("http://"), timeout=20) for url in (workspace, app)]
    try:
        yield _Client(*connections)
    finally:
        for connection in connections:
            connection.close()


def _call(
    connection: HTTPConnection, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
) -> bytes:
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    content = response.read()
    assert response.status == 200, f"{path}: {response.status} {content!r}"
    return content


# Serving


@contextmanager
def _servers() -> Iterator[Servers]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        _fill_book(f"sqlite:///{folder / 'book.db'}")
        urls = Servers(*(_free_url() for _server in range(3)))
        stack.enter_context(_process(serve_workspace, urls.workspace, urls.rapport, folder, PEOPLE))
        _await_answer(urls.workspace)
        stack.enter_context(_process(serve_rapport, urls.workspace, urls.rapport, folder))
        _await_answer(urls.rapport)
        with _client(urls.workspace, urls.rapport) as client:
            client.asks(PEOPLE[0].id)
        view = json.loads(_get(urls.workspace, f"/bench/view?user={PEOPLE[0].id}"))
        stack.enter_context(_process(serve_bare, urls.workspace, urls.bare, view))
        _await_answer(urls.bare)
        yield urls


def _free_url() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def _fill_book(url: str) -> None:

    book = Book(url, now=lambda: datetime.now(UTC))
    Row.metadata.create_all(book.engine)
    with book.writing() as session:
        colleagues = [
            add_collaborator(
                session, name=p.real_name, mail=p.email, now=book.now(), locale=p.locale, slack_user_id=p.id
            )
            for p in PEOPLE
        ]
        make_large_book(
            session, collaborators=colleagues, now=book.now(), seed=1, relations=RELATIONS, contacts=RELATIONS // 2,
            actions=ACTIONS,
        )  # fmt: skip
    book.take_stock()
    book.close()


@contextmanager
def _process(serve: Callable[..., None], *given: Any) -> Iterator[None]:
    process = multiprocessing.get_context("spawn").Process(target=serve, args=given, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _await_answer(url: str) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            _get(url, "/")
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        except AssertionError:
            return  # a page that is not there is an answer too
        else:
            return


def _get(url: str, path: str) -> bytes:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=20)
    try:
        return _call(connection, "GET", path)
    finally:
        connection.close()
