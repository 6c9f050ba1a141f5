"""Logs: one line of key=value pairs per event on stderr, with ids and never an address, a subject or a body.

A line made while somebody's request or a job runs carries its reference, which is also what a person is shown when
something went wrong: `reference=9f3c21aa`.
"""

from __future__ import annotations

import logging
import secrets
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

from store.engine import DATABASE_ERRORS

_reference: ContextVar[str] = ContextVar("reference", default="")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Below a warning they quote requests and answers (addresses, subjects, tokens), or say nothing of use to an office.
_TALKATIVE = (
    *("alembic", "apscheduler", "exchangelib", "httpcore", "httpx", "procrastinate"),
    *("requests_ntlm", "slack_bolt", "slack_sdk", "spnego", "urllib3"),
)


class KeyValueFormatter(logging.Formatter):
    """`at=2026-11-21T09:00:00.123Z level=info logger=jobs.lane reference=9f3c21aa text="lane drained" lane=slack`.

    What a call passes as `extra` follows as pairs; a traceback stands on the lines below.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03d}Z"
        pairs: dict[str, object] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        if reference := _reference.get():
            pairs["reference"] = reference
        pairs["text"] = record.getMessage()
        pairs |= {key: value for key, value in vars(record).items() if key not in _OWN}
        line = " ".join(f"{key}={_value(value)}" for key, value in pairs.items())
        if record.exc_info:
            line += f"\n{self.formatException(record.exc_info)}"
        return line


def set_up_logs(level: str) -> None:
    """Sends everything from `level` ("info", …) on to stderr; of libraries that quote what they carry, warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(KeyValueFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def referred(reference: str = "") -> Iterator[str]:
    """Every line logged in the block, in this thread or task, carries the reference, which is made when not given."""
    reference = reference or secrets.token_hex(4)
    token = _reference.set(reference)
    try:
        yield reference
    finally:
        _reference.reset(token)


def place_of(error: BaseException) -> str:
    """Where an unforeseen error came from, for the log: its type and lines of code, none of the values it quotes.

    A database's message quotes what was written, and so do those of the causes below it.
    """
    every = traceback.extract_tb(error.__traceback__)
    # Below our own lines, a library's say little and push ours out of sight.
    frames = [frame for frame in every if "site-packages" not in frame.filename] or every
    lines = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    return f"{type(error).__name__} at {lines}"


def log_failure(log: logging.Logger, text: str, error: BaseException) -> None:
    """What nobody foresaw, with its traceback; of a database error, which quotes what was written, its place alone."""
    chain: BaseException | None = error
    while chain is not None:
        if isinstance(chain, DATABASE_ERRORS):
            log.error(text, extra={"error": place_of(error)})
            return
        chain = chain.__cause__ or chain.__context__
    log.error(text, exc_info=error)


def _value(value: object) -> str:
    text = str(value)
    if text and not any(sign in text for sign in ' "=\n\r\t\\'):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
