"""Saving who is on a file: from a day on, as a correction, at its end, and back again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.administration import deactivate_collaborator
from store.base import BookError, ChangedMeanwhile, NotAllowed, NotFound
from store.collaborators import Collaborator, Role, Scope, add_collaborator
from store.domain import line_with_key
from store.engine import Book
from store.involvements import (
    CommissionRule,
    Holding,
    Involvement,
    InvolvementCategory,
    InvolvementChange,
    Period,
    change_from,
    correct_category,
    delete_involvement,
    end_involvement,
    involve,
    involvements_of,
    lock_commissions,
    representative_of,
    set_representative,
    undo_change,
)
from store.involvements.rules import ALL
from store.outbox import Outgoing
from store.portfolios import Handover, WhichActions, Wish, hand_over, undo_handover
from store.relations import add_relation
from store.starter import seed_domain_data

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
COLUMNS = [column for column in Involvement.__table__.columns.keys() if column != "version"]  # noqa: SIM118


class Desk:
    """Anna runs the office, Bram and Claire work there; Dupont is a file, its representatives share 100 %."""

    def __init__(self, session: Session, book: Book) -> None:
        self.session, self.now = session, book.now()
        seed_domain_data(session, self.now)
        self.anna, self.bram, self.claire = (
            add_collaborator(session, name=name, mail=f"{name}@office.example", role=role, now=self.now)
            for name, role in (("Anna", Role.ADMIN), ("Bram", Role.REP), ("Claire", Role.REP))
        )
        self.people = (self.anna, self.bram, self.claire)
        self.dupont = add_relation(session, by=self.anna, now=self.now, name="Dupont")
        self.representing, self.claims, self.introducing = (
            line_with_key(session, InvolvementCategory, key) for key in ("representative", "claims", "introducer")
        )
        self.representing.commission_rule = CommissionRule.EXACTLY_100
        session.flush()

    def holding(self, who: Collaborator, percent: str | None = None, *, is_main: bool = False) -> Holding:
        return Holding(self.representing.id, who.id, Decimal(percent) if percent else None, is_main)

    def change(self, *holdings: Holding, on: date = TODAY, **more: Any) -> InvolvementChange | None:
        facts: dict[str, Any] = {"by": self.anna, "now": self.now} | more
        return change_from(self.session, self.dupont.id, on=on, holdings=holdings, **facts)

    def rows(self) -> Sequence[Involvement]:
        return involvements_of(self.session, self.dupont.id, asked_by=self.anna, on=None)

    def said(self) -> list[tuple[str, date, date | None, str]]:
        found = [(row.collaborator.name, row.since_on, row.until_on, str(row.commission)) for row in self.rows()]
        return sorted(found)

    def dump(self) -> list[tuple[object, ...]]:
        """Every row that counts, every column but the version."""
        table = Involvement.__table__
        columns = [table.c[name] for name in COLUMNS]
        self.session.flush()
        return sorted(map(tuple, self.session.execute(select(*columns).where(table.c.deleted_at.is_(None)))), key=str)

    def undo(self, change: InvolvementChange | None) -> None:
        assert change is not None
        undo_change(self.session, change.id, by=self.anna, now=self.now)


@pytest.fixture
def desk(book: Book) -> Any:
    with book.writing() as session:
        yield Desk(session, book)


def test_exactly_100_is_reached_in_one_save_and_said_when_it_is_not(desk: Desk) -> None:
    with pytest.raises(BookError, match="left") as told:
        desk.change(desk.holding(desk.anna, "60"), desk.holding(desk.bram, "30"))
    assert told.value.values["shares"] == [("Anna", Decimal(60)), ("Bram", Decimal(30))]
    assert (told.value.values["left"], told.value.values["category_id"]) == (Decimal(10), desk.representing.id)
    assert desk.rows() == [], "all or nothing"
    desk.change(desk.holding(desk.anna, "60"), desk.holding(desk.bram, "40"))
    assert desk.said() == [("Anna", TODAY, None, "60.00"), ("Bram", TODAY, None, "40.00")]


def test_who_is_in_a_category_that_the_change_is_not_about_stays(desk: Desk) -> None:
    desk.change(Holding(desk.claims.id, desk.claire.id), desk.holding(desk.anna, "100"), on=TODAY - 10 * DAY)
    desk.change(desk.holding(desk.bram, "100"), within=[desk.representing.id])
    there = involvements_of(desk.session, desk.dupont.id, asked_by=desk.anna, on=TODAY)
    assert sorted((row.category.key, row.collaborator.name, row.since_on) for row in there) == [
        ("claims", "Claire", TODAY - 10 * DAY),
        ("representative", "Bram", TODAY),
    ]
    desk.change(within=[desk.claims.id], on=TODAY + DAY)
    assert ("Claire", TODAY - 10 * DAY, TODAY, "None") in desk.said()


@pytest.mark.parametrize("percent", ["33.333", "101", "-1", "NaN"])
def test_a_wrong_percentage_names_its_category(desk: Desk, percent: str) -> None:
    with pytest.raises(BookError) as told:
        desk.change(desk.holding(desk.anna, percent))
    assert (told.value.field, told.value.values["category_id"]) == ("commission", desk.representing.id)


def test_a_change_from_a_day_ends_the_old_period_the_day_before(desk: Desk) -> None:
    start, on = TODAY - 300 * DAY, TODAY - 10 * DAY
    desk.change(desk.holding(desk.anna, "60"), desk.holding(desk.bram, "40"), on=start)
    before = desk.dump()
    change = desk.change(desk.holding(desk.anna, "50"), desk.holding(desk.claire, "50"), on=on)
    assert desk.said() == [
        ("Anna", start, on - DAY, "60.00"),
        ("Anna", on, None, "50.00"),
        ("Bram", start, on - DAY, "40.00"),
        ("Claire", on, None, "50.00"),
    ]
    desk.undo(change)
    assert desk.dump() == before


def test_a_correction_rewrites_the_periods_themselves(desk: Desk) -> None:
    start = TODAY - 300 * DAY
    desk.change(desk.holding(desk.anna, "60"), desk.holding(desk.bram, "40"), on=start)
    before, category_id = desk.dump(), desk.representing.id
    ids = {row.collaborator.name: row.id for row in desk.rows()}
    periods = [
        Period(ids["Anna"], desk.anna.id, start - DAY, None, Decimal(70)),
        Period(ids["Bram"], desk.claire.id, start - DAY, None, Decimal(30)),
    ]
    facts = {"by": desk.anna, "now": desk.now}
    change = correct_category(desk.session, desk.dupont.id, category_id, periods=periods, **facts)  # type: ignore[arg-type]
    assert desk.said() == [("Anna", start - DAY, None, "70.00"), ("Claire", start - DAY, None, "30.00")]
    assert {row.id for row in desk.rows()} == set(ids.values()), "the same rows, rewritten"
    desk.undo(change)
    assert desk.dump() == before
    with pytest.raises(BookError, match="left"):
        correct_category(desk.session, desk.dupont.id, category_id, periods=periods[:1], **facts)  # type: ignore[arg-type]


def test_the_second_of_two_editors_is_told(desk: Desk) -> None:
    desk.change(desk.holding(desk.anna, "100"))
    seen = {row.id: row.version for row in desk.rows()}
    desk.change(desk.holding(desk.bram, "100"), seen=seen)
    with pytest.raises(ChangedMeanwhile) as told:
        desk.change(desk.holding(desk.claire, "100"), seen=seen)
    assert told.value.row is not None
    assert told.value.row[0] == "involvement"


def test_an_undo_after_a_later_change_is_refused(desk: Desk) -> None:
    first = desk.change(desk.holding(desk.anna, "100"), on=TODAY - DAY)
    desk.change(desk.holding(desk.bram, "100"))
    stands = desk.dump()
    with pytest.raises(BookError, match="changed again"):
        desk.undo(first)
    assert desk.dump() == stands


def test_what_was_entered_by_mistake_never_was_and_comes_back(desk: Desk) -> None:
    desk.representing.commission_rule = CommissionRule.FREE
    desk.change(desk.holding(desk.anna, "60"))
    before = desk.dump()
    row = desk.rows()[0]
    gone = delete_involvement(desk.session, row.id, by=desk.anna, now=desk.now)
    assert desk.rows() == []
    assert representative_of(desk.session, desk.dupont.id, on=TODAY) is None
    with pytest.raises(NotFound):
        end_involvement(desk.session, row.id, by=desk.anna, on=TODAY, now=desk.now)
    desk.undo(gone)
    assert desk.dump() == before


def test_a_settled_period_is_neither_deleted_nor_changed_but_goes_on(desk: Desk) -> None:
    desk.change(desk.holding(desk.anna, "100"), on=TODAY - 100 * DAY)
    row = desk.rows()[0]
    with pytest.raises(NotAllowed):
        lock_commissions(desk.session, by=desk.bram, until_on=TODAY)
    lock_commissions(desk.session, by=desk.anna, until_on=TODAY)
    with pytest.raises(BookError, match="settled") as told:
        delete_involvement(desk.session, row.id, by=desk.anna, now=desk.now)
    assert told.value.values["day"] == TODAY
    with pytest.raises(BookError, match="settled"):
        desk.change(desk.holding(desk.bram, "100"), on=TODAY)
    desk.change(desk.holding(desk.bram, "100"), on=TODAY + DAY)
    assert desk.said()[0][:3] == ("Anna", TODAY - 100 * DAY, TODAY)
    lock = lock_commissions(desk.session, by=desk.anna, until_on=None)
    assert lock.until_on is None
    delete_involvement(desk.session, row.id, by=desk.anna, now=desk.now)


def test_a_category_for_one_person_takes_no_second(desk: Desk) -> None:
    desk.claims.is_single = True
    desk.session.flush()
    facts = {"by": desk.anna, "relation_id": desk.dupont.id, "category_id": desk.claims.id, "now": desk.now}
    involve(desk.session, collaborator_id=desk.bram.id, since_on=TODAY - 9 * DAY, until_on=TODAY, **facts)  # type: ignore[arg-type]
    with pytest.raises(BookError, match="Only one person") as told:
        involve(desk.session, collaborator_id=desk.claire.id, since_on=TODAY, **facts)  # type: ignore[arg-type]
    assert told.value.field == "collaborator_id"
    involve(desk.session, collaborator_id=desk.claire.id, since_on=TODAY + DAY, **facts)  # type: ignore[arg-type]


def test_who_left_stays_where_they_are_and_gets_nothing_new(desk: Desk) -> None:
    desk.representing.commission_rule = CommissionRule.AT_MOST_100
    desk.change(desk.holding(desk.bram, "50"), on=TODAY - DAY)
    deactivate_collaborator(desk.session, desk.bram.id, by=desk.anna)
    desk.change(desk.holding(desk.bram, "50"), desk.holding(desk.claire, "50"))
    with pytest.raises(BookError, match="has left"):
        desk.change(desk.holding(desk.bram, "40"), desk.holding(desk.claire, "50"))
    assert [row[0] for row in desk.said()] == ["Bram", "Claire"]


def test_the_representative_is_the_main_one_of_the_chosen_category(desk: Desk) -> None:
    desk.change(desk.holding(desk.anna, "60", is_main=True), desk.holding(desk.bram, "40"))
    assert representative_of(desk.session, desk.dupont.id, on=TODAY) is desk.anna
    facts = {"by": desk.anna, "relation_id": desk.dupont.id, "now": desk.now, "on": TODAY + DAY}
    set_representative(desk.session, collaborator_id=desk.claire.id, **facts)  # type: ignore[arg-type]
    assert desk.said()[2] == ("Claire", TODAY + DAY, None, "60.00"), "with the percentage of whom they replace"
    on = TODAY + 9 * DAY
    set_representative(desk.session, collaborator_id=desk.bram.id, **facts | {"on": on})  # type: ignore[arg-type]
    assert representative_of(desk.session, desk.dupont.id, on=on) is desk.bram
    assert representative_of(desk.session, desk.dupont.id, on=on - DAY) is desk.claire
    desk.representing.fills_representative = False
    desk.claims.fills_representative = True
    desk.session.flush()
    assert representative_of(desk.session, desk.dupont.id, on=on) is None
    involve(desk.session, by=desk.anna, relation_id=desk.dupont.id, collaborator_id=desk.claire.id,
            category_id=desk.claims.id, since_on=on, now=desk.now)  # fmt: skip
    assert representative_of(desk.session, desk.dupont.id, on=on) is desk.claire


def test_whoever_left_is_replaced_by_the_new_representative(desk: Desk) -> None:
    desk.change(desk.holding(desk.bram, "100"), on=TODAY - 9 * DAY)
    deactivate_collaborator(desk.session, desk.bram.id, by=desk.anna)
    set_representative(
        desk.session, by=desk.anna, relation_id=desk.dupont.id, collaborator_id=desk.claire.id, on=TODAY, now=desk.now
    )
    assert [row[0] for row in desk.said() if row[2] is None] == ["Claire"]


def test_a_representative_is_told_unless_they_did_it_themselves(desk: Desk) -> None:
    desk.bram.role = desk.claire.role = Role.ADMIN
    desk.change(desk.holding(desk.anna, "100"))
    desk.change(desk.holding(desk.bram, "50"), desk.holding(desk.claire, "50"), by=desk.bram, on=TODAY + DAY)
    desk.change(desk.holding(desk.claire, "100"), on=TODAY + 2 * DAY, by=desk.claire)
    told = [
        (row.content["collaborator_id"], row.content.get("since_on"), row.content.get("until_on"))
        for row in desk.session.scalars(select(Outgoing).order_by(Outgoing.id))
    ]
    assert told == [
        (desk.claire.id, (TODAY + DAY).isoformat(), None),
        (desk.anna.id, None, TODAY.isoformat()),
        (desk.bram.id, None, (TODAY + DAY).isoformat()),
    ]


def test_charlie_changes_nothing_on_a_file_that_is_not_his(desk: Desk) -> None:
    charlie = add_collaborator(
        desk.session, name="Charlie", mail="charlie@office.example", scope=Scope.OWN, now=desk.now
    )
    desk.change(desk.holding(desk.anna, "100"))
    row = desk.rows()[0]
    with pytest.raises(NotFound):
        desk.change(desk.holding(charlie, "100"), by=charlie)
    with pytest.raises(NotFound):
        end_involvement(desk.session, row.id, by=charlie, on=TODAY, now=desk.now)
    assert involvements_of(desk.session, desk.dupont.id, asked_by=charlie, on=TODAY) == []


# Any sequence of saves

DEEDS = ("change", "correct", "end", "delete", "undo", "hand over", "take back")


class Shuffled(Desk):
    """Does things in any order. A save that is refused leaves everything as it was."""

    def __init__(self, session: Session, book: Book) -> None:
        super().__init__(session, book)
        self.changes: list[InvolvementChange | None] = []
        self.handovers: list[Handover] = []

    def does(self, deed: str, on: date, shares: Sequence[int | None], number: int) -> None:
        rows = self.rows()
        row = rows[number % len(rows)] if rows else None
        facts: dict[str, Any] = {"by": self.anna, "now": self.now}
        if deed == "change":
            named = zip(self.people, shares, strict=True)
            holdings = [Holding(self.representing.id, w.id, Decimal(s)) for w, s in named if s is not None]
            self.changes.append(self.change(*holdings, on=on))
        elif deed == "correct" and row:
            periods = [Period(r.id, r.collaborator_id, r.since_on, r.until_on, r.commission) for r in rows]
            shifted = [*periods[1:], Period(row.id, row.collaborator_id, on, None, Decimal(shares[0] or 0))]
            changed = correct_category(self.session, self.dupont.id, self.representing.id, periods=shifted, **facts)
            self.changes.append(changed)
        elif deed == "end" and row:
            self.changes.append(end_involvement(self.session, row.id, on=on, **facts))
        elif deed == "delete" and row:
            self.changes.append(delete_involvement(self.session, row.id, **facts))
        elif deed == "undo" and any(self.changes):
            self.undo([one for one in self.changes if one][number % len([one for one in self.changes if one])])
        elif deed == "hand over":
            giver, taker = self.people[number % 3], self.people[(number + 1) % 3]
            wish = Wish(giver.id, taker.id, on, actions=WhichActions.NONE)
            self.handovers.append(hand_over(self.session, wish, **facts).handover)
        elif deed == "take back" and self.handovers:
            undo_handover(self.session, self.handovers[number % len(self.handovers)].id, **facts)

    def totals(self) -> set[Decimal]:
        """What the percentages add up to, on each day on which anybody has one."""
        days = [TODAY + number * DAY for number in range(-2, 14)]
        there = ([row for row in self.rows() if row.since_on <= on <= (row.until_on or date.max)] for on in days)
        return {sum((row.commission or Decimal(0) for row in some), Decimal(0)) for some in there if some}


_shares = st.sampled_from([(60, 40, None), (None, 100, None), (20, 30, 50), (None, None, None), (60, 30, None)])
_deed = st.tuples(st.sampled_from(DEEDS), st.integers(0, 9), _shares, st.integers(0, 9))


@given(
    rule=st.sampled_from([CommissionRule.AT_MOST_100, CommissionRule.EXACTLY_100]), deeds=st.lists(_deed, max_size=12)
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_commissions_never_break_their_rule_whatever_is_saved(
    book: Book, rule: CommissionRule, deeds: list[tuple[str, int, tuple[int | None, ...], int]]
) -> None:
    with book.writers() as session:  # rolled back: every example begins with an empty book
        session.connection()
        desk = Shuffled(session, book)
        desk.representing.commission_rule = rule
        for deed, days, shares, number in deeds:
            stood = desk.dump()
            try:
                desk.does(deed, TODAY + days * DAY, shares, number)
            except BookError:
                assert desk.dump() == stood, "what is refused changes nothing"
            totals = desk.totals()
            assert totals <= {ALL} if rule is CommissionRule.EXACTLY_100 else all(one <= ALL for one in totals)
        session.rollback()
