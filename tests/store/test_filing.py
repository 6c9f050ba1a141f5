"""A sent mail with a document becomes one action: once, for the right people, and never against somebody's will."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from clock import Clock
from dupont import lay_down_lists, new_collaborator, new_contact, new_person, new_relation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.actions import Action, Meaning
from store.audit import entries_of
from store.base import BookError, NotAllowed, NotFound
from store.collaborators import Collaborator
from store.documents import UNDO_FOR, Document, DocumentLink, DocumentShelf, documents_of
from store.engine import Book
from store.filing import (
    MAIL_SENT,
    Filing,
    FilingState,
    NotFiled,
    SentAttachment,
    SentMail,
    decide,
    file_mail,
    filing_key,
    filing_seen_by,
    keep_filing,
    move_filing,
    refile,
    unfile,
)
from store.outbox import Outgoing, slack_lane
from store.rows import Row

PDF = SentAttachment("Offer 2026-118.pdf", "application/pdf", 1000, b"%PDF-1.7 offer")
OFFER = SentMail(
    message_id="<offer-118@office.example>",
    sender="anna@office.example",
    to=("els@dupont.example",),
    cc=(),
    bcc=(),
    subject="Offer 2026-118",
    sent_at=datetime(2026, 11, 20, 13, 5, 30, tzinfo=UTC),
    sensitivity="normal",
    is_automatic=False,
    is_ours=False,
    attachments=(PDF,),
)


@pytest.fixture
def shelf(tmp_path: Path) -> DocumentShelf:
    return DocumentShelf(tmp_path / "documents")


@pytest.fixture
def office(book: Book) -> dict[str, int]:
    """Anna, Bram, Carl and Dora with their mailboxes; Els at Dupont's."""
    with book.writing() as session:
        lay_down_lists(session)
        ids = {name: new_collaborator(session, name)[0].id for name in ("Anna", "Bram", "Carl", "Dora")}
        ids["Dupont"] = (dupont := new_relation(session, "Dupont", "info@dupont.example")).id
        ids["Els"] = new_contact(session, new_person(session, "Els"), dupont, mail="els@dupont.example").id
    return ids


class Desk:
    """Files and decides for people by name, each in a transaction of its own."""

    def __init__(self, book: Book, shelf: DocumentShelf, office: dict[str, int], clock: Clock) -> None:
        self.book, self.shelf, self.office, self.clock = book, shelf, office, clock

    def file(self, name: str, mail: SentMail) -> Filing | NotFiled:
        with self.book.writing() as session:
            who = session.get_one(Collaborator, self.office[name])
            return file_mail(session, mail, collaborator=who, shelf=self.shelf, now=self.clock())

    def do(self, deed: Any, name: str, filing: Filing, **more: object) -> Filing:
        with self.book.writing() as session:
            who = session.get_one(Collaborator, self.office[name])
            done: Filing = deed(session, by=who, filing_id=filing.id, now=self.clock(), **more)
            return done


@pytest.fixture
def desk(book: Book, shelf: DocumentShelf, office: dict[str, int], clock: Clock) -> Desk:
    return Desk(book, shelf, office, clock)


def _filed(desk: Desk, name: str, mail: SentMail) -> Filing:
    filing = desk.file(name, mail)
    assert isinstance(filing, Filing)
    return filing


def _actions(session: Session) -> list[Action]:
    return list(session.scalars(select(Action).where(Action.deleted_at.is_(None))).unique())


def _people(action: Action) -> set[int | None]:
    colleagues = [one.collaborator_id for one in action.participants if one.collaborator_id]
    assert len(colleagues) == len(set(colleagues))
    return {action.owner_id, *colleagues}


def _count(session: Session, kind: type[Row]) -> int:
    return session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_sent_offer_becomes_one_done_action_with_its_document(desk: Desk, office: dict[str, int]) -> None:
    filing = _filed(desk, "Anna", OFFER)
    with desk.book.reading() as session:
        (action,) = _actions(session)
        assert filing.action_id == action.id
        assert (action.relation_id, action.contact_id, action.owner_id) == (
            office["Dupont"],
            office["Els"],
            office["Anna"],
        )
        assert (action.type.key, action.status.meaning) == (MAIL_SENT, Meaning.DONE)
        assert action.subject == "Offer 2026-118"
        assert (str(action.starts_on), action.starts_time, action.zone) == (
            "2026-11-20",
            time(14, 5),
            "Europe/Brussels",
        )
        anna = session.get_one(Collaborator, office["Anna"])
        (link,) = documents_of(session, asked_by=anna, action_id=action.id)
        assert link.name == "Offer 2026-118.pdf"
        assert desk.shelf.path_of(link.document).read_bytes() == PDF.content


def test_the_rep_is_told_once_unless_they_want_silence(desk: Desk, office: dict[str, int]) -> None:
    with desk.book.writing() as session:
        session.get_one(Collaborator, office["Bram"]).tells_filings = False
    filing = _filed(desk, "Anna", OFFER)
    for name in ("Anna", "Bram", "Anna"):
        desk.file(name, OFFER)
    with desk.book.reading() as session:
        (told,) = session.scalars(select(Outgoing)).all()
        assert (told.kind, told.lane, told.key) == (
            "notice",
            slack_lane(office["Anna"]),
            f"filed/{filing.id}/{office['Anna']}",
        )
        assert told.content == {"notice": "filed", "filing_id": filing.id, "collaborator_id": office["Anna"]}


@pytest.mark.parametrize("order", list(itertools.permutations(["Anna", "Bram", "Carl"])))
def test_one_mail_in_three_mailboxes_is_one_action_of_three_whatever_the_order(
    desk: Desk, office: dict[str, int], order: tuple[str, ...]
) -> None:
    for name in (*order, *reversed(order), *order):
        desk.file(name, OFFER)
    with desk.book.reading() as session:
        (action,) = _actions(session)
        assert action.owner_id == office["Anna"]
        assert _people(action) == {office["Anna"], office["Bram"], office["Carl"]}
        assert (_count(session, Filing), _count(session, DocumentLink), _count(session, Document)) == (1, 1, 1)


_numbers = itertools.count()


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seen=st.lists(st.sampled_from(["Anna", "Bram", "Carl"]), min_size=1, max_size=4),
    again=st.lists(st.sampled_from(["Anna", "Bram", "Carl"]), max_size=4),
    crashes=st.integers(0, 3),
)
def test_unfiled_stays_unfiled_however_often_it_is_seen_again(
    desk: Desk, seen: list[str], again: list[str], crashes: int
) -> None:
    mail = replace(OFFER, message_id=f"<{next(_numbers)}@office.example>")
    for _crash in range(crashes):
        with pytest.raises(ZeroDivisionError), desk.book.writing() as session:
            who = session.get_one(Collaborator, desk.office[seen[0]])
            file_mail(session, mail, collaborator=who, shelf=desk.shelf, now=desk.clock())
            raise ZeroDivisionError
    filings = {_filed(desk, name, mail).id for name in seen}
    assert len(filings) == 1
    filing = _filed(desk, seen[0], mail)
    desk.do(unfile, seen[-1], filing)
    desk.do(unfile, seen[-1], filing)
    for name in again:
        assert _filed(desk, name, mail).state is FilingState.UNFILED
    with desk.book.reading() as session:
        assert filing.action_id not in {action.id for action in _actions(session)}
        assert not session.scalars(select(DocumentLink).where(DocumentLink.action_id == filing.action_id)).all()


@pytest.mark.parametrize("book_url", ["postgresql"], indirect=True)
def test_two_mailboxes_that_file_at_the_same_moment_make_one_action(desk: Desk, office: dict[str, int]) -> None:
    first_filed, go_on = threading.Event(), threading.Event()

    def file_slowly() -> None:
        with desk.book.writing() as session:
            who = session.get_one(Collaborator, office["Anna"])
            file_mail(session, OFFER, collaborator=who, shelf=desk.shelf, now=desk.clock())
            first_filed.set()
            go_on.wait(0.3)

    slow = threading.Thread(target=file_slowly)
    slow.start()
    first_filed.wait(5)
    desk.file("Bram", OFFER)
    slow.join()
    with desk.book.reading() as session:
        (action,) = _actions(session)
        assert _people(action) == {office["Anna"], office["Bram"]}


def test_a_colleague_in_copy_takes_part_but_a_blind_one_does_not(desk: Desk, office: dict[str, int]) -> None:
    desk.file("Anna", replace(OFFER, cc=("bram@office.example",), bcc=("carl@office.example",)))
    with desk.book.reading() as session:
        (action,) = _actions(session)
        assert _people(action) == {office["Anna"], office["Bram"]}


SECRET = "xyzzy-secret"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"is_ours": True}, NotFiled.OURS),
        ({"is_automatic": True}, NotFiled.AUTOMATIC),
        ({"sensitivity": "private"}, NotFiled.PRIVATE),
        ({"sensitivity": "personal"}, NotFiled.PRIVATE),
        ({"sensitivity": "confidential"}, NotFiled.PRIVATE),
        ({"to": ("bram@office.example",), "cc": ("carl@office.example",)}, NotFiled.INTERNAL),
        ({"to": ()}, NotFiled.INTERNAL),
        ({"attachments": ()}, NotFiled.NO_DOCUMENT),
        ({"to": (f"{SECRET}@nobody.example",)}, NotFiled.UNKNOWN_RECIPIENT),
    ],
)
def test_no_byte_of_a_mail_that_is_not_filed_is_in_the_book(desk: Desk, changed: dict[str, Any], why: NotFiled) -> None:
    document = SentAttachment(f"{SECRET}.pdf", "application/pdf", 9, SECRET.encode())
    mail = replace(OFFER, subject=SECRET, message_id=f"<{SECRET}@x>", attachments=(document,))
    assert desk.file("Anna", replace(mail, **changed)) is why
    with desk.book.reading() as session:
        for table in Row.metadata.sorted_tables:
            assert SECRET not in repr(session.execute(table.select()).all())
        assert _count(session, Filing) == 0
    assert not list(desk.shelf.folder.glob("*/*"))


@pytest.mark.parametrize(
    "attachment",
    [
        SentAttachment("offer.pdf", "application/pdf", 900, b"x", is_inline=True),
        SentAttachment("invite.ics", "application/octet-stream", 900, b"x"),
        SentAttachment("invite", "text/calendar; method=REQUEST", 900, b"x"),
        SentAttachment("anna.vcf", "text/plain", 900, b"x"),
        SentAttachment("smime.p7s", "application/pkcs7-signature", 900, b"x"),
        SentAttachment("logo.png", "image/png", 12_000, b"x"),
        SentAttachment("empty.pdf", "application/pdf", 0, b""),
        SentAttachment("winmail.dat", "application/ms-tnef", 90_000, b"x"),
    ],
    ids=lambda one: one.name,
)
def test_what_is_no_document_does_not_file_a_mail(attachment: SentAttachment) -> None:
    mail = replace(OFFER, attachments=(attachment,))
    assert decide(mail, office={"anna@office.example"}, known={"els@dupont.example"}) is NotFiled.NO_DOCUMENT


def test_a_photo_is_a_document_and_a_signature_beside_it_is_not(desk: Desk) -> None:
    photo = SentAttachment("cellar.jpg", "image/jpeg", 2_000_000, b"photo")
    logo = SentAttachment("logo.png", "image/png", 12_000, b"logo")
    desk.file("Anna", replace(OFFER, attachments=(logo, photo)))
    with desk.book.reading() as session:
        assert [link.name for link in session.scalars(select(DocumentLink))] == ["cellar.jpg"]


def test_a_document_too_large_to_fetch_is_named_not_lost(desk: Desk) -> None:
    huge = SentAttachment("plans.pdf", "application/pdf", 40_000_000, None)
    filing = _filed(desk, "Anna", replace(OFFER, attachments=(huge, PDF)))
    assert filing.not_kept == [["plans.pdf", 40_000_000]]
    with desk.book.reading() as session:
        assert [link.name for link in session.scalars(select(DocumentLink))] == ["Offer 2026-118.pdf"]


def test_the_key_forgives_folding_brackets_and_case() -> None:
    keys = {
        filing_key(replace(OFFER, message_id=written))
        for written in ("<Offer-118@Office.example>", " offer-118@office.example", "<offer-118@\r\n office.example>")
    }
    assert len(keys) == 1


def test_without_a_message_id_the_key_is_what_the_copies_have_in_common() -> None:
    bare = replace(OFFER, message_id="", to=("a@x.example", "b@x.example"))
    copy = replace(
        bare,
        to=("b@x.example", "a@x.example"),
        bcc=("c@x.example",),
        sent_at=OFFER.sent_at.astimezone().replace(microsecond=999),
        subject="Offer  2026-118 ",
    )
    assert filing_key(bare) == filing_key(copy)
    for other in (
        replace(bare, subject="Offer 2026-119"),
        replace(bare, sent_at=OFFER.sent_at + timedelta(seconds=1)),
        replace(bare, sender="bram@office.example"),
        replace(bare, attachments=(replace(PDF, name="other.pdf"),)),
        replace(bare, cc=("d@x.example",)),
    ):
        assert filing_key(bare) != filing_key(other)


def test_the_first_known_recipient_is_the_main_one_and_the_others_take_part(desk: Desk, office: dict[str, int]) -> None:
    with desk.book.writing() as session:
        jansen = new_relation(session, "Jansen", "info@jansen.example")
        jan = new_contact(session, new_person(session, "Jan", "jan@jansen.example"), jansen)
        jan_id, jansen_id = jan.id, jansen.id
    mail = replace(
        OFFER, to=("who@nowhere.example", "jan@jansen.example"), cc=("els@dupont.example", "info@dupont.example")
    )
    desk.file("Anna", mail)
    with desk.book.reading() as session:
        (action,) = _actions(session)
        assert (action.relation_id, action.contact_id) == (jansen_id, jan_id)
        assert {one.contact_id for one in action.participants} == {office["Els"]}


def test_a_person_with_several_places_is_linked_at_each_and_at_none_they_left(desk: Desk) -> None:
    with desk.book.writing() as session:
        els = new_person(session, "Els B", "els@home.example")
        first, second, third = (new_relation(session, name) for name in ("One", "Two", "Three"))
        left = new_contact(session, els, first, until_on=OFFER.sent_at.date() - timedelta(days=1))
        now_at, also_at = new_contact(session, els, second), new_contact(session, els, third)
        ids = (left.id, now_at.id, also_at.id)
    desk.file("Anna", replace(OFFER, to=("els@home.example",)))
    with desk.book.reading() as session:
        (action,) = _actions(session)
        assert action.contact_id == ids[1]
        assert {one.contact_id for one in action.participants} == {ids[2]}


def test_an_address_of_one_place_files_at_that_place(desk: Desk) -> None:
    with desk.book.writing() as session:
        els = new_person(session, "Els B")
        new_contact(session, els, new_relation(session, "One"), mail="els@one.example")
        there = new_contact(session, els, new_relation(session, "Two"), mail="els@two.example").id
    desk.file("Anna", replace(OFFER, to=("els@two.example",)))
    with desk.book.reading() as session:
        (action,) = _actions(session)
        assert (action.contact_id, action.participants) == (there, [])


def test_a_deleted_relation_is_not_known(desk: Desk, office: dict[str, int]) -> None:
    with desk.book.writing() as session:
        new_relation(session, "Gone", "info@gone.example").deleted_at = desk.clock()
    assert desk.file("Anna", replace(OFFER, to=("info@gone.example",))) is NotFiled.UNKNOWN_RECIPIENT


def test_a_mail_without_a_subject_is_called_after_its_document(desk: Desk) -> None:
    desk.file("Anna", replace(OFFER, subject=" \t"))
    with desk.book.reading() as session:
        assert _actions(session)[0].subject == "Offer 2026-118.pdf"


def test_unfiling_can_be_taken_back_for_a_day_documents_included(desk: Desk, clock: Clock) -> None:
    filing = _filed(desk, "Anna", OFFER)
    desk.do(unfile, "Anna", filing)
    clock.advance(UNDO_FOR / 2)
    with desk.book.writing() as session:
        desk.shelf.forget_unused(session, now=clock())
    again = desk.do(refile, "Anna", filing)
    assert (again.state, again.unlinked) == (FilingState.KEPT, [])
    with desk.book.reading() as session:
        assert [action.id for action in _actions(session)] == [filing.action_id]
        assert [link.name for link in session.scalars(select(DocumentLink))] == ["Offer 2026-118.pdf"]
        entries = [entry.after for entry in entries_of(session, again) if entry.deed == "changed"]
        assert [after["state"] for after in entries if "state" in after] == ["kept", "unfiled"]


def test_after_a_day_an_unfiled_document_is_gone_for_good(desk: Desk, clock: Clock) -> None:
    filing = _filed(desk, "Anna", OFFER)
    desk.do(unfile, "Anna", filing)
    clock.advance(UNDO_FOR)
    with desk.book.writing() as session:
        assert desk.shelf.forget_unused(session, now=clock()) == 1
    assert not list(desk.shelf.folder.glob("*/*"))
    desk.do(refile, "Anna", filing)
    with desk.book.reading() as session:
        assert [action.id for action in _actions(session)] == [filing.action_id]
        assert _count(session, DocumentLink) == 0


def test_only_who_was_on_the_mail_decides(desk: Desk) -> None:
    filing = _filed(desk, "Anna", replace(OFFER, cc=("bram@office.example",)))
    for deed in (keep_filing, unfile, refile):
        with pytest.raises(NotAllowed):
            desk.do(deed, "Dora", filing)
    assert desk.do(keep_filing, "Bram", filing).state is FilingState.KEPT


def test_charlie_does_not_see_a_filing_of_a_private_action(desk: Desk, office: dict[str, int]) -> None:
    filing = _filed(desk, "Anna", OFFER)
    with desk.book.writing() as session:
        _actions(session)[0].is_private = True
    with desk.book.reading() as session:
        with pytest.raises(NotFound):
            filing_seen_by(session, filing.id, asked_by=session.get_one(Collaborator, office["Carl"]))
        assert filing_seen_by(session, filing.id, asked_by=session.get_one(Collaborator, office["Anna"]))
    with pytest.raises(NotFound):
        desk.do(unfile, "Carl", filing)


def test_a_filing_moves_to_another_relation_and_stays_there(desk: Desk, office: dict[str, int]) -> None:
    with desk.book.writing() as session:
        jansen = new_relation(session, "Jansen")
        jan = new_contact(session, new_person(session, "Jan"), jansen)
        jansen_id, jan_id = jansen.id, jan.id
    filing = _filed(desk, "Anna", OFFER)
    with pytest.raises(BookError) as told:
        desk.do(move_filing, "Anna", filing, relation_id=jansen_id, contact_id=office["Els"])
    assert told.value.field == "contact"
    moved = desk.do(move_filing, "Anna", filing, relation_id=jansen_id, contact_id=jan_id)
    assert moved.state is FilingState.KEPT
    desk.file("Bram", OFFER)
    with desk.book.reading() as session:
        (action,) = _actions(session)
        assert (action.relation_id, action.contact_id) == (jansen_id, jan_id)


def test_what_was_taken_out_cannot_be_kept_or_moved(desk: Desk, office: dict[str, int]) -> None:
    filing = _filed(desk, "Anna", OFFER)
    desk.do(unfile, "Anna", filing)
    with pytest.raises(BookError):
        desk.do(keep_filing, "Anna", filing)
    with pytest.raises(BookError):
        desk.do(move_filing, "Anna", filing, relation_id=office["Dupont"])
