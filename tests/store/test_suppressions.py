"""Addresses that an administrator excludes from mailings, or lets back in."""

from __future__ import annotations

import pytest
from dupont import new_collaborator, new_person
from sqlalchemy import select

from store.audit import AuditEntry
from store.base import BookError, NotAllowed, NotFound
from store.collaborators import Role
from store.consent import Refusal, Suppression, SuppressionReason, refusal, suppress, suppression_of
from store.engine import Book
from store.suppressions import latest_suppressions, lift_suppression, put_back, suppress_for_office

MAIL = "els@dupont.example"


def test_an_administrator_excludes_an_address_in_no_file_lifts_that_and_takes_it_back(book: Book) -> None:
    with book.writing() as session:
        els, (anna, _mailbox) = new_person(session, "Els").id, new_collaborator(session, "Anna")
        said = {"is_hashed": False, "by": anna, "now": book.now()}
        with pytest.raises(NotAllowed):
            suppress_for_office(session, MAIL, **said)
        anna.role = Role.ADMIN
        with pytest.raises(BookError, match="not an e-mail address") as refused:
            suppress_for_office(session, "els dupont", **said)
        assert refused.value.field == "mail"
        row, is_new = suppress_for_office(session, " Els@Dupont.example ", **said)
        assert (row.mail, row.reason, is_new) == (MAIL, SuppressionReason.OFFICE, True)
        assert suppress_for_office(session, MAIL, **said) == (row, False)
        assert refusal(session, person_id=els, mail=MAIL, topic_id=None) is Refusal.SUPPRESSED
        first, at = row.id, row.at
        entry = lift_suppression(session, first, by=anna)
        assert refusal(session, person_id=els, mail=MAIL, topic_id=None) is None
        with pytest.raises(NotFound):
            lift_suppression(session, first, by=anna)
        again = put_back(session, entry.id, by=anna)
        assert (again.mail, again.reason, again.at, again.id) == (MAIL, SuppressionReason.OFFICE, at, first)
        assert put_back(session, entry.id, by=anna) is again, "a second press changes nothing"
        anna.role = Role.REP
        for refused_call in (lift_suppression, put_back):
            with pytest.raises(NotAllowed):
                refused_call(session, again.id, by=anna)


def test_of_who_asked_to_be_forgotten_a_hash_alone_is_kept_and_the_trail_tells_no_address(book: Book) -> None:
    with book.writing() as session:
        els, (anna, _mailbox) = new_person(session, "Els").id, new_collaborator(session, "Anna")
        anna.role = Role.ADMIN
        said = {"is_hashed": True, "by": anna, "now": book.now()}
        suppress(session, MAIL, reason=SuppressionReason.BOUNCED, now=book.now())
        session.flush()
        for mail in (MAIL, "jan@dupont.example"):
            row, is_new = suppress_for_office(session, mail, **said)
            assert (row.reason, is_new) == (SuppressionReason.ERASED, mail != MAIL)
            assert refusal(session, person_id=els, mail=mail, topic_id=None) is Refusal.SUPPRESSED
        assert latest_suppressions(session, asked_by=anna, limit=5) == ([], 0, 2)
        entry = lift_suppression(session, row.id, by=anna)
        assert refusal(session, person_id=els, mail="jan@dupont.example", topic_id=None) is None
        put_back(session, entry.id, by=anna)
        assert refusal(session, person_id=els, mail="jan@dupont.example", topic_id=None) is Refusal.SUPPRESSED
        told = [(one.before, one.after) for one in session.scalars(select(AuditEntry))]
        kept = [one.mail for one in session.scalars(select(Suppression))]
    assert told
    assert "dupont.example" not in f"{told} {kept}"


def test_an_address_let_back_in_before_it_asked_to_be_forgotten_stands_nowhere_in_the_trail(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        anna.role = Role.ADMIN
        row, _is_new = suppress_for_office(session, MAIL, is_hashed=False, by=anna, now=book.now())
        entry = lift_suppression(session, row.id, by=anna)
        suppress_for_office(session, MAIL, is_hashed=True, by=anna, now=book.now())
        told = [(one.before, one.after) for one in session.scalars(select(AuditEntry))]
        assert "dupont.example" not in f"{told}"
        with pytest.raises(NotFound):
            put_back(session, entry.id, by=anna)


def test_a_code_is_not_put_back_beside_the_address_that_left_since(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        anna.role = Role.ADMIN
        row, _is_new = suppress_for_office(session, MAIL, is_hashed=True, by=anna, now=book.now())
        entry = lift_suppression(session, row.id, by=anna)
        left = suppress(session, MAIL, reason=SuppressionReason.UNSUBSCRIBED, now=book.now())
        assert put_back(session, entry.id, by=anna) is left
        assert suppression_of(session, MAIL) is left
        lift_suppression(session, left.id, by=anna)
        assert suppression_of(session, MAIL) is None
