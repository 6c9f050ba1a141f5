"""Fixtures for the playground's own pages: people, their mailboxes, and a calendar to subscribe to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from feed_server import FeedServer

from integrations.playground.exchange import Account, ExchangeServer, Mangling
from integrations.playground.people import Person
from integrations.playground.running import RunningApp

ANNA = Person("Anna Lambert", "anna@office.example", "représentante", "fr", "Europe/Brussels", "U0ANNA")
BRAM = Person("Bram de Wit", "bram@office.example", "schadebeheerder", "nl", "Europe/Amsterdam", "U0BRAM")
ELS = Person("Els Peeters", "els@dupont.example", "achats, Brasserie Dupont", "nl", "Europe/London", is_outside=True)


@pytest.fixture
def people() -> tuple[Person, ...]:
    return (ANNA, BRAM, ELS)


@pytest.fixture
def exchange(people: tuple[Person, ...], tmp_path: Path) -> Iterator[ExchangeServer]:
    accounts = [Account(one.mail, one.name, "secret", one.language, one.is_outside) for one in people]
    server = ExchangeServer(tmp_path / "exchange.db", accounts, Mangling())
    yield server
    server.close()


@pytest.fixture(scope="session")
def feed_server() -> Iterator[tuple[FeedServer, str]]:
    server = FeedServer()
    with RunningApp(server.app()) as running:
        yield server, f"{running.url}/feed.ics"


@pytest.fixture
def feed(feed_server: tuple[FeedServer, str]) -> FeedServer:
    feed_server[0].reset()
    return feed_server[0]


@pytest.fixture
def feed_url(feed: FeedServer, feed_server: tuple[FeedServer, str]) -> str:
    return feed_server[1]
