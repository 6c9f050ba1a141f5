"""Groups of contacts by a saved filter in Slack: saved, listed, changed, deleted, brought back, and used."""

from __future__ import annotations

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import add_dupont, bind_mailbox_of, wait_until
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, World

from store.administration import set_rights
from store.collaborators import Role, Scope
from store.contact_filters import ContactFilter, FilterFacts, save_filter
from store.contacts import add_contact
from store.mailings import Delivery


@pytest.fixture
def claire(english: World) -> SlackPerson:
    return english.person(CLAIRE)


def _save(world: World, name: str = "Tournaisiens") -> None:
    with world.office.book.writing() as session:
        facts, by = FilterFacts(name, towns="Tournai"), world.collaborator(CLAIRE)
        save_filter(session, by=by, facts=facts, now=world.office.now())


def test_a_group_is_saved_through_a_form_and_shows_whom_it_finds(english: World, claire: SlackPerson) -> None:
    add_dupont(english)
    claire.types("/crm groups")
    claire.presses("+ New group", message=claire.waits_for_message("No group yet."))
    claire.waits_for_view("Group by filter")
    claire.fills(name="Tournaisiens")
    assert claire.submits() == {"name": "Choose at least one thing to filter by."}
    claire.fills(towns="tournai", representative="Claire")
    assert claire.submits() is None
    shown = text_of(claire.waits_for_message("The group Tournaisiens is saved."))
    assert "1 contact" in shown
    assert "Els Peeters · Brasserie Dupont" in shown
    assert "tournai · Claire Dubois" in shown


def test_a_group_is_changed_deleted_and_brought_back(english: World, claire: SlackPerson) -> None:
    add_dupont(english)
    _save(english)
    claire.types("/crm groups tour")
    claire.presses("Edit", message=claire.waits_for_message("1 contact"))
    claire.waits_for_view("Group by filter", containing="Representative")
    assert (claire.fields()["name"], claire.fields()["towns"]) == ("Tournaisiens", "Tournai")
    claire.fills(name="Nobody", towns="Gent")
    assert claire.submits() is None
    claire.presses("Delete", message=claire.waits_for_message("The group Nobody is saved."))
    claire.presses("Undo", message=claire.waits_for_message("The group Nobody is deleted."))
    claire.waits_for_message("0 contacts")
    with english.office.book.reading() as session:
        row = session.scalars(select(ContactFilter)).one()
        assert (row.name, row.towns, row.deleted_at) == ("Nobody", "Gent", None)


def test_a_colleague_uses_a_group_and_gets_no_buttons_to_change_it(english: World) -> None:
    add_dupont(english)
    _save(english)
    bram = english.person(BRAM)
    bram.types("/crm groups")
    bram.presses("contact_filter/show", message=bram.waits_for_message("Tournaisiens"))
    shown = text_of(bram.waits_for_message("Els Peeters"))
    assert "contact_filter/delete" not in str(bram.last_message())
    assert "Brasserie Dupont" in shown


def test_contacts_of_a_relation_are_filtered_by_a_group(english: World, claire: SlackPerson) -> None:
    relation_id, _els = add_dupont(english)
    _save(english, "Dutch")
    with english.office.book.writing() as session:
        row = session.scalars(select(ContactFilter)).one()
        row.towns, row.language = "", "nl"
        by, now = english.collaborator(CLAIRE), english.office.now()
        add_contact(session, by=by, now=now, relation_id=relation_id, name="Piet", language="nl")
    claire.types("/crm contacts Dupont")
    claire.waits_for_message("Els Peeters")
    claire.picks("contact/list/filter", "Dutch")
    wait_until(lambda: "— Dutch" in text_of(claire.last_message()))
    shown = text_of(claire.last_message())
    assert ("Piet" in shown, "Els Peeters" in shown) == (True, False)


def test_a_mailing_to_a_group_stays_within_the_files_of_who_sends_it(english: World) -> None:
    add_dupont(english)
    bram_row, emma = english.collaborator(BRAM), english.collaborator(EMMA)
    _own, own_contact = add_dupont(english, by=bram_row, name="Charlie's own")
    _save(english)
    bind_mailbox_of(english, bram_row)
    with english.office.book.writing() as session:
        set_rights(session, bram_row.id, by=emma, role=Role.REP, scope=Scope.OWN, team_id=None)
    bram = english.person(BRAM)
    bram.types("/mailing")
    bram.presses("+ New mailing")
    bram.waits_for_view("Mailing")
    bram.fills(name="News", audience="The group Tournaisiens", subject_en="News", body_en="Good news")
    assert bram.submits() is None
    bram.waits_for_message("News is ready.")
    with english.office.book.reading() as session:
        assert list(session.scalars(select(Delivery.contact_id))) == [own_contact]
