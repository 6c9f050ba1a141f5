"""Bad days on demand: each fault as exchangelib meets it, and what was done all the same."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import exchangelib
import httpx
import pytest
from exchange_server import ANNA, ELS
from exchangelib import errors

from integrations.playground.exchange import Address, Mail
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.faults import FaultKind

MIME = b"From: anna@office.example\r\nTo: els@brewery.example\r\nSubject: Offre\r\n\r\nBonjour\r\n"


def draft(account):
    return exchangelib.Message(account=account, folder=account.drafts, mime_content=MIME).save()


def test_a_busy_server_says_how_long_to_wait(exchange):
    account = exchange.open(ANNA)
    saved = draft(account)
    exchange.server.faults.add(FaultKind.SERVER_BUSY, operation="SendItem", back_off=timedelta(seconds=7))
    with pytest.raises(errors.ErrorServerBusy) as caught:
        saved.send()
    assert caught.value.back_off == 7.0
    assert exchange.server.outgoing() == []
    saved.send()
    assert len(exchange.server.outgoing()) == 1


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.MAILBOX_UNAVAILABLE, errors.ErrorMailboxStoreUnavailable),
        (FaultKind.HTTP_500, errors.TransportError),
        (FaultKind.HTTP_503, errors.ErrorInternalServerTransientError),
        (FaultKind.UNAUTHORIZED, errors.UnauthorizedError),
        (FaultKind.GARBAGE, errors.EWSError),
        (FaultKind.DROP_BEFORE, errors.ErrorTimeoutExpired),
    ],
)
def test_a_fault_before_the_operation_leaves_it_undone(exchange, kind, error):
    account = exchange.open(ANNA)
    saved = draft(account)
    exchange.server.faults.add(kind, operation="SendItem", times=2)
    with pytest.raises((error, errors.ErrorServerBusy)):
        saved.send()
    assert exchange.server.outgoing() == []


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.TRUNCATED])
def test_a_lost_answer_leaves_the_operation_done(exchange, kind):
    account = exchange.open(ANNA)
    saved = draft(account)
    exchange.server.faults.add(kind, operation="SendItem")
    with pytest.raises(errors.EWSError):
        saved.send()
    assert [left.recipient for left in exchange.server.outgoing()] == [ELS.address]
    assert len(exchange.server.items(ANNA.address, "sentitems")) == 1


def test_a_fault_meets_only_its_operation_and_account(exchange):
    faults = exchange.server.faults
    faults.add(FaultKind.HTTP_500, operation="SendItem", address=ELS.address)
    draft(exchange.open(ANNA)).send()
    assert len(exchange.server.outgoing()) == 1
    assert faults.take("SendItem", ANNA.address) is None
    assert faults.take("SendItem", ELS.address) is not None
    assert faults.take("SendItem", ELS.address) is None


def test_too_many_connections_of_one_account_are_refused(exchange):
    faults = exchange.server.faults
    faults.connections_per_account = 1
    faults.enter(ANNA.key)  # a request that is still under way
    assert "ErrorExceededConnectionCount" in post(exchange).text
    faults.leave(ANNA.key)
    assert "ErrorExceededConnectionCount" not in post(exchange).text


def test_a_slow_server_answers_late(exchange):
    exchange.server.faults.add(FaultKind.SLOW, delay=timedelta(milliseconds=300))
    began = time.monotonic()
    post(exchange)
    assert time.monotonic() - began >= 0.3


def post(exchange) -> httpx.Response:
    return httpx.post(
        exchange.endpoint, content=b"<x/>", auth=(ANNA.address, ANNA.password), headers={"content-type": "text/xml"}
    )


def test_the_pace_of_a_mailbox_is_limited_when_asked(make_exchange):
    clock = [datetime(2026, 11, 21, 9, 0, tzinfo=UTC)]
    server = make_exchange(now=lambda: clock[0]).server
    server.faults.messages_per_minute = 2
    mail = Mail(to=(Address(ELS.address),), subject="x", text="x")
    server.send(ANNA.address, mail)
    server.send(ANNA.address, mail)
    with pytest.raises(EwsError, match="submission rate"):
        server.send(ANNA.address, mail)
    assert len(server.items(ANNA.address, "drafts")) == 0
    clock[0] += timedelta(minutes=1)
    server.send(ANNA.address, mail)
    assert len(server.outgoing(ANNA.address)) == 3
