"""Who may know colleagues' percentages: the same rule wherever one could show."""

from __future__ import annotations

import csv
from datetime import timedelta
from decimal import Decimal

import pytest
from slack_person import text_of
from slack_stories import add_dupont
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, Person, World

from store.audit import AuditEntry
from store.base import BookError
from store.domain import line_with_key
from store.involvements import Holding, InvolvementCategory, change_from, involve, involvements_of
from store.portfolios import Wish, plan_handover

DAY = timedelta(days=1)
SHARE, OWN = "37.25", "12.75"


@pytest.fixture
def file(english: World) -> int:
    """Claire represents the office at Dupont and knows no percentage there; Bram introduced it, for 37.25 %."""
    relation_id, _contact_id = add_dupont(english)
    put(english, relation_id, BRAM, SHARE)
    return relation_id


def put(
    world: World, relation_id: int, who: Person, percent: str, *, days: tuple[int, int | None] = (-9, None)
) -> None:
    """`days` from today are the first and the last."""
    office, today = world.office, world.office.now().date()
    since_on, until_on = (today + day * DAY if day is not None else None for day in days)
    assert since_on
    with office.book.writing(actor_id=world.collaborator(EMMA).id, door="slack") as session:
        involve(session, by=world.collaborator(EMMA), relation_id=relation_id, since_on=since_on, until_on=until_on,
                collaborator_id=world.collaborator(who).id, commission=Decimal(percent), now=office.now(),
                category_id=line_with_key(session, InvolvementCategory, "introducer").id)  # fmt: skip


def doors(world: World, who: Person) -> dict[str, str]:
    """What the person meets wherever somebody's part in the file shows."""
    person, said = world.person(who), {}
    for name, typed, waits in (
        ("who", "/crm who Dupont", "Introduced by: Bram"),
        ("files", "/crm files Bram", "Introduced by"),
    ):
        person.types(typed)
        said[name] = text_of(person.waits_for_message(waits))
    person.types("/relation Dupont")
    person.chooses("Who changed what", message=person.waits_for_message("Rue du Moulin"))
    said["trail"] = text_of(person.waits_for_message("Emma"))
    person.types("/crm who Dupont")
    person.presses("Change from a day on", message=person.waits_for_message("Introduced by: Bram"))
    said["form"] = str(person.waits_for_view("Who is on it"))
    person.closes()
    person.types("/crm commission")
    said["report"] = text_of(person.waits_for_message("ommission"))
    return said


def test_charlie_meets_no_colleagues_percentage_at_any_door(english: World, file: int) -> None:
    assert {door for door, said in doors(english, CLAIRE).items() if "37.25" in said} == set()


@pytest.mark.parametrize("who", [EMMA, BRAM])
def test_an_administrator_and_whoever_has_a_percentage_there_meet_it_at_every_door(
    english: World, file: int, who: Person
) -> None:
    found = doors(english, who)
    assert {door for door, said in found.items() if "37.25" not in said} == set()


def test_who_has_a_percentage_on_the_file_knows_all_of_it_as_long_as_it_lasts(english: World, file: int) -> None:
    put(english, file, CLAIRE, OWN, days=(-9, -1))
    claire = english.person(CLAIRE)
    claire.types("/crm who Dupont")
    assert "37.25" not in text_of(claire.waits_for_message("Introduced by: Bram"))
    put(english, file, CLAIRE, OWN, days=(0, None))
    claire.types("/crm who Dupont")
    claire.waits_for_message("Introduced by: Bram de Vries, 37.25%")


def test_who_does_not_know_the_percentages_neither_changes_one_nor_gives_themselves_one(
    english: World, file: int
) -> None:
    claire, office = english.collaborator(CLAIRE), english.office
    with office.book.reading() as session:
        rows = involvements_of(session, file, asked_by=claire, on=None)
        introducer = next(row.category_id for row in rows if row.category.key == "introducer")
        represents = line_with_key(session, InvolvementCategory, "representative").id
    bram = english.collaborator(BRAM)
    for category_id, holding in (
        (introducer, Holding(introducer, bram.id)),
        (introducer, Holding(introducer, bram.id, Decimal(5))),
        (represents, Holding(represents, claire.id, Decimal(1))),
    ):
        with pytest.raises(BookError, match="changed by an administrator"), office.book.writing() as session:
            change_from(session, file, by=claire, on=office.now().date(), holdings=[holding], now=office.now(),
                        within=[category_id])  # fmt: skip


def test_a_handovers_preview_keeps_colleagues_percentages_to_itself(english: World, file: int) -> None:
    claire, bram, office = english.collaborator(CLAIRE), english.collaborator(BRAM), english.office
    with office.book.reading() as session:
        plan = plan_handover(session, Wish(claire.id, bram.id, office.now().date()), by=claire, now=office.now())
        said = str([one.error.values for one in plan.left])
        assert [relation.name for relation, _ids in plan.files] == ["Brasserie Dupont"]
    assert "37.25" not in said


def test_a_day_that_no_calendar_has_is_not_taken_for_today(english: World, file: int) -> None:
    claire = english.person(CLAIRE)
    claire.types("/crm commission 30/2")
    claire.waits_for_message("“30/2” is not a day")


def test_the_report_is_taken_along_as_a_file_under_the_same_rule_and_stands_in_the_trail(
    english: World, file: int
) -> None:
    bram = english.person(BRAM)
    bram.types("/crm commission")
    report = bram.waits_for_message("37.25%")
    bram.presses("As a text file (CSV)", message=report)
    message = bram.waits_for_message("1 line.")
    (row,) = csv.DictReader(bram.reads_file(message["files"][0]).decode("utf-8-sig").splitlines())
    assert (row["Collaborator"], row["Relation"], row["Commission (%)"]) == (
        "Bram de Vries",
        "Brasserie Dupont",
        "37.25",
    )
    with english.office.book.reading() as session:
        trail = session.scalars(select(AuditEntry).where(AuditEntry.kind == "export")).all()
        assert [(one.after["what"], one.actor_id) for one in trail] == [("commissions", english.collaborator(BRAM).id)]
