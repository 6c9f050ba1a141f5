"""The audit trail shows when somebody changed it behind Rapport's back."""

from __future__ import annotations

import pytest
from dupont import new_collaborator, new_person, new_relation
from sqlalchemy import delete, func, insert, select, update

from store.audit import AuditEntry, note_deed
from store.audit_seals import START, AuditSeal, Verdict, seal_entries, verify_entries
from store.engine import Book
from store.privacy import erase_person
from store.relations import Relation

KEY = b"k" * 32


def _write(book: Book, *names: str) -> None:
    for name in names:
        with book.writing(door="slack") as session:
            new_relation(session, name)


def _seal(book: Book, key: bytes = KEY) -> str:
    with book.writing() as session:
        made = seal_entries(session, key)
        return made.digest if made else ""


def _verify(book: Book, key: bytes = KEY, noted: str = "") -> Verdict:
    with book.reading() as session:
        return verify_entries(session, key, noted=noted)


def test_a_trail_that_nobody_touched_is_as_it_was_written(book: Book) -> None:
    assert _verify(book) == Verdict(0, START)
    _write(book, "Dupont", "Martin")
    head = _seal(book)
    assert _verify(book) == Verdict(2, head)
    assert _seal(book) == "", "nothing was written since"
    _write(book, "Peeters")
    later = _seal(book)
    assert _verify(book, noted=head) == Verdict(3, later)


def test_a_changed_entry_is_found(book: Book) -> None:
    _write(book, "Dupont", "Martin", "Peeters")
    _seal(book)
    with book.writing() as session:
        second = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()[1]
        session.execute(update(AuditEntry).where(AuditEntry.id == second.id).values(after={"name": "Somebody else"}))
    verdict = _verify(book)
    assert (verdict.sealed, verdict.wrong) == (1, f"entry {second.id} is not as it was written")


@pytest.mark.parametrize("also_its_seal", [False, True])
def test_a_removed_entry_is_found(book: Book, also_its_seal: bool) -> None:
    _write(book, "Dupont", "Martin", "Peeters")
    _seal(book)
    with book.writing() as session:
        second = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()[1]
        session.execute(delete(AuditEntry).where(AuditEntry.id == second))
        if also_its_seal:
            session.execute(delete(AuditSeal).where(AuditSeal.entry_id == second))
    assert _verify(book).wrong == ("seal 2 is missing" if also_its_seal else f"entry {second} is missing")


def test_entries_cut_off_with_their_seals_are_found_by_a_seal_noted_elsewhere(book: Book) -> None:
    _write(book, "Dupont", "Martin")
    noted = _seal(book)
    with book.writing() as session:
        last = session.scalar(select(func.max(AuditEntry.id)))
        session.execute(delete(AuditSeal).where(AuditSeal.entry_id == last))
        session.execute(delete(AuditEntry).where(AuditEntry.id == last))
    assert _verify(book).wrong == "", "the rest is as it was written"
    assert "cut off" in _verify(book, noted=noted).wrong


def test_without_the_key_nobody_makes_a_seal(book: Book) -> None:
    _write(book, "Dupont")
    _seal(book, key=b"another")
    assert "is not as it was written" in _verify(book).wrong


def test_an_entry_committed_late_is_sealed_after_those_with_higher_ids(book: Book) -> None:
    _write(book, "Dupont", "Martin")
    with book.writing() as session:
        low, high = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        content = {column.key: getattr(low, column.key) for column in AuditEntry.__table__.columns}
        session.execute(delete(AuditEntry).where(AuditEntry.id == low.id))
    _seal(book)
    with book.writing() as session:
        session.execute(insert(AuditEntry).values(content))
    head = _seal(book)
    assert _verify(book) == Verdict(2, head)
    with book.reading() as session:
        order = session.scalars(select(AuditSeal.entry_id).order_by(AuditSeal.number)).all()
    assert order == [high.id, low.id]


def test_what_was_deleted_stays_readable_in_the_trail(book: Book) -> None:
    with book.writing() as session:
        made = new_relation(session, "Dupont", "els@dupont.example")
        made_id, address_id = made.id, made.mail_addresses[0].id
    with book.writing() as session:
        relation = session.get_one(Relation, made_id)
        relation.mail_addresses.clear()
    with book.reading() as session:
        query = select(AuditEntry).where(AuditEntry.kind == "mail_address", AuditEntry.deed == "deleted")
        entry = session.scalars(query).one()
    assert (entry.row_id, entry.relation_id) == (address_id, made_id)
    assert entry.before["mail"] == "els@dupont.example"


def _erased(book: Book) -> tuple[int, int]:
    """The ids of the entry that tells of Els, emptied by an erasure, and of the one that says why; both sealed."""
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna", is_admin=True)
        els = new_person(session, "Els")
    _seal(book)
    with book.writing() as session:
        erase_person(session, els.id, by=anna, reason="by letter", now=book.now())
        why = session.scalars(select(AuditEntry).where(AuditEntry.deed == "erased")).one()
        return why.after["emptied"][0], why.id


def test_what_was_erased_is_no_tampering_before_and_after_the_next_seal(book: Book) -> None:
    _erased(book)
    assert _verify(book).wrong == ""
    _seal(book)
    assert _verify(book).wrong == ""


@pytest.mark.parametrize("lists_it", [False, True])
def test_an_erasure_that_was_slipped_in_without_the_key_excuses_nothing(book: Book, lists_it: bool) -> None:
    _write(book, "Dupont")
    _seal(book)
    with book.writing() as session:
        entry = session.scalars(select(AuditEntry)).one()
        told = {"reason": "the term has run out"} | ({"emptied": [entry.id], "proof": "0" * 64} if lists_it else {})
        why = note_deed(session, "erased", kind="relation", row_id=entry.row_id, by_id=None, after=told)
        session.execute(
            update(AuditEntry).where(AuditEntry.id == entry.id).values(before={}, after={}, erased_by_id=why.id)
        )
    _seal(book)
    assert _verify(book).wrong == f"entry {entry.id} is not as it was written"


def test_an_erasure_excuses_no_entry_but_those_that_it_emptied(book: Book) -> None:
    _write(book, "Dupont")
    _entry_id, why_id = _erased(book)
    _seal(book)
    with book.writing() as session:
        first = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).first()
        session.execute(
            update(AuditEntry).where(AuditEntry.id == first).values(before={}, after={}, erased_by_id=why_id)
        )
    assert _verify(book).wrong == f"entry {first} is not as it was written"


@pytest.mark.parametrize("is_sealed", [False, True])
def test_an_erasure_that_was_changed_excuses_nothing(book: Book, is_sealed: bool) -> None:
    entry_id, why_id = _erased(book)
    if is_sealed:
        _seal(book)
    with book.writing() as session:
        why = session.get_one(AuditEntry, why_id)
        told = {**why.after, "reason": "nobody asked"}
        session.execute(update(AuditEntry).where(AuditEntry.id == why_id).values(after=told))
    assert _verify(book).wrong == f"entry {entry_id} is not as it was written"
