"""Socket Mode's server side (docs.slack.dev/apis/events-api/using-socket-mode)."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from integrations.playground.slack.people import Json

MOST_CONNECTIONS = 10


class Sockets:
    """The app's connections; each envelope goes to one of them at random."""

    def __init__(self, app_id: str, changed: Callable[[], None]) -> None:
        self._app_id, self._changed = app_id, changed
        self._open: list[WebSocket] = []
        self._tickets: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    @property
    def count(self) -> int:
        return len(self._open)

    def ticket(self) -> str:
        """Lets one connection in."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """One connection, until either side ends it."""
        await socket.accept()
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets or self.count >= MOST_CONNECTIONS:
            reason = "too_many_websockets" if ticket in self._tickets else "link_disabled"
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}})
            await socket.close()
            return
        self._tickets.discard(ticket)
        self._loop = asyncio.get_running_loop()
        self._open.append(socket)
        self._changed()
        try:
            await socket.send_json(self._hello())
            while True:
                self._take(await socket.receive_text())
        except WebSocketDisconnect:
            return
        finally:
            self._leave(socket)

    async def ask(self, envelope: str, payload: Json, retry: Json, within_s: float) -> Json:
        """What the app acknowledges with. Raises ConnectionError without a connection, TimeoutError without answer."""
        if not self._open:
            raise ConnectionError("the app has no open socket")
        socket = random.choice(self._open)  # noqa: S311 (spreads load, guards nothing)
        envelope_id = secrets.token_hex(16)
        answered: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answered
        sent = {"envelope_id": envelope_id, "type": envelope, "payload": payload}
        accepts = {"accepts_response_payload": envelope != "events_api"}
        try:
            async with asyncio.timeout(within_s):
                await socket.send_text(json.dumps({**sent, **accepts, **retry}))
                return await answered
        except (WebSocketDisconnect, RuntimeError) as error:
            self._leave(socket)
            raise ConnectionError("the app's socket broke") from error
        finally:
            del self._waiting[envelope_id]

    def ask_to_refresh(self) -> None:
        """Asks every client to connect anew, then closes, as Slack does every few hours. Callable from any thread."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._refresh(), self._loop)

    async def _refresh(self) -> None:
        for socket in list(self._open):
            await socket.send_json(
                {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "playground"}}
            )
            self._leave(socket)
            await socket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.count,
            "debug_info": {"host": "playground", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    def _take(self, text: str) -> None:
        try:
            message: Any = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    def _leave(self, socket: WebSocket) -> None:
        if socket in self._open:
            self._open.remove(socket)
            self._changed()
