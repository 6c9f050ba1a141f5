"""The server's door: `POST /EWS/Exchange.asmx` with Basic authentication, faults included."""

from __future__ import annotations

import asyncio
import hmac
import itertools
import os
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from integrations.playground.exchange import soap
from integrations.playground.exchange.accounts import Account
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.faults import Fault, FaultKind
from integrations.playground.exchange.operations import perform
from integrations.playground.exchange.server import ExchangeServer

_XML = "text/xml; charset=utf-8"
_GARBAGE = b"<html><head><title>Service unavailable</title></head><body><h1>We'll be back soon</h1><br></body></html>"
_number = itertools.count(1)


def exchange_routes(server: ExchangeServer) -> list[BaseRoute]:
    """The routes to mount at the root of an ASGI application. Operations run in the thread pool."""

    async def exchange(request: HttpRequest) -> Response:
        account = _signed_in(server, request.headers.get("authorization", ""))
        body = await request.body()
        if account is None:
            return _unauthorized()
        return await _answer(server, account, body)

    return [Route("/EWS/Exchange.asmx", exchange, methods=["POST"], name="ews")]


async def _answer(server: ExchangeServer, account: Account, body: bytes) -> Response:
    try:
        server.faults.enter(account.key)
    except EwsError as problem:
        return Response(soap.fault(problem), 500, media_type=_XML)
    try:
        fault = server.faults.take(_operation(body), account.key)
        if fault is not None:
            await asyncio.sleep(fault.delay.total_seconds())
        refused = _refused(fault)
        if refused is not None:
            return refused
        status, content = await run_in_threadpool(_performed, server, account, body)
        _record(body, status, content)
    finally:
        server.faults.leave(account.key)
    if fault is not None and fault.kind is FaultKind.DROP_AFTER:
        return _Dropped()
    if fault is not None and fault.kind is FaultKind.TRUNCATED:
        content = content[: len(content) * 2 // 3]
    return Response(content, status, media_type=_XML)


def _performed(server: ExchangeServer, account: Account, body: bytes) -> tuple[int, bytes]:
    try:
        return 200, soap.envelope(perform(server, account, soap.read(body)))
    except EwsError as problem:
        return 500, soap.fault(problem)


def _refused(fault: Fault | None) -> Response | None:
    """The answer of a fault that keeps the operation from being done."""
    problem = fault.problem() if fault is not None else None
    if problem is not None:
        return Response(soap.fault(problem), 500, media_type=_XML)
    make = _REFUSALS.get(fault.kind) if fault is not None else None
    return make() if make is not None else None


def _unauthorized() -> Response:
    return Response(b"", 401, headers={"WWW-Authenticate": 'Basic realm="Exchange"'})


def _signed_in(server: ExchangeServer, authorization: str) -> Account | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return None
    account = server.by_address.get(user.rpartition("\\")[2].casefold())
    if account is None or not hmac.compare_digest(account.password.encode(), password.encode()):
        return None
    return account


def _operation(body: bytes) -> str:
    """The operation's name without parsing, so that a fault can meet a request before it is read."""
    start = body.find(b"Body>") + 5
    return (
        body[start : start + 100]
        .lstrip()
        .lstrip(b"<")
        .partition(b":")[2]
        .split(b" ")[0]
        .split(b">")[0]
        .decode("ascii", "replace")
    )


class _Dropped(Response):
    """No answer: the connection breaks."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is not None:  # uvicorn's; ASGI itself has no way to break a connection
            transport.abort()
            await asyncio.sleep(0.01)
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})


def _record(request: bytes, status: int, answer: bytes) -> None:
    """What was understood and answered; what a fault spoils, or the server refuses, is nobody's to validate."""
    folder = os.environ.get("RAPPORT_RECORD_EWS")
    if not folder or status != 200:
        return
    stem = Path(folder) / f"{os.getpid()}-{next(_number):06d}"
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".request.xml").write_bytes(request)
    stem.with_suffix(".response.xml").write_bytes(answer)


_REFUSALS: dict[FaultKind, Callable[[], Response]] = {
    FaultKind.HTTP_500: lambda: Response(b"", 500),
    FaultKind.HTTP_503: lambda: Response(b"", 503),
    FaultKind.UNAUTHORIZED: _unauthorized,
    FaultKind.GARBAGE: lambda: Response(_GARBAGE, 200, media_type="text/html"),
    FaultKind.DROP_BEFORE: _Dropped,
}
