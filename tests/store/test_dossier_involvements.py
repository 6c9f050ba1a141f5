"""Who has a part in one dossier of a relation, beside those who are on the relation itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from store.administration import set_rights
from store.base import BookError, NotFound
from store.collaborators import Collaborator, Role, Scope, add_collaborator
from store.domain import line_with_key
from store.dossiers import Dossier, DossierFacts, delete_dossier, dossier_seen_by, open_dossier
from store.engine import Book
from store.involvements import (
    CommissionRule,
    Holding,
    Involvement,
    InvolvementCategory,
    change_from,
    commissions_on,
    files_of,
    involve,
    involvements_in_dossiers,
    involvements_of,
    known_shares,
    representative_of,
    undo_change,
)
from store.merging import merge_relations, undo_merge
from store.portfolios import Wish, files_without_anybody, hand_over, plan_handover, undo_handover
from store.relations import Relation, add_relation, relation_seen_by
from store.starter import seed_domain_data

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)


class Desk:
    """Anna represents the office at Dupont, Bram in its cellar dossier, Claire nowhere; Emma is the administrator."""

    def __init__(self, session: Session, book: Book) -> None:
        self.session, self.now = session, book.now()
        seed_domain_data(session, self.now)
        self.emma = self.collaborator("Emma", Role.ADMIN)
        self.anna, self.bram, self.claire = (self.collaborator(name) for name in ("Anna", "Bram", "Claire"))
        self.dupont: Relation = add_relation(session, by=self.emma, now=self.now, name="Dupont")
        self.cellar = self.dossier("Cellar 2027")
        self.category = line_with_key(session, InvolvementCategory, "representative")
        self.category.commission_rule = CommissionRule.EXACTLY_100
        self.involve(self.anna, None, "100")
        self.involve(self.bram, self.cellar, "100")

    def collaborator(self, name: str, role: Role = Role.REP) -> Collaborator:
        mail = f"{name.lower()}@office.example"
        return add_collaborator(self.session, name=name, mail=mail, role=role, now=self.now)

    def dossier(self, name: str) -> Dossier:
        facts = DossierFacts(name)
        return open_dossier(self.session, by=self.emma, relation_id=self.dupont.id, facts=facts, now=self.now)

    def involve(self, who: Collaborator, dossier: Dossier | None, commission: str | None = None) -> Involvement:
        return involve(
            self.session,
            by=self.emma,
            relation_id=self.dupont.id,
            dossier_id=dossier.id if dossier else None,
            collaborator_id=who.id,
            category_id=self.category.id,
            since_on=TODAY,
            commission=Decimal(commission) if commission else None,
            now=self.now,
        )

    def represents(self, dossier: Dossier | None) -> Collaborator | None:
        return representative_of(self.session, self.dupont.id, on=TODAY, dossier_id=dossier.id if dossier else None)

    def sees_only_own_files(self, who: Collaborator) -> None:
        set_rights(self.session, who.id, by=self.emma, role=Role.REP, scope=Scope.OWN, team_id=None)


@pytest.fixture
def desk(book: Book) -> Iterator[Desk]:
    with book.writing() as session:
        yield Desk(session, book)


def test_the_rules_of_commission_count_a_dossier_apart(desk: Desk) -> None:
    with pytest.raises(BookError, match="too much"):
        desk.involve(desk.claire, desk.cellar, "1")
    other = desk.dossier("Fair")
    desk.involve(desk.claire, other, "100")
    by = desk.emma
    places: list[dict[str, Any]] = [{}, {"dossier_id": desk.cellar.id}, {"dossier_id": other.id}]
    on_relation, on_cellar, on_other = (
        [row.collaborator.name for row in involvements_of(desk.session, desk.dupont.id, asked_by=by, on=TODAY, **where)]
        for where in places
    )
    assert (on_relation, on_cellar, on_other) == (["Anna"], ["Bram"], ["Claire"])
    found = involvements_in_dossiers(desk.session, desk.dupont.id, asked_by=by, on=TODAY)
    assert [(row.dossier, row.collaborator) for row in found] == [(other, desk.claire), (desk.cellar, desk.bram)]
    assert [row.dossier for row in files_of(desk.session, desk.bram.id, asked_by=by, on=TODAY)] == [desk.cellar]
    assert [row.dossier for row in commissions_on(desk.session, asked_by=by, on=TODAY)] == [None, desk.cellar, other]


def test_a_dossier_of_another_relation_or_a_deleted_one_takes_nobody(desk: Desk) -> None:
    other = add_relation(desk.session, by=desk.emma, now=desk.now, name="Zythos")
    facts: dict[str, Any] = {
        "by": desk.emma,
        "collaborator_id": desk.claire.id,
        "category_id": desk.category.id,
        "now": desk.now,
    }
    with pytest.raises(BookError, match="belongs to another relation"):
        involve(desk.session, relation_id=other.id, dossier_id=desk.cellar.id, since_on=TODAY, **facts)
    with pytest.raises(BookError, match="There are internal relations on"):
        delete_dossier(desk.session, desk.cellar.id, by=desk.emma, now=desk.now)
    empty = desk.dossier("Empty")
    delete_dossier(desk.session, empty.id, by=desk.emma, now=desk.now)
    with pytest.raises(NotFound):
        involve(desk.session, relation_id=desk.dupont.id, dossier_id=empty.id, since_on=TODAY, **facts)


def test_a_dossiers_representative_comes_before_the_relations_and_nobody_elses(desk: Desk) -> None:
    assert (desk.represents(None), desk.represents(desk.cellar)) == (desk.anna, desk.bram)
    assert desk.represents(desk.dossier("Fair")) is desk.anna
    holdings = [Holding(desk.category.id, desk.claire.id, Decimal(100))]
    facts: dict[str, Any] = {"by": desk.emma, "on": TODAY, "now": desk.now, "dossier_id": desk.cellar.id}
    change = change_from(desk.session, desk.dupont.id, holdings=holdings, **facts)
    assert (desk.represents(None), desk.represents(desk.cellar)) == (desk.anna, desk.claire)
    assert change is not None
    undo_change(desk.session, change.id, by=desk.emma, now=desk.now)
    assert (desk.represents(None), desk.represents(desk.cellar)) == (desk.anna, desk.bram)
    alone = add_relation(desk.session, by=desk.emma, now=desk.now, name="Zythos")
    desk.dupont, dupont = alone, desk.dupont
    desk.involve(desk.bram, desk.dossier("Only here"), "100")
    assert files_without_anybody(desk.session, asked_by=desk.emma, on=TODAY) == [alone]
    assert dupont is not alone


def test_who_is_on_one_dossier_alone_sees_the_relation_but_no_percentage_of_it(desk: Desk) -> None:
    for who in (desk.bram, desk.claire):
        desk.sees_only_own_files(who)
    assert relation_seen_by(desk.session, desk.dupont.id, asked_by=desk.bram) is desk.dupont
    assert dossier_seen_by(desk.session, desk.cellar.id, asked_by=desk.bram) is desk.cellar
    assert relation_seen_by(desk.session, desk.dupont.id, asked_by=desk.claire) is None
    shares = known_shares(desk.session, [desk.dupont.id], asked_by=desk.bram, today=TODAY)
    there = involvements_in_dossiers(desk.session, desk.dupont.id, asked_by=desk.bram, on=TODAY)
    assert list(shares) == [row.id for row in there]


def test_a_handover_takes_the_dossier_and_its_actions_and_leaves_the_relation(desk: Desk) -> None:
    wish = Wish(desk.bram.id, desk.claire.id, TODAY + DAY)
    plan = plan_handover(desk.session, wish, by=desk.emma, now=desk.now)
    assert [file.name for file, _ids in plan.files] == [f"Dupont ({desk.cellar.label})"]
    done = hand_over(desk.session, wish, by=desk.emma, now=desk.now)
    standing = involvements_of(
        desk.session, desk.dupont.id, asked_by=desk.emma, on=TODAY + DAY, dossier_id=desk.cellar.id
    )
    assert [row.collaborator.name for row in standing] == ["Claire"]
    undone = undo_handover(desk.session, done.handover.id, by=desk.emma, now=desk.now)
    assert (undone.files, undone.files_left) == (1, [])
    assert desk.represents(desk.cellar) is desk.bram


def test_a_merge_keeps_both_relations_dossiers_with_who_is_on_them(desk: Desk) -> None:
    kept = add_relation(desk.session, by=desk.emma, now=desk.now, name="Dupont & Fils")
    merge = merge_relations(desk.session, kept.id, desk.dupont.id, by=desk.emma, now=desk.now).merge
    found = involvements_in_dossiers(desk.session, kept.id, asked_by=desk.emma, on=TODAY)
    assert [(row.dossier_id, row.collaborator.name) for row in found] == [(desk.cellar.id, "Bram")]
    undo_merge(desk.session, merge.id, by=desk.emma, now=desk.now)
    desk.session.expire_all()
    assert desk.represents(desk.cellar) is desk.bram


def test_whoever_was_put_on_a_dossier_during_a_merge_stays_on_it_when_the_merge_is_undone(desk: Desk) -> None:
    dupont, fair = desk.dupont, desk.dossier("Fair")
    kept = add_relation(desk.session, by=desk.emma, now=desk.now, name="Dupont & Fils")
    merge = merge_relations(desk.session, kept.id, dupont.id, by=desk.emma, now=desk.now).merge
    desk.session.expire_all()
    desk.dupont = kept
    desk.involve(desk.bram, fair, "100")
    undo_merge(desk.session, merge.id, by=desk.emma, now=desk.now)
    desk.dupont = dupont
    assert desk.represents(fair) is desk.bram
    with pytest.raises(BookError, match="too much"):
        desk.involve(desk.claire, fair, "100")
    done = hand_over(desk.session, Wish(desk.bram.id, desk.claire.id, TODAY + DAY), by=desk.emma, now=desk.now)
    assert ([one.dossier for one, _ids in done.plan.files], done.plan.left) == ([desk.cellar, fair], [])


def test_one_file_that_the_book_refuses_does_not_hold_up_a_handover(desk: Desk) -> None:
    other, astray = desk.dossier("Fair"), add_relation(desk.session, by=desk.emma, now=desk.now, name="Zythos")
    desk.involve(desk.bram, other, "100").relation_id = astray.id
    desk.session.flush()
    desk.session.expire_all()
    done = hand_over(desk.session, Wish(desk.bram.id, desk.claire.id, TODAY + DAY), by=desk.emma, now=desk.now)
    assert [file.dossier for file, _ids in done.plan.files] == [desk.cellar]
    assert [left.file.dossier for left in done.plan.left] == [other]
