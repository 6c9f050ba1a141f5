"""Slack's requests, over HTTP or a socket, to Bolt's synchronous App: one thread each, answered at the acknowledgement.

`App(process_before_response=True)` runs the listener in the calling thread and returns when it ends; `PromptAck` hands
the acknowledgement out the moment it is given. So nothing polls, nothing slow delays it, and listeners stay plain
functions.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode.internals import build_headers, send_response
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from starlette.requests import Request
from starlette.responses import Response

from bot.logs import log_failure, referred
from bot.request_bodies import read_body

log = logging.getLogger(__name__)
Answer = Callable[[BoltResponse], None]


class PromptAck(Ack):
    def __init__(self, answer: Answer) -> None:
        self.response = None  # Ack.__init__ is untyped in slack_bolt and does only this
        self._answer = answer

    def __call__(self, *args: Any, **kwargs: Any) -> BoltResponse:
        response = super().__call__(*args, **kwargs)
        self._answer(response)
        return response


def dispatch(app: App, request: BoltRequest, answer: Answer) -> None:
    """Calls `answer` once or twice (acknowledgement, end of the listener): only the first counts."""
    request.context["ack"] = PromptAck(answer)
    try:
        response = app.dispatch(request)
    except Exception as error:  # noqa: BLE001 (the edge)
        with referred():
            log_failure(log, "Slack request failed", error)
        response = BoltResponse(status=500)
    answer(response)


def http_door(app: App, threads: Executor) -> Callable[[Request], Awaitable[Response]]:
    async def slack(request: Request) -> Response:
        loop = asyncio.get_running_loop()
        first: asyncio.Future[BoltResponse] = loop.create_future()

        def answer(response: BoltResponse) -> None:
            loop.call_soon_threadsafe(lambda: None if first.done() else first.set_result(response))

        bolt_request = to_bolt_request(request, await read_body(request))
        loop.run_in_executor(threads, dispatch, app, bolt_request, answer)
        return to_starlette_response(await first)

    return slack


def socket_door(app: App) -> Callable[[BaseSocketModeClient, SocketModeRequest], None]:
    """The client calls it in one of its own threads (`SocketModeClient(concurrency=…)`)."""

    def slack(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        answered: list[BoltResponse] = []

        def answer(response: BoltResponse) -> None:
            if not answered:
                answered.append(response)
                send_response(client, request, response, 0.0)

        bolt_request = BoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
        dispatch(app, bolt_request, answer)

    return slack
