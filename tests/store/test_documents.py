"""Files of the office: stored once, never lost while somebody links to them, gone when nobody does."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from clock import Clock
from dupont import START, lay_down_lists, new_collaborator, new_contact, new_person, new_relation
from planned import DAY, make_visits
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.actions import Action, ActionStatus, ActionType
from store.audit import entries_of
from store.base import BookBusy, NotFound
from store.collaborators import Collaborator, Scope, add_collaborator
from store.documents import (
    MOST_AT_ONCE,
    UNDO_FOR,
    Document,
    DocumentLink,
    DocumentShelf,
    document_link,
    documents_of,
    link_document,
    links_seen_by,
    unlink_document,
)
from store.engine import Book
from store.merging import merge_relations
from store.recurring import occurrence_on
from store.series import Every, Recurrence
from store.statuses import ActionPriority

OFFER = b"%PDF-1.7 offer 2026-118"


@pytest.fixture
def shelf(tmp_path: Path) -> DocumentShelf:
    return DocumentShelf(tmp_path / "documents")


def _files(shelf: DocumentShelf) -> list[Path]:
    return sorted(path for path in shelf.folder.glob("*/*") if path.is_file())


def _private_action(session: Session, owner: Collaborator, relation_id: int) -> Action:
    row = Action(
        uid="private@office.example",
        relation_id=relation_id,
        type_id=session.scalars(select(ActionType.id)).first(),
        status_id=session.scalars(select(ActionStatus.id)).first(),
        priority_id=session.scalars(select(ActionPriority.id)).first(),
        owner_id=owner.id,
        is_private=True,
        subject="Private",
        starts_on=START.date(),
        ends_on=START.date(),
        zone="Europe/Brussels",
        sort_at=START,
        created_at=START,
        changed_at=START,
    )
    session.add(row)
    session.flush()
    return row


def test_the_same_content_is_stored_once_under_its_hash(book: Book, shelf: DocumentShelf, tmp_path: Path) -> None:
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(OFFER)
    with book.writing() as session:
        first = shelf.keep(session, OFFER, media_type="application/pdf", now=book.now())
        second = shelf.keep(session, copy, media_type="application/pdf", now=book.now())
        assert first.id == second.id
        digest = hashlib.sha256(OFFER).hexdigest()
        assert (first.sha256, first.size) == (digest, len(OFFER))
        assert _files(shelf) == [shelf.folder / digest[:2] / digest[2:]]
        assert shelf.path_of(first).read_bytes() == OFFER


def test_only_rapports_own_user_reads_the_files(book: Book, shelf: DocumentShelf) -> None:
    with book.writing() as session:
        path = shelf.path_of(shelf.keep(session, OFFER, media_type="application/pdf", now=book.now()))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_missing_file_says_not_found(book: Book, shelf: DocumentShelf) -> None:
    with book.writing() as session:
        document = shelf.keep(session, OFFER, media_type="application/pdf", now=book.now())
        shelf.path_of(document).unlink()
        with pytest.raises(NotFound):
            shelf.path_of(document)
        shelf.keep(session, OFFER, media_type="application/pdf", now=book.now())
        assert shelf.path_of(document).read_bytes() == OFFER


def test_a_full_disk_says_busy_and_leaves_nothing(
    book: Book, shelf: DocumentShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BookBusy), book.writing() as session:
        shelf.keep(session, OFFER, media_type="application/pdf", now=book.now())
    assert _files(shelf) == []
    with book.reading() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 0


def test_one_document_hangs_on_many_places_each_once(book: Book, shelf: DocumentShelf) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna")
        dupont, jansen = new_relation(session, "Dupont"), new_relation(session, "Jansen")
        offer = shelf.keep(session, OFFER, media_type="application/pdf", now=book.now())
        for relation in (dupont, jansen, dupont):
            link_document(session, offer, name="Offer.pdf", relation_id=relation.id, by=anna, now=book.now())
        link_document(session, offer, name="Offre.pdf", relation_id=dupont.id, by=anna, now=book.now())
        names = [link.name for link in documents_of(session, asked_by=anna, relation_id=dupont.id)]
        assert names == ["Offre.pdf", "Offer.pdf"]
        assert session.scalar(select(func.count()).select_from(DocumentLink)) == 3


def test_a_document_linked_where_a_merge_was_hangs_on_what_was_kept(book: Book, shelf: DocumentShelf) -> None:
    with book.writing() as session:
        anna, _ = new_collaborator(session, "Anna")
        dupont, twin, els = new_relation(session, "Dupont"), new_relation(session, "Dupond"), new_person(session, "Els")
        kept, merged = (new_contact(session, els, relation) for relation in (dupont, twin))
    with book.writing() as session:
        merge_relations(session, dupont.id, twin.id, by=anna, now=book.now())
    with book.writing() as session:
        offer = shelf.keep(session, OFFER, media_type="application/pdf", now=book.now())
        at_relation = link_document(session, offer, name="a.pdf", relation_id=twin.id, by=anna, now=book.now())
        at_contact = link_document(session, offer, name="b.pdf", contact_id=merged.id, by=anna, now=book.now())
        assert (at_relation.relation_id, at_contact.contact_id) == (dupont.id, kept.id)


def test_documents_of_a_series_stand_at_each_of_its_times_and_those_of_one_time_there_alone(
    book: Book, shelf: DocumentShelf
) -> None:
    visits = make_visits(book)
    with book.writing() as session:
        now, by = book.now(), visits.anna
        whole = visits.plan(session, recurrence=Recurrence(Every.WEEK, count=4))
        other = visits.plan(session, recurrence=Recurrence(Every.WEEK, count=4))
        first, second = (
            occurrence_on(session, whole.id, DAY + timedelta(weeks=weeks), by=by, now=now) for weeks in (1, 2)
        )
        offer = shelf.keep(session, OFFER, media_type="application/pdf", now=now)
        for action, name in ((whole, "Plan.pdf"), (first, "First.pdf"), (other, "Other.pdf")):
            link_document(session, offer, name=name, action_id=action.id, by=by, now=now)
        shown = {
            action.id: {one.name for one in documents_of(session, asked_by=by, action_id=action.id)}
            for action in (whole, first, second)
        }
        assert shown == {whole.id: {"Plan.pdf"}, first.id: {"First.pdf", "Plan.pdf"}, second.id: {"Plan.pdf"}}


def test_charlie_does_not_see_the_documents_of_a_private_action(book: Book, shelf: DocumentShelf) -> None:
    with book.writing() as session:
        lay_down_lists(session)
        anna, _ = new_collaborator(session, "Anna")
        charlie, _ = new_collaborator(session, "Charlie", is_admin=True)
        dupont = new_relation(session, "Dupont")
        action = _private_action(session, anna, dupont.id)
        offer = shelf.keep(session, OFFER, media_type="application/pdf", now=book.now())
        link = link_document(session, offer, name="Offer.pdf", action_id=action.id, by=anna, now=book.now())
        for where in ({"action_id": action.id}, {"relation_id": dupont.id}):
            assert documents_of(session, asked_by=anna, **where) == [link]
            assert documents_of(session, asked_by=charlie, **where) == []
        assert document_link(session, link.id, asked_by=anna) is link
        with pytest.raises(NotFound):
            document_link(session, link.id, asked_by=charlie)
        action.deleted_at = book.now()
        session.flush()
        with pytest.raises(NotFound):
            document_link(session, link.id, asked_by=anna)


def test_charlie_sees_the_documents_of_the_contacts_at_his_own_files_alone(book: Book, shelf: DocumentShelf) -> None:
    with book.writing() as session:
        charlie = add_collaborator(session, name="C", mail="c@office.example", now=START, scope=Scope.OWN)
        links = []
        for name, maker_id in (("Dupont", None), ("Durand", charlie.id)):
            relation = new_relation(session, name)
            relation.created_by_id = maker_id
            contact = new_contact(session, new_person(session, f"Els of {name}"), relation)
            document = shelf.keep(session, name.encode(), media_type="text/plain", now=START)
            links.append(link_document(session, document, name=name, now=START, by=charlie, contact_id=contact.id).id)
        assert links_seen_by(session, links, asked_by=charlie) == {links[1]}


def test_an_unlinked_document_can_be_put_back_for_a_day(book: Book, shelf: DocumentShelf, clock: Clock) -> None:
    with book.writing() as session:
        dupont = new_relation(session, "Dupont")
        offer = shelf.keep(session, OFFER, media_type="application/pdf", now=clock())
        link = link_document(session, offer, name="Offer.pdf", relation_id=dupont.id, by=None, now=clock())
        unlink_document(session, link, now=clock())
        assert [entry.deed for entry in entries_of(session, link)] == ["deleted", "created"]
    clock.advance(UNDO_FOR - timedelta(minutes=1))
    with book.writing() as session:
        assert shelf.forget_unused(session, now=clock()) == 0
        link_document(session, offer, name="Offer.pdf", relation_id=dupont.id, by=None, now=clock())
    clock.advance(UNDO_FOR * 2)
    with book.writing() as session:
        assert shelf.forget_unused(session, now=clock()) == 0
    assert shelf.path_of(offer).read_bytes() == OFFER


def test_after_a_day_an_unlinked_document_is_gone_row_and_file(book: Book, shelf: DocumentShelf, clock: Clock) -> None:
    with book.writing() as session:
        dupont = new_relation(session, "Dupont")
        offer = shelf.keep(session, OFFER, media_type="application/pdf", now=clock())
        first = link_document(session, offer, name="Offer.pdf", relation_id=dupont.id, by=None, now=clock())
        second = link_document(session, offer, name="Offre.pdf", relation_id=dupont.id, by=None, now=clock())
        unlink_document(session, first, now=clock())
        clock.advance(UNDO_FOR * 2)
        assert shelf.forget_unused(session, now=clock()) == 0
        unlink_document(session, second, now=clock())
    clock.advance(UNDO_FOR)
    with book.writing() as session:
        assert shelf.forget_unused(session, now=clock()) == 1
    assert _files(shelf) == []
    with book.writing() as session, pytest.raises(NotFound):
        link_document(session, offer, name="Offer.pdf", relation_id=dupont.id, by=None, now=clock())


def test_a_removal_that_crashed_half_way_is_finished_later(book: Book, shelf: DocumentShelf, clock: Clock) -> None:
    with book.writing() as session:
        shelf.keep(session, OFFER, media_type="application/pdf", now=clock())
    clock.advance(UNDO_FOR)
    with pytest.raises(ZeroDivisionError), book.writing() as session:
        assert shelf.forget_unused(session, now=clock()) == 1
        raise ZeroDivisionError
    assert _files(shelf) == []
    with book.writing() as session:
        assert shelf.forget_unused(session, now=clock()) == 1
        assert session.scalar(select(func.count()).select_from(Document)) == 0


def test_what_a_rolled_back_transaction_left_is_swept(book: Book, shelf: DocumentShelf, clock: Clock) -> None:
    with book.writing() as session:
        kept = shelf.path_of(shelf.keep(session, b"kept", media_type="text/plain", now=clock()))
    with pytest.raises(ZeroDivisionError), book.writing() as session:
        stray = shelf.path_of(shelf.keep(session, OFFER, media_type="application/pdf", now=clock()))
        raise ZeroDivisionError
    part = stray.parent / "part-abc"
    part.write_bytes(b"half")
    for path in (kept, stray, part):
        os.utime(path, (clock().timestamp(), clock().timestamp()))
    assert list(shelf.old_files(now=clock())) == [[]]
    clock.advance(timedelta(hours=2))
    (old,) = shelf.old_files(now=clock())
    with book.reading() as session:
        unnamed = shelf.unnamed(session, old)
    assert sorted(unnamed) == sorted([stray, part])
    with book.writing() as session:
        assert shelf.forget_strays(session, [*unnamed, kept]) == 2
    assert _files(shelf) == [kept]


def test_the_walk_through_the_folder_comes_in_portions(shelf: DocumentShelf, clock: Clock) -> None:
    for number in range(MOST_AT_ONCE + 1):
        path = shelf.folder / "ab" / f"part-{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (clock().timestamp(), clock().timestamp()))
    portions = list(shelf.old_files(now=clock() + timedelta(hours=2)))
    assert [len(portion) for portion in portions] == [MOST_AT_ONCE, 1]


def test_keeping_and_forgetting_at_once_never_leaves_a_row_without_its_file(
    book: Book, shelf: DocumentShelf, clock: Clock
) -> None:
    with book.writing() as session:
        dupont = new_relation(session, "Dupont")
        shelf.keep(session, OFFER, media_type="application/pdf", now=clock())
    clock.advance(UNDO_FOR)
    kept, goes_on = threading.Event(), threading.Event()

    def keep() -> None:
        with book.writing() as session:
            offer = shelf.keep(session, OFFER, media_type="application/pdf", now=clock())
            kept.set()
            goes_on.wait(0.3)
            link_document(session, offer, name="Offer.pdf", relation_id=dupont.id, by=None, now=clock())

    keeper = threading.Thread(target=keep)
    keeper.start()
    kept.wait(5)
    with book.writing() as session:
        assert shelf.forget_unused(session, now=clock()) == 0
    keeper.join()
    with book.reading() as session:
        assert shelf.path_of(session.scalars(select(Document)).one()).read_bytes() == OFFER
