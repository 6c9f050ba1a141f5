"""Finding what was misspelt, on both engines."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import select

from store.collaborators import add_collaborator
from store.engine import Book
from store.near_words import halves, near_words, one_slip
from store.relations import add_relation, edit_relation
from store.search import search_options
from store.search_index import catch_up
from store.search_rows import SearchSpelling

TODAY = date(2026, 11, 21)
WORDS = st.text("abcdeé", min_size=1, max_size=6)


@given(word=WORDS, other=WORDS)
def test_one_slip_is_all_at_distance_one(word: str, other: str) -> None:
    slips = one_slip(word)
    assert all(DamerauLevenshtein.distance(word, slip) == 1 for slip in slips)
    letters_known = set(other) <= set(word) | set("abcde")
    assert (other in slips) == (DamerauLevenshtein.distance(word, other) == 1) or not letters_known


@given(word=st.text("abcde", min_size=8, max_size=12), which=st.randoms())
def test_a_word_two_slips_away_begins_or_ends_with_one_of_few_letters(word: str, which: Random) -> None:
    other = which.choice(sorted(one_slip(which.choice(sorted(one_slip(word))))))
    beginnings, endings = halves(word)
    assert other.startswith(tuple(beginnings)) or other[::-1].startswith(tuple(endings))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("petters", "Peeters"),
        ("peetesr", "Peeters"),
        ("eeters", "Peeters"),
        ("dupnt", "Dupont"),
        ("verhoevne", "Verhoeven"),
        ("verhuoevne", "Verhoeven"),
        ("ferhoevem", "Verhoeven"),
        ("brasseri", "Brasserie Centrale"),
        ("centrael", "Brasserie Centrale"),
        ("braserie centralle", "Brasserie Centrale"),
        ("brazery", "Brasserie Centrale"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven_and_told(book: Book, typed: str, found: str) -> None:
    with book.writing() as session:
        anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
        for name in ("Peeters", "Dupont", "Verhoeven", "Brasserie Centrale"):
            add_relation(session, by=anna, now=book.now(), name=name)
        answer = search_options(session, typed, asked_by=anna, on=TODAY)
        assert [option.label for option in answer.options] == [found]
        assert answer.is_near is (typed != "brasseri")


@pytest.mark.parametrize("typed", ["pit", "dxxont", "vxrhxxven", "7501", "petters zzz", "x"])
def test_what_is_too_far_finds_nothing(book: Book, typed: str) -> None:
    with book.writing() as session:
        anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
        for name in ("Pat", "Peeters", "Dupont", "Verhoeven", "7500"):
            add_relation(session, by=anna, now=book.now(), name=name)
        answer = search_options(session, typed, asked_by=anna, on=TODAY)
        assert (answer.options, answer.is_near) == ((), False)


def test_what_is_found_as_typed_is_not_mixed_with_what_comes_near(book: Book) -> None:
    with book.writing() as session:
        anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
        for name in ("Peters", "Peeters"):
            add_relation(session, by=anna, now=book.now(), name=name)
        answer = search_options(session, "peters", asked_by=anna, on=TODAY)
        assert [option.label for option in answer.options] == ["Peters"]


def test_a_name_that_was_changed_leaves_no_spelling(book: Book) -> None:
    with book.writing() as session:
        anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
        one = add_relation(session, by=anna, now=book.now(), name="Verhoeven Dupont")
        add_relation(session, by=anna, now=book.now(), name="Dupont")
        edit_relation(session, one.id, by=anna, now=book.now(), name="Claes")
        catch_up(session)
        assert set(session.scalars(select(SearchSpelling.word))) == {"dupont", "claes"}
        assert near_words(session, "verhoevan") == []
