"""Expenses of an action: what a line costs, where its price comes from, that it is frozen, and who sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from dupont import START
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planned import Visits, colleague, hours, make_visits
from sqlalchemy.orm import Session

from store.action_facts import facts_of
from store.actions import Action
from store.audit import entries_of
from store.base import BookError, ChangedMeanwhile, NotFound
from store.collaborators import Collaborator, Role, Scope
from store.endings import delete_action, restore_action
from store.engine import Book
from store.expenses import (
    Expense,
    ExpenseFacts,
    PriceOrigin,
    book_expense,
    correct_expense,
    expense_seen_by,
    expenses_of,
    last_currency,
    month_totals,
    recent_descriptions,
    remove_expense,
    restore_expense,
)
from store.money import totals
from store.planning import edit_action
from store.privacy import erase_person
from store.products import CostFacts, Product, ProductFacts, add_product, set_cost

NEW_YEAR = date(2027, 1, 1)


@dataclass
class Bill:
    visits: Visits
    merlot: Product
    maple: Product

    @property
    def book(self) -> Book:
        return self.visits.book

    def plan(self, on: date = date(2026, 11, 26), **changes: Any) -> Action:
        with self.book.writing() as session:
            return self.visits.plan(session, when=hours(on), **changes)

    def books(self, action: Action, by: Collaborator | None = None, **facts: Any) -> Expense:
        said = ExpenseFacts(**{"quantity": Decimal(1), "currency": "EUR", **facts})
        with self.book.writing() as session:
            return book_expense(session, action.id, said, by=by or self.visits.anna, now=START)

    def lines(self, action: Action, asked_by: Collaborator | None = None) -> list[Expense]:
        with self.book.reading() as session:
            return list(expenses_of(session, action.id, asked_by=asked_by or self.visits.anna))

    def sets_cost(self, product: Product, cost: str, from_on: date, currency: str = "EUR") -> None:
        with self.book.writing() as session:
            set_cost(session, product.id, CostFacts(Decimal(cost), currency, from_on), by=self.visits.bram)


@pytest.fixture
def bill(book: Book) -> Bill:
    visits = make_visits(book)
    with book.writing() as session:
        session.get_one(Collaborator, visits.bram.id).role = Role.ADMIN
    with book.writing() as session:
        visits.bram = session.get_one(Collaborator, visits.bram.id)
        merlot = add_product(session, ProductFacts("W-1", "Merlot", "EUR", unit="bottle"), by=visits.bram, now=START)
        maple = add_product(session, ProductFacts("M-1", "Maple liqueur", "CAD"), by=visits.bram, now=START)
    found = Bill(visits, merlot, maple)
    found.sets_cost(merlot, "4.10", date(2026, 1, 1))
    found.sets_cost(merlot, "4.35", NEW_YEAR)
    found.sets_cost(maple, "11.95", date(2026, 1, 1), currency="CAD")
    return found


def test_the_worked_example_comes_out_to_the_cent_in_three_currencies(bill: Bill) -> None:
    """A tasting before New Year and one after: samples at the cost of the day, parking, lunch, and a taxi in New York.

    31 December: 6 bottles at 4.10 = 24.60; 0.375 of a bottle at 4.10 = 1.5375, so 1.54; parking 3.20; lunch 2 × 18.75
    = 37.50; in all 66.84 EUR. Maple liqueur 3 × 11.95 = 35.85 CAD. Taxi 22.40 USD, tip 0.5 × 4.45 = 2.225, so 2.22.
    1 January: 6 bottles at 4.35 = 26.10 EUR.
    """
    december, january = bill.plan(date(2026, 12, 31)), bill.plan(NEW_YEAR)
    bill.books(december, product_id=bill.merlot.id, quantity=Decimal(6))
    bill.books(december, product_id=bill.merlot.id, quantity=Decimal("0.375"))
    bill.books(december, description="Parking", price=Decimal("3.20"))
    bill.books(december, description="Lunch", quantity=Decimal(2), price=Decimal("18.75"))
    bill.books(december, product_id=bill.maple.id, quantity=Decimal(3), currency="CAD")
    bill.books(december, description="Taxi", price=Decimal("22.40"), currency="USD")
    bill.books(december, description="Tip", quantity=Decimal("0.5"), price=Decimal("4.45"), currency="USD")
    bill.books(january, product_id=bill.merlot.id, quantity=Decimal(6))
    lines = bill.lines(december)
    assert [str(line.amount) for line in lines] == ["24.60", "1.54", "3.20", "37.50", "35.85", "22.40", "2.22"]
    with bill.book.reading() as session:
        december_cost = month_totals(session, asked_by=bill.visits.anna, on=date(2026, 12, 1))
        january_cost = month_totals(session, asked_by=bill.visits.anna, on=date(2027, 1, 31))
    assert list(december_cost.items()) == [
        ("EUR", Decimal("66.84")),
        ("CAD", Decimal("35.85")),
        ("USD", Decimal("24.62")),
    ]
    assert january_cost == {"EUR": Decimal("26.10")}


def test_the_cost_of_a_product_comes_from_the_table_at_the_actions_day(bill: Bill) -> None:
    line = bill.books(bill.plan(date(2026, 12, 31)), product_id=bill.merlot.id, quantity=Decimal(6))
    assert (line.price, line.amount, line.origin) == (Decimal("4.10"), Decimal("24.60"), PriceOrigin.TABLE)


def test_changing_the_cost_table_changes_nothing_that_was_booked(bill: Bill) -> None:
    action = bill.plan()
    line = bill.books(action, product_id=bill.merlot.id, quantity=Decimal(6))
    bill.sets_cost(bill.merlot, "9.99", date(2026, 11, 1))
    (kept,) = bill.lines(action)
    assert (kept.price, kept.table_price, kept.amount) == (Decimal("4.10"), Decimal("4.10"), Decimal("24.60"))
    with bill.book.writing() as session:
        facts = ExpenseFacts(Decimal(5), "EUR", product_id=bill.merlot.id, price=Decimal("4.10"))
        corrected = correct_expense(session, line.id, facts, by=bill.visits.anna, now=START, version=line.version)
        assert (corrected.amount, corrected.origin) == (Decimal("20.50"), PriceOrigin.TABLE)


def test_moving_the_action_changes_nothing_that_was_booked(bill: Bill) -> None:
    action = bill.plan(date(2026, 12, 31))
    bill.books(action, product_id=bill.merlot.id)
    with bill.book.writing() as session:
        facts = replace(facts_of(session.get_one(Action, action.id)), when=hours(NEW_YEAR))
        edit_action(session, by=bill.visits.anna, action_id=action.id, version=None, facts=facts, now=START)
    assert [line.price for line in bill.lines(action)] == [Decimal("4.10")]


def test_a_price_typed_over_the_tables_is_marked(bill: Bill) -> None:
    action = bill.plan()
    over = bill.books(action, product_id=bill.merlot.id, price=Decimal("3.00"))
    same = bill.books(action, product_id=bill.merlot.id, price=Decimal("4.10"))
    own = bill.books(action, description="Parking", price=Decimal("3.20"))
    assert (over.origin, over.table_price) == (PriceOrigin.OVERRIDDEN, Decimal("4.10"))
    assert (same.origin, own.origin, own.table_price) == (PriceOrigin.TABLE, PriceOrigin.TYPED, None)


def test_a_price_left_empty_again_is_looked_up_anew(bill: Bill) -> None:
    line = bill.books(bill.plan(), product_id=bill.merlot.id, price=Decimal("3.00"))
    with bill.book.writing() as session:
        facts = ExpenseFacts(Decimal(1), "EUR", product_id=bill.merlot.id)
        again = correct_expense(session, line.id, facts, by=bill.visits.anna, now=START, version=None)
        assert (again.price, again.origin) == (Decimal("4.10"), PriceOrigin.TABLE)


def test_a_product_without_a_cost_on_that_day_asks_for_the_price(bill: Bill) -> None:
    action = bill.plan(date(2025, 12, 31))
    with pytest.raises(BookError) as refused:
        bill.books(action, product_id=bill.merlot.id)
    assert refused.value.field == "price"
    assert bill.books(action, product_id=bill.merlot.id, price=Decimal(4)).origin is PriceOrigin.TYPED


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"description": "", "price": Decimal(1)}, "what"),
        ({"description": "Lunch"}, "price"),
        ({"description": "Lunch", "price": Decimal("1e30")}, "price"),
        ({"description": "Lunch", "price": Decimal(-5)}, "price"),
        ({"description": "Lunch", "price": Decimal("1.005")}, "price"),
        ({"description": "Lunch", "price": Decimal(1), "quantity": Decimal(-2)}, "quantity"),
        ({"description": "Lunch", "price": Decimal(1), "quantity": Decimal(0)}, "quantity"),
        ({"description": "Lunch", "price": Decimal(1), "quantity": Decimal("0.0001")}, "quantity"),
        ({"description": "Lunch", "price": Decimal(1), "currency": "FRF"}, "currency"),
        ({"description": "x" * 121, "price": Decimal(1)}, "what"),
        ({"product_id": 99, "price": Decimal(1)}, "what"),
    ],
)
def test_a_wrong_line_is_refused_at_its_field(bill: Bill, facts: dict[str, Any], field: str) -> None:
    action = bill.plan()
    with pytest.raises(BookError) as refused:
        bill.books(action, **facts)
    assert refused.value.field == field
    assert bill.lines(action) == []


def test_a_removed_line_is_in_no_total_and_comes_back_as_it_was(bill: Bill) -> None:
    action = bill.plan()
    line = bill.books(action, description="Parking", price=Decimal("3.20"))
    with bill.book.writing() as session:
        remove_expense(session, line.id, by=bill.visits.anna, now=START)
        assert month_totals(session, asked_by=bill.visits.anna, on=date(2026, 11, 1)) == {}
        with pytest.raises(NotFound):
            correct_expense(session, line.id, ExpenseFacts(Decimal(1), "EUR", "X", price=Decimal(1)),
                            by=bill.visits.anna, now=START, version=None)  # fmt: skip
        restore_expense(session, line.id, by=bill.visits.anna)
        assert month_totals(session, asked_by=bill.visits.anna, on=date(2026, 11, 1)) == {"EUR": Decimal("3.20")}


def test_of_two_who_correct_a_line_the_second_is_told(bill: Bill) -> None:
    line = bill.books(bill.plan(), description="Parking", price=Decimal("3.20"))
    facts = ExpenseFacts(Decimal(1), "EUR", "Parking", price=Decimal(4))
    with bill.book.writing() as session:
        correct_expense(session, line.id, facts, by=bill.visits.anna, now=START, version=line.version)
    with pytest.raises(ChangedMeanwhile), bill.book.writing() as session:
        correct_expense(session, line.id, facts, by=bill.visits.anna, now=START, version=line.version)


def test_a_deleted_actions_expenses_count_again_when_it_is_restored(bill: Bill) -> None:
    action = bill.plan()
    bill.books(action, description="Parking", price=Decimal("3.20"))
    with bill.book.writing() as session:
        delete_action(session, by=bill.visits.anna, action_id=action.id, now=START)
        assert month_totals(session, asked_by=bill.visits.anna, on=date(2026, 11, 1)) == {}
        with pytest.raises(NotFound):
            book_expense(session, action.id, ExpenseFacts(Decimal(1), "EUR", "X", price=Decimal(1)),
                         by=bill.visits.anna, now=START)  # fmt: skip
        restore_action(session, by=bill.visits.anna, action_id=action.id, now=START)
    assert len(bill.lines(action)) == 1


def test_charlie_sees_and_changes_no_expense_of_a_private_action(bill: Bill) -> None:
    hidden = bill.plan(is_private=True, participants=(colleague(bill.visits.bram),))
    line = bill.books(hidden, description="Gift", price=Decimal(80))
    charlie, bram = bill.visits.charlie, bill.visits.bram
    assert bill.lines(hidden, charlie) == []
    assert [one.what for one in bill.lines(hidden, bram)] == ["Gift"]
    with bill.book.writing() as session:
        assert expense_seen_by(session, line.id, asked_by=charlie) is None
        facts = ExpenseFacts(Decimal(1), "EUR", "Gift", price=Decimal(1))
        for attempt in (
            lambda: book_expense(session, hidden.id, facts, by=charlie, now=START),
            lambda: correct_expense(session, line.id, facts, by=charlie, now=START, version=None),
            lambda: remove_expense(session, line.id, by=charlie, now=START),
            lambda: restore_expense(session, line.id, by=charlie),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_charlie_with_own_files_only_sees_no_expense_of_others_files(bill: Bill) -> None:
    action = bill.plan()
    line = bill.books(action, description="Lunch", price=Decimal(30))
    with bill.book.writing() as session:
        session.get_one(Collaborator, bill.visits.charlie.id).scope = Scope.OWN
    with bill.book.reading() as session:
        charlie = session.get_one(Collaborator, bill.visits.charlie.id)
        assert expenses_of(session, action.id, asked_by=charlie) == []
        assert expense_seen_by(session, line.id, asked_by=charlie) is None


def test_an_erasure_takes_the_persons_name_out_of_expenses(bill: Bill) -> None:
    action = bill.plan(contact_id=bill.visits.els.id)
    bill.books(action, description="Lunch with Els", price=Decimal(30))
    with bill.book.writing() as session:
        pseudonym, _actions = erase_person(
            session, bill.visits.els.person_id, by=bill.visits.bram, reason="by letter", now=START
        )
    assert [one.description for one in bill.lines(action)] == [f"Lunch with {pseudonym}"]
    with bill.book.reading() as session:
        assert "Els" not in str([(one.before, one.after) for one in entries_of(session, bill.lines(action)[0])])


def test_recent_descriptions_are_proposed_once_newest_first(bill: Bill) -> None:
    action = bill.plan()
    for description in ("Parking", "Lunch", "parking", "Péage"):
        bill.books(action, description=description, price=Decimal(1), currency="CAD")
    bill.books(action, by=bill.visits.bram, description="Flowers", price=Decimal(1))
    with bill.book.reading() as session:
        assert _proposed(session, bill.visits.anna, "") == ["Péage", "parking", "Lunch"]
        assert _proposed(session, bill.visits.anna, "PEA") == ["Péage"]
        assert last_currency(session, asked_by=bill.visits.anna) == "CAD"
        assert last_currency(session, asked_by=bill.visits.charlie) is None


def _proposed(session: Session, asked_by: Collaborator, typed: str) -> list[str]:
    return recent_descriptions(session, typed, asked_by=asked_by)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    lines=st.lists(
        st.tuples(
            st.decimals(min_value=Decimal("0.001"), max_value=1000, places=3),
            st.decimals(min_value=0, max_value=1000, places=2),
            st.sampled_from(["EUR", "CAD", "USD"]),
        ),
        max_size=6,
    )
)
def test_a_months_total_is_the_sum_of_its_lines_for_any_lines(
    bill: Bill, lines: list[tuple[Decimal, Decimal, str]]
) -> None:
    action = bill.plan()
    for quantity, price, currency in lines:
        bill.books(action, description="Any", quantity=quantity, price=price, currency=currency)
    there = bill.lines(action)
    with bill.book.writing() as session:
        found = month_totals(session, asked_by=bill.visits.anna, on=date(2026, 11, 1))
        delete_action(session, by=bill.visits.anna, action_id=action.id, now=START)
    assert found == totals((line.currency, line.amount) for line in there)
