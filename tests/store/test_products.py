"""Products: who may change them, how they are found, what they cost on which day, and how a list brings them in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from dupont import START, new_collaborator

from store.base import BookError, ChangedMeanwhile, NotAllowed
from store.collaborators import Collaborator
from store.engine import Book
from store.products import (
    BroughtIn,
    CostFacts,
    Product,
    ProductFacts,
    add_product,
    bring_in_products,
    correct_cost,
    cost_on,
    costs_of,
    edit_product,
    find_products,
    remove_cost,
    restore_cost,
    retire_product,
    set_cost,
    take_back_product,
)

MERLOT = ProductFacts("W-001", "Merlot 2024", "EUR", Decimal("12.50"), "bottle")


@dataclass
class Cellar:
    book: Book
    emma: Collaborator
    anna: Collaborator
    merlot: Product

    def set(self, cost: str, from_on: date, until_on: date | None = None, currency: str = "EUR") -> int:
        with self.book.writing() as session:
            facts = CostFacts(Decimal(cost), currency, from_on, until_on)
            return set_cost(session, self.merlot.id, facts, by=self.emma).id

    def cost(self, on: date, currency: str = "EUR") -> Decimal | None:
        with self.book.reading() as session:
            found = cost_on(session, self.merlot.id, on, currency=currency)
            return found.cost if found else None

    def table(self) -> list[tuple[date, date | None, Decimal]]:
        with self.book.reading() as session:
            return [(one.from_on, one.until_on, one.cost) for one in costs_of(session, self.merlot.id)]

    def brings(self, columns: str, *lines: str) -> BroughtIn:
        cells = [(number, line.split(";")) for number, line in enumerate(lines, start=2)]
        with self.book.writing() as session:
            return bring_in_products(session, columns.split(";"), cells, by=self.emma, now=START)


@pytest.fixture
def cellar(book: Book) -> Cellar:
    with book.writing() as session:
        emma, _ = new_collaborator(session, "Emma", is_admin=True)
        anna, _ = new_collaborator(session, "Anna")
        merlot = add_product(session, MERLOT, by=emma, now=START)
    return Cellar(book, emma, anna, merlot)


def test_only_an_administrator_changes_products_and_costs(cellar: Cellar) -> None:
    facts = CostFacts(Decimal(4), "EUR", date(2026, 1, 1))
    with cellar.book.writing() as session:
        for attempt in (
            lambda: add_product(session, replace(MERLOT, code="X"), by=cellar.anna, now=START),
            lambda: edit_product(session, cellar.merlot.id, MERLOT, by=cellar.anna, now=START, version=None),
            lambda: retire_product(session, cellar.merlot.id, by=cellar.anna, now=START),
            lambda: take_back_product(session, cellar.merlot.id, by=cellar.anna),
            lambda: set_cost(session, cellar.merlot.id, facts, by=cellar.anna),
            lambda: bring_in_products(session, ["code", "name"], [], by=cellar.anna, now=START),
        ):
            with pytest.raises(NotAllowed):
                attempt()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "w-001"}, "code"),
        ({"code": "X", "name": " "}, "name"),
        ({"code": "X", "price": Decimal("1e30")}, "price"),
        ({"code": "X", "price": Decimal(-5)}, "price"),
        ({"code": "X", "currency": "XYZ"}, "currency"),
    ],
)
def test_a_product_with_a_wrong_fact_is_refused_at_its_field(
    cellar: Cellar, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(BookError) as refused, cellar.book.writing() as session:
        add_product(session, replace(MERLOT, **changed), by=cellar.emma, now=START)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_of_two_administrators_who_edit_a_product_the_second_is_told(cellar: Cellar) -> None:
    with cellar.book.writing() as session:
        edit_product(session, cellar.merlot.id, replace(MERLOT, unit="box"), by=cellar.emma, now=START, version=1)
    with pytest.raises(ChangedMeanwhile), cellar.book.writing() as session:
        edit_product(session, cellar.merlot.id, replace(MERLOT, unit="case"), by=cellar.emma, now=START, version=1)


def test_a_product_is_found_by_any_words_of_its_name_and_code(cellar: Cellar) -> None:
    with cellar.book.writing() as session:
        add_product(session, ProductFacts("B-7", "Bière d’été 100%", "EUR"), by=cellar.emma, now=START)
    with cellar.book.reading() as session:
        for typed in ("merlot", "2024 MERLOT", "w-001", "mer"):
            assert [one.code for one in find_products(session, typed)] == ["W-001"], typed
        assert [one.code for one in find_products(session, "biere ete")] == ["B-7"]
        assert find_products(session, "chablis") == []
        assert len(find_products(session)) == 2


def test_a_retired_product_is_no_longer_offered_until_it_is_taken_back(cellar: Cellar) -> None:
    with cellar.book.writing() as session:
        retire_product(session, cellar.merlot.id, by=cellar.emma, now=START)
        assert find_products(session, "merlot") == []
        assert [one.code for one in find_products(session, "merlot", also_retired=True)] == ["W-001"]
        take_back_product(session, cellar.merlot.id, by=cellar.emma)
        assert [one.code for one in find_products(session, "merlot")] == ["W-001"]


def test_a_cost_holds_from_its_day_until_the_next_begins(cellar: Cellar) -> None:
    cellar.set("4.00", date(2026, 1, 1))
    cellar.set("4.35", date(2027, 1, 1))
    assert cellar.cost(date(2025, 12, 31)) is None
    assert cellar.cost(date(2026, 12, 31)) == Decimal("4.00")
    assert cellar.cost(date(2027, 1, 1)) == Decimal("4.35")


def test_a_cost_that_is_entered_late_slots_in_between(cellar: Cellar) -> None:
    cellar.set("4.00", date(2026, 1, 1))
    cellar.set("5.00", date(2027, 1, 1))
    cellar.set("4.50", date(2026, 7, 1))
    assert cellar.table() == [
        (date(2026, 1, 1), date(2026, 6, 30), Decimal("4.00")),
        (date(2026, 7, 1), date(2026, 12, 31), Decimal("4.50")),
        (date(2027, 1, 1), None, Decimal("5.00")),
    ]


def test_costs_of_two_currencies_stand_side_by_side(cellar: Cellar) -> None:
    cellar.set("4.00", date(2026, 1, 1))
    cellar.set("6.10", date(2026, 1, 1), currency="CAD")
    assert cellar.cost(date(2026, 5, 1), "CAD") == Decimal("6.10")
    assert cellar.cost(date(2026, 5, 1), "EUR") == Decimal("4.00")
    assert cellar.cost(date(2026, 5, 1), "USD") == Decimal("4.00"), "the product's own currency stands in"


def test_two_costs_never_share_a_day(cellar: Cellar) -> None:
    first = cellar.set("4.00", date(2026, 1, 1))
    cellar.set("5.00", date(2027, 1, 1))
    wrong = {
        "from_on": CostFacts(Decimal(3), "EUR", date(2026, 1, 1)),
        "until_on": CostFacts(Decimal(3), "EUR", date(2026, 5, 1), date(2027, 1, 1)),
    }
    for field, facts in wrong.items():
        with pytest.raises(BookError) as refused, cellar.book.writing() as session:
            set_cost(session, cellar.merlot.id, facts, by=cellar.emma)
        assert refused.value.field == field
    with pytest.raises(BookError), cellar.book.writing() as session:
        correct_cost(session, first, CostFacts(Decimal(4), "EUR", date(2026, 1, 1)), by=cellar.emma, version=None)
    assert len(cellar.table()) == 2


def test_a_removed_cost_comes_back_unless_another_took_its_days(cellar: Cellar) -> None:
    first = cellar.set("4.00", date(2026, 1, 1))
    with cellar.book.writing() as session:
        remove_cost(session, first, by=cellar.emma, now=START)
    assert cellar.cost(date(2026, 5, 1)) is None
    with cellar.book.writing() as session:
        restore_cost(session, first, by=cellar.emma)
    assert cellar.cost(date(2026, 5, 1)) == Decimal("4.00")
    with cellar.book.writing() as session:
        remove_cost(session, first, by=cellar.emma, now=START)
    cellar.set("9.00", date(2026, 3, 1))
    with pytest.raises(BookError), cellar.book.writing() as session:
        restore_cost(session, first, by=cellar.emma)


def test_a_list_adds_new_products_and_changes_known_ones(cellar: Cellar) -> None:
    made = cellar.brings(
        "Code;Naam;Prijs;Munt;Kostprijs;Vanaf", "w-001;Merlot 2025;13,20;;4,10;2026-01-01", "C-2;Chablis;1.018,5;cad;;"
    )
    assert (made.added, made.changed, made.costs, made.refused) == (1, 1, 1, [])
    with cellar.book.reading() as session:
        chablis, merlot = find_products(session)
        assert (merlot.code, merlot.name, merlot.price, merlot.unit) == (
            "W-001",
            "Merlot 2025",
            Decimal("13.20"),
            "bottle",
        )
        assert (chablis.currency, chablis.price) == ("CAD", Decimal("1018.50"))
    assert cellar.cost(date(2026, 2, 1)) == Decimal("4.10")


def test_bringing_the_same_list_in_twice_changes_nothing(cellar: Cellar) -> None:
    lines = ("code;nom;prix;coût;à partir du", "W-001;Merlot;12,50;4,10;2026-01-01")
    cellar.brings(*lines)
    again = cellar.brings(*lines)
    assert (again.added, again.changed, again.costs, again.refused) == (0, 0, 0, [])
    undated = cellar.brings("code;name;cost", "W-001;Merlot;4.10")
    assert (undated.changed, undated.costs) == (0, 0)


def test_a_bad_line_of_a_list_is_named_and_the_others_are_taken(cellar: Cellar) -> None:
    made = cellar.brings(
        "code;name;price;cost", "A;Ale;-5;", ";Nameless;;", "B;Bock;1e30;", "C;Cider;2;soon", "D;Dubbel;2;1"
    )
    assert [(one.line, one.why.field) for one in made.refused] == [(2, "price"), (3, "code"), (4, "price"), (5, "cost")]
    assert made.added == 1
    with cellar.book.reading() as session:
        assert [one.code for one in find_products(session)] == ["D", "W-001"]


def test_a_list_without_codes_is_refused_whole(cellar: Cellar) -> None:
    with pytest.raises(BookError) as refused:
        cellar.brings("name;price", "Ale;2")
    assert refused.value.field == "files"
