"""Groups of contacts by a saved filter: evaluated when used, with the scope of whoever uses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from contact_desk import TODAY, Desk
from sqlalchemy.orm import Session

from store.addresses import PostalLine
from store.base import BookError, ChangedMeanwhile, NotAllowed, NotFound
from store.collaborators import Collaborator, Role, Scope, add_collaborator
from store.consent import ConsentSource, withdraw_consent
from store.contact_filters import (
    FilterFacts,
    contacts_in_filter,
    delete_filter,
    edit_filter,
    filter_seen_by,
    filters_saved,
    restore_filter,
    save_filter,
)
from store.contacts import Contact, Details
from store.domain import line_with_key
from store.engine import Book
from store.involvements import set_representative
from store.mailboxes import Mailbox
from store.mailings import MailingMode, deliveries_of_mailing, prepare_mailing
from store.relation_facts import What, note_by_hand
from store.relations import Relation, RelationCategory, add_relation
from store.statuses import RelationPriority, RelationStatus


def _found(session: Session, filter_id: int, by: Collaborator, on: date = TODAY, **more: int) -> list[str]:
    ids = contacts_in_filter(session, filter_id, asked_by=by, on=on, office_language="nl", **more)
    return [session.get_one(Contact, one).person.name for one in ids]


def _saved(desk: Desk, **facts: object) -> int:
    return save_filter(desk.session, by=desk.anna, facts=FilterFacts("Group", **facts), now=desk.now).id  # type: ignore[arg-type]


def _another(desk: Desk, name: str = "Durand", **facts: object) -> Relation:
    return add_relation(desk.session, by=desk.anna, now=desk.now, name=name, **facts)  # type: ignore[arg-type]


def test_a_group_holds_those_of_the_kind_the_grouping_and_the_category_that_it_names(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        wishes, category = desk.grouping("wishes"), line_with_key(session, RelationCategory, "supplier").id
        durand = _another(desk, category_id=category)
        desk.contact("Els", kind_ids=[desk.purchases])
        desk.contact("Piet", details=Details(grouping_ids=[wishes]))
        desk.contact("Jan", durand)
        for facts, names in (
            ({"kind_id": desk.purchases}, ["Els"]),
            ({"grouping_id": wishes}, ["Piet"]),
            ({"category_id": category}, ["Jan"]),
            ({"grouping_id": wishes, "kind_id": desk.purchases}, []),
        ):
            group = _saved(desk, **facts)
            assert _found(session, group, desk.anna) == names
            delete_filter(session, group, by=desk.anna, now=desk.now)


def test_towns_are_found_whatever_their_accents_and_capitals_at_the_place_itself_else_at_the_relation(
    book: Book,
) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        liege = _another(desk, postal_addresses=[PostalLine("Rue Haute 1", "4000", "Liège")])
        desk.contact("Els", liege)
        desk.contact("Piet", liege, details=Details(address=PostalLine("Kaai 3", "9000", "Gent")))
        desk.contact("Jan", details=Details(address=PostalLine(town="LIEGE")))
        assert _found(session, _saved(desk, towns="liege"), desk.anna) == ["Jan", "Els"]
        group = save_filter(session, by=desk.anna, facts=FilterFacts("Two", towns=" Gent ; Liège,"), now=desk.now)
        assert group.towns == "Gent, Liège"
        assert _found(session, group.id, desk.anna) == ["Jan", "Els", "Piet"]


def test_the_language_is_the_persons_else_the_relations_else_the_offices(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        els, unknown = desk.contact("Els"), _another(desk)
        desk.contact("Jan", unknown)
        desk.contact("Piet").person.speak("nl")
        session.flush()
        assert els.relation.language == "fr"
        assert _found(session, _saved(desk, language="nl"), desk.anna) == ["Piet", "Jan"]


def test_status_priority_and_representative_are_those_of_the_day_of_use(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        desk.contact("Els")
        client = line_with_key(session, RelationStatus, "client").id
        priority = session.query(RelationPriority).first()
        assert priority is not None
        group = _saved(desk, status_id=client, priority_id=priority.id, representative_id=desk.anna.id)
        assert _found(session, group, desk.anna) == []
        for what, line_id in ((What.STATUS, client), (What.PRIORITY, priority.id)):
            note_by_hand(
                session, by=desk.anna, relation_id=desk.dupont.id, what=what, value_id=line_id, on=TODAY, now=desk.now
            )
        set_representative(
            session, by=desk.anna, relation_id=desk.dupont.id, collaborator_id=desk.anna.id, on=TODAY, now=desk.now
        )
        assert _found(session, group, desk.anna) == ["Els"]
        assert _found(session, group, desk.anna, TODAY - timedelta(days=1)) == []


def test_who_left_and_whose_relation_is_deleted_is_in_no_group(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        desk.contact("Els", kind_ids=[desk.purchases]).until_on = TODAY
        group = _saved(desk, kind_id=desk.purchases)
        assert _found(session, group, desk.anna) == ["Els"]
        assert _found(session, group, desk.anna, TODAY + timedelta(days=1)) == []
        desk.dupont.deleted_at = desk.now
        session.flush()
        assert _found(session, group, desk.anna) == []


def test_of_one_relation_a_group_finds_its_own_contacts(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        durand = desk.company("Durand")
        for name, relation in (("Els", desk.dupont), ("Jan", durand)):
            desk.contact(name, relation, kind_ids=[desk.purchases])
        group = _saved(desk, kind_id=desk.purchases)
        assert _found(session, group, desk.anna, relation_id=durand.id) == ["Jan"]


def test_a_mailing_to_a_group_reaches_nobody_outside_the_senders_files_and_nobody_who_said_no(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        charlie = add_collaborator(
            session, name="Charlie", mail="charlie@office.example", now=desk.now, scope=Scope.OWN
        )
        own = add_relation(session, by=charlie, now=desk.now, name="Charlie's")
        for name, relation in (("Els", desk.dupont), ("Jan", own), ("No", own)):
            desk.contact(name, relation, kind_ids=[desk.purchases], mail=f"{name}@dupont.example")
        group = _saved(desk, kind_id=desk.purchases)
        assert _found(session, group, desk.anna) == ["Jan", "No", "Els"]
        assert _found(session, group, charlie) == ["Jan", "No"]
        no = contacts_in_filter(session, group, asked_by=charlie, on=TODAY, office_language="nl")[1]
        person_id = session.get_one(Contact, no).person_id
        withdraw_consent(session, person_id=person_id, topic_id=None, source=ConsentSource.COLLABORATOR, now=desk.now)
        assert _reached(session, charlie, group, desk.now) == ["jan@dupont.example"]


def _reached(session: Session, by: Collaborator, group: int, now: datetime) -> Sequence[str]:
    mailbox = Mailbox(collaborator_id=by.id, address=by.mail, server="exchange", bound_at=now)
    session.add(mailbox)
    session.flush()
    mailing = prepare_mailing(
        session,
        by=by,
        name="News",
        topic_id=None,
        mailbox_id=mailbox.id,
        mode=MailingMode.DRAFTS,
        delay_s=0,
        texts={"en": ("News", "Good news.")},
        now=now,
        contact_ids=contacts_in_filter(session, group, asked_by=by, on=TODAY, office_language="nl"),
    )
    found = deliveries_of_mailing(session, mailing.id, asked_by=by)
    return [one.mail.casefold() for one in found if one.skipped_because is None]


def test_a_group_is_changed_deleted_and_brought_back_by_who_made_it_or_an_administrator(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        emma = add_collaborator(session, name="Emma", mail="emma@office.example", role=Role.ADMIN, now=desk.now)
        bram = add_collaborator(session, name="Bram", mail="bram@office.example", now=desk.now)
        group, facts = _saved(desk, language="fr"), FilterFacts("Walloons", language="fr")
        with pytest.raises(NotAllowed):
            edit_filter(session, group, by=bram, version=None, facts=facts, now=desk.now)
        with pytest.raises(NotAllowed):
            delete_filter(session, group, by=bram, now=desk.now)
        edit_filter(session, group, by=emma, version=1, facts=facts, now=desk.now)
        with pytest.raises(ChangedMeanwhile):
            edit_filter(session, group, by=desk.anna, version=1, facts=replace(facts, name="Late"), now=desk.now)
        delete_filter(session, group, by=desk.anna, now=desk.now)
        assert list(filters_saved(session, asked_by=bram)) == []
        with pytest.raises(NotFound):
            filter_seen_by(session, group, asked_by=bram)
        restore_filter(session, group, by=desk.anna, now=desk.now)
        assert [one.name for one in filters_saved(session, asked_by=bram)] == ["Walloons"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (FilterFacts(" ", language="fr"), "name"),
        (FilterFacts("x" * 61, language="fr"), "name"),
        (FilterFacts("GROUP", language="fr"), "name"),
        (FilterFacts("Everybody"), "name"),
        (FilterFacts("All", towns=" , "), "name"),
        (FilterFacts("Germans", language="de"), "language"),
        (FilterFacts("Kind", kind_id=999), "kind_id"),
        (FilterFacts("Whose", representative_id=999), "representative_id"),
    ],
)
def test_a_group_without_a_name_of_its_own_or_a_filter_is_refused_at_its_field(
    book: Book, facts: FilterFacts, field: str
) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        _saved(desk, language="nl")
        with pytest.raises(BookError) as refused:
            save_filter(session, by=desk.anna, facts=facts, now=desk.now)
        assert refused.value.field == field
        assert len(filters_saved(session, asked_by=desk.anna)) == 1


def test_a_reader_saves_no_group(book: Book) -> None:
    with book.writing() as session:
        desk = Desk(session, book)
        rita = add_collaborator(session, name="Rita", mail="rita@office.example", role=Role.READER, now=desk.now)
        with pytest.raises(NotAllowed):
            save_filter(session, by=rita, facts=FilterFacts("Mine", language="fr"), now=desk.now)
