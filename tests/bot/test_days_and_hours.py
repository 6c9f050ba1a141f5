"""Days, hours, numbers and lists, as the reader's language and region say them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Texts
from store.actions import When

TODAY = date(2026, 11, 21)
THURSDAY = date(2026, 11, 26)
ZONE = "Europe/Brussels"


def tied(said: str) -> str:
    """With spaces at which no line is broken around the sign of an hour."""
    return re.sub(r"(?<=\d) (?=[hu]\b|[AP]M|[ap]\.m\.)|(?<=h) (?=\d)", "\u00a0", said)


def hours(starts: str, ends: str, *, until: date = THURSDAY) -> When:
    return When(THURSDAY, time.fromisoformat(starts), until, time.fromisoformat(ends), ZONE)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("fr-BE", ["hier", "aujourd’hui", "demain", "jeu. 26 nov.", "26/11/2027"]),
        ("fr-CA", ["hier", "aujourd’hui", "demain", "jeu. 26 nov.", "2027-11-26"]),
        ("nl-BE", ["gisteren", "vandaag", "morgen", "do 26 nov", "26/11/2027"]),
        ("nl-NL", ["gisteren", "vandaag", "morgen", "do 26 nov", "26-11-2027"]),
        ("en-GB", ["yesterday", "today", "tomorrow", "Thu 26 Nov", "26/11/2027"]),
        ("en-US", ["yesterday", "today", "tomorrow", "Thu, Nov 26", "11/26/2027"]),
    ],
)
def test_a_near_day_is_said_in_words_and_a_far_one_in_figures(locale: str, said: list[str]) -> None:
    near = [TODAY + timedelta(days=days) for days in (-1, 0, 1)]
    assert [Texts(locale).day(on, today=TODAY) for on in (*near, THURSDAY, date(2027, 11, 26))] == said


@given(on=st.dates(date(2000, 1, 1), date(2099, 12, 31)), locale=st.sampled_from(["fr-BE", "fr-CH", "nl", "en-US"]))
def test_a_far_day_has_its_year_in_full(on: date, locale: str) -> None:
    said = Texts(locale).day(on, today=TODAY)
    assert (str(on.year) in said) == (abs(on - TODAY) >= timedelta(days=330))


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("fr-BE", ["0 h", "9 h 05", "14 h"]),
        ("fr-CA", ["0 h", "9 h 05", "14 h"]),
        ("nl-BE", ["0 u", "9.05 u", "14 u"]),
        ("nl-NL", ["0 u", "9.05 u", "14 u"]),
        ("en-GB", ["00:00", "09:05", "14:00"]),
        ("en-CA", ["12 a.m.", "9:05 a.m.", "2 p.m."]),
        ("en-US", ["12 AM", "9:05 AM", "2 PM"]),
    ],
)
def test_hours_are_short_and_no_line_breaks_them(locale: str, said: list[str]) -> None:
    assert [Texts(locale).hour(datetime(2026, 11, 26, *at)) for at in ((0, 0), (9, 5), (14, 0))] == [
        tied(one) for one in said
    ]


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("fr-BE", ["jeu. 26 nov., 14–15 h", "jeu. 26 nov., 14 h – 15 h 30", "jeu. 26 nov., 9 h 30 – 10 h 30"]),
        ("nl-BE", ["do 26 nov, 14–15 u", "do 26 nov, 14–15.30 u", "do 26 nov, 9.30–10.30 u"]),
        ("en-GB", ["Thu 26 Nov, 14:00–15:00", "Thu 26 Nov, 14:00–15:30", "Thu 26 Nov, 09:30–10:30"]),
        ("en-US", ["Thu, Nov 26, 2–3 PM", "Thu, Nov 26, 2–3:30 PM", "Thu, Nov 26, 9:30–10:30 AM"]),
    ],
)
def test_a_range_says_once_what_both_ends_share(locale: str, said: list[str]) -> None:
    ranges = [hours("14:00", "15:00"), hours("14:00", "15:30"), hours("09:30", "10:30")]
    assert [Texts(locale).when(when, today=TODAY) for when in ranges] == [tied(one) for one in said]


def test_a_range_over_noon_says_both_halves_of_the_day() -> None:
    assert Texts("en-US").when(hours("11:00", "13:00"), today=THURSDAY) == tied("today, 11 AM – 1 PM")


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("fr-BE", "jeu. 26 nov., 22 h – ven. 27 nov., 1 h 30"),
        ("nl-BE", "do 26 nov, 22 u – vr 27 nov, 1.30 u"),
        ("en-GB", "Thu 26 Nov, 22:00 – Fri 27 Nov, 01:30"),
    ],
)
def test_a_range_over_midnight_says_both_days(locale: str, said: str) -> None:
    assert Texts(locale).when(hours("22:00", "01:30", until=date(2026, 11, 27)), today=TODAY) == tied(said)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("fr-BE", ["jeu. 26 nov.", "jeu. 26 – sam. 28 nov.", "jeu. 26 nov. – mer. 2 déc."]),
        ("nl-BE", ["do 26 nov", "do 26 – za 28 nov", "do 26 nov – wo 2 dec"]),
        ("en-GB", ["Thu 26 Nov", "Thu 26 Nov – Sat 28 Nov", "Thu 26 Nov – Wed 2 Dec"]),
    ],
)
def test_whole_days_say_their_month_once(locale: str, said: list[str]) -> None:
    lasts = [THURSDAY, date(2026, 11, 28), date(2026, 12, 2)]
    whens = [When.day(THURSDAY, zone=ZONE, until=last) for last in lasts]
    assert [Texts(locale).when(when, today=TODAY) for when in whens] == said


def test_days_of_which_one_is_near_are_said_each_in_their_way() -> None:
    t = Texts("fr-BE")
    assert t.days(TODAY, date(2026, 11, 28), today=TODAY) == "aujourd’hui – sam. 28 nov."
    assert t.days(date(2026, 11, 28), date(2027, 11, 26), today=TODAY) == "sam. 28 nov. – 26/11/2027"


def test_a_moment_is_told_in_the_readers_zone() -> None:
    at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert Texts("fr-BE").moment(at, zone=ZONE, today=TODAY) == tied("demain, 0 h 30")
    assert Texts("fr-CA").moment(at, zone="America/Montreal", today=TODAY) == tied("aujourd’hui, 18 h 30")


@pytest.mark.parametrize(
    ("locale", "number", "names"),
    [
        ("fr-BE", "12\u202f400,5", "Els, Bram et Jan"),
        ("fr-CA", "12\u00a0400,5", "Els, Bram et Jan"),
        ("nl-BE", "12.400,5", "Els, Bram en Jan"),
        ("en-GB", "12,400.5", "Els, Bram and Jan"),
    ],
)
def test_numbers_and_lists_follow_the_language(locale: str, number: str, names: str) -> None:
    t = Texts(locale)
    assert t.number(Decimal("12400.50")) == number
    assert t.list(["Els", "Bram", "Jan"]) == names


@pytest.mark.parametrize(
    ("tag", "language", "locale"),
    [
        ("fr", "fr", "fr_BE"),
        ("nl_BE", "nl", "nl_BE"),
        ("FR-be", "fr", "fr_BE"),
        ("fr-CA", "fr", "fr_CA"),
        ("fr-LU", "fr", "fr_LU"),
        ("nl-Latn-NL", "nl", "nl_NL"),
        ("de-DE", "en", "en_DE"),
        ("fr-ZZ", "fr", "fr_BE"),
        ("en", "en", "en_GB"),
        ("", "en", "en_GB"),
        ("xx", "en", "en_GB"),
    ],
)
def test_any_tag_gives_a_language_and_a_region(tag: str, language: str, locale: str) -> None:
    t = Texts(tag)
    assert (t.language, str(t.locale)) == (language, locale)


def test_an_unknown_text_and_one_with_braces_are_shown_as_they_stand() -> None:
    t = Texts("fr-BE")
    assert t("Not a text of ours") == "Not a text of ours"
    assert t("{{ first_name }}") == "{{ first_name }}"
    assert t("") == ""


def test_a_value_may_have_any_name() -> None:
    assert Texts("en")("{text} and {one}", text="a", one="b") == "a and b"
    assert Texts("en").n("{one} alone", "{one} with {number}", 2, one="Els") == "Els with 2"
