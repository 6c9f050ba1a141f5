"""One line behind a command, in a direct message, or in a channel that mentions Rapport, through the real app."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from slack_person import text_of
from slack_stories import add_action, add_dupont, count, only_action
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, OTTO, World

from integrations.playground.slack.people import Person
from store.actions import Action, Meaning
from store.collaborators import Collaborator, Scope
from store.contacts import add_contact
from store.series import ActionSeries, Every, Recurrence


def tomorrow(world: World) -> date:
    return world.office.now().date() + timedelta(days=1)


@pytest.mark.parametrize(
    ("who", "line", "title", "kind"),
    [
        (CLAIRE, "/action visite Dupont demain 14h avec Els: prix 2027", "Action", "Visite"),
        (BRAM, "/action bezoek Dupont morgen 14u met Els: prijzen 2027", "Actie", "Bezoek"),
        (EMMA, "/action visit Dupont tomorrow 2pm with Els: prices 2027", "Action", "Visit"),
    ],
)
def test_one_line_opens_the_filled_form_in_three_languages(
    world: World, who: Person, line: str, title: str, kind: str
) -> None:
    add_dupont(world)
    person = world.person(who)
    assert person.types(line) is None
    person.waits_for_view(title, containing="Brasserie Dupont")
    fields = person.fields()
    assert fields["relation"] == "Brasserie Dupont"
    assert (fields["type"], fields["contact"]) == (kind, "Els Peeters")
    assert (fields["on"], fields["starts"]) == (str(tomorrow(world)), "14:00")
    assert fields["subject"] == line.partition(": ")[2]
    assert person.submits() is None
    person.waits_for_message("Brasserie Dupont")
    assert person.problems == []


def test_the_subcommand_of_a_type_reads_the_line_too(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/crm call Dupont tomorrow 10am for 20 minutes: invoice 118")
    claire.waits_for_view("Action", containing="Brasserie Dupont")
    fields = claire.fields()
    assert (fields["type"], fields["subject"]) == ("Phone call", "invoice 118")
    assert (fields["starts"], fields["ends"]) == ("10:00", "10:20")


def test_a_name_that_several_have_is_asked_with_those_who_have_it(english: World) -> None:
    add_dupont(english)
    add_dupont(english, name="Cave Dupont")
    claire = english.person(CLAIRE)
    claire.types("/action visit Dupont tomorrow 2pm: prices")
    claire.waits_for_view("Action", containing="“Dupont” may be Brasserie Dupont or Cave Dupont: choose the relation.")
    assert claire.fields()["relation"] is None
    assert {"Brasserie Dupont", "Cave Dupont"} <= set(claire.searches("relation", ""))
    assert set(claire.submits() or {}) == {"relation"}
    claire.fills(relation="Cave Dupont")
    claire.waits_for_view("Action", containing="Representative")
    fields = claire.fields()
    assert (fields["on"], fields["starts"], fields["subject"]) == (str(tomorrow(english)), "14:00", "prices")


def test_of_two_namesakes_the_one_is_meant_where_the_whole_name_is_known(english: World) -> None:
    """Both have an Els: her other name tells."""
    add_dupont(english)
    relation_id, _els_id = add_dupont(english, name="Cave Dupont")
    by, now = english.collaborator(CLAIRE), english.office.now()
    with english.office.book.writing() as session:
        add_contact(session, by=by, now=now, relation_id=relation_id, name="Els Mârtens", mail="m@dupont.example")
    claire = english.person(CLAIRE)
    claire.types("/action visit Dupont tomorrow with els martens")
    claire.waits_for_view("Action", containing="Representative")
    assert (claire.fields()["relation"], claire.fields()["contact"]) == ("Cave Dupont", "Els Mârtens")


def test_a_name_that_nobody_has_can_be_added_from_the_form(english: World) -> None:
    claire = english.person(CLAIRE)
    claire.types("/action visit Xyzzy tomorrow 2pm")
    claire.waits_for_view("Action", containing="Nothing in the book is called “Xyzzy”: choose the relation, or add it.")
    assert claire.searches("relation", "") == ["+ New relation “Xyzzy”"]


def test_a_day_or_an_hour_with_two_readings_stays_open(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/action visit Dupont next week 3h")
    view = claire.waits_for_view("Action", containing="“next week”: on which day?")
    assert "“3h” may be 15:00 or 3 h: choose the hour." in text_of(view)
    assert (claire.fields()["on"], claire.fields()["starts"]) == (None, None)
    claire.closes()
    claire.types("/action visit Dupont tomorrow 10am every month")
    claire.waits_for_view("Action", containing="“every month”: choose how often it repeats.")


def test_a_sentence_that_says_how_often_makes_a_series(english: World) -> None:
    add_dupont(english)
    claire, on = english.person(CLAIRE), tomorrow(english)
    last = on + timedelta(days=28)
    claire.types(f"visit Dupont every other {on:%A} until {last} at 10am")
    card = text_of(claire.waits_for_message("Visit · Brasserie Dupont"))
    assert f"Every 2 weeks ({on:%a}), until" in card
    claire.presses("one_line/open")
    claire.waits_for_view("Action", containing="Next dates: tomorrow, ")
    assert claire.fields()["last_on"] == str(last)
    assert claire.submits() is None
    claire.waits_for_message("↻ Every 2 weeks")
    with english.office.book.reading() as session:
        rule = session.scalars(select(ActionSeries)).one().recurrence
    assert rule == Recurrence(Every.WEEK, 2, frozenset({on.weekday()}), until_on=last)


def test_a_rule_that_was_applied_is_told(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/action bezoek Dupont morgen om half drie")
    claire.waits_for_view("Action", containing="“om half drie” was read as 14:30.")
    assert claire.fields()["starts"] == "14:30"


def test_words_that_are_not_understood_stand_in_the_form(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/action visit Dupont blue crates tomorrow with Zed red lids: prices; samples")
    view = claire.waits_for_view("Action", containing="Not understood, and kept below: ")
    assert "Nobody there is called “Zed" in text_of(view)
    typed = claire.fields()["points"] + claire.fields()["subject"]
    assert all(word in typed for word in ("blue crates", "Zed red lids", "prices", "samples"))


def test_a_visit_of_yesterday_is_logged_as_done(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/action visited Dupont yesterday 4pm: prices for 2027 agreed")
    claire.waits_for_view("Action", containing="What came out of it")
    assert claire.fields()["headline"] == "prices for 2027 agreed"
    assert claire.submits() is None
    claire.waits_for_message("prices for 2027 agreed")
    saved = only_action(english)
    assert (saved.status.meaning, saved.headline) == (Meaning.DONE, "prices for 2027 agreed")


def test_private_urgent_and_colleagues_are_filled(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/action visit Dupont tomorrow 2pm with Bram in Ghent private urgent by Friday")
    claire.waits_for_view("Action", containing="Brasserie Dupont")
    fields = claire.fields()
    assert (fields["colleagues"], fields["place"]) == (["Bram de Vries"], "Ghent")
    assert (bool(fields["is_private"]), fields["priority"]) == (True, "High")
    assert fields["deadline"] is not None


# Written to Rapport


@pytest.mark.parametrize(
    ("who", "line", "understood", "when", "button", "title"),
    [
        (
            CLAIRE,
            "visite Dupont demain 14h avec Els: prix 2027",
            "Visite · Brasserie Dupont",
            "demain, 14\u00a0h",
            "Ouvrir",
            "Action",
        ),
        (
            BRAM,
            "bezoek Dupont morgen 14u met Els: prijzen 2027",
            "Bezoek · Brasserie Dupont",
            "morgen, 14\u00a0u",
            "Open",
            "Actie",
        ),
        (
            EMMA,
            "visit Dupont tomorrow 2pm with Els: prices 2027",
            "Visit · Brasserie Dupont",
            "tomorrow, 14:00",
            "Open",
            "Action",
        ),
    ],
)
def test_a_direct_message_is_answered_with_what_was_understood_and_the_form(
    world: World, who: Person, line: str, understood: str, when: str, button: str, title: str
) -> None:
    add_dupont(world)
    person = world.person(who)
    person.types(line)
    card = text_of(person.waits_for_message(understood))
    assert when in card
    assert "Els Peeters" in card
    assert line.partition(": ")[2] in card
    assert button in card
    person.presses("one_line/open")
    person.waits_for_view(title, containing="Brasserie Dupont")
    fields = person.fields()
    assert (fields["contact"], fields["on"], fields["starts"]) == ("Els Peeters", str(tomorrow(world)), "14:00")
    assert person.problems == []


def test_a_long_message_opens_the_form_with_all_of_it(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    points = [f"point number {number} about the delivery" for number in range(80)]
    claire.types("visit Dupont tomorrow 2pm\n" + "\n".join(points))
    claire.waits_for_message("Visit · Brasserie Dupont")
    claire.presses("one_line/open")
    claire.waits_for_view("Action", containing="Brasserie Dupont")
    assert claire.fields()["points"].split("\n") == points


@pytest.mark.parametrize(
    ("who", "question", "answer"),
    [
        (EMMA, "agenda tomorrow", "Prices 2027"),
        (CLAIRE, "agenda de Claire demain", "Prices 2027"),
        (BRAM, "wat staat er morgen op de agenda van Claire?", "Prices 2027"),
        (EMMA, "history of Dupont", "Brasserie Dupont"),
        (CLAIRE, "historique Dupont", "Prices 2027"),
        (BRAM, "wie zit op Dupont", "Claire Dubois"),
        (CLAIRE, "qui est sur Dupont ?", "Claire Dubois"),
        (EMMA, "phone number of Els", "els@dupont.example"),
        (BRAM, "mailadres van Els", "els@dupont.example"),
        (EMMA, "next visit Dupont", "Prices 2027"),
        (BRAM, "volgend bezoek Dupont", "Prices 2027"),
        (CLAIRE, "prochaine visite chez Dupont", "Prices 2027"),
    ],
)
def test_questions_of_the_day_are_answered_in_three_languages(
    world: World, who: Person, question: str, answer: str
) -> None:
    relation_id, _els = add_dupont(world)
    with world.office.book.reading() as session:
        by = session.get_one(Collaborator, world.collaborator(EMMA if "agenda tom" in question else CLAIRE).id)
    add_action(world, by, relation_id, "Prices 2027", on=tomorrow(world))
    person = world.person(who)
    person.types(question)
    person.waits_for_message(answer)
    assert person.problems == []


def test_an_agenda_may_be_asked_of_a_week(english: World) -> None:
    relation_id, _els = add_dupont(english)
    claire = english.person(CLAIRE)
    today = english.office.now().date()
    add_action(english, english.collaborator(CLAIRE), relation_id, "Prices 2027", on=today + timedelta(days=7))
    claire.types("agenda next week")
    claire.waits_for_message("Prices 2027")


def test_nothing_planned_is_said_with_the_way_to_plan(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("next visit Dupont")
    claire.presses("New action", message=claire.waits_for_message("Nothing is planned at Brasserie Dupont."))
    claire.waits_for_view("Action", containing="Brasserie Dupont")


@pytest.mark.parametrize(
    ("who", "example"), [(CLAIRE, "agenda demain"), (BRAM, "agenda morgen"), (EMMA, "agenda tomorrow")]
)
def test_what_is_not_understood_is_answered_with_examples_that_work(world: World, who: Person, example: str) -> None:
    person = world.person(who)
    person.types("lorem ipsum dolor sit amet consectetur")
    person.presses("help/show", message=person.waits_for_message(example))
    person.waits_for_message("/crm")
    assert person.problems == []


def test_a_mention_is_answered_to_the_asker_alone(english: World) -> None:
    add_dupont(english)
    claire, bram = english.person(CLAIRE, "general"), english.person(BRAM, "general")
    bot = english.workspace.app.bot_user_id
    claire.types(f"<@{bot}> visit Dupont tomorrow 2pm")
    card = claire.waits_for_message("Visit · Brasserie Dupont")
    assert card["is_ephemeral"]
    claire.presses("one_line/open", message=card)
    claire.waits_for_view("Action", containing="Brasserie Dupont")
    assert not any("Brasserie Dupont" in text_of(message) for message in bram.messages())


def test_a_mention_in_a_thread_is_answered_in_the_thread(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE, "general")
    bot = english.workspace.app.bot_user_id
    claire.types("Who knows Dupont?")
    first = claire.last_message()
    claire.types(f"<@{bot}> who is on Dupont", thread=first)
    assert claire.waits_for_message("Claire Dubois")["thread_ts"] == first["ts"]


def test_a_mention_asks_for_the_rights_of_the_asker(english: World) -> None:
    add_dupont(english)
    with english.office.book.writing() as session:
        session.get_one(Collaborator, english.collaborator(BRAM).id).scope = Scope.OWN
    bram = english.person(BRAM, "general")
    bram.types(f"<@{english.workspace.app.bot_user_id}> history Dupont")
    bram.waits_for_message("Nothing in the book is called “Dupont”.")


def test_edits_and_repeats_of_a_message_are_answered_once(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE, "general")
    bot = english.workspace.app.bot_user_id
    english.workspace.faults.repeat_event("app_mention", copies=2)
    claire.types(f"<@{bot}> visit Dupont tomorrow")
    claire.waits_for_message("Visit · Brasserie Dupont")
    mine = next(message for message in claire.messages() if message.get("user") == CLAIRE.id)
    claire.edits(mine, f"<@{bot}> visit Dupont tomorrow 2pm")
    time.sleep(0.7)
    answers = [one for one in claire.messages() if "Visit · Brasserie Dupont" in text_of(one)]
    assert len(answers) == 1
    assert count(english, Action) == 0


def test_an_edited_direct_message_is_not_answered_again(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("visit Dupont tomorrow")
    claire.waits_for_message("Visit · Brasserie Dupont")
    mine = next(message for message in claire.messages() if message["text"] == "visit Dupont tomorrow")
    claire.edits(mine, "call Dupont tomorrow")
    time.sleep(0.7)
    assert not any("Phone call" in text_of(message) for message in claire.messages())


def test_crm_reads_a_sentence_with_a_day_and_searches_for_any_other(english: World) -> None:
    add_dupont(english)
    add_dupont(english, name="Lunch Garden")
    claire = english.person(CLAIRE)
    claire.types("/crm call Dupont tomorrow 2pm")
    claire.waits_for_view("Action", containing="Brasserie Dupont")
    claire.closes()
    claire.types("/crm bel Dupont morgen 14u")
    claire.waits_for_view("Action", containing="Brasserie Dupont")
    assert claire.fields()["type"] == "Phone call"
    claire.closes()
    claire.types("/crm Lunch Garden")
    claire.waits_for_message("Contacts: Els Peeters")


def test_a_name_alone_is_looked_up_in_a_message_too(english: World) -> None:
    add_dupont(english, name="Lunch Garden")
    add_dupont(english, name="Vrijdag BV")
    claire = english.person(CLAIRE)
    claire.types("Lunch Garden")
    claire.waits_for_message("Lunch Garden")
    claire.types("Vrijdag")
    assert "Contacts: Els Peeters" in text_of(claire.waits_for_message("Vrijdag BV"))


def test_an_outsider_who_mentions_rapport_reads_nothing_of_the_book(english: World) -> None:
    add_dupont(english)
    otto = english.person(OTTO, "with-partners")
    otto.types(f"<@{english.workspace.app.bot_user_id}> history Dupont")
    answer = otto.waits_for_message("Ce canal est partagé avec des personnes extérieures au bureau")
    assert answer["is_ephemeral"]
    assert not any("Brasserie" in text_of(message) for message in otto.messages())


def test_somebody_with_their_own_files_only_is_offered_no_other(english: World) -> None:
    add_dupont(english)
    with english.office.book.writing() as session:
        session.get_one(Collaborator, english.collaborator(BRAM).id).scope = Scope.OWN
    bram = english.person(BRAM)
    bram.types("/action visit Dupont tomorrow 2pm with Els")
    bram.waits_for_view("Action", containing="Nothing in the book is called “Dupont”")
    assert bram.searches("relation", "") == ["+ New relation “Dupont”"]
