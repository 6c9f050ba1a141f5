"""Notes: what was said at a relation, who sees it, and that a message makes one note."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import date, time

import pytest
from dupont import new_collaborator, new_contact, new_person, new_relation
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.base import BookError, ChangedMeanwhile, NotAllowed, NotFound
from store.collaborators import Collaborator, Role, Scope
from store.contacts import Contact
from store.engine import Book
from store.notes import (
    Message,
    Note,
    NoteFacts,
    Remind,
    Reminder,
    delete_note,
    edit_note,
    note_of_message,
    note_seen_by,
    notes_of,
    restore_note,
    write_note,
)
from store.privacy import erase_person, gather
from store.relations import Relation, delete_relation

TOLD = Message("C1", "1795251600.000100", "https://office.slack.example/archives/C1/p1795251600000100")


@dataclass
class Desk:
    book: Book
    anna: Collaborator
    bram: Collaborator
    emma: Collaborator
    dupont: Relation
    els: Contact

    def facts(self, subject: str = "Prices", **changes: object) -> NoteFacts:
        return replace(NoteFacts(self.dupont.id, subject, date(2026, 11, 20)), **changes)  # type: ignore[arg-type]

    def write(self, session: Session, by: Collaborator, subject: str = "Prices", **changes: object) -> Note:
        return write_note(session, by=by, facts=self.facts(subject, **changes), now=self.book.now())

    def subjects(self, session: Session, asked_by: Collaborator, **more: object) -> list[str]:
        found = notes_of(session, asked_by=asked_by, relation_id=self.dupont.id, limit=50, **more)  # type: ignore[arg-type]
        return [note.subject for note in found]


@pytest.fixture
def desk(book: Book) -> Desk:
    with book.writing() as session:
        anna, bram = (new_collaborator(session, name)[0] for name in ("Anna", "Bram"))
        emma, _mailbox = new_collaborator(session, "Emma", is_admin=True)
        dupont = new_relation(session, "Dupont")
        els = new_contact(session, new_person(session, "Els Zwaluwstaart"), dupont)
        return Desk(book, anna, bram, emma, dupont, els)


def test_a_note_has_a_subject_a_detail_and_a_date_that_may_be_past(desk: Desk) -> None:
    with desk.book.writing() as session:
        made = desk.write(session, desk.anna, detail="They want less\nfoam", contact_id=desk.els.id).id
    with desk.book.reading() as session:
        note = note_seen_by(session, made, asked_by=desk.bram)
        assert note is not None
        assert (note.subject, note.detail, note.noted_on) == ("Prices", "They want less\nfoam", date(2026, 11, 20))
        assert (note.contact_id, note.owner_id, note.created_by_id) == (desk.els.id, desk.anna.id, desk.anna.id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": "  "}, "subject"),
        ({"subject": "x" * 151}, "subject"),
        ({"detail": "x" * 3_001}, "detail"),
        ({"relation_id": 999}, "relation"),
        ({"contact_id": 999}, "relation"),
        ({"remind": Remind(date(2026, 11, 20), time(9), (1,))}, "remind_on"),
        ({"remind": Remind(date(2026, 11, 25), time(9), (999,))}, "remind_whom"),
    ],
)
def test_what_is_wrong_with_a_note_is_said_at_its_field(desk: Desk, changes: dict[str, object], field: str) -> None:
    with desk.book.writing() as session, pytest.raises(BookError) as refused:
        desk.write(session, desk.anna, **changes)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_the_notes_of_an_interval_come_newest_first_page_by_page(desk: Desk) -> None:
    with desk.book.writing() as session:
        for day in (3, 1, 2, 4):
            desk.write(session, desk.anna, f"Day {day}", noted_on=date(2026, 11, day))
    with desk.book.reading() as session:
        assert desk.subjects(session, desk.bram) == ["Day 4", "Day 3", "Day 2", "Day 1"]
        between = {"first_on": date(2026, 11, 2), "last_on": date(2026, 11, 3)}
        assert desk.subjects(session, desk.bram, **between) == ["Day 3", "Day 2"]
        page = notes_of(session, asked_by=desk.bram, relation_id=desk.dupont.id, limit=2, offset=2)
        assert [note.subject for note in page] == ["Day 2", "Day 1"]


def test_a_contacts_notes_are_those_about_the_contact(desk: Desk) -> None:
    with desk.book.writing() as session:
        desk.write(session, desk.anna, "About the company")
        desk.write(session, desk.anna, "About Els", contact_id=desk.els.id)
    with desk.book.reading() as session:
        found = notes_of(session, asked_by=desk.anna, contact_id=desk.els.id, limit=9)
        assert [note.subject for note in found] == ["About Els"]


def test_a_private_note_is_seen_by_who_made_it_and_by_whom_it_reminds_and_not_by_administrators(desk: Desk) -> None:
    with desk.book.writing() as session:
        remind = Remind(date(2026, 11, 25), time(9), (desk.bram.id,))
        alone = desk.write(session, desk.anna, "Alone", is_private=True).id
        desk.write(session, desk.anna, "Shared", is_private=True, remind=remind)
    with desk.book.reading() as session:
        assert desk.subjects(session, desk.anna) == ["Shared", "Alone"]
        assert desk.subjects(session, desk.bram) == ["Shared"]
        assert desk.subjects(session, desk.emma) == []
        assert note_seen_by(session, alone, asked_by=desk.emma) is None
    with desk.book.writing() as session, pytest.raises(NotFound):
        delete_note(session, alone, by=desk.emma, now=desk.book.now())


def test_only_who_made_a_note_changes_who_sees_it(desk: Desk) -> None:
    bram, both = (Remind(date(2026, 11, 25), time(9), ids) for ids in ((desk.bram.id,), (desk.bram.id, desk.emma.id)))
    with desk.book.writing() as session:
        told, shown = desk.write(session, desk.anna), desk.write(session, desk.anna, is_private=True, remind=bram)
        tries = (
            (told, desk.facts(is_private=True), "is_private"),
            (shown, desk.facts(remind=bram), "is_private"),
            (shown, desk.facts(is_private=True, remind=both), "remind_whom"),
        )
        for note, facts, field in tries:
            with pytest.raises(BookError) as refused:
                edit_note(session, note.id, by=desk.bram, version=None, facts=facts, now=desk.book.now())
            assert refused.value.field == field
        for note, facts, _field in tries:
            edit_note(session, note.id, by=desk.anna, version=None, facts=facts, now=desk.book.now())
        assert desk.subjects(session, desk.emma) == ["Prices"]


def test_notes_of_files_out_of_scope_and_of_deleted_relations_are_not_met(desk: Desk) -> None:
    with desk.book.writing() as session:
        made = desk.write(session, desk.anna).id
        bram = session.get_one(Collaborator, desk.bram.id)
        bram.scope = Scope.OWN
        assert note_seen_by(session, made, asked_by=bram) is None
        assert desk.subjects(session, bram) == []
        with pytest.raises(NotFound):
            desk.write(session, bram)
        delete_relation(session, desk.dupont.id, by=desk.anna, now=desk.book.now())
        assert note_seen_by(session, made, asked_by=desk.anna) is None


def test_a_reader_writes_no_note(desk: Desk) -> None:
    with desk.book.writing() as session:
        bram = session.get_one(Collaborator, desk.bram.id)
        bram.role = Role.READER
        with pytest.raises(NotAllowed):
            desk.write(session, bram)


def test_the_second_of_two_editors_is_told_also_when_only_a_reminder_changed(desk: Desk) -> None:
    with desk.book.writing() as session:
        note = desk.write(session, desk.anna)
        made, seen = note.id, note.version
    with desk.book.writing() as session:
        remind = Remind(date(2026, 11, 25), time(9), (desk.bram.id,))
        edit_note(session, made, by=desk.anna, version=seen, facts=desk.facts(remind=remind), now=desk.book.now())
    with desk.book.writing() as session, pytest.raises(ChangedMeanwhile):
        edit_note(session, made, by=desk.bram, version=seen, facts=desk.facts("Other"), now=desk.book.now())


def test_a_deleted_note_is_gone_until_that_is_undone(desk: Desk) -> None:
    with desk.book.writing() as session:
        made = desk.write(session, desk.anna).id
        delete_note(session, made, by=desk.bram, now=desk.book.now())
        assert desk.subjects(session, desk.anna) == []
        for _twice in range(2):
            restore_note(session, made, by=desk.bram)
        assert desk.subjects(session, desk.anna) == ["Prices"]


# Messages


def _file(desk: Desk, by: Collaborator, **changes: object) -> int:
    with desk.book.writing() as session:
        return write_note(session, by=by, facts=desk.facts(**changes), now=desk.book.now(), message=TOLD).id


def test_the_same_message_filed_by_two_people_at_once_makes_one_note(desk: Desk) -> None:
    made: list[int] = []
    threads = [threading.Thread(target=lambda by=by: made.append(_file(desk, by))) for by in (desk.anna, desk.bram)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert len(set(made)) == 1
    with desk.book.reading() as session:
        note = session.scalars(select(Note)).unique().one()
        assert note.permalink == TOLD.permalink


def test_a_private_note_of_a_message_stands_in_nobody_elses_way_and_is_not_betrayed(desk: Desk) -> None:
    private = _file(desk, desk.anna, is_private=True)
    assert _file(desk, desk.anna, is_private=True) == private
    told = _file(desk, desk.bram)
    assert told != private
    with desk.book.writing() as session:
        found = note_of_message(session, TOLD, asked_by=desk.bram)
        assert found is not None
        assert found.id == told
        with pytest.raises(BookError, match="Another note"):
            edit_note(session, private, by=desk.anna, version=None, facts=desk.facts(), now=desk.book.now())


def test_a_message_filed_where_somebody_sees_nothing_is_refused_to_them(desk: Desk) -> None:
    _file(desk, desk.anna)
    with desk.book.writing() as session:
        bram = session.get_one(Collaborator, desk.bram.id)
        bram.scope = Scope.OWN
        own = new_relation(session, "Own")
        own.created_by_id = bram.id
        session.flush()
        facts = desk.facts(relation_id=own.id)
        with pytest.raises(BookError, match="not yours"):
            write_note(session, by=bram, facts=facts, now=desk.book.now(), message=TOLD)


def test_a_message_whose_note_was_deleted_makes_a_new_one_and_the_old_one_stays_away(desk: Desk) -> None:
    first = _file(desk, desk.anna)
    with desk.book.writing() as session:
        delete_note(session, first, by=desk.anna, now=desk.book.now())
    assert _file(desk, desk.bram) != first
    with desk.book.writing() as session, pytest.raises(BookError, match="Another note"):
        restore_note(session, first, by=desk.anna)


# A person's data


def test_an_erasure_takes_the_notes_about_a_person_and_their_name_out_of_the_others(desk: Desk) -> None:
    remind = Remind(date(2026, 11, 25), time(9), (desk.bram.id,))
    with desk.book.writing() as session:
        desk.write(session, desk.anna, "Ask els zwaluwstaart", detail="Els Zwaluwstaart knows")
        desk.write(session, desk.anna, "At her desk: Zwaluwstaart", contact_id=desk.els.id, remind=remind)
        desk.write(session, desk.anna, "Zwaluwstaart herself", relation_id=desk.els.person_id)
        pseudonym, _actions = erase_person(
            session, desk.els.person_id, by=desk.emma, reason="by letter", now=desk.book.now()
        )
    with desk.book.reading() as session:
        left = session.scalars(select(Note)).unique().one()
        assert (left.subject, left.detail) == (f"Ask {pseudonym}", f"{pseudonym} knows")
        assert session.scalar(select(func.count()).select_from(Reminder)) == 0
        tables = Note.metadata.sorted_tables
        everything = "\n".join(str(row) for table in tables for row in session.execute(table.select()))
        assert "zwaluwstaart" not in everything.casefold()


def test_the_copy_of_a_person_holds_notes_about_them_but_no_private_one_of_a_colleague(desk: Desk) -> None:
    with desk.book.writing() as session:
        desk.write(session, desk.anna, "Told", contact_id=desk.els.id)
        desk.write(session, desk.anna, "Untold", contact_id=desk.els.id, is_private=True)
    with desk.book.writing() as session:
        data = gather(session, desk.els.person_id, asked_by=desk.emma)
    assert [row["subject"] for row in data.tables["note"]] == ["Told"]
