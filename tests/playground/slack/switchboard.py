"""One server for all tests of a run: each workspace and each app gets a path of its own while a test needs it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Router
from starlette.types import Receive, Scope, Send


class Switchboard:
    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self._numbers = itertools.count(1)
        self._apps: dict[str, Router] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        prefix = f"/{scope['path'].split('/')[1]}"
        app = self._apps.get(prefix, PlainTextResponse("nobody is here", status_code=404))
        await app({**scope, "root_path": prefix}, receive, send)

    def new_url(self) -> str:
        """An address at which nothing answers yet."""
        return f"http://127.0.0.1:{self._port}/n{next(self._numbers)}"

    @contextlib.contextmanager
    def serving(
        self, url: str, routes: Sequence[BaseRoute], stop: Callable[[], Awaitable[Any]] | None = None
    ) -> Iterator[None]:
        """Answers at this address; at the end awaits `stop` on the server's loop, if anything was ever asked of it."""
        prefix = f"/{url.rpartition('/')[2]}"
        self._apps[prefix] = Router(list(routes))
        yield
        del self._apps[prefix]
        if stop is not None and self._loop is not None:
            asyncio.run_coroutine_threadsafe(_awaited(stop), self._loop).result(5)

    @contextlib.contextmanager
    def running(self) -> Iterator[Switchboard]:
        config = uvicorn.Config(self, port=self._port, lifespan="off", log_level="error", ws="websockets-sansio")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        yield self
        server.should_exit = True
        thread.join(5)
        assert not thread.is_alive()


async def _awaited(stop: Callable[[], Awaitable[Any]]) -> None:
    await stop()
