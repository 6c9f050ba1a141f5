"""A linked document whose address does not open any more, as the card shows it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from slack_person import text_of
from slack_stories import add_action, add_dupont
from world import CLAIRE, World

from store.actions import Action
from store.linked_addresses import DEAD_AFTER
from store.linked_checking import addresses_due, follow_new, note_looked_at
from store.linked_documents import LinkedDocument, put_link


def test_the_card_tells_since_when_a_linked_document_has_not_opened_until_the_address_changes(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    action_id = add_action(english, english.collaborator(CLAIRE), relation_id)
    now = english.office.now()
    with english.office.book.writing() as session:
        document = LinkedDocument("Invoice", number="118", url="https://erp.example/118")
        put_link(session.get_one(Action, action_id), document)
        session.flush()
        follow_new(session, now=now)
        (address,) = addresses_due(session, now=now, limit=9)
        for day in range(DEAD_AFTER):
            note_looked_at(session, address.id, is_there=False, now=now + timedelta(days=day))
    claire = english.person(CLAIRE)
    claire.types("/crm relation Dupont")
    claire.presses("History", message=claire.waits_for_message("Contacts: Els Peeters"))
    claire.presses(":car: Open", message=claire.waits_for_message("History"))
    card = claire.waits_for_message("Invoice 118")
    since = f"{now.astimezone(ZoneInfo(english.collaborator(CLAIRE).zone)):%d/%m/%Y}"
    assert f"(has not opened since {since})" in text_of(card).replace("\n", "")
    claire.presses("Edit", message=card)
    claire.waits_for_view("Action")
    claire.fills(linked_url="https://erp.example/119")
    assert claire.submits() is None
    assert "has not opened" not in text_of(claire.waits_for_message("Changed."))
