"""What is read from a sentence: several hundred of them in three languages, and what must hold for any."""

from __future__ import annotations

import time as clock
import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_book import LOOKUPS, priority_key, type_key

from bot.one_line import Line, Reading, read_line
from bot.series_words import rule_in_words
from bot.texts import Texts
from store.series import Recurrence
from store.words import words_in

NOW = datetime(2026, 11, 24, 9, 0)
LOCALES = {"nl": "nl-BE", "fr": "fr-BE", "en": "en-GB", "odd": "nl-BE"}
SENTENCES: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8")
)


def read(sentence: str, locale: str = "nl-BE", **given: Any) -> Line:
    return read_line(sentence, now=NOW, t=Texts(locale), lookups=LOOKUPS, **given)


def said(line: Line) -> dict[str, Any]:
    """What is not empty, in the words of the file."""
    found: dict[str, Any] = {
        "type": type_key(line.type_id),
        "relation": line.relation.label if line.relation else "",
        "contact": line.contact.names[0] if line.contact else "",
        "guests": [one.names[0] for one in line.guests],
        "colleagues": [one.names[0] for one in line.colleagues],
        "on": line.on,
        "until": line.until,
        "deadline_on": line.deadline_on,
        "starts": f"{line.starts:%H:%M}" if line.starts else "",
        "ends": f"{line.ends:%H:%M}" if line.ends else "",
        "priority": priority_key(line.priority_id),
        "recurrence": said_of_rule(line.recurrence) if line.recurrence else "",
        "rules": [one.words for one in line.rules],
        "asks": asked(line),
    }
    plainly = ("is_all_day", "is_private", "is_done", "place", "subject", "points", "unread")
    found |= {name: getattr(line, name) for name in plainly}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items() if value}


def said_of_rule(rule: Recurrence) -> str:
    return rule_in_words(Texts("en-GB"), rule, str(rule.until_on or ""))


def asked(line: Line) -> dict[str, list[str]]:
    """By field; of several people "contact", "contact_2", …"""
    found: dict[str, list[str]] = {}
    for one in line.questions:
        number = sum(name.startswith(one.field) for name in found) + 1
        name = one.field if number == 1 else f"{one.field}_{number}"
        found[name] = [one.words, *map(reading, one.readings)]
    return found


def reading(one: Reading) -> str:
    if isinstance(one, time):
        return f"{one:%H:%M}"
    return f"{one.total_seconds() / 60:.0f} min" if isinstance(one, timedelta) else str(one)


@pytest.mark.parametrize(
    ("language", "sentence"), [(language, sentence) for language, some in SENTENCES.items() for sentence in some]
)
def test_a_sentence_is_read_as_it_was_meant(language: str, sentence: str) -> None:
    assert said(read(sentence, LOCALES[language])) == SENTENCES[language][sentence]


def test_there_are_a_hundred_sentences_in_each_language() -> None:
    assert all(len(SENTENCES[language]) >= 100 for language in ("nl", "fr", "en"))


def test_what_may_mean_several_things_is_asked_and_left_open() -> None:
    read_ones = [(sentence, read(sentence)) for some in SENTENCES.values() for sentence in some]
    fields = {"type": "type_id", "relation": "relation", "contact": "contact", "on": "on", "starts": "starts",
              "repeats": "recurrence"}  # fmt: skip
    for sentence, line in read_ones:
        for question in line.questions:
            assert not getattr(line, fields[question.field]), sentence
    assert {one.field for _sentence, line in read_ones for one in line.questions} == set(fields)


@pytest.mark.parametrize(("locale", "day"), [("nl-BE", date(2027, 3, 12)), ("en-US", date(2026, 12, 3))])
def test_the_region_says_whether_day_or_month_comes_first_in_a_sentence(locale: str, day: date) -> None:
    assert read("Acme 12/3", locale).on == day


def test_where_the_year_comes_first_a_day_in_two_figures_is_asked() -> None:
    assert [one.readings for one in read("visite Acme 12-03", "fr-CA").questions] == [
        (date(2026, 12, 3), date(2027, 3, 12))
    ]
    assert read("visite Acme 2026-12-03", "fr-CA").on == date(2026, 12, 3)
    assert read("visite Acme 25-12", "fr-CA").on == date(2026, 12, 25)


def test_a_kind_that_is_given_is_not_looked_for() -> None:
    line = read("Acme demain 14h: offre", "fr-BE", type_key="visit")
    assert (type_key(line.type_id), line.subject) == ("visit", "offre")


def test_a_sentence_of_three_thousand_letters_is_read_fast_and_kept() -> None:
    words = " ".join(f"woord{number}" for number in range(300))
    began = clock.perf_counter()
    line = read(f"bezoek Acme morgen 14u {words}")
    assert clock.perf_counter() - began < 0.5
    assert (line.on, line.starts) == (date(2026, 11, 25), time(14))
    assert words in "\n".join([line.subject, *line.points])


@pytest.mark.parametrize("repeated", ["14h", "over ", "morgen ", "met ", "de ", "a ", "x", ": ", "3/12 ", "half "])
def test_no_repetition_makes_reading_slow(repeated: str) -> None:
    read("bezoek Acme")
    began = clock.perf_counter()
    read(repeated * (3000 // len(repeated)))
    assert clock.perf_counter() - began < 0.5


_PIECES = st.sampled_from([
    "bezoek", "visite", "visit", "Acme", "Dupont", "Jansen", "Morgen", "BV", "morgen", "demain", "vrijdag",
    "mardi", "next", "14u", "14h30", "2pm", "om", "at", "à", "le", "3", "3/12", "met", "avec", "with", "Els",
    "Bram", "Jan", "en", "et", ",", ":", ";", "over", "about", "half", "drie", "midi", "Teams", "in", "Gent",
    "privé", "dringend", "prix", "2027", "🎉", "@bram",
])  # fmt: skip
_UNKNOWN = st.sampled_from(["klever", "zonnig", "houtzaag", "brief", "doos", "tafels", "lampje"])


@given(st.lists(_PIECES, max_size=14), st.sampled_from(["nl-BE", "fr-BE", "en-GB", "fr-CA"]))
def test_no_order_of_words_breaks_the_reading(pieces: list[str], locale: str) -> None:
    line = read(" ".join(pieces), locale)
    fields = {question.field for question in line.questions}
    assert line.relation is None or "relation" not in fields
    assert line.on is None or "on" not in fields
    assert line.starts is None or "starts" not in fields


@given(st.lists(_UNKNOWN, min_size=1, max_size=6))
def test_no_word_that_is_not_understood_is_lost(unknown: list[str]) -> None:
    line = read(f"bezoek Acme {' '.join(unknown)} morgen 14u met Els {unknown[0]}: stalen")
    kept = " ".join([line.subject, *line.points])
    assert all(word in words_in(kept) for word in unknown)
    assert "stalen" in kept


@given(st.text(max_size=200))
def test_anything_typed_is_read_without_an_error(typed: str) -> None:
    read(typed)
