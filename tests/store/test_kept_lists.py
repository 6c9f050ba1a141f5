"""The office's lists are kept between requests, and never shown as they no longer are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from list_office import Lists
from sqlalchemy.orm import Session

from store.actions import ActionStatus, ActionType
from store.base import BookError
from store.domain import listed
from store.engine import Book
from store.kept_lists import kept_lists
from store.lists.lines import FIRST, edit_line, put_new, retire_line, shift_line, take_back_line
from store.lists.registry import list_of

TYPES = list_of(ActionType)
Seen = list[tuple[int, str, bool]]


@pytest.fixture
def elsewhere(book_url: str, book: Book) -> Iterator[Book]:
    """The same book in another process, as far as a process keeps anything."""
    other = Book(book_url, now=book.now)
    yield other
    other.close()


def kept_types(session: Session) -> Sequence[ActionType]:
    return kept_lists(session, ActionStatus, ActionType)[ActionType]


def shown(book: Book) -> Seen:
    with book.reading() as session:
        return [(one.id, one.label_en, one.invites) for one in kept_types(session)]


def as_they_are(book: Book) -> Seen:
    with book.reading() as session:
        return [(one.id, one.label_en, one.invites) for one in listed(session, ActionType)]


CHANGES: list[Callable[[Lists, ActionType, ActionType], object]] = [
    lambda lists, _first, _second: lists.add(ActionType, "Audit"),
    lambda lists, first, _second: edit_line(lists.session, TYPES, first.id, {"label_en": "Drop in"}, by=lists.emma),
    lambda lists, first, _second: edit_line(
        lists.session, TYPES, first.id, {"invites": not first.invites}, by=lists.emma
    ),
    lambda lists, first, _second: shift_line(lists.session, TYPES, first.id, by=lists.emma, places=2),
    lambda lists, first, _second: retire_line(lists.session, TYPES, first.id, by=lists.emma, now=lists.now),
    lambda lists, first, _second: take_back_line(lists.session, TYPES, first.id, by=lists.emma),
    lambda lists, first, _second: edit_line(lists.session, TYPES, first.id, {}, by=lists.emma, after_id=FIRST),
    lambda lists, first, second: lists.merge(first, second),
    lambda lists, first, _second: lists.undo(first),
]


def test_each_change_of_a_list_is_seen_by_the_next_request_of_every_process(book: Book, elsewhere: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
        first, second = listed(session, ActionType)[:2]
    for change in CHANGES:
        before = shown(book), shown(elsewhere)
        with book.writing() as session:
            lists.session = session
            change(lists, session.get_one(ActionType, first.id), session.get_one(ActionType, second.id))
        assert shown(book) == shown(elsewhere) == as_they_are(book)
        assert (shown(book), shown(elsewhere)) != before


def test_a_list_is_not_read_again_while_it_stays_the_same(book: Book) -> None:
    with book.writing() as session:
        Lists.of(session, book)
    with book.reading() as session:
        kept = kept_types(session)
    with book.reading() as session:
        assert kept_types(session) is kept


def test_who_began_to_read_before_a_change_neither_sees_it_nor_keeps_the_old_list_for_others(book: Book) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
    with book.reading() as early:
        before = [one.label_en for one in listed(early, ActionType)]
        with book.writing() as session:
            lists.session = session
            lists.add(ActionType, "Audit")
        after = shown(book)
        assert [one.label_en for one in kept_types(early)] == before
    assert shown(book) == after
    assert [label for _id, label, _invites in after] == [*before, "Audit"]


def test_who_changes_a_list_sees_the_change_before_anybody_else_and_a_refused_one_is_seen_by_nobody(
    book: Book,
) -> None:
    with book.writing() as session:
        lists = Lists.of(session, book)
    before = shown(book)
    with pytest.raises(BookError), book.writing() as session:
        put_new(session, TYPES, {"label_en": "Audit"}, key="audit", now=lists.now)
        assert kept_types(session)[-1].label_en == "Audit"
        raise BookError("refused")
    assert shown(book) == before == as_they_are(book)
