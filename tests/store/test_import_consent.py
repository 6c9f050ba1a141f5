"""An import never makes anybody selectable for mailings who was not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from clock import Clock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imports import NOW, emma, imported
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.consent import (
    Consent,
    ConsentSource,
    Refusal,
    SuppressionReason,
    facts_of,
    refusal,
    suppress,
    withdraw_consent,
)
from store.contacts import Contact
from store.engine import Book
from store.importing import Duplicates, undo_import
from store.relations import Relation

COLUMNS = ("Company", "Name", "E-mail", "Mailings")


@pytest.fixture
def by(book: Book) -> Collaborator:
    return emma(book)


def _person(session: Session, name: str = "Els") -> Relation:
    query = select(Relation).where(Relation.name == name, Relation.deleted_at.is_(None))
    return session.scalars(query.order_by(Relation.id.desc())).first() or pytest.fail(f"no {name}")


def test_a_yes_counts_where_nothing_was_said_and_names_its_source(book: Book, by: Collaborator) -> None:
    imported(book, by, COLUMNS, ("Dupont", "Els", "els@d.example", "oui"), ("Dupont", "Jan", "jan@d.example", ""))
    with book.reading() as session:
        (fact,) = facts_of(session, _person(session).id)
        assert (fact.is_given, fact.source, fact.by_id) == (True, ConsentSource.IMPORT, by.id)
        assert fact.wording == "list.csv"
        assert facts_of(session, _person(session, "Jan").id) == []
    imported(book, by, COLUMNS, ("Dupont", "Els", "els@d.example", "yes"), duplicates=Duplicates.FILL)
    with book.reading() as session:
        assert len(session.scalars(select(Consent)).all()) == 1, "said once"


def test_a_no_in_the_list_is_a_refusal(book: Book, by: Collaborator) -> None:
    imported(book, by, COLUMNS, ("Dupont", "Els", "els@d.example", "nee"))
    with book.reading() as session:
        els = _person(session)
        assert refusal(session, person_id=els.id, mail="els@d.example", topic_id=None) is Refusal.REFUSED_ALL


def test_a_yes_does_not_lift_a_refusal(book: Book, by: Collaborator) -> None:
    imported(book, by, COLUMNS, ("Dupont", "Els", "els@d.example", ""))
    with book.writing() as session:
        els = _person(session)
        withdraw_consent(session, person_id=els.id, topic_id=None, source=ConsentSource.PERSON, now=NOW)
    for duplicates in Duplicates:
        imported(book, by, COLUMNS, ("Dupont", "Els", "els@d.example", "yes"), duplicates=duplicates)
        with book.reading() as session:
            for person in session.scalars(select(Relation).where(Relation.name == "Els")):
                said = refusal(session, person_id=person.id, mail="els@d.example", topic_id=None)
                assert said is Refusal.REFUSED_ALL, duplicates


_PEOPLE = st.sampled_from([("Dupont", "Els"), ("Winery", "Els"), ("Dupont", "Jan"), ("", "Els")])
_MAILS = st.sampled_from(["els@d.example", "ELS@d.example", "jan@d.example", ""])
_STEPS = st.one_of(
    st.tuples(st.just("import"), _PEOPLE, _MAILS, st.sampled_from(["", "yes", "no"]), st.sampled_from(Duplicates)),
    st.tuples(st.just("unsubscribe"), _MAILS.filter(bool)),
    st.tuples(st.just("suppress"), _MAILS.filter(bool)),
    st.tuples(st.just("undo")),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_STEPS, min_size=2, max_size=7))
def test_an_unsubscribed_address_never_becomes_selectable(
    new_sqlite_url: Callable[[], str], steps: list[tuple[object, ...]]
) -> None:
    book = Book(new_sqlite_url(), now=Clock(), connections=2)
    by, left, runs = emma(book), set[str](), list[int]()
    for step in steps:
        match step:
            case ("import", (company, name), str(mail), wish, Duplicates() as duplicates):
                run = imported(book, by, COLUMNS, (company, name, mail, str(wish)), duplicates=duplicates)
                runs.append(run.id)
            case ("undo",) if runs:
                undo_import(book, runs.pop(), by=by)
            case ("unsubscribe", str(mail)):
                left |= _unsubscribes(book, mail)
            case ("suppress", str(mail)):
                with book.writing() as session:
                    suppress(session, mail, reason=SuppressionReason.UNSUBSCRIBED, now=NOW)
                left.add(mail.casefold())
        assert not left & _selectable(book), steps
    book.close()


def _unsubscribes(book: Book, mail: str) -> set[str]:
    """Everybody who has the address says no to everything, as a link in a mail does; nobody, if nobody has it."""
    with book.writing() as session:
        owners = [one for one in session.scalars(select(Relation)) if mail.casefold() in _mails(one)]
        for person in owners:
            withdraw_consent(session, person_id=person.id, topic_id=None, source=ConsentSource.PERSON, now=NOW)
    return {mail.casefold()} if owners else set()


def _mails(person: Relation) -> set[str]:
    return {row.folded for row in person.mail_addresses}


def _selectable(book: Book) -> set[str]:
    """The addresses at which some contact would get a mailing."""
    with book.reading() as session:
        people = session.scalars(select(Relation).where(Relation.deleted_at.is_(None))).all()
        placed = {contact.person_id for contact in session.scalars(select(Contact))}
        return {
            mail
            for person in people
            if person.id in placed
            for mail in _mails(person)
            if refusal(session, person_id=person.id, mail=mail, topic_id=None) is None
        }
