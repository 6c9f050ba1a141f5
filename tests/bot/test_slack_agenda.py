"""Agendas in Slack: days, weeks, months, from … to …; one's own, a colleague's, the team's."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta

import pytest
from babel import Locale
from slack_person import text_of
from slack_stories import add_action, add_dupont
from world import BRAM, CLAIRE, EMMA, World

from bot.slack.agenda_month import month_grid
from store.actions import Action
from store.collaborators import Collaborator
from store.endings import complete_action

SECRET = "Takeover of Dupont"


@pytest.fixture
def dupont(english: World) -> int:
    return add_dupont(english)[0]


def _today(world: World) -> date:
    return world.office.now().date()


def test_a_day_a_week_and_a_month_follow_each_other_by_buttons(english: World, dupont: int) -> None:
    claire, on = english.person(CLAIRE), _today(english) + timedelta(days=1)
    add_action(english, english.collaborator(CLAIRE), dupont, "Prices 2027", on=on)
    claire.types("/agenda tomorrow")
    shown = claire.waits_for_message("Your agenda · tomorrow")
    assert "Prices 2027" in text_of(shown)
    claire.presses("agenda/month", message=shown)
    month = claire.waits_for_message("Open a day")
    assert f"{on.day}·1" in text_of(month)
    claire.picks("agenda/open-day", f"day:{on}:{on}:{english.collaborator(CLAIRE).id}", message=month)
    claire.presses("agenda/after", message=claire.waits_for_message("Prices 2027"))
    claire.presses("agenda/before", message=claire.waits_for_message("Nothing planned"))
    claire.presses("agenda/week", message=claire.waits_for_message("Your agenda · tomorrow"))
    claire.waits_for_message("Prices 2027")
    assert claire.problems == []


@pytest.mark.parametrize("line", ["/agenda from {first} to {last}", "/crm agenda van {first} tot {last}"])
def test_an_agenda_is_asked_from_one_day_to_another(english: World, dupont: int, line: str) -> None:
    claire, first = english.person(CLAIRE), _today(english) + timedelta(days=20)
    last = first + timedelta(days=3)
    for on in (first - timedelta(days=1), first, last, last + timedelta(days=1)):
        add_action(english, english.collaborator(CLAIRE), dupont, f"Visit of {on}", on=on)
    claire.types(line.format(first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}"))
    shown = text_of(claire.waits_for_message(f"Visit of {first}"))
    assert f"Visit of {last}" in shown
    assert f"Visit of {first - timedelta(days=1)}" not in shown
    assert f"Visit of {last + timedelta(days=1)}" not in shown


@pytest.mark.parametrize(
    "typed", ["gibberish", "prices to discuss with the people of Dupont", "from 1/1/2027 to 1/6/2027"]
)
def test_what_is_not_understood_is_answered_with_examples(english: World, typed: str) -> None:
    claire = english.person(CLAIRE)
    claire.types(f"/agenda {typed}")
    claire.waits_for_message("/agenda month" if "2027" in typed else "/agenda from 3/12 to 10/12")


def test_what_is_done_shows_on_demand_and_stays_so_for_who_asked(english: World, dupont: int) -> None:
    claire, by, now = english.person(CLAIRE), english.collaborator(CLAIRE), english.office.now()
    done_id = add_action(english, by, dupont, "Prices 2027", on=_today(english))
    with english.office.book.writing() as session:
        one = session.get_one(Collaborator, by.id)
        complete_action(session, by=one, action_id=done_id, version=None, headline="Sold them", now=now)
    claire.types("/agenda")
    hidden = claire.waits_for_message("Show completed")
    assert "Sold them" not in text_of(hidden)
    claire.presses("Show completed", message=hidden)
    shown = claire.waits_for_message("✓ Brasserie Dupont: Sold them")
    claire.types("/agenda today")
    claire.waits_for_message("Sold them")
    bram = english.person(BRAM)
    bram.types("/agenda Claire")
    assert "Sold them" not in text_of(bram.waits_for_message("Agenda of Claire Dubois"))
    claire.presses("Hide completed", message=shown)
    claire.waits_for_message("Show completed")


def test_the_teams_agenda_shows_each_member_and_private_time_as_busy(english: World, dupont: int) -> None:
    claire, bram = english.collaborator(CLAIRE), english.collaborator(BRAM)
    on = _today(english)
    add_action(english, claire, dupont, SECRET, on=on, is_private=True)
    add_action(english, claire, dupont, "Open visit", on=on)
    add_action(english, bram, dupont, "Damage", on=on, starts=None)
    emma = english.person(EMMA)
    emma.types("/agenda team")
    shown = text_of(emma.waits_for_message("Agenda of the team · today"))
    assert "Bram de Vries: Damage · Brasserie Dupont" in shown
    assert "busy ⚠ overlaps" in shown
    assert "Open visit · Brasserie Dupont ⚠ overlaps" in shown
    emma.types("/agenda team week")
    emma.presses("agenda/after", message=emma.waits_for_message("busy ⚠ overlaps"))
    emma.waits_for_message("Nobody of the team has anything planned")
    assert SECRET not in json.dumps([emma.messages(), emma.views], ensure_ascii=False)


def test_a_colleagues_month_counts_private_time_and_says_nothing_of_it(english: World, dupont: int) -> None:
    on = _today(english)
    add_action(english, english.collaborator(CLAIRE), dupont, SECRET, on=on, is_private=True)
    bram = english.person(BRAM)
    bram.types("/agenda Claire month")
    month = bram.waits_for_message("Agenda of Claire Dubois")
    assert f"›{on.day}·1" in text_of(month)
    bram.picks("agenda/open-day", f"day:{on}:{on}:{english.collaborator(CLAIRE).id}", message=month)
    bram.waits_for_message("busy — ")
    assert SECRET not in json.dumps([bram.messages(), bram.views], ensure_ascii=False)
    with english.office.book.reading() as session:
        assert session.query(Action).one().is_private


def test_a_busy_quarter_fits_in_one_message(english: World, dupont: int) -> None:
    claire, by = english.person(CLAIRE), english.collaborator(CLAIRE)
    for number in range(60):
        add_action(english, by, dupont, f"Visit {number}", on=_today(english) + timedelta(days=number))
    first, last = _today(english), _today(english) + timedelta(days=59)
    claire.types(f"/agenda from {first:%d/%m/%Y} to {last:%d/%m/%Y}")
    claire.waits_for_message("40 more")
    assert claire.problems == []


@pytest.mark.parametrize(("locale", "line"), [("fr_BE", "lu    ma"), ("nl_BE", "ma    di"), ("en_US", "Su    Mo")])
def test_a_month_is_drawn_in_weeks_as_its_reader_has_them(locale: str, line: str) -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    counts = Counter({date(2026, 11, 24): 3, date(2026, 11, 30): 120})
    lines = month_grid(first, last, counts, Locale.parse(locale), today=date(2026, 11, 22)).splitlines()
    assert lines[0].startswith(line)
    sunday_first = locale == "en_US"
    assert [row.split()[0] for row in lines[1:]] == (
        ["1", "8", "15", "›22", "29"] if sunday_first else ["1", "2", "9", "16", "23", "30·99+"]
    )
    assert "24·3" in lines[4 if sunday_first else 5]
    assert {row.index("24·3") for row in lines if "24·3" in row} == {12 if sunday_first else 6}
