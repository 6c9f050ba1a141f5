"""The book's transactions, on both engines."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import pytest
from clock import Clock
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from store.base import BookBusy, ChangedMeanwhile
from store.collaborators import Collaborator, add_collaborator, collaborator_by_mail
from store.engine import Book, said_busy


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


def test_a_reader_sees_one_state_whatever_is_committed_meanwhile(book: Book) -> None:
    with book.reading() as session:
        assert session.scalar(select(func.count()).select_from(Collaborator)) == 0
        with book.writing() as other:
            add_collaborator(other, name="Anna", mail="anna@office.example", now=book.now())
        assert session.scalar(select(func.count()).select_from(Collaborator)) == 0
    assert _count(book) == 1


def test_a_writer_sees_what_was_committed_while_it_waited(new_postgres_url: Callable[[], str], clock: Clock) -> None:
    book = Book(new_postgres_url(), now=clock, connections=2)
    with book.reading():
        pass
    with book.writing() as session:
        assert session.scalar(text("show transaction_isolation")) == "read committed"
        assert session.scalar(text("show transaction_read_only")) == "off"
    book.close()


def test_a_server_that_cannot_be_reached_is_busy(clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection and never says a word
        book = Book(f"postgresql+psycopg://rapport@127.0.0.1:{silent.getsockname()[1]}/book", now=clock)
        with pytest.raises(BookBusy), book.reading() as session:
            session.execute(select(1))
        book.close()


def test_a_wrong_statement_is_not_called_busy(book: Book) -> None:
    with pytest.raises(DBAPIError) as told, book.reading() as session:
        session.execute(text("select nothing from nowhere"))
    assert not said_busy(told.value)


def test_an_error_does_not_quote_what_was_written(book: Book) -> None:
    with pytest.raises(DBAPIError) as told, book.reading() as session:
        session.execute(text("select :secret from nowhere"), {"secret": "els@dupont.example"})
    assert "els@dupont.example" not in str(told.value)


def test_taking_stock_tells_each_connection_how_full_the_tables_are(book: Book) -> None:
    with book.writing() as session:
        for name in ("anna", "bram", "charlie"):
            add_collaborator(session, name=name, mail=f"{name}@office.example", now=book.now())
    with book.reading() as early:
        assert early.scalar(select(func.count()).select_from(Collaborator)) == 3
        book.take_stock()
    if book.is_sqlite:
        with book.reading() as session:
            told = session.scalars(text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'collaborator'")).all()
        assert {stat.partition(" ")[0] for stat in told} == {"3"}
        assert book.engine.pool.checkedin() == 1, "only what was opened since"
    assert _count(book) == 3
