"""Mailboxes of the office, and how far they were read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from store.administration import unbind_mailbox
from store.base import BookError, NotAllowed, NotFound
from store.collaborators import Collaborator, Role, add_collaborator
from store.engine import Book
from store.mailboxes import (
    Mailbox,
    active_mailboxes,
    bind_mailbox,
    keep_sync_state,
    mailbox_of,
    note_mailbox_failure,
    note_mailbox_read,
    office_addresses,
    sync_state_of,
)


def _office(session: Session, book: Book) -> tuple[Collaborator, Collaborator]:
    anna = add_collaborator(session, name="Anna", mail="anna@office.example", role=Role.ADMIN, now=book.now())
    return anna, add_collaborator(session, name="Bram", mail="bram@office.example", now=book.now())


def _bind(session: Session, book: Book, by: Collaborator, owner: Collaborator, address: str) -> Mailbox:
    return bind_mailbox(session, by=by, collaborator_id=owner.id, address=address, server="exchange", now=book.now())


def test_only_an_administrator_binds_and_unbinds(book: Book) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        with pytest.raises(NotAllowed):
            _bind(session, book, bram, bram, "bram@office.example")
        mailbox = _bind(session, book, anna, bram, "bram@office.example")
        with pytest.raises(NotAllowed):
            unbind_mailbox(session, by=bram, mailbox_id=mailbox.id)
        with pytest.raises(NotFound):
            unbind_mailbox(session, by=anna, mailbox_id=999)


@pytest.mark.parametrize("address", ["Info@Office.example ", "anna@office.example", "nonsense", "", "a@b@c.example"])
def test_an_address_is_bound_to_one_collaborator(book: Book, address: str) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        _bind(session, book, anna, anna, "info@office.example")
        with pytest.raises(BookError) as told:
            _bind(session, book, anna, bram, address)
        assert told.value.field == "address"
        with pytest.raises(NotFound):
            bind_mailbox(session, by=anna, collaborator_id=999, address="x@y.example", server="x", now=book.now())


def test_an_unbound_mailbox_rests_and_can_be_bound_again(book: Book) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        first = _bind(session, book, anna, bram, "bram@office.example")
        second = _bind(session, book, anna, bram, "Sales@office.example")
        assert mailbox_of(session, bram.id) is first
        unbind_mailbox(session, by=anna, mailbox_id=first.id)
        assert mailbox_of(session, bram.id) is second
        assert list(active_mailboxes(session)) == [second]
        assert _bind(session, book, anna, bram, "BRAM@office.example") is first
        assert mailbox_of(session, anna.id) is None


def test_the_offices_addresses_are_those_of_people_and_mailboxes(book: Book) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        resting = _bind(session, book, anna, bram, "Sales@Office.example")
        unbind_mailbox(session, by=anna, mailbox_id=resting.id)
        assert office_addresses(session) == {"anna@office.example", "bram@office.example", "sales@office.example"}


def test_a_sync_state_is_kept_per_mailbox_and_folder(book: Book) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        one, other = (_bind(session, book, anna, who, who.mail) for who in (anna, bram))
        keep_sync_state(session, one.id, "inbox", "a1", now=book.now())
        keep_sync_state(session, one.id, "sentitems", "b1", now=book.now())
        keep_sync_state(session, one.id, "inbox", "a2", now=book.now())
    with book.reading() as session:
        assert sync_state_of(session, one.id, "inbox") == "a2"
        assert sync_state_of(session, one.id, "sentitems") == "b1"
        assert sync_state_of(session, other.id, "inbox") is None


def test_a_failing_mailbox_says_since_when_until_it_is_read_again(book: Book) -> None:
    start = book.now()
    with book.writing() as session:
        anna, _bram = _office(session, book)
        mailbox = _bind(session, book, anna, anna, anna.mail)
        note_mailbox_failure(session, mailbox.id, "refused", now=start)
        note_mailbox_failure(session, mailbox.id, "x" * 900, now=start + timedelta(hours=1))
        assert (mailbox.failing_since, len(mailbox.failure)) == (start, 500)
        note_mailbox_read(session, mailbox.id, now=start + timedelta(hours=2))
        assert (mailbox.failing_since, mailbox.failure) == (None, "")
        assert mailbox.last_read_at == start + timedelta(hours=2)


def test_a_mailbox_bound_again_starts_anew(book: Book) -> None:
    with book.writing() as session:
        anna, bram = _office(session, book)
        mailbox = _bind(session, book, anna, bram, bram.mail)
        keep_sync_state(session, mailbox.id, "sent", "as of June", now=book.now())
        unbind_mailbox(session, by=anna, mailbox_id=mailbox.id)
    with book.writing() as session:
        again = _bind(session, book, anna, bram, bram.mail)
        assert again.id == mailbox.id
        assert sync_state_of(session, again.id, "sent") is None, "mails sent while it was unbound would be filed"
