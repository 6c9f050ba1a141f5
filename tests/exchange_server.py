"""A real Exchange server of the playground, on a real socket, for tests that speak EWS."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from integrations.playground.exchange import Account, ExchangeServer, exchange_routes

ANNA = Account("anna@office.example", "Anna Peeters", "anna-secret", "fr")
BRAM = Account("bram@office.example", "Bram Claes", "bram-secret", "nl")
CAROL = Account("carol@office.example", "Carol Roy", "carol-secret", "fr", zone="America/Toronto")
SERVICE = Account("service@office.example", "Rapport", "service-secret", may_impersonate=True)
ELS = Account("els@brewery.example", "Els Dupont", "els-secret", "nl", is_external=True)
PEOPLE = (ANNA, BRAM, SERVICE, ELS, CAROL)


@contextmanager
def serving(server: ExchangeServer) -> Iterator[str]:
    """Serves in a thread on a free port. Yields the EWS endpoint's URL."""
    # asyncio sends small answers at once (TCP_NODELAY) only on sockets that say they are TCP; else each waits 40 ms
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    app = Starlette(routes=exchange_routes(server))
    engine = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=engine.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not engine.started:
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/EWS/Exchange.asmx"
    finally:
        engine.should_exit = True
        thread.join(10)
        listener.close()
