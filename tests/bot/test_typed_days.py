"""Days as people type them behind a command, in three languages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Texts
from bot.typed_days import split_day, typed_day
from store.base import BookError

TODAY = date(2026, 11, 21)


def read(typed: str, locale: str = "fr-BE", *, is_ahead: bool = True) -> date | None:
    return typed_day(typed, Texts(locale), today=TODAY, is_ahead=is_ahead)


@pytest.mark.parametrize(
    "typed",
    ["1 January", "January 1st", "1er janvier", "1 januari", "1 janv. 2027", "1/1", "1.1.2027", "01-01", "2027-01-01"],
)
def test_one_day_may_be_typed_in_many_ways(typed: str) -> None:
    assert read(typed) == date(2027, 1, 1)


def test_the_region_says_whether_day_or_month_comes_first() -> None:
    assert [read("2/12", locale) for locale in ("en-GB", "fr-BE", "nl-NL")] == [date(2026, 12, 2)] * 3
    assert read("12/2", "en-US") == date(2026, 12, 2)
    assert read("31/12", "en-US") is None


def test_a_day_without_a_year_is_the_next_one_or_the_last_one() -> None:
    assert [read("31/12", is_ahead=ahead) for ahead in (True, False)] == [date(2026, 12, 31), date(2025, 12, 31)]
    assert [read("21/11", is_ahead=ahead) for ahead in (True, False)] == [TODAY, TODAY]
    assert [read("29 février", is_ahead=ahead) for ahead in (True, False)] == [date(2028, 2, 29), date(2024, 2, 29)]


@pytest.mark.parametrize("typed", ["", "Dupont", "31/02/2026", "32 mai", "2026-13-01", "5 Dupont", "1/1/27", "０/１"])
def test_what_is_no_day_is_none(typed: str) -> None:
    assert read(typed) is None


@pytest.mark.parametrize(
    ("text", "rest", "day"),
    [
        ("@anna @bob from 1 January", "@anna @bob", date(2027, 1, 1)),
        ("anna à bob à partir du 1er janvier 2027", "anna à bob", date(2027, 1, 1)),
        ("anna bob vanaf morgen", "anna bob", TODAY + timedelta(days=1)),
        ("Dupont 31/12/2025", "Dupont", date(2025, 12, 31)),
        ("Café 1900", "Café 1900", None),
        ("", "", None),
    ],
)
def test_a_day_at_the_end_is_split_from_what_stands_before_it(text: str, rest: str, day: date | None) -> None:
    assert split_day(text, Texts("fr-BE"), today=TODAY, is_ahead=True) == (rest, day)


@pytest.mark.parametrize("typed", ["30/2", "30.02.2026", "2026-02-30", "30 février", "31 juin 2026"])
def test_a_day_that_no_calendar_has_is_refused_instead_of_being_part_of_the_name(typed: str) -> None:
    with pytest.raises(BookError) as refused:
        split_day(f"Dupont {typed}", Texts("fr-BE"), today=TODAY, is_ahead=False)
    assert refused.value.values["typed"] == typed


@pytest.mark.parametrize("name", ["Café 40-50", "Zone 1.13", "Dupont 12", "Mai 68", "Agence 50/50", "Studio 24/7/365"])
def test_a_name_with_figures_stays_a_name(name: str) -> None:
    assert split_day(name, Texts("fr-BE"), today=TODAY, is_ahead=False) == (name, None)


@given(on=st.dates(date(1990, 1, 1), date(2099, 12, 31)), locale=st.sampled_from(["fr-BE", "nl-BE", "en-GB", "en-US"]))
def test_what_the_office_writes_is_read_again(on: date, locale: str) -> None:
    t = Texts(locale)
    assert read(t.in_figures(on), locale) == on
    assert read(format_date(on, "d MMMM y", locale=t.locale), locale) == on


@given(typed=st.text(max_size=30) | st.text("0123/.- ", max_size=12))
def test_whatever_is_typed_is_split_or_refused_for_its_last_words(typed: str) -> None:
    try:
        left, _day = split_day(typed, Texts("fr-BE"), today=TODAY, is_ahead=False)
    except BookError as refused:
        left = str(refused.values["typed"])
    assert set(left.split()) <= set(typed.split())
