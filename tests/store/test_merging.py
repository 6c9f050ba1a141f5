"""Two relations become one and are parted again: nothing is lost, nothing is said twice, and undo leaves no trace."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from clock import Clock
from dupont import lay_down_lists, new_collaborator, new_contact, new_person, new_relation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planned import hours
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.action_facts import ActionFacts, Participation
from store.actions import Action, ActionType
from store.addresses import PostalAddress
from store.audit import AuditEntry
from store.base import BookBusy, BookError, ChangedMeanwhile, NotFound, Row
from store.collaborators import Collaborator, Scope
from store.consent import ConsentSource, MailingTopic, give_consent, refusal, withdraw_consent
from store.contacts import (
    Contact,
    ContactKind,
    add_contact,
    contact_seen_by,
    contacts_of,
    rank_contact,
    restore_contact,
)
from store.domain import line_with_key
from store.engine import Book
from store.inviting import invite
from store.involvements import Involvement, InvolvementCategory, involve, involvements_of
from store.links import Link, LinkType, add_link, links_of
from store.merging import Merge, differing_fields, merge_relations, merge_to_undo, undo_merge
from store.notes import Note, NoteFacts, write_note
from store.planning import plan_action
from store.relations import Relation, RelationKind, delete_relation, edit_relation, relation_seen_by
from store.search import search_options

ON = date(2026, 11, 21)
UNTOUCHED = {"audit_entry", "audit_seal", "merge", "outbox", "search_spelling"}
"""What tells of a merge and its undoing is there afterwards."""


@dataclass
class Office:
    book: Book
    anna: Collaborator
    bram: Collaborator
    kinds: list[int]
    dropped: list[str] = field(default_factory=list)

    def merge(self, kept: int, merged: int, **more: Any) -> Merge:
        with self.book.writing() as session:
            later = self.book.now() + timedelta(hours=1)
            done = merge_relations(session, kept, merged, **{"by": self.anna, "now": later, **more})
            self.dropped = [end.other.name for end in done.dropped]
            return done.merge

    def undo(self, merge: Merge) -> int:
        with self.book.writing() as session:
            return undo_merge(session, merge.id, by=self.anna, now=self.book.now())[1]


@pytest.fixture
def office(book: Book) -> Office:
    return _office(book)


@pytest.fixture
def sqlite_office(new_sqlite_url: Callable[[], str], clock: Clock) -> Iterator[Office]:
    book = Book(new_sqlite_url(), now=clock)
    yield _office(book)
    book.close()


def _office(book: Book) -> Office:
    with book.writing() as session:
        lay_down_lists(session)
        anna, _mailbox = new_collaborator(session, "Anna", is_admin=True)
        bram, _mailbox = new_collaborator(session, "Bram")
        labels = {"label_fr": "", "label_nl": ""}
        kinds = [ContactKind(key=key, label_en=key, **labels) for key in ("purchases", "sales")]
        session.add_all(kinds)
        session.add(InvolvementCategory(key="claims", label_en="Claims", is_single=True, **labels))
        back = {"back_label_en": "Child of", "back_label_fr": "", "back_label_nl": ""}
        session.add(LinkType(key="parent", label_en="Parent of", is_hierarchy=True, **labels, **back))
        session.flush()
    return Office(book, anna, bram, [kind.id for kind in kinds])


def _state(book: Book) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the book, but what a merge may leave behind; versions only ever rise."""
    with book.reading() as session:
        return {
            table.name: sorted(
                (tuple(row) for row in session.execute(select(*(c for c in table.c if c.name != "version")))), key=str
            )
            for table in Row.metadata.sorted_tables
            if table.name not in UNTOUCHED
        }


def _visit(session: Session, office: Office, contact: Contact) -> Action:
    facts = ActionFacts(
        relation_id=contact.relation_id,
        type_id=line_with_key(session, ActionType, "visit").id,
        subject="Visit",
        when=hours(),
        representative_id=office.anna.id,
        contact_id=contact.id,
        participants=(Participation(contact_id=contact.id),),
    )
    return plan_action(session, by=office.anna, now=office.book.now(), facts=facts)


def _two_files(office: Office) -> tuple[int, int, int]:
    """Dupont with Els, Dupond with Jan and a visit to him that was invited to; ids of both, and of Jan's place."""
    with office.book.writing() as session:
        kept = new_relation(session, "Dupont", "info@dupont.example")
        merged = new_relation(session, "Dupond", "info@dupont.example", "shop@dupont.example")
        els = new_contact(session, new_person(session, "Els"), kept, mail="els@dupont.example")
        jan = new_contact(session, new_person(session, "Jan"), merged, mail="jan@dupont.example")
        for contact in (els, jan):
            rank_contact(session, contact.id, by=office.anna, kind_id=office.kinds[0], rank=1)
        invite(session, _visit(session, office, jan), now=office.book.now())
        return kept.id, merged.id, jan.id


def test_everything_of_the_merged_one_is_at_the_kept_one(office: Office) -> None:
    kept_id, merged_id, jan_id = _two_files(office)
    with office.book.reading() as session:
        uid = session.scalars(select(Action.uid)).one()
    office.merge(kept_id, merged_id)
    with office.book.reading() as session:
        kept = session.get_one(Relation, kept_id)
        assert [row.mail for row in kept.mail_addresses] == ["info@dupont.example", "shop@dupont.example"]
        people = contacts_of(session, kept_id, asked_by=office.anna, on=ON, kind_id=office.kinds[0])
        assert [(one.person.name, one.rank(office.kinds[0])) for one in people] == [("Els", 1), ("Jan", 2)]
        action = session.scalars(select(Action)).one()
        assert (action.relation_id, action.contact_id, action.uid) == (kept_id, jan_id, uid)
        found = {option.relation_id for option in search_options(session, "jan", asked_by=office.anna, on=ON).options}
        found |= {option.relation_id for option in search_options(session, "dup", asked_by=office.anna, on=ON).options}
        assert kept_id in found
        assert merged_id not in found


def test_the_old_id_leads_to_the_kept_one_for_ever_also_along_a_chain(office: Office) -> None:
    with office.book.writing() as session:
        ids = [new_relation(session, name).id for name in ("One", "Two", "Three")]
    office.merge(ids[1], ids[0])
    office.merge(ids[2], ids[1])
    with office.book.writing() as session:
        for one in ids:
            seen = relation_seen_by(session, one, asked_by=office.anna)
            assert seen is not None
            assert seen.id == ids[2]
        edit_relation(session, ids[0], by=office.anna, now=office.book.now(), name="All three")
        assert session.get_one(Relation, ids[2]).name == "All three"
        with pytest.raises(BookError) as refused:
            merge_relations(session, ids[2], ids[0], by=office.anna, now=office.book.now())
        assert refused.value.field == "other"


def test_what_a_form_opened_before_the_merge_saves_is_at_the_kept_one(office: Office) -> None:
    kept_id, merged_id, jan_id = _two_files(office)
    with office.book.writing() as session:
        # Also at Dupont: of his two places there one is left.
        jan = session.get_one(Contact, jan_id)
        kept_place = new_contact(session, jan.person, session.get_one(Relation, kept_id)).id
    office.merge(kept_id, merged_id)
    with office.book.writing() as session:
        facts = NoteFacts(merged_id, "Said", ON, contact_id=jan_id)
        note = write_note(session, by=office.anna, facts=facts, now=office.book.now())
        assert (note.relation_id, note.contact_id) == (kept_id, kept_place)
        action = _visit(session, office, session.get_one(Contact, jan_id))
        met = [one.contact_id for one in action.participants if one.contact_id]
        assert (action.relation_id, action.contact_id, met) == (kept_id, kept_place, [kept_place])


def test_a_merged_ones_id_opens_the_kept_one_to_those_alone_who_may_change_it(office: Office) -> None:
    """Whoever entered the merged one still has that id in their scope, and whoever has the kept one may never have."""
    with office.book.writing() as session:
        carl, _mailbox = new_collaborator(session, "Carl")
        carl.scope = office.bram.scope = Scope.OWN
        kept, merged = new_relation(session, "Dupont"), new_relation(session, "Dupond")
        kept.created_by_id, merged.created_by_id = carl.id, office.bram.id
    office.merge(kept.id, merged.id)
    with office.book.writing() as session:
        now = office.book.now()
        with pytest.raises(NotFound):
            edit_relation(session, merged.id, by=office.bram, now=now, notes="not theirs")
        with pytest.raises(NotFound):
            delete_relation(session, merged.id, by=office.bram, now=now)
        assert edit_relation(session, merged.id, by=carl, now=now, notes="theirs").id == kept.id


def test_a_relation_is_not_merged_with_itself_nor_a_person_with_a_company(office: Office) -> None:
    with office.book.writing() as session:
        company, person = new_relation(session, "Dupont"), new_person(session, "Els")
        for other in (company, person):
            with pytest.raises(BookError) as refused:
                merge_relations(session, company.id, other.id, by=office.anna, now=office.book.now())
            assert refused.value.field == "other"
        with pytest.raises(NotFound):
            merge_relations(session, company.id, 999, by=office.anna, now=office.book.now())


def test_what_only_one_says_is_kept_and_of_two_a_person_chooses(office: Office) -> None:
    with office.book.writing() as session:
        kept, merged = new_relation(session, "Dupont", language="fr"), new_relation(session, "Dupond", language="nl")
        kept.website, merged.vat, kept.notes, merged.notes = (
            "dupont.example",
            "BE0403170701",
            "closed in July",
            "new owner",
        )
        session.flush()
        assert differing_fields(kept, merged) == ["name", "language"]
    office.merge(kept.id, merged.id, from_merged=["language"])
    with office.book.reading() as session:
        now = session.get_one(Relation, kept.id)
        told = (now.name, now.language, now.website, now.vat, now.notes)
    assert told == ("Dupont", "nl", "dupont.example", "BE0403170701", "closed in July\nnew owner")


def test_two_places_of_one_person_become_one_and_its_actions_follow(office: Office) -> None:
    with office.book.writing() as session:
        kept, merged = new_relation(session, "Dupont"), new_relation(session, "Dupond")
        els = new_person(session, "Els")
        first, second = new_contact(session, els, kept), new_contact(session, els, merged)
        second.function = "Purchases"
        for contact in (first, second):
            rank_contact(session, contact.id, by=office.anna, kind_id=office.kinds[0], rank=1)
        rank_contact(session, second.id, by=office.anna, kind_id=office.kinds[1], rank=1)
        visit = _visit(session, office, second)
    office.merge(kept.id, merged.id)
    with office.book.reading() as session:
        (place,) = contacts_of(session, kept.id, asked_by=office.anna, on=None)
        assert (place.id, place.function) == (first.id, "Purchases")
        assert [place.rank(kind) for kind in office.kinds] == [1, 1]
        assert session.get_one(Action, visit.id).contact_id == first.id
        found = contact_seen_by(session, second.id, asked_by=office.anna)
        assert found is not None
        assert found.id == first.id


@pytest.mark.parametrize("has_left_at_the_kept_one", [True, False])
def test_a_leavers_last_day_outlives_the_joining_of_two_places(office: Office, has_left_at_the_kept_one: bool) -> None:
    with office.book.writing() as session:
        acme, twin = (new_relation(session, name) for name in ("Acme", "Acme (double)"))
        els = new_person(session, "Els Peeters")
        places = [new_contact(session, els, relation) for relation in (acme, twin)]
        places[0 if has_left_at_the_kept_one else 1].until_on = ON - timedelta(days=30)
    office.merge(acme.id, twin.id)
    with office.book.reading() as session:
        (joined,) = contacts_of(session, acme.id, asked_by=office.anna, on=None)
        assert joined.until_on == ON - timedelta(days=30)
        assert not contacts_of(session, acme.id, asked_by=office.anna, on=ON)


def test_of_two_who_may_not_both_have_a_part_the_kept_ones_stays(office: Office) -> None:
    with office.book.writing() as session:
        kept, merged = new_relation(session, "Dupont"), new_relation(session, "Dupond")
        claims = line_with_key(session, InvolvementCategory, "claims")
        for relation, collaborator in ((kept, office.anna), (merged, office.bram)):
            session.add(
                Involvement(
                    relation_id=relation.id,
                    collaborator_id=collaborator.id,
                    category_id=claims.id,
                    since_on=date(2026, 1, 1),
                    commission=Decimal("10.00"),
                )
            )
    with office.book.writing() as session:
        done = merge_relations(session, kept.id, merged.id, by=office.anna, now=office.book.now())
        assert done.left_out == ("Bram",)
    with office.book.reading() as session:
        found = involvements_of(session, kept.id, asked_by=office.anna, on=ON)
        assert [one.collaborator.name for one in found] == ["Anna"]


def test_a_part_that_both_files_hold_alike_is_joined_without_a_word(office: Office) -> None:
    with office.book.writing() as session:
        kept, merged = new_relation(session, "Dupont"), new_relation(session, "Dupond")
        claims = line_with_key(session, InvolvementCategory, "claims").id
        told = {"collaborator_id": office.anna.id, "category_id": claims, "since_on": date(2026, 1, 1)}
        session.add_all(Involvement(relation_id=one.id, **told) for one in (kept, merged))
    with office.book.writing() as session:
        done = merge_relations(session, kept.id, merged.id, by=office.anna, now=office.book.now())
        assert done.left_out == ()
    with office.book.reading() as session:
        found = involvements_of(session, kept.id, asked_by=office.anna, on=ON)
        assert [one.collaborator.name for one in found] == ["Anna"]


def test_a_link_between_the_two_and_a_link_said_twice_are_dropped(office: Office) -> None:
    with office.book.writing() as session:
        kept, merged, holding = (new_relation(session, name) for name in ("Dupont", "Dupond", "Holding"))
        parent = line_with_key(session, LinkType, "parent").id
        session.add_all(
            Link(source_id=source.id, target_id=target.id, type_id=parent)
            for source, target in ((holding, kept), (holding, merged), (kept, merged))
        )
    office.merge(kept.id, merged.id)
    assert office.dropped == ["Holding", "Dupond"]
    with office.book.reading() as session:
        (group,) = links_of(session, kept.id, asked_by=office.anna, on=None)
        assert [end.other.name for end in group.ends] == ["Holding"]


def test_a_link_that_went_is_not_told_to_whoever_may_not_see_its_far_end(office: Office) -> None:
    with office.book.writing() as session:
        kept, merged, holding = (new_relation(session, name) for name in ("Dupont", "Dupond", "Holding"))
        kept.created_by_id = merged.created_by_id = office.bram.id
        parent = line_with_key(session, LinkType, "parent").id
        session.add_all(Link(source_id=holding.id, target_id=one.id, type_id=parent) for one in (kept, merged))
    office.bram.scope = Scope.OWN
    office.merge(kept.id, merged.id, by=office.bram)
    assert office.dropped == []


def test_whoever_refused_on_either_side_refuses_after_the_merge(office: Office) -> None:
    now = office.book.now()
    with office.book.writing() as session:
        topic = MailingTopic(key="news", label_en="News", label_fr="", label_nl="")
        session.add(topic)
        session.flush()
        kept, merged = new_person(session, "Els", "els@a.example"), new_person(session, "Els P.", "els@b.example")
        withdraw_consent(session, person_id=merged.id, topic_id=None, source=ConsentSource.PERSON, now=now)
        give_consent(session, person_id=kept.id, topic_id=topic.id, source=ConsentSource.PERSON, now=now)
        assert refusal(session, person_id=kept.id, mail="els@a.example", topic_id=topic.id) is None
    merge = office.merge(kept.id, merged.id)
    with office.book.reading() as session:
        for about in (None, topic.id):
            assert refusal(session, person_id=kept.id, mail="els@a.example", topic_id=about) is not None
    office.undo(merge)
    with office.book.reading() as session:
        assert refusal(session, person_id=kept.id, mail="els@a.example", topic_id=topic.id) is None


def test_a_no_that_comes_in_under_the_old_id_is_heard(office: Office) -> None:
    with office.book.writing() as session:
        kept, merged = new_person(session, "Els", "els@a.example"), new_person(session, "Els P.", "els@b.example")
    office.merge(kept.id, merged.id)
    with office.book.writing() as session:
        now = office.book.now()
        withdraw_consent(session, person_id=merged.id, topic_id=None, source=ConsentSource.PERSON, now=now)
        assert refusal(session, person_id=kept.id, mail="els@a.example", topic_id=None) is not None


def test_an_address_in_another_country_stays_and_a_country_that_only_one_side_says_is_kept(office: Office) -> None:
    with office.book.writing() as session:
        kept, merged = (new_relation(session, name) for name in ("Dupont", "Dupond"))
        at = {"street": "Kerkstraat 1", "postal_code": "1000"}
        said = [(kept, "Brussel", ""), (kept, "Gent", "BE"), (merged, "Brussel", "BE"), (merged, "Gent", "NL")]
        for position, (relation, town, country) in enumerate(said):
            row = PostalAddress(relation_id=relation.id, town=town, country=country, position=position, **at)
            session.add(row)
        ids = kept.id, merged.id
    before = _state(office.book)
    merge = office.merge(*ids)
    with office.book.reading() as session:
        query = select(PostalAddress.town, PostalAddress.country).where(PostalAddress.relation_id == ids[0])
        found = [tuple(row) for row in session.execute(query.order_by(PostalAddress.position))]
    assert found == [("Brussel", "BE"), ("Gent", "BE"), ("Gent", "NL")]
    assert office.undo(merge) == 0
    assert _state(office.book) == before


def test_undo_leaves_every_row_as_it_was(office: Office) -> None:
    kept_id, merged_id, _jan_id = _two_files(office)
    before = _state(office.book)
    merge = office.merge(kept_id, merged_id)
    assert _state(office.book) != before
    with office.book.reading() as session:
        standing = merge_to_undo(session, kept_id)
        assert standing is not None
        assert standing.id == merge.id
    assert office.undo(merge) == 0
    assert _state(office.book) == before
    assert office.undo(merge) == 0, "once is enough"


def test_the_trail_says_what_a_merge_and_its_undoing_changed(office: Office) -> None:
    with office.book.writing() as session:
        kept, merged = (new_relation(session, name, "info@dupont.example") for name in ("Dupont", "Dupond"))
        merged.website = "dupond.example"
        mail_id = merged.mail_addresses[0].id
    merge = office.merge(kept.id, merged.id, from_merged=["name"])
    office.undo(merge)
    with office.book.reading() as session:
        told = session.scalars(select(AuditEntry).where(AuditEntry.kind == "relation").order_by(AuditEntry.id)).all()
        websites = [(one.before["website"], one.after["website"]) for one in told if "website" in one.before]
        assert websites[1:] == [("", "dupond.example"), ("dupond.example", "")]
        names = [(one.before["name"], one.after["name"]) for one in told if "name" in one.before]
        assert names == [("Dupont", "Dupond"), ("Dupond", "Dupont")]
        gone = select(AuditEntry.deed).where(AuditEntry.kind == "mail_address", AuditEntry.row_id == mail_id)
        assert session.scalars(gone.order_by(AuditEntry.id)).all() == ["created", "deleted", "created"]


def test_what_was_changed_since_stays_and_is_counted(office: Office) -> None:
    kept_id, merged_id, jan_id = _two_files(office)
    merge = office.merge(kept_id, merged_id)
    with office.book.writing() as session:
        elsewhere = new_relation(session, "Elsewhere")
        session.get_one(Contact, jan_id).relation_id = elsewhere.id
    assert office.undo(merge) == 1
    with office.book.reading() as session:
        assert session.get_one(Contact, jan_id).relation_id == elsewhere.id
        assert relation_seen_by(session, merged_id, asked_by=office.anna) is not None


def test_a_merge_is_undone_only_before_those_that_came_after_it(office: Office) -> None:
    with office.book.writing() as session:
        ids = [new_relation(session, name).id for name in ("One", "Two", "Three")]
    first = office.merge(ids[0], ids[1])
    second = office.merge(ids[0], ids[2])
    with pytest.raises(BookError, match="undo that first"):
        office.undo(first)
    assert [office.undo(merge) for merge in (second, first)] == [0, 0]


def test_a_merge_is_not_undone_while_the_kept_one_is_part_of_another(office: Office) -> None:
    kept_id, merged_id, jan_id = _two_files(office)
    with office.book.writing() as session:
        last_id = new_relation(session, "Holding").id
    before = _state(office.book)
    first = office.merge(kept_id, merged_id)
    second = office.merge(last_id, kept_id)
    with pytest.raises(BookError, match="undo that first") as refused:
        office.undo(first)
    assert refused.value.values == {"merged": "Dupont", "kept": "Holding"}
    with office.book.reading() as session:
        assert session.get_one(Contact, jan_id).relation_id == last_id
    assert [office.undo(merge) for merge in (second, first)] == [0, 0]
    assert _state(office.book) == before


_PEOPLE = st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.booleans()), max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=_PEOPLE, theirs=_PEOPLE, kind=st.sampled_from(RelationKind))
def test_merge_and_undo_restore_any_file_and_ranks_stay_dense(
    sqlite_office: Office, ours: list[Any], theirs: list[Any], kind: RelationKind
) -> None:
    office = sqlite_office
    with office.book.writing() as session:
        people = {name: new_person(session, name, f"{name}@x.example") for name in "abc"}
        files = [new_relation(session, name, f"{name}@x.example", kind=kind) for name in ("Dupont", "Dupond")]
        for file, told in zip(files, (ours, theirs), strict=True):
            for name in dict.fromkeys(name for name, _buys, _sells in told):
                contact = new_contact(session, people[name], file)
                buys, sells = next((buys, sells) for one, buys, sells in told if one == name)
                for kind_id, is_so in zip(office.kinds, (buys, sells), strict=True):
                    if is_so:
                        rank_contact(session, contact.id, by=office.anna, kind_id=kind_id, rank=1)
        ids = [file.id for file in files]
    before = _state(office.book)
    merge = office.merge(*ids)
    with office.book.reading() as session:
        for kind_id in office.kinds:
            found = contacts_of(session, ids[0], asked_by=office.anna, on=None, kind_id=kind_id)
            assert [one.rank(kind_id) for one in found] == list(range(1, len(found) + 1))
        people_there = [one.person_id for one in contacts_of(session, ids[0], asked_by=office.anna, on=None)]
        assert len(people_there) == len(set(people_there)) == len({name for name, *_more in (*ours, *theirs)})
    assert office.undo(merge) == 0
    assert _state(office.book) == before


def _ranks(office: Office, relation_id: int, kind_id: int) -> list[tuple[str, int | None]]:
    with office.book.reading() as session:
        found = contacts_of(session, relation_id, asked_by=office.anna, on=None, kind_id=kind_id)
        return [(one.person.name, one.rank(kind_id)) for one in found]


def _ranked(office: Office, relation: Relation, *people: Relation, session: Session) -> list[Contact]:
    """A place for each, in this rank of the first kind."""
    places = [new_contact(session, person, relation) for person in people]
    for rank, place in enumerate(places, start=1):
        rank_contact(session, place.id, by=office.anna, kind_id=office.kinds[0], rank=rank)
    return places


def test_merging_two_persons_leaves_no_gap_in_the_ranks_where_both_have_a_place(office: Office) -> None:
    with office.book.writing() as session:
        firm = new_relation(session, "Dupont")
        people = [new_person(session, name) for name in ("Els", "Els P.", "Jan")]
        _ranked(office, firm, *people, session=session)
    merge = office.merge(people[0].id, people[1].id)
    assert _ranks(office, firm.id, office.kinds[0]) == [("Els", 1), ("Jan", 2)]
    assert office.undo(merge) == 0
    assert _ranks(office, firm.id, office.kinds[0]) == [("Els", 1), ("Els P.", 2), ("Jan", 3)]


def test_the_merged_ones_contacts_come_behind_in_their_order_also_who_had_a_place_in_both(office: Office) -> None:
    with office.book.writing() as session:
        kept, merged = new_relation(session, "Dupont"), new_relation(session, "Dupond")
        els, jan, tom, ria = (new_person(session, name) for name in ("Els", "Jan", "Tom", "Ria"))
        new_contact(session, els, kept)
        _ranked(office, kept, jan, session=session)
        _tom, second = _ranked(office, merged, tom, els, session=session)
        last = new_contact(session, ria, merged)
        for place in (last, second):
            rank_contact(session, place.id, by=office.anna, kind_id=office.kinds[0], rank=1)
    office.merge(kept.id, merged.id)
    assert _ranks(office, kept.id, office.kinds[0]) == [("Jan", 1), ("Els", 2), ("Ria", 3), ("Tom", 4)]


def test_whoever_comes_between_a_merge_and_its_undo_leaves_no_gap_on_either_side(office: Office) -> None:
    with office.book.writing() as session:
        kept, merged = new_relation(session, "Dupont"), new_relation(session, "Dupond")
        els, jan, tom, ria = (new_person(session, name) for name in ("Els", "Jan", "Tom", "Ria"))
        _ranked(office, kept, els, session=session)
        _ranked(office, merged, jan, session=session)
    merge = office.merge(kept.id, merged.id)
    with office.book.writing() as session:
        for person, rank in ((tom, 1), (ria, 9)):
            place = new_contact(session, person, kept)
            rank_contact(session, place.id, by=office.anna, kind_id=office.kinds[0], rank=rank)
    assert office.undo(merge) == 0
    assert _ranks(office, kept.id, office.kinds[0]) == [("Tom", 1), ("Els", 2), ("Ria", 3)]
    assert _ranks(office, merged.id, office.kinds[0]) == [("Jan", 1)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=_PEOPLE, theirs=_PEOPLE, since=st.lists(st.integers(1, 9), max_size=3))
def test_ranks_stay_dense_on_both_sides_whoever_is_added_before_the_undo(
    sqlite_office: Office, ours: list[Any], theirs: list[Any], since: list[int]
) -> None:
    office, kind_id = sqlite_office, sqlite_office.kinds[0]
    with office.book.writing() as session:
        people = {name: new_person(session, name) for name in "abc"}
        files = [new_relation(session, name) for name in ("Dupont", "Dupond")]
        for file, told in zip(files, (ours, theirs), strict=True):
            _ranked(office, file, *(people[name] for name in dict.fromkeys(one[0] for one in told)), session=session)
    ids = [file.id for file in files]
    merge = office.merge(*ids)
    with office.book.writing() as session:
        for rank in since:
            place = new_contact(session, new_person(session, f"new {rank}"), files[0])
            rank_contact(session, place.id, by=office.anna, kind_id=kind_id, rank=rank)
    office.undo(merge)
    for one, number in zip(ids, (len(since), 0), strict=True):
        found = [rank for _name, rank in _ranks(office, one, kind_id)]
        assert found == list(range(1, len(found) + 1))
        assert len(found) >= number


# At an old id


def test_a_form_that_was_open_at_the_merged_one_is_saved_at_the_kept_one(office: Office) -> None:
    now = office.book.now()
    with office.book.writing() as session:
        kept_id, merged_id, firm_id = (new_relation(session, name).id for name in ("Dupont", "Dupond", "Holding"))
        els, twin = new_person(session, "Els"), new_person(session, "Els P.")
        claims = line_with_key(session, InvolvementCategory, "claims").id
        parent = line_with_key(session, LinkType, "parent").id
    office.merge(kept_id, merged_id)
    office.merge(els.id, twin.id)
    with office.book.writing() as session:
        contact = add_contact(session, by=office.anna, now=now, relation_id=merged_id, person_id=twin.id)
        assert (contact.relation_id, contact.person_id) == (kept_id, els.id)
        link = add_link(session, by=office.anna, source_id=firm_id, target_id=merged_id, type_id=parent)
        assert (link.source_id, link.target_id) == (firm_id, kept_id)
        facts: Any = {"collaborator_id": office.anna.id, "category_id": claims, "since_on": ON}
        assert involve(session, by=office.anna, now=now, relation_id=merged_id, **facts).relation_id == kept_id
        with pytest.raises(BookError, match="linked to itself") as refused:
            add_link(session, by=office.anna, source_id=merged_id, target_id=kept_id, type_id=parent)
        assert refused.value.field == "target_id"


def test_a_deleted_place_that_was_merged_is_brought_back_where_it_went(office: Office) -> None:
    with office.book.writing() as session:
        kept, merged, els = new_relation(session, "Dupont"), new_relation(session, "Dupond"), new_person(session, "Els")
        first, second = new_contact(session, els, kept), new_contact(session, els, merged)
    office.merge(kept.id, merged.id)
    with office.book.writing() as session:
        assert restore_contact(session, second.id, by=office.anna, now=office.book.now()).id == first.id


# Two at once


def _during_a_merge(office: Office, kept_id: int, merged_id: int, write: Callable[[Session], object]) -> None:
    """Writes while a merge that nobody sees yet waits to commit; a busy book is tried again, as people do."""
    is_waiting, may_commit = threading.Event(), threading.Event()

    def merge() -> None:
        with office.book.writing() as session:
            merge_relations(session, kept_id, merged_id, by=office.anna, now=office.book.now())
            is_waiting.set()
            may_commit.wait(10)

    merging = threading.Thread(target=merge)
    merging.start()
    assert is_waiting.wait(10)
    threading.Timer(0.5, may_commit.set).start()
    while True:
        try:
            with office.book.writing() as session:
                write(session)
            break
        except (BookBusy, ChangedMeanwhile):
            may_commit.wait(10)
    merging.join()


def test_what_is_written_during_a_merge_stands_at_the_kept_one(office: Office) -> None:
    kept_id, merged_id, jan_id = _two_files(office)

    def write(session: Session) -> None:
        facts = NoteFacts(merged_id, "Written meanwhile", ON, contact_id=jan_id)
        write_note(session, by=office.anna, facts=facts, now=office.book.now())

    _during_a_merge(office, kept_id, merged_id, write)
    with office.book.reading() as session:
        assert [note.relation_id for note in session.scalars(select(Note)).unique()] == [kept_id]


def test_what_is_written_at_a_place_during_a_merge_of_its_person_stands_at_the_kept_place(office: Office) -> None:
    with office.book.writing() as session:
        firm = new_relation(session, "Dupont")
        els, twin = new_person(session, "Els"), new_person(session, "Els P.")
        first, second = new_contact(session, els, firm), new_contact(session, twin, firm)

    def write(session: Session) -> None:
        place = contact_seen_by(session, second.id, asked_by=office.anna)
        assert place is not None
        _visit(session, office, place)

    _during_a_merge(office, els.id, twin.id, write)
    with office.book.reading() as session:
        action = session.scalars(select(Action)).one()
        assert action.contact_id == first.id
        assert [part.contact_id for part in action.participants if part.contact_id] == [first.id]


def test_a_correction_of_the_merged_one_during_the_merge_is_not_lost(office: Office) -> None:
    with office.book.writing() as session:
        kept_id, merged_id = (new_relation(session, name).id for name in ("Dupont", "Dupond"))

    def write(session: Session) -> None:
        edit_relation(session, merged_id, by=office.anna, now=office.book.now(), website="new.example")

    _during_a_merge(office, kept_id, merged_id, write)
    with office.book.reading() as session:
        assert session.get_one(Relation, kept_id).website == "new.example"
