"""Planning a series from Slack, changing one time or the following ones, and ending it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import FAR, add_dupont, bind_mailbox_of
from sqlalchemy import select
from world import CLAIRE, World

from store.actions import Action
from store.agenda import agenda_of
from store.invitations import InvitationMail
from store.series import ActionSeries, Every

THURSDAY = FAR + timedelta(days=(3 - FAR.weekday()) % 7)


@pytest.fixture
def claire(english: World) -> SlackPerson:
    bind_mailbox_of(english, english.collaborator(CLAIRE))
    add_dupont(english)
    return english.person(CLAIRE)


def _plans(claire: SlackPerson, **filled: object) -> None:
    claire.types("/action Dup")
    claire.waits_for_view("Action", containing="Repeats")
    claire.fills(on=str(THURSDAY))
    claire.fills(repeats="Every week")
    claire.waits_for_view("Action", containing="Next dates")
    claire.fills(**filled)


def _dates(world: World, first: date = THURSDAY, weeks: int = 5) -> list[date]:
    with world.office.book.reading() as session:
        anna = world.collaborator(CLAIRE)
        found = agenda_of(session, anna.id, first, first + timedelta(weeks=weeks) - timedelta(days=1),
                          zone=anna.zone, asked_by=anna)  # fmt: skip
        return [entry.when.starts_on for entry in found]


def test_the_form_says_the_next_five_dates_and_the_card_how_often(english: World, claire: SlackPerson) -> None:
    _plans(claire)
    view = text_of(claire.waits_for_view("Action", containing="and so on"))
    assert "Every month, on day" in view
    days = [f"{THURSDAY + timedelta(weeks=number):%d/%m/%Y}" for number in range(5)]
    assert f"Next dates: {', '.join(days[:4])} and {days[4]}, and so on." in view
    claire.fills(series_end="A number of times")
    claire.waits_for_view("Action", containing="How many times")
    claire.fills(times="3")
    assert claire.submits() is None
    assert "Every week" in text_of(claire.waits_for_message("Planned."))
    assert _dates(english) == [THURSDAY + timedelta(weeks=number) for number in range(3)]


def test_an_end_that_is_chosen_must_be_given_and_nothing_typed_is_lost(claire: SlackPerson) -> None:
    _plans(claire, series_end="Until a day")
    claire.waits_for_view("Action", containing="Last date")
    assert claire.submits() == {"last_on": "Please fill this in."}
    assert claire.fields()["repeats"] == "Every week"


def test_a_series_without_a_date_or_with_impossible_numbers_is_told_at_its_field(claire: SlackPerson) -> None:
    _plans(claire, series_end="Until a day")
    claire.waits_for_view("Action", containing="Last date")
    claire.fills(last_on=str(THURSDAY - timedelta(days=1)))
    assert claire.submits() == {"last_on": "The last day must not be before the first."}
    claire.fills(last_on=str(THURSDAY), weekdays=["Mon"])
    assert claire.submits() == {"last_on": "No date fits: the series would be empty."}
    claire.fills(series_end="A number of times")
    claire.waits_for_view("Action", containing="How many times")
    claire.fills(interval="100000", times="0")
    told = claire.submits()
    assert isinstance(told, dict)
    assert set(told) == {"interval", "times"}
    assert (claire.fields()["interval"], claire.fields()["times"], claire.problems) == ("100000", "0", [])


def test_the_guests_get_the_rule_with_the_invitation(english: World, claire: SlackPerson) -> None:
    _plans(claire, guests="Els Peeters · Brasserie Dupont")
    claire.waits_for_view("Action", containing="sends 1 invitation (Els Peeters)")
    assert claire.submits() is None
    claire.waits_for_message("On their way: 1 invitation")
    with english.office.book.reading() as session:
        [mail] = session.scalars(select(InvitationMail)).all()
        assert mail.content["rule"] == "FREQ=WEEKLY;BYDAY=TH"


def test_one_time_is_moved_and_the_following_are_renamed(english: World, claire: SlackPerson) -> None:
    _plans(claire)
    assert claire.submits() is None
    claire.presses("Edit", message=claire.waits_for_message("Planned."))
    claire.waits_for_view("Action", containing="What changes")
    claire.fills(on=str(THURSDAY + timedelta(days=1)))
    assert claire.submits() is None
    claire.waits_for_message("Changed.")
    assert _dates(english, weeks=3) == [THURSDAY + timedelta(days=days) for days in (1, 7, 14)]


def test_this_and_the_following_ones_change_together(english: World, claire: SlackPerson) -> None:
    _plans(claire)
    assert claire.submits() is None
    claire.presses("Edit", message=claire.waits_for_message("Planned."))
    claire.waits_for_view("Action", containing="What changes")
    claire.fills(scope="This time and the following ones")
    claire.waits_for_view("Action", containing="Repeats")
    claire.fills(subject="Tasting", repeats="Every day")
    claire.waits_for_view("Action", containing="Next dates")
    assert claire.submits() is None
    claire.waits_for_message("Tasting")
    assert _dates(english, weeks=1) == [THURSDAY + timedelta(days=day) for day in range(7)]


def test_a_time_that_is_moved_takes_the_weekdays_and_the_last_date_of_its_series_along(
    english: World, claire: SlackPerson
) -> None:
    _plans(claire, weekdays=["Mon", "Thu"], series_end="Until a day")
    claire.waits_for_view("Action", containing="Last date")
    claire.fills(last_on=str(THURSDAY + timedelta(days=14)))
    assert claire.submits() is None
    claire.presses("Edit", message=claire.waits_for_message("Planned."))
    claire.waits_for_view("Action", containing="What changes")
    claire.fills(scope="All that are still to come")
    claire.waits_for_view("Action", containing="Next dates")
    claire.fills(on=str(THURSDAY + timedelta(days=1)))
    claire.waits_for_view("Action", containing=f"Next dates: {THURSDAY + timedelta(days=1):%d/%m/%Y}")
    assert claire.fields()["last_on"] == str(THURSDAY + timedelta(days=15))
    assert claire.submits() is None
    claire.waits_for_message("Every week (Tue, Fri)")
    assert _dates(english) == [THURSDAY + timedelta(days=day) for day in (1, 5, 8, 12, 15)]


def test_a_series_ends_from_a_card_and_undo_brings_it_back(english: World, claire: SlackPerson) -> None:
    _plans(claire)
    assert claire.submits() is None
    claire.chooses("End the series here", message=claire.waits_for_message("Planned."))
    ended = claire.waits_for_message("no longer from")
    assert _dates(english) == []
    claire.presses("Undo", message=ended)
    claire.waits_for_message("is back in the agenda")
    assert len(_dates(english)) == 5


def test_a_series_is_kept_with_its_rule(english: World, claire: SlackPerson) -> None:
    _plans(claire, interval="2")
    assert claire.submits() is None
    claire.waits_for_message("Every 2 weeks")
    with english.office.book.reading() as session:
        [series] = session.scalars(select(ActionSeries)).all()
        assert (series.every, series.interval) == (Every.WEEK, 2)
        assert session.scalars(select(Action).where(Action.recurs_on.is_(None))).unique().one().series_id == series.id
