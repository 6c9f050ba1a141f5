"""Which Home tabs are looked at again, and when."""

from __future__ import annotations

from clock import Clock
from dupont import new_collaborator, new_relation

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
    take_homes,
)


def _taken(book: Book, limit: int = 10) -> list[int]:
    with book.writing() as session:
        is_due = are_homes_due(session, now=book.now())
        taken = sorted(take_homes(session, now=book.now(), limit=limit))
    assert is_due is bool(taken)
    return taken


def _shown(book: Book, number: int) -> None:
    with book.writing() as session:
        note_shown(session, number, Shown(last_entry_id(session), "view", "hash"))


def test_a_home_is_looked_at_after_a_change_once_a_pause_and_now_and_then_without(book: Book, clock: Clock) -> None:
    with book.writing() as session:
        (anna, _), (bram, _), (left, _) = (new_collaborator(session, name) for name in ("Anna", "Bram", "Left"))
        for one in (anna, bram, left):
            note_opened(session, one.id, Shown(last_entry_id(session), "view", "hash"), now=book.now())
        left.is_active = False
    _shown(book, anna.id)
    _shown(book, bram.id)
    assert _taken(book) == []
    with book.writing() as session:
        new_relation(session, "Dupont")
    assert len(first := _taken(book, limit=1)) == 1
    assert [*first, *_taken(book)] in ([anna.id, bram.id], [bram.id, anna.id])
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
