"""The EWS provider against an Exchange server on a real socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from exchange_server import ANNA as ANNA_ACCOUNT
from exchange_server import SERVICE, serving
from exchangelib import Message
from mailbox_contract import ANNA, MailboxContract

from integrations.mail.ews.connection import Connection
from integrations.mail.ews.mailbox import EwsMailbox
from integrations.mail.mailbox import Mailbox
from integrations.mail.message import Folder
from integrations.mail.server import Access, Login, MailServer
from integrations.playground.exchange import ExchangeServer, Mangling
from integrations.playground.exchange.faults import FaultKind

_OPERATIONS = {"save_draft": "CreateItem", "send_draft": "SendItem"}
OWN = Login(ANNA.mail, ANNA_ACCOUNT.password)


class World:
    """One Exchange server with Anna's mailbox, opened in her own name unless said otherwise."""

    def __init__(self, server: ExchangeServer, endpoint: str) -> None:
        self.server = server
        self.settings = MailServer(
            provider="ews", endpoint=endpoint, login_for=lambda _: OWN, access=Access.OWN, timeout=timedelta(seconds=20)
        )
        self._connections: list[Connection] = []
        self.forgets_sync_states = server.forget_sync_states

    def mailbox(self) -> Mailbox:
        self._connections.append(Connection(self.settings))
        return EwsMailbox(self._connections[-1], ANNA.mail)

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    def puts(self, mime: bytes, folder: Folder) -> None:
        connection = Connection(self.settings)
        self._connections.append(connection)
        account = connection.account(ANNA.mail)
        place = {Folder.INBOX: account.inbox, Folder.SENT: account.sent, Folder.DRAFTS: account.drafts}[folder]
        Message(account=account, folder=place, mime_content=mime).save()

    def departures(self) -> Sequence[str]:
        return [departure.recipient for departure in self.server.outgoing(ANNA.mail)]

    def goes_down(self) -> None:
        self.server.faults.add(FaultKind.DROP_BEFORE, times=1_000)

    def comes_back(self) -> None:
        self.server.faults.clear()

    def is_busy_once(self, retry_after: timedelta) -> None:
        self.server.faults.add(FaultKind.SERVER_BUSY, back_off=retry_after)

    def loses_the_answer_of_the_next(self, call: Literal["save_draft", "send_draft"]) -> None:
        self.server.faults.add(FaultKind.DROP_AFTER, operation=_OPERATIONS[call])

    def replaces_message_ids(self) -> None:
        post_office = self.server.post_office
        post_office._mangling = replace(post_office._mangling, replaces_message_id=True)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[Mangling], World]]:
    ends: list[Callable[[], object]] = []

    def start(mangling: Mangling) -> World:
        server = ExchangeServer(tmp_path / "exchange.db", [ANNA_ACCOUNT, SERVICE], mangling=mangling)
        running = serving(server)
        world = World(server, running.__enter__())
        ends.extend([server.close, lambda: running.__exit__(None, None, None), world.close])
        return world

    yield start
    for end in reversed(ends):
        end()


class TestEwsMailboxOnAServerThatMangles(MailboxContract):
    @pytest.fixture
    def world(self, serve: Callable[[Mangling], World]) -> World:
        return serve(Mangling())


class TestEwsMailboxOnAServerThatKeepsMime(MailboxContract):
    @pytest.fixture
    def world(self, serve: Callable[[Mangling], World]) -> World:
        return serve(Mangling.none())
