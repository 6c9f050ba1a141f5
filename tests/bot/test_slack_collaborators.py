"""The people of the office, as an administrator changes them in Slack."""

from __future__ import annotations

from slack_person import SlackPerson, text_of
from slack_stories import bind_mailbox_of
from world import BRAM, CLAIRE, EMMA, NADIA, OTTO, World

from store.administration import deactivate_collaborator
from store.collaborators import Collaborator, active_collaborators, collaborator_by_mail
from store.mailboxes import active_mailboxes


def _at_the_list(world: World) -> SlackPerson:
    emma = world.person(EMMA)
    emma.types("/crm collaborators")
    emma.waits_for_message("Bram de Vries — ")
    return emma


def _opens_the_form(emma: SlackPerson) -> None:
    emma.presses("+ Add a collaborator", message=emma.waits_for_message("Emma Clarke"))
    emma.waits_for_view("Collaborator")


def _choice_of(emma: SlackPerson, whose: str) -> str:
    """The value of the last entry of somebody's ⋮ menu: "leave:" and their id."""
    rows = emma.waits_for_message("Bram de Vries — ")["blocks"]
    menu = next(row["accessory"] for row in rows if row["type"] == "section" and whose in row["text"]["text"])
    return str(menu["options"][-1]["value"])


def test_name_address_and_slack_account_of_whom_is_added_belong_together(english: World) -> None:
    emma = _at_the_list(english)
    _opens_the_form(emma)
    emma.fills(person=NADIA.id)
    emma.waits_for_view(containing=NADIA.email)
    english.workspace.faults.drop("block_actions")
    emma.fills(person=OTTO.id)
    assert NADIA.email in text_of(emma.view), "the form was not redrawn"
    said = "Slack gives no e-mail address for this person, so they cannot be added."
    assert emma.submits() == {"person": said}
    with english.office.book.reading() as session:
        assert collaborator_by_mail(session, NADIA.email) is None, "her address with Otto's account"
    emma.fills(person=NADIA.id)
    assert emma.submits() is None
    emma.waits_for_message("Nadia New can use Rapport now")


def test_who_left_comes_back_from_the_list_or_by_being_added_again(english: World) -> None:
    emma = _at_the_list(english)
    for way in ("list", "form"):
        emma.chooses(_choice_of(emma, "Bram"), message=emma.waits_for_message("Bram de Vries — "))
        message = emma.waits_for_message("Bram de Vries no longer has access.")
        if way == "list":
            emma.presses("Who has left (1)", message=message)
            emma.presses("Is back", message=emma.waits_for_message("Bram de Vries"))
        else:
            _opens_the_form(emma)
            emma.fills(person=BRAM.id)
            emma.waits_for_view(containing=BRAM.email)
            assert emma.submits() is None
        emma.waits_for_message("Bram de Vries can use Rapport now.")
        with english.office.book.reading() as session:
            assert BRAM.real_name in {one.name for one in active_collaborators(session)}
        emma.types("/crm collaborators")
        emma.waits_for_message("Bram de Vries — ")
    assert emma.problems == []


def test_a_slack_account_that_is_known_under_another_address_is_told_at_its_field(english: World) -> None:
    with english.office.book.writing() as session:
        for row, mail in (
            (english.collaborator(BRAM), "bram@before.example"),
            (english.collaborator(CLAIRE), "c@b.be"),
        ):
            session.get_one(Collaborator, row.id).mail = mail
        deactivate_collaborator(session, english.collaborator(CLAIRE).id, by=english.collaborator(EMMA))
    emma = english.person(EMMA)
    emma.types("/crm collaborators")
    _opens_the_form(emma)
    emma.fills(person=BRAM.id)
    emma.waits_for_view(containing=BRAM.email)
    assert emma.submits() == {"person": "This Slack user is Bram de Vries already."}
    emma.fills(person=CLAIRE.id)
    emma.waits_for_view(containing=CLAIRE.email)
    answer = emma.submits()
    assert isinstance(answer, dict)
    assert answer["person"].startswith("Claire Dubois was a collaborator before")


def test_an_administrator_unbinds_a_mailbox_and_names_another_administrator(english: World) -> None:
    bind_mailbox_of(english, english.collaborator(BRAM))
    emma = _at_the_list(english)
    bram = english.collaborator(BRAM)
    emma.chooses("Unbind the mailbox", message=emma.waits_for_message("Bram de Vries — "))
    emma.waits_for_message("no longer reads or sends through bram@office.example")
    emma.chooses(f"admin:{bram.id}", message=emma.waits_for_message("Bram de Vries — "))
    emma.waits_for_message("Bram de Vries is an administrator now.")
    with english.office.book.reading() as session:
        assert list(active_mailboxes(session)) == []
        assert session.get_one(Collaborator, bram.id).is_admin
    emma.chooses(f"demote:{bram.id}", message=emma.waits_for_message("Bram de Vries · administrator"))
    emma.waits_for_message("Bram de Vries is no administrator any more.")
