"""The relations of a relation, in Slack: the overview, adding, correcting, ending, and paths."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import wait_until
from world import BRAM, CLAIRE, EMMA, World

from store.domain import line_with_key
from store.links import LinkType, add_link, links_of
from store.relations import RelationKind, add_relation


@pytest.fixture
def book_of_four(world: World) -> dict[str, int]:
    """Acme, Bolt and Cool are companies, Els a person; Acme is the parent company of Bolt."""
    claire = world.collaborator(CLAIRE)
    with world.office.book.writing() as session:
        kinds = dict.fromkeys(("Acme", "Bolt", "Cool"), RelationKind.COMPANY) | {"Els": RelationKind.PERSON}
        ids = {
            name: add_relation(session, by=claire, now=world.office.now(), name=name, kind=kind).id
            for name, kind in kinds.items()
        }
    _link(world, ids, "Acme", "parent_company", "Bolt")
    return ids


def _link(world: World, ids: dict[str, int], source: str, key: str, target: str, **more: object) -> None:
    with world.office.book.writing() as session:
        type_id = line_with_key(session, LinkType, key).id
        by = world.collaborator(CLAIRE)
        add_link(session, by=by, source_id=ids[source], target_id=ids[target], type_id=type_id, **more)


def _ends(world: World, relation_id: int, on: date | None = None) -> list[tuple[str, str, date | None]]:
    with world.office.book.reading() as session:
        groups = links_of(session, relation_id, asked_by=world.collaborator(CLAIRE), on=on)
        return [(group.label("en"), end.other.name, end.link.until_on) for group in groups for end in group.ends]


def _opens_new(person: SlackPerson) -> None:
    person.presses("+ New link")
    person.waits_for_view("Link")


def test_the_overview_is_typed_and_shows_both_directions_in_ones_own_language(
    world: World, book_of_four: dict[str, int]
) -> None:
    _link(world, book_of_four, "Els", "director", "Bolt")
    for who, command, subsidiary, director in (
        (EMMA, "/crm relations Bolt", "Subsidiary of", "Has as director"),
        (CLAIRE, "/crm relations Bolt", "Filiale de", "A pour administrateur"),
        (BRAM, "/crm relaties Bolt", "Dochteronderneming van", "Heeft als bestuurder"),
    ):
        person = world.person(who)
        person.types(command)
        shown = text_of(person.waits_for_message(subsidiary))
        assert "• Acme" in shown
        assert director in shown
        assert "• Els" in shown


def test_a_link_is_added_with_plus_and_a_person_who_was_not_found_is_made_on_the_way(
    english: World, book_of_four: dict[str, int]
) -> None:
    emma = english.person(EMMA)
    emma.types("/crm relations Acme")
    emma.waits_for_message("Parent company of")
    _opens_new(emma)
    emma.fills(type="Shareholder of")
    emma.fills(other=("Dunlop", "+ New relation “Dunlop”"))
    emma.waits_for_view("Relation")
    assert emma.fields()["name"] == "Dunlop"
    assert emma.submits() is None
    emma.waits_for_view("Link")
    assert emma.submits() is None
    emma.waits_for_message("Linked: Acme → shareholder of → Dunlop.")
    assert _ends(english, book_of_four["Acme"]) == [
        ("Parent company of", "Bolt", None),
        ("Shareholder of", "Dunlop", None),
    ]


def test_a_link_that_stands_there_already_or_makes_a_circle_is_refused_at_its_field(
    english: World, book_of_four: dict[str, int]
) -> None:
    emma = english.person(EMMA)
    emma.types("/crm relations Bolt")
    emma.waits_for_message("Subsidiary of")
    _opens_new(emma)
    emma.fills(type="Subsidiary of", other="Acme")
    assert emma.submits() == {"type": "Acme and Bolt are linked in this way already."}
    emma.fills(type="Parent company of")
    assert emma.submits() == {"type": "Bolt would stand above itself: Bolt → Acme → Bolt."}


def test_only_the_types_that_may_join_the_two_are_offered_and_one_that_fits_no_more_is_told(
    english: World, book_of_four: dict[str, int]
) -> None:
    emma = english.person(EMMA)
    emma.types("/crm relations Acme")
    emma.waits_for_message("Parent company of")
    _opens_new(emma)
    assert not {"Spouse of", "Employed by"} & _offered(emma), "Acme is a company"
    assert {"Parent company of", "Employer of"} <= _offered(emma)
    emma.fills(type="Parent company of")
    emma.fills(other="Els")
    emma.waits_for_view("Link", containing="“Parent company of” is not said of these two. Choose another above.")
    assert emma.submits() == {"type": "“Subsidiary of” is not said of a person, and Els is one."}
    assert "Subsidiary of" not in _offered(emma)
    emma.fills(type="Employer of")
    assert emma.submits() is None
    emma.waits_for_message("Linked: Acme → employer of → Els.")


def test_a_link_that_was_just_made_can_be_taken_back(english: World, book_of_four: dict[str, int]) -> None:
    emma = english.person(EMMA)
    emma.types("/crm relations Acme")
    emma.waits_for_message("Parent company of")
    _opens_new(emma)
    emma.fills(type="Has as shareholder")
    emma.fills(other="Bolt")
    assert emma.submits() is None
    saved = emma.waits_for_message("Linked: Acme → has as shareholder → Bolt.")
    emma.presses("Undo", message=saved)
    emma.waits_for_message("are no longer linked, as if they never were.")
    assert _ends(english, book_of_four["Acme"]) == [("Parent company of", "Bolt", None)]


def _offered(person: SlackPerson) -> set[str]:
    element = next(block["element"] for block in person.view["blocks"] if block["block_id"].partition("~")[0] == "type")
    return {option["text"]["text"] for option in element["options"]}


def test_a_second_employer_offers_to_end_the_former_on_the_day_before(
    english: World, book_of_four: dict[str, int]
) -> None:
    _link(english, book_of_four, "Acme", "employer", "Els", since_on=date(2020, 1, 1))
    emma = english.person(EMMA)
    emma.types("/crm relations Els")
    emma.waits_for_message("Employed by")
    _opens_new(emma)
    emma.fills(type="Employed by", other="Bolt", since="2026-03-01")
    assert emma.submits() is None
    emma.waits_for_view("Link", containing="Els is linked in this way to Acme, and only one at a time is possible.")
    emma.fills(ends_former=True)
    assert emma.submits() is None
    emma.waits_for_message("Linked: Els → employed by → Bolt.")
    assert _ends(english, book_of_four["Els"]) == [
        ("Employed by", "Acme", date(2026, 2, 28)),
        ("Employed by", "Bolt", None),
    ]


def test_a_link_is_corrected_and_turned_round_from_its_menu(english: World, book_of_four: dict[str, int]) -> None:
    emma = english.person(EMMA)
    emma.types("/crm relations Acme")
    emma.chooses("Edit", message=emma.waits_for_message("Parent company of"))
    emma.waits_for_view("Link", containing="What Acme is to Bolt")
    emma.fills(type="Subsidiary of", since="2020-01-01", notes="60 % of the shares\nsince 2020")
    assert emma.submits() is None
    shown = text_of(emma.waits_for_message("The link between Bolt and Acme is corrected."))
    assert "60 % of the shares" in shown
    assert _ends(english, book_of_four["Acme"]) == [("Subsidiary of", "Bolt", None)]


def test_two_editors_of_a_link_lose_nothing_that_they_typed(english: World, book_of_four: dict[str, int]) -> None:
    emma, other = english.person(EMMA), english.person(BRAM)
    emma.types("/crm relations Acme")
    emma.chooses("Edit", message=emma.waits_for_message("Parent company of"))
    emma.waits_for_view("Link")
    other.types("/crm relaties Acme")
    other.chooses("Edit", message=other.waits_for_message("Parent company of"))
    other.waits_for_view()
    other.fills(since="2020-01-01")
    assert other.submits() is None
    other.waits_for_message("Acme")
    emma.fills(notes="By Emma")
    assert emma.submits() is None
    emma.waits_for_view("Link", containing="Taken over: Since.")
    assert emma.fields()["since"] == "2020-01-01"
    assert emma.fields()["notes"] == "By Emma"
    assert emma.submits() is None
    emma.waits_for_message("is corrected.")


def test_a_link_ends_on_a_day_is_folded_then_and_the_list_can_be_asked_as_of_a_day(
    english: World, book_of_four: dict[str, int]
) -> None:
    yesterday = english.office.now().date() - timedelta(days=2)
    emma = english.person(EMMA)
    emma.types("/crm relations Acme")
    emma.chooses("End", message=emma.waits_for_message("Parent company of"))
    emma.waits_for_view("End this link")
    emma.fills(until=yesterday.isoformat())
    assert emma.submits() is None
    ended = emma.waits_for_message("Acme and Bolt: until")
    assert _ends(english, book_of_four["Acme"]) == [("Parent company of", "Bolt", yesterday)]
    emma.types("/crm relations Acme")
    folded = emma.waits_for_message("1 past link: show")
    assert "• Bolt" not in text_of(folded)
    emma.presses("1 past link: show", message=folded)
    emma.waits_for_message("• Bolt (until")
    emma.picks("link/as_of", yesterday.isoformat())
    emma.waits_for_message("— as of")
    emma.presses("Undo", message=ended)
    wait_until(lambda: _ends(english, book_of_four["Acme"]) == [("Parent company of", "Bolt", None)])


def test_a_link_entered_by_mistake_is_deleted_and_taken_back(english: World, book_of_four: dict[str, int]) -> None:
    emma = english.person(EMMA)
    emma.types("/crm relations Acme")
    emma.chooses("Entered by mistake: delete", message=emma.waits_for_message("Parent company of"))
    gone = emma.waits_for_message("are no longer linked, as if they never were")
    assert _ends(english, book_of_four["Acme"]) == []
    emma.presses("Undo", message=gone)
    wait_until(lambda: bool(_ends(english, book_of_four["Acme"])))


def test_a_long_list_of_links_is_filtered_by_what_is_typed(english: World, book_of_four: dict[str, int]) -> None:
    claire = english.collaborator(CLAIRE)
    with english.office.book.writing() as session:
        type_id = line_with_key(session, LinkType, "supplier").id
        for number in range(22):
            new = add_relation(session, by=claire, now=english.office.now(), name=f"Winery {number:02}")
            add_link(session, by=claire, source_id=book_of_four["Cool"], target_id=new.id, type_id=type_id)
    emma = english.person(EMMA)
    emma.types("/crm relations Cool")
    shown = emma.waits_for_message("There are more")
    assert "• Winery 19" in text_of(shown)
    assert "Winery 21" not in text_of(shown)
    emma.presses("Filter", message=shown)
    emma.waits_for_view("Links")
    emma.fills(others="21")
    assert emma.submits() is None
    emma.waits_for_message("• Winery 21")
    emma.types("/crm relations Cool, winery 20")
    emma.waits_for_message("• Winery 20")


def test_the_card_names_the_group(english: World, book_of_four: dict[str, int]) -> None:
    emma = english.person(EMMA)
    emma.types("/crm Bolt")
    emma.waits_for_message("Belongs to the group of Acme")
    emma.types("/crm Acme")
    emma.waits_for_message("Heads a group of 1 other")


def test_a_path_is_told_in_words_of_ones_own_language(world: World, book_of_four: dict[str, int]) -> None:
    _link(world, book_of_four, "Els", "director", "Bolt")
    for who, command, words in (
        (EMMA, "/crm path Acme Els", "Acme → parent company of → Bolt → has as director → Els"),
        (CLAIRE, "/crm chemin Acme, Els", "Acme → société mère de → Bolt → a pour administrateur → Els"),
        (BRAM, "/crm pad Acme > Els", "Acme → moedermaatschappij van → Bolt → heeft als bestuurder → Els"),
    ):
        person = world.person(who)
        person.types(command)
        person.waits_for_message(words)


def test_a_path_between_names_typed_in_part_keeps_what_was_typed(english: World, book_of_four: dict[str, int]) -> None:
    emma = english.person(EMMA)
    emma.types("/crm path Acm Nobody at all")
    emma.waits_for_view("How are they connected?", containing="Nothing in the book is called “Nobody at all”.")
    assert emma.fields()["one"] == "Acme"
    emma.closes()
    emma.types("/crm path Bol")
    emma.waits_for_view("How are they connected?")
    assert emma.fields()["one"] == "Bolt"


def test_a_path_between_names_that_fit_several_is_asked_in_a_form(english: World, book_of_four: dict[str, int]) -> None:
    claire = english.collaborator(CLAIRE)
    with english.office.book.writing() as session:
        add_relation(session, by=claire, now=english.office.now(), name="Acme Holding")
    emma = english.person(EMMA)
    emma.types("/crm path Acme, Cool")
    emma.waits_for_view("How are they connected?")
    assert emma.fields()["other"] == "Cool"
    assert "“Acme” may be several" in text_of(emma.view)
    assert emma.searches("one", "") == ["Acme", "Acme Holding"], "offered before anything is typed"
    assert all(not label.startswith("+ New") for label in emma.searches("one", "Acm"))
    emma.fills(one=("Cool", "Cool"))
    assert emma.submits() == {"other": "Choose somebody else than above."}
    emma.fills(one=("Acme Holding", "Acme Holding"))
    assert emma.submits() is None
    emma.waits_for_message("No chain of at most six links leads from Acme Holding to Cool.")
