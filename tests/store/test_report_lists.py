"""Relations and contacts as reports: what narrows them, what they are counted by, as of which day, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from dupont import START, new_contact, new_person, new_relation
from planned import Visits, make_visits
from sqlalchemy import select

from store.addresses import PostalLine
from store.collaborators import Collaborator, Scope
from store.contacts import Contact, ContactKind, ContactRole, rank_contact
from store.domain import line_with_key, listed
from store.engine import Book
from store.involvements import Involvement, InvolvementCategory
from store.relation_facts import What, note_by_hand
from store.relations import Relation, RelationKind, edit_relation
from store.reports import Counted, Report, Wish, contacts_listed, counted, relations_listed
from store.starter import seed_domain_data
from store.statuses import RelationPriority, RelationStatus

TODAY = START.date()


@dataclass
class Desk:
    visits: Visits
    roy_id: int
    client_id: int
    prospect_id: int
    a_id: int

    def relations(self, asked_by: Collaborator | None = None, **wish: object) -> list[str]:
        with self.visits.book.reading() as session:
            wanted = Wish(Report.RELATIONS, kind=RelationKind.COMPANY, **wish)  # type: ignore[arg-type]
            found = relations_listed(session, wanted, asked_by=asked_by or self.visits.anna, today=TODAY)
            assert found.number == len(found.lines)
            return [line.name for line in found.lines]

    def contacts(self, asked_by: Collaborator | None = None, **wish: object) -> list[str]:
        with self.visits.book.reading() as session:
            wanted = Wish(Report.CONTACTS, **wish)  # type: ignore[arg-type]
            found = contacts_listed(session, wanted, asked_by=asked_by or self.visits.anna, today=TODAY)
            return [line.name for line in found.lines]

    def counts(
        self, report: Report, by: Counted, asked_by: Collaborator | None = None, **wish: object
    ) -> tuple[list[tuple[str, int]], int]:
        with self.visits.book.reading() as session:
            kind = RelationKind.COMPANY if report is Report.RELATIONS else None
            wanted = Wish(report, counted=by, kind=kind, **wish)  # type: ignore[arg-type]
            found = counted(session, wanted, asked_by=asked_by or self.visits.anna, today=TODAY)
            return [(line.name, line.number) for line in found.lines], found.total


@pytest.fixture
def desk(book: Book) -> Desk:
    """Dupont in Liège is Anna's client with Els and Jan, and was a prospect before; Roy in Gent is one since today."""
    visits = make_visits(book)
    with book.writing() as session:
        seed_domain_data(session, START)
        client = line_with_key(session, RelationStatus, "client").id
        prospect = line_with_key(session, RelationStatus, "prospect").id
        first = session.scalars(select(RelationPriority).order_by(RelationPriority.position)).first()
        assert first is not None
        roy = new_relation(session, "Roy")
        session.get_one(Relation, visits.dupont.id).created_at = START - timedelta(days=100)
        for relation_id, town, country in ((visits.dupont.id, "Liège", "BE"), (roy.id, "Gent", "BE")):
            address = PostalLine(town=town, country=country)
            edit_relation(session, relation_id, by=visits.anna, now=START, postal_addresses=[address])
        for relation_id, status_id, on in (
            (visits.dupont.id, prospect, TODAY - timedelta(days=90)),
            (visits.dupont.id, client, TODAY - timedelta(days=30)),
            (roy.id, prospect, TODAY),
        ):
            note_by_hand(session, relation_id, What.STATUS, status_id, on=on, by=visits.anna, now=START)
        note_by_hand(session, roy.id, What.PRIORITY, first.id, on=TODAY, by=visits.anna, now=START)
        category = line_with_key(session, InvolvementCategory, "representative")
        part = Involvement(relation_id=visits.dupont.id, collaborator_id=visits.anna.id, category_id=category.id)
        part.since_on, part.created_at, part.changed_at = TODAY - timedelta(days=90), START, START
        session.add(part)
        return Desk(visits, roy.id, client, prospect, first.id)


def test_relations_are_narrowed_by_status_priority_representative_town_and_country(desk: Desk) -> None:
    assert desk.relations() == ["Dupont", "Roy"]
    assert desk.relations(status_id=desk.client_id) == ["Dupont"]
    assert desk.relations(priority_id=desk.a_id) == ["Roy"]
    assert desk.relations(collaborator_id=desk.visits.anna.id) == ["Dupont"]
    assert desk.relations(towns="gent, Luik") == ["Roy"]
    assert desk.relations(towns="LIEGE") == ["Dupont"]
    assert desk.relations(country="BE", status_id=desk.prospect_id) == ["Roy"]
    assert desk.relations(country="FR") == []


def test_relations_are_told_as_they_were_on_a_day(desk: Desk) -> None:
    before = TODAY - timedelta(days=60)
    with desk.visits.book.reading() as session:
        wish = Wish(Report.RELATIONS, status_id=desk.prospect_id, on=TODAY)
        (roy,) = relations_listed(session, wish, asked_by=desk.visits.anna, today=TODAY).lines
        assert (roy.name, roy.status, roy.town, roy.country) == ("Roy", "Prospect", "Gent", "BE")
    assert desk.counts(Report.RELATIONS, Counted.STATUS, on=TODAY) == ([("Client", 1), ("Prospect", 1)], 2)
    assert desk.counts(Report.RELATIONS, Counted.STATUS, on=before) == ([("Prospect", 1)], 1)  # Roy came later
    assert desk.relations(status_id=desk.prospect_id, on=before) == ["Dupont"]
    assert desk.relations(status_id=desk.client_id, on=before) == []
    assert desk.relations(since_on=TODAY) == ["Roy"]


def test_relations_are_counted_by_status_town_and_representative(desk: Desk) -> None:
    assert desk.counts(Report.RELATIONS, Counted.TOWN) == ([("Gent", 1), ("Liège", 1)], 2)
    assert desk.counts(Report.RELATIONS, Counted.REPRESENTATIVE) == ([("Anna", 1), ("", 1)], 2)
    assert desk.counts(Report.RELATIONS, Counted.COUNTRY) == ([("Belgium", 2)], 2)
    assert desk.counts(Report.RELATIONS, Counted.STATUS, towns="Gent") == ([("Prospect", 1)], 1)


def test_contacts_are_narrowed_by_their_relation_and_counted_by_type(desk: Desk) -> None:
    with desk.visits.book.writing() as session:
        kind = line_with_key(session, ContactKind, "purchases")
        rank_contact(session, desk.visits.els.id, by=desk.visits.anna, kind_id=kind.id, rank=1)
        roy = new_contact(session, new_person(session, "Rik"), session.get_one(Relation, desk.roy_id))
        assert roy.relation_id == desk.roy_id
    assert desk.contacts() == ["Els", "Jan", "Rik"]
    assert desk.contacts(status_id=desk.client_id) == ["Els", "Jan"]
    assert desk.contacts(contact_kind_id=kind.id) == ["Els"]
    assert desk.contacts(towns="Gent") == ["Rik"]  # the relation's address stands for a place without its own
    assert desk.counts(Report.CONTACTS, Counted.CONTACT_KIND) == ([("Purchases", 1), ("", 2)], 3)
    assert desk.counts(Report.CONTACTS, Counted.TOWN) == ([("Liège", 2), ("Gent", 1)], 3)


def test_who_left_a_relation_is_a_contact_of_the_days_before_alone(desk: Desk) -> None:
    with desk.visits.book.writing() as session:
        session.merge(desk.visits.jan).until_on = TODAY - timedelta(days=1)
    assert desk.contacts() == ["Els"]
    assert desk.contacts(on=TODAY - timedelta(days=1)) == ["Els", "Jan"]


def test_charlie_is_told_and_counted_only_the_relations_and_contacts_of_their_own_files(desk: Desk) -> None:
    visits = desk.visits
    with visits.book.writing() as session:
        session.get_one(Collaborator, visits.charlie.id).scope = Scope.OWN
    with visits.book.reading() as session:
        charlie = session.get_one(Collaborator, visits.charlie.id)
    assert desk.relations(charlie) == []
    assert desk.contacts(charlie) == []
    assert desk.counts(Report.RELATIONS, Counted.STATUS, charlie) == ([], 0)
    with visits.book.writing() as session:
        visits.plan(session, visits.charlie, representative_id=visits.charlie.id)
    assert desk.relations(charlie) == ["Dupont"]
    assert desk.contacts(charlie) == ["Els", "Jan"]
    assert desk.counts(Report.RELATIONS, Counted.STATUS, charlie) == ([("Client", 1)], 1)


def test_a_line_that_was_merged_into_another_still_narrows_a_kept_report(desk: Desk) -> None:
    with desk.visits.book.writing() as session:
        session.get_one(RelationStatus, desk.prospect_id).merged_into_id = desk.client_id
        kept, merged = listed(session, ContactKind)[:2]
        merged.merged_into_id = kept.id
        one_id = session.scalars(select(Contact.id).where(Contact.relation_id == desk.visits.dupont.id)).first()
        session.add(ContactRole(contact_id=one_id, kind_id=kept.id))
    assert desk.relations(status_id=desk.prospect_id) == ["Dupont"]
    assert len(desk.contacts(contact_kind_id=merged.id)) == 1


def test_the_first_lines_are_told_with_how_many_there_are(desk: Desk) -> None:
    with desk.visits.book.reading() as session:
        companies = Wish(Report.RELATIONS, kind=RelationKind.COMPANY)
        found = relations_listed(session, companies, asked_by=desk.visits.anna, today=TODAY, limit=1)
        assert ([line.name for line in found.lines], found.number) == (["Dupont"], 2)
        since = Wish(Report.RELATIONS, since_on=date(2100, 1, 1))
        assert relations_listed(session, since, asked_by=desk.visits.anna, today=TODAY).number == 0
