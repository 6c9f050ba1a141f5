"""Dossiers: whose they are, what they are called by, and when they may close or go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from dupont import new_person, new_relation
from hypothesis import given
from hypothesis import strategies as st
from planned import Visits, hours, make_visits
from privacy_office import SECRET, everything, office
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.action_facts import facts_of
from store.actions import Action
from store.base import BookError, ChangedMeanwhile, NotFound
from store.carrying import open_points
from store.collaborators import Scope
from store.documents import DocumentLink, DocumentShelf, document_link, documents_of, link_document
from store.domain import line_with_key
from store.dossiers import (
    Dossier,
    DossierFacts,
    TagIgnored,
    actions_in,
    close_dossier,
    delete_dossier,
    dossier_seen_by,
    dossier_tagged,
    dossier_with_reference,
    dossiers_for,
    dossiers_of,
    edit_dossier,
    open_dossier,
    reopen_dossier,
    restore_dossier,
)
from store.dossiers.model import short_of
from store.endings import complete_action, delete_action
from store.engine import Book
from store.merging import merge_relations, undo_merge
from store.planning import edit_action
from store.privacy import erase_person
from store.relation_facts import What, note_by_hand, note_of_action
from store.relations import Relation, RelationKind, delete_relation
from store.search import search_documents
from store.search_dossiers import search_dossiers
from store.starter import seed_domain_data
from store.statuses import RelationStatus


def _opened(session: Session, visits: Visits, name: str = "Cellar 2027", *, general: bool = False) -> Dossier:
    relation_id = None if general else visits.dupont.id
    now = visits.book.now()
    return open_dossier(session, by=visits.anna, relation_id=relation_id, facts=DossierFacts(name), now=now)


def test_a_dossier_is_general_or_of_one_relation_whose_own_stand_first(book: Book) -> None:
    visits = make_visits(book)
    with book.writing() as session:
        general = _opened(session, visits, "Fairs", general=True)
        first, second = _opened(session, visits, "Cellar"), _opened(session, visits, "Vats")
        other = new_relation(session, "Orval")
        open_dossier(session, by=visits.anna, relation_id=other.id, facts=DossierFacts("Beer"), now=book.now())
        assert first.reference == f"DUPONT-{first.id}"
        assert general.reference == f"GEN-{general.id}"
        found = dossiers_for(session, visits.dupont.id, asked_by=visits.anna)
        assert [one.name for one in found] == ["Vats", "Cellar", "Fairs"]
        close_dossier(session, second.id, by=visits.anna, now=book.now())
        found = dossiers_for(session, visits.dupont.id, asked_by=visits.anna)
        assert [one.name for one in found] == ["Cellar", "Fairs"], "closed ones are hidden unless asked for"
        found = dossiers_of(session, visits.dupont.id, asked_by=visits.anna, closed=True, limit=9)
        assert [one.name for one in found] == ["Cellar", "Vats"]
        assert len(dossiers_of(session, asked_by=visits.anna, limit=9)) == 3


def test_a_reference_is_never_given_again_also_after_a_deletion_and_its_undoing(book: Book) -> None:
    visits = make_visits(book)
    given_before = set()
    with book.writing() as session:
        dossier = _opened(session, visits)
        for _turn in range(3):
            dossier = _opened(session, visits)
            assert dossier.reference not in given_before
            given_before.add(dossier.reference)
            delete_dossier(session, dossier.id, by=visits.anna, now=book.now())
        restore_dossier(session, dossier.id, by=visits.anna, now=book.now())
        assert _opened(session, visits).reference not in given_before
    with book.writing() as session:
        session.delete(session.get_one(Dossier, max(int(one.split("-")[1]) for one in given_before)))
    with book.writing() as session:
        assert _opened(session, visits).reference not in given_before


def test_a_dossier_with_actions_is_closed_not_deleted(book: Book) -> None:
    visits = make_visits(book)
    with book.writing() as session:
        dossier = _opened(session, visits)
        action = visits.plan(session, dossier_id=dossier.id)
        with pytest.raises(BookError, match="close it instead"):
            delete_dossier(session, dossier.id, by=visits.anna, now=book.now())
        delete_action(session, by=visits.anna, action_id=action.id, now=book.now())
        delete_dossier(session, dossier.id, by=visits.anna, now=book.now())
        assert dossier_seen_by(session, dossier.id, asked_by=visits.anna) is None
        restore_dossier(session, dossier.id, by=visits.anna, now=book.now())
        assert dossier_seen_by(session, dossier.id, asked_by=visits.anna) is dossier


def test_two_editors_of_a_dossier_do_not_overwrite_each_other(book: Book) -> None:
    visits = make_visits(book)
    with book.writing() as session:
        dossier = _opened(session, visits)
        seen = dossier.version
        facts = DossierFacts("Cellar 2028", "Two rooms")
        edit_dossier(session, dossier.id, by=visits.bram, version=seen, facts=facts, now=book.now())
        with pytest.raises(ChangedMeanwhile):
            edit_dossier(session, dossier.id, by=visits.anna, version=seen, facts=facts, now=book.now())
        with pytest.raises(BookError) as refused:
            edit_dossier(session, dossier.id, by=visits.anna, version=None, facts=DossierFacts(" "), now=book.now())
        assert refused.value.field == "name"


def test_an_action_stands_in_an_open_dossier_of_its_relation_or_a_general_one(book: Book) -> None:
    visits = make_visits(book)
    with book.writing() as session:
        dossier, general = _opened(session, visits), _opened(session, visits, general=True)
        orval = new_relation(session, "Orval")
        foreign = open_dossier(session, by=visits.anna, relation_id=orval.id, facts=DossierFacts("x"), now=book.now())
        action = visits.plan(session, dossier_id=dossier.id)
        assert visits.plan(session, dossier_id=general.id).dossier_id == general.id
        for wrong, why in ((foreign.id, "another relation"), (10_000, "no longer in the book")):
            with pytest.raises(BookError, match=why) as refused:
                visits.plan(session, dossier_id=wrong)
            assert refused.value.field == "dossier"
        close_dossier(session, dossier.id, by=visits.anna, now=book.now())
        with pytest.raises(BookError, match="is closed"):
            visits.plan(session, dossier_id=dossier.id)
        facts = replace(facts_of(action), place="Tournai")
        edit_action(session, by=visits.anna, action_id=action.id, version=None, facts=facts, now=book.now())
        assert action.dossier_id == dossier.id, "what stands in a closed one stays there"
        reopen_dossier(session, dossier.id, by=visits.anna, now=book.now())
        assert visits.plan(session, dossier_id=dossier.id).dossier_id == dossier.id


def test_a_reference_in_an_actions_subject_puts_it_in_that_dossier(book: Book) -> None:
    visits = make_visits(book)
    with book.writing() as session:
        dossier = _opened(session, visits)
        action = visits.plan(session, subject=f"Cellar [{dossier.reference.lower()}]")
        assert action.dossier_id == dossier.id
        facts = replace(facts_of(action), dossier_id=None)
        edit_action(session, by=visits.anna, action_id=action.id, version=None, facts=facts, now=book.now())
        assert action.dossier_id is None, "who took it out of the dossier is not contradicted by the old subject"
        assert visits.plan(session, subject="Cellar [DUPONT-9999] [x]").dossier_id is None


def test_the_actions_of_a_dossier_are_those_that_the_asker_may_see(book: Book) -> None:
    visits = make_visits(book)
    with book.writing() as session:
        dossier = _opened(session, visits)
        shown = visits.plan(session, dossier_id=dossier.id)
        private = visits.plan(session, dossier_id=dossier.id, subject="Secret", is_private=True)
        assert set(actions_in(session, dossier.id, asked_by=visits.anna, limit=9)) == {shown, private}
        assert list(actions_in(session, dossier.id, asked_by=visits.charlie, limit=9)) == [shown]


def test_charlie_meets_no_dossier_of_a_file_that_is_not_his_but_the_general_ones(book: Book) -> None:
    visits = make_visits(book)
    with book.writing() as session:
        dossier, general = _opened(session, visits), _opened(session, visits, "Cellar fairs", general=True)
        charlie = session.merge(visits.charlie)
        charlie.scope = Scope.OWN
        session.flush()
        assert list(dossiers_of(session, asked_by=charlie, limit=9)) == [general]
        assert list(dossiers_of(session, visits.dupont.id, asked_by=charlie, limit=9)) == []
        assert dossier_seen_by(session, dossier.id, asked_by=charlie) is None
        assert dossier_with_reference(session, dossier.reference, asked_by=charlie) is None
        found = search_dossiers(session, "cellar", asked_by=charlie, on=book.now().date())
        assert list(found) == [general]
        tagged = dossier_tagged(session, f"[{dossier.reference}]", relation_ids=(visits.dupont.id,), asked_by=charlie)
        assert tagged.ignored is TagIgnored.UNKNOWN
        for change in (close_dossier, reopen_dossier, delete_dossier, restore_dossier):
            with pytest.raises(NotFound):
                change(session, dossier.id, by=charlie, now=book.now())


def test_a_tag_in_a_subject_fits_or_says_why_it_does_not(book: Book) -> None:
    visits = make_visits(book)
    with book.writing() as session:
        dossier, closed, general = (_opened(session, visits, general=n == 2) for n in range(3))
        close_dossier(session, closed.id, by=visits.anna, now=book.now())

        def tag(subject: str, *relation_ids: int) -> tuple[Dossier | None, str, TagIgnored | None]:
            found = dossier_tagged(session, subject, relation_ids=relation_ids, asked_by=visits.anna)
            return found.dossier, found.reference, found.ignored

        here = visits.dupont.id
        assert tag(f"Re: Offer [{dossier.reference}] again", here) == (dossier, "", None)
        assert tag(f"[{general.reference}]") == (general, "", None)
        assert tag(f"[GEN-{dossier.id}]", here) == (None, f"GEN-{dossier.id}", TagIgnored.UNKNOWN)
        assert tag(f"[{closed.reference}]", here) == (None, closed.reference, TagIgnored.CLOSED)
        assert tag(f"[{dossier.reference}]", here + 1) == (None, dossier.reference, TagIgnored.FOREIGN)
        assert tag(f"[{closed.reference}] [{dossier.reference}]", here) == (dossier, "", None)
        assert tag("No tag (ACME-12), [ext], [SPAM-]", here) == (None, "", None)


@given(st.text(max_size=80))
def test_any_name_gives_a_short_that_a_reference_can_be_read_by(name: str) -> None:
    for kind in RelationKind:
        short = short_of(Relation(name=name, kind=kind))
        assert short.isascii()
        assert short.isalnum()
        assert 1 <= len(short) <= 10


def test_the_short_of_a_company_is_its_first_word_and_of_a_person_the_last() -> None:
    assert short_of(Relation(name="SA Acmé Wines", kind=RelationKind.COMPANY)) == "ACME"
    assert short_of(Relation(name="Els Peeters", kind=RelationKind.PERSON)) == "PEETERS"
    assert short_of(Relation(name="Αθήνα", kind=RelationKind.COMPANY)) == "REL"
    assert short_of(None) == "GEN"


def test_search_finds_dossiers_by_reference_name_and_relation(book: Book) -> None:
    visits = make_visits(book)
    on = book.now().date()
    with book.writing() as session:
        cellar, general = _opened(session, visits, "Café cellar"), _opened(session, visits, "Cellars", general=True)
    with book.writing() as session:

        def found(typed: str) -> list[str]:
            return [one.name for one in search_dossiers(session, typed, asked_by=visits.anna, on=on)]

        assert found(cellar.reference.lower()) == ["Café cellar"]
        assert found("cafe cel") == ["Café cellar"]
        assert found("dupont cellar") == ["Café cellar"]
        assert found("cellar") == ["Café cellar", "Cellars"]
        assert found(f"gen-{general.id}") == ["Cellars"]
        assert found("") == found("vats") == []
        edit_dossier(session, cellar.id, by=visits.anna, version=None, facts=DossierFacts("Vats"), now=book.now())
        assert found("vats") == ["Vats"]
        delete_dossier(session, cellar.id, by=visits.anna, now=book.now())
        assert found("vats") == []
        restore_dossier(session, cellar.id, by=visits.anna, now=book.now())
        delete_relation(session, visits.dupont.id, by=visits.anna, now=book.now())
        assert found("vats") == []


def test_a_dossier_of_a_relation_that_is_new_in_the_same_transaction_is_found(book: Book) -> None:
    visits = make_visits(book)
    with book.writing() as session:
        orval = new_relation(session, "Orval")
        open_dossier(session, by=visits.anna, relation_id=orval.id, facts=DossierFacts("Trappist"), now=book.now())
    with book.writing() as session:
        found = search_dossiers(session, "trappist", asked_by=visits.anna, on=book.now().date())
        assert [one.name for one in found] == ["Trappist"]


def test_merging_relations_carries_the_dossiers_and_undoing_brings_them_back(book: Book) -> None:
    visits = make_visits(book)
    with book.writing() as session:
        dossier = _opened(session, visits)
        action = visits.plan(session, dossier_id=dossier.id)
        kept = new_relation(session, "Dupont & fils")
    with book.writing() as session:
        dossier, action = session.get_one(Dossier, dossier.id), session.get_one(Action, action.id)
        merge = merge_relations(session, kept.id, visits.dupont.id, by=visits.anna, now=book.now()).merge
        assert (dossier.relation_id, action.relation_id, action.dossier_id) == (kept.id, kept.id, dossier.id)
        assert list(dossiers_of(session, visits.dupont.id, asked_by=visits.anna, limit=9)) == [dossier]
        assert dossier_with_reference(session, f"DUPONT-{dossier.id}", asked_by=visits.anna) is dossier
        undo_merge(session, merge.id, by=visits.anna, now=book.now() + timedelta(minutes=1))
        session.expire_all()
        assert dossier.relation_id == visits.dupont.id
        assert session.get_one(Action, action.id).relation_id == visits.dupont.id


def test_what_was_done_in_a_dossier_since_a_merge_goes_back_with_it(book: Book) -> None:
    visits, now = make_visits(book), book.now()
    anna, today = visits.anna, now.date()
    with book.writing() as session:
        seed_domain_data(session, now)
        dossier, kept = _opened(session, visits), new_relation(session, "Dupont & fils")
        prospect, client = (line_with_key(session, RelationStatus, key).id for key in ("prospect", "client"))
        note_by_hand(session, kept.id, What.STATUS, prospect, on=today - timedelta(days=9), by=anna, now=now)
    with book.writing() as session:
        merge = merge_relations(session, kept.id, visits.dupont.id, by=anna, now=now).merge
        here = {"relation_id": kept.id, "when": hours(today)}
        inside = visits.plan(session, **here, points="the vats", dossier_id=dossier.id)
        beside, later = visits.plan(session, **here, points="the labels"), visits.plan(session, relation_id=kept.id)
        for one in (beside, inside):
            complete_action(session, by=anna, action_id=one.id, version=None, headline="Met", discussed="", now=now)
        note_of_action(session, inside.id, What.STATUS, client, by=anna, now=now)
        assert session.get_one(Relation, kept.id).status_id == client
        assert [point.text for point in open_points(session, later)] == ["the vats", "the labels"]
    with book.writing() as session:
        undo_merge(session, merge.id, by=anna, now=now + timedelta(minutes=1))
    with book.writing() as session:
        stands = [session.get_one(Relation, one.id).status_id for one in (visits.dupont, kept)]
        assert stands == [client, prospect], "the status follows the action that gave it"
        at = {one.id: session.get_one(Action, one.id).relation_id for one in (inside, beside, later)}
        assert at == {inside.id: visits.dupont.id, beside.id: kept.id, later.id: kept.id}
        assert [one.text for one in open_points(session, session.get_one(Action, later.id))] == ["the labels"]
        facts = replace(facts_of(session.get_one(Action, inside.id)), subject="Vats")
        edit_action(session, by=anna, action_id=inside.id, version=None, facts=facts, now=now)


def test_erasing_a_person_takes_the_name_out_of_their_dossiers_and_references(book: Book) -> None:
    anna, _bram, person_id, _contact_id = office(book)
    with book.writing(door="slack") as session:
        facts = DossierFacts(f"Loan of {SECRET}", f"{SECRET} asked for it")
        own = open_dossier(session, by=anna, relation_id=person_id, facts=facts, now=book.now())
        general = open_dossier(
            session, by=anna, relation_id=None, facts=DossierFacts(f"With Els {SECRET}"), now=book.now()
        )
        assert own.reference.startswith(SECRET.upper()[:10])
    with book.writing() as session:
        erase_person(session, person_id, by=anna, reason="by letter", now=book.now())
        assert session.get_one(Dossier, own.id).reference == f"X-{own.id}"
        assert session.get_one(Dossier, general.id).name == f"With #{person_id}"
    assert SECRET.upper()[:10] not in everything(book).upper()


def test_a_persons_dossier_belongs_to_the_person(book: Book) -> None:
    visits = make_visits(book)
    with book.writing() as session:
        person = new_person(session, "Jo Maes")
        dossier = open_dossier(session, by=visits.anna, relation_id=person.id, facts=DossierFacts("a"), now=book.now())
        assert dossier.reference == f"MAES-{dossier.id}"


def _linked(session: Session, shelf: DocumentShelf, visits: Visits, name: str, **place: int) -> DocumentLink:
    document = shelf.keep(session, name.encode(), media_type="application/pdf", now=visits.book.now())
    return link_document(session, document, name=name, by=visits.anna, now=visits.book.now(), **place)


def test_documents_stand_in_a_dossier_beside_those_of_its_actions(book: Book, tmp_path: Path) -> None:
    visits, shelf = make_visits(book), DocumentShelf(tmp_path)
    with book.writing() as session:
        dossier = _opened(session, visits)
        action = visits.plan(session, dossier_id=dossier.id)
        plan = _linked(session, shelf, visits, "Plan.pdf", dossier_id=dossier.id)
        offer = _linked(session, shelf, visits, "Offer.pdf", action_id=action.id)
        assert set(documents_of(session, asked_by=visits.anna, dossier_id=dossier.id)) == {plan, offer}
        assert set(documents_of(session, asked_by=visits.anna, relation_id=visits.dupont.id)) == {plan, offer}
        delete_action(session, by=visits.anna, action_id=action.id, now=book.now())
        assert list(documents_of(session, asked_by=visits.anna, dossier_id=dossier.id)) == [plan]
        with pytest.raises(BookError, match="There are documents"):
            delete_dossier(session, dossier.id, by=visits.anna, now=book.now())
    with book.writing() as session:
        found = search_documents(session, "plan", asked_by=visits.anna, on=book.now().date())
        assert [one.label for one in found] == ["Plan.pdf · Dupont"]
        charlie = session.merge(visits.charlie)
        charlie.scope = Scope.OWN
        session.flush()
        assert list(documents_of(session, asked_by=charlie, dossier_id=dossier.id)) == []
        with pytest.raises(NotFound):
            document_link(session, plan.id, asked_by=charlie)


def test_erasing_a_person_takes_the_documents_of_their_dossiers(book: Book, tmp_path: Path) -> None:
    anna, _bram, person_id, _contact_id = office(book)
    shelf = DocumentShelf(tmp_path)
    with book.writing(door="slack") as session:
        own = open_dossier(session, by=anna, relation_id=person_id, facts=DossierFacts("Loan"), now=book.now())
        document = shelf.keep(session, b"x", media_type="text/plain", now=book.now())
        told = {"by": anna, "now": book.now(), "dossier_id": own.id}
        link_document(session, document, name=f"Els {SECRET}.txt", **told)  # type: ignore[arg-type]
    with book.writing() as session:
        erase_person(session, person_id, by=anna, reason="by letter", now=book.now())
        assert session.scalars(select(DocumentLink)).all() == []
    assert SECRET.upper()[:10] not in everything(book).upper()
