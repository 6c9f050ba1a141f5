"""Rapport in a process of its own, as `rapport serve` runs it: it can die and be started again."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

STARTS_WITHIN_S = 60
STOPS_WITHIN_S = 12


@dataclass
class RapportProcess:
    """`port` is where its web side listens (the settings say so too); what it logs is added to the file `log`."""

    config: Path
    secrets: Mapping[str, str]
    port: int
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Returns at once; `answers` tells when it is ready. One that runs already is left alone."""
        if self.ended() is None and self._process is not None:
            return
        command = [sys.executable, "-m", "bot", "--config", str(self.config), "serve"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 (this very program)
                command,
                env={**os.environ, **self.secrets},
                # A group of its own: Ctrl-C reaches the demo alone, which then stops Rapport in its turn.
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def ended(self) -> int | None:
        """Its exit code, or None while it runs or was never started."""
        return self._process.poll() if self._process else None

    def answers(self, given_up: threading.Event) -> bool:
        """Waits until it takes requests; False when it ended, or nobody waits any more."""
        for _attempt in range(STARTS_WITHIN_S * 20):
            if given_up.wait(0.05) or self.ended() is not None:
                return False
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/health", timeout=5, trust_env=False)
            except httpx.TransportError:
                continue
            return True
        return False

    def stop(self) -> None:
        """What it does is finished first, for a while."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """At once, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
