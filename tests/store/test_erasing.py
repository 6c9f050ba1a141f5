"""What an erasure reaches beside the person's own rows, and what it must leave alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from dupont import new_collaborator, new_contact, new_person
from planned import guest
from privacy_office import SECRET, everything, office, visit
from sqlalchemy import select

from store.actions import Action
from store.addresses import PhoneLine, put_phones
from store.audit import AuditEntry
from store.collaborators import Collaborator
from store.contacts import Contact, edit_contact
from store.contacts.details import Details
from store.documents import DocumentLink, DocumentShelf, link_document, unlink_document
from store.engine import Book
from store.importing import Import, ImportLine, Outcome, What
from store.linked_addresses import LinkedAddress
from store.linked_checking import follow_new
from store.linked_documents import LinkedDocument
from store.notes import NoteFacts, edit_note, write_note
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


def test_an_erasure_takes_linked_addresses_that_tell_of_the_person_and_what_was_found_there(book: Book) -> None:
    anna, bram, person_id, contact_id = office(book)
    telling = [
        f"https://erp.example/els-{SECRET.lower()}/118",
        f"https://erp.example/?for=Els%20{SECRET}",
        f"https://erp.example/?to=els.{SECRET}%40dupont.example",
        f"file://srv/Els_{SECRET}.pdf",
    ]
    kept = "https://erp.example/wels-zwaluwstaartje"
    with book.writing() as session:
        els = session.get_one(Contact, contact_id)
        for url in (*telling, kept):
            linked = LinkedDocument(f"Offer to Els {SECRET}", f"Els {SECRET}", f"Els {SECRET} 118", url)
            facts = replace(visit(session, bram, els, "Prices"), linked=linked)
            plan_action(session, by=bram, now=book.now(), facts=facts)
        assert follow_new(session, now=book.now()) == 5
    _erase(book, person_id, anna)
    with book.reading() as session:
        actions = session.scalars(select(Action).where(Action.subject == "Prices")).all()
        assert sorted(one.linked_url for one in actions) == ["", "", "", "", kept]
        assert {one.linked_number for one in actions} == {f"#{person_id} 118"}
        assert [row.url for row in session.scalars(select(LinkedAddress))] == [kept]
    assert not [one for one in (*telling, f"Els {SECRET}") if one in everything(book)]


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


TOLD = {"what": What.CONTACTS, "file_name": "list.csv", "sha256": "", "columns": [], "fields": []}


def _left_of(book: Book, person: tuple[str, str, str], *lines: list[str]) -> list[list[str]]:
    """The cells of these refused lines after somebody with this name, address and number was erased."""
    name, mail, number = person
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna", is_admin=True)
        lists = Import(**TOLD, by_id=anna.id, prepared_at=book.now())
        session.add(lists)
        session.flush()
        for at, cells in enumerate(lines, start=2):
            session.add(ImportLine(import_id=lists.id, number=at, outcome=Outcome.REFUSED, cells=cells))
        new_person(session, "Somebody else", "shared@dupont.example")
        one = new_person(session, name, *filter(None, (mail, "shared@dupont.example")))
        put_phones(one.phones, [PhoneLine(number)] if number else [], on=book.now().date(), country="BE")
    _erase(book, one.id, anna)
    with book.reading() as session:
        return list(session.scalars(select(ImportLine.cells).order_by(ImportLine.number)))


def test_a_list_forgets_a_name_with_accents_over_two_columns_an_address_and_a_number(book: Book) -> None:
    lines = (
        ["Acme", "Hélène", "Lefèvre"],
        ["LEFEVRE Helene", "no mail"],
        ["?", "Helene.L@Acme.example"],
        ["?", "0470/12.34.56"],
    )
    person = ("Hélène Lefèvre", "helene.l@acme.example", "+32 470 12 34 56")
    assert _left_of(book, person, *lines) == [[], [], [], []]


@pytest.mark.parametrize("name", ["Ann", "Max", "Jan Claes"])
def test_a_list_keeps_what_it_tells_of_others(book: Book, name: str) -> None:
    lines = (
        ["Mannheim", "maximum cover"],
        ["Ann Bell", "Jan Peeters"],
        ["Claessens", "Janssens"],
        ["Dupont", "shared@dupont.example"],
    )
    assert _left_of(book, (name, "", ""), *lines) == [*lines]


def test_a_line_that_filled_a_persons_own_row_keeps_nothing_of_it(book: Book) -> None:
    anna, _bram, person_id, _contact_id = office(book)
    with book.writing() as session:
        lists = Import(**TOLD, by_id=anna.id, prepared_at=book.now())
        session.add(lists)
        session.flush()
        for at, row_id in enumerate((person_id, person_id + 100)):
            changed = {"relation": {str(row_id): {"website": ["", "https://me.example"]}}}
            session.add(ImportLine(import_id=lists.id, number=at, outcome=Outcome.FILLED, changed=changed))
    _erase(book, person_id, anna)
    with book.reading() as session:
        told = session.scalars(select(ImportLine.changed).order_by(ImportLine.number)).all()
        assert [bool(one) for one in told] == [False, True]


def test_the_trail_forgets_what_was_taken_away_before_the_erasure(book: Book, tmp_path: Path) -> None:
    anna, bram, person_id, contact_id = office(book)
    shelf = DocumentShelf(tmp_path)
    with book.writing() as session:
        els = session.get_one(Contact, contact_id)
        others = new_contact(session, new_person(session, "Jan Claes"), els.relation)
        lunch = session.scalars(select(Action)).one()
        edit_contact(session, contact_id, by=anna, now=book.now(), details=Details(birthday="12/3/1975"))
        places = ({"action_id": lunch.id}, {"contact_id": contact_id}, {"relation_id": els.relation_id})
        for place in (*places, {"contact_id": others.id}):
            name = f"Els {SECRET}.pdf" if place in places else "offer.pdf"
            kept = shelf.keep(session, name.encode(), media_type="application/pdf", now=book.now())
            link_document(session, kept, name=name, now=book.now(), by=bram, **place)
        about = NoteFacts(els.relation_id, f"Els {SECRET} called", book.now().date())
        note_id = write_note(session, by=bram, facts=about, now=book.now()).id
    with book.writing() as session:
        edit_contact(session, contact_id, by=anna, now=book.now(), details=Details(birthday=""))
        for link in session.scalars(select(DocumentLink)).all():
            unlink_document(session, link, now=book.now())
        edit_note(session, note_id, by=bram, version=None, facts=replace(about, subject="A call"), now=book.now())
    _erase(book, person_id, anna)
    with book.reading() as session:
        entries = session.scalars(select(AuditEntry)).all()
        told = str([(one.before, one.after) for one in entries])
        assert not [(one.kind, one.before, one.after) for one in entries if SECRET in f"{one.before}{one.after}"]
        assert "1975" not in str([(one.before, one.after) for one in entries if one.kind == "birthday"])
        assert "offer.pdf" in told, "of somebody else"
