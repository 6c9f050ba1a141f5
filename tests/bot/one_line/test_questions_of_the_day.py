"""Which questions of the day are understood, in three languages, and what is none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.one_line import About, read_question
from bot.texts import Texts

TODAY = date(2026, 11, 24)
TOMORROW = (date(2026, 11, 25), date(2026, 11, 25))
THIS_WEEK = (date(2026, 11, 23), date(2026, 11, 29))
NEXT_WEEK = (date(2026, 11, 30), date(2026, 12, 6))
FRIDAY = (date(2026, 11, 27), date(2026, 11, 27))


@pytest.mark.parametrize(
    ("language", "typed", "name", "days"),
    [
        ("nl", "agenda", "", ()),
        ("nl", "agenda morgen", "", (TOMORROW,)),
        ("nl", "agenda vrijdag", "", (FRIDAY,)),
        ("nl", "agenda deze week", "", (THIS_WEEK,)),
        ("nl", "Agenda volgende week?", "", (NEXT_WEEK,)),
        ("nl", "agenda van Bram morgen", "Bram", (TOMORROW,)),
        ("nl", "wat staat er morgen op de agenda?", "", (TOMORROW,)),
        ("nl", "agenda van 3 tot 5 december", "", ((date(2026, 12, 3), date(2026, 12, 5)),)),
        ("fr", "agenda demain", "", (TOMORROW,)),
        ("fr", "mon agenda de demain", "", (TOMORROW,)),
        ("fr", "agenda la semaine prochaine", "", (NEXT_WEEK,)),
        ("fr", "qu’est-ce que j’ai demain ?", "", (TOMORROW,)),
        ("fr", "agenda Claire vendredi", "Claire", (FRIDAY,)),
        ("en", "agenda tomorrow", "", (TOMORROW,)),
        ("en", "what's on tomorrow?", "", (TOMORROW,)),
        ("en", "agenda this week", "", (THIS_WEEK,)),
        ("en", "show me the agenda of Emma Clarke next week", "Emma Clarke", (NEXT_WEEK,)),
    ],
)
def test_an_agenda_is_asked_of_days_and_of_a_colleague(
    language: str, typed: str, name: str, days: tuple[tuple[date, date], ...]
) -> None:
    asked = read_question(typed, today=TODAY, t=Texts(language))
    assert asked is not None
    assert (asked.about, asked.name, asked.days) == (About.AGENDA, name, days)


def test_a_weekday_that_is_today_is_shown_for_both_days_it_may_be() -> None:
    asked = read_question("agenda dinsdag", today=TODAY, t=Texts("nl"))
    assert asked is not None
    assert asked.days == ((TODAY, TODAY), (TODAY + timedelta(days=7), TODAY + timedelta(days=7)))


@pytest.mark.parametrize(
    ("about", "typed", "name"),
    [
        (About.HISTORY, "historique Acme", "Acme"),
        (About.HISTORY, "historique de Brasserie Dupont", "Brasserie Dupont"),
        (About.HISTORY, "geschiedenis Acme", "Acme"),
        (About.HISTORY, "laatste bezoek bij Acme", "Acme"),
        (About.HISTORY, "dernière visite Acme", "Acme"),
        (About.HISTORY, "history of Acme", "Acme"),
        (About.HISTORY, "last visit Acme", "Acme"),
        (About.WHO, "wie zit op Acme", "Acme"),
        (About.WHO, "wie volgt Acme?", "Acme"),
        (About.WHO, "qui est sur Acme", "Acme"),
        (About.WHO, "qui s’occupe d’Acme ?", "Acme"),
        (About.WHO, "who is on Acme", "Acme"),
        (About.WHO, "who looks after Acme?", "Acme"),
        (About.NEXT, "next visit Acme", "Acme"),
        (About.NEXT, "when do I see Acme again?", "Acme"),
        (About.NEXT, "volgende afspraak bij Acme", "Acme"),
        (About.NEXT, "wanneer zie ik Acme terug", "Acme"),
        (About.NEXT, "prochaine visite chez Acme", "Acme"),
        (About.NEXT, "quand est-ce que je vois Acme ?", "Acme"),
        (About.REACH, "telefoonnummer van Els Peeters", "Els Peeters"),
        (About.REACH, "gsm Els", "Els"),
        (About.REACH, "mail van Els", "Els"),
        (About.REACH, "numéro d’Els", "Els"),
        (About.REACH, "adresse mail de Luc Dupont", "Luc Dupont"),
        (About.REACH, "phone number of Els", "Els"),
        (About.REACH, "email of Els", "Els"),
    ],
)
def test_a_question_is_known_by_its_words(about: About, typed: str, name: str) -> None:
    asked = read_question(typed, today=TODAY, t=Texts("en"))
    assert asked is not None
    assert (asked.about, asked.name) == (about, name)


@pytest.mark.parametrize(
    "typed",
    [
        "", "?", "Acme", "bezoek Acme morgen 14u", "visite Acme demain", "telefoon Acme morgen", "phone Els",
        "next week visit Acme", "agenda bespreken met Els bij Acme morgen om tien uur", "agenda fin du mois",
        "who" * 200,
    ],
)  # fmt: skip
def test_what_asks_nothing_of_the_day_is_left_to_the_other_readers(typed: str) -> None:
    assert read_question(typed, today=TODAY, t=Texts("nl")) is None
