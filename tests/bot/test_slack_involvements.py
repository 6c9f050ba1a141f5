"""Who is on a file, as a rep sees and changes it in Slack."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import add_dupont, wait_until
from world import BRAM, CLAIRE, EMMA, Person, World

from store.domain import line_with_key
from store.involvements import CommissionRule, InvolvementCategory, involve, involvements_of, lock_commissions

DAY = timedelta(days=1)


@pytest.fixture
def file(english: World) -> int:
    """Dupont, where Claire represents the office since today; representatives share 100 %."""
    relation_id, _contact_id = add_dupont(english)
    return relation_id


def today(world: World) -> date:
    return world.office.now().date()


def exactly_100(world: World) -> None:
    with world.office.book.writing() as session:
        line_with_key(session, InvolvementCategory, "representative").commission_rule = CommissionRule.EXACTLY_100


def put(world: World, relation_id: int, who: Person, key: str, since_on: date, percent: str | None = None) -> int:
    with world.office.book.writing() as session:
        row = involve(
            session,
            by=world.collaborator(EMMA),
            relation_id=relation_id,
            collaborator_id=world.collaborator(who).id,
            category_id=line_with_key(session, InvolvementCategory, key).id,
            since_on=since_on,
            commission=Decimal(percent) if percent else None,
            now=world.office.now(),
        )
        return row.id


def standing(world: World, relation_id: int, on: date | None = None) -> list[tuple[str, str, str]]:
    with world.office.book.reading() as session:
        rows = involvements_of(session, relation_id, asked_by=world.collaborator(EMMA), on=on or today(world))
        return sorted((row.category.key, row.collaborator.name, str(row.commission)) for row in rows)


def opens_the_block(person: SlackPerson) -> dict[str, Any]:
    person.types("/crm who Dupont")
    person.presses("Change from a day on", message=person.waits_for_message("Representative: Claire Dubois"))
    person.waits_for_view("Who is on it")
    return person.fields()


def test_the_whole_block_is_changed_in_one_save_until_it_is_exactly_100(english: World, file: int) -> None:
    claire = english.person(CLAIRE)
    opens_the_block(claire)
    claire.fills(**{"parts0.0.percent": "100"})
    assert claire.submits() is None
    claire.waits_for_message("Saved, from today on.")
    exactly_100(english)
    fields = opens_the_block(claire)
    assert fields["parts0.0.who"] == "Claire Dubois"
    claire.presses("involvements/parts0")
    claire.waits_for_view(containing="Representative")
    wait_until(lambda: "parts0.1.who" in claire.fields())
    claire.fills(**{"parts0.0.percent": "60", "parts0.1.who": "Bram de Vries", "parts0.1.percent": "30 %"})
    told = claire.submits()
    assert isinstance(told, dict)
    assert "Claire Dubois 60%, Bram de Vries 30%. 10% is left" in next(iter(told.values()))
    claire.fills(**{"parts0.1.percent": "40"})
    assert claire.submits() is None
    said = claire.waits_for_message("Representative: Bram de Vries, 40%")
    assert standing(english, file) == [
        ("representative", "Bram de Vries", "40.00"),
        ("representative", "Claire Dubois", "60.00"),
    ]
    claire.presses("Undo", message=said)
    claire.waits_for_message("Brasserie Dupont: it is as it was.")
    assert standing(english, file) == [("representative", "Claire Dubois", "100.00")]
    assert claire.problems == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("33.333", "The commission has at most two decimals."),
        ("101", "The commission must be from 0 to 100%."),
        ("-1", "The commission must be from 0 to 100%."),
        ("abc", "Type a number, such as 33.5."),
    ],
)
def test_a_wrong_percentage_is_told_at_its_field(english: World, file: int, typed: str, said: str) -> None:
    claire = english.person(CLAIRE)
    opens_the_block(claire)
    claire.fills(**{"parts0.0.percent": typed})
    assert claire.submits() == {"parts0.0.percent": said}
    claire.fills(**{"parts0.0.percent": "33,5"})
    assert claire.submits() is None
    claire.waits_for_message("Saved, from today on.")
    assert standing(english, file) == [("representative", "Claire Dubois", "33.50")]


def test_a_change_from_a_day_keeps_the_past_and_history_shows_both(english: World, file: int) -> None:
    claire, on = english.person(CLAIRE), today(english) + 10 * DAY
    opens_the_block(claire)
    claire.fills(on=on.isoformat())
    claire.fills(**{"parts0.0.who": "Bram de Vries"})
    assert claire.submits() is None
    said = claire.waits_for_message("Planned: Representative: Bram de Vries")
    assert standing(english, file, on - DAY) == [("representative", "Claire Dubois", "None")]
    assert standing(english, file, on) == [("representative", "Bram de Vries", "None")]
    claire.presses("History", message=said)
    shown = text_of(claire.waits_for_message("• "))
    assert f"{on:%d/%m/%Y} – …: Bram de Vries" in shown


def test_saving_leaves_everybody_in_the_categories_that_the_form_had_no_room_for(english: World, file: int) -> None:
    seats = [f"seat {number}" for number in range(11)]
    with english.office.book.writing() as session:
        for key in seats:
            session.add(InvolvementCategory(key=key, label_en=key, label_fr=key, label_nl=key, position=50))
    for key in seats:
        put(english, file, EMMA, key, today(english) - 9 * DAY)
    claire = english.person(CLAIRE)
    fields = opens_the_block(claire)
    assert sum(name.endswith(".who") for name in fields) == 10, "twelve categories are in use"
    claire.fills(**{next(name for name in fields if fields[name] == "Emma Clarke"): "Bram de Vries"})
    assert claire.submits() is None
    claire.waits_for_message("Saved, from today on.")
    names = [name for _key, name, _percent in standing(english, file)]
    assert (len(names), names.count("Bram de Vries"), names.count("Claire Dubois")) == (12, 1, 1)


def test_another_day_shows_who_is_there_that_day_unless_it_was_touched(english: World, file: int) -> None:
    put(english, file, BRAM, "claims", today(english) + 5 * DAY)
    claire = english.person(CLAIRE)
    opens_the_block(claire)
    claire.fills(on=(today(english) + 6 * DAY).isoformat())
    wait_until(lambda: "Bram de Vries" in claire.fields().values())


def test_the_second_editor_sees_what_changed_and_loses_nothing(english: World, file: int) -> None:
    claire, bram = english.person(CLAIRE), english.person(BRAM)
    opens_the_block(claire)
    opens_the_block(bram)
    bram.fills(**{"parts0.0.percent": "40"})
    assert bram.submits() is None
    bram.waits_for_message("Saved, from today on.")
    claire.presses("involvements/parts2")
    wait_until(lambda: "parts2.0.who" in claire.fields())
    claire.fills(**{"parts2.0.who": "Emma Clarke"})
    assert claire.submits() is None
    claire.waits_for_view(containing="Bram de Vries changed this meanwhile.")
    assert claire.fields()["parts0.0.percent"] == "40"
    assert claire.submits() is None
    claire.waits_for_message("Saved, from today on.")
    assert standing(english, file) == [("claims", "Emma Clarke", "None"), ("representative", "Claire Dubois", "40.00")]


def test_a_correction_rewrites_the_period_and_a_name_taken_out_was_a_mistake(english: World, file: int) -> None:
    put(english, file, BRAM, "claims", today(english) - 30 * DAY)
    claire = english.person(CLAIRE)
    claire.types("/crm who Dupont")
    message = claire.waits_for_message("Claims: Bram de Vries")
    row_id = put(english, file, EMMA, "claims", today(english) - 10 * DAY)
    claire.chooses(f"correct:{row_id - 1}", message=message)
    claire.waits_for_view("Correct a mistake", containing="Claims")
    names = sorted(name for name in claire.fields() if name.startswith("periods.") and name.endswith(".who"))
    assert len(names) == 2
    claire.fills(**{names[1]: None, names[0].replace(".who", ".since"): (today(english) - 40 * DAY).isoformat()})
    assert claire.submits() is None
    claire.waits_for_message("Brasserie Dupont: Corrected.")
    assert standing(english, file, today(english) - 40 * DAY) == [("claims", "Bram de Vries", "None")]
    assert ("claims", "Emma Clarke", "None") not in standing(english, file)


def test_a_part_ends_on_a_day_or_was_entered_by_mistake_and_comes_back(english: World, file: int) -> None:
    row_id = put(english, file, BRAM, "claims", today(english) - 30 * DAY)
    claire = english.person(CLAIRE)
    claire.types("/crm who Dupont")
    message = claire.waits_for_message("Claims: Bram de Vries")
    claire.chooses(f"end:{row_id}", message=message)
    claire.waits_for_view("End this")
    claire.fills(until=(today(english) - 60 * DAY).isoformat())
    assert claire.submits() == {"until": "The last day must not be before the first."}
    claire.fills(until=today(english).isoformat())
    assert claire.submits() is None
    ended = claire.waits_for_message("Bram de Vries is on it until today.")
    assert ("claims", "Bram de Vries", "None") not in standing(english, file, today(english) + DAY)
    claire.presses("Undo", message=ended)
    claire.waits_for_message("it is as it was")
    claire.chooses(f"delete:{row_id}", message=message)
    gone = claire.waits_for_message("What was entered about Bram de Vries is deleted.")
    assert standing(english, file) == [("representative", "Claire Dubois", "None")]
    claire.presses("Undo", message=gone)
    wait_until(lambda: len(standing(english, file)) == 2)


def test_what_is_settled_is_not_deleted_and_the_rep_is_told_until_when(english: World, file: int) -> None:
    row_id = put(english, file, BRAM, "introducer", today(english) - 30 * DAY, "5")
    with english.office.book.writing() as session:
        lock_commissions(session, by=english.collaborator(EMMA), until_on=today(english) - DAY)
    bram = english.person(BRAM)  # who knows his own percentage
    bram.types("/crm who Dupont")
    bram.chooses(f"delete:{row_id}", message=bram.waits_for_message("Bram de Vries, 5"))
    bram.waits_for_message(f"Commissions are settled up to {today(english) - DAY:%d/%m/%Y}: choose a later day.")
    assert ("introducer", "Bram de Vries", "5.00") in standing(english, file)


def test_who_was_on_a_file_on_a_day_is_asked_in_three_languages(world: World) -> None:
    relation_id, _contact_id = add_dupont(world)
    on = today(world) - 100 * DAY
    put(world, relation_id, BRAM, "claims", on)
    for who, line in ((CLAIRE, f"/crm qui Dupont {on:%d/%m/%Y}"), (BRAM, f"/crm wie Dupont {on:%d/%m/%Y}")):
        person = world.person(who)
        person.types(line)
        shown = text_of(person.waits_for_message("Bram de Vries"))
        assert "Claire Dubois" not in shown
        assert f"{on:%d/%m/%Y}" in shown


def test_the_relations_card_leads_to_its_internal_relations(english: World, file: int) -> None:
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    card = claire.waits_for_message("Rue du Moulin")
    if "Internal relations" in text_of(card):
        claire.chooses("Internal relations", message=card)
    else:
        claire.chooses("More…", message=card)
        claire.presses("Internal relations", message=claire.waits_for_message("Internal relations"))
    claire.waits_for_message("Representative: Claire Dubois, since")
