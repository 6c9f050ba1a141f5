"""Runs the playground in this process and Rapport in another, as two machines would: one can die without the other."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import httpx
from rich.console import Console
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.demo.guides import GUIDES
from bot.demo.office import fill_book, read_secrets, write_config
from bot.demo.people import RESIDENTS, SERVICE
from bot.settings_file import read_settings
from bot.slack.manifest import make_manifest
from integrations.playground.app import playground_app
from integrations.playground.exchange import ExchangeServer
from integrations.playground.running import RunningApp
from integrations.playground.slack import Workspace

STARTS_WITHIN_S = 60
STOPS_WITHIN_S = 12

console = Console(stderr=True, highlight=False)


def run(*, folder: Path, port: int, mode: str = "http") -> int:
    """Until SIGTERM or Ctrl-C; returns the exit code. What was done is in `folder` and there again the next time."""
    told = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, _tells(told))
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with console.status("Preparing an office to play in …"):
        fill_book(folder)
        secrets = read_secrets(folder)
    later = _Later()
    shown = RunningApp(later, port=port, or_any=True)
    own_port = free_port()
    config = write_config(folder, playground=shown.url, port=own_port, mode=mode)
    accounts = [one.account for one in RESIDENTS if one.has_mailbox]
    exchange = ExchangeServer(folder / "exchange.db", [*accounts, SERVICE])
    later.app = _playground(folder, config, shown.url, secrets, exchange)
    try:
        with shown:
            return _run_rapport(config, secrets, own_port, shown.url, told)
    finally:
        exchange.close()


class _Later:
    """An application whose address is known before it is made: its pages and tokens need that address."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def _playground(folder: Path, config: Path, url: str, secrets: dict[str, str], exchange: ExchangeServer) -> ASGIApp:
    settings = read_settings(config, {**os.environ, **secrets})
    workspace = Workspace(
        folder / "slack.db",
        [one.slack_person for one in RESIDENTS if one.slack_id],
        make_manifest(settings),
        signing_secret=settings.slack.signing_secret,
        bot_token=settings.slack.bot_token,
        app_token=settings.slack.app_token,
        url=url,
    )
    visitors = [one.visitor for one in RESIDENTS if one.has_mailbox]
    return playground_app(workspace, exchange, visitors, GUIDES, subscriptions_path=folder / "subscriptions.db")


def _run_rapport(config: Path, secrets: dict[str, str], port: int, url: str, told: threading.Event) -> int:
    """Starts Rapport, says where to look once it answers, and starts it again if it dies."""
    process = _start(config, secrets)
    try:
        with console.status("Starting Rapport …"):
            if not _answers(port, process, told):
                return 0 if told.is_set() else 1
        console.print(f"Rapport is ready: [bold]{url}[/]  (Ctrl-C stops it, and keeps your data)")
        while not told.wait(0.3):
            if process.poll() is not None:
                console.print(f"Rapport ended ({process.returncode}): it starts again.")
                process = _start(config, secrets)
        return 0
    finally:
        _stop(process)


def _start(config: Path, secrets: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bot", "--config", str(config), "serve"]
    environment = {**os.environ, **secrets}
    # A group of its own: Ctrl-C reaches this process alone, which then stops Rapport in its turn.
    return subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)  # noqa: S603


def _answers(port: int, process: subprocess.Popen[bytes], told: threading.Event) -> bool:
    for _attempt in range(STARTS_WITHIN_S * 20):
        if told.wait(0.05) or process.poll() is not None:
            return False
        try:
            httpx.get(f"http://127.0.0.1:{port}/health", timeout=1, trust_env=False)
        except httpx.TransportError:
            continue
        return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()


def _tells(told: threading.Event) -> Callable[[int, FrameType | None], None]:
    return lambda _signal, _frame: told.set()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
