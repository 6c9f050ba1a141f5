"""`/crm report` in Slack: the form, the table, the file, and whose rows stand in it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from PIL import Image
from slack_person import text_of
from slack_stories import add_action, add_dupont, wait_until
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, Person, World

from store.audit import AuditEntry
from store.collaborators import Collaborator, Scope
from store.domain import line_with_key
from store.expenses import ExpenseFacts, book_expense
from store.relation_facts import What, note_by_hand
from store.statuses import RelationStatus


def spend(world: World, who: Person, amount: str, *, name: str = "Brasserie Dupont", is_private: bool = False) -> int:
    """On a visit of today; returns the relation's id."""
    by = world.collaborator(who)
    relation_id, _contact_id = add_dupont(world, by=by, name=name)
    today = world.office.now().date()
    action_id = add_action(world, by, relation_id, on=today, starts=None, is_private=is_private)
    facts = ExpenseFacts(Decimal(1), "EUR", description="parking", price=Decimal(amount))
    with world.office.book.writing() as session:
        book_expense(session, action_id, facts, by=by, now=world.office.now())
    return relation_id


def test_costs_are_shown_by_relation_with_the_total_and_taken_along_as_a_file(english: World) -> None:
    spend(english, EMMA, "1234.50")
    emma = english.person(EMMA)
    emma.types("/crm report")
    emma.waits_for_view("Reports")
    emma.submits()
    message = emma.waits_for_message("Costs of actions")
    said = text_of(message)
    assert "Brasserie Dupont" in said
    assert said.count("€1,234.50") == 3  # in the text, above the table and in it
    assert [block["type"] for block in message["blocks"] if block["type"] == "data_table"] == ["data_table"]
    emma.presses("As a text file (CSV)", message=message)
    file = emma.waits_for_message("1 line.")
    (row,) = csv.DictReader(emma.reads_file(file["files"][0]).decode("utf-8-sig").splitlines())
    assert (row["Relation"], row["Amount"], row["Currency"]) == ("Brasserie Dupont", "1234.50", "EUR")
    emma.presses("As an Excel file", message=message)
    wait_until(lambda: len(files := emma.last_message()["files"]) > 0 and files[0]["name"].endswith("xlsx"))
    content = emma.reads_file(emma.last_message()["files"][0])
    heads, cells = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(max_row=2, values_only=True)
    assert dict(zip(heads, cells, strict=True)) == dict(row) | {"Lines": 1, "Amount": 1234.5}, "numbers add up there"
    with english.office.book.reading() as session:
        trail = session.scalars(select(AuditEntry).where(AuditEntry.kind == "export")).all()
        assert [(one.after["what"], one.actor_id) for one in trail] == [("reports", english.collaborator(EMMA).id)] * 2


def test_charlie_sees_only_their_own_files_and_nobodys_private_costs(english: World) -> None:
    spend(english, EMMA, "111.00", name="Acme")
    spend(english, BRAM, "222.00", name="Zenith", is_private=True)
    spend(english, CLAIRE, "333.00", name="Maison Roy")
    with english.office.book.writing() as session:
        session.get_one(Collaborator, english.collaborator(CLAIRE).id).scope = Scope.OWN
    for who, sees in (
        (CLAIRE, {"Maison Roy"}),
        (EMMA, {"Acme", "Maison Roy"}),
        (BRAM, {"Acme", "Maison Roy", "Zenith"}),
    ):
        person = english.person(who)
        person.types("/crm report")
        person.waits_for_view()
        person.submits()
        said = text_of(person.waits_for_message("Maison Roy"))
        assert {name for name in ("Acme", "Zenith", "Maison Roy") if name in said} == sees


def test_a_period_that_ends_before_it_begins_is_told_at_its_last_day(english: World) -> None:
    emma, today = english.person(EMMA), english.office.now().date()
    emma.types("/crm report")
    emma.waits_for_view("Reports")
    emma.fills(span="From one day to another")
    emma.fills(first=today.isoformat(), last=(today - timedelta(days=1)).isoformat())
    assert "last day" in str(emma.submits())


@pytest.mark.parametrize(
    ("report", "waits"),
    [
        ("Prospects who became clients", "Net: 0"),
        ("Activity by representative", "Emma Clarke"),
        ("Neglected relations", "Brasserie Dupont"),
        ("Opportunities in progress", "Nothing here"),
        ("Commissions", "Nothing here"),
        ("Relations", "Brasserie Dupont"),
        ("Contacts", "Els Peeters"),
    ],
)
def test_every_report_is_opened_from_the_same_form(english: World, report: str, waits: str) -> None:
    spend(english, EMMA, "10.00")
    emma = english.person(EMMA)
    emma.types("/crm report")
    emma.waits_for_view("Reports")
    emma.fills(report=report)
    emma.submits()
    assert report in text_of(emma.waits_for_message(waits))


def test_what_winning_a_client_and_losing_one_cost_is_told_to_the_cent(english: World) -> None:
    today = english.office.now().date()
    for name, amount, before, after in (("Acme", "20.15", "prospect", "client"), ("Zen", "7.77", "client", "prospect")):
        relation_id = spend(english, EMMA, amount, name=name)
        with english.office.book.writing() as session:
            for key, on in ((before, today - timedelta(days=90)), (after, today)):
                told = {"on": on, "by": english.collaborator(EMMA), "now": english.office.now()}
                note_by_hand(session, relation_id, What.STATUS, line_with_key(session, RelationStatus, key).id, **told)
    emma = english.person(EMMA)
    emma.types("/crm report")
    emma.waits_for_view("Reports")
    emma.fills(report="Prospects who became clients")
    emma.submits()
    shown = emma.waits_for_message("Cost of those won: €20.15, Spent on those lost: €7.77")
    (table,) = [block for block in shown["blocks"] if block["type"] == "data_table"]
    rows = [[cell["text"] for cell in row] for row in table["rows"][1:]]
    assert [(row[1], *row[-3:]) for row in rows] == [("Acme", "90", "€20.15", "EUR"), ("Zen", "90", "€7.77", "EUR")]


def test_two_relations_or_more_are_drawn_as_a_chart_too(english: World) -> None:
    spend(english, EMMA, "10.00", name="Acme")
    spend(english, EMMA, "40.00", name="A relation with a name that no chart has room for")
    spend(english, EMMA, "30.00", name="A relation with a name that is as long")
    emma = english.person(EMMA)
    emma.types("/crm report")
    emma.waits_for_view("Reports")
    emma.submits()
    (chart,) = [
        block["chart"] for block in emma.waits_for_message("Acme")["blocks"] if block["type"] == "data_visualization"
    ]
    assert [(one["label"], one["value"]) for one in chart["series"][0]["data"]] == [
        ("A relation with a n…", 40.0),
        ("A relation with a… 2", 30.0),
        ("Acme", 10.0),
    ]


def test_a_chart_that_slack_refuses_comes_as_a_picture_beside_the_table(english: World) -> None:
    spend(english, EMMA, "10.00", name="Acme")
    spend(english, EMMA, "40.00", name="Zenith")
    english.workspace.faults.unknown_blocks.add("data_visualization")
    emma = english.person(EMMA)
    emma.types("/crm report")
    emma.waits_for_view("Reports")
    emma.submits()
    shown = emma.waits_for_message("As an Excel file")
    assert [block["type"] for block in shown["blocks"]] == ["rich_text", "data_table", "actions"]
    (picture,) = emma.waits_for_message("Costs of actions — EUR")["files"]
    image = Image.open(io.BytesIO(emma.reads_file(picture)))
    (count,) = [number for number, color in image.getcolors(1 << 16) or () if color == (0x1F, 0x3A, 0x5F)]
    assert count > 100 * 30  # a bar for each, the longer one as wide as there is room


def test_relations_are_narrowed_and_their_columns_chosen_in_an_order_for_table_and_file(english: World) -> None:
    spend(english, EMMA, "10.00", name="Acme")
    spend(english, EMMA, "40.00", name="Zenith")
    emma = english.person(EMMA)
    emma.types("/crm report")
    emma.waits_for_view("Reports")
    emma.fills(report="Relations", kind="Company", columns=["Town", "Name", "Company or person"], name="firms")
    assert emma.submits() is None
    shown = emma.waits_for_message("/crm report firms")
    (table,) = [block for block in shown["blocks"] if block["type"] == "data_table"]
    heads, *rows = [[cell["text"] for cell in row] for row in table["rows"]]
    assert heads == ["Town", "Name", "Company or person"]
    assert [row[1:] for row in rows] == [["Acme", "Company"], ["Zenith", "Company"]]
    emma.presses("As a text file (CSV)", message=shown)
    file = emma.waits_for_message("2 lines.")
    first, *_rest = emma.reads_file(file["files"][0]).decode("utf-8-sig").splitlines()
    assert first == "Town,Name,Company or person"


def test_relations_are_counted_by_what_is_chosen_and_drawn(english: World) -> None:
    spend(english, EMMA, "10.00", name="Acme")
    emma = english.person(EMMA)
    emma.types("/crm report")
    emma.waits_for_view("Reports")
    emma.fills(report="Relations", counted="Category")
    assert "columns" not in emma.fields()
    emma.submits()
    said = text_of(emma.waits_for_message("Relations"))
    assert "Total: 1" in said
    assert "None of them" in said


def test_a_kept_report_is_changed_from_its_menu_under_a_new_name(english: World) -> None:
    keeps(english, EMMA, "spent", shared=True)
    emma = english.person(EMMA)
    emma.types("/crm report list")
    emma.chooses("Edit", message=emma.waits_for_message("Kept reports"))
    emma.waits_for_view("Reports")
    emma.fills(report="Relations", name="firms")
    assert emma.submits() is None
    emma.waits_for_message("/crm report firms")
    emma.types("/crm report list")
    emma.waits_for_message("Relations · shared with the office")


def keeps(world: World, who: Person, name: str, *, shared: bool = False) -> None:
    person = world.person(who)
    person.types("/crm report")
    person.waits_for_view()
    person.fills(name=name, shared=shared)
    assert person.submits() is None
    person.waits_for_message(f"/crm report {name}")


def test_a_report_kept_under_a_name_runs_again_by_that_name(english: World) -> None:
    keeps(english, EMMA, "spent")
    spend(english, EMMA, "10.00", name="Acme")
    emma = english.person(EMMA)
    emma.types("/crm report SPENT")
    assert "€10.00" in text_of(emma.waits_for_message("Acme"))
    emma.types("/crm report nothing")
    emma.waits_for_message("No report is kept under “nothing”")


def test_a_shared_report_tells_charlie_only_what_charlie_may_see(english: World) -> None:
    spend(english, EMMA, "111.00", name="Acme", is_private=True)
    keeps(english, EMMA, "spent", shared=True)
    keeps(english, EMMA, "own")
    bram = english.person(BRAM)
    bram.types("/crm rapport lijst")
    listed = bram.waits_for_message("spent")
    assert "own" not in text_of(listed).split()
    bram.types("/crm rapport spent")
    assert "Acme" not in text_of(bram.waits_for_message("Costs of actions"))
    bram.types("/crm rapport own")
    bram.waits_for_message("“own”")


def test_a_kept_report_is_deleted_and_brought_back(english: World) -> None:
    keeps(english, EMMA, "spent")
    emma = english.person(EMMA)
    emma.types("/crm report list")
    emma.chooses("Delete", message=emma.waits_for_message("Kept reports"))
    told = emma.waits_for_message("no longer kept")
    emma.types("/crm report list")
    emma.waits_for_message("None yet")
    emma.presses("Undo", message=told)
    emma.waits_for_message("is kept again")
