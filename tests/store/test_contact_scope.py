"""Charlie, who sees the own files alone, learns nothing of contacts elsewhere; and two at once make no second place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from contact_desk import TODAY, Desk
from sqlalchemy import func, select

from store.base import BookError, NotFound
from store.celebrations import celebrations
from store.collaborators import Collaborator, Scope, add_collaborator
from store.contacts import (
    BirthdayShown,
    Contact,
    Details,
    add_contact,
    contact_seen_by,
    contacts_of,
    edit_contact,
    end_contact,
    places_of,
    rank_contact,
    who_fills,
)
from store.engine import Book
from store.mailings.audience import contacts_in_place
from store.relations import add_relation


def _charlie(desk: Desk) -> Collaborator:
    return add_collaborator(desk.session, name="Charlie", mail="charlie@office.example", now=desk.now, scope=Scope.OWN)


def test_charlie_sees_no_contact_outside_his_files(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        charlie = _charlie(desk)
        today = f"{TODAY.day}/{TODAY.month}"
        els = desk.contact("Els", kind_ids=[desk.purchases], details=Details(birthday=today))
        seen: dict[str, Any] = {"asked_by": charlie, "on": TODAY}
        assert contact_seen_by(session, els.id, asked_by=charlie) is None
        assert list(contacts_of(session, desk.dupont.id, **seen)) == []
        assert list(places_of(session, els.person_id, **seen)) == []
        assert who_fills(session, desk.dupont.id, desk.purchases, **seen) is None
        assert list(contacts_in_place(session, **seen)) == []
        week: dict[str, Any] = {"first": TODAY, "last": TODAY + timedelta(days=6), "office": BirthdayShown.FULL}
        assert celebrations(session, asked_by=charlie, **week) == []


def test_charlie_changes_no_contact_outside_his_files(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        charlie = _charlie(desk)
        els = desk.contact("Els", kind_ids=[desk.purchases])
        own = _relation_of(desk, charlie)
        with pytest.raises(NotFound):
            edit_contact(session, els.id, by=charlie, now=book.now(), function="Spy")
        with pytest.raises(NotFound):
            rank_contact(session, els.id, by=charlie, kind_id=desk.purchases, rank=1)
        with pytest.raises(NotFound):
            end_contact(session, els.id, by=charlie, on=TODAY, now=book.now())
        with pytest.raises(NotFound):
            add_contact(session, by=charlie, now=book.now(), relation_id=own, person_id=els.person_id)


def _relation_of(desk: Desk, by: Collaborator) -> int:
    return add_relation(desk.session, by=by, now=desk.now, name="Charlie's").id


def test_two_who_copy_a_person_into_one_relation_at_once_make_one_place(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        anna_id, person_id = desk.anna.id, desk.contact("Els").person_id
        durand_id, purchases = desk.company("Durand").id, desk.purchases

    def copy() -> bool:
        try:
            with book.writing() as session:
                by = session.get_one(Collaborator, anna_id)
                add_contact(
                    session,
                    by=by,
                    now=book.now(),
                    relation_id=durand_id,
                    person_id=person_id,
                    since_on=TODAY,
                    kind_ids=[purchases],
                )
        except BookError:
            return False
        return True

    with ThreadPoolExecutor(4) as together:
        made = list(together.map(lambda _number: copy(), range(4)))
    assert sorted(made) == [False, False, False, True]
    with book.reading() as session:
        assert session.scalar(select(func.count()).where(Contact.relation_id == durand_id)) == 1
