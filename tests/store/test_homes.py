"""Which Home tabs are looked at again, and when."""

from __future__ import annotations

from clock import Clock
from dupont import new_collaborator, new_relation

from store.collaborators import Collaborator
from store.engine import Book
from store.homes import (
    LOOKED_AT_AFTER,
    PAUSE,
    WATCHED_FOR,
    Shown,
    are_homes_due,
    forget_home,
    hold_homes,
    last_entry_id,
    note_opened,
    note_shown,
    shown_at,
    take_home,
)


def _taken(book: Book, limit: int = 10) -> list[int]:
    """In their order."""
    taken: list[int] = []
    with book.writing() as session:
        is_due = are_homes_due(session, now=book.now())
        while len(taken) < limit and (number := take_home(session, now=book.now())) is not None:
            taken.append(number)
    assert is_due is bool(taken)
    return taken


def _shown(book: Book, number: int) -> None:
    with book.writing() as session:
        note_shown(session, number, Shown(last_entry_id(session), "view", "hash"), seen_hash="hash")


def test_a_home_is_looked_at_after_a_change_once_a_pause_and_now_and_then_without(book: Book, clock: Clock) -> None:
    with book.writing() as session:
        (anna, _), (bram, _) = (new_collaborator(session, name) for name in ("Anna", "Bram"))
        for one in (anna, bram):
            note_opened(session, one.id, Shown(last_entry_id(session), "view", "hash"), now=book.now())
    _shown(book, anna.id)
    _shown(book, bram.id)
    assert _taken(book) == []
    with book.writing() as session:
        new_relation(session, "Dupont")
    assert [*_taken(book, limit=1), *_taken(book)] == [anna.id, bram.id]
    assert _taken(book) == []
    clock.advance(PAUSE)
    _shown(book, anna.id)
    assert _taken(book) == [bram.id], "what it knows is older than the change still"
    _shown(book, bram.id)
    clock.advance(LOOKED_AT_AFTER)
    with book.writing() as session:
        hold_homes(session, until=book.now() + PAUSE)
    assert _taken(book) == []
    clock.advance(PAUSE)
    with book.writing() as session:
        forget_home(session, bram.id)
    assert _taken(book) == [anna.id]
    clock.advance(WATCHED_FOR)
    assert _taken(book) == []


def test_whom_a_run_does_not_come_to_is_first_in_the_next(book: Book, clock: Clock) -> None:
    with book.writing() as session:
        numbers = [new_collaborator(session, f"N{number}")[0].id for number in range(5)]
    for number in reversed(numbers):
        clock.advance(PAUSE)
        with book.writing() as session:
            note_opened(session, number, Shown(0, "view", "hash"), now=book.now())
    with book.writing() as session:
        new_relation(session, "Dupont")
    waiting = numbers[::-1]
    assert _taken(book, limit=3) == waiting[:3]
    clock.advance(PAUSE)
    assert _taken(book, limit=2) == waiting[3:]


def test_a_home_of_who_left_is_due_however_long_ago_it_was_opened(book: Book, clock: Clock) -> None:
    with book.writing() as session:
        left, _ = new_collaborator(session, "Left")
        note_opened(session, left.id, Shown(last_entry_id(session), "view", "hash"), now=book.now())
    clock.advance(WATCHED_FOR)
    assert _taken(book) == []
    with book.writing() as session:
        session.get_one(Collaborator, left.id).is_active = False
    assert _taken(book) == [left.id]


def test_a_redrawing_that_an_opening_overtook_is_not_noted(book: Book) -> None:
    with book.writing() as session:
        anna, _ = new_collaborator(session, "Anna")
        note_opened(session, anna.id, Shown(1, "first", "a"), now=book.now())
        note_opened(session, anna.id, Shown(1, "older", "c"), now=book.now())
        note_shown(session, anna.id, Shown(2, "newer", "b"), seen_hash="a")
        assert shown_at(session, anna.id) == Shown(1, "older", "c")
        note_shown(session, anna.id, Shown(2, "newer", "d"), seen_hash="c")
    with book.reading() as session:
        assert shown_at(session, anna.id) == Shown(2, "newer", "d")
