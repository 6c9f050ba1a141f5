"""What people type appears as they typed it, and forms find, fill and make what they need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from slack_person import text_of
from slack_stories import FAR, add_action, add_dupont, bind_mailbox_of, mails_on_their_way, only_action
from world import BRAM, CLAIRE, World

from bot.office import Caller
from bot.slack.app import every_subject
from bot.slack.blocks import escaped, filled, plain, rich, unstyled, words
from bot.slack.help import SUBJECTS, help_blocks
from bot.texts import Texts
from store.collaborators import Collaborator, Role
from store.relations import add_relation

NAMES = (
    "*bold* _it_ ~no~ `code` :smile:",
    "<!channel> <@U0BRAM> <https://evil.example|click> & co",
    "🍺 Chez Émile 👨‍👩‍👧 𠮷野家",
    "כרמל בע״מ",
    "<script>alert(1)</script> {name} %s",
)


def _texts(part: Any) -> Iterator[tuple[str, str, bool]]:
    """(type, text, whether emoji is read) of every text in blocks."""
    if isinstance(part, dict):
        if part.get("type") in ("mrkdwn", "plain_text", "text") and "text" in part:
            yield part["type"], part["text"], bool(part.get("emoji"))
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)


@pytest.mark.parametrize("name", NAMES)
def test_our_own_emphasis_leaves_what_was_typed_alone(name: str) -> None:
    line = filled("Filed *{document}* under {relation}.", document=name, relation=name)
    assert unstyled(line) == f"Filed {name} under {name}."
    assert [element.get("style") for element in line if element["text"] == name] == [{"bold": True}, None]
    assert plain(name) == {"type": "plain_text", "text": name, "emoji": False}
    assert not {"<", ">"} & set(escaped(name))
    assert rich(words(name), [])["elements"][0]["elements"] == words(name)


def test_names_appear_as_typed_in_every_list_card_and_form(english: World) -> None:
    claire_row, office = english.collaborator(CLAIRE), english.office
    name, soon = (
        NAMES[0] + NAMES[1],
        english.office.now().astimezone(ZoneInfo("Europe/Brussels")).date() + timedelta(days=1),
    )
    relation_id, _contact = add_dupont(english, name=name)
    add_action(english, claire_row, relation_id, name, on=soon)
    claire = english.person(CLAIRE)
    claire.types("/relation bold")
    claire.presses("History", message=claire.waits_for_message("Next:"))
    claire.presses("action/open", message=claire.waits_for_message("History"))
    claire.waits_for_message("Complete")
    claire.types("/agenda")
    claire.waits_for_message("Tomorrow")
    claire.opens_home()
    claire.waits_for_home("Good day")
    claire.types("/action bold")
    claire.waits_for_view("Action", containing="Representative")
    assert claire.searches("relation", "bold")[0].startswith(name[:60])
    surfaces = [*(m["blocks"] for m in claire.messages()), claire.home()["blocks"], claire.view["blocks"]]
    shown = list(_texts(surfaces))
    assert len([text for kind, text, _emoji in shown if "*bold*" in text]) >= 6
    for kind, text, reads_emoji in shown:
        assert "bold" not in text or (kind != "mrkdwn" and not reads_emoji), text
    assert not [m["text"] for m in claire.messages() if "<!channel>" in m["text"]]
    assert office.now().date() < soon


def test_choosing_a_relation_fills_what_it_knows_and_a_contact_fills_both(english: World) -> None:
    add_dupont(english)
    bram = english.person(BRAM)
    bram.uses_shortcut("new_action")
    bram.waits_for_view("Action", containing="Representative")
    fields = bram.fields()
    assert (fields["representative"], fields["all_day"], fields["type"]) == ("Bram de Vries", ["All day"], "Visit")
    bram.fills(relation="Brasserie Dupont", points="typed by hand")
    bram.waits_for_view("Action", containing="New contact")
    fields = bram.fields()
    assert fields["representative"] == "Claire Dubois"
    assert fields["contact"] == "Els Peeters"
    assert fields["place"] == "Rue du Moulin 12, 7500 Tournai"
    assert fields["subject"] == "Visit · Brasserie Dupont"
    assert fields["points"] == "typed by hand"
    bram.fills(type="Phone call")
    bram.waits_for_view("Action", containing="From")
    assert bram.fields()["subject"] == "Phone call · Brasserie Dupont"
    bram.fills(relation="Els Peeters · Brasserie Dupont")
    assert bram.fields()["points"] == "typed by hand"


def test_two_quick_choices_both_count(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.uses_shortcut("new_action")
    claire.waits_for_view("Action", containing="Representative")
    claire.fills(relation="Brasserie Dupont", type="Phone call")
    claire.waits_for_view("Action", containing="From")
    claire.waits_for_view("Action", containing="New contact")
    assert (claire.fields()["contact"], claire.fields()["representative"]) == ("Els Peeters", "Claire Dubois")
    assert claire.fields()["subject"] == "Phone call · Brasserie Dupont"


def test_a_relation_made_from_within_the_action_is_chosen_there_and_nothing_typed_is_lost(english: World) -> None:
    claire = english.person(CLAIRE)
    claire.types("/action")
    claire.waits_for_view("Action", containing="Representative")
    claire.fills(subject="Prices", points="one", place="")
    assert claire.searches("relation", "Chez Émile") == ["+ New relation “Chez Émile”"]
    claire.fills(relation=("Chez Émile", "+ New relation “Chez Émile”"))
    claire.waits_for_view("Relation")
    assert claire.fields()["name"] == "Chez Émile"
    claire.closes()
    claire.waits_for_view("Action")
    assert claire.fields()["relation"] is None, "what was not made is not chosen"
    claire.fills(relation=("Chez Émile", "+ New relation “Chez Émile”"))
    claire.waits_for_view("Relation")
    assert claire.submits() is None
    claire.waits_for_view("Action", containing="New contact")
    fields = claire.fields()
    assert (fields["relation"], fields["subject"], fields["points"]) == ("Chez Émile", "Prices", "one")
    assert claire.submits() is None
    claire.waits_for_message("Planned.")
    assert only_action(english).relation.name == "Chez Émile"


def test_more_than_fifty_matches_ask_to_type_on(english: World) -> None:
    claire_row = english.collaborator(CLAIRE)
    with english.office.book.writing() as session:
        for number in range(120):
            add_relation(session, by=claire_row, now=english.office.now(), name=f"Café {number}")
    claire = english.person(CLAIRE)
    claire.types("/action")
    claire.waits_for_view("Action", containing="Representative")
    offered = claire.searches("relation", "cafe")
    assert len(offered) == 51
    assert offered[-1] == "+ New relation “cafe”"


def test_what_the_form_says_is_what_is_sent_and_undo_takes_it_back(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    bind_mailbox_of(english, english.collaborator(CLAIRE))
    claire.types("/action Dupont")
    claire.waits_for_view("Action", containing="Representative")
    claire.fills(on=str(FAR), guests="Els Peeters · Brasserie Dupont")
    claire.waits_for_view(containing="sends 1 invitation (Els Peeters).")
    claire.fills(colleagues=("Bram", "Bram de Vries"))
    view = claire.waits_for_view(containing="sends 2 invitations (Bram de Vries and Els Peeters).")
    assert text_of(view).count("invitation") == 1, "what held before is not told as well"
    claire.fills(colleagues=[])
    claire.waits_for_view(containing="sends 1 invitation (Els Peeters).")
    claire.fills(tell="Save quietly")
    assert claire.submits() is None
    card = claire.waits_for_message("Planned.")
    assert mails_on_their_way(english) == []
    claire.presses("Move", message=card)
    claire.waits_for_view("Move", containing="sends 1 invitation (Els Peeters).")
    claire.fills(on=str(FAR + timedelta(days=1)))
    assert claire.submits() is None
    card = claire.waits_for_message("Moved to")
    assert [m["news"] for m in mails_on_their_way(english)] == ["invitation"]
    claire.chooses("Delete", message=card)
    view = claire.waits_for_view(
        "Out of the agenda", containing="“Tell the guests” sends 1 cancellation (Els Peeters)."
    )
    assert (view["submit"]["text"], view["close"]["text"]) == ("Delete the action", "Go back")
    claire.closes()
    claire.chooses("Cancel this action", message=card)
    view = claire.waits_for_view("Out of the agenda", containing="sends 1 cancellation (Els Peeters).")
    assert view["submit"]["text"] == "Cancel this action"
    claire.closes()
    claire.chooses("Delete", message=card)
    claire.waits_for_view("Out of the agenda", containing="sends 1 cancellation (Els Peeters).")
    assert claire.submits() is None
    claire.presses("Undo", message=claire.waits_for_message("is deleted."))
    claire.waits_for_message("is back in the agenda. On their way: 1 invitation (Els Peeters).")
    assert [m["news"] for m in mails_on_their_way(english)] == ["invitation", "cancellation", "invitation"]
    claire.chooses("Documents", message=card)
    claire.waits_for_message("No document stands here yet.")
    claire.chooses("History", message=card)
    claire.waits_for_message("History")
    claire.chooses("Relation", message=card)
    claire.waits_for_message("Contacts: Els Peeters")
    assert claire.problems == []


def test_relations_are_linked_and_unlinked(english: World) -> None:
    add_dupont(english)
    with english.office.book.writing() as session:
        add_relation(session, by=english.collaborator(CLAIRE), now=english.office.now(), name="Holding Durand")
    claire = english.person(CLAIRE)
    claire.types("/relation Brasserie Dupont")
    claire.chooses("Links", message=claire.waits_for_message("Contacts: Els Peeters"))
    claire.presses("+ New link", message=claire.waits_for_message("No link to anybody else"))
    claire.waits_for_view("Link")
    claire.fills(type="Subsidiary of", other="Holding Durand")
    assert claire.submits() is None
    claire.chooses("End", message=claire.waits_for_message("• Holding Durand"))
    claire.waits_for_view("End this link")
    assert claire.submits() is None
    claire.waits_for_message("until today.")


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_every_synonym_reaches_one_subcommand_alone(language: str) -> None:
    subcommands = every_subject().subcommands
    for one in subcommands:
        assert one.names[language], "the help shows a name in each language"
        for name in one.names[language]:
            assert [other for other in subcommands if other.answers_to(name)] == [one]


def test_help_lists_every_subcommand_in_the_callers_language(world: World) -> None:
    for who, title, name in [(CLAIRE, "Votre journée", "/crm relation"), (BRAM, "Uw dag", "/crm relatie")]:
        person = world.person(who)
        person.types("/crm aide")
        shown = text_of(person.waits_for_message(name))
        assert title in shown
        for one in every_subject().subcommands:
            assert (f"/crm {one.names[who.locale[:2]][0]}" in shown) is (one.least is not Role.ADMIN)


def test_every_subcommand_stands_under_its_subject_in_the_help() -> None:
    placed = set().union(*(names for _title, names in SUBJECTS))
    left = {one.names["en"][0] for one in every_subject().subcommands} - placed
    assert left == {"preferences", "collaborators", "settings"}


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
@pytest.mark.parametrize("role", list(Role))
def test_help_shows_what_the_caller_may_use_and_stays_below_slacks_limits(language: str, role: Role) -> None:
    caller = cast("Caller", SimpleNamespace(t=Texts(language), collaborator=Collaborator(role=role)))
    blocks = help_blocks(caller, every_subject().subcommands, ["/relation"])
    shown = "\n".join(str(block.get("text", {}).get("text")) for block in blocks)
    for one in every_subject().subcommands:
        typed = [f"`/crm {one.names[language][0]}{end}" for end in "` "]
        assert any(way in shown for way in typed) is one.is_for(role)
    assert len(blocks) <= 50
    assert all(len(block["text"]["text"]) < 3000 for block in blocks if block["type"] == "section")
