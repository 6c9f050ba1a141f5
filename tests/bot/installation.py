"""An installation as an administrator has it: a folder with settings, secrets in the environment, the command line."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from typer.testing import CliRunner, Result
from world import CLAIRE, EMMA, NADIA, OTTO, SERVICE, make_exchange

from bot.__main__ import app
from bot.settings_file import read_settings
from bot.slack.manifest import make_manifest
from integrations.playground.exchange import ExchangeServer, exchange_routes
from integrations.playground.running import RunningApp
from integrations.playground.slack import Workspace, slack_routes

SECRETS = {
    "RAPPORT_SLACK_BOT_TOKEN": "xoxb-playground",
    "RAPPORT_SLACK_APP_TOKEN": "xapp-playground",
    "RAPPORT_SLACK_SIGNING_SECRET": "signing-secret",
    "RAPPORT_WEB_SECRET": "kX9-vQ2_mZ7pLr4wTb8nYc3sHd6fGj1a",
    "RAPPORT_MAIL_OFFICE_PASSWORD": SERVICE.password,
}


@dataclass
class Installation:
    """`outside` is where the local Slack and Exchange answer."""

    folder: Path
    outside: str
    environment: dict[str, str] = field(default_factory=lambda: dict(SECRETS))
    processes: list[Process] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder}/var/book.db"

    def write_settings(self, *, mode: str = "socket", database_url: str = "", public_url: str = "") -> None:
        public_url = public_url or ("http://127.0.0.1:9" if mode == "http" else "")
        self.config.write_text(
            f"""
            [office]
            name = "Bureau Dubois"
            [database]
            url = "{database_url or self.database_url}"
            connections = 12
            [documents]
            folder = "{self.folder}/var/documents"
            [slack]
            mode = "{mode}"
            api_url = "{self.outside}/slack/api/"
            [web]
            bind = "127.0.0.1:0"
            public_url = "{public_url}"
            [mail.office]
            endpoint = "{self.outside}/EWS/Exchange.asmx"
            username = "{SERVICE.address}"
            timeout_s = 5
            """
        )

    def runs(self, *command: str) -> Result:
        """In this process; its `stdout` and `stderr` are apart."""
        with _without(os.environ, "RAPPORT_"):
            return CliRunner(env=self.environment).invoke(app, ["--config", str(self.config), *command])

    def answers(self, *command: str) -> Any:
        """What a script would read."""
        result = self.runs(*command, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def starts(self, *command: str) -> Process:
        """In a process of its own."""
        full = [sys.executable, "-m", "bot", "--config", str(self.config), *command]
        environment = {**os.environ, **self.environment}
        self.processes.append(Process(subprocess.Popen(full, env=environment, stderr=subprocess.PIPE, text=True)))
        return self.processes[-1]


@dataclass
class Process:
    popen: subprocess.Popen[str]

    def says(self, pattern: str) -> re.Match[str]:
        """Reads on until a line of its stderr matches."""
        assert self.popen.stderr
        lines = []
        for line in self.popen.stderr:
            lines.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"ended without saying {pattern!r}:\n{''.join(lines)}")

    def stops(self, signal_number: int = signal.SIGTERM) -> tuple[int, str]:
        """Exit code, and what it said since it was told to stop."""
        self.popen.send_signal(signal_number)
        return self.ends()

    def clear_away(self) -> None:
        """What a failed test left running."""
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.communicate()

    def ends(self) -> tuple[int, str]:
        _out, said = self.popen.communicate(timeout=20)
        return self.popen.returncode, said


@contextmanager
def _without(environment: Any, prefix: str) -> Iterator[None]:
    hidden = {name: environment.pop(name) for name in list(environment) if name.startswith(prefix)}
    try:
        yield
    finally:
        environment.update(hidden)


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """With a Slack workspace and an Exchange server that know its people, and no book yet."""
    workspaces: list[Workspace] = []

    @asynccontextmanager
    async def closing(_app: Starlette) -> AsyncIterator[None]:
        yield
        for workspace in workspaces:
            await workspace.close()

    playground = Starlette(lifespan=closing)
    exchange: ExchangeServer = make_exchange(folder)
    with RunningApp(playground) as shown:
        made = Installation(folder, shown.url)
        made.write_settings()
        workspace = Workspace(
            folder / "slack.db",
            (CLAIRE, EMMA, NADIA, OTTO),
            make_manifest(read_settings(made.config, SECRETS)),
            signing_secret=SECRETS["RAPPORT_SLACK_SIGNING_SECRET"],
            bot_token=SECRETS["RAPPORT_SLACK_BOT_TOKEN"],
            app_token=SECRETS["RAPPORT_SLACK_APP_TOKEN"],
            url=shown.url,
            has_rate_limits=False,
        )
        workspaces.append(workspace)
        playground.router.routes += [*slack_routes(workspace), *exchange_routes(exchange)]
        yield made
        for process in made.processes:
            process.clear_away()
    exchange.close()
