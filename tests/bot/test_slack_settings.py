"""`/crm settings`: an administrator edits the office's lists, and everybody's forms follow."""

from __future__ import annotations

import pytest
from slack_person import SlackPerson
from slack_screen import text_of
from slack_stories import add_dupont
from world import CLAIRE, EMMA, World

from store.actions import ActionStatus, ActionType
from store.contacts import ContactKind
from store.domain import Listed, line_with_key, listed
from store.lists.lines import add_line, edit_line
from store.lists.merging import merge_lines
from store.lists.model import OfficeList
from store.lists.registry import OFFICE_LISTS, list_of


def _labels(world: World, kind: type[Listed], language: str = "en") -> list[str]:
    with world.office.book.reading() as session:
        return [one.label(language) for one in listed(session, kind)]


def _at_the_list(world: World, title: str) -> SlackPerson:
    emma = world.person(EMMA)
    emma.types(f"/crm settings {title}")
    emma.waits_for_message("+ New line")
    return emma


def _line(world: World, kind: type[Listed], key: str) -> int:
    with world.office.book.reading() as session:
        return line_with_key(session, kind, key).id


@pytest.mark.parametrize(
    ("command", "locale", "title", "lists"),
    [
        ("settings", "en-GB", "Settings", "Action types"),
        ("paramètres", "fr-BE", "Paramètres", "Types d’action"),
        ("parametres", "fr-BE", "Paramètres", "Types de regroupement"),
        ("instellingen", "nl-BE", "Instellingen", "Actietypes"),
    ],
)
def test_administrators_find_every_list_in_their_language(
    world: World, command: str, locale: str, title: str, lists: str
) -> None:
    with world.office.book.writing() as session:
        session.merge(world.collaborator(EMMA)).locale = locale
    emma = world.person(EMMA)
    emma.types(f"/crm {command}")
    shown = text_of(emma.waits_for_message(lists))
    assert title in shown
    t = world.office.texts(locale)
    assert all(t(of.title) in shown for of in OFFICE_LISTS)


def test_everybody_else_gets_a_sentence(english: World) -> None:
    claire = english.person(CLAIRE)
    claire.types("/crm settings")
    claire.waits_for_message("Only an administrator can do this.")


def test_a_new_action_type_is_offered_when_the_next_action_is_planned(english: World) -> None:
    add_dupont(english)
    emma = _at_the_list(english, "action types")
    emma.presses("+ New line")
    emma.waits_for_view("Action type")
    emma.fills(label_fr="Dégustation", emoji=":wine_glass:", duration_min="90", contact_kind_id="Purchases")
    emma.fills(is_all_day=False, after="Visit")
    assert emma.submits() is None
    emma.waits_for_message("Dégustation is on the list: forms offer it from now on.")
    assert _labels(english, ActionType)[1] == "Dégustation"
    claire = english.person(CLAIRE)
    claire.types("/action Dupont")
    claire.waits_for_view("Action")
    claire.fills(type="Dégustation")
    assert claire.fields()["type"] == "Dégustation"


def test_renaming_a_line_keeps_what_has_it(english: World) -> None:
    emma = _at_the_list(english, "contact types")
    number = _line(english, ContactKind, "purchases")
    emma.chooses(f"edit:contact_kind:{number}")
    emma.waits_for_view("Contact type")
    assert emma.fields()["label_fr"] == "Achats"
    emma.fills(label_en="Buying", after="Nothing: it is the first")
    assert emma.submits() is None
    emma.waits_for_message("Buying is changed.")
    assert _labels(english, ContactKind)[0] == "Buying"
    assert _line(english, ContactKind, "purchases") == number


def test_a_label_that_stands_there_already_is_told_at_its_field_and_nothing_typed_is_lost(english: World) -> None:
    emma = _at_the_list(english, "contact types")
    emma.presses("+ New line")
    emma.waits_for_view("Contact type")
    emma.fills(label_nl="Aankoop", label_en="Buyers")
    assert emma.submits() == {"label_nl": "“Aankoop” stands on this list already."}
    assert emma.fields()["label_en"] == "Buyers"
    emma.fills(label_nl="Kopers")
    assert emma.submits() is None
    emma.waits_for_message("Buyers is on the list")


def test_a_line_without_any_name_is_told_at_its_field(english: World) -> None:
    emma = _at_the_list(english, "contact types")
    emma.presses("+ New line")
    emma.waits_for_view("Contact type")
    assert emma.submits() == {"label_en": "Give it a name in at least one language."}


def test_the_second_of_two_administrators_sees_what_the_first_changed(english: World) -> None:
    emma = _at_the_list(english, "contact types")
    number = _line(english, ContactKind, "sales")
    emma.chooses(f"edit:contact_kind:{number}")
    emma.waits_for_view("Contact type")
    with english.office.book.writing() as session:
        by = english.collaborator(EMMA)
        edit_line(session, list_of(ContactKind), number, {"label_fr": "Vendeurs"}, by=by)
    emma.fills(label_en="Sellers")
    assert emma.submits() is None
    emma.waits_for_view("Contact type", containing="Taken over: In French")
    assert (emma.fields()["label_fr"], emma.fields()["label_en"]) == ("Vendeurs", "Sellers")
    assert emma.submits() is None
    emma.waits_for_message("Sellers is changed.")


def test_up_and_down_change_the_order_that_forms_show(english: World) -> None:
    emma = _at_the_list(english, "contact types")
    before = _labels(english, ContactKind)
    emma.chooses(f"down:contact_kind:{_line(english, ContactKind, 'management')}")
    emma.waits_for_message("Management has another place.")
    assert _labels(english, ContactKind)[:2] == [before[1], before[0]]
    emma.chooses(f"up:contact_kind:{_line(english, ContactKind, 'management')}")
    emma.waits_for_message("Management has another place.")
    assert _labels(english, ContactKind) == before


def test_retiring_a_line_can_be_taken_back_at_once_and_later(english: World) -> None:
    emma = _at_the_list(english, "action types")
    number = _line(english, ActionType, "lunch")
    emma.chooses(f"retire:action_type:{number}")
    emma.presses("Undo", message=emma.waits_for_message("Lunch is retired: forms no longer offer it"))
    emma.waits_for_message("Lunch is in use again.")
    emma.chooses(f"retire:action_type:{number}")
    emma.presses("Retired (1)", message=emma.waits_for_message("Lunch is retired"))
    assert "Lunch" not in _labels(english, ActionType)
    emma.presses("Take back into use")
    emma.waits_for_message("Lunch is in use again.")
    assert "Lunch" in _labels(english, ActionType)


def test_the_last_status_of_a_meaning_cannot_be_retired_and_the_reason_is_said(english: World) -> None:
    emma = _at_the_list(english, "statuses of actions")
    emma.chooses(f"retire:action_status:{_line(english, ActionStatus, 'done')}")
    emma.waits_for_message("the book needs one: add another first")
    assert "Done" in _labels(english, ActionStatus)


def test_merging_two_lines_says_how_many_records_it_moves_and_can_be_undone(english: World) -> None:
    emma = _at_the_list(english, "contact types")
    emma.chooses(f"merge:contact_kind:{_line(english, ContactKind, 'purchases')}")
    emma.waits_for_view("Merge", containing="2 records have “Purchases”")
    assert "Purchases" not in str(emma.view["blocks"][1])
    emma.fills(into="Management")
    assert emma.submits() is None
    merged = emma.waits_for_message("Purchases is merged into Management.")
    assert "Purchases" not in _labels(english, ContactKind)
    emma.presses("Undo", message=merged)
    emma.waits_for_message("Purchases is a line of its own again")
    assert "Purchases" in _labels(english, ContactKind)


def test_starting_from_a_trade_adds_its_lines_and_leaves_the_others(english: World) -> None:
    before = _labels(english, ActionType, "nl")
    emma = english.person(EMMA)
    emma.types("/crm settings")
    emma.presses("Start from a trade’s lists", message=emma.waits_for_message("Action types"))
    emma.waits_for_view("Start from")
    emma.fills(trade="Wine merchant")
    assert emma.submits() is None
    emma.waits_for_message("lines were added to the lists.")
    assert _labels(english, ActionType, "nl") == [*before, "Proeverij", "Stalen verstuurd", "Levering"]


def test_every_list_is_handed_over_as_a_file(english: World) -> None:
    emma = english.person(EMMA)
    emma.types("/crm settings")
    emma.presses("Everything as a file", message=emma.waits_for_message("Action types"))
    emma.waits_for_message("The file stands in your conversation with Rapport.")
    files = [one for message in emma.messages("im") for one in message.get("files", [])]
    assert [one["name"] for one in files] == ["lists.toml"]


@pytest.mark.parametrize("one", OFFICE_LISTS, ids=lambda one: one.name)
def test_the_form_of_every_list_opens_and_saves(english: World, one: OfficeList) -> None:
    emma = _at_the_list(english, one.title.casefold())
    emma.presses("+ New line")
    emma.waits_for_view(one.one)
    emma.fills(label_fr="Tout neuf")
    if one.name == "note_emoji":
        emma.fills(emoji="tada")
    if one.name == "action_status":
        emma.fills(meaning="Done")
    assert emma.submits() is None
    emma.waits_for_message("Tout neuf is on the list")
    assert _labels(english, one.kind)[-1] == "Tout neuf"


def test_a_list_of_any_length_can_be_read_and_shows_what_was_merged(english: World) -> None:
    with english.office.book.writing() as session:
        by, now, kinds = english.collaborator(EMMA), english.office.now(), list_of(ContactKind)
        for number in range(45):
            add_line(session, kinds, {"label_en": f"Kind number {number}"}, by=by, now=now)
        source, target = (line_with_key(session, ContactKind, key) for key in ("sales", "purchases"))
        merge_lines(session, kinds, source.id, target.id, by=by, now=now)
    emma = _at_the_list(english, "contact types")
    emma.presses("Next 40")
    shown = text_of(emma.waits_for_message("Kind number 44"))
    assert "Kind number 10" not in shown
    emma.presses("Retired (1)")
    emma.presses("Undo the merge", message=emma.waits_for_message("Sales: merged into Purchases"))
    emma.waits_for_message("Sales is a line of its own again")
    assert "Sales" in _labels(english, ContactKind)
