"""What the edges refuse before they look at it, and what their logs keep to themselves."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from world import World

from bot.logs import log_failure
from bot.request_bodies import LARGEST_BODY
from store.engine import Book


@pytest.mark.parametrize("path", ["/slack/events", "/unsubscribe/token"])
def test_a_body_without_end_is_refused_whatever_it_says_of_its_length(world: World, path: str) -> None:
    url = world.office.settings.web.public_url + path

    def pieces() -> Iterator[bytes]:
        for _piece in range(20):
            yield b"x" * (LARGEST_BODY // 10)

    assert httpx.post(url, content=b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert httpx.post(url, content=pieces()).status_code == 413
    assert httpx.post(url, content=b"{}").status_code in {401, 404}


def test_a_database_error_is_logged_by_its_place_alone(book: Book, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(DBAPIError) as told, book.reading() as session:
        session.execute(text("select 'els@dupont.example' from nowhere"))
    log_failure(logging.getLogger("office"), "request failed", told.value)
    (record,) = caplog.records
    assert record.exc_info is None
    assert "els@dupont.example" not in str(vars(record))
    assert "test_edges.py" in record.error


def test_another_bug_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    log_failure(logging.getLogger("office"), "request failed", KeyError("gone"))
    assert caplog.records[0].exc_info is not None
