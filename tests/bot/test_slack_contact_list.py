"""The list of a relation's contacts: filtered, in rank, page by page; and how a contact comes, moves on and goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from slack_person import SlackPerson, text_of
from slack_screen import Json
from slack_stories import add_action, add_dupont, bind_mailbox_of, wait_until
from sqlalchemy import select
from world import CLAIRE, World

from store.consent import SuppressionReason, suppress
from store.contacts import (
    Contact,
    ContactKind,
    Details,
    Grouping,
    add_contact,
    contacts_of,
    end_contact,
    places_of,
    rank_contact,
)
from store.domain import line_with_key
from store.mailboxes import mailbox_of
from store.mailings import Delivery, MailingMode, SkipReason, prepare_mailing
from store.relations import Relation, add_relation


def _add(world: World, relation_id: int, *names: str, kind: str = "purchases", **facts: object) -> list[int]:
    with world.office.book.writing() as session:
        kind_id = line_with_key(session, ContactKind, kind).id
        said: dict[str, Any] = {
            "by": world.collaborator(CLAIRE),
            "now": world.office.now(),
            "relation_id": relation_id,
            "kind_ids": [kind_id],
            **facts,
        }
        return [add_contact(session, name=name, **said).id for name in names]


def _chooses_of_more(claire: SlackPerson, card: Json, line: str) -> None:
    """A line of the ⋮ menu that may stand behind its "More…"."""
    if line in text_of(card):
        claire.chooses(line, message=card)
    else:
        claire.chooses("More…", message=card)
        claire.presses(line, message=claire.last_message())


def _ranks(world: World, relation_id: int) -> list[str]:
    with world.office.book.reading() as session:
        kind_id, asked_by = line_with_key(session, ContactKind, "purchases").id, world.collaborator(CLAIRE)
        found = contacts_of(session, relation_id, asked_by=asked_by, on=None, kind_id=kind_id)
        assert [one.rank(kind_id) for one in found] == list(range(1, len(found) + 1))
        return [one.person.name for one in found]


@pytest.fixture
def claire(english: World) -> SlackPerson:
    return english.person(CLAIRE)


@pytest.mark.parametrize(
    "typed",
    [
        "Dupont type:purchases",
        "Dupont type:Achats",
        "soort:aankoop Dupont",
        "Dupont genre: Achats",
        "Dupont TYPE:PURCH",
    ],
)
def test_contacts_are_listed_by_type_in_any_language_in_their_rank(
    english: World, claire: SlackPerson, typed: str
) -> None:
    relation_id, _els = add_dupont(english)
    _add(english, relation_id, "Zoé", "Bram")
    claire.types(f"/crm contacts {typed}")
    shown = text_of(claire.waits_for_message("Contacts of Brasserie Dupont"))
    assert shown.index("1. Zoé") < shown.index("2. Bram")
    assert "Els Peeters" not in shown


def test_a_contact_is_one_line_of_the_list_and_says_nothing_of_the_relation_again(
    english: World, claire: SlackPerson
) -> None:
    relation_id, _els = add_dupont(english)
    _add(english, relation_id, "Zoé", function="Buyer", mail="zoe@dupont.example", phone="069/22.33.44")
    claire.types("/crm contacts Brasserie Dupont")
    blocks = claire.waits_for_message("Contacts of Brasserie Dupont")["blocks"]
    lines = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    assert lines == [
        "Els Peeters · els@dupont.example",
        "Zoé · Buyer · Purchases (1) · zoe@dupont.example · 069 22 33 44",
    ]


def test_a_card_plans_notes_and_edits_with_one_press(english: World, claire: SlackPerson) -> None:
    add_dupont(english)
    claire.types("/relation Els Peeters")
    card = claire.waits_for_message("els@dupont.example")
    claire.presses("New action", message=card)
    claire.waits_for_view("Action")
    assert claire.fields()["contact"] == "Els Peeters"
    claire.closes()
    claire.presses("New note", message=card)
    claire.waits_for_view("Note")
    claire.closes()
    claire.presses("Edit", message=card)
    claire.waits_for_view("Contact")
    assert claire.fields()["mail"] == "els@dupont.example"


def test_a_contact_that_was_just_made_can_be_taken_back(english: World, claire: SlackPerson) -> None:
    relation_id, _els = add_dupont(english)
    claire.types("/crm contact Dupont")
    claire.waits_for_view("Contact")
    claire.fills(name="Zoé")
    assert claire.submits() is None
    claire.presses("Undo", message=claire.waits_for_message("Zoé is a contact of Brasserie Dupont."))
    claire.waits_for_message("Zoé is no longer a contact of Brasserie Dupont.")
    assert _ranks_and_others(english, relation_id) == ["Els Peeters"]


def test_a_type_that_is_none_is_answered_with_those_there_are(english: World, claire: SlackPerson) -> None:
    add_dupont(english)
    claire.types("/crm contacten Dupont soort:boss")
    said = text_of(claire.waits_for_message("“boss” is none of these"))
    assert "Accounts payable" in said


def test_up_and_down_move_a_contact_and_shift_the_others(english: World, claire: SlackPerson) -> None:
    relation_id, _els = add_dupont(english)
    _add(english, relation_id, "A", "B", "C")
    claire.types("/crm contacts Dupont type:purchases")
    listed = claire.waits_for_message("3. C")
    claire.presses("Down", message=listed)
    claire.waits_for_message("1. B")
    assert _ranks(english, relation_id) == ["B", "A", "C"]
    claire.presses("Up", message=claire.waits_for_message("1. B"))
    assert _ranks(english, relation_id) == ["B", "A", "C"], "nobody comes before the first"


def test_a_hundred_contacts_come_page_by_page(english: World, claire: SlackPerson) -> None:
    relation_id, _els = add_dupont(english)
    _add(english, relation_id, *(f"P{number:03}" for number in range(99)), kind_ids=[])
    claire.types("/crm contacts Dupont")
    claire.presses("Next", message=claire.waits_for_message("1 to 8 of 100"))
    second = claire.waits_for_message("9 to 16 of 100")
    assert "P008" in text_of(second)
    claire.presses("Back", message=second)
    claire.waits_for_message("1 to 8 of 100")


def test_contacts_are_filtered_by_group_and_by_the_menu(english: World, claire: SlackPerson) -> None:
    relation_id, _els = add_dupont(english)
    with english.office.book.writing() as session:
        row = Grouping(key="wishes", label_en="Year’s wishes", label_fr="Vœux", label_nl="Wensen")
        session.add(row)
        session.flush()
        wishes = row.id
    _add(english, relation_id, "Zoé", details=Details(grouping_ids=[wishes]))
    claire.types("/crm contacts Dupont groupe:voeux")
    shown = claire.waits_for_message("Year’s wishes")
    assert ("Zoé" in text_of(shown), "Els" in text_of(shown)) == (True, False)
    claire.picks("contact/list/filter", "Everybody", message=shown)
    claire.waits_for_message("els@dupont.example")


def test_who_left_is_folded_away_under_past_contacts(english: World, claire: SlackPerson) -> None:
    relation_id, els = add_dupont(english)
    _add(english, relation_id, "Bram")
    with english.office.book.writing() as session:
        yesterday = english.office.now().date() - timedelta(days=2)
        end_contact(session, els, by=english.collaborator(CLAIRE), on=yesterday, now=english.office.now())
    claire.types("/crm contacts Dupont")
    shown = claire.waits_for_message("Past contacts (1)")
    assert "Els Peeters" not in text_of(shown)
    claire.presses("Past contacts (1)", message=shown)
    past = claire.waits_for_message("Past contacts of Brasserie Dupont")
    assert "Els Peeters" in text_of(past)
    assert "Bram" not in text_of(past)
    _chooses_of_more(claire, past, "Is still there")
    wait_until(lambda: "Els Peeters" in _ranks_and_others(english, relation_id))


def _ranks_and_others(world: World, relation_id: int) -> list[str]:
    with world.office.book.reading() as session:
        today = world.office.now().date()
        found = contacts_of(session, relation_id, asked_by=world.collaborator(CLAIRE), on=today)
        return [one.person.name for one in found]


def test_the_contacts_button_of_a_relations_card_lists_its_contacts(english: World, claire: SlackPerson) -> None:
    add_dupont(english)
    claire.types("/relation Brasserie Dupont")
    claire.presses("Contacts", message=claire.waits_for_message("New action"))
    shown = text_of(claire.waits_for_message("Contacts of Brasserie Dupont"))
    assert "els@dupont.example" in shown


# The form


def test_a_rank_field_appears_for_each_ticked_kind_and_moving_one_shifts_the_others(
    english: World, claire: SlackPerson
) -> None:
    relation_id, _els = add_dupont(english)
    _add(english, relation_id, "A", "B")
    claire.types("/crm contact Dupont")
    claire.waits_for_view("Contact")
    claire.fills(name="New", kinds=["Purchases", "Accounts payable"])
    claire.waits_for_view("Contact", containing="Rank for Purchases")
    kind_id = _kind_id(english, "purchases")
    claire.fills(**{f"ranks.{kind_id}": "0"})
    assert claire.submits() == {f"ranks.{kind_id}": "Please enter a number of at least 1."}
    claire.fills(**{f"ranks.{kind_id}": "1"})
    assert claire.submits() is None
    card = claire.waits_for_message("Purchases (1) and Accounts payable (1)")
    assert _ranks(english, relation_id) == ["New", "A", "B"]
    claire.presses("Edit", message=card)
    claire.waits_for_view("Contact", containing="Rank for Accounts payable")
    claire.fills(kinds=["Accounts payable"])
    wait_until(lambda: "Rank for Purchases" not in text_of(claire.view))
    assert claire.submits() is None
    claire.waits_for_message("New is changed.")
    assert _ranks(english, relation_id) == ["A", "B"]


def test_more_kinds_than_ten_are_a_menu_and_none_of_them_is_lost(english: World, claire: SlackPerson) -> None:
    with english.office.book.writing() as session:
        for number in range(12):
            label = f"Kind {number}"
            session.add(
                ContactKind(key=f"k{number}", label_en=label, label_fr=label, label_nl=label, position=50 + number)
            )
        session.flush()
        late = line_with_key(session, ContactKind, "k11")
        late_id = late.id
    relation_id, _els = add_dupont(english)
    _add(english, relation_id, "Aad", kind="k11")
    with english.office.book.writing() as session:
        session.get_one(ContactKind, late_id).retired_at = english.office.now()
    claire.types("/crm contacts Dupont")
    claire.chooses("Edit", message=claire.waits_for_message("Kind 11 (1)"))
    claire.waits_for_view("Contact")
    claire.fills(kinds=["Kind 11", "Kind 10", "Purchases"])
    claire.waits_for_view("Contact", containing="Rank for Kind 10")
    claire.closes()
    claire.chooses("Edit", message=claire.waits_for_message("Kind 11 (1)"))
    claire.waits_for_view("Contact")
    claire.fills(function="Buyer")
    assert claire.submits() is None
    claire.waits_for_message("Aad is changed.")
    assert claire.last_message()["text"] == "Aad is changed."
    assert "Kind 11 (1)" in text_of(claire.last_message()), "a retired kind stays with whom it is ticked"


def _kind_id(world: World, key: str) -> int:
    with world.office.book.reading() as session:
        return line_with_key(session, ContactKind, key).id


def test_a_rank_that_nobody_touched_stays_where_a_colleague_moved_it(english: World, claire: SlackPerson) -> None:
    relation_id, _els = add_dupont(english)
    first, _second = _add(english, relation_id, "A", "B")
    claire.types("/crm contacts Dupont type:purchases")
    claire.chooses("Edit", message=claire.waits_for_message("1. A"))
    claire.waits_for_view("Contact", containing="Rank for Purchases")
    _move_last(english, first)
    claire.fills(function="Buyer")
    assert claire.submits() is None
    claire.waits_for_message("A is changed.")
    assert _ranks(english, relation_id) == ["B", "A"]


def _move_last(world: World, contact_id: int) -> None:
    with world.office.book.writing() as session:
        kind_id = line_with_key(session, ContactKind, "purchases").id
        rank_contact(session, contact_id, by=world.collaborator(CLAIRE), kind_id=kind_id, rank=9)


def test_a_name_is_enough_and_the_rest_stands_behind_more(english: World, claire: SlackPerson) -> None:
    _relation_id, _els = add_dupont(english)
    claire.types("/crm contact Dupont")
    first = claire.waits_for_view("Contact")
    assert "Birthday" not in text_of(first)
    claire.fills(name="Zoé", mail="zoe@dupont.example")
    claire.presses("More…")
    more = claire.waits_for_view("Contact", containing="Birthday")
    assert "From Brasserie Dupont where left empty: Rue du Moulin 12, 7500 Tournai" in text_of(more)
    assert claire.fields()["mail"] == "zoe@dupont.example", "what was typed stays"
    claire.fills(birthday="31/2")
    assert claire.submits() == {"birthday": "There is no day 31 in that month: it has 29."}
    claire.fills(birthday="12 mars 1975", website="zoe.example", town="Gent")
    assert claire.submits() is None
    card = text_of(claire.waits_for_message("Zoé is a contact of Brasserie Dupont."))
    assert "birthday 12 March" in card
    assert "1975" not in card, "the office shows day and month"
    assert "zoe@dupont.example · Gent · zoe.example" in card


def test_the_card_shows_what_comes_from_the_relation_and_the_other_places(english: World, claire: SlackPerson) -> None:
    _relation_id, els = add_dupont(english)
    with english.office.book.writing() as session:
        by, now = english.collaborator(CLAIRE), english.office.now()
        durand = add_relation(session, by=by, now=now, name="Durand")
        person_id = session.get_one(Contact, els).person_id
        add_contact(session, by=by, now=now, relation_id=durand.id, person_id=person_id)
    claire.types("/crm contacts Brasserie Dupont")
    claire.chooses("Show everything", message=claire.waits_for_message("Contacts of Brasserie Dupont"))
    shown = text_of(claire.waits_for_message("from Brasserie Dupont: Rue du Moulin 12, 7500 Tournai"))
    assert "also at Durand" in shown


# Copying, leaving


def test_a_contact_copied_into_another_relation_stays_one_person(english: World, claire: SlackPerson) -> None:
    _relation_id, els = add_dupont(english)
    with english.office.book.writing() as session:
        add_relation(session, by=english.collaborator(CLAIRE), now=english.office.now(), name="Durand")
    for answer in (None, {"relation": "Els Peeters is a contact of Durand already."}):
        claire.types("/crm contacts Brasserie Dupont")
        _chooses_of_more(claire, claire.waits_for_message("els@dupont.example"), "Copy into…")
        claire.waits_for_view("Copy into")
        claire.fills(relation=("Durand", "Durand"), mail="els@durand.example")
        assert claire.submits() == answer
    with english.office.book.reading() as session:
        person_id = session.get_one(Contact, els).person_id
        found = places_of(session, person_id, asked_by=english.collaborator(CLAIRE), on=None)
        assert [one.relation.name for one in found] == ["Brasserie Dupont", "Durand"]
        assert len(session.scalars(select(Relation).where(Relation.name == "Els Peeters")).all()) == 1


def test_a_contact_copied_without_an_address_shows_the_persons_own_at_the_new_place(
    english: World, claire: SlackPerson
) -> None:
    add_dupont(english)
    with english.office.book.writing() as session:
        add_relation(session, by=english.collaborator(CLAIRE), now=english.office.now(), name="Durand")
    claire.types("/crm contacts Brasserie Dupont")
    _chooses_of_more(claire, claire.waits_for_message("els@dupont.example"), "Copy into…")
    claire.waits_for_view("Copy into")
    claire.fills(relation=("Durand", "Durand"))
    assert claire.submits() is None
    card = claire.waits_for_message("Els Peeters is a contact of Durand too, and stays one of Brasserie Dupont.")
    assert "els@dupont.example" in text_of(card)


def test_leaving_asks_the_last_day_and_shows_what_is_still_under_way(english: World, claire: SlackPerson) -> None:
    relation_id, els = add_dupont(english)
    add_action(english, english.collaborator(CLAIRE), relation_id, "Prices 2030", contact_id=els)
    _prepare_mailing(english, els)
    claire.types("/crm contacts Brasserie Dupont")
    claire.chooses("Edit", message=claire.waits_for_message("els@dupont.example"))
    claire.waits_for_view("Contact")
    claire.fills(kinds=["Purchases"])
    claire.waits_for_view("Contact", containing="Rank for Purchases")
    assert claire.submits() is None
    _add(english, relation_id, "Bram")
    _chooses_of_more(claire, claire.waits_for_message("Els Peeters is changed."), "No longer works there")
    said = text_of(claire.waits_for_view("No longer works there", containing="Still there"))
    assert "1 action to come, 1 mailing under way and first for Purchases" in said
    assert claire.submits() is None
    left = claire.waits_for_message("last day at Brasserie Dupont: today")
    assert "Prices 2030" in text_of(left)
    claire.presses("Put Bram first", message=left)
    claire.waits_for_message("Bram is first for Purchases now.")
    assert _ranks(english, relation_id) == ["Bram", "Els Peeters"]
    claire.presses("Leave out", message=left)
    out = claire.waits_for_message("“Spring” goes out without Els Peeters.")
    with english.office.book.reading() as session:
        assert session.query(Delivery).one().skipped_because is SkipReason.LEFT
    claire.presses("Undo", message=out)
    claire.waits_for_message("“Spring” goes to Els Peeters again.")
    claire.presses("Undo", message=left)
    wait_until(lambda: _until(english, els) is None)


def _until(world: World, contact_id: int) -> object:
    with world.office.book.reading() as session:
        return session.get_one(Contact, contact_id).until_on


def _prepare_mailing(world: World, contact_id: int) -> None:
    row = world.collaborator(CLAIRE)
    bind_mailbox_of(world, row)
    with world.office.book.writing() as session:
        mailbox = mailbox_of(session, row.id)
        assert mailbox is not None
        prepare_mailing(
            session, by=row, name="Spring", topic_id=None, mailbox_id=mailbox.id, mode=MailingMode.DIRECT, delay_s=0,
            texts={"fr": ("Nouvelles", "Bonjour")}, contact_ids=[contact_id], now=world.office.now(),
        )  # fmt: skip


def test_the_action_form_says_why_the_second_in_rank_is_filled_in(english: World, claire: SlackPerson) -> None:
    relation_id, _els = add_dupont(english)
    _add(english, relation_id, "Zoé", mail="zoe@dupont.example")
    _add(english, relation_id, "Bram")
    with english.office.book.writing() as session:
        suppress(session, "zoe@dupont.example", reason=SuppressionReason.BOUNCED, now=english.office.now())
    claire.types("/crm visit Brasserie Dupont")
    claire.waits_for_view("Action", containing="Mails to Zoé come back. Bram, no. 2, is filled in.")
    assert claire.fields()["contact"] == "Bram"


def test_home_shows_the_birthdays_of_the_week_at_ones_own_files(english: World, claire: SlackPerson) -> None:
    relation_id, _els = add_dupont(english)
    today = english.office.now().date()
    for name, days in (("Zoé", 0), ("Bram", 3), ("Later", 20)):
        day = today + timedelta(days=days)
        _add(english, relation_id, name, details=Details(birthday=f"{day.day}/{day.month}/1980"))
    claire.opens_home()
    shown = text_of(claire.waits_for_home("Birthdays"))
    assert "Today: Zoé — Brasserie Dupont" in shown
    assert ("Bram" in shown, "Later" in shown, "1980" in shown) == (True, False, False)


def test_a_mailing_goes_to_everybody_of_a_group(english: World, claire: SlackPerson) -> None:
    relation_id, els = add_dupont(english)
    bind_mailbox_of(english, english.collaborator(CLAIRE))
    with english.office.book.writing() as session:
        wishes = session.scalars(select(Grouping).order_by(Grouping.position)).first()
        assert wishes is not None
        wishes_id, label = wishes.id, wishes.label_en
    ids = _add(english, relation_id, "Zoé", "Bram", mail="", details=Details(grouping_ids=[wishes_id]))
    claire.types("/mailing")
    claire.presses("+ New mailing")
    claire.waits_for_view("Mailing")
    claire.fills(name="Wishes", audience=f"The group {label}", subject_en="Wishes", body_en="All the best")
    assert claire.submits() is None
    claire.waits_for_message("Wishes is ready.")
    with english.office.book.reading() as session:
        assert set(session.scalars(select(Delivery.contact_id))) == set(ids)
        assert els not in ids
