"""A portfolio changes hands in Slack; who is on what, the workload, and commissions as of a day."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from slack_person import text_of
from slack_stories import (
    action_with_id,
    add_action,
    add_dupont,
    bind_mailbox_of,
    mails_on_their_way,
    wait_until,
)
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, World

from bot.slack.handover import split_names
from bot.slack.notices import send_notice
from store.action_facts import Participation
from store.administration import deactivate_collaborator
from store.domain import line_with_key
from store.involvements import InvolvementCategory, involve, representative_of
from store.outbox import Outgoing
from store.relations import add_relation

DAY = timedelta(days=1)


@pytest.fixture
def file(english: World) -> tuple[int, int]:
    return add_dupont(english)


def in_30_days(world: World) -> date:
    return world.office.now().date() + 30 * DAY


def represents(world: World, relation_id: int, on: date) -> str | None:
    with world.office.book.reading() as session:
        found = representative_of(session, relation_id, on=on)
        return found.name if found else None


def say_notices(world: World) -> None:
    with world.office.book.reading() as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.kind == "notice")).all()
    for row in rows:
        send_notice(world.office, row.content)


def commission(world: World, relation_id: int, percent: str, since_on: date) -> None:
    with world.office.book.writing() as session:
        category_id = line_with_key(session, InvolvementCategory, "introducer").id
        involve(session, by=world.collaborator(EMMA), relation_id=relation_id, since_on=since_on,
                collaborator_id=world.collaborator(BRAM).id, category_id=category_id,
                commission=Decimal(percent), now=world.office.now())  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("@anna @bob", ["anna", "bob"]),
        ("anna bob", ["anna", "bob"]),
        ("Anna Peeters to Bob", ["Anna Peeters", "Bob"]),
        ("@Anna Peeters @Bob Dubois", ["Anna Peeters", "Bob Dubois"]),
        ("anna à bob", ["anna", "bob"]),
        ("anna aan bob", ["anna", "bob"]),
        ("<@U1> <@U2|bob>", ["<@U1>", "<@U2|bob>"]),
        ("anna", ["anna"]),
        ("", []),
    ],
)
def test_two_names_are_read_however_they_are_typed(typed: str, names: list[str]) -> None:
    assert split_names(typed) == names


def test_a_portfolio_changes_hands_and_comes_back(english: World, file: tuple[int, int]) -> None:
    relation_id, contact_id = file
    claire, bram, on = english.collaborator(CLAIRE), english.collaborator(BRAM), in_30_days(english)
    for who in (claire, bram):
        bind_mailbox_of(english, who)
    guests = [Participation(contact_id=contact_id), Participation(collaborator_id=bram.id)]
    later = add_action(english, claire, relation_id, "Later", on=on + DAY, participants=guests)
    sooner = add_action(english, claire, relation_id, "Sooner", on=on - DAY)
    emma = english.person(EMMA)
    emma.types(f"/crm handover @claire @bram from {on:%d/%m/%Y}")
    emma.waits_for_view(
        "Handover", containing="From Claire Dubois to Bram de Vries: 1 file (Brasserie Dupont) and 1 open"
    )
    emma.fills(tell="Tell the guests")
    assert emma.submits() is None
    done = emma.waits_for_message("Handed over from")
    assert "On their way: 1 invitation (Els Peeters)" in text_of(done)
    assert [represents(english, relation_id, day) for day in (on - DAY, on)] == ["Claire Dubois", "Bram de Vries"]
    moved = action_with_id(english, later)
    assert (moved.owner_id, moved.followed_by_id, moved.sequence) == (bram.id, bram.id, 1)
    assert [row.contact_id for row in moved.participants] == [contact_id]
    assert action_with_id(english, sooner).owner_id == claire.id
    say_notices(english)
    for person in (english.person(CLAIRE), english.person(BRAM)):
        person.waits_for_message("Emma Clarke handed over from Claire Dubois to Bram de Vries")
    emma.presses("Undo", message=done)
    emma.waits_for_message("Taken back: 1 file and 1 open action.")
    assert represents(english, relation_id, on) == "Claire Dubois"
    back = action_with_id(english, later)
    assert (back.owner_id, back.followed_by_id) == (claire.id, claire.id)
    assert {row.collaborator_id for row in back.participants} == {None, bram.id}
    assert [mail["news"] for mail in mails_on_their_way(english) if mail["to"] == "Els Peeters"] == [
        "invitation",
        "update",
    ]
    assert emma.problems == []


def test_what_was_typed_last_is_read_before_it_is_done(english: World, file: tuple[int, int]) -> None:
    on = in_30_days(english)
    with english.office.book.writing() as session:
        now = english.office.now()
        other = add_relation(session, by=english.collaborator(CLAIRE), now=now, name="Zythos").id
        category_id = line_with_key(session, InvolvementCategory, "claims").id
        claire_id = english.collaborator(CLAIRE).id
        involve(session, by=english.collaborator(EMMA), relation_id=other, collaborator_id=claire_id,
                category_id=category_id, since_on=now.date(), now=now)  # fmt: skip
    claire = english.person(CLAIRE)
    claire.types(f"/crm handover claire to bram {on:%d/%m/%Y}")
    claire.waits_for_view("Handover", containing="2 files (Brasserie Dupont, Zythos)")
    claire.fills(matching="tournai")
    assert claire.submits() is None
    claire.waits_for_view(containing="read it, then save again")
    claire.waits_for_view(containing="1 file (Brasserie Dupont)")
    assert claire.submits() is None
    claire.waits_for_message("Handed over from")
    assert represents(english, file[0], on) == "Bram de Vries"


def test_only_an_administrator_hands_over_what_is_a_colleagues(english: World, file: tuple[int, int]) -> None:
    bram = english.person(BRAM)
    bram.types("/crm handover claire emma 1/1")
    bram.waits_for_view("Handover", containing="Only an administrator hands over what is a colleague’s.")
    bram.submits()
    assert represents(english, file[0], date(2040, 1, 1)) == "Claire Dubois"


def test_who_left_is_found_and_their_files_are_handed_over(english: World, file: tuple[int, int]) -> None:
    emma_row = english.collaborator(EMMA)
    action_id = add_action(english, english.collaborator(CLAIRE), file[0], starts=time(10))
    with english.office.book.writing() as session:
        deactivate_collaborator(session, english.collaborator(CLAIRE).id, by=emma_row)
    emma = english.person(EMMA)
    emma.types("/crm files")
    emma.presses("Nobody in charge", message=emma.waits_for_message("0 files"))
    shown = text_of(emma.waits_for_message("The representative has left the office"))
    assert "Brasserie Dupont" in shown
    emma.types("/crm handover claire bram")
    emma.waits_for_view("Handover", containing="1 file (Brasserie Dupont) and 1 open action.")
    assert emma.submits() is None
    emma.waits_for_message("Handed over from today on.")
    assert represents(english, file[0], english.office.now().date()) == "Bram de Vries"
    assert action_with_id(english, action_id).owner_id == english.collaborator(BRAM).id


def test_what_somebody_is_on_and_the_workload(english: World, file: tuple[int, int]) -> None:
    commission(english, file[0], "5", english.office.now().date())
    add_action(english, english.collaborator(CLAIRE), file[0])
    bram = english.person(BRAM)
    bram.types("/crm files claire")
    shown = bram.waits_for_message("1 file")
    assert "Brasserie Dupont — Representative, since" in text_of(shown)
    bram.presses("Workload", message=shown)
    load = text_of(bram.waits_for_message("Claire Dubois: 1 file, Representative 1, 1 open action"))
    assert "Bram de Vries: 1 file, Introduced by 1, 0 open actions" in load
    bram.types(f"/crm files claire {english.office.now().date() - DAY:%d/%m/%Y}")
    bram.waits_for_message("0 files — ")


def test_the_commission_report_is_as_of_a_day_and_shows_others_only_their_own(
    english: World, file: tuple[int, int]
) -> None:
    today = english.office.now().date()
    commission(english, file[0], "7.5", today - 10 * DAY)
    emma, bram, claire = (english.person(who) for who in (EMMA, BRAM, CLAIRE))
    for person in (emma, bram):
        person.types("/crm commission")
        person.waits_for_message("Brasserie Dupont: Introduced by 7.5%, since")
    claire.types("/crm commission")
    claire.waits_for_message("Nobody has a percentage on that day.")
    emma.types(f"/crm commission {today - 11 * DAY:%d/%m/%Y}")
    emma.waits_for_message("Nobody has a percentage on that day.")


def test_an_administrator_settles_commissions_up_to_a_day(english: World, file: tuple[int, int]) -> None:
    emma, bram = english.person(EMMA), english.person(BRAM)
    bram.types("/crm commission lock 31/12/2025")
    bram.waits_for_view(containing="Only an administrator can do this.")
    emma.types("/crm commission lock 31/12/2025")
    emma.waits_for_view("Settled commissions")
    assert emma.submits() is None
    emma.waits_for_message("Settled up to 31/12/2025.")


def test_who_becomes_the_representative_is_told(english: World, file: tuple[int, int]) -> None:
    claire = english.person(CLAIRE)
    claire.types("/crm who Dupont")
    claire.presses("Change from a day on", message=claire.waits_for_message("Representative: Claire Dubois"))
    claire.waits_for_view("Who is on it")
    claire.fills(**{"parts0.0.who": "Bram de Vries"})
    assert claire.submits() is None
    claire.waits_for_message("Saved, from today on.")
    say_notices(english)
    bram = english.person(BRAM)
    bram.waits_for_message("You represent the office at Brasserie Dupont from today on. Claire Dubois entered it.")
    wait_until(lambda: not any("You no longer" in text_of(one) for one in claire.messages()))
