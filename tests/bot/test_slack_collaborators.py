"""The people of the office, as an administrator changes them in Slack."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import bind_mailbox_of
from world import BRAM, CLAIRE, EMMA, NADIA, OTTO, World

from jobs.deliver_outbox import drain
from store.action_facts import ActionFacts
from store.actions import Action, ActionType, When
from store.administration import deactivate_collaborator
from store.audit import entries_of
from store.collaborators import Collaborator, Role, Team, active_collaborators, add_collaborator, collaborator_by_mail
from store.domain import line_with_key
from store.mailboxes import active_mailboxes
from store.notes import NoteFacts, write_note
from store.outbox import lanes_due, put_in_outbox, slack_lane
from store.planning import action_seen_by, plan_action
from store.relations import add_relation


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
            emma.chooses("Open a private record…", message=emma.waits_for_message("Bram de Vries"))
            emma.waits_for_view("Private record")
            emma.closes()
            emma.chooses("Is back", message=emma.waits_for_message("Bram de Vries"))
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


def test_an_administrator_unbinds_a_mailbox(english: World) -> None:
    bind_mailbox_of(english, english.collaborator(BRAM))
    emma = _at_the_list(english)
    emma.chooses("Unbind the mailbox", message=emma.waits_for_message("Bram de Vries — "))
    emma.waits_for_message("no longer reads or sends through bram@office.example")
    with english.office.book.reading() as session:
        assert list(active_mailboxes(session)) == []


def _changes_rights(emma: SlackPerson, whose: Collaborator, **values: object) -> object:
    emma.types("/crm collaborators")
    emma.chooses(f"rights:{whose.id}", message=emma.waits_for_message("Bram de Vries"))
    emma.waits_for_view("Role and files")
    emma.fills(**values)
    return emma.submits()


def test_a_role_is_given_and_taken_but_one_administrator_stays(english: World) -> None:
    emma, bram = _at_the_list(english), english.collaborator(BRAM)
    assert _changes_rights(emma, bram, role="Administrator: adds people and mailboxes") is None
    emma.waits_for_message("Bram de Vries from the next click on: Administrator")
    assert english.collaborator(BRAM).is_admin
    assert _changes_rights(emma, english.collaborator(EMMA), role="Reader: sees, changes nothing") is None
    emma.waits_for_message("Emma Clarke from the next click on: Reader")
    emma.types("/crm collaborators")
    emma.waits_for_message("Only an administrator can do this.")
    bram_here = english.person(BRAM)
    said = _changes_rights(bram_here, bram, role="Reader: sees, changes nothing")
    assert said == {"role": "Bram de Vries is the last administrator. Name another one first."}


def test_somebody_who_is_scoped_sees_the_change_at_once(english: World) -> None:
    emma, bram = _at_the_list(english), english.collaborator(BRAM)
    with english.office.book.writing() as session:
        add_relation(session, by=english.collaborator(CLAIRE), now=english.office.now(), name="Brasserie Dupont")
        session.add(Team(key="west", label_en="West", label_fr="Ouest", label_nl="West"))
    bram_here = english.person(BRAM)
    bram_here.types("/crm Dupont")
    bram_here.waits_for_message("Brasserie Dupont")
    assert _changes_rights(emma, bram, scope="Their team’s files") == {
        "team": "Choose the team whose files Bram de Vries sees."
    }
    emma.fills(team="West")
    assert emma.submits() is None
    emma.waits_for_message("Their team’s files")
    bram_here.types("/crm relation Dupont")
    assert "Brasserie" not in text_of(bram_here.waits_for_message("“Dupont”"))


def test_who_somebody_is_in_slack_is_corrected_by_hand(english: World) -> None:
    emma, bram = _at_the_list(english), english.collaborator(BRAM)
    assert _changes_rights(emma, bram, person=CLAIRE.id) == {"person": "This Slack user is Claire Dubois already."}
    emma.fills(person=NADIA.id)
    assert emma.submits() is None
    emma.waits_for_message("Bram de Vries from the next click on")
    assert english.collaborator(NADIA).id == bram.id
    drain(english.office, slack_lane(bram.id))
    told = english.person(BRAM).waits_for_message(
        "Emma Clarke has given your place in Rapport to another Slack account"
    )
    assert "sees what you keep private" in text_of(told)


def test_an_unconfirmed_address_in_slack_makes_nobody_a_colleague(
    english: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = english.office.slack
    told = slack.users_info(user=NADIA.id)
    told["user"]["is_email_confirmed"] = False
    monkeypatch.setattr(slack, "users_info", lambda **_asked: told)
    emma = _at_the_list(english)
    _opens_the_form(emma)
    emma.fills(person=NADIA.id)
    emma.waits_for_view(containing="has not confirmed their e-mail address")
    assert isinstance(emma.submits(), dict)
    with english.office.book.reading() as session:
        assert collaborator_by_mail(session, NADIA.email) is None


def test_a_changed_address_in_slack_leads_nobody_into_anothers_place(
    english: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = english.office.slack
    told = slack.users_info(user=NADIA.id)
    told["user"]["profile"]["email"] = BRAM.email
    monkeypatch.setattr(slack, "users_info", lambda **_asked: told)
    nadia = english.person(NADIA)
    nadia.types("/crm agenda")
    nadia.waits_for_message("Vous n’êtes pas encore dans Rapport")
    emma = _at_the_list(english)
    _opens_the_form(emma)
    emma.fills(person=NADIA.id)
    assert emma.submits() == {"person": "bram@office.example already belongs to a collaborator."}
    assert english.collaborator(BRAM).mail == BRAM.email


def test_an_administrator_opens_a_private_action_with_a_reason_and_its_owner_is_told(english: World) -> None:
    bram, now = english.collaborator(BRAM), english.office.now()
    with english.office.book.writing() as session:
        dupont = add_relation(session, by=bram, now=now, name="Brasserie Dupont")
        facts = ActionFacts(
            relation_id=dupont.id,
            type_id=line_with_key(session, ActionType, "visit").id,
            subject="Takeover talks",
            when=When.day(now.date(), zone="Europe/Brussels"),
            representative_id=bram.id,
            is_private=True,
        )
        action_id = plan_action(session, by=bram, facts=facts, now=now).id
    emma = _at_the_list(english)
    emma.chooses(f"private:{bram.id}", message=emma.waits_for_message("Bram de Vries — "))
    emma.waits_for_view("Private record", containing="Bram de Vries is told")
    [offered] = emma.searches("record", "")
    assert offered.startswith("Action, ")
    assert "Takeover" not in offered
    assert "Dupont" not in offered
    emma.fills(record=("", offered), reason="   ")
    assert set(emma.submits() or {}) == {"reason"}
    emma.fills(reason="Bram is ill, the visit is today")
    assert emma.submits() is None
    assert "Takeover talks" in text_of(emma.waits_for_message("Opened this once. Bram de Vries is told."))
    drain(english.office, slack_lane(bram.id))
    told = english.person(BRAM).waits_for_message("Emma Clarke has opened your private record")
    assert "Bram is ill, the visit is today" in text_of(told)
    with english.office.book.reading() as session:
        entry = entries_of(session, session.get_one(Action, action_id))[0]
        assert (entry.deed, entry.after["reason"]) == ("opened", "Bram is ill, the visit is today")
        assert action_seen_by(session, action_id, asked_by=english.collaborator(EMMA)) is None, "this once"


def test_what_somebody_who_left_kept_private_is_opened_before_the_other_administrators(english: World) -> None:
    bram, now = english.collaborator(BRAM), english.office.now()
    with english.office.book.writing() as session:
        dupont = add_relation(session, by=bram, now=now, name="Brasserie Dupont")
        for number in range(101):
            on = date(2026, 3, 4) if number == 0 else date(2026, 5, 6)
            facts = NoteFacts(dupont.id, f"Secret {number}", on, is_private=True)
            write_note(session, by=bram, facts=facts, now=now)
        session.get_one(Collaborator, english.collaborator(CLAIRE).id).role = Role.ADMIN
    emma = _at_the_list(english)
    with english.office.book.writing() as session:
        deactivate_collaborator(session, bram.id, by=english.collaborator(EMMA))
    emma.chooses(f"private:{bram.id}", message=emma.waits_for_message("Bram de Vries — "))
    emma.waits_for_view("Private record", containing="The other administrators are told")
    assert len(emma.searches("record", "")) == 100
    [oldest] = emma.searches("record", "4/3/2026")
    emma.fills(record=("4/3/2026", oldest), reason="A complaint about that day")
    assert emma.submits() is None
    assert "Secret 0" in text_of(emma.waits_for_message("Opened this once. It is noted."))
    drain(english.office, slack_lane(english.collaborator(CLAIRE).id))
    told = english.person(CLAIRE).waits_for_message("Emma Clarke has opened a private record of Bram de Vries")
    assert "A complaint about that day" in text_of(told)


def test_a_colleague_whom_slack_does_not_know_is_named_so_and_fails_no_action(english: World) -> None:
    claire, now = english.collaborator(CLAIRE), english.office.now()
    with english.office.book.writing() as session:
        zoe = add_collaborator(session, name="Zoe Zander", mail="zoe@office.example", now=now)
        dupont = add_relation(session, by=claire, now=now, name="Brasserie Dupont")
        facts = ActionFacts(
            relation_id=dupont.id,
            type_id=line_with_key(session, ActionType, "visit").id,
            subject="Visit",
            when=When.day(now.date(), zone="Europe/Brussels"),
            representative_id=zoe.id,
        )
        plan_action(session, by=claire, facts=facts, now=now)
        content = {"notice": "opened_private", "entry_id": 0, "collaborator_id": zoe.id, "owner_id": zoe.id}
        lane = slack_lane(zoe.id)
        put_in_outbox(session, kind="notice", key="to nobody", lane=lane, content=content, now=now)
    drain(english.office, lane)
    with english.office.book.reading() as session:
        assert lane not in lanes_due(session, now=english.office.now() + timedelta(days=1)), "it does not wait for ever"
    emma = english.person(EMMA)
    emma.types("/crm collaborators")
    emma.waits_for_message("Zoe Zander · not in Slack")
