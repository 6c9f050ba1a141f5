"""The contact person of an action: what the card says of them stands at the contact, and is copied nowhere."""

from __future__ import annotations

from slack_person import SlackPerson, text_of
from slack_stories import add_action, add_dupont, wait_until
from world import CLAIRE, World

from bot.record_links import Record, record_url
from store.contacts import edit_contact


def _card(person: SlackPerson, url: str) -> str:
    number = len(person.messages())
    person.types(f"/crm {url}")
    wait_until(lambda: len(person.messages()) > number)
    return text_of(person.last_message())


def test_the_contacts_details_are_those_of_today_not_a_copy(english: World) -> None:
    relation_id, contact_id = add_dupont(english)
    claire_row = english.collaborator(CLAIRE)
    action_id = add_action(english, claire_row, relation_id, "Prices 2027", contact_id=contact_id)
    claire, url = english.person(CLAIRE), record_url(english.office, Record("action", action_id))
    assert "els@dupont.example" in _card(claire, url)
    with english.office.book.writing() as session:
        told = {"phone": "+32 475 12 34 56", "mail": "new@dupont.example"}
        edit_contact(session, contact_id, by=claire_row, now=english.office.now(), **told)
    card = _card(claire, url)
    assert "0475 12 34 56" in card
    assert "new@dupont.example" in card
    assert "els@dupont.example" not in card
