"""What stands behind `/agenda`: days, spans and names, in three languages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.one_line.agendas import AgendaAsked, Span, days_around, moved_on, read_agenda
from bot.texts import Texts

TODAY = date(2026, 11, 24)
"""A Tuesday."""
MONDAY = date(2026, 11, 23)


def _read(typed: str, locale: str = "nl-BE") -> AgendaAsked | None:
    return read_agenda(typed, today=TODAY, t=Texts(locale))


def _on(day: int, month: int, year: int = 2026) -> date:
    return date(year, month, day)


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("today", TODAY),
        ("aujourd'hui", TODAY),
        ("morgen", TODAY + timedelta(days=1)),
        ("demain", TODAY + timedelta(days=1)),
        ("donderdag", _on(26, 11)),
        ("jeudi", _on(26, 11)),
        ("thursday", _on(26, 11)),
        ("dinsdag", TODAY),
        ("3/12", _on(3, 12)),
        ("3 december", _on(3, 12)),
        ("le 3 décembre", _on(3, 12)),
        ("1/11", _on(1, 11)),
        ("2/1/2027", _on(2, 1, 2027)),
        ("op 3 december", _on(3, 12)),
        ("gisteren", TODAY - timedelta(days=1)),
    ],
)
def test_a_day_is_read_in_three_languages(typed: str, on: date) -> None:
    assert _read(typed) == AgendaAsked(Span.DAY, on, on)


@pytest.mark.parametrize(
    ("typed", "monday"),
    [
        ("week", MONDAY),
        ("semaine", MONDAY),
        ("this week", MONDAY),
        ("volgende week", MONDAY + timedelta(days=7)),
        ("la semaine prochaine", MONDAY + timedelta(days=7)),
        ("last week", MONDAY - timedelta(days=7)),
        ("week van 10/12", _on(7, 12)),
        ("semaine du 10 décembre", _on(7, 12)),
    ],
)
def test_a_week_begins_on_its_monday(typed: str, monday: date) -> None:
    assert _read(typed) == AgendaAsked(Span.WEEK, monday, monday + timedelta(days=6))


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("month", _on(1, 11), _on(30, 11)),
        ("volgende maand", _on(1, 12), _on(31, 12)),
        ("mois prochain", _on(1, 12), _on(31, 12)),
        ("last month", _on(1, 10), _on(31, 10)),
        ("december", _on(1, 12), _on(31, 12)),
        ("oktober", _on(1, 10), _on(31, 10)),
        ("février 2027", _on(1, 2, 2027), _on(28, 2, 2027)),
        ("maand van 3/12", _on(1, 12), _on(31, 12)),
    ],
)
def test_a_month_is_read_whole(typed: str, first: date, last: date) -> None:
    assert _read(typed) == AgendaAsked(Span.MONTH, first, last)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("from 3/12 to 10/12", _on(3, 12), _on(10, 12)),
        ("van 3/12 tot 10/12", _on(3, 12), _on(10, 12)),
        ("van 3 december t/m 10 december", _on(3, 12), _on(10, 12)),
        ("du 3 au 10 décembre", _on(3, 12), _on(10, 12)),
        ("du 3/12 au 10/12", _on(3, 12), _on(10, 12)),
        ("3/12 - 10/12", _on(3, 12), _on(10, 12)),
        ("from 1/11 to 15/11", _on(1, 11), _on(15, 11)),
        ("van 28/12 tot 3/1", _on(28, 12), _on(3, 1, 2027)),
        ("from tomorrow to friday", _on(25, 11), _on(27, 11)),
        ("de demain à vendredi", _on(25, 11), _on(27, 11)),
    ],
)
def test_days_from_one_to_another_are_read(typed: str, first: date, last: date) -> None:
    assert _read(typed) == AgendaAsked(Span.DAYS, first, last)


def test_nothing_typed_is_the_seven_days_from_today() -> None:
    assert _read("") == AgendaAsked(Span.DAYS, TODAY, TODAY + timedelta(days=6))
    assert _read("mine") == _read("mijn agenda") == _read("mon agenda") == _read("")


@pytest.mark.parametrize(
    ("typed", "span", "name"),
    [
        ("Bram", Span.DAYS, "Bram"),
        ("van Bram morgen", Span.DAY, "Bram"),
        ("Bram de Vries week", Span.WEEK, "Bram de Vries"),
        ("Claire du 3 au 10 décembre", Span.DAYS, "Claire"),
        ("from 3/12 to 10/12 @Bram", Span.DAYS, "Bram"),
        ("month Bram", Span.MONTH, "Bram"),
    ],
)
def test_a_colleague_is_named_before_or_behind_the_days(typed: str, span: Span, name: str) -> None:
    read = _read(typed)
    assert read is not None
    assert (read.span, read.name, read.is_team) == (span, name, False)


@pytest.mark.parametrize("typed", ["team", "équipe demain", "l'équipe", "ploeg volgende week", "team week"])
def test_the_teams_agenda_is_asked_for(typed: str) -> None:
    read = _read(typed)
    assert read is not None
    assert (read.is_team, read.name) == (True, "")


def test_what_is_more_than_days_and_a_name_is_not_understood() -> None:
    assert _read("prijzen bespreken bij Dupont met Els") is None
    assert _read("morgen en donderdag") is None
    assert _read("x" * 81) is None


@pytest.mark.parametrize("typed", ["31/11", "30/2", "31/11/2026", "team 30/2"])
def test_a_day_that_no_calendar_has_is_not_taken_for_the_days_to_come(typed: str) -> None:
    assert _read(typed) is None


@given(st.text(max_size=90))
def test_whatever_is_typed_gives_days_in_their_order_or_nothing(typed: str) -> None:
    read = _read(typed)
    assert read is None or read.first <= read.last


@given(st.sampled_from(Span), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-5, 5))
def test_forth_and_back_comes_to_the_same_days(span: Span, on: date, steps: int) -> None:
    days = days_around(span, on)
    assert days[0] <= on <= days[1]
    assert moved_on(span, *moved_on(span, *days, steps), -steps) == days
    first, last = moved_on(span, *days, 1)
    assert first == days[1] + timedelta(days=1)
    assert last >= first
