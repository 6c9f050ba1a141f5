"""A running Exchange server of the playground, and exchangelib accounts on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import exchangelib
import pytest
from exchange_server import PEOPLE, serving
from exchangelib.version import EXCHANGE_2019, Version

from integrations.playground.exchange import Account, ExchangeServer, Mangling


class Marker(exchangelib.ExtendedProperty):  # type: ignore[misc]
    distinguished_property_set_id = "PublicStrings"
    property_name = "TestMarker"
    property_type = "String"


exchangelib.Message.register("test_marker", Marker)


class Exchange:
    """A server, where it listens, and exchangelib clients for its people (each with its own connections)."""

    def __init__(self, server: ExchangeServer, endpoint: str) -> None:
        self.server = server
        self.endpoint = endpoint
        self._opened: list[Any] = []

    def open(self, person: Account, *, as_: Account | None = None, password: str = "") -> Any:
        """An exchangelib account: the person's own mailbox, or another's by impersonation."""
        config = exchangelib.Configuration(
            service_endpoint=self.endpoint,
            credentials=exchangelib.Credentials(person.address, password or person.password),
            auth_type="basic",
            version=Version(EXCHANGE_2019),
            retry_policy=None,
            max_connections=1,
        )
        account = exchangelib.Account(
            (as_ or person).address,
            config=config,
            autodiscover=False,
            access_type=exchangelib.IMPERSONATION if as_ else exchangelib.DELEGATE,
        )
        self._opened.append(account)
        return account

    def close(self) -> None:
        for account in self._opened:
            account.protocol.close()
        exchangelib.close_connections()


@pytest.fixture
def make_exchange(tmp_path: Path) -> Iterator[Callable[..., Exchange]]:
    """Starts servers on one file, one after the other; a later one finds what an earlier one kept."""
    stops: list[Callable[[], None]] = []

    def make(mangling: Mangling = Mangling(), **options: Any) -> Exchange:
        while stops:
            stops.pop()()
        server = ExchangeServer(tmp_path / "exchange.db", PEOPLE, mangling, **options)
        context = serving(server)
        exchange = Exchange(server, context.__enter__())

        def stop() -> None:
            exchange.close()
            context.__exit__(None, None, None)
            server.close()

        stops.append(stop)
        return exchange

    yield make
    while stops:
        stops.pop()()


@pytest.fixture
def exchange(make_exchange: Callable[..., Exchange]) -> Exchange:
    """A server with Anna and Bram of the office, a service account, and Els outside it."""
    return make_exchange()
