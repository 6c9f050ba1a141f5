"""Forms on their way, leases and the outbox: what makes a repeat harmless."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from dupont import new_collaborator

from store.base import BookBusy
from store.engine import Book
from store.leases import free_lease, take_lease
from store.outbox import Outgoing, claim_next, lanes_due, mark_delivered, mark_failed, on_committed, put_in_outbox
from store.submissions import draft_kept_at, draft_of, drop_draft, forget_old, is_first, is_saved, keep_draft

MINUTE = timedelta(minutes=1)


def test_two_submissions_at_the_same_moment_make_one(book: Book) -> None:
    first: list[bool] = []

    def submit() -> None:
        with book.writing() as session:
            first.append(is_first(session, "slack/V1", now=book.now()))

    threads = [threading.Thread(target=submit) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(first) == [False, False, False, True]


def test_a_submission_that_failed_may_be_sent_again(book: Book) -> None:
    with pytest.raises(BookBusy), book.writing() as session:
        assert is_first(session, "slack/V1", now=book.now())
        raise BookBusy
    with book.writing() as session:
        assert not is_saved(session, "slack/V1")
        assert is_first(session, "slack/V1", now=book.now())
        assert not is_first(session, "slack/V1", now=book.now())
        forget_old(session, now=book.now() + timedelta(days=3))
        assert not is_saved(session, "slack/V1")


def test_a_draft_is_one_per_form_and_lives_a_day(book: Book) -> None:
    with book.writing() as session:
        anna = new_collaborator(session, "Anna")[0]
        for text in ("a", "b"):
            keep_draft(session, anna.id, "action", {"subject": text}, now=book.now())
        kept = draft_of(session, anna.id, "action", now=book.now())
        assert kept is not None
        assert kept.content == {"subject": "b"}
        assert draft_kept_at(session, anna.id, "action", now=book.now()) == kept.kept_at == book.now()
        assert draft_kept_at(session, anna.id, "action", now=book.now() + timedelta(hours=25)) is None
        assert draft_of(session, anna.id, "relation", now=book.now()) is None
        assert draft_of(session, anna.id, "action", now=book.now() + timedelta(hours=25)) is None
        drop_draft(session, anna.id, "action")
        assert draft_of(session, anna.id, "action", now=book.now()) is None


def test_a_lease_has_one_holder_until_it_is_freed_or_over(book: Book) -> None:
    now = book.now()
    with book.writing() as session:
        assert take_lease(session, "slack", holder="a", now=now, length=MINUTE)
        assert take_lease(session, "slack", holder="a", now=now, length=MINUTE), "its holder prolongs it"
        assert not take_lease(session, "slack", holder="b", now=now, length=MINUTE)
        free_lease(session, "slack", holder="b")
        assert not take_lease(session, "slack", holder="b", now=now, length=MINUTE)
        assert take_lease(session, "slack", holder="b", now=now + 2 * MINUTE, length=MINUTE)
        free_lease(session, "slack", holder="b")
        assert take_lease(session, "slack", holder="a", now=now, length=MINUTE)


def _put(book: Book, key: str, lane: str = "slack") -> None:
    with book.writing() as session:
        put_in_outbox(session, kind="notice", key=key, lane=lane, content={}, now=book.now())


def test_an_outbox_row_is_written_once_and_delivered_in_order(book: Book) -> None:
    woken: list[frozenset[str]] = []
    on_committed(book.writers, woken.append)
    _put(book, "a")
    _put(book, "a")
    _put(book, "b")
    assert woken == [frozenset({"slack"})] * 2
    now = book.now()
    with book.writing() as session:
        assert lanes_due(session, now=now) == ["slack"]
        first = claim_next(session, "slack", now=now, length=MINUTE)
        assert first is not None
        assert (first.key, first.attempts) == ("a", 1)
        assert claim_next(session, "slack", now=now, length=MINUTE) is None, "order is kept"
        mark_failed(session, first.id, "503", is_permanent=False, now=now)
        assert claim_next(session, "slack", now=now, length=MINUTE) is None, "not due yet"
        again = claim_next(session, "slack", now=now + MINUTE, length=MINUTE)
        assert again is not None
        assert (again.key, again.attempts) == ("a", 2)
        mark_failed(session, again.id, "404", is_permanent=True, now=now)
        second = claim_next(session, "slack", now=now + MINUTE, length=MINUTE)
        assert second is not None
        mark_delivered(session, second.id, now=now)
        assert lanes_due(session, now=now + timedelta(days=1)) == []


def test_what_was_rolled_back_tells_nobody(book: Book) -> None:
    woken: list[frozenset[str]] = []
    on_committed(book.writers, woken.append)
    with pytest.raises(BookBusy), book.writing() as session:
        put_in_outbox(session, kind="notice", key="a", lane="slack", content={}, now=book.now())
        raise BookBusy
    assert woken == []
    with book.reading() as session:
        assert session.query(Outgoing).count() == 0
