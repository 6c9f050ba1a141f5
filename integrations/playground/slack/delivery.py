"""How a request reaches the app: signed HTTP or a socket, three seconds, and retries for events alone."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal
from urllib.parse import urlencode

import httpx

from integrations.playground.slack.faults import Faults
from integrations.playground.slack.payloads import Request
from integrations.playground.slack.people import Json
from integrations.playground.slack.sockets import Sockets

Outcome = Literal["answered", "timeout", "http_error", "unreachable"]
RETRY_REASONS = {"timeout": "http_timeout", "http_error": "http_error", "unreachable": "connection_failed"}

# Servers commonly drop idle connections after five seconds; one that is reused just then would look unreachable.
KEPT_CONNECTIONS = httpx.Limits(max_connections=None, max_keepalive_connections=50, keepalive_expiry=2)


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is the JSON that came back, a string when it was other text, None when there was nothing."""

    outcome: Outcome
    status: int = 200
    body: Any = None
    is_final: bool = False


@cache
def certificates() -> ssl.SSLContext:
    """Reading the machine's certificates takes longer than everything else a workspace does when it is made."""
    return ssl.create_default_context()


def signed(body: bytes, secret: str, at_s: int) -> dict[str, str]:
    """The headers that prove a request is Slack's (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    base = b"v0:%d:%s" % (at_s, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": str(at_s), "x-slack-signature": f"v0={digest}"}


class Delivery:
    """Brings requests to the app. `retry_after` are the waits before an event's retries."""

    def __init__(
        self,
        *,
        sockets: Sockets | None,
        signing_secret: str,
        faults: Faults,
        now: Callable[[], datetime],
        ack_within: timedelta,
        retry_after: Sequence[timedelta],
    ) -> None:
        self._sockets, self._secret, self._faults, self._now = sockets, signing_secret, faults, now
        self._within_s = ack_within.total_seconds()
        self._retry_after = retry_after
        self._http = httpx.AsyncClient(
            timeout=self._within_s, limits=KEPT_CONNECTIONS, verify=certificates(), trust_env=False
        )
        self._running: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._http.aclose()

    async def ask(self, request: Request) -> Reply:
        """A command or an interaction: sent once, never retried."""
        return await self._with_faults(request, {}, {})

    def runs_here(self) -> None:
        """Says on which loop the workspace is served: `tell` from other threads needs it."""
        self._loop = asyncio.get_running_loop()

    def tell(self, request: Request) -> None:
        """An event: in the background, retried while the app does not acknowledge. Callable from any thread.

        Nobody hears of what happens before the workspace was asked anything.
        """
        if self._loop is not None:
            self._loop.call_soon_threadsafe(lambda: self._spawn(self._tell(request)))

    async def _tell(self, request: Request) -> None:
        reply = await self._with_faults(request, {}, {})
        if repeat := self._faults.take(request.kind, "repeat"):
            for number in range(1, repeat.copies + 1):
                await self._retry(request, number, "http_timeout")
        for number, wait in enumerate(self._retry_after, start=1):
            if reply.outcome == "answered" or reply.is_final:
                return
            await asyncio.sleep(wait.total_seconds())
            reply = await self._retry(request, number, RETRY_REASONS[reply.outcome])

    async def _retry(self, request: Request, number: int, reason: str) -> Reply:
        headers = {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
        return await self._with_faults(request, headers, {"retry_attempt": number, "retry_reason": "timeout"})

    async def _with_faults(self, request: Request, headers: dict[str, str], retry: Json) -> Reply:
        if self._faults.take(request.kind, "drop"):
            return Reply("timeout")
        if late := self._faults.take(request.kind, "delay"):
            await asyncio.sleep(late.delay_s)
        doubled = self._faults.take(request.kind, "duplicate")
        tries = [self._spawn(self._send(request, headers, retry)) for _ in range(doubled.copies if doubled else 1)]
        await asyncio.wait(tries, return_when=asyncio.FIRST_COMPLETED)
        reply = next(task.result() for task in tries if task.done())
        return Reply("timeout") if self._faults.take(request.kind, "lose_answer") else reply

    async def _send(self, request: Request, headers: dict[str, str], retry: Json) -> Reply:
        if self._sockets is None:
            return await self._post(request, headers)
        socket_retry = retry or ({"retry_attempt": 0, "retry_reason": ""} if request.envelope == "events_api" else {})
        try:
            answer = await self._sockets.ask(request.envelope, request.payload, socket_retry, self._within_s)
        except TimeoutError:
            return Reply("timeout")
        except ConnectionError:
            return Reply("unreachable")
        return Reply("answered", body=answer.get("payload") or None)

    async def _post(self, request: Request, headers: dict[str, str]) -> Reply:
        content_type, body = _encoded(request)
        all_headers = {
            "content-type": content_type,
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **signed(body, self._secret, int(self._now().timestamp())),
            **headers,
        }
        try:
            async with asyncio.timeout(self._within_s):
                response = await self._http.post(request.url, content=body, headers=all_headers)
        except (TimeoutError, httpx.TimeoutException):
            return Reply("timeout")
        except httpx.HTTPError:
            return Reply("unreachable")
        return _read(response)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


def _encoded(request: Request) -> tuple[str, bytes]:
    if request.envelope == "events_api":
        return "application/json", json.dumps(request.payload).encode()
    fields = request.payload if request.envelope == "slash_commands" else {"payload": json.dumps(request.payload)}
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def _read(response: httpx.Response) -> Reply:
    is_final = response.headers.get("x-slack-no-retry") == "1"
    is_success = 200 <= response.status_code < 300
    if not is_success:
        return Reply("http_error", response.status_code, is_final=is_final)
    try:
        body = response.json() if response.content.strip() else None
    except ValueError:
        body = response.text
    return Reply("answered", response.status_code, body, is_final)
