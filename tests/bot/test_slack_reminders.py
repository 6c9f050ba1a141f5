"""Reminders in Slack: the card at the hour, Done, Snooze, Make an action, the list, App Home."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import add_dupont, wait_until
from sqlalchemy import select
from world import BRAM, CLAIRE, World

from jobs.lanes import run_lane
from jobs.remind import remind_all
from store.notes import NoteFacts, Remind, Reminder, ReminderState, write_note
from store.outbox import slack_lane


def _reminder(world: World) -> Reminder:
    with world.office.book.reading() as session:
        return session.scalars(select(Reminder).order_by(Reminder.id)).unique().one()


def _due(world: World, ago: timedelta) -> None:
    """A reminder of Bram's, set by Claire, became due so long ago."""
    relation_id, contact_id = add_dupont(world)
    bram, now = world.collaborator(BRAM), world.office.now()
    remind = Remind(date(2030, 5, 14), time(9), (bram.id,))
    facts = NoteFacts(relation_id, "Call Els", now.date(), contact_id=contact_id, detail="About foam", remind=remind)
    with world.office.book.writing() as session:
        note = write_note(session, by=world.collaborator(CLAIRE), facts=facts, now=now)
        note.reminders[0].remind_at = now - ago
        note.reminders[0].due_on = (now - ago).date() - timedelta(days=1)


def _runs(world: World) -> None:
    remind_all(world.office, world.office.now())
    run_lane(world.office, slack_lane(world.collaborator(BRAM).id))


def _reminded(world: World, ago: timedelta = timedelta()) -> SlackPerson:
    _due(world, ago)
    _runs(world)
    return world.person(BRAM)


def test_at_its_hour_a_reminder_comes_as_a_direct_message_and_is_done(english: World) -> None:
    bram = _reminded(english)
    card = bram.waits_for_message("Reminder: Call Els")
    assert "Els Peeters · Brasserie Dupont" in text_of(card)
    assert "About foam" in text_of(card)
    bram.presses("It’s done", message=card)
    wait_until(lambda: "✓ Done: Call Els" in text_of(bram.last_message()))
    assert _reminder(english).state is ReminderState.DONE
    bram.presses("Undo", message=bram.last_message())
    wait_until(lambda: _reminder(english).state is ReminderState.OPEN)


def test_one_that_comes_late_says_when_it_was_due(english: World) -> None:
    bram = _reminded(english, timedelta(hours=30))
    bram.waits_for_message("Late reminder, due")
    _runs(english)
    assert len([one for one in bram.messages() if "Call Els" in text_of(one)]) == 1


@pytest.mark.parametrize("line", ["Snooze for an hour", "Snooze until tomorrow", "Snooze until next Monday"])
def test_a_reminder_is_snoozed_from_its_menu(english: World, line: str) -> None:
    bram = _reminded(english)
    bram.chooses(line, message=bram.waits_for_message("Reminder: Call Els"))
    wait_until(lambda: "Snoozed until" in text_of(bram.last_message()))
    assert _reminder(english).snoozed_until is not None


def test_a_reminder_becomes_an_action(english: World) -> None:
    bram = _reminded(english)
    bram.presses("Make an action", message=bram.waits_for_message("Reminder: Call Els"))
    bram.waits_for_view("Action")
    filled = bram.fields()
    assert (filled["relation"], filled["subject"]) == ("Brasserie Dupont", "Call Els")
    assert filled["contact"] == "Els Peeters"


def test_what_was_done_before_slack_took_it_is_not_said(english: World) -> None:
    _due(english, timedelta())
    remind_all(english.office, english.office.now())
    with english.office.book.writing() as session:
        session.get_one(Reminder, 1).state = ReminderState.DONE
    run_lane(english.office, slack_lane(english.collaborator(BRAM).id))
    assert english.person(BRAM).messages() == []


def test_one_bad_row_stops_no_other_reminder(english: World) -> None:
    _due(english, timedelta())
    with english.office.book.writing() as session:
        good = session.get_one(Reminder, 1)
        bad = Reminder(
            note_id=good.note_id,
            for_id=english.collaborator(CLAIRE).id,
            due_on=good.due_on,
            due_time=good.due_time,
            zone="Nowhere/At_all",
            remind_at=good.remind_at - timedelta(days=1),
        )
        session.add(bad)
    _runs(english)
    english.person(BRAM).waits_for_message("Reminder: Call Els")


def test_my_open_reminders_are_listed_the_overdue_first_and_stand_on_home(english: World) -> None:
    bram = _reminded(english)
    bram.waits_for_message("Reminder: Call Els")
    bram.opens_home()
    home = bram.waits_for_home("Call Els · Els Peeters · Brasserie Dupont")
    assert "overdue" in text_of(home)
    bram.types("/crm reminders")
    bram.presses("reminder/open", message=bram.waits_for_message("overdue — Call Els"))
    bram.presses("It’s done", message=bram.waits_for_message("noted today · due"))
    wait_until(lambda: "✓ Done" in text_of(bram.last_message()))
    bram.types("/crm reminders")
    bram.waits_for_message("Nothing to be reminded of.")
