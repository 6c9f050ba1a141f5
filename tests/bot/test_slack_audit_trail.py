"""Who changed what, as somebody reads it in Slack, and what the command line says of the trail."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from slack_person import text_of
from slack_stories import add_action, add_dupont
from world import BRAM, CLAIRE, World

from bot.slack.audit_words import DEEDS, DOORS
from store.addresses import PhoneLine
from store.break_glass import OPENED
from store.collaborators import Collaborator
from store.contacts import Contact
from store.domain import line_with_key
from store.dossiers import DossierFacts, open_dossier
from store.expenses import ExpenseFacts, book_expense
from store.opportunities import (
    LineFacts,
    OpportunityFacts,
    OpportunityStage,
    OpportunityType,
    edit_opportunity,
    open_opportunity,
)
from store.quotes import QuoteState, end_quote, make_quote
from store.relation_facts import What, note_by_hand, note_of_action
from store.relations import RelationCategory, RelationKind, edit_relation
from store.statuses import RelationStatus


def _renamed_by(world: World, relation_id: int, by: Collaborator, name: str) -> None:
    with world.office.book.writing(actor_id=by.id, door="slack") as session:
        edit_relation(session, relation_id, by=by, now=world.office.now(), name=name)


def _opens_the_trail(world: World, name: str) -> str:
    claire = world.person(CLAIRE)
    claire.types(f"/relation {name}")
    claire.chooses("Who changed what", message=claire.waits_for_message("Rue du Moulin"))
    return text_of(claire.waits_for_message("Rapport added Brasserie Dupont"))


def test_who_changed_a_relation_reads_with_before_and_after(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _renamed_by(english, relation_id, english.collaborator(BRAM), "Brasserie Dupont & fils")
    shown = _opens_the_trail(english, "Dupont")
    assert "Bram de Vries changed Brasserie Dupont & fils: Name: Brasserie Dupont → Brasserie Dupont & fils" in shown


def _edits_phone_and_more(world: World, relation_id: int, **changes: Any) -> None:
    bram = world.collaborator(BRAM)
    with world.office.book.writing(actor_id=bram.id, door="import") as session:
        edit_relation(session, relation_id, by=bram, now=world.office.now(), **changes)


def test_a_changed_phone_reads_as_a_sentence_under_its_day_the_newest_first(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _edits_phone_and_more(english, relation_id, phones=[PhoneLine("02 511 11 11")])
    _edits_phone_and_more(english, relation_id, phones=[PhoneLine("02 512 12 12")])
    shown = _opens_the_trail(english, "Dupont")
    sentence = "Bram de Vries changed the phone of Brasserie Dupont (by an import): "
    assert f"{sentence}02 511 11 11 → 02 512 12 12" in shown
    assert (
        shown.index("Today") < shown.index(sentence) < shown.index("Bram de Vries added the phone of Brasserie Dupont")
    )


def test_names_stand_for_ids_kinds_and_lines_of_lists_in_the_readers_language(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    with english.office.book.reading() as session:
        client = line_with_key(session, RelationCategory, "client").id
    _edits_phone_and_more(english, relation_id, category_id=client, language="nl", kind=RelationKind.PERSON)
    shown = _opens_the_trail(english, "Dupont")
    assert "Bram de Vries changed Brasserie Dupont (by an import)\n" in shown, "several changes stand below it"
    for line in ("Category: – → Client", "Language: – → Dutch", "Kind: Company → Person"):
        assert line in shown
    assert "Rapport added the part of Claire Dubois in Brasserie Dupont: Category Representative, Since " in shown
    assert "Rapport added the contact Els Peeters at Brasserie Dupont" in shown
    assert not re.search(r"(?:: |→ |Category )\d+(?:,|$|\n)", shown), "no bare id"


def test_a_row_taken_away_and_brought_back_reads_so(english: World) -> None:
    _relation_id, contact_id = add_dupont(english)
    bram, office = english.collaborator(BRAM), english.office
    for gone in (office.now(), None):
        with office.book.writing(actor_id=bram.id, door="slack") as session:
            session.get_one(Contact, contact_id).deleted_at = gone
    shown = _opens_the_trail(english, "Dupont")
    assert "Bram de Vries took away the contact Els Peeters at Brasserie Dupont" in shown
    assert "Bram de Vries brought back the contact Els Peeters at Brasserie Dupont" in shown


def test_a_relations_trail_tells_nothing_of_its_private_actions(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    add_action(english, english.collaborator(BRAM), relation_id, "Secret plan", is_private=True)
    assert "Secret plan" not in _opens_the_trail(english, "Dupont")


def test_every_deed_and_every_door_has_words_in_the_trail() -> None:
    deeds, doors = {"created", "changed", "deleted", OPENED}, {"slack", "job"}
    for path in (one for folder in ("bot", "jobs", "store") for one in Path(folder).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        named = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            given = [word.value for word in call.keywords if word.arg == "door"]
            doors |= {_constant(one, named) for one in given}
            if isinstance(call.func, ast.Name) and call.func.id == "note_deed":
                deeds.add(_constant(call.args[1], named))
    assert {"merged", "parted", "copied", "erased"} < deeds
    assert {"undo", "import", "web", "mail"} < doors
    assert deeds - set(DEEDS) == set()
    assert doors - {""} - set(DOORS) == set()


def _constant(node: ast.expr, named: dict[str, object]) -> str:
    """What is written there, "" for what is passed on."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return str(named.get(node.id, "")) if isinstance(node, ast.Name) else ""


def _opportunity(world: World, relation_id: int, by: Collaborator) -> int:
    """Opened with an item, then another item in its place and offered, and its quote won. Returns the dossier's id."""
    book, now = world.office.book, world.office.now()
    with book.writing(actor_id=by.id, door="slack") as session:
        facts = OpportunityFacts(
            "Cellar",
            line_with_key(session, OpportunityType, "sale").id,
            line_with_key(session, OpportunityStage, "first_contact").id,
            by.id,
            "EUR",
            now.date(),
            lines=(LineFacts(Decimal(2), Decimal(10), text="Hops"), LineFacts(Decimal(1), Decimal(5), text="Malt")),
        )
        one = open_opportunity(session, by=by, relation_id=relation_id, facts=facts, now=now)
        dossier_id, version = one.dossier_id, one.version
    with book.writing(actor_id=by.id, door="slack") as session:
        stage = line_with_key(session, OpportunityStage, "offer_made").id
        facts = replace(facts, stage_id=stage, budget=Decimal(1000), lines=facts.lines[:1])
        edit_opportunity(session, dossier_id, by=by, version=version, facts=facts, now=now)
        quote = make_quote(session, dossier_id, by=by, on=now.date(), now=now)
    with book.writing(actor_id=by.id, door="slack") as session:
        end_quote(session, quote.id, by=by, state=QuoteState.WON, on=now.date(), now=now)
    return dossier_id


def test_an_opportunitys_trail_tells_of_its_items_quotes_and_end(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    dossier_id = _opportunity(english, relation_id, english.collaborator(BRAM))
    claire = english.person(CLAIRE)
    claire.types(f"/crm dossier BRASSERIE-{dossier_id}")
    claire.chooses("Who changed what", message=claire.waits_for_message("Cellar"))
    shown = text_of(claire.waits_for_message("Bram de Vries added the opportunity")).replace("\n", " ")
    label = f"BRASSERIE-{dossier_id} Cellar"
    for told in (
        "added the item “Hops”: Quantity 2, Price of one 10",
        "took away the item “Malt”",
        "Stage: First contact → Offer made",
        "Budget: – → 1,000",
        f"added the quote BRASSERIE-{dossier_id}/1",
        f"changed the quote BRASSERIE-{dossier_id}/1",
        "State: In progress → Contract won",
        f"closed the dossier {label}",
        "State: In progress → Won",
    ):
        assert told in shown, (told, shown)


def test_a_relations_trail_tells_of_its_status_and_dossiers_and_an_actions_of_its_expenses(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    bram, now = english.collaborator(BRAM), english.office.now()
    action_id = add_action(english, bram, relation_id)
    with english.office.book.writing(actor_id=bram.id, door="slack") as session:
        client = line_with_key(session, RelationStatus, "client").id
        note_by_hand(session, relation_id, What.STATUS, client, by=bram, on=now.date(), now=now)
        open_dossier(session, by=bram, relation_id=relation_id, facts=DossierFacts("Cellar"), now=now)
        expense = ExpenseFacts(Decimal(2), "EUR", "Lunch", price=Decimal("12.5"))
        book_expense(session, action_id, expense, by=bram, now=now)
    shown = _opens_the_trail(english, "Dupont")
    assert "Bram de Vries set the status of Brasserie Dupont: Status Client, Since " in shown
    assert re.search(r"Bram de Vries added the dossier BRASSERIE-\d+ Cellar", shown)
    claire = english.person(CLAIRE)
    claire.types("/crm relation Dupont")
    claire.presses("History", message=claire.waits_for_message("Contacts: Els Peeters"))
    claire.presses(":car: Open", message=claire.waits_for_message("14:00–15:00"))
    claire.chooses("Who changed what", message=claire.waits_for_message("Complete"))
    claire.waits_for_message("Bram de Vries added the expense “Lunch”: Quantity 2, Price of one 12.5")


def test_a_status_cleared_at_its_action_is_gone_for_good_and_still_told(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    bram, now = english.collaborator(BRAM), english.office.now()
    action_id = add_action(english, bram, relation_id)
    with english.office.book.reading() as session:
        client = line_with_key(session, RelationStatus, "client").id
    for value_id in (client, None):
        with english.office.book.writing(actor_id=bram.id, door="slack") as session:
            note_of_action(session, action_id, What.STATUS, value_id, by=bram, now=now)
    shown = _opens_the_trail(english, "Dupont")
    assert "Bram de Vries set the status of Brasserie Dupont" in shown
    assert "Bram de Vries took away the status of Brasserie Dupont" in shown
