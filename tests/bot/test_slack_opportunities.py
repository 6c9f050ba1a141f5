"""Opportunities in Slack: a form that fills itself, a card that says how it stands, lists with totals, and ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from slack_person import SlackPerson, text_of
from slack_stories import add_dupont, wait_until
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, World

from store.domain import line_with_key
from store.opportunities import (
    LineFacts,
    Opportunity,
    OpportunityFacts,
    OpportunityStage,
    OpportunityState,
    OpportunityType,
    edit_opportunity,
    facts_of,
    open_opportunity,
)
from store.products import ProductFacts, add_product
from store.relation_facts import What, value_on


def _only(world: World) -> Opportunity:
    with world.office.book.reading() as session:
        one = session.scalars(select(Opportunity)).unique().one()
        _ = one.lines, one.contact, one.reason
        return one


def _add(world: World, relation_id: int, name: str = "Cellar 2027", **more: object) -> int:
    with world.office.book.writing() as session:
        by = world.collaborator(CLAIRE)
        told = {
            "type_id": line_with_key(session, OpportunityType, "sale").id,
            "stage_id": line_with_key(session, OpportunityStage, "offer_made").id,
            "owner_id": by.id,
            "currency": "EUR",
            "opened_on": date(2026, 1, 5),
            "budget": Decimal(1000),
            **more,
        }
        facts = OpportunityFacts(name=name, **told)  # type: ignore[arg-type]
        return open_opportunity(session, by=by, relation_id=relation_id, facts=facts, now=world.office.now()).dossier_id


def _answer(claire: SlackPerson, line: str) -> str:
    before = len(claire.messages())
    claire.types(line)
    wait_until(lambda: len(claire.messages()) > before)
    return text_of(claire.last_message())


def test_an_opportunity_is_noted_with_what_the_relation_and_the_type_fill(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/crm opp Dupont")
    claire.waits_for_view("Opportunity", containing="The stage gives 10%.")
    shown = claire.fields()
    assert (shown["relation"], shown["contact"], shown["owner"]) == ("Brasserie Dupont", "Els Peeters", "Claire Dubois")
    assert (shown["type"], shown["stage"], shown["currency"]) == ("Sale", "First contact", "EUR")
    claire.fills(stage="Negotiation")
    claire.waits_for_view("Opportunity", containing="The stage gives 75%.")
    claire.fills(name="Cellar *2027*", budget="12.400,50", closes_on="2030-03-15", own_probability="60")
    assert claire.submits() is None
    one = _only(english)
    card = text_of(claire.waits_for_message(f"Opportunity {one.dossier.reference} is open."))
    assert "Cellar *2027*" in card, "as typed"
    assert "Sale · Negotiation since today · 60% (set by hand; the stage gives 75%)" in card
    assert "Budget €12,400.50" in card
    assert (one.budget, one.own_probability, one.closes_on) == (Decimal("12400.50"), 60, date(2030, 3, 15))
    assert one.contact is not None
    assert one.contact.person.name == "Els Peeters"


def test_items_have_quantity_and_price_and_differ_from_the_budget_in_sight(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    with english.office.book.writing() as session:
        hops = ProductFacts("HOP", "Hops", "EUR", Decimal(3))
        add_product(session, hops, by=english.collaborator(EMMA), now=english.office.now())
    dossier_id = _add(english, relation_id)
    claire = english.person(CLAIRE)
    claire.types("/crm opps Dupont")
    claire.presses("Open", message=claire.waits_for_message("Cellar 2027"))
    claire.presses("Edit", message=claire.waits_for_message("Opened"))
    claire.waits_for_view("Opportunity")
    claire.presses("+ Item")
    claire.waits_for_view("Opportunity", containing="Quantity")
    claire.fills(**{"lines.0.what": "Hops (HOP)", "lines.0.quantity": "2,5"})
    assert claire.submits() is None
    card = text_of(claire.waits_for_message("Changed."))
    assert "Hops (HOP): 2.5 × €3.00 = €7.50" in card
    assert "Budget €1,000.00 · items €7.50 (€992.50 below the budget)" in card
    claire.presses("Edit")
    claire.waits_for_view("Opportunity")
    claire.presses("+ Item")
    wait_until(lambda: "lines.1.what" in claire.fields())
    claire.fills(**{"lines.1.what": ("Delivery", "Delivery")})
    assert claire.submits() == {"lines.1.price": "Type a price: this has none in EUR."}
    claire.fills(**{"lines.1.price": "many"})
    assert claire.submits() == {"lines.1.price": "Type a number, such as 12.50."}
    claire.fills(**{"lines.1.price": "0,05"})
    assert claire.submits() is None
    wait_until(lambda: [one.text for one in _only(english).lines] == ["", "Delivery"])
    assert _only(english).dossier_id == dossier_id


def test_the_list_has_totals_and_a_view_for_each_state(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    for number in range(9):
        _add(english, relation_id, f"Cellar {number}")
    _add(english, relation_id, "In Québec", currency="CAD")
    claire = english.person(CLAIRE)
    assert "In progress: 10 opportunities, CA$1,000.00 + €9,000.00" in _answer(claire, "/relation Dupont")
    shown = _answer(claire, "/crm opps Dupont")
    assert "Opportunities: Brasserie Dupont — In progress" in shown
    assert "1 opportunity: CA$1,000.00 (weighted CA$500.00) · 9 opportunities: €9,000.00 (weighted €4,500.00)" in shown
    claire.presses("Next")
    wait_until(lambda: "In Québec" in text_of(claire.last_message()))
    claire.presses("Already won")
    wait_until(lambda: "None of these yet" in text_of(claire.last_message()))
    assert "— Brasserie Dupont" not in _answer(claire, "/crm opps Dupont")
    assert "Brasserie Dupont · Offer made · €1,000.00 · 50%" in _answer(claire, "/crm opps")


def test_a_won_opportunity_closes_and_may_set_the_relations_status(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _add(english, relation_id)
    claire = english.person(CLAIRE)
    claire.types("/crm opps Dupont")
    claire.presses("Open", message=claire.waits_for_message("Cellar 2027"))
    claire.presses("Won", message=claire.waits_for_message("Opened"))
    claire.waits_for_view("Opportunity won")
    assert "reason" not in claire.fields()
    claire.fills(status="Client")
    assert claire.submits() is None
    claire.waits_for_message("is won.")
    one = _only(english)
    assert (one.state, one.dossier.closed_at is not None) == (OpportunityState.WON, True)
    with english.office.book.reading() as session:
        today = english.office.now().date()
        status = value_on(session, relation_id, What.STATUS, today, asked_by=english.collaborator(CLAIRE))
        assert status is not None
        assert status.key == "client"
    assert "No open dossier yet" in _answer(claire, "/crm dossiers Dupont")


def test_a_lost_one_asks_for_the_reason_and_can_be_reopened(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _add(english, relation_id)
    claire = english.person(CLAIRE)
    claire.types("/crm opps Dupont")
    claire.presses("Open", message=claire.waits_for_message("Cellar 2027"))
    claire.chooses("Lost", message=claire.waits_for_message("Opened"))
    claire.waits_for_view("Opportunity lost")
    assert set(claire.submits() or ()) == {"reason"}, "a loss has a reason"
    claire.fills(reason="Price")
    assert claire.submits() is None
    claire.presses("Reopen", message=claire.waits_for_message("Lost today (Price)"))
    wait_until(lambda: _only(english).state is OpportunityState.OPEN)


def test_an_office_can_do_without_opportunities(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _add(english, relation_id)
    office = english.office.settings.office
    object.__setattr__(office, "opportunities", False)
    claire = english.person(CLAIRE)
    for line in ("/crm opp Dupont", "/crm opps"):
        assert "Opportunities are switched off in this office." in _answer(claire, line)


def test_the_forecast_is_told_by_month_and_rep_as_of_a_day(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _add(english, relation_id, closes_on=date(2030, 3, 15))
    _add(english, relation_id, "Vats")
    claire = english.person(CLAIRE)
    shown = _answer(claire, "/crm forecast")
    assert "Weighted: €1,000.00" in shown
    assert shown.index("March 2030") < shown.index("Without a closing date")
    assert "Claire Dubois: 1 opportunity, €1,000.00, weighted €500.00" in shown
    past = _answer(claire, "/crm forecast 2026-01-05")
    assert "as of 05/01/2026" in past
    assert "Weighted: €1,000.00" in past, "they were opened by then, and noted later"
    assert "No opportunity was in progress." in _answer(claire, "/crm forecast 2026-01-04")
    assert "is not a day" in _answer(claire, "/crm forecast soon")
    assert "as of today or a day that is past" in _answer(claire, "/crm forecast 2040-01-01")


def test_the_pipeline_is_told_by_stage_and_currency_as_of_a_day(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    with english.office.book.reading() as session:
        negotiation = line_with_key(session, OpportunityStage, "negotiation").id
    _add(english, relation_id, budget=Decimal("333.33"), own_probability=33)
    _add(english, relation_id, "Vats", stage_id=negotiation, budget=Decimal("0.06"))
    _add(english, relation_id, "In Québec", currency="CAD")
    _add(english, relation_id, "Later", opened_on=date(2026, 2, 1))
    claire = english.person(CLAIRE)
    claire.types("/crm report")
    claire.waits_for_view("Reports")
    claire.fills(report="Opportunities in progress", on="2026-01-31")
    assert claire.submits() is None
    shown = claire.waits_for_message("31/01/2026, Weighted: €110.04 · CA$500.00")
    (table,) = [block for block in shown["blocks"] if block["type"] == "data_table"]
    rows = [[cell["text"] for cell in row] for row in table["rows"][1:]]
    assert [(row[0], *row[2:5]) for row in rows] == [
        ("Offer made", "1", "€333.33", "€110.00"), ("Negotiation", "1", "€0.06", "€0.04"),
        ("Offer made", "1", "CA$1,000.00", "CA$500.00"),
    ]  # fmt: skip
    (chart,) = [block["chart"] for block in shown["blocks"] if block["type"] == "data_visualization"]
    told = [(one["label"], one["value"]) for one in chart["series"][0]["data"]]
    assert told == [("Offer made", 110.0), ("Negotiation", 0.04)], "the first currency alone"


def test_the_printed_page_comes_as_a_file_to_who_asked(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _add(english, relation_id, "Cellar 2027")
    claire = english.person(CLAIRE)
    claire.types("/crm opps Dupont")
    claire.presses("Open", message=claire.waits_for_message("Cellar 2027"))
    claire.presses("Print", message=claire.waits_for_message("Opened"))
    claire.waits_for_message("stands in your messages from Rapport.")
    (file,) = next(message["files"] for message in claire.messages() if message.get("files"))
    assert file["name"] == f"{_only(english).dossier.reference}.pdf"
    assert claire.reads_file(file).startswith(b"%PDF-")


def test_documents_stand_on_an_opportunity(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _add(english, relation_id, "Cellar 2027")
    claire = english.person(CLAIRE)
    claire.types("/crm opps Dupont")
    claire.presses("Open", message=claire.waits_for_message("Cellar 2027"))
    claire.chooses("Documents", message=claire.waits_for_message("Opened"))
    claire.presses("+ Add documents", message=claire.waits_for_message("No document stands here yet."))
    claire.waits_for_view("Add documents")
    claire.fills(files=[("Plan.pdf", b"%PDF-1.7 plan")])
    assert claire.submits() is None
    claire.waits_for_message("Saved: Plan.pdf.")
    claire.types("/crm plan")
    claire.waits_for_message("Plan.pdf · Brasserie Dupont")


def _to_quotes(world: World, claire: SlackPerson) -> int:
    """An opportunity with one item, and its list of quotes on the screen."""
    relation_id, _contact_id = add_dupont(world)
    dossier_id = _add(world, relation_id, lines=(LineFacts(Decimal(2), Decimal(3), text="Hops"),))
    claire.types("/crm opps Dupont")
    claire.presses("Open", message=claire.waits_for_message("Cellar 2027"))
    claire.chooses("Quotes", message=claire.waits_for_message("Opened"))
    claire.presses("+ New quote", message=claire.waits_for_message("No quote here."))
    claire.waits_for_view("Quote")
    return dossier_id


def test_a_quote_is_made_of_the_items_and_won_with_its_opportunity(english: World) -> None:
    claire = english.person(CLAIRE)
    dossier_id = _to_quotes(english, claire)
    assert claire.fields()["contact"] == "Els Peeters"
    assert "amount" not in claire.fields()
    claire.fills(files=[("Offer.pdf", b"%PDF-1.7 offer")])
    assert claire.submits() is None
    card = text_of(claire.waits_for_message(f"Quote BRASSERIE-{dossier_id}/1 is noted."))
    assert "Hops: 2 × €3.00 = €6.00" in card
    claire.types("/crm offer")
    claire.waits_for_message("Offer.pdf · Brasserie Dupont")
    claire.types("/crm quotes Dupont")
    listed = claire.waits_for_message("Quotes: Brasserie Dupont — In progress")
    assert "1 quote: €6.00" in text_of(listed)
    claire.chooses("Contract won", message=listed)
    gone = claire.waits_for_message("is won, and its opportunity with it: BRASSERIE-")
    assert _only(english).state is OpportunityState.WON
    claire.presses("Contracts won", message=listed)
    claire.waits_for_message("Quotes: Brasserie Dupont — Contracts won")
    claire.presses("Status and priority", message=gone)
    claire.waits_for_view("Status and priority")
    claire.closes()
    claire.presses("Undo", message=gone)
    wait_until(lambda: _only(english).state is OpportunityState.OPEN)
    claire.types(f"/crm brasserie-{dossier_id}")
    claire.presses("Opportunity", message=claire.waits_for_message("No action in this dossier yet."))
    claire.presses("Won", message=claire.waits_for_message("Offer made since today"))
    claire.waits_for_view("Opportunity won")
    assert claire.fields()["quote"] == f"BRASSERIE-{dossier_id}/1", "the only one is the accepted one"
    assert claire.submits() is None
    claire.waits_for_message("is won.")
    claire.types("/crm quotes Dupont")
    claire.presses("Contracts won", message=claire.waits_for_message("No quote here."))
    wait_until(lambda: "— Contracts won" in text_of(claire.last_message()))
    assert "1 quote: €6.00" in text_of(claire.last_message())


def test_a_quote_of_another_program_is_referred_to_and_lost(english: World) -> None:
    claire = english.person(CLAIRE)
    _to_quotes(english, claire)
    claire.fills(way="Made in another program")
    claire.waits_for_view("Quote", containing="Address (URL)")
    claire.fills(amount="120,50", kind="Offer")
    assert claire.submits() == {"number": "Say which one: its number, or its address."}
    claire.fills(number="2026-118", url="https://erp.example/118")
    assert claire.submits() is None
    card = claire.waits_for_message("Quote Offer 2026-118 is noted.")
    assert "https://erp.example/118" in str(card)
    claire.chooses("Lost", message=card)
    gone = claire.waits_for_message("Quote Offer 2026-118 is lost.")
    assert _only(english).state is OpportunityState.OPEN
    claire.presses("Undo", message=gone)
    wait_until(lambda: "Made today" in text_of(claire.last_message()))
    claire.chooses("Delete", message=claire.last_message())
    claire.waits_for_message("Quote Offer 2026-118 is deleted.")


def test_an_opportunity_is_reached_from_its_dossier_and_back(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    dossier_id = _add(english, relation_id)
    claire = english.person(CLAIRE)
    claire.types(f"/crm brasserie-{dossier_id}")
    claire.presses("Opportunity", message=claire.waits_for_message("No action in this dossier yet."))
    claire.chooses("Actions", message=claire.waits_for_message("Offer made since today"))
    wait_until(lambda: "No action in this dossier yet." in text_of(claire.last_message()))


def test_every_item_of_a_large_opportunity_can_be_changed_and_one_more_added(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    items = tuple(LineFacts(Decimal(1), Decimal(10), text=f"Item {number}") for number in range(1, 30))
    _add(english, relation_id, lines=items)
    claire = english.person(CLAIRE)
    claire.types("/crm opps Dupont")
    claire.presses("Open", message=claire.waits_for_message("Cellar 2027"))
    claire.presses("Edit", message=claire.waits_for_message("Opened"))
    claire.waits_for_view("Opportunity", containing="“Items” on the card")
    claire.fills(name="Cellars 2027")
    assert claire.submits() is None
    card = claire.waits_for_message("Changed.")
    assert len(_only(english).lines) == 29, "what the form does not show stays"
    claire.chooses("Items", message=card)
    claire.waits_for_view("Items")
    claire.presses("+ Item")
    wait_until(lambda: "lines.29.what" in claire.fields())
    claire.fills(**{"lines.28.price": "11", "lines.29.what": ("One more", "One more"), "lines.29.price": "x"})
    assert claire.submits() == {"lines.29.price": "Type a number, such as 12.50."}
    claire.fills(**{"lines.29.price": "5"})
    assert claire.submits() is None
    claire.waits_for_message("Changed.")
    one = _only(english)
    assert (len(one.lines), one.lines[28].price, one.lines[29].text, one.total) == (30, 11, "One more", 296)
    assert claire.problems == []


def test_a_changed_price_stays_in_sight_when_a_colleague_adds_many_items_meanwhile(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    items = [LineFacts(Decimal(1), Decimal(10), text=f"Item {number}") for number in range(20)]
    dossier_id = _add(english, relation_id, lines=tuple(items[:12]))
    claire = english.person(CLAIRE)
    claire.types("/crm opps Dupont")
    claire.presses("Open", message=claire.waits_for_message("Cellar 2027"))
    claire.presses("Edit", message=claire.waits_for_message("Opened"))
    claire.waits_for_view("Opportunity")
    claire.fills(**{"lines.0.price": "11"})
    bram = english.collaborator(BRAM)
    with english.office.book.writing(actor_id=bram.id) as session:
        facts = replace(facts_of(_only(english)), lines=tuple(items))
        edit_opportunity(session, dossier_id, by=bram, version=None, facts=facts, now=english.office.now())
    assert claire.submits() is None
    claire.waits_for_view("Opportunity", containing="You both changed: Items; yours stands here.")
    assert claire.fields()["lines.0.price"] == "11"
    assert claire.submits() is None
    claire.waits_for_message("Changed.")
    assert [line.price for line in _only(english).lines] == [11, *[10] * 11]
    assert claire.problems == []
