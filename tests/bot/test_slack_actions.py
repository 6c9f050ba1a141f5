"""Planning and changing actions from Slack."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from slack_person import SlackPerson, text_of
from slack_stories import (
    FAR,
    action_with_id,
    add_action,
    add_dupont,
    bind_mailbox_of,
    mails_on_their_way,
    wait_until,
)
from sqlalchemy.orm import Session
from world import BRAM, CLAIRE, World

from bot.office import Caller
from bot.slack.action_filling import form_of
from bot.slack.action_form import facts_in
from store.action_checks import status_meaning
from store.action_facts import ActionFacts, Participation, facts_of
from store.actions import Action, ActionType, Meaning, ParticipantRole, When
from store.billing import Billing
from store.collaborators import Collaborator
from store.domain import line_with_key
from store.dossiers import DossierFacts, open_dossier
from store.endings import complete_action, delete_action, restore_action
from store.handover import MailState
from store.invitations import InvitationMail
from store.inviting import invite
from store.linked_documents import LinkedDocument
from store.planning import edit_action
from store.statuses import ActionPriority


def test_a_rep_adds_a_relation_a_contact_and_an_action_and_completes_it(english: World) -> None:
    claire = english.person(CLAIRE)
    bind_mailbox_of(english, english.collaborator(CLAIRE))
    claire.types("/relation")
    claire.waits_for_view("Relation")
    claire.fills(name="Brasserie Dupont")
    claire.presses("More: address, VAT number, category…")
    claire.waits_for_view("Relation", containing="Street and number")
    claire.fills(**{"postal_addresses.0.street": "Rue du Moulin 12"})
    assert claire.submits() is None
    claire.waits_for_message("Brasserie Dupont")
    claire.types("/action Dup")
    claire.waits_for_view("Action", containing="Representative")
    claire.fills(contact="+ New contact")
    claire.waits_for_view("Contact")
    claire.presses("More…")
    claire.waits_for_view("Contact", containing="Of invitations and mailings")
    claire.fills(name="Els Peeters", mail="els@dupont.example", language="Nederlands")
    assert claire.submits() is None
    claire.waits_for_view("Action")
    wait_until(lambda: claire.fields()["contact"] == "Els Peeters")
    claire.fills(all_day=False)
    claire.waits_for_view("Action", containing="From")
    claire.fills(on=str(FAR), starts="14:00", guests="Els Peeters · Brasserie Dupont", colleagues="Bram de Vries")
    claire.waits_for_view(containing="“Save and invite” sends 2 invitations (Bram de Vries and Els Peeters)")
    assert claire.submits() is None
    card = text_of(claire.waits_for_message("Planned. On their way: 2 invitations"))
    assert "Visit · Brasserie Dupont" in card
    assert "Rue du Moulin 12" in card
    claire.presses("Complete")
    claire.waits_for_view("Complete")
    claire.fills(headline="Prices for 2027 agreed")
    assert claire.submits() is None
    claire.waits_for_message("is done")
    claire.types("/crm dupont")
    claire.presses("History", message=claire.waits_for_message("Contacts: Els Peeters"))
    claire.waits_for_message("Prices for 2027 agreed")
    assert claire.problems == []


@pytest.fixture
def claire(english: World) -> SlackPerson:
    """With Els invited to a visit at two, and its card in sight."""
    who = english.collaborator(CLAIRE)
    bind_mailbox_of(english, who)
    relation_id, els_id = add_dupont(english)
    soon = english.office.now().date() + timedelta(days=2)
    els = Participation(contact_id=els_id)
    action_id = add_action(english, who, relation_id, on=soon, participants=[els])
    with english.office.book.writing() as session:
        invite(session, session.get_one(Action, action_id), now=english.office.now())
    claire = english.person(CLAIRE)
    claire.types("/agenda")
    claire.presses("action/open", message=claire.waits_for_message("Visit"))
    claire.waits_for_message("Complete")
    return claire


def test_moving_only_the_hour_says_who_gets_a_mail(english: World, claire: SlackPerson) -> None:
    claire.presses("Move")
    claire.waits_for_view("Move", containing="Nobody gets a mail")
    claire.fills(starts="16:00")
    claire.waits_for_view("Move", containing="“Save and invite” sends 1 update (Els Peeters)")
    assert claire.submits() is None
    claire.presses("Undo", message=claire.waits_for_message("On their way: 1 update (Els Peeters)"))
    claire.waits_for_message("14:00–15:00. On their way: 1 update (Els Peeters)")


def _opened(world: World, subject: str = "Alone") -> tuple[SlackPerson, int]:
    """Claire with the card of an action of today, and its id; nobody else takes part."""
    relation_id, _els_id = add_dupont(world)
    today = world.office.now().date()
    action_id = add_action(world, world.collaborator(CLAIRE), relation_id, subject, on=today)
    claire = world.person(CLAIRE)
    claire.types("/agenda")
    claire.presses("action/open", message=claire.waits_for_message(subject))
    claire.waits_for_message("Complete")
    return claire, action_id


def test_moving_or_editing_what_nobody_outside_takes_part_in_asks_nothing_about_mails(english: World) -> None:
    claire, _action_id = _opened(english)
    claire.presses("Edit")
    claire.waits_for_view("Action", containing="Representative")
    assert "tell" not in claire.fields()
    claire.closes()
    claire.presses("Move")
    claire.waits_for_view("Move")
    assert set(claire.fields()) == {"on", "all_day", "starts", "ends"}
    assert "mail" not in text_of(claire.view)
    claire.fills(starts="16:00")
    assert claire.submits() is None
    claire.waits_for_message("Moved to")


def test_moving_takes_the_end_along_and_refuses_an_hour_that_the_clocks_skip(english: World) -> None:
    claire, action_id = _opened(english)
    claire.presses("Move")
    claire.waits_for_view("Move")
    claire.fills(starts="13:00")
    wait_until(lambda: claire.fields()["ends"] == "14:00")
    claire.fills(ends="15:00")
    claire.fills(starts="23:30")
    wait_until(lambda: claire.fields()["ends"] == "01:30")
    claire.fills(on="2030-03-31", starts="02:30")
    wait_until(lambda: claire.fields()["ends"] == "04:30")
    told = claire.submits()
    assert isinstance(told, dict)
    assert "There is no 02:30" in told["starts"]
    claire.fills(starts="09:00")
    wait_until(lambda: claire.fields()["ends"] == "11:00")
    claire.fills(ends="08:00")
    told = claire.submits()
    assert isinstance(told, dict)
    assert "must not be before the start" in told["ends"]
    claire.fills(ends="09:45")
    assert claire.submits() is None
    today = english.office.now().date()
    moved = claire.waits_for_message("Moved to 31/03/2030, 09:00–09:45.")
    day = date(2030, 3, 31)
    assert action_with_id(english, action_id).when == When(day, time(9), day, time(9, 45), "Europe/Brussels")
    claire.presses("Undo", message=moved)
    claire.waits_for_message("Moved to today, 14:00–15:00.")
    assert action_with_id(english, action_id).when == When(today, time(14), today, time(15), "Europe/Brussels")


@pytest.mark.parametrize(("button", "title", "typed"), [("Move", "Move", "on"), ("Edit", "Action", "place")])
def test_who_has_a_form_open_of_what_a_colleague_ended_is_told_and_loses_nothing(
    english: World, button: str, title: str, typed: str
) -> None:
    claire, action_id = _opened(english)
    claire.presses(button)
    claire.waits_for_view(title, containing="Hours")
    value = {"on": str(FAR), "place": "Hall 4"}[typed]
    claire.fills(**{typed: value})
    bram, now = english.collaborator(BRAM), english.office.now()
    with english.office.book.writing(actor_id=bram.id, door="slack") as session:
        complete_action(session, by=bram, action_id=action_id, version=None, headline="Sold it all", now=now)
    assert claire.submits() is None
    said = {"Move": "Bram de Vries completed it meanwhile: Sold it all", "Edit": "Bram de Vries changed"}[button]
    claire.waits_for_view(title, containing=said)
    assert claire.fields()[typed] == value
    with english.office.book.writing(actor_id=bram.id, door="slack") as session:
        delete_action(session, by=bram, action_id=action_id, now=now)
    assert claire.submits() is None
    claire.waits_for_view(title, containing={"Move": "no longer in the book", "Edit": "was deleted"}[button])
    assert claire.fields()[typed] == value
    with english.office.book.writing() as session:
        restore_action(session, by=bram, action_id=action_id, now=now)
    for _again in range(3):  # what a colleague did since is shown before it is saved over
        if claire.views:
            assert claire.submits() is None
    claire.waits_until_closed()
    saved = action_with_id(english, action_id)
    assert saved.starts_on == FAR if button == "Move" else saved.place == "Hall 4"
    assert (saved.headline, saved.status.meaning) == ("Sold it all", Meaning.DONE)


@pytest.mark.parametrize("choice", [{"starts": "13:00"}, {"ends": "17:00"}, {"is_private": True}])
def test_every_choice_in_the_action_form_says_at_once_who_gets_a_mail(
    claire: SlackPerson, choice: dict[str, object]
) -> None:
    claire.presses("Edit")
    claire.waits_for_view("Action", containing="Nobody gets a mail")
    claire.fills(**choice)
    claire.waits_for_view("Action", containing="sends 1 update (Els Peeters)")


@pytest.mark.parametrize("name", ["subject", "place", "points"])
def test_mails_that_follow_from_what_was_typed_are_shown_before_they_are_sent(
    english: World, claire: SlackPerson, name: str
) -> None:
    claire.presses("Edit")
    claire.waits_for_view("Action", containing="Nobody gets a mail")
    claire.fills(**{name: "Something else"})
    assert claire.submits() is None
    view = claire.waits_for_view("Action", containing="This sends 1 update (Els Peeters): save again to send it.")
    assert "“Save and invite” sends 1 update (Els Peeters)." in text_of(view)
    assert "everybody is up to date" not in text_of(view)
    assert claire.fields()[name] == "Something else"
    assert [mail["news"] for mail in mails_on_their_way(english)] == ["invitation"]
    assert claire.submits() is None
    claire.waits_for_message("Changed. On their way: 1 update (Els Peeters).")
    assert [mail["news"] for mail in mails_on_their_way(english)] == ["invitation", "update"]


def test_a_mail_that_is_no_longer_needed_is_not_promised_twice(english: World, claire: SlackPerson) -> None:
    claire.presses("Edit")
    claire.waits_for_view("Action")
    claire.fills(subject="Visite", starts="16:00")
    claire.waits_for_view(containing="sends 1 update")
    claire.fills(subject="Visit", starts="14:00")
    claire.waits_for_view(containing="Nobody gets a mail: everybody is up to date.")
    assert claire.submits() is None
    claire.waits_for_message("Changed.")
    assert [mail["news"] for mail in mails_on_their_way(english)] == ["invitation"]


def test_saving_quietly_asks_nothing(english: World, claire: SlackPerson) -> None:
    claire.presses("Edit")
    claire.waits_for_view("Action")
    claire.fills(subject="Something else", tell="Save quietly")
    assert claire.submits() is None
    claire.waits_for_message("Changed.")
    assert [mail["news"] for mail in mails_on_their_way(english)] == ["invitation"]


def test_what_changed_while_a_form_stood_open_is_shown_before_it_is_sent(english: World, claire: SlackPerson) -> None:
    claire.presses("Move")
    claire.waits_for_view("Move", containing="Nobody gets a mail")
    with english.office.book.writing() as session:
        session.query(InvitationMail).one().state = MailState.FAILED
    assert claire.submits() is None
    claire.waits_for_view("Move", containing="This sends 1 invitation (Els Peeters): save again to send it.")
    assert claire.submits() is None
    claire.waits_for_message("On their way: 1 invitation (Els Peeters)")


# Whatever an action holds survives a form that does not ask for it


def _everything(session: Session, world: World, relation_id: int, els_id: int) -> ActionFacts:
    claire, bram = world.collaborator(CLAIRE), world.collaborator(BRAM)
    told, now = DossierFacts("Cellar 2027"), world.office.now()
    dossier = open_dossier(session, by=claire, relation_id=relation_id, facts=told, now=now)
    return ActionFacts(
        relation_id=relation_id,
        type_id=line_with_key(session, ActionType, "call").id,
        subject="Prices",
        when=When(FAR, time(22), FAR + timedelta(days=1), time(2), "America/New_York"),
        representative_id=claire.id,
        contact_id=els_id,
        followed_by_id=bram.id,
        place="Hall 4",
        status_id=status_meaning(session, Meaning.DONE).id,
        priority_id=line_with_key(session, ActionPriority, "high").id,
        dossier_id=dossier.id,
        points="one\ntwo",
        discussed="two\nalso",
        headline="Agreed",
        report="A long talk",
        deadline_on=FAR,
        billing=Billing(Decimal("1.250"), Decimal("95.50"), "CAD", "2030-7"),
        linked=LinkedDocument("Invoice", "VEN", "118", "https://erp.example/118"),
        is_private=True,
        participants=(
            Participation(collaborator_id=bram.id, role=ParticipantRole.INFORMED),
            Participation(contact_id=els_id, role=ParticipantRole.OPTIONAL),
        ),
    )


OF_A_SERIES = {"recurrence"}
"""What a whole series alone has, which is never done: `test_slack_series.py` tries its form."""

WHENS = [
    When(FAR, time(22), FAR + timedelta(days=1), time(2), "America/New_York"),
    When(FAR, time(10), FAR + timedelta(days=2), time(15), "Europe/Brussels"),
    When(FAR, time(22), FAR + timedelta(days=2), time(2), "Europe/Brussels"),
    When(FAR, time(10), FAR, time(11), "Europe/Brussels"),
    When(FAR, None, FAR + timedelta(days=2), None, "Europe/Brussels"),
    When(FAR, None, FAR, None, "Europe/Brussels"),
]


@pytest.mark.parametrize("when", WHENS)
def test_an_action_that_is_opened_and_saved_stays_as_it_is(english: World, when: When) -> None:
    relation_id, els_id = add_dupont(english)
    by = english.collaborator(CLAIRE)
    action_id = add_action(english, by, relation_id)
    with english.office.book.writing() as session:
        everything = replace(_everything(session, english, relation_id, els_id), when=when)
        for one in (field for field in fields(ActionFacts) if field.name not in OF_A_SERIES):
            assert getattr(everything, one.name) not in (one.default, None), f"{one.name} would not be tried"
        _edit(session, english, by, action_id, everything)
    caller = Caller(english.office, by)
    with english.office.book.writing() as session:
        facts = facts_of(session.get_one(Action, action_id))
        assert _sorted(facts) == _sorted(everything)
        _edit(session, english, by, action_id, facts)
        assert _sorted(facts_of(session.get_one(Action, action_id))) == _sorted(everything)
        form = form_of(caller, session.get_one(Action, action_id))
        assert _sorted(facts_in(session, form)) == _sorted(everything)


def _edit(session: Session, world: World, by: Collaborator, action_id: int, facts: ActionFacts) -> None:
    edit_action(session, by=by, action_id=action_id, version=None, facts=facts, now=world.office.now())
    session.expire_all()


def _sorted(facts: ActionFacts) -> ActionFacts:
    people = sorted(facts.participants, key=lambda one: (one.collaborator_id or 0, one.contact_id or 0))
    return replace(facts, participants=tuple(people))


def test_who_follows_an_action_changes_with_the_representative_only_by_default(english: World) -> None:
    relation_id, _els_id = add_dupont(english)
    claire, bram = english.collaborator(CLAIRE), english.collaborator(BRAM)
    action_id = add_action(english, claire, relation_id, on=english.office.now().date() + timedelta(days=2))
    person = english.person(CLAIRE)
    person.types("/agenda")
    person.presses("action/open", message=person.waits_for_message("Visit"))
    person.presses("Edit", message=person.waits_for_message("Complete"))
    person.waits_for_view("Action")
    person.fills(representative="Bram de Vries")
    assert person.submits() is None
    person.waits_for_message("Changed.")
    assert action_with_id(english, action_id).followed_by_id == bram.id


@pytest.mark.parametrize(("line", "kind"), [("/crm visit Dupont", "Visit"), ("/crm telefoon Dupont", "Phone call")])
def test_a_subcommand_names_the_type_of_the_action(english: World, line: str, kind: str) -> None:
    add_dupont(english)
    claire = english.person(CLAIRE)
    claire.types(line)
    claire.waits_for_view("Action", containing="Subject")
    assert claire.fields()["type"] == kind
