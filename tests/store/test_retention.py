"""What goes by itself after its term, and whom that must never meet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from dupont import new_collaborator, new_person
from sqlalchemy.orm import Session

from store.base import BookError
from store.collaborators import Collaborator
from store.engine import Book
from store.merging import merge_relations
from store.privacy import Retention, erase_person, forget_expired, hold_of, put_hold, retention
from store.relations import Relation, delete_relation

RETENTION = Retention(deleted_people_days=30)
TERM = timedelta(days=31)


def _merged(book: Book) -> tuple[Collaborator, int, int]:
    """Anna (administrator), the person who stands, and the twin that was merged into them."""
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna", is_admin=True)
        kept, twin = (new_person(session, name, mail) for name, mail in (("Jan", "jan@a.be"), ("Jan C.", "j@b.be")))
    with book.writing() as session:
        merge_relations(session, kept.id, twin.id, by=anna, now=book.now())
        return anna, kept.id, twin.id


def _forgets(book: Book) -> list[int]:
    """How many went each time, until nothing was left to forget; three times at most."""
    went: list[int] = []
    while len(went) < 3 and (not went or went[-1]):
        with book.writing() as session:
            went.append(forget_expired(session, RETENTION, now=book.now() + TERM))
    return went


def _name(session: Session, relation_id: int) -> str:
    return session.get_one(Relation, relation_id).name


def test_a_person_of_whom_a_twin_was_merged_away_outlives_every_term(book: Book) -> None:
    _anna, kept_id, twin_id = _merged(book)
    assert _forgets(book) == [0]
    with book.reading() as session:
        kept = session.get_one(Relation, kept_id)
        assert (kept.name, kept.deleted_at, len(kept.mail_addresses)) == ("Jan", None, 2)
        assert _name(session, twin_id) == "Jan C.", "goes with the one that stands"


def test_a_deleted_person_goes_once_and_takes_the_twins_along(book: Book) -> None:
    anna, kept_id, twin_id = _merged(book)
    with book.writing() as session:
        delete_relation(session, kept_id, by=anna, now=book.now())
    assert _forgets(book) == [1, 0]
    with book.reading() as session:
        assert [_name(session, one) for one in (kept_id, twin_id)] == [f"#{kept_id}"] * 2


def test_a_hold_on_a_twin_holds_the_person_and_keeps_back_nobody_else(book: Book) -> None:
    anna, kept_id, twin_id = _merged(book)
    with book.writing() as session:
        other = new_person(session, "Els", "els@c.be")
        hold = put_hold(session, twin_id, by=anna, reason="Claim", until_on=None, now=book.now())
        assert hold_of(session, kept_id, on=book.now().date()) is hold
        for one in (kept_id, other.id):
            delete_relation(session, one, by=anna, now=book.now())
    assert _forgets(book) == [1, 0]
    with book.reading() as session:
        assert (_name(session, kept_id), _name(session, other.id)) == ("Jan", f"#{other.id}")


def test_somebody_who_cannot_be_erased_keeps_back_nobody_else(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, kept_id, _twin_id = _merged(book)
    with book.writing() as session:
        other = new_person(session, "Els", "els@c.be")
        for one in (kept_id, other.id):
            delete_relation(session, one, by=anna, now=book.now())

    def refusing(session: Session, person_id: int, **told: Any) -> tuple[str, int]:
        erased = erase_person(session, person_id, **told)
        if person_id == kept_id:
            raise BookError("A hold was put on them meanwhile.")
        return erased

    monkeypatch.setattr(retention, "erase_person", refusing)
    assert _forgets(book) == [1, 0]
    with book.reading() as session:
        assert (_name(session, kept_id), _name(session, other.id)) == ("Jan", f"#{other.id}")
