"""Birthdays: as typed, as shown, and whose it is today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from contact_desk import TODAY, Desk
from hypothesis import given
from hypothesis import strategies as st

from store.base import BookError
from store.celebrations import celebrations
from store.contacts import (
    BirthdayShown,
    Born,
    Details,
    add_contact,
    birthday_of,
    birthday_typed,
    edit_contact,
    end_contact,
    shown_of,
)
from store.engine import Book
from store.involvements import delete_involvement, involvements_of, set_representative

FULL, DAY_AND_MONTH, HIDDEN = BirthdayShown


@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("12/3/1975", Born(12, 3, 1975)),
        ("12.3", Born(12, 3)),
        ("3/25/1980", Born(25, 3, 1980)),
        ("1975-03-12", Born(12, 3, 1975)),
        ("12 mars 1975", Born(12, 3, 1975)),
        ("1er août", Born(1, 8)),
        ("12 maart 1975", Born(12, 3, 1975)),
        ("4 mrt.", Born(4, 3)),
        ("March 12, 1975", Born(12, 3, 1975)),
        ("the 3rd of may", Born(3, 5)),
        ("29 février", Born(29, 2)),
        ("29 feb 2024", Born(29, 2, 2024)),
        ("", None),
    ],
)
def test_a_birthday_is_read_as_any_of_the_three_languages_writes_it(typed: str, born: Born | None) -> None:
    assert birthday_typed(typed, today=TODAY) == born


def test_who_writes_the_month_first_is_read_so() -> None:
    assert birthday_typed("3/12/1975", today=TODAY, month_first=True) == Born(12, 3, 1975)


@pytest.mark.parametrize(
    "typed",
    ["31/2", "29/2/2023", "12/3/75", "12 jui", "yesterday", "12", "12 12 12 12", "0/0", "12/3/3000", "1 may 1492"],
)
def test_what_is_no_birthday_is_told_at_its_field(typed: str) -> None:
    with pytest.raises(BookError) as told:
        birthday_typed(typed, today=TODAY)
    assert told.value.field == "birthday"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("29/2/75", "There is no 29 February in 1975: it is no leap year."),
        ("29/2/2023", "There is no 29 February in 2023: it is no leap year."),
        ("29 feb 1900", "There is no 29 February in 1900: it is no leap year."),
        ("29/2/76", "Write the year with four figures, like 1976."),
        ("12/3/75", "Write the year with four figures, like 1975."),
        ("12 mars 75", "Write the year with four figures, like 1975."),
        ("12/3/26", "Write the year with four figures, like 2026."),
        ("12/3/197", "Write the year with four figures, like 2026."),
        ("31/4/1975", "There is no day 31 in that month: it has 30."),
        ("31/2", "There is no day 31 in that month: it has 29."),
        ("0/5", "There is no day 0 in that month: it has 31."),
        ("13/13/1975", "There is no month 13."),
        ("12/3/3000", "That day is still to come."),
        ("1 may 1492", "Nobody of today was born before 1880."),
        ("yesterday", "Write it like 12 March 1975, or like 12/3 without the year."),
    ],
)
def test_what_is_no_birthday_is_refused_for_the_right_reason(typed: str, said: str) -> None:
    with pytest.raises(BookError) as told:
        birthday_typed(typed, today=TODAY)
    assert told.value.text.format(**told.value.values) == said


@given(typed=st.text(max_size=40) | st.from_regex(r"[0-9]{1,4}[/. -][0-9a-z]{1,5}([/. -][0-9]{1,4})?", fullmatch=True))
def test_whatever_is_typed_is_a_day_or_a_sentence_at_the_field(typed: str) -> None:
    born, field = _read(typed)
    assert field == "birthday" or born is None or born.celebrated_on(2028) == date(2028, born.month, born.day)


def _read(typed: str) -> tuple[Born | None, str | None]:
    try:
        return birthday_typed(typed, today=TODAY), None
    except BookError as told:
        return None, told.field


def test_the_29th_of_february_is_the_28th_in_common_years() -> None:
    born = Born(29, 2)
    assert [born.celebrated_on(year) for year in (2027, 2028)] == [date(2027, 2, 28), date(2028, 2, 29)]


def test_a_year_that_was_not_given_is_not_stored(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", details=Details(birthday="12 mars"))
        row = birthday_of(session, els.person_id)
        assert row is not None
        assert (row.day, row.month, row.year) == (12, 3, None)
        edit_contact(session, els.id, by=desk.anna, now=book.now(), details=Details(birthday=""))
        assert birthday_of(session, els.person_id) is None


def test_a_birthday_shows_whole_or_without_its_year_or_not_at_all(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", details=Details(birthday="12/3/1975"))
        row = birthday_of(session, els.person_id)
        assert row is not None
        whole, without_year = Born(12, 3, 1975), Born(12, 3)
        assert [shown_of(row, office) for office in BirthdayShown] == [whole, without_year, None]
        for own, shown in ((FULL, whole), (DAY_AND_MONTH, without_year), (HIDDEN, None)):
            edit_contact(session, els.id, by=desk.anna, now=book.now(), details=Details(birthday_shown=own))
            assert {shown_of(row, office) for office in BirthdayShown} == {shown}
        edit_contact(session, els.id, by=desk.anna, now=book.now(), details=Details(birthday_shown=""))
        assert shown_of(row, HIDDEN) is None


def _celebrated(desk: Desk, first: date, office: BirthdayShown = FULL) -> list[tuple[date, str]]:
    last = first + timedelta(days=6)
    found = celebrations(desk.session, asked_by=desk.anna, first=first, last=last, office=office)
    return [(one.on, one.contact.person.name) for one in found]


def _on_file(desk: Desk, relation_id: int) -> None:
    set_representative(
        desk.session, by=desk.anna, relation_id=relation_id, collaborator_id=desk.anna.id, on=TODAY, now=desk.now
    )


def test_todays_birthdays_and_those_of_the_week_are_told_for_ones_own_files(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        _on_file(desk, desk.dupont.id)
        desk.contact("Today", details=Details(birthday=f"{TODAY.day}/{TODAY.month}/1975"))
        desk.contact("Saturday", details=Details(birthday="27/11"))
        desk.contact("Next week", details=Details(birthday="28/11"))
        desk.contact("Secret", details=Details(birthday="22/11", birthday_shown=HIDDEN))
        gone = desk.contact("Gone", details=Details(birthday="22/11"))
        end_contact(session, gone.id, by=desk.anna, on=TODAY - timedelta(days=1), now=book.now())
        desk.contact("Of another's file", desk.company("Durand"), details=Details(birthday="21/11"))
        assert _celebrated(desk, TODAY) == [(TODAY, "Today"), (date(2026, 11, 27), "Saturday")]
        assert _celebrated(desk, TODAY, HIDDEN) == []


def test_no_birthday_is_told_for_a_file_that_one_was_put_on_by_mistake(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        _on_file(desk, desk.dupont.id)
        desk.contact("Today", details=Details(birthday=f"{TODAY.day}/{TODAY.month}/1975"))
        assert _celebrated(desk, TODAY) == [(TODAY, "Today")]
        (own,) = involvements_of(session, desk.dupont.id, asked_by=desk.anna, on=TODAY)
        delete_involvement(session, own.id, by=desk.anna, now=book.now())
        assert _celebrated(desk, TODAY) == []


def test_who_was_born_on_29_february_is_told_on_the_28th_and_over_new_year_nobody_is_lost(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        durand = desk.company("Durand")
        _on_file(desk, desk.dupont.id)
        _on_file(desk, durand.id)
        els = desk.contact("Leap", details=Details(birthday="29/2/2000"))
        add_contact(session, by=desk.anna, now=book.now(), relation_id=durand.id, person_id=els.person_id)
        desk.contact("New year", details=Details(birthday="1/1"))
        assert _celebrated(desk, date(2027, 2, 28)) == [(date(2027, 2, 28), "Leap")], "once, though at two files"
        assert _celebrated(desk, date(2028, 2, 28)) == [(date(2028, 2, 29), "Leap")]
        assert _celebrated(desk, date(2026, 12, 30)) == [(date(2027, 1, 1), "New year")]
