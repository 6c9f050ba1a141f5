"""Starts and stops an ASGI application on a port, in a thread: the demo's and the tests' way to run the playground."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

START_WITHIN_S = 20.0
STOP_WITHIN_S = 2.0


class PortTaken(Exception):
    """Another program listens on the port; the text says which port and what to do."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Port {port} on {host} is in use. Stop what uses it, or choose another port.")
        self.port = port


class DidNotStart(Exception):
    """The application ended, or said nothing, before it took requests; the log holds the reason."""


class _Hangup:
    """Tells every open response that its visitor has gone once `at_once` is called.

    An event stream ends only when its reader leaves, and a server that stops gracefully waits for its streams.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._gone = asyncio.Event()

    def at_once(self) -> None:
        self._gone.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_until_gone() -> Message:
            if self._gone.is_set():
                return {"type": "http.disconnect"}
            waits = [asyncio.ensure_future(receive()), asyncio.ensure_future(self._gone.wait())]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                received = waits[0]
                return received.result() if received.done() else {"type": "http.disconnect"}  # type: ignore[return-value]
            finally:
                for wait in waits:
                    wait.cancel()

        await self._app(scope, receive_until_gone if scope["type"] == "http" else receive, send)


class _Server(uvicorn.Server):
    """Uvicorn's server that hangs up its streams before it waits for them, whoever asked it to stop."""

    def __init__(self, config: uvicorn.Config, hangup: _Hangup) -> None:
        super().__init__(config)
        self._hangup = hangup

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._hangup.at_once()
        await super().shutdown(sockets)


class RunningApp:
    """An application that is served from a thread until `stop`; as a context manager it stops at the end.

    `port=0` takes any free port; `url` tells which, without a slash at the end. A port that is in use raises
    PortTaken, unless `or_any` allows another. `stop` returns within 2 seconds or so, event streams or not.
    """

    def __init__(self, app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0, or_any: bool = False) -> None:
        self._socket = _bind(host, port, or_any=or_any)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{host}:{self.port}"
        hangup = _Hangup(app)
        config = uvicorn.Config(
            hangup, log_level="warning", access_log=False, timeout_graceful_shutdown=1, timeout_keep_alive=30
        )
        self._server = _Server(config, hangup)
        self._thread = threading.Thread(target=self._serve, name=f"playground:{self.port}", daemon=True)

    def start(self) -> Self:
        """Returns when requests are answered. Raises DidNotStart."""
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(START_WITHIN_S / 0.01)):
            if self._server.started:
                return self
            if not self._thread.is_alive():
                break
            waited.wait(0.01)
        raise DidNotStart(f"The application on {self.url} did not start.")

    def ask_to_stop(self) -> None:
        """Begins to end streams and requests; `stop` waits until it is done."""
        self._server.should_exit = True

    def stop(self) -> None:
        """Ends streams and requests, then the thread; a second call does nothing."""
        self.ask_to_stop()
        if self._thread.ident is not None:
            self._thread.join(STOP_WITHIN_S)
        self._socket.close()

    def _serve(self) -> None:
        # Where the application does not start, uvicorn asks to end the process; `start` tells the caller instead.
        with contextlib.suppress(SystemExit):
            self._server.run(sockets=[self._socket])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _bind(host: str, port: int, *, or_any: bool) -> socket.socket:
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        # Two sockets with SO_REUSEADDR may bind the same port as long as neither listens.
        bound.listen(2048)
    except OSError as error:
        bound.close()
        if or_any:
            return _bind(host, 0, or_any=False)
        raise PortTaken(host, port) from error
    return bound
