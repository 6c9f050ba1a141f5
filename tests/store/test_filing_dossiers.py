"""A dossier's reference in the subject of a sent mail: taken where it fits, said why where it does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dupont import lay_down_lists, new_collaborator, new_contact, new_person, new_relation
from sqlalchemy.orm import Session

from store.actions import Action
from store.collaborators import Collaborator
from store.documents import DocumentShelf
from store.dossiers import Dossier, DossierFacts, TagIgnored, close_dossier, open_dossier
from store.engine import Book
from store.filing import Filing, SentAttachment, SentMail, file_mail, move_filing

PDF = SentAttachment("Offer.pdf", "application/pdf", 1000, b"%PDF-1.7 offer")
MAIL = SentMail(
    message_id="<tagged@office.example>",
    sender="anna@office.example",
    to=("els@dupont.example", "info@orval.example"),
    cc=(),
    bcc=(),
    subject="Offer",
    sent_at=datetime(2026, 11, 20, 13, 5, tzinfo=UTC),
    sensitivity="normal",
    is_automatic=False,
    is_ours=False,
    attachments=(PDF,),
)


@dataclass
class Desk:
    book: Book
    shelf: DocumentShelf
    anna: Collaborator
    dupont_id: int
    orval_id: int
    chimay_id: int

    def opens(self, session: Session, relation_id: int | None) -> Dossier:
        facts = DossierFacts("Cellar")
        return open_dossier(session, by=self.anna, relation_id=relation_id, facts=facts, now=self.book.now())

    def files(self, session: Session, subject: str, key: str) -> tuple[Filing, Action]:
        mail = replace(MAIL, subject=subject, message_id=key)
        filing = file_mail(session, mail, collaborator=self.anna, shelf=self.shelf, now=self.book.now())
        assert isinstance(filing, Filing)
        assert filing.action is not None
        return filing, filing.action


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    with book.writing() as session:
        lay_down_lists(session)
        anna, _mailbox = new_collaborator(session, "Anna")
        dupont = new_relation(session, "Dupont")
        new_contact(session, new_person(session, "Els"), dupont, mail="els@dupont.example")
        orval, chimay = new_relation(session, "Orval", "info@orval.example"), new_relation(session, "Chimay")
        return Desk(book, DocumentShelf(tmp_path), anna, dupont.id, orval.id, chimay.id)


def test_a_reference_in_the_subject_files_the_mail_in_that_dossier(desk: Desk) -> None:
    with desk.book.writing() as session:
        own, general = desk.opens(session, desk.dupont_id), desk.opens(session, None)
        filing, action = desk.files(session, f"RE: Offer [{own.reference.lower()}]", "<1@x>")
        assert (action.dossier_id, action.relation_id) == (own.id, desk.dupont_id)
        assert (filing.tag, filing.tag_ignored) == ("", None)
        assert desk.files(session, f"[{general.reference}] Offer", "<2@x>")[1].dossier_id == general.id
        plain, action = desk.files(session, "Offer", "<3@x>")
        assert (action.dossier_id, plain.tag_ignored) == (None, None), "never required"


def test_the_dossier_of_a_later_recipient_takes_the_mail_to_that_relation(desk: Desk) -> None:
    with desk.book.writing() as session:
        dossier = desk.opens(session, desk.orval_id)
        _filing, action = desk.files(session, f"Offer [{dossier.reference}]", "<4@x>")
        assert (action.relation_id, action.dossier_id) == (desk.orval_id, dossier.id)
        assert [one.contact.person.name for one in action.participants if one.contact] == ["Els"]


def test_a_wrong_closed_or_foreign_reference_is_ignored_and_remembered(desk: Desk) -> None:
    with desk.book.writing() as session:
        closed, foreign = desk.opens(session, desk.dupont_id), desk.opens(session, desk.chimay_id)
        close_dossier(session, closed.id, by=desk.anna, now=desk.book.now())
        told = (
            (closed.reference, TagIgnored.CLOSED),
            (foreign.reference, TagIgnored.FOREIGN),
            ("DUPONT-999", TagIgnored.UNKNOWN),
        )
        for number, (reference, why) in enumerate(told):
            filing, action = desk.files(session, f"Offer [{reference}]", f"<5{number}@x>")
            assert (action.dossier_id, filing.tag, filing.tag_ignored) == (None, reference, why)


def test_a_filed_mail_that_is_moved_leaves_the_dossier_of_the_relation_before(desk: Desk) -> None:
    with desk.book.writing() as session:
        own, general = desk.opens(session, desk.dupont_id), desk.opens(session, None)
        for dossier, kept in ((own, None), (general, general.id)):
            filing, action = desk.files(session, f"Offer [{dossier.reference}]", f"<6{dossier.id}@x>")
            move_filing(session, by=desk.anna, filing_id=filing.id, relation_id=desk.chimay_id, now=desk.book.now())
            assert action.dossier_id == kept
