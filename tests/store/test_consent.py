"""Who may receive mailings, whatever happened to them before."""

from __future__ import annotations

import pytest
from dupont import new_person
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from store.base import BookError, NotFound
from store.collaborators import Collaborator, Role, add_collaborator
from store.consent import (
    ConsentSource,
    Fact,
    MailingTopic,
    Refusal,
    SuppressionReason,
    facts_of,
    give_consent,
    refusal,
    refusal_in,
    refusals,
    suppress,
    withdraw_consent,
)
from store.engine import Book

PERSON, COLLABORATOR, IMPORT, MERGE = ConsentSource

_facts = st.lists(st.builds(Fact, st.sampled_from([None, 1, 2]), st.booleans(), st.sampled_from(ConsentSource)))
_topics = st.sampled_from([None, 1, 2])


def _els(session: Session, book: Book) -> int:
    return new_person(session, "Els").id


def _topic(session: Session, key: str) -> int:
    topic = MailingTopic(key=key, label_en=key, label_fr=key, label_nl=key)
    session.add(topic)
    session.flush()
    return topic.id


def _anna(session: Session, book: Book, *, is_admin: bool = False) -> Collaborator:
    return add_collaborator(
        session, name="Anna", mail="anna@office.example", role=Role.ADMIN if is_admin else Role.REP, now=book.now()
    )


def test_somebody_who_never_said_anything_may_receive(book: Book) -> None:
    with book.writing() as session:
        els = _els(session, book)
        assert refusal(session, person_id=els, mail="els@dupont.example", topic_id=None) is None


def test_refusing_one_topic_keeps_the_others(book: Book) -> None:
    with book.writing() as session:
        els, news, offers = _els(session, book), _topic(session, "news"), _topic(session, "offers")
        withdraw_consent(session, person_id=els, topic_id=news, source=PERSON, now=book.now())
        told = {
            topic: refusal(session, person_id=els, mail="els@dupont.example", topic_id=topic)
            for topic in (news, offers, None)
        }
    assert told == {news: Refusal.REFUSED_TOPIC, offers: None, None: None}


def test_refusing_everything_covers_every_topic_and_none(book: Book) -> None:
    with book.writing() as session:
        els, news = _els(session, book), _topic(session, "news")
        give_consent(session, person_id=els, topic_id=news, source=PERSON, now=book.now())
        withdraw_consent(session, person_id=els, topic_id=None, source=PERSON, now=book.now())
        for topic in (news, None):
            assert refusal(session, person_id=els, mail="e@d.example", topic_id=topic) is Refusal.REFUSED_ALL


def test_an_import_does_not_subscribe_again(book: Book) -> None:
    with book.writing() as session:
        els, news = _els(session, book), _topic(session, "news")
        withdraw_consent(session, person_id=els, topic_id=news, source=PERSON, now=book.now())
        for topic in (news, None):
            give_consent(session, person_id=els, topic_id=topic, source=IMPORT, now=book.now())
        assert refusal(session, person_id=els, mail="e@d.example", topic_id=news) is Refusal.REFUSED_TOPIC
        assert [fact.is_given for fact in facts_of(session, els)] == [True, True, False]


def test_a_collaborator_says_where_a_yes_comes_from(book: Book) -> None:
    with book.writing() as session:
        els, anna = _els(session, book), _anna(session, book)
        with pytest.raises(BookError) as told:
            give_consent(session, person_id=els, topic_id=None, source=COLLABORATOR, by=anna, now=book.now())
        assert told.value.field == "wording"
        withdraw_consent(session, person_id=els, topic_id=None, source=PERSON, now=book.now())
        give_consent(
            session,
            person_id=els,
            topic_id=None,
            source=COLLABORATOR,
            by=anna,
            wording="asked by phone on Friday",
            now=book.now(),
        )
        assert refusal(session, person_id=els, mail="e@d.example", topic_id=None) is None
        assert facts_of(session, els)[0].by_id == anna.id


def test_somebody_unknown_has_no_facts(book: Book) -> None:
    with book.writing() as session, pytest.raises(NotFound):
        withdraw_consent(session, person_id=999, topic_id=None, source=PERSON, now=book.now())


def test_a_suppressed_address_receives_nothing_however_it_is_written(book: Book) -> None:
    with book.writing() as session:
        els = _els(session, book)
        suppress(session, " Info@Dupont.example ", reason=SuppressionReason.BOUNCED, now=book.now())
        again = suppress(session, "info@dupont.example", reason=SuppressionReason.OFFICE, now=book.now())
        assert again.reason is SuppressionReason.BOUNCED
        give_consent(session, person_id=els, topic_id=None, source=PERSON, now=book.now())
        assert refusal(session, person_id=els, mail="INFO@dupont.example", topic_id=None) is Refusal.SUPPRESSED
        answers = refusals(session, [(els, "info@dupont.example"), (els, "els@dupont.example")], topic_id=None)
    assert answers == [Refusal.SUPPRESSED, None]


def test_a_thousand_recipients_are_answered_in_their_order(book: Book) -> None:
    with book.writing() as session:
        els = _els(session, book)
        suppress(session, "p777@dupont.example", reason=SuppressionReason.OFFICE, now=book.now())
        answers = refusals(session, [(els, f"p{n}@dupont.example") for n in range(1200)], topic_id=None)
    assert [n for n, answer in enumerate(answers) if answer is not None] == [777]


@given(_facts, _topics)
def test_what_follows_a_refusal_lifts_it_only_when_a_person_said_so(before: list[Fact], topic: int | None) -> None:
    refused = [*before, Fact(topic, False, IMPORT)]
    for source in (IMPORT, MERGE):
        for lifted in (None, topic):
            assert refusal_in([*refused, Fact(lifted, True, source)], topic) is not None
    assert refusal_in([*refused, Fact(None, True, PERSON), Fact(topic, True, PERSON)], topic) is None


@given(_facts, _facts, _topics)
def test_after_a_no_to_everything_only_a_lifting_yes_lets_anything_through(
    before: list[Fact], after: list[Fact], topic: int | None
) -> None:
    facts = [*before, Fact(None, False, PERSON), *after]
    said_yes = any(
        fact.is_given and fact.source in (PERSON, COLLABORATOR) and fact.topic_id in (None, topic) for fact in after
    )
    if not said_yes:
        assert refusal_in(facts, topic) is Refusal.REFUSED_ALL


@given(_facts, _facts)
def test_a_no_to_one_topic_outlives_every_general_yes(before: list[Fact], after: list[Fact]) -> None:
    facts = [*before, Fact(1, False, PERSON), *(fact for fact in after if fact.topic_id != 1)]
    assert refusal_in(facts, 1) is not None


@given(_facts, _topics)
def test_what_is_said_about_one_topic_does_not_touch_another(facts: list[Fact], topic: int | None) -> None:
    about_it = [fact for fact in facts if fact.topic_id in (None, topic)]
    assert refusal_in(facts, topic) == refusal_in(about_it, topic)
