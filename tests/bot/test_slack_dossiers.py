"""Dossiers in Slack: listing, making one while planning, closing instead of deleting, and channels about one."""

from __future__ import annotations

from datetime import date

from slack_person import SlackPerson, text_of
from slack_stories import add_action, add_dupont, only_action, wait_until
from sqlalchemy import select
from world import BRAM, CLAIRE, EMMA, World

from bot.slack.notices import send_notice
from store.actions import Action
from store.administration import set_rights
from store.collaborators import Role, Scope
from store.dossiers import Dossier, DossierFacts, TagIgnored, open_dossier
from store.filing import Filing
from store.relations import add_relation


def _dossiers(world: World) -> list[Dossier]:
    with world.office.book.reading() as session:
        return list(session.scalars(select(Dossier).order_by(Dossier.id)))


def _opened(world: World, relation_id: int | None, *names: str) -> list[str]:
    """References."""
    with world.office.book.writing() as session:
        by, now = world.collaborator(CLAIRE), world.office.now()
        made = [
            open_dossier(session, by=by, relation_id=relation_id, facts=DossierFacts(name), now=now) for name in names
        ]
        return [one.reference for one in made]


def _put_in(world: World, action_id: int, reference: str) -> None:
    with world.office.book.writing() as session:
        session.get_one(Action, action_id).dossier_id = int(reference.split("-")[1])


def _answer(claire: SlackPerson, line: str) -> str:
    """What a command answers, as text."""
    before = len(claire.messages())
    claire.types(line)
    wait_until(lambda: len(claire.messages()) > before)
    return text_of(claire.last_message())


def _plans(claire: SlackPerson, line: str = "/action Dupont") -> None:
    claire.types(line)
    claire.waits_for_view("Action")


def test_dossiers_are_listed_a_relations_own_before_the_general_ones(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _opened(english, None, "Fairs")
    _opened(english, relation_id, "Cellar *2027*")
    claire = english.person(CLAIRE)
    claire.types("/crm dossiers Dupont")
    shown = text_of(claire.waits_for_message("Dossiers: Brasserie Dupont"))
    assert shown.index("Cellar *2027*") < shown.index("Fairs — General")
    claire.types("/relation Dupont")
    claire.chooses("Dossiers", message=claire.waits_for_message("New action"))
    claire.waits_for_message("Dossiers: Brasserie Dupont")
    claire.types("/crm agenda")
    claire.presses("Dossiers", message=claire.waits_for_message("+ New action"))
    shown = text_of(claire.waits_for_message("Fairs — General"))
    assert "Cellar *2027* — Brasserie Dupont" in shown, "all of them when no relation is meant"


def test_a_dossier_is_made_from_the_list_changed_and_found_by_its_reference(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/crm dossiers Dupont")
    claire.presses("+ New dossier", message=claire.waits_for_message("No open dossier yet"))
    claire.waits_for_view("Dossier")
    assert claire.fields()["relation"] == "Brasserie Dupont"
    claire.fills(name="Cellar 2027", note="Two <rooms>")
    assert claire.submits() is None
    (made,) = _dossiers(english)
    card = claire.waits_for_message(f"Dossier {made.reference} is open.")
    assert "Two <rooms>" in text_of(card), "as typed"
    claire.presses("Edit", message=card)
    claire.waits_for_view("Dossier")
    assert "relation" not in claire.fields(), "whose it is, is decided once"
    claire.fills(name="Cellar 2028")
    assert claire.submits() is None
    claire.waits_for_message("Changed.")
    by_name = ("/crm dossier cellar", "/crm dossiers cellar", f"/crm dossiers {made.reference}")
    for line in (f"/crm {made.reference.lower()}", f"/crm dossier {made.reference}", *by_name):
        assert f"{made.reference} Cellar 2028" in _answer(claire, line)
    claire.types("/crm dossier zzz")
    claire.waits_for_message("No dossier is called “zzz”.")


def test_a_general_dossier_is_made_by_leaving_the_relation_empty(english: World) -> None:
    claire = english.person(CLAIRE)
    claire.types("/crm dossier")
    claire.waits_for_view("Dossier")
    claire.fills(name="Fairs")
    assert claire.submits() is None
    claire.waits_for_message("is open.")
    (made,) = _dossiers(english)
    assert made.reference == f"GEN-{made.id}"


def test_search_shows_the_dossiers_behind_what_was_found(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    (reference,) = _opened(english, relation_id, "Cellar 2027")
    claire = english.person(CLAIRE)
    claire.types("/crm cellar")
    claire.chooses("Open", message=claire.waits_for_message(reference))
    claire.waits_for_message("No action in this dossier yet.")


def test_closed_dossiers_are_hidden_unless_asked_for(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    _opened(english, relation_id, "Cellar", "Vats")
    claire = english.person(CLAIRE)
    claire.types("/crm dossiers Dupont")
    listed = claire.waits_for_message("Vats")
    claire.chooses("Close the dossier", message=listed)  # of the first line
    gone = claire.waits_for_message("is closed: lists and forms leave it out")
    assert [bool(one.closed_at) for one in _dossiers(english)] == [False, True]
    for line in ("/crm dossiers Dupont closed:yes", "/crm dossiers clos:oui Dupont"):
        assert "Vats — closed" in _answer(claire, line)
    shown = _answer(claire, "/crm dossiers Dupont")
    assert "Cellar" in shown
    assert "Vats" not in shown
    claire.presses("Filter", message=claire.last_message())
    claire.waits_for_view("Dossiers")
    claire.fills(closed=True)
    assert claire.submits() is None
    wait_until(lambda: "Vats — closed" in text_of(claire.last_message()))
    claire.presses("Undo", message=gone)
    wait_until(lambda: not any(one.closed_at for one in _dossiers(english)))


def test_a_dossier_is_deleted_only_when_empty_and_brought_back(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    held, empty = _opened(english, relation_id, "Held", "Empty")
    _put_in(english, add_action(english, english.collaborator(CLAIRE), relation_id), held)
    claire = english.person(CLAIRE)
    claire.types(f"/crm {held}")
    card = claire.waits_for_message("Held")
    assert "Visit" in text_of(card), "the actions stand on the card"
    claire.chooses("Delete", message=card)
    claire.waits_for_message(f"There are actions in {held}: close it instead.")
    claire.types(f"/crm {empty}")
    claire.chooses("Delete", message=claire.waits_for_message("Empty"))
    gone = claire.waits_for_message(f"The dossier {empty} Empty is deleted.")
    claire.presses("Undo", message=gone)
    wait_until(lambda: not any(one.deleted_at for one in _dossiers(english)))
    assert [one.reference for one in _dossiers(english)] == [held, empty]


def test_a_new_action_chooses_among_the_relations_own_dossiers_above_the_general_ones(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    (general,), (own,) = _opened(english, None, "Fairs"), _opened(english, relation_id, "Cellar")
    claire = english.person(CLAIRE)
    _plans(claire)
    offered = claire.searches("dossier", "")
    assert offered == [f"{own} Cellar", "+ New dossier", f"{general} Fairs"]
    claire.fills(dossier=f"{own} Cellar")
    assert claire.submits() is None
    claire.waits_for_message(f"Dossier: {own} Cellar")
    assert only_action(english).dossier_id == _dossiers(english)[1].id


def test_a_dossier_is_made_while_planning_the_action_that_goes_in_it(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    claire = english.person(CLAIRE)
    _plans(claire)
    claire.fills(subject="See the vats", dossier="+ New dossier")
    claire.waits_for_view("Dossier")
    assert claire.fields()["relation"] == "Brasserie Dupont"
    claire.fills(name="Vats")
    assert claire.submits() is None
    claire.waits_for_view("Action", containing="Vats")
    assert claire.fields()["subject"] == "See the vats", "nothing typed is lost"
    assert claire.submits() is None
    claire.waits_for_message("Planned.")
    (made,) = _dossiers(english)
    assert (made.relation_id, only_action(english).dossier_id) == (relation_id, made.id)


def test_another_relation_takes_the_action_out_of_the_dossier(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    (own,) = _opened(english, relation_id, "Cellar")
    with english.office.book.writing() as session:
        add_relation(session, by=english.collaborator(CLAIRE), now=english.office.now(), name="Orval")
    claire = english.person(CLAIRE)
    _plans(claire)
    claire.fills(dossier=f"{own} Cellar")
    claire.fills(relation="Orval")
    wait_until(lambda: claire.fields().get("dossier") is None)
    assert claire.submits() is None
    claire.waits_for_message("Planned.")
    assert only_action(english).dossier_id is None


def test_an_action_of_a_dossier_is_planned_from_its_card(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    (own,) = _opened(english, relation_id, "Cellar")
    claire = english.person(CLAIRE)
    claire.types(f"/crm {own}")
    claire.presses("New action", message=claire.waits_for_message("Cellar"))
    claire.waits_for_view("Action")
    assert (claire.fields()["relation"], claire.fields()["dossier"]) == ("Brasserie Dupont", f"{own} Cellar")


def test_the_actions_of_a_dossier_are_turned_over_page_by_page(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    (own,) = _opened(english, relation_id, "Cellar")
    for day in range(1, 11):
        made = add_action(english, english.collaborator(CLAIRE), relation_id, f"Visit no {day}", on=date(2030, 5, day))
        _put_in(english, made, own)
    claire = english.person(CLAIRE)
    claire.types(f"/crm {own}")
    shown = text_of(claire.waits_for_message("Visit no 10"))
    assert "Visit no 2 " not in shown
    claire.presses("Earlier")
    wait_until(lambda: "Visit no 1 " in text_of(claire.last_message()))
    claire.presses("Back")
    wait_until(lambda: "Visit no 10" in text_of(claire.last_message()))


def test_a_channel_about_a_relation_or_a_dossier_fills_the_forms_opened_in_it(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    (own,) = _opened(english, relation_id, "Cellar")
    claire = english.person(CLAIRE, "general")
    claire.types("/crm here")
    claire.waits_for_message("This channel is about no relation yet")
    claire.types("/crm here Dupont")
    claire.waits_for_message("This channel is about Brasserie Dupont: forms opened here begin with it.")
    _plans(claire, "/action")
    assert (claire.fields()["relation"], claire.fields()["dossier"]) == ("Brasserie Dupont", None)
    claire.closes()
    claire.types(f"/crm here {own}")
    claire.waits_for_message(f"This channel is about {own} Cellar · Brasserie Dupont")
    _plans(claire, "/action")
    assert claire.fields()["dossier"] == f"{own} Cellar"
    claire.closes()
    claire.types("/crm note")
    claire.waits_for_view("Note")
    assert claire.fields()["relation"] == "Brasserie Dupont"
    claire.closes()
    claire.types("/crm contact")
    claire.waits_for_view("Contact")
    claire.closes()
    claire.types("/crm dossiers")
    claire.waits_for_message("Dossiers: Brasserie Dupont")
    claire.types("/crm here")
    claire.presses("Not any more", message=claire.waits_for_message(f"about {own}"))
    gone = claire.waits_for_message("This channel is about no relation any more.")
    _plans(claire, "/action")
    assert claire.fields()["relation"] is None
    claire.closes()
    claire.presses("Undo", message=gone)
    claire.waits_for_message(f"This channel is about {own}")


def test_a_channel_about_a_file_that_is_not_charlies_fills_nothing_for_him(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE, "general")
    claire.types("/crm here Dupont")
    claire.waits_for_message("This channel is about Brasserie Dupont")
    with english.office.book.writing() as session:
        emma, bram = english.collaborator(EMMA), english.collaborator(BRAM)
        set_rights(session, bram.id, by=emma, role=Role.REP, scope=Scope.OWN, team_id=None)
    charlie = english.person(BRAM, "general")
    charlie.types("/crm here")
    charlie.waits_for_message("This channel is about no relation yet")
    charlie.types("/action")
    charlie.waits_for_view("Action")
    assert charlie.fields()["relation"] is None


def test_a_direct_message_is_about_nobody(english: World) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types("/crm here Dupont")
    claire.waits_for_message("Type this in the channel that is to be about a relation or a dossier.")


def test_the_card_of_a_filed_mail_says_in_which_dossier_it_is_or_why_in_none(english: World) -> None:
    relation_id, _contact_id = add_dupont(english)
    (own,) = _opened(english, relation_id, "Cellar")
    claire, office = english.collaborator(CLAIRE), english.office
    filed: list[int] = []
    for ignored in (None, TagIgnored.CLOSED, TagIgnored.UNKNOWN, TagIgnored.FOREIGN):
        action_id = add_action(english, claire, relation_id, "Offer")
        if ignored is None:
            _put_in(english, action_id, own)
        with office.book.writing() as session:
            told = {"tag": "DUPONT-99" if ignored else "", "tag_ignored": ignored}
            filing = Filing(
                key=str(action_id), action_id=action_id, collaborator_id=claire.id, filed_at=office.now(), **told
            )
            session.add(filing)
            session.flush()
            filed.append(filing.id)
    screen = english.person(CLAIRE)
    for filing_id, said in zip(
        filed,
        (
            f"In the dossier {own} Cellar.",
            "[DUPONT-99] in the subject is a closed dossier, so it was not used.",
            "[DUPONT-99] in the subject is no dossier’s reference, so it was not used.",
            "[DUPONT-99] in the subject is a dossier of somebody else, so it was not used.",
        ),
        strict=True,
    ):
        send_notice(office, {"notice": "filed", "filing_id": filing_id, "collaborator_id": claire.id})
        wait_until(lambda said=said: said in text_of(screen.last_message()).replace("\n", ""))
