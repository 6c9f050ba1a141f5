"""What a contact is subscribed to: topic by topic, with the master switch above them."""

from __future__ import annotations

from typing import Any

import pytest
from contact_desk import Desk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.base import BookError
from store.collaborators import Role, add_collaborator
from store.consent import (
    ConsentSource,
    MailingTopic,
    SuppressionReason,
    facts_of,
    give_consent,
    refusal,
    suppress,
    withdraw_consent,
)
from store.contacts import Contact
from store.domain import listed
from store.engine import Book
from store.subscriptions import mailings_of, put_mailings, refuse_all, take_back_refusal

MAIL = "els@dupont.example"


def _wanted(desk: Desk, contact: Contact) -> tuple[bool, set[str]]:
    found = mailings_of(desk.session, contact)
    return found.receives, {one.topic.key for one in found.topics if one.is_wanted}


def _put(desk: Desk, contact: Contact, receives: bool, *keys: str, wording: str = "By phone") -> None:
    ids = [one.id for one in listed(desk.session, MailingTopic) if one.key in keys]
    put_mailings(desk.session, contact, receives=receives, topic_ids=ids, wording=wording, by=desk.anna, now=desk.now)


ALL = {"newsletter", "offers", "events"}


def test_each_topic_says_its_state_its_source_and_its_date(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail=MAIL)
        assert _wanted(desk, els) == (True, ALL)
        _put(desk, els, True, "newsletter", "events")
        states = {one.topic.key: one for one in mailings_of(session, els).topics}
        refused = states["offers"].fact
        assert refused is not None
        assert (refused.is_given, refused.source, refused.at) == (False, ConsentSource.COLLABORATOR, book.now())
        assert states["newsletter"].fact is None, "nobody said anything about it"
        _put(desk, els, True, *ALL, wording="Asked at the fair")
        given = {one.topic.key: one for one in mailings_of(session, els).topics}["offers"].fact
        assert given is not None
        assert (given.is_given, given.wording) == (True, "Asked at the fair")


def test_the_master_switch_covers_every_topic_and_comes_back_with_what_was_refused_before(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail=MAIL)
        _put(desk, els, True, "newsletter", "events")
        _put(desk, els, False)
        assert _wanted(desk, els) == (False, set())
        states = mailings_of(session, els).topics
        assert {one.topic.key for one in states if one.when_lifted} == {"newsletter", "events"}
        _put(desk, els, True, "newsletter")
        assert _wanted(desk, els) == (True, {"newsletter"})


def test_who_refused_everything_and_asks_for_one_topic_has_that_one(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail=MAIL)
        said: dict[str, Any] = {"person_id": els.person_id, "source": ConsentSource.PERSON, "now": book.now()}
        withdraw_consent(session, topic_id=None, **said)
        events = next(one for one in listed(session, MailingTopic) if one.key == "events")
        give_consent(session, topic_id=events.id, **said)
        assert _wanted(desk, els) == (True, {"events"})


def test_a_yes_says_where_it_comes_from(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail=MAIL)
        _put(desk, els, False, wording="")
        with pytest.raises(BookError) as told:
            _put(desk, els, True, *ALL, wording=" ")
        assert told.value.field == "wording"


def test_what_stands_already_adds_no_fact(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail=MAIL)
        _put(desk, els, True, *ALL, wording="")
        _put(desk, els, False)
        _put(desk, els, False)
        assert len(facts_of(session, els.person_id)) == 1


def test_an_address_that_left_by_itself_is_let_in_by_an_administrator_alone(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail=MAIL)
        suppress(session, MAIL, reason=SuppressionReason.UNSUBSCRIBED, now=book.now())
        assert _wanted(desk, els)[0] is False
        with pytest.raises(BookError) as told:
            _put(desk, els, True, *ALL)
        assert told.value.field == "receives"
        desk.anna.role = Role.ADMIN
        _put(desk, els, True, *ALL)
        assert _wanted(desk, els) == (True, ALL)


@given(steps=st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from(sorted(ALL)))), max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_put_is_what_a_mailing_finds(book: Book, steps: list[tuple[bool, set[str]]]) -> None:
    with book.writers() as session:
        session.connection()
        desk = Desk(session, book)
        els = desk.contact("Els", mail=MAIL)
        for receives, keys in steps:
            _put(desk, els, receives, *keys)
            for topic in listed(session, MailingTopic):
                why = refusal(session, person_id=els.person_id, mail=MAIL, topic_id=topic.id)
                assert (why is None) == (receives and topic.key in keys)
        session.rollback()


def test_undoing_a_refusal_leaves_what_the_person_said_as_it_was(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail=MAIL)
        said: dict[str, Any] = {"wording": "told a collaborator", "by": desk.anna, "now": desk.now}
        slip = refuse_all(session, els, **said)
        assert slip is not None
        assert _wanted(desk, els)[0] is False
        take_back_refusal(session, els, slip.id, by=desk.anna)
        take_back_refusal(session, els, slip.id, by=desk.anna)
        assert facts_of(session, els.person_id) == [], "nobody said yes"
        withdraw_consent(session, person_id=els.person_id, topic_id=None, source=ConsentSource.PERSON, now=desk.now)
        assert refuse_all(session, els, **said) is None, "it was refused already: there is nothing to take back"
        assert [one.source for one in facts_of(session, els.person_id)] == [ConsentSource.PERSON]


def test_a_refusal_is_not_undone_by_a_colleague_nor_once_something_was_said_since(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", mail=MAIL)
        slip = refuse_all(session, els, wording="told a collaborator", by=desk.anna, now=desk.now)
        assert slip is not None
        bram = add_collaborator(session, name="Bram", mail="bram@office.example", now=desk.now)
        take_back_refusal(session, els, slip.id, by=bram)
        assert _wanted(desk, els)[0] is False
        withdraw_consent(session, person_id=els.person_id, topic_id=None, source=ConsentSource.PERSON, now=desk.now)
        with pytest.raises(BookError, match="since"):
            take_back_refusal(session, els, slip.id, by=desk.anna)
        assert len(facts_of(session, els.person_id)) == 2
