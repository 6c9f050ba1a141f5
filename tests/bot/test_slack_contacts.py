"""Contacts in Slack, beside the stories: what two people change at the same time, and what the ⋮ menu does."""

from __future__ import annotations

from slack_stories import add_dupont
from world import BRAM, CLAIRE, World

from store.addresses import MailLine
from store.contacts import Contact, mail_for
from store.relations import edit_relation


def test_a_colleagues_correction_of_the_person_is_not_undone_by_the_contact_form(english: World) -> None:
    _relation_id, contact_id = add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    claire.presses("Contacts", message=claire.waits_for_message("Rue du Moulin"))
    claire.chooses("Edit", message=claire.waits_for_message("els@dupont.example"))
    claire.waits_for_view("Contact", containing="What this person does there")
    with english.office.book.writing() as session:
        person_id = session.get_one(Contact, contact_id).person_id
        corrected = [MailLine("els.peeters@dupont.example")]
        edit_relation(
            session,
            person_id,
            by=english.collaborator(BRAM),
            now=english.office.now(),
            name="Elsa Peeters",
            mails=corrected,
        )
    claire.fills(function="Purchases")
    assert claire.submits() is None
    claire.waits_for_view("Contact", containing="Somebody changed this meanwhile. Taken over: Name, E-mail.")
    with english.office.book.reading() as session:
        contact = session.get_one(Contact, contact_id)
        assert (contact.person.name, mail_for(session, contact)) == ("Elsa Peeters", "els.peeters@dupont.example")
    assert claire.submits() is None, "saving again is a decision"
    claire.waits_for_message("Elsa Peeters is changed.")
