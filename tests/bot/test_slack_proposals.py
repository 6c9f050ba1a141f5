"""A guest proposes another time; the representative takes it over or leaves the action as it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import FAR, add_dupont, bind_mailbox_of, wait_until
from sqlalchemy import select
from world import CLAIRE, World

from jobs.lanes import run_lane
from store.actions import Action
from store.agenda import agenda_of
from store.answers import GivenAnswer, Outcome, record_answer
from store.invitations import Answer, Invitation
from store.outbox import slack_lane
from store.proposals import ProposedTime

THURSDAY = FAR + timedelta(days=(3 - FAR.weekday()) % 7)
SECOND, THIRD = THURSDAY + timedelta(weeks=1), THURSDAY + timedelta(weeks=2)
ZONE = ZoneInfo("Europe/Brussels")
STAMPED_AT = datetime(2026, 11, 22, 9, 0, 1, tzinfo=UTC)


def _plans(world: World, *, weekly: bool) -> SlackPerson:
    bind_mailbox_of(world, world.collaborator(CLAIRE))
    add_dupont(world)
    claire = world.person(CLAIRE)
    claire.types("/action Dup")
    claire.waits_for_view("Action", containing="Repeats")
    claire.fills(on=str(THURSDAY), guests="Els Peeters · Brasserie Dupont", all_day=False)
    claire.waits_for_view("Action", containing="From")
    claire.fills(starts="14:00")
    if weekly:
        claire.fills(repeats="Every week")
        claire.waits_for_view("Action", containing="Next dates")
    claire.fills(lasts="1 h")
    assert claire.submits() is None
    claire.waits_for_message("Planned. On their way: 1 invitation")
    return claire


def _proposes(
    world: World,
    starts: date,
    ends: date,
    occurrence: datetime | None,
    stamped_at: datetime,
    said: str = "Rather then?",
) -> None:
    with world.office.book.writing() as session:
        action = session.scalars(select(Action).where(Action.recurs_on.is_(None))).unique().one()
        mail = session.scalars(select(Invitation.mail)).first() or ""
        proposed = ProposedTime(starts, ends)
        given = GivenAnswer(
            action.uid, mail, mail, Answer.TENTATIVE, action.sequence, stamped_at, said, occurrence, proposed
        )
        assert record_answer(session, given, now=world.office.now()) is Outcome.COUNTED
    run_lane(world.office, slack_lane(world.collaborator(CLAIRE).id))


def _times(world: World) -> list[str]:
    with world.office.book.reading() as session:
        claire = world.collaborator(CLAIRE)
        found = agenda_of(session, claire.id, THURSDAY, THIRD + timedelta(days=6), zone=claire.zone, asked_by=claire)
        return [f"{one.when.starts_on} {one.when.starts_time:%H:%M}" for one in found]


@pytest.mark.parametrize("weekly", [False, True])
def test_a_time_that_a_guest_proposes_is_taken_over_for_that_occurrence_only_and_taken_back(
    english: World, weekly: bool
) -> None:
    claire = _plans(english, weekly=weekly)
    was = [f"{on} 14:00" for on in ([THURSDAY, SECOND, THIRD] if weekly else [THURSDAY])]
    at = SECOND if weekly else THURSDAY
    assert _times(english) == was
    occurrence = datetime.combine(at, time(14), ZONE).astimezone(UTC) if weekly else None
    begins_at = datetime.combine(at, time(10), ZoneInfo("America/Toronto"))
    _proposes(english, begins_at, begins_at + timedelta(hours=2), occurrence, STAMPED_AT)
    told = claire.waits_for_message("proposes another time for")
    assert "16:00–18:00" in text_of(told)
    assert "Rather then?" in text_of(told)

    claire.presses("Accept", message=told)
    moved = claire.waits_for_message("On their way: 1 update (Els Peeters).")
    assert _times(english) == [f"{at} 16:00" if one.startswith(str(at)) else one for one in was]
    claire.presses("proposal/undo", message=moved)
    wait_until(lambda: _times(english) == was)
    assert claire.problems == []


def test_a_declined_proposal_leaves_the_action_and_an_older_one_gives_way_to_the_newer(english: World) -> None:
    claire = _plans(english, weekly=False)
    friday = THURSDAY + timedelta(days=1)
    _proposes(english, friday, friday + timedelta(days=1), None, STAMPED_AT)
    first = claire.waits_for_message("proposes another time for")
    monday = THURSDAY + timedelta(days=4)
    _proposes(english, monday, monday + timedelta(days=2), None, STAMPED_AT + timedelta(minutes=1), "Or then?")
    second = claire.waits_for_message("Or then?")
    claire.presses("proposal/accept", message=first)
    claire.waits_for_message("This proposal no longer stands")
    claire.presses("Decline", message=second)
    assert "gets no mail" in text_of(claire.waits_for_message("stays as it was"))
    assert _times(english) == [f"{THURSDAY} 14:00"]


def test_another_time_for_a_whole_series_is_told_and_left_to_the_representative(english: World) -> None:
    claire = _plans(english, weekly=True)
    begins_at = datetime.combine(THURSDAY, time(16), ZONE)
    _proposes(english, begins_at, begins_at + timedelta(hours=1), None, STAMPED_AT)
    assert "Accept" not in text_of(claire.waits_for_message("proposes another time for"))
