"""What `/crm` and a bare name find, and how it is shown."""

from __future__ import annotations

import pytest
from slack_person import text_of
from slack_stories import add_dupont
from world import BRAM, CLAIRE, World

from store.documents import link_document
from store.notes import NoteFacts, write_note


def test_a_persons_name_leads_to_their_own_card(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/crm els peeters")
    card = claire.waits_for_message("Els Peeters")
    assert "Brasserie Dupont" in text_of(card)
    assert "Mailings" in text_of(card)
    assert "History" not in text_of(card)


def test_a_misspelt_name_is_asked_about(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/crm brassrie")
    asked = claire.waits_for_message("Did you mean one of these?")
    assert "Brasserie Dupont" in text_of(asked)
    claire.presses("Choose", message=asked)
    claire.waits_for_message("New action")


@pytest.mark.parametrize("typed", ["Brasserie Dupont", "BRASSERIE DUPONT SA"])
def test_who_is_called_just_as_typed_is_meant_though_others_are_found(english: World, typed: str) -> None:
    for name in ("Brasserie Dupont SA", "Brasserie Dupont & Fils", "Café Brasserie Dupont"):
        add_dupont(english, name=name)
    claire = english.person(CLAIRE)
    claire.types(f"/crm contacts {typed}")
    claire.waits_for_message("Contacts of Brasserie Dupont SA")
    claire.types("/crm contacts dupont")
    assert text_of(claire.waits_for_message("Which one do you mean?")).count("Brasserie Dupont") == 3


def test_a_name_of_three_thousand_letters_is_not_said_back_whole(english: World) -> None:
    claire = english.person(CLAIRE)
    claire.types(f"/crm {'wine' * 750}")
    said = claire.waits_for_message("Nothing in the book is called")
    assert len(said["text"]) < 250
    claire.presses("+ Add it as a relation", message=said)
    assert claire.waits_for_view("Relation")
    assert str(claire.fields()["name"]).startswith("winewine")


def test_documents_are_found_by_their_name(english: World) -> None:
    relation_id, _contact = add_dupont(english)
    office, row = english.office, english.collaborator(CLAIRE)
    with office.book.writing() as session:
        kept = office.shelf.keep(session, b"%PDF-1.4", media_type="application/pdf", now=office.now())
        link_document(session, kept, name="Cellar 2027.pdf", now=office.now(), by=row, relation_id=relation_id)
    claire = english.person(CLAIRE)
    claire.types("/crm cellar")
    assert "Cellar 2027.pdf · Brasserie Dupont" in text_of(claire.waits_for_message("Documents"))


def test_a_note_is_found_by_its_subject_and_opened_and_a_private_one_by_nobody_else(english: World) -> None:
    relation_id, _contact = add_dupont(english)
    office, bram = english.office, english.collaborator(BRAM)
    with office.book.writing() as session:
        for subject, is_private in (("Quiet sale", True), ("Quiet cellar", False)):
            facts = NoteFacts(relation_id, subject, office.now().date(), is_private=is_private)
            write_note(session, by=bram, facts=facts, now=office.now())
    claire = english.person(CLAIRE)
    claire.types("/crm quiet")
    found = claire.waits_for_message("Notes")
    assert "Quiet cellar · Brasserie Dupont" in text_of(found)
    assert "Quiet sale" not in text_of(found)
    claire.presses("Open", message=found)
    assert "Brasserie Dupont" in text_of(claire.waits_for_message("Quiet cellar"))
    claire.types("/crm sale")
    claire.waits_for_message("Nothing in the book is called")
