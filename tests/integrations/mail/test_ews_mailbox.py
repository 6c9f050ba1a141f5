"""The EWS provider against an Exchange server on a real socket."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest
from exchange_server import ANNA as ANNA_ACCOUNT
from exchange_server import BRAM as BRAM_ACCOUNT
from exchange_server import SERVICE, serving
from exchangelib import CalendarItem, EWSDateTime
from exchangelib.items import SEND_TO_NONE
from mailbox_contract import MailboxContract
from mailbox_world import ANNA, everything, letter, offer, start

from integrations.mail.errors import (
    MailboxRefused,
    MailGone,
    MailProblem,
    MailServerBusy,
    MailServerUnreachable,
    SyncStateLost,
)
from integrations.mail.ews import operations, payloads
from integrations.mail.ews.connection import Connection, connection_to
from integrations.mail.ews.mailbox import EwsMailbox
from integrations.mail.mailbox import Mailbox
from integrations.mail.message import BusyKind, Folder
from integrations.mail.server import Access, Login, MailServer
from integrations.playground.exchange import ExchangeServer, Mangling
from integrations.playground.exchange.faults import FaultKind

_OPERATIONS = {"save_draft": "CreateItem", "send_draft": "SendItem"}
_FOLDERS = {Folder.INBOX: "inbox", Folder.SENT: "sentitems"}
OWN = Login(ANNA.mail, ANNA_ACCOUNT.password)


class World:
    """One Exchange server with Anna's mailbox, opened in her own name unless said otherwise."""

    def __init__(self, server: ExchangeServer, endpoint: str) -> None:
        self.server = server
        self.settings = MailServer(
            provider="ews", endpoint=endpoint, login_for=lambda _: OWN, access=Access.OWN, timeout=timedelta(seconds=20)
        )
        self.forgets_sync_states = server.forget_sync_states

    def mailbox(self, **settings: Any) -> Mailbox:
        return EwsMailbox(Connection(replace(self.settings, **settings)), ANNA.mail)

    def puts(self, mime: bytes, folder: Folder) -> None:
        payload = payloads.create_draft(mime, "", ANNA.mail)
        place = payload.find(".//t:DistinguishedFolderId", operations.NAMESPACES)
        marker = payload.find(".//t:ExtendedProperty", operations.NAMESPACES)
        assert place is not None
        assert marker is not None
        place.set("Id", _FOLDERS[folder])
        marker.getparent().remove(marker)
        operations.CreateItem(Connection(self.settings).account(ANNA.mail), 60).ask(payload)

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

    def is_taken(self, address: str, begins_at: datetime, ends_at: datetime, kind: BusyKind | None) -> None:
        owner = self.server.account(address)
        login = Login(owner.address, owner.password)
        account = Connection(replace(self.settings, login_for=lambda _: login)).account(owner.address)
        shown = {None: "Free", BusyKind.OUT_OF_OFFICE: "OOF"}.get(kind, str(kind).title())
        entry = CalendarItem(
            account=account, folder=account.calendar, subject="Secret", start=EWSDateTime.from_datetime(begins_at),
            end=EWSDateTime.from_datetime(ends_at), legacy_free_busy_status=shown,
        )  # fmt: skip
        entry.save(send_meeting_invitations=SEND_TO_NONE)


Serve = Callable[[Mangling], World]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    ends: list[Callable[[], object]] = []

    def start(mangling: Mangling) -> World:
        server = ExchangeServer(tmp_path / "exchange.db", [ANNA_ACCOUNT, BRAM_ACCOUNT, SERVICE], mangling=mangling)
        running = serving(server)
        world = World(server, running.__enter__())
        ends.extend([server.close, lambda: running.__exit__(None, None, None)])
        return world

    yield start
    for end in reversed(ends):
        end()


@pytest.fixture
def world(serve: Serve) -> World:
    return serve(Mangling())


class TestEwsMailboxOnAServerThatMangles(MailboxContract):
    """As Exchange does: properties are kept, MIME is built anew."""

    large_attachment_bytes = 40_000_000


class TestEwsMailboxOnAServerThatKeepsMime(MailboxContract):
    @pytest.fixture
    def world(self, serve: Serve) -> World:
        return serve(Mangling.none())


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (FaultKind.UNAUTHORIZED, MailboxRefused),
        (FaultKind.SERVER_BUSY, MailServerBusy),
        (FaultKind.MAILBOX_UNAVAILABLE, MailServerBusy),
        (FaultKind.HTTP_503, MailServerBusy),
        (FaultKind.HTTP_500, MailServerUnreachable),
        (FaultKind.GARBAGE, MailServerUnreachable),
        (FaultKind.DROP_BEFORE, MailServerUnreachable),
        (FaultKind.DROP_AFTER, MailServerUnreachable),
        (FaultKind.TRUNCATED, MailServerUnreachable),
        (FaultKind.INVALID_SYNC_STATE, SyncStateLost),
    ],
)
def test_every_fault_is_one_of_our_errors_and_over_at_once(
    world: World, fault: FaultKind, problem: type[MailProblem], caplog: pytest.LogCaptureFixture
) -> None:
    mailbox = world.mailbox()
    state = start(mailbox, Folder.INBOX)
    world.puts(letter(number=77), Folder.INBOX)
    world.server.faults.add(fault)

    with pytest.raises(problem) as raised:
        mailbox.changes(Folder.INBOX, state)

    assert type(raised.value) is problem
    assert ANNA.mail not in str(raised.value) + caplog.text
    assert len(mailbox.changes(Folder.INBOX, state).created) == 1


def test_a_slow_server_is_given_up_in_time(world: World) -> None:
    world.server.faults.add(FaultKind.SLOW, delay=timedelta(seconds=20))
    started_at_s = time.monotonic()
    with pytest.raises(MailServerUnreachable):
        world.mailbox(timeout=timedelta(seconds=0.5)).check()
    assert time.monotonic() - started_at_s < 10


class _Drip(BaseHTTPRequestHandler):
    """Answers a byte at a time, each well within any time-out."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        with suppress(OSError):
            for _ in range(200):
                self.wfile.write(b"<")
                time.sleep(0.1)

    def log_message(self, *args: object) -> None: ...


def test_a_server_that_drips_is_given_up_in_time() -> None:
    with HTTPServer(("127.0.0.1", 0), _Drip) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = MailServer(
            "ews", f"http://127.0.0.1:{server.server_port}/", lambda _: OWN, timeout=timedelta(seconds=0.5)
        )
        connection = Connection(settings)
        started_at_s = time.monotonic()
        with pytest.raises(MailServerUnreachable):
            EwsMailbox(connection, ANNA.mail).check()
        assert time.monotonic() - started_at_s < 10
        server.shutdown()


def test_mailboxes_of_one_server_wait_for_each_other(world: World) -> None:
    connection = Connection(replace(world.settings, connections=1))
    with ThreadPoolExecutor(1) as pool:
        with connection.turn(connection.deadline()):
            waiting = pool.submit(EwsMailbox(connection, ANNA.mail).check)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        waiting.result(timeout=20)


def test_equal_servers_are_one_server(world: World) -> None:
    first, second = connection_to(world.settings), connection_to(replace(world.settings))
    assert first is second
    assert connection_to(replace(world.settings, connections=1)) is not first


def test_a_call_that_finds_no_free_connection_in_time_is_put_off(world: World) -> None:
    connection = Connection(replace(world.settings, connections=1, timeout=timedelta(seconds=0.1)))
    with connection.turn(connection.deadline()), pytest.raises(MailServerBusy):
        EwsMailbox(connection, ANNA.mail).check()


def test_many_threads_use_one_mailbox(world: World) -> None:
    mailbox = world.mailbox()
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda number: mailbox.save_draft(offer(number)), range(24)))
    assert len(set(ids)) == 24


def test_a_service_account_opens_mailboxes_by_impersonation(world: World) -> None:
    service = Login(f"OFFICE\\{SERVICE.address}", SERVICE.password)
    mailbox = world.mailbox(login_for=lambda _: service, access=Access.IMPERSONATION)
    mailbox.send_draft(mailbox.save_draft(offer()))
    assert list(world.departures()) == ["els@dupont.example"]


@pytest.mark.parametrize(
    "settings",
    [
        {"login_for": lambda _: Login(ANNA.mail, "wrong")},
        {"login_for": lambda _: Login(SERVICE.address, SERVICE.password), "access": Access.DELEGATE},
    ],
)
def test_a_mailbox_that_may_not_be_opened_is_refused_for_good(world: World, settings: dict[str, Any]) -> None:
    with pytest.raises(MailboxRefused) as refused:
        world.mailbox(**settings).check()
    assert refused.value.is_permanent


def test_a_draft_that_its_owner_touched_is_sent_all_the_same(world: World) -> None:
    mailbox = world.mailbox()
    item_id = mailbox.save_draft(offer())
    world.server.mark_read(ANNA.mail, item_id.partition(" ")[0], False)
    mailbox.send_draft(item_id)
    assert list(world.departures()) == ["els@dupont.example"]


def test_the_first_sync_of_a_full_mailbox_goes_on_over_several_calls(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payloads, "MAX_CHANGES", 2)
    for number in range(5):
        world.puts(letter(number=number), Folder.INBOX)
    mailbox = world.mailbox()
    # Each look at the clock finds a third of the time-out gone.
    looks = itertools.count()
    monkeypatch.setattr("integrations.mail.ews.mailbox.monotonic", lambda: next(looks) * 20 / 3)

    first = mailbox.changes(Folder.INBOX, None)
    assert (first.created, first.is_last) == ((), False)
    second = mailbox.changes(Folder.INBOX, first.sync_state)
    assert (second.created, second.is_last) == ((), True)

    world.puts(letter(number=9), Folder.INBOX)
    assert len(everything(mailbox, Folder.INBOX, second.sync_state)[0]) == 1


def test_changes_come_in_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payloads, "MAX_CHANGES", 2)
    mailbox = world.mailbox()
    state = start(mailbox, Folder.INBOX)
    for number in range(5):
        world.puts(letter(number=number), Folder.INBOX)
    assert not mailbox.changes(Folder.INBOX, state).is_last
    assert len(everything(mailbox, Folder.INBOX, state)[0]) == 5


def test_a_mail_is_read_without_having_been_listed(world: World) -> None:
    mailbox = world.mailbox()
    mailbox.send_draft(mailbox.save_draft(offer()))
    found = mailbox.find(offer())
    assert found is not None
    assert world.mailbox().read(found.item_id, attachments_up_to=1_000_000).subject == "Offre à Dupont 1"


def test_an_item_id_that_is_none_is_a_mail_that_is_gone(world: World) -> None:
    with pytest.raises(MailGone):
        world.mailbox().read("no-id", attachments_up_to=1)
