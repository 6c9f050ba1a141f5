"""Ranks of contacts: unique and without gaps per kind and relation, whatever happens to the contacts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from contact_desk import TODAY, Desk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.base import BookError, NotFound
from store.contacts import (
    Contact,
    ContactRole,
    add_contact,
    delete_contact,
    edit_contact,
    end_contact,
    rank_contact,
    reopen_contact,
    restore_contact,
)
from store.engine import Book

DEEDS = ("add", "move", "tick", "untick", "leave", "back", "delete", "restore", "copy")


class Shuffled(Desk):
    """Two companies whose contacts come, move and go."""

    def __init__(self, session: Session, book: Book) -> None:
        super().__init__(session, book)
        self.places = [self.dupont, self.company("Durand")]
        self.kinds = (self.purchases, self.payable)
        self.contacts = [self.contact(f"P{number}", kind_ids=[self.purchases]) for number in range(3)]

    def does(self, deed: str, who: int, kind: int, rank: int | None) -> None:
        contact, kind_id = self.contacts[who % len(self.contacts)], self.kinds[kind]
        by: dict[str, Any] = {"by": self.anna, "now": self.now}
        ticked = {role.kind_id for role in contact.roles}
        if deed == "add":
            ranks = {kind_id: rank} if rank else {}
            self.contacts.append(self.contact("New", self.places[kind], kind_ids=[kind_id], ranks=ranks))
        elif deed == "move":
            rank_contact(self.session, contact.id, by=self.anna, kind_id=kind_id, rank=rank)
        elif deed in ("tick", "untick"):
            wanted = ticked | {kind_id} if deed == "tick" else ticked - {kind_id}
            edit_contact(self.session, contact.id, kind_ids=sorted(wanted), **by)
        elif deed == "leave":
            end_contact(self.session, contact.id, on=TODAY, **by)
        elif deed == "copy":
            elsewhere = self.places[0] if contact.relation_id == self.places[1].id else self.places[1]
            self.contacts.append(
                add_contact(
                    self.session, relation_id=elsewhere.id, person_id=contact.person_id, kind_ids=[kind_id], **by
                )
            )
        else:
            changes: dict[str, Any] = {"back": reopen_contact, "delete": delete_contact, "restore": restore_contact}
            changes[deed](self.session, contact.id, **by)

    def all_ranks(self) -> Iterator[list[int]]:
        for place in self.places:
            for kind_id in self.kinds:
                query = select(ContactRole.rank).join(Contact, Contact.id == ContactRole.contact_id)
                query = query.where(Contact.relation_id == place.id, ContactRole.kind_id == kind_id)
                yield list(self.session.scalars(query.where(Contact.deleted_at.is_(None)).order_by(ContactRole.rank)))


@given(
    deeds=st.lists(
        st.tuples(st.sampled_from(DEEDS), st.integers(0, 9), st.integers(0, 1), st.none() | st.integers(-1, 7)),
        max_size=12,
    )
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ranks_stay_unique_and_without_gaps_whatever_happens(
    book: Book, deeds: list[tuple[str, int, int, int | None]]
) -> None:
    with book.writers() as session:  # rolled back: every example begins with an empty book
        session.connection()
        desk = Shuffled(session, book)
        for deed in deeds:
            try:
                desk.does(*deed)
            except (BookError, NotFound):
                session.flush()  # a deleted contact does not move, nobody gets the same place twice
            for ranks in desk.all_ranks():
                assert ranks == list(range(1, len(ranks) + 1)), deed
        session.rollback()


def test_moving_one_shifts_the_others(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        by_name = {name: desk.contact(name, kind_ids=[desk.purchases]).id for name in ("A", "B", "C", "D")}
        rank_contact(session, by_name["D"], by=desk.anna, kind_id=desk.purchases, rank=2)
        assert desk.ranks(desk.purchases) == [(1, "A"), (2, "D"), (3, "B"), (4, "C")]
        rank_contact(session, by_name["A"], by=desk.anna, kind_id=desk.purchases, rank=99)
        assert desk.ranks(desk.purchases) == [(1, "D"), (2, "B"), (3, "C"), (4, "A")]
        edit_contact(session, by_name["B"], by=desk.anna, now=book.now(), kind_ids=[desk.payable])
        assert desk.ranks(desk.purchases) == [(1, "D"), (2, "C"), (3, "A")]
        assert desk.ranks(desk.payable) == [(1, "B")]


def test_a_contact_is_entered_at_a_rank_and_those_behind_shift(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        for name in ("A", "B"):
            desk.contact(name, kind_ids=[desk.purchases])
        new = desk.contact("New", kind_ids=[desk.purchases, desk.payable], ranks={desk.purchases: 2})
        assert desk.ranks(desk.purchases) == [(1, "A"), (2, "New"), (3, "B")]
        edit_contact(
            session, new.id, by=desk.anna, now=book.now(), kind_ids=[desk.purchases], ranks={desk.purchases: 1}
        )
        assert desk.ranks(desk.purchases) == [(1, "New"), (2, "A"), (3, "B")]
        assert desk.ranks(desk.payable) == []


def test_a_deleted_contact_leaves_no_gap_and_comes_back_where_it_stood(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        ids = {name: desk.contact(name, kind_ids=[desk.purchases]).id for name in ("A", "B", "C")}
        delete_contact(session, ids["B"], by=desk.anna, now=book.now())
        shown = [(one.rank(desk.purchases), one.person.name) for one in desk.listed(desk.purchases)]
        assert shown == [(1, "A"), (2, "C")]
        restore_contact(session, ids["B"], by=desk.anna, now=book.now())
        assert desk.ranks(desk.purchases) == [(1, "A"), (2, "B"), (3, "C")]


def test_who_left_does_not_come_back_beside_a_place_given_since(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els = desk.contact("Els", kind_ids=[desk.purchases])
        end_contact(session, els.id, by=desk.anna, on=TODAY, now=book.now())
        again = desk.contact("", person_id=els.person_id, since_on=TODAY + timedelta(days=1))
        with pytest.raises(BookError, match="already"):
            reopen_contact(session, els.id, by=desk.anna, now=book.now())
        delete_contact(session, els.id, by=desk.anna, now=book.now())
        restore_contact(session, els.id, by=desk.anna, now=book.now())
        delete_contact(session, again.id, by=desk.anna, now=book.now())
        reopen_contact(session, els.id, by=desk.anna, now=book.now())
