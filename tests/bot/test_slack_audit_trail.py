"""Who changed what, as somebody reads it in Slack, and what the command line says of the trail."""

from __future__ import annotations

import ast
from pathlib import Path

from slack_person import text_of
from slack_stories import add_action, add_dupont
from world import BRAM, CLAIRE, World

from bot.slack.audit_trail import DEEDS, DOORS
from store.break_glass import OPENED
from store.collaborators import Collaborator
from store.relations import edit_relation


def _renamed_by(world: World, relation_id: int, by: Collaborator, name: str) -> None:
    with world.office.book.writing(actor_id=by.id, door="slack") as session:
        edit_relation(session, relation_id, by=by, now=world.office.now(), name=name)


def _opens_the_trail(world: World, name: str) -> str:
    claire = world.person(CLAIRE)
    claire.types(f"/relation {name}")
    claire.chooses("Who changed what", message=claire.waits_for_message("Rue du Moulin"))
    return text_of(claire.waits_for_message("Relation: added"))


def test_who_changed_a_relation_reads_with_before_and_after(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _renamed_by(english, relation_id, english.collaborator(BRAM), "Brasserie Dupont & fils")
    shown = _opens_the_trail(english, "Dupont")
    assert "Bram de Vries in Slack · Relation: changed" in shown
    assert "Name: Brasserie Dupont → Brasserie Dupont & fils" in shown


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
