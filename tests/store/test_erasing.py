"""What an erasure reaches beside the person's own rows, and what it must leave alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dupont import new_contact, new_person
from planned import guest
from privacy_office import SECRET, everything, office, visit
from sqlalchemy import select

from store.actions import Action
from store.collaborators import Collaborator
from store.contacts import Contact
from store.documents import DocumentLink, DocumentShelf, link_document
from store.engine import Book
from store.planning import plan_action
from store.privacy import erase_person


def _erase(book: Book, person_id: int, by: Collaborator) -> None:
    with book.writing(actor_id=by.id, door="slack") as session:
        erase_person(session, person_id, by=by, reason="by letter", now=book.now())


def test_documents_on_what_was_done_with_a_person_go_and_others_lose_their_name(book: Book, tmp_path: Path) -> None:
    anna, bram, person_id, contact_id = office(book)
    shelf = DocumentShelf(tmp_path)
    with book.writing() as session:
        els = session.get_one(Contact, contact_id)
        jan = new_contact(session, new_person(session, "Jan Claes"), els.relation)
        lunch = session.scalars(select(Action)).one()
        facts = replace(visit(session, bram, jan, "Prices"), participants=(guest(els),))
        beside = plan_action(session, by=bram, now=book.now(), facts=facts)
        for place in ({"action_id": lunch.id}, {"action_id": beside.id}, {"relation_id": els.relation_id}):
            name = f"Els {SECRET} {place}.pdf"
            kept = shelf.keep(session, name.encode(), media_type="application/pdf", now=book.now())
            link_document(session, kept, name=name, now=book.now(), by=bram, **place)
    _erase(book, person_id, anna)
    with book.reading() as session:
        links = session.scalars(select(DocumentLink).order_by(DocumentLink.id)).all()
        assert [link.action_id for link in links] == [beside.id, None]
        assert all(link.name.startswith(f"#{person_id} ") for link in links)
    assert SECRET not in everything(book)


def test_an_erasure_takes_whole_words_alone_out_of_a_text(book: Book) -> None:
    anna, bram, _person_id, contact_id = office(book)
    with book.writing() as session:
        max_ = new_contact(session, new_person(session, "Max"), session.get_one(Contact, contact_id).relation)
        told = plan_action(
            session, by=bram, now=book.now(), facts=visit(session, bram, max_, "Max: maximum cover, climax")
        )
    _erase(book, max_.person_id, anna)
    with book.reading() as session:
        assert session.get_one(Action, told.id).subject == f"#{max_.person_id}: maximum cover, climax"
