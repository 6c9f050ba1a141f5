"""An app that writes down what Slack sends it and answers as a test says."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]


@dataclass(frozen=True)
class Heard:
    kind: str
    payload: Json
    headers: dict[str, str]
    body: bytes


def nothing(_heard: Heard) -> Response:
    return Response()


@dataclass
class ScriptedApp:
    """`answer` may take its time: it runs in a thread."""

    answer: Callable[[Heard], Response] = nothing
    heard: list[Heard] = field(default_factory=list)

    def says(self, body: Any) -> None:
        self.answer = lambda _heard: JSONResponse(body)

    def fails(self, status: int) -> None:
        self.answer = lambda _heard: Response("no", status_code=status)

    def sleeps(self, for_s: float) -> None:
        def late(_heard: Heard) -> Response:
            time.sleep(for_s)
            return Response()

        self.answer = late

    def of_kind(self, kind: str) -> list[Heard]:
        return [heard for heard in self.heard if heard.kind == kind]

    def waits_for(self, kind: str, count: int = 1) -> list[Heard]:
        until = time.monotonic() + 5
        while len(self.of_kind(kind)) < count and time.monotonic() < until:
            time.sleep(0.01)
        assert len(self.of_kind(kind)) >= count, [heard.kind for heard in self.heard]
        return self.of_kind(kind)

    def routes(self) -> list[Route]:
        async def hear(request: Request) -> Response:
            body = await request.body()
            heard = read(body, dict(request.headers))
            self.heard.append(heard)
            if heard.kind == "url_verification":
                return JSONResponse({"challenge": heard.payload["challenge"]})
            return await run_in_threadpool(self.answer, heard)

        return [Route("/slack/events", hear, methods=["POST"])]


def read(body: bytes, headers: dict[str, str]) -> Heard:
    if headers["content-type"] == "application/json":
        payload: Json = json.loads(body)
        kind = payload["event"]["type"] if payload["type"] == "event_callback" else payload["type"]
        return Heard(kind, payload, headers, body)
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    if "payload" in fields:
        payload = json.loads(fields["payload"])
        return Heard(payload["type"], payload, headers, body)
    return Heard("command", fields, headers, body)
