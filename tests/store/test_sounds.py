"""Two spellings of a name that sound alike."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.collaborators import add_collaborator
from store.engine import Book
from store.relations import add_relation
from store.search import search_options
from store.sounds import sound_of

TODAY = date(2026, 11, 21)

ALIKE = [
    ("gosens", "goossens"),
    ("declerck", "declercq"),
    ("vandick", "vandijck"),
    ("vandyck", "vandijck"),
    ("meyer", "meijer"),
    ("mathys", "matthijs"),
    ("verhage", "verhaeghe"),
    ("filippe", "philippe"),
    ("jaques", "jacques"),
    ("moro", "moreau"),
    ("dupond", "dupont"),
    ("devrient", "devriendt"),
    ("huysmans", "huijsmans"),
    ("zegers", "segers"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_french_and_dutch_ears_hear_alike_sounds_the_same(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("michel", "mikel"), ("dubois", "dubosc"), ("peeters", "pieters"), ("claes", "claus")]
)
def test_what_is_heard_apart_sounds_apart(one: str, other: str) -> None:
    assert sound_of(one) != sound_of(other)


@given(word=st.text("abcdehijkpqstxyzé東", min_size=1, max_size=12), at=st.integers(0, 11))
def test_a_doubled_letter_changes_no_sound(word: str, at: int) -> None:
    at %= len(word)
    assert sound_of(word[:at] + word[at] + word[at:]) == sound_of(word)


@pytest.mark.parametrize(("typed", "name"), [*ALIKE, ("gosens jan", "jan goossens"), ("goosen", "goossens")])
def test_a_name_typed_by_ear_is_found_and_told(book: Book, typed: str, name: str) -> None:
    with book.writing() as session:
        anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
        for one in (name, "Lemmens", "Wouters"):
            add_relation(session, by=anna, now=book.now(), name=one)
        found = search_options(session, typed, asked_by=anna, on=TODAY)
        assert ([one.label for one in found.options], found.is_near) == ([name], True)


def test_what_sounds_alike_comes_before_what_is_one_slip_away(book: Book) -> None:
    with book.writing() as session:
        anna = add_collaborator(session, name="Anna", mail="anna@office.example", now=book.now())
        for name in ("Gorens", "Goossens", "Gosen"):
            add_relation(session, by=anna, now=book.now(), name=name)
        found = search_options(session, "gosens", asked_by=anna, on=TODAY)
        assert found.options[0].label == "Goossens"
