"""App Home, the morning digest and reminders of actions in Slack."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from slack_person import SlackPerson, text_of
from slack_stories import add_action, add_dupont
from sqlalchemy import update
from world import BRAM, CLAIRE, World

from jobs.lanes import run_lane
from jobs.remind_of_actions import remind_of_actions
from jobs.send_digests import send_digests
from store.action_facts import Participation
from store.actions import Action, ActionType
from store.collaborators import Collaborator
from store.endings import delete_action
from store.outbox import put_in_outbox, slack_lane

SECRET = "Takeover of Dupont"


def _gets(world: World, who: SlackPerson, content: dict[str, object]) -> None:
    """Puts a notice on its way to Claire, and delivers it."""
    claire = world.collaborator(CLAIRE)
    with world.office.book.writing() as session:
        put_in_outbox(
            session, kind="notice", key=json.dumps(content), lane=slack_lane(claire.id),
            content={"collaborator_id": claire.id, **content}, now=world.office.now(),
        )  # fmt: skip
    run_lane(world.office, slack_lane(claire.id))


def test_home_shows_what_is_to_complete_and_the_ways_to_begin(english: World) -> None:
    relation_id, _els = add_dupont(english)
    claire, by = english.person(CLAIRE), english.collaborator(CLAIRE)
    today = english.office.now().date()
    add_action(english, by, relation_id, "Forgotten visit", on=today - timedelta(days=3))
    add_action(english, by, relation_id, "Prices 2027", on=today + timedelta(days=1))
    claire.opens_home()
    home = text_of(claire.waits_for_home("Good day"))
    assert home.index("To complete") < home.index("Forgotten visit") < home.index("Prices 2027")
    claire.presses("agenda/open-week", on_home=True)
    claire.waits_for_message("Your agenda · ")
    claire.presses("note/new", on_home=True)
    claire.waits_for_view("Note")
    assert claire.problems == []


def test_the_digest_says_the_day_and_what_is_overdue(english: World) -> None:
    relation_id, _els = add_dupont(english)
    claire, by = english.person(CLAIRE), english.collaborator(CLAIRE)
    now = english.office.now()
    today = now.astimezone(ZoneInfo(by.zone)).date()
    add_action(english, by, relation_id, "Forgotten visit", on=today - timedelta(days=3))
    add_action(english, by, relation_id, "Prices 2027", on=today, starts=None)
    _gets(english, claire, {"notice": "digest", "due_at": now.isoformat()})
    said = claire.waits_for_message("Your day, ")
    assert "Prices 2027" in text_of(said)
    assert "Forgotten visit" in text_of(said)
    assert "Later than usual" not in text_of(said)
    claire.presses("preferences/open", message=said)
    claire.waits_for_view("My preferences", containing="Your day, by message")
    claire.fills(digest="No digest")
    claire.submits()
    claire.waits_for_message("Vos préférences sont enregistrées.")
    assert english.collaborator(CLAIRE).digest_time is None


def test_a_digest_that_comes_late_says_so_and_another_days_is_not_said(english: World) -> None:
    relation_id, _els = add_dupont(english)
    claire, by = english.person(CLAIRE), english.collaborator(CLAIRE)
    now = english.office.now()
    add_action(english, by, relation_id, "Prices 2027", on=now.astimezone(ZoneInfo(by.zone)).date(), starts=None)
    _gets(english, claire, {"notice": "digest", "due_at": (now - timedelta(days=1)).isoformat()})
    assert claire.messages() == []
    midnight = datetime.combine(now.astimezone(ZoneInfo(by.zone)).date(), time(), ZoneInfo(by.zone))
    with english.office.book.writing() as session:
        row = update(Collaborator).where(Collaborator.id == by.id)
        session.execute(row.values(digest_time=time(), created_at=midnight - timedelta(days=1)))
    send_digests(english.office, now)
    run_lane(english.office, slack_lane(by.id))
    said = text_of(claire.waits_for_message("Your day, "))
    assert ("Later than usual" in said) is (now - midnight > timedelta(minutes=15))


def test_a_day_without_anything_sends_no_digest(english: World) -> None:
    claire = english.person(CLAIRE)
    _gets(english, claire, {"notice": "digest", "due_at": english.office.now().isoformat()})
    assert claire.messages() == []


def test_an_action_is_reminded_of_by_message_and_opened_from_it(english: World) -> None:
    relation_id, _els = add_dupont(english)
    claire, bram = english.collaborator(CLAIRE), english.collaborator(BRAM)
    begins = (english.office.now() + timedelta(minutes=40)).astimezone(ZoneInfo(claire.zone))
    starts = begins.time().replace(second=0, microsecond=0)
    add_action(
        english, claire, relation_id, "Prices 2027", on=begins.date(), starts=starts,
        participants=[Participation(collaborator_id=bram.id)],
    )  # fmt: skip
    gone = add_action(english, claire, relation_id, SECRET, on=begins.date(), starts=starts)
    with english.office.book.writing() as session:
        session.execute(update(ActionType).values(reminder_min=60))
        session.execute(update(Action).values(created_at=english.office.now() - timedelta(days=1)))
    remind_of_actions(english.office, english.office.now())
    with english.office.book.writing() as session:
        delete_action(session, by=session.get_one(Collaborator, claire.id), action_id=gone, now=english.office.now())
    for who, person in ((CLAIRE, claire), (BRAM, bram)):
        run_lane(english.office, slack_lane(person.id))
        screen = english.person(who)
        said = screen.waits_for_message("Late reminder, due")
        assert "Prices 2027" in text_of(said)
        screen.presses("action/open", message=said)
        screen.waits_for_message("Visit · Brasserie Dupont")
        assert SECRET not in json.dumps(screen.messages())
