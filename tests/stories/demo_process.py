"""`rapport demo` as somebody runs it: a process of its own, told to stop as Ctrl-C does."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Demo:
    process: subprocess.Popen[str]
    url: str
    said: list[str]
    started_in_s: float

    def interrupt(self) -> int:
        """Ctrl-C. Returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        rest, _nothing = self.process.communicate(timeout=30)
        self.said.append(rest)
        return self.process.returncode


@contextmanager
def running_demo(folder: Path, *options: str) -> Iterator[Demo]:
    """Ready to be used; whatever still runs at the end of the block is interrupted."""
    command = [sys.executable, "-m", "bot", "demo", "--folder", str(folder), *options]
    began = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True)
    try:
        url, said = _ready(process)
        yield Demo(process, url, said, time.monotonic() - began)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


def _ready(process: subprocess.Popen[str]) -> tuple[str, list[str]]:
    assert process.stdout
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"ready: (\S+)", line):
            return found[1], said
    raise AssertionError(f"the demo ended ({process.wait()}): {''.join(said)}")
