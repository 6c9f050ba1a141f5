"""Planning and changing actions from Slack."""

from __future__ import annotations

from slack_person import text_of
from slack_stories import (
    FAR,
    bind_mailbox_of,
    wait_until,
)
from world import CLAIRE, World


def test_a_rep_adds_a_relation_a_contact_and_an_action_and_completes_it(english: World) -> None:
    claire = english.person(CLAIRE)
    bind_mailbox_of(english, english.collaborator(CLAIRE))
    claire.types("/relation")
    claire.waits_for_view("Relation")
    claire.fills(**{"name": "Brasserie Dupont", "postal_addresses.0.street": "Rue du Moulin 12"})
    assert claire.submits() is None
    claire.waits_for_message("Brasserie Dupont")
    claire.types("/action Dup")
    claire.waits_for_view("Action", containing="Representative")
    claire.fills(contact="+ New contact")
    claire.waits_for_view("Contact")
    claire.fills(name="Els Peeters", mail="els@dupont.example", language="Nederlands")
    assert claire.submits() is None
    claire.waits_for_view("Action")
    wait_until(lambda: claire.fields()["contact"] == "Els Peeters")
    claire.fills(all_day=False)
    claire.waits_for_view("Action", containing="From")
    claire.fills(on=str(FAR), starts="14:00", guests="Els Peeters · Brasserie Dupont", colleagues="Bram de Vries")
    claire.waits_for_view(containing="“Save and invite” sends 2 invitations (Bram de Vries and Els Peeters)")
    assert claire.submits() is None
    card = text_of(claire.waits_for_message("Planned. On their way: 2 invitations"))
    assert "Visit · Brasserie Dupont" in card
    assert "Rue du Moulin 12" in card
    claire.presses("Complete")
    claire.waits_for_view("Complete")
    claire.fills(headline="Prices for 2027 agreed")
    assert claire.submits() is None
    claire.waits_for_message("is done")
    claire.types("/crm dupont")
    claire.presses("History", message=claire.waits_for_message("Contacts: Els Peeters"))
    claire.waits_for_message("Prices for 2027 agreed")
    assert claire.problems == []
