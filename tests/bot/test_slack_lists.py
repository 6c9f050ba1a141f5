"""Lists in Slack: a file sent to Rapport becomes relations and contacts, and what the book holds becomes a file."""

from __future__ import annotations

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import wait_until
from sqlalchemy import select
from world import CLAIRE, EMMA, World

from store.audit import AuditEntry
from store.importing import Import, ImportState, stop_import
from store.relations import Relation

CONTACTS = (
    "Société;Nom complet;E-mail;Truc\r\n"
    "Brasserie Dupont;Éloïse Peeters;els@dupont.example;x\r\n"
    "Brasserie Dupont;Jan Claes;no address;\r\n"
).encode("cp1252")


def _names(world: World) -> set[str]:
    with world.office.book.reading() as session:
        return set(session.scalars(select(Relation.name).where(Relation.deleted_at.is_(None))))


def _shown(message: dict[str, object]) -> str:
    """In one line: a card's words stand in pieces."""
    return " ".join(text_of(message).split())


def _sends(world: World, content: bytes = CONTACTS, name: str = "contacts.csv") -> SlackPerson:
    emma = world.person(EMMA)
    emma.uploads(name, content)
    return emma


def test_a_list_is_understood_tried_imported_and_taken_back(english: World) -> None:
    emma = _sends(english)
    card = emma.waits_for_message("Dry run")
    shown = _shown(card)
    assert "contacts.csv — Contacts" in shown
    assert "Société → Relation where they are" in shown
    assert "(Éloïse Peeters)" in shown
    assert "Left out: Truc" in shown
    emma.presses("Dry run", message=card)
    emma.waits_for_message("Tried without writing anything: 1 line added, 1 line refused.")
    assert _names(english) == set()
    emma.presses("Import", message=card)
    done = emma.waits_for_message("Imported: 1 line added, 1 line refused.")
    assert _names(english) == {"Brasserie Dupont", "Éloïse Peeters"}
    emma.waits_for_message("These lines were not taken over, or not whole.")
    emma.presses("Undo this import", message=done)
    emma.waits_for_message("Taken back.")
    assert _names(english) == set()


def test_a_column_is_given_another_field_and_the_card_says_so(english: World) -> None:
    emma = _sends(english)
    emma.presses("Change columns", message=emma.waits_for_message("Left out: Truc"))
    emma.waits_for_view("Columns", containing="4. Truc")
    emma.fills(**{"fields_of.3.contacts": "Function", "duplicates": "Every line is added"})
    assert emma.submits() is None
    card = emma.waits_for_message("Every line is added")
    assert "Truc → Function" in _shown(card)
    emma.presses("Change columns", message=card)
    emma.waits_for_view("Columns")
    emma.fills(**{"fields_of.3.contacts": "E-mail"})
    assert "E-mail and Truc fill the same field." in str(emma.submits())


def test_what_the_list_holds_can_be_changed_and_many_columns_are_paged(english: World) -> None:
    columns = ["Nom", *(f"C{number}" for number in range(44))]
    emma = _sends(english, f"{';'.join(columns)}\r\nDupont\r\n".encode())
    emma.presses("Change columns", message=emma.waits_for_message("Dry run"))
    emma.waits_for_view("Columns", containing="20. C18")
    emma.fills(**{"fields_of.1.relations": "Town"})
    emma.presses("Next columns")
    emma.waits_for_view("Columns", containing="40. C38")
    emma.presses("Next columns")
    emma.waits_for_view("Columns", containing="45. C43")
    emma.fills(what="Contacts")
    emma.fills(**{"fields_of.44.contacts": "Function"})
    assert emma.submits() is None
    shown = _shown(emma.waits_for_message("C43 →"))
    assert "contacts.csv — Contacts" in shown
    assert "C43 → Function" in shown


def test_an_import_that_was_killed_can_be_stopped_and_goes_on(english: World) -> None:
    emma = _sends(english)
    card = emma.waits_for_message("Dry run")
    with english.office.book.writing() as session:
        run = session.scalars(select(Import)).one()
        run.state = ImportState.RUNNING  # as a process leaves it that was killed
    emma.presses("Change columns", message=card)
    emma.waits_for_view("Columns")
    assert emma.submits() == {"what": "This import has begun: undo it, then send the file again."}
    emma.closes()
    emma.presses("Import", message=card)
    emma.waits_for_message("Imported: 1 line added")


def test_a_running_import_can_be_stopped_from_its_card(english: World) -> None:
    people = "".join(f"Dupont;Person {number};;\r\n" for number in range(2_000))
    emma = _sends(english, f"Société;Nom complet;E-mail;Truc\r\n{people}".encode())
    card = emma.waits_for_message("Dry run")
    emma.presses("Import", message=card)
    with english.office.book.writing() as session:
        stop_import(session, session.scalars(select(Import.id)).one(), by=english.collaborator(EMMA))
    shown = emma.waits_for_message("Undo this import")
    if "Stopped" in text_of(shown):
        emma.presses("Continue", message=shown)
    emma.waits_for_message("Imported: 2,000 lines added")


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"PK\x03\x04", "The file cannot be read"), (b"%PDF-1.7", "This is no list: Rapport reads CSV, Excel")],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(english: World, content: bytes, says: str) -> None:
    emma = _sends(english, content, "list.bin")
    emma.waits_for_message(says)


def test_only_an_administrator_imports_a_list(english: World) -> None:
    claire = english.person(CLAIRE)
    claire.uploads("contacts.csv", CONTACTS)
    claire.waits_for_message("Lists are brought in by an administrator")
    with english.office.book.reading() as session:
        assert session.scalars(select(Import)).all() == []


# Export


def test_an_export_is_handed_over_and_stands_in_the_trail(english: World) -> None:
    emma = _sends(english)
    emma.presses("Import", message=emma.waits_for_message("Dry run"))
    emma.waits_for_message("Imported: 1 line added")
    emma.types("/crm export")
    emma.waits_for_view("Export")
    emma.fills(what="Contacts", file_format="Text (CSV)")
    assert emma.submits() is None
    message = emma.waits_for_message("1 line.")
    assert [file["name"].partition(" ")[0] for file in message["files"]] == ["Contacts"]
    assert message["files"][0]["name"].endswith(".csv")
    with english.office.book.reading() as session:
        trail = session.scalars(select(AuditEntry).where(AuditEntry.kind == "export")).all()
        assert [(one.door, one.actor_id) for one in trail] == [("slack", english.collaborator(EMMA).id)]


def test_an_export_offers_no_vcards_of_actions_and_suppressions_to_administrators_alone(english: World) -> None:
    claire = english.person(CLAIRE)
    claire.types("/crm export")
    claire.waits_for_view("Export")
    blocks = {block["block_id"]: block for block in claire.view["blocks"]}
    assert "Addresses that get no mailings" not in str(blocks["what"])
    claire.fills(file_format="vCard 4")
    claire.fills(what="Actions")
    wait_until(lambda: "vCard" not in str(claire.view["blocks"]))
    assert claire.submits() is None
    claire.waits_for_message("There is nothing to export that you may see.")
