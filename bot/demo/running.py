"""Runs the playground in this process and Rapport in another, as two machines would: one can die without the other."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from rich.console import Console
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.demo.office import fill_book, read_secrets, write_config
from bot.demo.rapport_process import RapportProcess
from integrations.playground.running import RunningApp
from store.upgrading import OtherTables

console = Console(stderr=True, highlight=False, soft_wrap=True)


def run(*, folder: Path, port: int, mode: str = "http") -> int:
    """Until SIGTERM or Ctrl-C; returns the exit code. What was done is in `folder` and there again the next time."""
    told = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, _tells(told))
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with console.status("Preparing an office to play in …"):
        try:
            fill_book(folder)
        except OtherTables:
            console.print(f"{folder} is of another version of Rapport. Remove it, or name another one with --folder.")
            return 1
    later = Later()
    shown = RunningApp(later, port=port, or_any=True)
    if port and shown.port != port:
        console.print(f"Port {port} is in use: the demo takes {shown.port}.")
    rapport = _rapport(folder, playground=shown.url, port=port_from(shown.port + 1), mode=mode)
    rapport.start()
    try:
        return _play(folder, rapport, later, shown, told)
    finally:
        rapport.stop()


class Later:
    """An application whose address is known before it is made: its pages and tokens need that address."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def _rapport(folder: Path, *, playground: str, port: int, mode: str) -> RapportProcess:
    config = write_config(folder, playground=playground, port=port, mode=mode)
    return RapportProcess(config, read_secrets(folder), port, folder / "rapport.log")


def _play(folder: Path, rapport: RapportProcess, later: Later, shown: RunningApp, told: threading.Event) -> int:
    # Loads while Rapport does; what Rapport asks of the playground meanwhile waits at its door.
    from bot.demo.playground import opened_playground

    with opened_playground(folder, rapport.config, rapport.secrets, url=shown.url) as playground:
        later.app = playground.app
        with shown, console.status("Starting Rapport …") as status:
            if not rapport.answers(told):
                status.stop()
                return _not_started(rapport, told)
            status.stop()
            console.print(f"Rapport is ready: [bold]{shown.url}[/]  (Ctrl-C stops it, and keeps your data)")
            _keep_running(rapport, told)
    return 0


def _not_started(rapport: RapportProcess, told: threading.Event) -> int:
    if told.is_set():
        return 0
    console.print(f"Rapport did not start: {rapport.log} says why.")
    return 1


def _keep_running(rapport: RapportProcess, told: threading.Event) -> None:
    while not told.wait(0.3):
        if (code := rapport.ended()) is not None:
            console.print(f"Rapport ended ({code}): it starts again.")
            rapport.start()


def _tells(told: threading.Event) -> Callable[[int, FrameType | None], None]:
    return lambda _signal, _frame: told.set()


def port_from(wanted: int) -> int:
    """The wanted port if it is free, else any: links in yesterday's mails work as long as it is the same."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free")
