"""Expenses and products in Slack, as a rep books what a visit cost and an administrator keeps the cost table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import add_action, add_dupont
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, World

from store.audit import AuditEntry
from store.base import NotFound
from store.documents import documents_of
from store.expenses import Expense, ExpenseFacts, PriceOrigin, book_expense, correct_expense, expenses_of
from store.products import CostFacts, Product, ProductFacts, add_product, find_products, set_cost

LIST = (
    "Code;Naam;Prijs;Munt;Kostprijs;Vanaf\n"
    "W-1;Merlot;12,50;EUR;4,10;2026-01-01\n"
    "B-1;Bad;-5;EUR;;\n"
    "T-1;Big;1.500;EUR;;\n"
)


def visit(world: World, *, is_private: bool = False) -> int:
    relation_id, _contact_id = add_dupont(world)
    today = world.office.now().date()
    return add_action(world, world.collaborator(CLAIRE), relation_id, on=today, starts=None, is_private=is_private)


def add_merlot(world: World, cost: str = "4.10") -> None:
    with world.office.book.writing() as session:
        emma = world.collaborator(EMMA)
        merlot = add_product(session, ProductFacts("W-1", "Merlot", "EUR"), by=emma, now=world.office.now())
        set_cost(session, merlot.id, CostFacts(Decimal(cost), "EUR", date(2020, 1, 1)), by=emma)


def booked(world: World, action_id: int) -> list[Expense]:
    with world.office.book.reading() as session:
        return list(expenses_of(session, action_id, asked_by=world.collaborator(CLAIRE)))


def opens_expenses(world: World) -> SlackPerson:
    claire = world.person(CLAIRE)
    claire.types("/agenda")
    claire.presses("action/open", message=claire.waits_for_message("Visit"))
    claire.chooses("Expenses", message=claire.waits_for_message("Complete"))
    claire.waits_for_message("Nothing was spent yet.")
    return claire


def test_an_expense_is_booked_with_its_receipt_corrected_and_removed_with_undo(english: World) -> None:
    action_id = visit(english)
    claire = opens_expenses(english)
    claire.presses("+ Expense")
    claire.waits_for_view("Expense")
    claire.fills(what="Parking", price="3,20", receipts=[("ticket.jpg", b"\xff\xd8\xff photo")])
    assert claire.submits() is None
    claire.waits_for_message("Booked: Parking · 1 × €3.20 = €3.20")
    assert "ticket.jpg" in text_of(claire.messages()[-1])
    (line,) = booked(english, action_id)
    assert (line.description, line.amount, line.origin) == ("Parking", Decimal("3.20"), PriceOrigin.TYPED)
    with english.office.book.reading() as session:
        (receipt,) = documents_of(session, action_id=action_id, asked_by=english.collaborator(CLAIRE))
        assert (receipt.name, receipt.document.media_type) == ("ticket.jpg", "image/jpeg")
    claire.chooses("Correct")
    claire.waits_for_view("Expense")
    assert claire.fields()["price"] == "3.20"
    claire.fills(quantity="1,000")
    assert claire.submits() == {"quantity": "“1,000” may mean 1000 or 1.000: type one of these."}
    claire.fills(quantity="1000")
    assert claire.submits() is None
    claire.waits_for_message("1,000 × €3.20 = €3,200.00")
    claire.chooses("Correct")
    claire.waits_for_view("Expense")
    assert claire.fields()["quantity"] == "1000", "saved again it stays so"
    claire.fills(quantity="2")
    assert claire.submits() is None
    claire.waits_for_message("2 × €3.20 = €6.40")
    claire.chooses("Remove")
    removed = claire.waits_for_message("Removed: Parking")
    assert booked(english, action_id) == []
    claire.presses("Undo", message=removed)
    claire.waits_for_message("Total: €6.40")
    assert [one.amount for one in booked(english, action_id)] == [Decimal("6.40")]


def test_a_photo_sent_to_rapport_becomes_the_receipt_of_the_action_that_is_chosen(english: World) -> None:
    action_id = visit(english)
    claire = english.person(CLAIRE)
    claire.uploads("lunch.jpg", b"\xff\xd8\xff photo", "")
    asked = claire.waits_for_message("Of which action is lunch.jpg the receipt?")
    claire.presses("Keep it there", message=asked)
    claire.waits_for_message("Saved: lunch.jpg.")
    with english.office.book.reading() as session:
        (receipt,) = documents_of(session, action_id=action_id, asked_by=english.collaborator(CLAIRE))
        assert receipt.name == "lunch.jpg"


def test_a_product_fills_its_cost_and_another_price_is_marked(english: World) -> None:
    action_id = visit(english)
    add_merlot(english)
    claire = opens_expenses(english)
    claire.presses("+ Expense")
    claire.waits_for_view("Expense")
    claire.fills(what=("merl", "Merlot (W-1)"), quantity="6")
    assert claire.fields()["price"] == "4.10"
    assert claire.submits() is None
    claire.waits_for_message("6 × €4.10 = €24.60 · price from the cost table")
    claire.presses("+ Expense")
    claire.waits_for_view("Expense")
    claire.fills(what=("merl", "Merlot (W-1)"), price="3", currency="EUR")
    assert claire.submits() is None
    claire.waits_for_message("price typed over the cost table’s €4.10")
    assert [one.origin for one in booked(english, action_id)] == [PriceOrigin.TABLE, PriceOrigin.OVERRIDDEN]


@pytest.mark.parametrize(
    ("price", "sentence"),
    [("1e30", "too large"), ("-5", "cannot be negative"), ("soon", "Type a number"), ("", "fill this in")],
)
def test_a_price_that_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
    english: World, price: str, sentence: str
) -> None:
    action_id = visit(english)
    claire = opens_expenses(english)
    claire.presses("+ Expense")
    claire.waits_for_view("Expense")
    claire.fills(what="Lunch", price=price)
    errors = claire.submits()
    assert isinstance(errors, dict)
    assert sentence in errors["price"]
    assert claire.fields()["what"] == "Lunch"
    assert booked(english, action_id) == []


def test_completing_a_visit_books_its_expenses_and_home_shows_the_months_total_by_currency(english: World) -> None:
    action_id = visit(english)
    add_merlot(english)
    claire = english.person(CLAIRE)
    claire.types("/agenda")
    claire.presses("action/open", message=claire.waits_for_message("Visit"))
    claire.presses("Complete", message=claire.waits_for_message("Complete"))
    claire.waits_for_view("Complete")
    claire.fills(headline="Tasted six")
    claire.presses("+ Expense")
    claire.waits_for_view(containing="Price of one")
    claire.fills(**{"expenses.0.what": ("merl", "Merlot (W-1)"), "expenses.0.quantity": "6"})
    claire.presses("+ Expense")
    claire.waits_for_view(containing="Price of one")
    claire.fills(**{"expenses.1.what": "Taxi", "expenses.1.price": "-5", "expenses.1.currency": "USD"})
    errors = claire.submits()
    assert isinstance(errors, dict)
    assert "cannot be negative" in errors["expenses.1.price"]
    claire.fills(**{"expenses.1.price": "22.40"})
    assert claire.submits() is None
    claire.waits_for_message("is done.")
    assert [(one.what, one.amount, one.currency) for one in booked(english, action_id)] == [
        ("Merlot", Decimal("24.60"), "EUR"),
        ("Taxi", Decimal("22.40"), "USD"),
    ]
    claire.opens_home()
    claire.waits_for_home("Expenses this month: €24.60 + US$22.40")


def test_taking_a_completion_back_withdraws_the_expenses_typed_with_it_and_no_other(english: World) -> None:
    action_id = visit(english)
    claire_herself, now = english.collaborator(CLAIRE), english.office.now()
    with english.office.book.writing() as session:
        train = ExpenseFacts(Decimal(1), "EUR", "Train", price=Decimal(9))
        book_expense(session, action_id, train, by=claire_herself, now=now)
    claire = english.person(CLAIRE)
    claire.types("/agenda")
    claire.presses("action/open", message=claire.waits_for_message("Visit"))
    claire.presses("Complete", message=claire.waits_for_message("Complete"))
    claire.waits_for_view("Complete")
    claire.fills(headline="Tasted six")
    for number, (what, price) in enumerate((("Parking", "3"), ("Lunch", "20"), ("Tip", "2"))):
        claire.presses("+ Expense")
        claire.waits_for_view(containing="Price of one")
        claire.fills(**{f"expenses.{number}.what": what, f"expenses.{number}.price": price})
    assert claire.submits() is None
    done = claire.waits_for_message("is done.")
    with english.office.book.writing(actor_id=claire_herself.id) as session:
        lunch = next(one for one in expenses_of(session, action_id, asked_by=claire_herself) if one.what == "Lunch")
        facts = ExpenseFacts(Decimal(1), "EUR", "Lunch", price=Decimal(21))
        correct_expense(session, lunch.id, facts, by=claire_herself, now=now, version=lunch.version)

    claire.presses("Undo", message=done)
    undone = claire.waits_for_message("2 expenses were withdrawn with it.")
    assert "is planned again" in text_of(undone)
    assert [one.what for one in booked(english, action_id)] == ["Train", "Lunch"]
    with english.office.book.reading() as session:
        gone = select(Expense.id).where(Expense.deleted_at.is_not(None))
        entries = session.scalars(select(AuditEntry).where(AuditEntry.kind == "expense", AuditEntry.row_id.in_(gone)))
        assert [one.actor_id for one in entries if one.after.get("deleted_at")] == [claire_herself.id] * 2
    claire.presses("Keep the expenses", message=undone)
    claire.waits_for_message("Expenses: €35.00")
    assert [one.what for one in booked(english, action_id)] == ["Train", "Parking", "Lunch", "Tip"]


def test_recent_descriptions_and_products_are_proposed(english: World) -> None:
    visit(english)
    add_merlot(english)
    claire = opens_expenses(english)
    claire.presses("+ Expense")
    claire.waits_for_view("Expense")
    claire.fills(what="Péage", price="2")
    assert claire.submits() is None
    claire.waits_for_message("Péage")
    claire.presses("+ Expense")
    claire.waits_for_view("Expense")
    assert claire.searches("what", "") == ["Péage", "Merlot (W-1)"]
    assert claire.searches("what", "pea") == ["pea", "Péage"]


def test_charlie_cannot_open_the_expenses_of_a_private_visit(english: World) -> None:
    from bot.office import Caller
    from bot.slack.expenses import blank_form, expense_blocks

    action_id = visit(english, is_private=True)
    bram = english.collaborator(BRAM)
    caller = Caller(english.office, bram, english.office.texts("en"))
    with english.office.book.reading() as session, pytest.raises(NotFound):
        expense_blocks(session, caller, action_id)
    with pytest.raises(NotFound):
        blank_form(caller, action_id)


def test_an_administrator_adds_a_product_and_a_cost_from_a_day_on(english: World) -> None:
    emma = english.person(EMMA)
    emma.types("/crm products")
    emma.presses("+ Product", message=emma.waits_for_message("No product yet."))
    emma.waits_for_view("Product")
    emma.fills(code="W-1", name="Merlot", unit="bottle", price="12,5", currency="EUR")
    assert emma.submits() is None
    emma.presses("+ Cost", message=emma.waits_for_message("Merlot (W-1) · €12.50 / bottle"))
    emma.waits_for_view("Cost")
    emma.fills(cost="4,10", from_on="2026-01-01")
    assert emma.submits() is None
    emma.waits_for_message("Cost €4.10 from 01/01/2026")
    with english.office.book.reading() as session:
        (merlot,) = find_products(session, "merlot")
        assert [(one.from_on, one.cost) for one in merlot.costs] == [(date(2026, 1, 1), Decimal("4.10"))]
    emma.chooses("Retire")
    retired = emma.waits_for_message("is retired")
    with english.office.book.reading() as session:
        assert find_products(session) == []
    emma.presses("Undo", message=retired)
    emma.waits_for_message("is in use again.")


def test_products_come_in_by_csv_and_a_refused_line_is_named(english: World) -> None:
    emma = english.person(EMMA)
    emma.types("/crm products")
    emma.presses("Bring in a list", message=emma.waits_for_message("No product yet."))
    emma.waits_for_view("Products from a list")
    emma.fills(files=[("products.csv", LIST.encode("cp1252"))])
    assert emma.submits() is None
    told = text_of(emma.waits_for_message("Products added: 1; changed: 0; costs set: 1; lines refused: 2."))
    assert "Line 3: An amount cannot be negative." in told
    assert "Line 4: “1.500” may mean 1500 or 1.50: type one of these." in told
    with english.office.book.reading() as session:
        assert [one.code for one in session.scalars(select(Product))] == ["W-1"]


def test_a_rep_sees_products_and_costs_and_changes_none(english: World) -> None:
    add_merlot(english)
    claire = english.person(CLAIRE)
    claire.types("/crm products merl")
    shown = claire.waits_for_message("Merlot (W-1)")
    assert "+ Product" not in text_of(shown)
    claire.presses("Open", message=shown)
    card = claire.waits_for_message("Cost €4.10 from")
    assert "+ Cost" not in text_of(card)


def test_expenses_are_told_in_the_readers_language_and_figures(world: World) -> None:
    visit(world)
    claire = world.person(CLAIRE)
    claire.types("/agenda")
    claire.presses("action/open", message=claire.waits_for_message("Visit"))
    claire.chooses("Dépenses", message=claire.waits_for_message("Terminer"))
    claire.presses("+ Dépense", message=claire.waits_for_message("Rien n’a encore été dépensé."))
    claire.waits_for_view("Dépense")
    claire.fills(what="Déjeuner", quantity="2", price="1 018,75", currency="CAD")
    assert claire.submits() is None
    told = text_of(claire.waits_for_message("Enregistré"))
    assert "Déjeuner · 2 × 1 018,75 $CA = 2 037,50 $CA" in told.replace("\u202f", " ").replace("\u00a0", " ")
    claire.chooses("Corriger")
    claire.waits_for_view("Dépense")
    assert claire.fields()["price"] == "1018,75"
    claire.fills(price="")
    assert claire.submits() == {"price": "Veuillez compléter ce champ."}
