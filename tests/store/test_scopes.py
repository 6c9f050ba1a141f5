"""Whose files somebody sees: their own, their team's, everybody's; and that who sees nothing changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from dupont import START, new_collaborator, new_contact, new_person, new_relation
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from store import scopes
from store.action_facts import ActionFacts, Participation, facts_of
from store.actions import Action, ActionType, When
from store.administration import deactivate_collaborator, set_rights
from store.agenda import agenda_of, history_of, last_done, next_action
from store.audit import AuditEntry
from store.audit_queries import trail_of
from store.base import BookError, NotAllowed, NotFound
from store.collaborators import Collaborator, Role, Scope, Team, collaborators_matching
from store.contacts import add_contact, contact_seen_by, contacts_of, delete_contact, edit_contact
from store.domain import line_with_key
from store.duplicates import possible_duplicates
from store.endings import delete_action, restore_action
from store.engine import Book
from store.involvements import Involvement, InvolvementCategory, end_involvement, files_of, involve, involvements_of
from store.links import LinkType, add_link, links_of, remove_link
from store.mailings.audience import contacts_in_place
from store.planning import action_seen_by, edit_action, plan_action
from store.relations import (
    Relation,
    RelationKind,
    add_relation,
    delete_relation,
    edit_relation,
    relation_seen_by,
)
from store.rows import Row
from store.scopes import ids_in_scope, in_scope
from store.starter import seed_domain_data

TODAY = date(2026, 11, 21)
LONG_AGO = date(2020, 1, 1)


class Desk:
    """Anna sees everything; Charlie and Dora only what their scope says; Dupont and Durand are Anna's."""

    def __init__(self, session: Session) -> None:
        self.session = session
        seed_domain_data(session, START)
        self.anna = new_collaborator(session, "Anna", is_admin=True)[0]
        self.charlie = new_collaborator(session, "Charlie")[0]
        self.dora = new_collaborator(session, "Dora")[0]
        self.team = Team(key="west", label_en="West", label_fr="Ouest", label_nl="West")
        session.add(self.team)
        session.flush()
        self.sees(self.charlie, Scope.OWN)
        self.dupont = add_relation(session, by=self.anna, now=START, name="Dupont")
        self.durand = add_relation(session, by=self.anna, now=START, name="Durand")

    def sees(self, who: Collaborator, scope: Scope, *, team: bool = False, role: Role = Role.REP) -> None:
        team_id = self.team.id if team else None
        set_rights(self.session, who.id, by=self.anna, role=role, scope=scope, team_id=team_id)

    def involve(self, who: Collaborator, relation: Relation, since_on: date = LONG_AGO) -> Involvement:
        category = line_with_key(self.session, InvolvementCategory, "claims")
        return involve(
            self.session,
            by=self.anna,
            now=START,
            relation_id=relation.id,
            collaborator_id=who.id,
            category_id=category.id,
            since_on=since_on,
        )

    def plan(self, owner: Collaborator, *, by: Collaborator | None = None, **more: object) -> Action:
        facts = ActionFacts(
            relation_id=self.dupont.id,
            type_id=line_with_key(self.session, ActionType, "visit").id,
            subject="Visit",
            when=When.day(TODAY, zone="Europe/Brussels"),
            representative_id=owner.id,
        )
        return plan_action(self.session, by=by or self.anna, facts=replace(facts, **more), now=START)  # type: ignore[arg-type]

    def seen(self, who: Collaborator, on: date | None = None) -> set[str]:
        return set(self.session.scalars(select(Relation.name).where(in_scope(Relation.id, asked_by=who, on=on))))


@pytest.fixture
def desk(book: Book):  # type: ignore[no-untyped-def]
    with book.writing() as session:
        yield Desk(session)


def test_an_own_scope_holds_the_files_of_live_involvements_and_what_one_entered(desk: Desk) -> None:
    assert desk.seen(desk.anna) == {"Dupont", "Durand"}
    assert desk.seen(desk.charlie) == set()
    row = desk.involve(desk.charlie, desk.dupont, since_on=TODAY)
    assert desk.seen(desk.charlie, TODAY) == {"Dupont"}
    assert desk.seen(desk.charlie, TODAY - timedelta(days=1)) == set()
    row.until_on = TODAY
    desk.session.flush()
    assert desk.seen(desk.charlie, TODAY) == {"Dupont"}
    assert desk.seen(desk.charlie, TODAY + timedelta(days=1)) == set()
    add_relation(desk.session, by=desk.charlie, now=START, name="Charlie's own")
    assert desk.seen(desk.charlie, TODAY + timedelta(days=1)) == {"Charlie's own"}


def test_the_persons_who_have_a_place_at_a_file_belong_to_it(desk: Desk) -> None:
    els, jan = new_person(desk.session, "Els"), new_person(desk.session, "Jan")
    new_contact(desk.session, els, desk.dupont)
    gone = new_contact(desk.session, jan, desk.dupont, until_on=LONG_AGO)
    elsewhere = new_contact(desk.session, els, desk.durand)
    desk.involve(desk.charlie, desk.dupont)
    assert desk.seen(desk.charlie) == {"Dupont", "Els"}
    assert contact_seen_by(desk.session, gone.id, asked_by=desk.charlie) is gone, "history keeps who left"
    assert contact_seen_by(desk.session, elsewhere.id, asked_by=desk.charlie) is None


def test_the_trail_of_who_left_a_file_tells_nothing_of_what_they_are_elsewhere(desk: Desk) -> None:
    jan = add_relation(desk.session, by=desk.anna, now=START, name="Jan", kind=RelationKind.PERSON)
    gone = new_contact(desk.session, jan, desk.dupont, until_on=LONG_AGO)
    desk.involve(desk.charlie, desk.dupont)
    desk.involve(desk.anna, jan)
    kinds = {
        who: {one.kind for one in trail_of(desk.session, gone, asked_by=who, limit=50)}
        for who in (desk.anna, desk.charlie)
    }
    assert kinds == {desk.charlie: {"contact"}, desk.anna: {"contact", "relation", "involvement"}}


def test_an_own_scope_holds_the_relations_of_actions_one_carries_out_follows_or_joins(desk: Desk) -> None:
    for more in (
        {"representative_id": desk.charlie.id},
        {"followed_by_id": desk.charlie.id},
        {"participants": (Participation(desk.charlie.id, None),)},
    ):
        action = desk.plan(desk.anna, is_private=True, **more)
        assert desk.seen(desk.charlie) == {"Dupont"}
        delete_action(desk.session, by=desk.anna, action_id=action.id, now=START)
        assert desk.seen(desk.charlie) == set()


def test_who_deleted_their_only_action_at_a_relation_can_take_it_back(desk: Desk) -> None:
    action = desk.plan(desk.charlie)
    delete_action(desk.session, by=desk.charlie, action_id=action.id, now=START)
    assert desk.seen(desk.charlie) == set()
    restore_action(desk.session, by=desk.charlie, action_id=action.id, now=START)
    assert desk.seen(desk.charlie) == {"Dupont"}


def test_a_team_sees_the_files_of_its_active_members_but_not_through_a_private_action(desk: Desk) -> None:
    desk.sees(desk.charlie, Scope.TEAM, team=True)
    desk.involve(desk.dora, desk.dupont)
    assert desk.seen(desk.charlie) == set(), "Dora is of no team yet"
    desk.sees(desk.dora, Scope.OWN, team=True)
    assert desk.seen(desk.charlie) == {"Dupont"}
    desk.plan(desk.dora, relation_id=desk.durand.id, is_private=True)
    assert desk.seen(desk.charlie) == {"Dupont"}
    assert desk.seen(desk.dora) == {"Dupont", "Durand"}
    deactivate_collaborator(desk.session, desk.dora.id, by=desk.anna)
    assert desk.seen(desk.charlie) == set()
    assert desk.seen(desk.dora) == set(), "who left sees nothing"


def test_the_set_of_a_scope_and_its_condition_say_the_same(desk: Desk) -> None:
    new_contact(desk.session, new_person(desk.session, "Els"), desk.dupont)
    new_relation(desk.session, "Nobody's")
    desk.involve(desk.dora, desk.dupont)
    desk.plan(desk.charlie, relation_id=desk.durand.id)
    desk.sees(desk.dora, Scope.OWN, team=True)
    desk.sees(desk.charlie, Scope.TEAM, team=True)
    for who in (desk.charlie, desk.dora):
        ids = ids_in_scope(who.scope, me=literal(who.id), on=literal(TODAY))
        names = select(Relation.name).where(Relation.id.in_(select(ids.subquery())))
        assert set(desk.session.scalars(names)) == desk.seen(who, TODAY)
    assert desk.seen(desk.charlie, TODAY) == {"Dupont", "Durand", "Els"}


def test_the_tables_that_a_scope_reads_are_those_of_the_book() -> None:
    named = [one for one in vars(scopes).values() if hasattr(one, "element") and hasattr(one.element, "columns")]
    assert len(named) == 6
    for one in named:
        assert set(one.element.columns.keys()) <= set(Row.metadata.tables[one.element.name].columns.keys())


def _reads(desk: Desk, who: Collaborator) -> dict[str, object]:
    session, on = desk.session, TODAY
    contact_id, action_id = desk.session.info["contact_id"], desk.session.info["action_id"]
    return {
        "card": relation_seen_by(session, desk.dupont.id, asked_by=who),
        "duplicates": list(possible_duplicates(session, name="Dupont", asked_by=who)),
        "contact": contact_seen_by(session, contact_id, asked_by=who),
        "contacts": list(contacts_of(session, desk.dupont.id, asked_by=who, on=None)),
        "involvements": list(involvements_of(session, desk.dupont.id, asked_by=who, on=None)),
        "files": list(files_of(session, desk.anna.id, asked_by=who, on=on)),
        "links": list(links_of(session, desk.dupont.id, asked_by=who)),
        "links back": list(links_of(session, desk.durand.id, asked_by=who)),
        "history": list(history_of(session, desk.dupont.id, asked_by=who)),
        "next": next_action(session, desk.dupont.id, asked_by=who, now=START - timedelta(days=3)),
        "last": last_done(session, desk.dupont.id, asked_by=who),
        "action": action_seen_by(session, action_id, asked_by=who),
        "agenda": [e.action for e in agenda_of(session, desk.anna.id, on, on, zone="UTC", asked_by=who) if e.action],
        "mailing": list(contacts_in_place(session, asked_by=who, on=on)),
    }


def test_nothing_of_a_relation_outside_the_scope_is_read(desk: Desk) -> None:
    els = add_contact(desk.session, by=desk.anna, now=START, relation_id=desk.dupont.id, name="Els")
    desk.involve(desk.anna, desk.dupont)
    kind = line_with_key(desk.session, LinkType, "supplier").id
    add_link(desk.session, by=desk.anna, source_id=desk.dupont.id, target_id=desk.durand.id, type_id=kind)
    desk.session.info.update(contact_id=els.id, action_id=desk.plan(desk.anna).id)
    seen_by_anna = _reads(desk, desk.anna)
    seen_by_charlie = _reads(desk, desk.charlie)
    assert [what for what, found in seen_by_anna.items() if not found] == ["last"], "or nothing would be proven"
    assert [what for what, found in seen_by_charlie.items() if found] == []
    desk.involve(desk.charlie, desk.durand)
    assert _reads(desk, desk.charlie)["links back"] == [], "the far end is not his"


WRITES: dict[str, Callable[[Desk], object]] = {
    "edit": lambda d: edit_relation(d.session, d.dupont.id, by=d.charlie, now=START, name="Mine"),
    "delete": lambda d: delete_relation(d.session, d.dupont.id, by=d.charlie, now=START),
    "contact": lambda d: add_contact(d.session, by=d.charlie, now=START, relation_id=d.dupont.id, name="Jan"),
    "involve": lambda d: involve(
        d.session,
        by=d.charlie,
        now=START,
        relation_id=d.dupont.id,
        collaborator_id=d.charlie.id,
        category_id=line_with_key(d.session, InvolvementCategory, "claims").id,
        since_on=TODAY,
    ),
    "plan": lambda d: d.plan(d.charlie, by=d.charlie),
    "link": lambda d: add_link(
        d.session,
        by=d.charlie,
        source_id=d.dupont.id,
        target_id=d.durand.id,
        type_id=line_with_key(d.session, LinkType, "supplier").id,
    ),
}


@pytest.mark.parametrize("what", WRITES)
def test_who_cannot_see_a_relation_cannot_change_it(desk: Desk, what: str) -> None:
    with pytest.raises(NotFound):
        WRITES[what](desk)


def test_what_hangs_on_an_unseen_relation_cannot_be_changed(desk: Desk) -> None:
    els = add_contact(desk.session, by=desk.anna, now=START, relation_id=desk.dupont.id, name="Els")
    row = desk.involve(desk.dora, desk.dupont)
    kind = line_with_key(desk.session, LinkType, "supplier").id
    link = add_link(desk.session, by=desk.anna, source_id=desk.dupont.id, target_id=desk.durand.id, type_id=kind)
    action = desk.plan(desk.anna)
    facts = facts_of(action)
    attempts: list[Callable[[], object]] = [
        lambda: edit_contact(desk.session, els.id, by=desk.charlie, now=START, function="Boss"),
        lambda: delete_contact(desk.session, els.id, by=desk.charlie, now=START),
        lambda: end_involvement(desk.session, row.id, by=desk.charlie, on=TODAY, now=START),
        lambda: remove_link(desk.session, link.id, by=desk.charlie, now=START),
        lambda: edit_action(desk.session, by=desk.charlie, action_id=action.id, version=None, facts=facts, now=START),
        lambda: delete_action(desk.session, by=desk.charlie, action_id=action.id, now=START),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()


@pytest.mark.parametrize("what", WRITES)
def test_a_reader_sees_the_book_and_changes_nothing(desk: Desk, what: str) -> None:
    desk.sees(desk.charlie, Scope.ALL, role=Role.READER)
    assert desk.seen(desk.charlie) == {"Dupont", "Durand"}
    with pytest.raises(NotAllowed, match="read the book, not change it"):
        WRITES[what](desk)


def test_a_scope_of_the_team_needs_a_team(desk: Desk) -> None:
    with pytest.raises(BookError, match="team") as told:
        desk.sees(desk.charlie, Scope.TEAM)
    assert told.value.field == "team_id"


def test_a_change_of_rights_stands_in_the_audit_trail(desk: Desk) -> None:
    desk.sees(desk.charlie, Scope.TEAM, team=True)
    query = select(AuditEntry).where(AuditEntry.kind == "collaborator", AuditEntry.row_id == desk.charlie.id)
    entry = desk.session.scalars(query.order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.before["scope"], entry.after["scope"]) == ("own", "team")


def test_who_left_is_offered_nowhere_and_stays_named_in_history(desk: Desk) -> None:
    desk.involve(desk.dora, desk.dupont)
    action = desk.plan(desk.dora)
    deactivate_collaborator(desk.session, desk.dora.id, by=desk.anna)
    assert list(collaborators_matching(desk.session, "dora")) == []
    with pytest.raises(BookError, match="left"):
        desk.involve(desk.dora, desk.durand)
    with pytest.raises(BookError, match="left"):
        desk.plan(desk.dora)
    [row] = involvements_of(desk.session, desk.dupont.id, asked_by=desk.anna, on=None)
    assert row.collaborator.name == "Dora"
    assert [one.owner.name for one in history_of(desk.session, desk.dupont.id, asked_by=desk.anna)] == ["Dora"]
    assert action.owner.name == "Dora"
