"""What is still under way with a contact who leaves."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from contact_desk import TODAY, Desk
from dupont import new_collaborator

from store.action_facts import ActionFacts, Participation
from store.actions import Action, ActionType, Meaning, When
from store.base import BookError, NotAllowed
from store.contacts import Contact, edit_contact
from store.domain import line_with_key
from store.endings import set_meaning
from store.engine import Book
from store.handover import MailState
from store.leaving import left_behind
from store.mailboxes import Mailbox
from store.mailings import (
    Delivery,
    MailingMode,
    SkipReason,
    cancel_mailing,
    deliveries_of_person,
    leave_out,
    prepare_mailing,
    put_back_in,
)
from store.planning import plan_action


def _visit(desk: Desk, days: int, **facts: object) -> Action:
    when = When.hours(TODAY + timedelta(days=days), time(14), None, zone="Europe/Brussels", lasts=timedelta(hours=1))
    said = ActionFacts(
        relation_id=desk.dupont.id,
        type_id=line_with_key(desk.session, ActionType, "visit").id,
        subject=f"In {days} days",
        when=when,
        representative_id=desk.anna.id,
        **facts,  # type: ignore[arg-type]
    )
    return plan_action(desk.session, by=desk.anna, facts=said, now=desk.now)


def _mailing(desk: Desk, contact: Contact) -> Delivery:
    mailbox = Mailbox(collaborator_id=desk.anna.id, address="anna@office.example", server="exchange", bound_at=desk.now)
    desk.session.add(mailbox)
    desk.session.flush()
    prepare_mailing(
        desk.session,
        by=desk.anna,
        name="Spring",
        topic_id=None,
        mailbox_id=mailbox.id,
        mode=MailingMode.DIRECT,
        delay_s=0,
        texts={"fr": ("Nouvelles", "Bonjour")},
        contact_ids=[contact.id],
        now=desk.now,
    )
    return deliveries_of_person(desk.session, contact.person_id, asked_by=desk.anna)[0]


def test_actions_to_come_mailings_under_way_and_first_places_are_told(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail="els@dupont.example", kind_ids=[desk.purchases, desk.payable])
        bram = desk.contact("Bram", kind_ids=[desk.purchases])
        _visit(desk, 0, contact_id=els.id)
        second = _visit(desk, 9, participants=(Participation(contact_id=els.id),))
        first = _visit(desk, 2, contact_id=els.id)
        off = _visit(desk, 3, contact_id=els.id)
        set_meaning(session, by=desk.anna, action_id=off.id, meaning=Meaning.CANCELLED, now=book.now())
        _visit(desk, 3, contact_id=bram.id)
        delivery = _mailing(desk, els)
        found = left_behind(session, els, asked_by=desk.anna, last_on=TODAY)
        assert [one.id for one in found.actions] == [first.id, second.id]
        assert [one.id for one in found.deliveries] == [delivery.id]
        assert {(one.kind.key, one.follower) for one in found.first_places} == {
            ("purchases", bram),
            ("accounts_payable", None),
        }
        assert left_behind(session, bram, asked_by=desk.anna, last_on=TODAY + timedelta(days=30)).is_empty
        edit_contact(
            session, bram.id, by=desk.anna, now=book.now(), kind_ids=[desk.purchases], ranks={desk.purchases: 1}
        )
        found = left_behind(session, els, asked_by=desk.anna, last_on=TODAY)
        assert [one.kind.key for one in found.first_places] == ["accounts_payable"]


def test_a_colleagues_private_action_is_not_told(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        charlie, _mailbox = new_collaborator(session, "Charlie")
        els = desk.contact("Els")
        _visit(desk, 2, contact_id=els.id, is_private=True)
        assert len(left_behind(session, els, asked_by=desk.anna, last_on=TODAY).actions) == 1
        assert left_behind(session, els, asked_by=charlie, last_on=TODAY).is_empty


def test_a_mailing_goes_on_without_who_left_and_that_can_be_taken_back(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        delivery = _mailing(desk, desk.contact("Els", mail="els@dupont.example"))
        leave_out(session, delivery.id, by=desk.anna, now=book.now())
        assert (delivery.state, delivery.skipped_because) == (MailState.SKIPPED, SkipReason.LEFT)
        with pytest.raises(BookError, match="meanwhile"):
            leave_out(session, delivery.id, by=desk.anna, now=book.now())
        put_back_in(session, delivery.id, by=desk.anna)
        assert (delivery.state, delivery.failure, delivery.finished_at) == (MailState.QUEUED, "", None)
        cancel_mailing(session, by=desk.anna, mailing_id=delivery.mailing_id, now=book.now())
        session.expire_all()
        with pytest.raises(BookError, match="meanwhile"):
            put_back_in(session, delivery.id, by=desk.anna)


def test_only_who_prepared_a_mailing_leaves_somebody_out(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        charlie, _mailbox = new_collaborator(session, "Charlie")
        delivery = _mailing(desk, desk.contact("Els", mail="els@dupont.example"))
        with pytest.raises(NotAllowed):
            leave_out(session, delivery.id, by=charlie, now=book.now())
