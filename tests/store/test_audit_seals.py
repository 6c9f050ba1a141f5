"""The audit trail shows when somebody changed it behind Rapport's back."""

from __future__ import annotations

import pytest
from dupont import new_relation
from sqlalchemy import delete, func, insert, select, update

from store.audit import AuditEntry
from store.audit_seals import START, AuditSeal, Verdict, seal_entries, verify_entries
from store.engine import Book
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
