"""Log lines: key=value pairs on one line, with the reference of the request or job."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from bot.logs import KeyValueFormatter, referred, set_up_logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(KeyValueFormatter())
    log = logging.getLogger("office")
    log.addHandler(handler)
    log.setLevel("INFO")
    yield written
    log.removeHandler(handler)


def test_a_line_is_pairs_with_what_the_call_adds(lines: io.StringIO) -> None:
    logging.getLogger("office").warning("lane %s drained", "slack", extra={"lane": "slack", "count": 3})
    at, rest = lines.getvalue().split(" ", 1)
    assert at.startswith("at=20")
    assert at.endswith("Z")
    assert rest == 'level=warning logger=office text="lane slack drained" lane=slack count=3\n'


def test_what_somebody_else_wrote_cannot_forge_a_line(lines: io.StringIO) -> None:
    logging.getLogger("office").info('bad"\nlevel=error text=\\forged\r')
    assert lines.getvalue().count("\n") == 1
    assert 'text="bad\\"\\nlevel=error text=\\\\forged\\r"' in lines.getvalue()


def test_lines_of_a_request_carry_its_reference(lines: io.StringIO) -> None:
    log = logging.getLogger("office")
    with referred() as reference, referred("inner"):
        log.info("here")
    log.info("outside")
    assert len(reference) == 8
    inside, outside = lines.getvalue().splitlines()
    assert "reference=inner" in inside
    assert "reference" not in outside


def test_a_traceback_stands_below_its_line(lines: io.StringIO) -> None:
    try:
        raise KeyError("gone")
    except KeyError:
        logging.getLogger("office").exception("failed")
    first, second, *_more = lines.getvalue().splitlines()
    assert first.endswith("text=failed")
    assert second.startswith("Traceback")


def test_libraries_that_quote_what_they_carry_are_heard_from_warning_on() -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    set_up_logs("debug")
    try:
        assert not logging.getLogger("slack_sdk.web").isEnabledFor(logging.DEBUG)
        assert logging.getLogger("slack_sdk").isEnabledFor(logging.WARNING)
        assert logging.getLogger("jobs").isEnabledFor(logging.DEBUG)
    finally:
        root.handlers[:], root.level = handlers, level
