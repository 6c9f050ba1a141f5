"""Contacts in Slack, beside the stories: what two people change at the same time, and what the ⋮ menu does."""

from __future__ import annotations

from typing import Any

from slack_person import SlackPerson, text_of
from slack_stories import add_action, add_dupont, bind_mailbox_of, wait_until
from world import BRAM, CLAIRE, EMMA, World

from store.addresses import MailLine
from store.consent import (
    ConsentSource,
    MailingTopic,
    Suppression,
    SuppressionReason,
    facts_of,
    suppress,
    withdraw_consent,
)
from store.contacts import Contact, contacts_of, mail_for
from store.domain import line_with_key
from store.handover import MailState
from store.invitations import Answer, Invitation, InvitationMail, Method
from store.mailboxes import mailbox_of
from store.mailings import Delivery, MailingMode, prepare_mailing, unsubscribe
from store.relations import Relation, edit_relation
from store.subscriptions import mailings_of


def test_a_colleagues_correction_of_the_person_is_not_undone_by_the_contact_form(english: World) -> None:
    _relation_id, contact_id = add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/relation Dupont")
    claire.presses("Contacts", message=claire.waits_for_message("New action"))
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
    claire.presses("Contacts", message=claire.waits_for_message("History"))
    claire.waits_for_message("+ New contact")


def _chooses_of_more(claire: SlackPerson, line: str) -> None:
    claire.chooses(line, message=claire.waits_for_message("els@dupont.example"))


def _is_refusing(world: World, contact: Contact) -> bool:
    with world.office.book.reading() as session:
        return not mailings_of(session, contact).receives


def test_a_refusal_told_to_a_collaborator_is_written_down_shown_and_taken_back(english: World) -> None:
    claire, _relation_id, els = _at_the_contacts(english)
    _chooses_of_more(claire, "Wants no mailings")
    refused = claire.waits_for_message("Els Peeters gets no mailings any more.")
    assert _is_refusing(english, els)
    claire.presses("Undo", message=refused)
    wait_until(lambda: "gets no mailings" not in text_of(claire.last_message()))
    assert not _is_refusing(english, els)
    with english.office.book.reading() as session:
        assert facts_of(session, els.person_id) == [], "nobody said yes"
    _chooses_of_more(claire, "Wants no mailings")
    claire.waits_for_message("gets no mailings any more.")
    _shows_the_contacts(claire)
    card = claire.waits_for_message("Wants no mailings")
    claire.chooses("Mailings", message=card)
    claire.waits_for_view("Mailings", containing="Include in mailings")
    claire.fills(receives=True)
    claire.waits_for_view("Mailings", containing="Newsletter")
    claire.fills(topics=["Newsletter", "Offers", "Events"])
    assert claire.submits() == {"wording": "Say how and when they asked for it."}
    claire.fills(wording="By phone on 3 May")
    assert claire.submits() is None
    claire.waits_for_message("Els Peeters gets all mailings.")
    with english.office.book.reading() as session:
        last = facts_of(session, els.person_id)[0]
        assert (last.is_given, last.source, last.wording) == (True, ConsentSource.COLLABORATOR, "By phone on 3 May")


def test_the_mailing_form_says_of_each_topic_what_stands_who_said_so_and_when(english: World) -> None:
    claire, _relation_id, _els = _at_the_contacts(english)
    claire.chooses("Mailings", message=claire.waits_for_message("els@dupont.example"))
    claire.waits_for_view("Mailings", containing="no choice known yet")
    assert claire.fields()["topics"] == ["Newsletter", "Offers", "Events"]
    claire.fills(topics=["Newsletter", "Events"], wording="Told me at the fair")
    assert claire.submits() is None
    card = claire.waits_for_message("Els Peeters gets mailings on: Newsletter and Events.")
    claire.chooses("Mailings", message=card)
    claire.waits_for_view("Mailings", containing="no: Claire Dubois noted it, today · Told me at the fair")
    assert claire.fields()["topics"] == ["Newsletter", "Events"]


def test_the_mailing_form_explains_how_mailings_are_left_and_who_can_come_back(english: World) -> None:
    claire, _relation_id, _els = _at_the_contacts(english)
    claire.chooses("Mailings", message=claire.waits_for_message("els@dupont.example"))
    claire.waits_for_view("Mailings", containing="only they can take that back, through you or by themselves.")


def test_a_refusal_that_a_colleague_noted_meanwhile_is_not_lifted_by_saving(english: World) -> None:
    claire, _relation_id, els = _at_the_contacts(english)
    claire.chooses("Mailings", message=claire.waits_for_message("els@dupont.example"))
    claire.waits_for_view("Mailings", containing="no choice known yet")
    with english.office.book.writing() as session:
        offers = line_with_key(session, MailingTopic, "offers").id
        said: dict[str, Any] = {"source": ConsentSource.PERSON, "now": english.office.now()}
        withdraw_consent(session, person_id=els.person_id, topic_id=offers, **said)
    claire.fills(wording="By phone")
    assert claire.submits() is None
    claire.waits_for_view("Mailings", containing="Somebody changed this meanwhile. Taken over: Topics.")
    assert claire.fields()["topics"] == ["Newsletter", "Events"]
    assert claire.submits() is None
    claire.waits_for_message("Els Peeters gets mailings on: Newsletter and Events.")


def test_only_an_administrator_lets_an_address_back_in_that_left_by_itself(english: World) -> None:
    claire, _relation_id, els = _at_the_contacts(english)
    with english.office.book.writing() as session:
        suppress(session, "els@dupont.example", reason=SuppressionReason.UNSUBSCRIBED, now=english.office.now())
    for person, may in ((claire, False), (english.person(EMMA), True)):
        _shows_the_contacts(person)
        person.chooses("Mailings", message=person.waits_for_message("Wants no mailings"))
        person.waits_for_view("Mailings", containing="Nothing goes to els@dupont.example: it left all mailings, today.")
        person.fills(receives=True, wording="By mail")
        answer = person.submits()
        if not may:
            assert isinstance(answer, dict)
            assert "only an administrator" in answer["receives"]
            person.closes()
        assert _is_refusing(english, els) is not may


def test_a_contact_entered_by_mistake_goes_and_comes_back(english: World) -> None:
    claire, relation_id, els = _at_the_contacts(english)
    _chooses_of_more(claire, "Entered by mistake: delete")
    gone = claire.waits_for_message("Els Peeters is no longer a contact of Brasserie Dupont.")
    with english.office.book.reading() as session:
        assert contacts_of(session, relation_id, asked_by=english.collaborator(CLAIRE), on=None) == []
    claire.presses("Undo", message=gone)
    wait_until(lambda: "no longer a contact" not in text_of(claire.last_message()))
    with english.office.book.reading() as session:
        found = contacts_of(session, relation_id, asked_by=english.collaborator(CLAIRE), on=None)
        assert [one.id for one in found] == [els.id]


def _sends(world: World, els: Contact, *names: str) -> list[int]:
    """Mailings prepared by Claire: ids of their deliveries."""
    row = world.collaborator(CLAIRE)
    with world.office.book.writing() as session:
        mailbox = mailbox_of(session, row.id)
        assert mailbox is not None
        for name in names:
            prepare_mailing(
                session, by=row, name=name, topic_id=None, mailbox_id=mailbox.id, mode=MailingMode.DIRECT, delay_s=0,
                texts={"fr": (f"Nouvelles {name}", "{{ salutation }},\n\nBonne nouvelle.")}, contact_ids=[els.id],
                now=world.office.now(),
            )  # fmt: skip
        return [one.id for one in session.query(Delivery).order_by(Delivery.id)]


def test_the_list_of_sendings_says_what_somebody_was_sent_and_why_not(english: World) -> None:
    claire, _relation_id, els = _at_the_contacts(english)
    bind_mailbox_of(english, english.collaborator(CLAIRE))
    _sends(english, els, "Spring")
    with english.office.book.writing() as session:
        suppress(session, "els@dupont.example", reason=SuppressionReason.BOUNCED, now=english.office.now())
    _sends(english, els, "Autumn")
    claire.chooses("List of sendings", message=claire.waits_for_message("els@dupont.example"))
    shown = text_of(claire.waits_for_message("Spring — directly · waits"))
    assert "Autumn — does not want mailings any more" in shown


def test_the_list_of_sendings_says_what_came_back_and_who_left_by_a_mail(english: World) -> None:
    claire, _relation_id, els = _at_the_contacts(english)
    bind_mailbox_of(english, english.collaborator(CLAIRE))
    for delivery_id in _sends(english, els, "Spring", "Summer", "Autumn"):
        with english.office.book.writing() as session:
            row, now = session.get_one(Delivery, delivery_id), english.office.now()
            row.state, row.handed_over_at, row.finished_at = MailState.SENT, now, now
    with english.office.book.writing() as session:
        unsubscribe(session, 1, from_all=False, now=english.office.now())
        session.query(Suppression).one().reason = SuppressionReason.BOUNCED
    claire.chooses("List of sendings", message=claire.waits_for_message("els@dupont.example"))
    shown = text_of(claire.waits_for_message("Spring — directly · sent · unsubscribed today"))
    assert "Autumn — directly · sent · came back" in shown
    assert shown.count("came back") == 1


def _invited(world: World, els: Contact, action_id: int, answer: Answer) -> None:
    now = world.office.now()
    with world.office.book.writing() as session:
        invitation = Invitation(
            action_id=action_id, mail="els@dupont.example", language="fr", contact_id=els.id, answer=answer,
            answered_at=None if answer is Answer.NEEDS_ACTION else now,
        )  # fmt: skip
        mail = InvitationMail(
            invitation=invitation, mailbox_id=1, method=Method.REQUEST, sequence=0, content={}, stamped_at=now,
            state=MailState.SENT, marker=str(action_id), message_id=f"<{action_id}@office.example>",
        )  # fmt: skip
        session.add_all([invitation, mail])


def test_the_list_of_sendings_shows_invitations_with_their_answers_but_not_those_of_anothers_private_action(
    english: World,
) -> None:
    claire, relation_id, els = _at_the_contacts(english)
    bind_mailbox_of(english, english.collaborator(CLAIRE))
    for who, subject, answer, is_private in (
        (CLAIRE, "Tasting", Answer.DECLINED, False),
        (CLAIRE, "Lunch", Answer.NEEDS_ACTION, False),
        (BRAM, "Secret", Answer.ACCEPTED, True),
    ):
        by = english.collaborator(who)
        action_id = add_action(english, by, relation_id, subject, contact_id=els.id, is_private=is_private)
        _invited(english, els, action_id, answer)
    claire.chooses("List of sendings", message=claire.waits_for_message("els@dupont.example"))
    shown = text_of(claire.waits_for_message("Invitation: Tasting — sent · declined today"))
    assert "Invitation: Lunch — sent · no answer yet" in shown
    assert "Secret" not in shown


def test_a_sending_shows_the_very_text_that_was_sent_whatever_changed_since(english: World) -> None:
    claire, relation_id, els = _at_the_contacts(english)
    bind_mailbox_of(english, english.collaborator(CLAIRE))
    _sends(english, els, "Spring")
    with english.office.book.writing() as session:
        for row in (session.get_one(Relation, els.person_id), session.get_one(Relation, relation_id)):
            row.name = "Changed since"
    claire.chooses("List of sendings", message=claire.waits_for_message("els@dupont.example"))
    claire.presses("Text", message=claire.waits_for_message("Spring"))
    text = text_of(claire.waits_for_view("What was sent", containing="Nouvelles Spring"))
    assert "Bonjour Els Peeters,\n\nBonne nouvelle." in text
    assert "To els@dupont.example" in text
    assert "Not sent yet" in text


def test_a_phone_that_lacks_a_digit_is_kept_as_typed_and_the_saved_contact_says_so(english: World) -> None:
    claire, _relation_id, _els = _at_the_contacts(english)
    claire.presses("+ New contact", message=claire.waits_for_message("+ New contact"))
    claire.waits_for_view("Contact")
    claire.fills(name="Bram Claes", phone="0475 12 34 5")
    assert claire.submits() is None
    said = text_of(claire.waits_for_message("Bram Claes is a contact of Brasserie Dupont."))
    assert "0475 12 34 5: no number that can be dialled" in said
    claire.presses("Edit", message=claire.last_message())
    claire.waits_for_view("Contact")
    claire.fills(phone="069 22/33/44")
    assert claire.submits() is None
    said = text_of(claire.waits_for_message("Bram Claes is changed."))
    assert "dialled" not in said
    assert "069 22 33 44" in said, "shown as it is dialled here, whatever way it was typed"
