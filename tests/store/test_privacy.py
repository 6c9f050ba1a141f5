"""What a person may ask about their own data: a copy, and to be forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from dupont import new_collaborator, new_person
from privacy_office import SECRET, everything, office, visit
from sqlalchemy import inspect, select, text

from store.actions import Action
from store.addresses import PhoneLine
from store.audit_seals import seal_entries, verify_entries
from store.base import BookError, NotAllowed, Row
from store.consent import Refusal, Suppression, refusal
from store.contacts import Contact, contacts_of
from store.engine import Book
from store.importing import Import, ImportLine, Outcome, What
from store.invitations import Invitation, InvitationMail, Method
from store.mailboxes import Mailbox
from store.merging import merge_relations
from store.notes import NoteFacts, Remind, write_note
from store.planning import plan_action
from store.privacy import LegalHold, Retention, erase_person, forget_expired, gather, lift_hold, put_hold
from store.relations import Relation, delete_relation, edit_relation, relation_seen_by
from store.search import search_options
from store.suppressions import lift_suppression, suppress_for_office

KEY = b"k" * 32


def test_after_an_erasure_the_name_stands_nowhere_in_the_book(book: Book) -> None:
    anna, _bram, person_id, _contact_id = office(book)
    assert SECRET.casefold() in everything(book).casefold()
    with book.writing(actor_id=anna.id, door="slack") as session:
        pseudonym, actions = erase_person(session, person_id, by=anna, reason="by letter", now=book.now())
    assert (pseudonym, actions) == (f"#{person_id}", 1)
    left = everything(book)
    assert SECRET.casefold() not in left.casefold()
    assert "470 12 34 56" not in left
    with book.reading() as session:
        action = session.scalars(select(Action)).one()
        assert action.subject == f"Lunch with {pseudonym}"
        assert action.report == f"{pseudonym} wants prices; call {pseudonym}"
        assert relation_seen_by(session, person_id, asked_by=anna) is None
        assert search_options(session, "els", asked_by=anna, on=date(2026, 11, 21)).options == ()


def test_what_was_merged_into_a_person_and_lists_that_told_of_them_are_erased_as_well(book: Book) -> None:
    anna, _bram, person_id, _contact_id = office(book)
    with book.writing(door="slack") as session:
        twin = new_person(session, f"E. {SECRET}-Peeters", f"{SECRET}@home.example")
        list_of = Import(
            what=What.CONTACTS,
            file_name="list.csv",
            sha256="",
            columns=[],
            fields=[],
            by_id=anna.id,
            prepared_at=book.now(),
        )
        session.add(list_of)
        session.flush()
        cells = [f"Els {SECRET}", "no address"]
        session.add(ImportLine(import_id=list_of.id, number=2, outcome=Outcome.REFUSED, cells=cells))
    with book.writing(door="slack") as session:
        merge_relations(session, person_id, twin.id, by=anna, now=book.now())
    with book.writing(door="slack") as session:
        erase_person(session, twin.id, by=anna, reason="by letter", now=book.now())
    assert SECRET.casefold() not in everything(book).casefold()


def test_an_erased_address_never_receives_a_mailing_again_and_is_not_readable(book: Book) -> None:
    anna, _bram, person_id, _contact_id = office(book)
    mail = f"els.{SECRET}@dupont.example"
    with book.writing() as session:
        row, _is_new = suppress_for_office(session, mail, is_hashed=False, by=anna, now=book.now())
        lift_suppression(session, row.id, by=anna)
    with book.writing() as session:
        erase_person(session, person_id, by=anna, reason="by letter", now=book.now())
    assert mail.casefold() not in everything(book).casefold()
    with book.writing() as session:
        again = new_person(session, "Els again", mail)
        assert refusal(session, person_id=again.id, mail=mail, topic_id=None) is Refusal.SUPPRESSED
        assert session.scalars(select(Suppression.mail)).one().startswith("#")


def test_an_address_that_a_colleague_shares_stays_theirs(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna", is_admin=True)
        els, jan = (new_person(session, name, "info@dupont.example") for name in ("Els", "Jan"))
        erase_person(session, els.id, by=anna, reason="by letter", now=book.now())
        assert refusal(session, person_id=jan.id, mail="info@dupont.example", topic_id=None) is None


def test_a_legal_hold_refuses_the_erasure_and_says_why_until_it_is_lifted(book: Book) -> None:
    anna, _bram, person_id, _contact_id = office(book)
    later = book.now().date() + timedelta(days=30)
    with book.writing() as session:
        hold = put_hold(session, person_id, by=anna, reason="Claim 2026/17", until_on=later, now=book.now())
        with pytest.raises(BookError) as refused:
            erase_person(session, person_id, by=anna, reason="by letter", now=book.now())
        assert refused.value.values == {"reason": "Claim 2026/17", "name": "Anna"}
        lift_hold(session, hold.id, by=anna, now=book.now())
        assert erase_person(session, person_id, by=anna, reason="by letter", now=book.now())[0] == f"#{person_id}"


def test_only_administrators_copy_erase_and_hold(book: Book) -> None:
    _anna, bram, person_id, _contact_id = office(book)
    with book.writing() as session:
        with pytest.raises(NotAllowed):
            erase_person(session, person_id, by=bram, reason="by letter", now=book.now())
        with pytest.raises(NotAllowed):
            put_hold(session, person_id, by=bram, reason="no", until_on=None, now=book.now())
        with pytest.raises(NotAllowed):
            gather(session, person_id, asked_by=bram)


def test_a_company_is_not_erased_and_a_reason_is_asked_for(book: Book) -> None:
    anna, _bram, person_id, contact_id = office(book)
    with book.writing() as session:
        company_id = session.get_one(Contact, contact_id).relation_id
        with pytest.raises(BookError, match="Only a person"):
            erase_person(session, company_id, by=anna, reason="by letter", now=book.now())
        with pytest.raises(BookError) as unsaid:
            erase_person(session, person_id, by=anna, reason="  ", now=book.now())
        assert unsaid.value.field == "reason"


def test_the_trail_stays_whole_after_an_erasure_and_says_that_it_happened(book: Book) -> None:
    anna, _bram, person_id, _contact_id = office(book)
    with book.writing() as session:
        seal_entries(session, KEY)
    with book.writing(actor_id=anna.id, door="slack") as session:
        erase_person(session, person_id, by=anna, reason="by letter", now=book.now())
        seal_entries(session, KEY)
    with book.reading() as session:
        assert verify_entries(session, KEY).wrong == ""
    with book.writing() as session:
        session.execute(text("update audit_entry set after = '{}' where deed = 'created' and kind = 'collaborator'"))
        session.execute(text("update audit_entry set after = '{}' where kind = 'relation' and deed = 'created'"))
    with book.reading() as session:
        assert "is not as it was written" in verify_entries(session, KEY).wrong, "emptied without saying why"


def test_the_copy_of_a_person_holds_their_rows_but_no_private_action_of_a_colleague(book: Book) -> None:
    anna, bram, person_id, contact_id = office(book)
    with book.writing() as session:
        contact = session.get_one(Contact, contact_id)
        told = replace(visit(session, bram, contact, "Surprise for Els"), is_private=True)
        plan_action(session, by=bram, now=book.now(), facts=told)
        edit_relation(session, person_id, by=anna, now=book.now(), phones=[PhoneLine("+32 2 555 11 22")])
    with book.writing() as session:
        data = gather(session, person_id, asked_by=anna)
    assert data.tables["relation"][0]["name"] == f"Els {SECRET}"
    assert [row["mail"] for row in data.tables["mail_address"]] == [f"els.{SECRET}@dupont.example"]
    assert [row["subject"] for row in data.tables["action"]] == [f"Lunch with Els {SECRET}"]
    assert data.hidden == 1
    assert "Surprise" not in str(data)


def test_the_copy_holds_all_that_stands_about_a_person_wherever_it_stands(book: Book) -> None:
    anna, bram, person_id, contact_id = office(book)
    with book.writing() as session:
        twin = new_person(session, f"E. {SECRET}", "els@home.example")
        els = session.get_one(Contact, contact_id)
        gone = plan_action(session, by=bram, now=book.now(), facts=visit(session, bram, els, "Called off"))
        invitation = Invitation(action_id=gone.id, mail="els@home.example", language="fr", contact_id=contact_id)
        mailbox_id = session.scalars(select(Mailbox.id)).first()
        sent = {"method": Method.REQUEST, "sequence": 0, "stamped_at": book.now(), "content": {"subject": "Come"}}
        invitation.mails = [InvitationMail(mailbox_id=mailbox_id, marker="m", message_id="<m@office.example>", **sent)]
        session.add(invitation)
        gone.deleted_at = book.now()
        today = book.now().date()
        remind = Remind(today + timedelta(days=1), time(9), (bram.id,))
        about = NoteFacts(person_id, "Likes hops", today, contact_id=None, remind=remind)
        write_note(session, by=bram, facts=about, now=book.now())
        write_note(session, by=bram, facts=replace(about, subject="Surprise", is_private=True), now=book.now())
        told = {"what": What.CONTACTS, "file_name": "list.csv", "sha256": "", "columns": [], "fields": []}
        came_in = Import(**told, by_id=anna.id, prepared_at=book.now())
        session.add(came_in)
        session.flush()
        cells = [SECRET, "Els", "no address"]
        session.add(ImportLine(import_id=came_in.id, number=2, outcome=Outcome.REFUSED, cells=cells))
    with book.writing() as session:
        merge_relations(session, person_id, twin.id, by=anna, now=book.now())
    with book.writing() as session:
        data = gather(session, twin.id, asked_by=anna)
    assert [row["id"] for row in data.tables["relation"]] == [person_id, twin.id]
    assert {row["subject"] for row in data.tables["action"]} == {f"Lunch with Els {SECRET}", "Called off"}
    assert [row["content"] for row in data.tables["invitation_mail"]] == [{"subject": "Come"}]
    assert [row["subject"] for row in data.tables["note"]] == ["Likes hops"]
    assert [row["for_id"] for row in data.tables["reminder"]] == [bram.id]
    assert [row["cells"] for row in data.tables["import_line"]] == [cells]
    assert "merge" not in data.tables
    assert (data.hidden, "Surprise" in str(data)) == (1, False)


def test_what_has_outlived_its_term_goes_and_what_is_on_hold_stays(book: Book) -> None:
    anna, _bram, person_id, _contact_id = office(book)
    with book.writing() as session:
        other = new_person(session, "Jan Peeters", "jan@example.com")
        put_hold(session, other.id, by=anna, reason="Claim", until_on=None, now=book.now())
        for one in (person_id, other.id):
            delete_relation(session, one, by=anna, now=book.now())
    retention, much_later = Retention(deleted_people_days=30, audit_days=365), book.now() + timedelta(days=31)
    with book.writing() as session:
        assert forget_expired(session, retention, now=book.now() + timedelta(days=29)) == 0
        assert forget_expired(session, retention, now=much_later) == 1
        assert forget_expired(session, retention, now=much_later) == 0, "each once"
    with book.reading() as session:
        assert session.get_one(Relation, person_id).name == f"#{person_id}"
        assert session.get_one(Relation, other.id).name == "Jan Peeters"
    with book.writing() as session:
        seal_entries(session, KEY)
    with book.writing() as session:
        while forget_expired(session, retention, now=book.now() + timedelta(days=500)):
            pass
        seal_entries(session, KEY)
    with book.reading() as session:
        assert verify_entries(session, KEY).wrong == ""
    assert "jan@example.com" not in str([row for row in everything(book).splitlines() if "AuditEntry" in row])


def test_the_cells_of_a_list_go_when_their_term_has_run_out(book: Book) -> None:
    with book.writing() as session:
        anna, _mailbox = new_collaborator(session, "Anna", is_admin=True)
        told = {"what": What.CONTACTS, "file_name": "list.csv", "sha256": "", "columns": [], "fields": []}
        came_in = Import(**told, by_id=anna.id, prepared_at=book.now())
        session.add(came_in)
        session.flush()
        session.add(ImportLine(import_id=came_in.id, number=2, outcome=Outcome.REFUSED, cells=["Els", "no address"]))
    retention = Retention(imports_days=30)
    with book.writing() as session:
        assert forget_expired(session, retention, now=book.now() + timedelta(days=29)) == 0
        assert forget_expired(session, retention, now=book.now() + timedelta(days=31)) == 1
        assert forget_expired(session, retention, now=book.now() + timedelta(days=31)) == 0
        assert session.scalars(select(ImportLine.cells)).all() == [[]]


CLEARED = {
    "action", "birthday", "consent", "contact", "contact_in_grouping", "contact_role", "delivery", "document_link",
    "dossier",
    "invitation", "link", "mail_address", "merge", "note", "phone", "postal_address", "relation", "search_word",
}  # fmt: skip
"""What points to a relation or a contact, and what an erasure does about it."""
KEPT = {
    "channel_binding", "involvement", "legal_hold", "not_duplicate", "opportunity", "participant", "quote",
    "relation_fact",
}  # fmt: skip
"""Tells nothing of the person but that the office dealt with them."""


def test_every_table_about_people_is_cleared_by_an_erasure_or_kept_on_purpose() -> None:
    about = {
        table.name
        for table in Row.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in {"relation", "contact"}
    }
    assert about - CLEARED - KEPT == set()


def test_no_text_of_a_person_is_left_out_of_an_erasure(book: Book) -> None:
    anna, _bram, person_id, contact_id = office(book)
    kept = {"kind"}
    with book.writing() as session:
        erase_person(session, person_id, by=anna, reason="by letter", now=book.now())
        for row in (session.get_one(Relation, person_id), session.get_one(Contact, contact_id)):
            told = {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}
            texts = {key for key, value in told.items() if isinstance(value, str) and value and key not in kept}
            assert texts <= {"name", "folded"}, texts
            assert contacts_of(session, row.id, asked_by=anna, on=None) == []
            assert session.scalars(select(LegalHold)).all() == []
