"""A person's own data in Slack: the copy, the hold and the erasure, for administrators alone."""

from __future__ import annotations

import io
import json
from zipfile import ZipFile

import pytest
from slack_person import SlackPerson, text_of
from slack_screen import NotOnScreen
from slack_stories import add_dupont
from world import CLAIRE, EMMA, World

from store.contacts import Contact


def _opens_personal_data(world: World) -> SlackPerson:
    emma = world.person(EMMA)
    emma.types("/relation Dupont")
    emma.presses("Contacts", message=emma.waits_for_message("Rue du Moulin"))
    emma.chooses("Personal data", message=emma.waits_for_message("els@dupont.example"))
    return emma


def test_an_administrator_hands_a_person_a_readable_copy_of_their_data_in_their_language(english: World) -> None:
    relation_id, contact_id = add_dupont(english)
    with english.office.book.writing() as session:
        session.get_one(Contact, contact_id).person.language = "nl"
    emma = _opens_personal_data(english)
    emma.presses("Copy of the data", message=emma.waits_for_message("Erase for good"))
    said = emma.waits_for_message("All that the book holds about Els Peeters.")
    with ZipFile(io.BytesIO(emma.reads_file(said["files"][0]))) as archive:
        tables, page = json.loads(archive.read("data.json")), archive.read("personal-data.html").decode()
    assert tables["contact"][0]["relation"] == "Brasserie Dupont", "names stand beside ids"
    assert tables["contact"][0]["relation_id"] == relation_id
    assert '<html lang="nl">' in page
    for said in ("Els Peeters", "Brasserie Dupont", "els@dupont.example", "Contactpersoon bij", "Nederlands"):
        assert said in page, said
    assert "http" not in page, "it needs nothing beside it"
    assert tables["relation"][0]["name"] == "Els Peeters"
    assert [row["mail"] for row in tables["mail_address"]] == ["els@dupont.example"]


def test_a_person_is_erased_only_after_a_tick_a_reason_and_no_hold(english: World) -> None:
    _relation_id, contact_id = add_dupont(english)
    emma = _opens_personal_data(english)
    emma.presses("Put on legal hold", message=emma.waits_for_message("Erase for good"))
    emma.waits_for_view("Legal hold")
    emma.fills(reason="Claim 2026/17")
    assert emma.submits() is None
    held = emma.waits_for_message("Kept until somebody lifts it: Claim 2026/17 (Emma")
    assert "Erase for good" not in text_of(held)
    emma.presses("Lift the hold", message=held)
    emma.presses("Erase for good", message=emma.waits_for_message("Erase for good"))
    emma.waits_for_view("Erase for good", containing="Els Peeters")
    emma.fills(reason="By letter of 3 May")
    assert emma.submits() == {"is_sure": "Tick this to go on."}
    emma.fills(is_sure=True)
    assert emma.submits() is None
    emma.waits_for_message("Erased.")
    with english.office.book.reading() as session:
        person = session.get_one(Contact, contact_id).person
        assert person.name == f"#{person.id}"


def test_personal_data_is_no_business_of_a_rep(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    claire.presses("Contacts", message=claire.waits_for_message("Rue du Moulin"))
    with pytest.raises(NotOnScreen):
        claire.chooses("Personal data", message=claire.waits_for_message("els@dupont.example"))
