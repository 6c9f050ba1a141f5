"""Lanes of the outbox: which are due, and which a commit wakes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from store.engine import Book
from store.outbox import claim_next, lanes_due, mark_failed, on_committed, put_in_outbox, slack_lane

MINUTE = timedelta(minutes=1)
SLACK = slack_lane(7)


def _put(session: Session, book: Book, key: str, lane: str = SLACK) -> None:
    put_in_outbox(session, kind="notice", key=key, lane=lane, content={}, now=book.now())


def test_a_lane_whose_first_row_waits_is_not_due_whatever_stands_behind_it(book: Book) -> None:
    now = book.now()
    with book.writing() as session:
        _put(session, book, "first")
        _put(session, book, "second")
        _put(session, book, "elsewhere", lane="mailbox:3")
        first = claim_next(session, SLACK, now=now, length=MINUTE)
        assert first is not None
        assert lanes_due(session, now=now) == ["mailbox:3"], "its first row is being delivered"
        mark_failed(session, first.id, "503", is_permanent=False, now=now)
        assert lanes_due(session, now=now) == ["mailbox:3"], "its first row backs off"
        assert sorted(lanes_due(session, now=now + MINUTE)) == ["mailbox:3", SLACK]


def test_a_lane_is_woken_when_its_row_is_seen_not_when_a_savepoint_is_released(book: Book) -> None:
    woken: list[frozenset[str]] = []
    on_committed(book.writers, woken.append)
    with book.writing() as session:
        with session.begin_nested():
            _put(session, book, "a")
        assert woken == []
    assert woken == [frozenset({SLACK})]


def test_a_savepoint_that_is_rolled_back_takes_no_other_wake_up_with_it(book: Book) -> None:
    woken: list[frozenset[str]] = []
    on_committed(book.writers, woken.append)
    with book.writing() as session:
        _put(session, book, "a")
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            raise ZeroDivisionError
    assert woken == [frozenset({SLACK})]
