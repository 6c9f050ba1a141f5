"""Contacts in Slack, beside the stories: what two people change at the same time, and what the ⋮ menu does."""

from __future__ import annotations

from slack_person import SlackPerson, text_of
from slack_stories import add_dupont, bind_mailbox_of, wait_until
from world import BRAM, CLAIRE, EMMA, World

from bot.slack.contacts import refuses_mailings
from store.addresses import MailLine
from store.consent import ConsentSource, SuppressionReason, facts_of, suppress
from store.contacts import Contact, contacts_of, mail_for
from store.mailboxes import mailbox_of
from store.mailings import MailingMode, prepare_mailing
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


def _at_the_contacts(world: World) -> tuple[SlackPerson, int, Contact]:
    relation_id, contact_id = add_dupont(world)
    claire = world.person(CLAIRE)
    _shows_the_contacts(claire)
    with world.office.book.reading() as session:
        return claire, relation_id, session.get_one(Contact, contact_id)


def _shows_the_contacts(claire: SlackPerson) -> None:
    claire.types("/relation Dupont")
    claire.presses("Contacts", message=claire.waits_for_message("Rue du Moulin"))
    claire.waits_for_message("+ New contact")


def _is_refusing(world: World, contact: Contact) -> bool:
    with world.office.book.reading() as session:
        return refuses_mailings(session, contact)


def test_a_refusal_told_to_a_collaborator_is_written_down_shown_and_taken_back(english: World) -> None:
    claire, _relation_id, els = _at_the_contacts(english)
    claire.chooses("Wants no mailings", message=claire.waits_for_message("els@dupont.example"))
    refused = claire.waits_for_message("Els Peeters gets no mailings any more.")
    assert _is_refusing(english, els)
    claire.presses("Undo", message=refused)
    wait_until(lambda: "gets no mailings" not in text_of(claire.last_message()))
    assert not _is_refusing(english, els)
    claire.chooses("Wants no mailings", message=claire.waits_for_message("els@dupont.example"))
    claire.waits_for_message("gets no mailings any more.")
    _shows_the_contacts(claire)
    card = claire.waits_for_message("Wants no mailings")
    claire.chooses("Wants mailings again", message=card)
    claire.waits_for_view("Mailings again")
    claire.fills(wording="By phone on 3 May")
    assert claire.submits() is None
    claire.waits_for_message("Els Peeters gets mailings again.")
    with english.office.book.reading() as session:
        last = facts_of(session, els.person_id)[0]
        assert (last.is_given, last.source, last.wording) == (True, ConsentSource.COLLABORATOR, "By phone on 3 May")


def test_only_an_administrator_lets_an_address_back_in_that_left_by_itself(english: World) -> None:
    claire, _relation_id, els = _at_the_contacts(english)
    with english.office.book.writing() as session:
        suppress(session, "els@dupont.example", reason=SuppressionReason.UNSUBSCRIBED, now=english.office.now())
    for person, may in ((claire, False), (english.person(EMMA), True)):
        _shows_the_contacts(person)
        person.chooses("Wants mailings again", message=person.waits_for_message("Wants no mailings"))
        person.waits_for_view("Mailings again")
        person.fills(wording="By mail")
        assert person.submits() is None
        if not may:
            person.waits_for_view(containing="only an administrator")
            person.closes()
        assert _is_refusing(english, els) is not may


def test_a_contact_entered_by_mistake_goes_and_comes_back(english: World) -> None:
    claire, relation_id, els = _at_the_contacts(english)
    claire.chooses("Entered by mistake: delete", message=claire.waits_for_message("els@dupont.example"))
    gone = claire.waits_for_message("Els Peeters is no longer a contact of Brasserie Dupont.")
    with english.office.book.reading() as session:
        assert contacts_of(session, relation_id, asked_by=english.collaborator(CLAIRE), on=None) == []
    claire.presses("Undo", message=gone)
    wait_until(lambda: "no longer a contact" not in text_of(claire.last_message()))
    with english.office.book.reading() as session:
        found = contacts_of(session, relation_id, asked_by=english.collaborator(CLAIRE), on=None)
        assert [one.id for one in found] == [els.id]


def test_the_list_of_sendings_says_what_somebody_was_sent_and_why_not(english: World) -> None:
    claire, _relation_id, els = _at_the_contacts(english)
    row = english.collaborator(CLAIRE)
    bind_mailbox_of(english, row)
    with english.office.book.writing() as session:
        now = english.office.now()
        mailbox = mailbox_of(session, row.id)
        assert mailbox is not None
        for name in ("Spring", "Autumn"):
            prepare_mailing(
                session, by=row, name=name, topic_id=None, mailbox_id=mailbox.id, mode=MailingMode.DIRECT, delay_s=0,
                texts={"fr": ("Nouvelles", "Bonjour")}, contact_ids=[els.id], now=now,
            )  # fmt: skip
            suppress(session, "els@dupont.example", reason=SuppressionReason.BOUNCED, now=now)
    claire.chooses("List of sendings", message=claire.waits_for_message("els@dupont.example"))
    shown = text_of(claire.waits_for_message("Spring — waits"))
    assert "Autumn — does not want mailings any more" in shown
