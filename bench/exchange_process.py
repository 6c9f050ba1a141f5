"""A local Exchange server in a process of its own, and an office with one mailbox on it."""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.office import Office, make_office
from bot.settings import Settings
from integrations.playground.exchange import Account, Address, Attachment, ExchangeServer, Mail, exchange_routes
from store.collaborators import add_collaborator
from store.mailboxes import Mailbox
from store.rows import Row
from store.starter import seed_domain_data

ANNA = "anna@office.example"
ELS = "els@dupont.example"
PASSWORD = "bench"
DOMAIN = "guests.example"


class Exchange:
    """The server seen from here: where it listens, and Anna writing mails on it herself."""

    def __init__(self, endpoint: str, pipe: Connection) -> None:
        self.endpoint, self._pipe = endpoint, pipe

    def anna_sends(self, mails: int, document: bytes) -> None:
        """Mails with this document to Els, in Anna's Sent Items when this returns."""
        self._pipe.send((mails, document))
        self._pipe.recv()


@contextmanager
def exchange_process(folder: Path) -> Iterator[Exchange]:
    """Serves until the end of the block."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(folder, theirs), daemon=True)
    process.start()
    try:
        yield Exchange(f"http://127.0.0.1:{ours.recv()}/EWS/Exchange.asmx", ours)
    finally:
        process.terminate()
        process.join()


def _serve(folder: Path, pipe: Connection) -> None:
    accounts = [Account(ANNA, "Anna", PASSWORD), Account(ELS, "Els", PASSWORD, is_external=True)]
    server = ExchangeServer(folder / "exchange.db", accounts)
    # asyncio sends small answers at once (TCP_NODELAY) only on sockets that say they are TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    engine = uvicorn.Server(
        uvicorn.Config(Starlette(routes=exchange_routes(server)), log_level="critical", lifespan="off")
    )
    threading.Thread(target=engine.run, kwargs={"sockets": [listener]}, daemon=True).start()
    while not engine.started:
        time.sleep(0.005)
    pipe.send(listener.getsockname()[1])
    number = 0
    while True:
        mails, document = pipe.recv()
        for _mail in range(mails):
            number += 1
            server.send(ANNA, _offer(number, document))
        pipe.send(mails)


def _offer(number: int, document: bytes) -> Mail:
    return Mail(
        to=(Address(ELS, "Els"),),
        subject=f"Offre {number}",
        text="Bonjour Els,\n\nVoici notre offre.",
        attachments=(Attachment(f"Offre {number}.pdf", "application/pdf", b"%d" % number + document),),
        message_id=f"<offer-{number}@office.example>",
    )


@contextmanager
def office_for(folder: Path, endpoint: str) -> Iterator[tuple[Office, int]]:
    """An office on a new SQLite book, and the id of Anna's mailbox in it."""
    office = make_office(
        Settings.model_validate(
            {
                "database": {"url": f"sqlite:///{folder / 'book.db'}"},
                "documents": {"folder": str(folder / "documents")},
                "slack": {"mode": "http", "bot_token": "xoxb-bench", "signing_secret": "bench"},
                "web": {"public_url": "https://rapport.example", "secret": "s" * 40},
                "mail": {
                    "exchange": {
                        "endpoint": endpoint,
                        "username": ANNA,
                        "password": PASSWORD,
                        "access": "delegate",
                        "mails_a_minute": 10_000,
                    }
                },
            }
        )
    )
    Row.metadata.create_all(office.book.engine)
    with office.book.writing() as session:
        now = datetime.now(UTC)
        seed_domain_data(session, now)
        anna = add_collaborator(session, name="Anna", mail=ANNA, now=now)
        mailbox = Mailbox(collaborator_id=anna.id, address=ANNA, server="exchange", bound_at=now)
        session.add(mailbox)
        session.flush()
        mailbox_id = mailbox.id
    try:
        yield office, mailbox_id
    finally:
        office.close()


def mails_a_second(name: str, size: int, ours: Sequence[float], bare: Sequence[float]) -> dict[str, Any]:
    """A row of the results, from how many seconds each turn of `size` mails took, with Rapport and without."""
    value, floor = size / median(ours), size / median(bare)
    measured = {"value": round(value, 1), "floor": round(floor, 1), "ratio": round(floor / value, 3)}
    return {"name": name, **measured, "aim": "≤ 1.3×", "unit": "mails/s", "size": size}
