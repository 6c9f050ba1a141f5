"""Whom a text is about: names that stand in it, within what the reader may see."""

from __future__ import annotations

from datetime import date

import pytest
from dupont import new_collaborator, new_contact, new_person, new_relation

from store.collaborators import Collaborator, Scope
from store.engine import Book
from store.mentioned import mentioned

ON = date(2026, 11, 21)


@pytest.fixture
def anna(book: Book) -> Collaborator:
    """Of an office with Brasserie Dupont, where Els Peeters is, and Caves Lambert."""
    with book.writing() as session:
        row, _mailbox = new_collaborator(session, "Anna")
        dupont = new_relation(session, "brasserie dupont")
        new_relation(session, "caves lambert")
        new_contact(session, new_person(session, "els peeters"), dupont)
    return row


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lunch with Brasserie Dupont on Friday", ["brasserie dupont"]),
        ("BRASSERIE DUPONT SA called & wants less foam", ["brasserie dupont"]),
        ("Els Peeters called", ["els peeters · brasserie dupont"]),
        ("Els Peeters of Brasserie Dupont called", ["els peeters · brasserie dupont"]),
        ("Brasserie Dupont buys from Caves Lambert", ["brasserie dupont", "caves lambert"]),
        ("the people of Dupont want less foam", ["brasserie dupont"]),
        ("they want less foam", []),
        ("", []),
    ],
)
def test_whole_names_come_before_single_words_and_a_contact_before_the_relation(
    book: Book, anna: Collaborator, text: str, found: list[str]
) -> None:
    with book.reading() as session:
        assert sorted(one.label for one in mentioned(session, text, asked_by=anna, on=ON)) == found


def test_nobody_out_of_the_readers_scope_is_named(book: Book, anna: Collaborator) -> None:
    with book.writing() as session:
        own = session.get_one(Collaborator, anna.id)
        own.scope = Scope.OWN
        session.flush()
        for text in ("Brasserie Dupont called", "Els Peeters called", "Dupont called"):
            assert mentioned(session, text, asked_by=own, on=ON) == []
