"""Fixtures for the playground's own pages: people, their mailboxes, and a calendar to subscribe to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from feed_server import FeedServer
from starlette.applications import Starlette

from integrations.playground.app import page_doors, utc_now
from integrations.playground.exchange import Account, ExchangeServer, Mangling
from integrations.playground.people import Person
from integrations.playground.running import RunningApp
from integrations.playground.slack.page_routes import page_routes as slack_page_routes

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


@pytest.fixture
def pages_url(people: tuple[Person, ...], exchange: ExchangeServer, tmp_path: Path) -> Iterator[str]:
    """The mail and calendar pages as served, without a workspace behind them."""
    with httpx.Client(trust_env=False) as client:
        doors = page_doors(
            exchange, people, client, tmp_path / "pages.json", refresh_every=timedelta(seconds=1), now=utc_now
        )
        with RunningApp(Starlette(routes=[*doors, *slack_page_routes()])) as running:
            yield running.url
