"""Finding a moment for several colleagues in Slack, and planning at it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
from slack_person import text_of
from slack_stories import add_action, add_dupont, bind_mailbox_of
from sqlalchemy import update
from world import BRAM, CLAIRE, EMMA, Person, World

from integrations.playground.exchange import Address, Mail
from integrations.playground.exchange.faults import FaultKind
from store.collaborators import Collaborator

SECRET = "Takeover of Dupont"


def test_a_moment_is_found_for_several_and_fills_the_form_of_an_action(english: World) -> None:
    relation_id, _els = add_dupont(english)
    today = english.office.now().date()
    for number in range(16):
        on = today + timedelta(days=number)
        add_action(english, english.collaborator(BRAM), relation_id, SECRET, on=on, starts=time(9), is_private=True)
    claire = english.person(CLAIRE)
    claire.types("/crm free bram")
    claire.waits_for_view("Find a moment")
    assert claire.fields()["people"] == ["Claire Dubois", "Bram de Vries"]
    claire.submits()
    said = claire.waits_for_message("Free moments of Claire Dubois and Bram de Vries")
    shown = text_of(said)
    assert shown.count("Plan") == 5
    assert "09:00" not in shown
    claire.presses("slot/plan", message=said)
    claire.waits_for_view("Action")
    filled = claire.fields()
    assert filled["representative"] == "Claire Dubois"
    assert filled["colleagues"] == ["Bram de Vries"]
    assert filled["starts"] not in (None, "09:00")
    assert SECRET not in json.dumps([claire.messages(), claire.views])
    assert claire.problems == []


def _lives_in(world: World, zone: str) -> None:
    """Bram does from now on."""
    with world.office.book.writing() as session:
        session.execute(update(Collaborator).where(Collaborator.slack_user_id == BRAM.id).values(zone=zone))


def test_who_is_in_another_zone_is_named_with_the_hour_there(english: World) -> None:
    _lives_in(english, "America/Toronto")
    emma = english.person(EMMA)
    emma.types("/crm vrij")
    emma.waits_for_view("Find a moment")
    emma.fills(people=["Emma Clarke", "Bram de Vries"])
    emma.submits()
    said = text_of(emma.waits_for_message("Free moments of"))
    assert "15:00–16:00 · Bram de Vries: 09:00" in said or "16:00–17:00 · Bram de Vries: 10:00" in said


def test_without_a_common_moment_the_answer_says_what_to_try(english: World) -> None:
    _lives_in(english, "Pacific/Auckland")
    emma = english.person(EMMA)
    emma.types("/crm slot")
    emma.waits_for_view("Find a moment")
    emma.fills(people=["Emma Clarke", "Bram de Vries"])
    emma.submits()
    emma.waits_for_message("No such moment in the next ten working days.")


def _has_in_exchange(world: World, who: Person, begins_at: datetime, ends_at: datetime) -> None:
    """An appointment that Rapport knows nothing of."""
    begins, ends = (f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for at in (begins_at, ends_at))
    calendar = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
        f"UID:{begins}@dentist.example\r\nDTSTAMP:20261121T090000Z\r\nDTSTART:{begins}\r\nDTEND:{ends}\r\n"
        f"SUMMARY:{SECRET}\r\nORGANIZER:mailto:{EMMA.email}\r\nATTENDEE:mailto:{who.email}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    world.exchange.send(
        EMMA.email, Mail(to=(Address(who.email),), calendar=calendar, item_class="IPM.Schedule.Meeting.Request")
    )


@pytest.mark.parametrize(
    ("zone", "starts", "then"),
    [("Europe/Brussels", time(9), "10:30–11:30"), ("America/Toronto", time(15), "15:00–16:00")],
)
def test_an_action_is_moved_to_a_moment_that_is_free_in_exchange_too(
    english: World, zone: str, starts: time, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.free_busy.WITHIN", timedelta(seconds=15))  # on a machine that does much else
    _lives_in(english, zone)
    add_dupont(english)
    for who in (CLAIRE, BRAM):
        bind_mailbox_of(english, english.collaborator(who))
    monday = english.office.now().date() + timedelta(days=7)
    monday -= timedelta(days=monday.weekday())
    begins_at, hour = datetime.combine(monday, starts, ZoneInfo("Europe/Brussels")), timedelta(hours=1)
    claire = english.person(CLAIRE)
    claire.types("/action Dupont")
    claire.waits_for_view("Action", containing="Dupont")
    claire.fills(on=str(monday), all_day=False)
    claire.waits_for_view("Action", containing="From")
    claire.fills(starts=f"{starts:%H:%M}")
    claire.fills(lasts="1 h", colleagues="Bram de Vries")
    assert claire.submits() is None
    planned = claire.waits_for_message("Planned.")

    _has_in_exchange(english, BRAM, datetime.now(UTC) - timedelta(days=1), begins_at)
    _has_in_exchange(english, BRAM, begins_at, begins_at + hour)  # as the action itself does, once it was sent there
    _has_in_exchange(english, BRAM, begins_at + hour, begins_at + 1.5 * hour)
    claire.chooses("More…", message=planned)
    claire.presses("Find another moment", message=claire.waits_for_message("More for"))
    claire.waits_for_view("Find a moment")
    assert claire.fields()["people"] == ["Claire Dubois", "Bram de Vries"]
    assert claire.submits() is None
    said = claire.waits_for_message("Free moments of Claire Dubois and Bram de Vries")
    assert "the mailbox calendars of Claire Dubois and Bram de Vries counts too" in text_of(said)
    first, second, *_others = text_of(said).split("Move")
    assert f"{starts:%H:%M}–" in first
    assert then in second
    claire.presses("slot/move", message=said)
    claire.waits_for_view("Action")
    assert claire.fields()["starts"] == f"{starts:%H:%M}"
    assert SECRET not in json.dumps([claire.messages(), claire.views])
    assert claire.problems == []


@pytest.mark.parametrize("fault", [FaultKind.SLOW, FaultKind.DROP_BEFORE])
def test_while_exchange_is_slow_or_down_the_book_alone_answers_and_says_for_whom(
    english: World, fault: FaultKind
) -> None:
    for who in (CLAIRE, BRAM):
        bind_mailbox_of(english, english.collaborator(who))
    english.exchange.faults.add(fault, operation="GetUserAvailabilityRequest", delay=timedelta(seconds=8))
    claire = english.person(CLAIRE)
    claire.types("/crm slot")
    claire.waits_for_view("Find a moment")
    claire.fills(people=["Claire Dubois", "Bram de Vries", "Emma Clarke"])
    began_s = monotonic()
    assert claire.submits() is None
    said = text_of(claire.waits_for_message("Free moments of"))
    assert monotonic() - began_s < 3
    assert said.count("Plan") == 5
    assert "calendars of Claire Dubois and Bram de Vries could not be asked: only Rapport counts for them." in said
    assert claire.problems == []


def test_who_has_no_mailbox_asks_for_nobody_through_somebody_elses(english: World) -> None:
    bind_mailbox_of(english, english.collaborator(BRAM))
    claire = english.person(CLAIRE)
    claire.types("/crm slot")
    claire.waits_for_view("Find a moment")
    claire.fills(people=["Claire Dubois", "Bram de Vries"])
    assert claire.submits() is None
    said = text_of(claire.waits_for_message("Free moments of"))
    assert "Bram de Vries could not be asked: only Rapport counts" in said
    assert claire.problems == []
