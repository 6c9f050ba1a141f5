"""The book's transactions, on both engines."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from store.base import BookBusy, ChangedMeanwhile
from store.collaborators import Collaborator, add_collaborator, collaborator_by_mail
from store.engine import Book


def _count(book: Book) -> int:
    with book.reading() as session:
        return session.scalar(select(func.count()).select_from(Collaborator)) or 0


def test_a_failing_block_writes_nothing(book: Book) -> None:
    with pytest.raises(ZeroDivisionError), book.writing() as session:
        add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
        raise ZeroDivisionError
    assert _count(book) == 0


def test_a_savepoint_does_not_survive_the_outer_rollback(book: Book) -> None:
    with pytest.raises(ZeroDivisionError), book.writing() as session:
        with session.begin_nested():
            add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
        raise ZeroDivisionError
    assert _count(book) == 0


def test_the_second_of_two_editors_is_told(book: Book) -> None:
    with book.writing() as session:
        add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
    with book.reading() as session:
        seen = collaborator_by_mail(session, "anna@office.example")
    with book.writing() as session:
        session.get_one(Collaborator, 1).name = "Anna B."
    with pytest.raises(ChangedMeanwhile), book.writing() as session:
        assert seen is not None
        session.add(seen)
        seen.name = "Anna C."
    with pytest.raises(ChangedMeanwhile) as told:
        with book.reading() as session:
            session.get_one(Collaborator, 1).expect_version(1)
    assert told.value.version == 2


@pytest.mark.parametrize("book_url", ["sqlite"], indirect=True)
def test_a_locked_book_says_busy_within_two_seconds(book: Book) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with book.writing():
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(5)
    try:
        with pytest.raises(BookBusy), book.writing() as session:
            add_collaborator(session, name="Bram", mail="bram@office.example", now=book.now())
    finally:
        leave.set()
        holder.join()
