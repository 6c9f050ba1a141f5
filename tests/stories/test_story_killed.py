"""Rapport is killed (SIGKILL) at random moments of every step and started again at once: nothing is lost or doubled.

A person who is told that a command or form failed does it again, in the same window. RAPPORT_KILL_SEEDS says how many
times the story is told, each time with other moments.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from dupont import new_contact, new_person, new_relation
from slack_screen import text_of
from story_office import CLAIRE, ELS, StoryOffice, story_office, until

from bot.texts import Texts
from integrations.playground.exchange import Address, Attachment, Mail
from store.actions import Action
from store.contacts import Contact
from store.filing import Filing, FilingState
from store.handover import MailState
from store.invitations import Answer, Invitation, InvitationMail
from store.mailings import Delivery, Mailing, MailingState
from store.outbox import Outgoing
from store.relations import Relation

t = Texts("fr-BE")
SEEDS = range(int(os.environ.get("RAPPORT_KILL_SEEDS", "2")))
KILL_WITHIN_S = 3.0
RECIPIENTS = 20
PATIENCE_S = 180.0
"""A draft that may have been saved when Rapport died is looked for during two minutes."""
SOON = datetime.now(UTC).date() + timedelta(days=5)
Act = Callable[[StoryOffice], None]


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_or_doubled_whenever_rapport_dies(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    with story_office(tmp_path, mode="http") as office:
        _plays(office, dice, a_relation_is_added, lambda: _named(office, Relation, "Brasserie Dupont"))
        _plays(office, dice, a_contact_is_added, lambda: office.rows(Contact))
        _plays(office, dice, a_visit_is_planned, lambda: office.arrived(ELS, "Brasserie Dupont"))
        _plays(office, dice, els_accepts, lambda: office.rows(Invitation)[0].answer is Answer.ACCEPTED)
        _plays(office, dice, a_mail_is_sent, lambda: office.rows(Filing))
        _plays(office, dice, the_filing_is_kept, lambda: office.rows(Filing)[0].state is FilingState.KEPT)
        _plays(office, dice, a_mailing_is_prepared, lambda: office.rows(Mailing))
        _plays(office, dice, the_mailing_is_started, lambda: office.rows(Mailing)[0].state is MailingState.FINISHED)
        until(lambda: all(one.delivered_at or one.given_up_at for one in office.rows(Outgoing)), within_s=PATIENCE_S)
        everything_is_there_once(office)


def _plays(office: StoryOffice, dice: random.Random, act: Act, is_done: Callable[[], object]) -> None:
    """Does it, again and again as a person would, while Rapport dies once and comes back."""
    killing = threading.Timer(dice.uniform(0, KILL_WITHIN_S), _kill_and_restart, [office])
    killing.start()
    end = time.monotonic() + PATIENCE_S
    while not (is_done() and not killing.is_alive()):
        assert time.monotonic() < end, f"{act.__name__}: it did not end well; {office.claire.problems}"
        if not is_done():
            with suppress(AssertionError, httpx.HTTPError):  # not on the screen (any more): looked for again
                act(office)
        time.sleep(0.1)


def _kill_and_restart(office: StoryOffice) -> None:
    office.rapport.kill()
    office.rapport.start()


# What a person does; each may be interrupted anywhere, and is then done again from what stands on the screen


def a_relation_is_added(office: StoryOffice) -> None:
    _fills_form(office, "/relation", name="Brasserie Dupont")


def a_contact_is_added(office: StoryOffice) -> None:
    _fills_form(office, "/crm contact Dupont", name="Els Peeters", mail=ELS)


def a_visit_is_planned(office: StoryOffice) -> None:
    if not office.rows(Action):
        hours = {"all_day": False, "starts": "14:30"}
        _fills_form(office, "/action Dupont", type="Visite", on=SOON.isoformat(), **hours, guests=["Els Peeters"])


def els_accepts(office: StoryOffice) -> None:
    """Once: what she answered waits in Claire's Inbox until it is read."""
    (invitation,) = office.arrived(ELS, "Brasserie Dupont")
    if not invitation.is_read:
        office.exchange.answer_invitation(ELS, invitation.id, "accept")


def a_mail_is_sent(office: StoryOffice) -> None:
    if not office.arrived(ELS, "Offre 2026-118"):
        offer = Attachment("Offre 2026-118.pdf", "application/pdf", b"%PDF-1.7 offer")
        office.exchange.send(
            CLAIRE, Mail(to=(Address(ELS, "Els"),), subject="Offre 2026-118", text="Bonjour", attachments=(offer,))
        )


def the_filing_is_kept(office: StoryOffice) -> None:
    """Its card may stand there twice; either will do."""
    cards = [one for one in office.claire.messages() if "Offre 2026-118.pdf" in text_of(one)]
    if cards:
        office.claire.presses("filing/keep", message=cards[0])


def a_mailing_is_prepared(office: StoryOffice) -> None:
    if len(office.rows(Contact)) < RECIPIENTS:
        _add_recipients(office)
    _fills_form(
        office,
        "/crm publipostage",
        button="mailing/new",
        name="Primeurs",
        audience=t("All contacts"),
        delay="0",
        subject_fr="Primeurs",
        body_fr="Bonjour {{ name }}",
    )


def the_mailing_is_started(office: StoryOffice) -> None:
    if office.rows(Mailing)[0].state is MailingState.PREPARED:
        office.claire.types("/crm publipostage")
        office.claire.presses("mailing/open")
        office.claire.presses("mailing/start")


def _fills_form(office: StoryOffice, command: str, *, button: str = "", **values: object) -> None:
    claire = office.claire
    if not claire.views:
        claire.types(command)
        if button:
            claire.presses(button)
    for name, value in values.items():
        until(lambda name=name: name in claire.fields(), within_s=3)  # type: ignore[misc]
        claire.fills(**{name: value})
    claire.submits()


def _add_recipients(office: StoryOffice) -> None:
    with office.book.writing() as session:
        relation = new_relation(session, "Amis du vin")
        for number in range(RECIPIENTS):
            person = new_person(session, f"Ami {number}")
            new_contact(session, person, relation, mail=f"ami{number}@amis.example")


# What must be so afterwards


def everything_is_there_once(office: StoryOffice) -> None:
    assert len(_named(office, Relation, "Brasserie Dupont")) == 1
    assert len(_named(office, Relation, "Els Peeters")) == 1
    assert sorted(one.subject for one in office.rows(Action)) == ["Offre 2026-118", "Visite · Brasserie Dupont"]
    assert [one.state for one in office.rows(Filing)] == [FilingState.KEPT]
    assert len(office.rows(Invitation)) == 1
    assert [one.state for one in office.rows(InvitationMail)] == [MailState.SENT]
    assert len(office.rows(Mailing)) == 1
    deliveries = office.rows(Delivery)
    assert Counter(one.state for one in deliveries) == {MailState.SENT: RECIPIENTS + 1}
    left = Counter((one.recipient, one.subject) for one in office.exchange.outgoing(CLAIRE))
    assert set(left.values()) == {1}, [one for one, times in left.items() if times > 1]
    assert {to for to, subject in left if subject == "Primeurs"} == {one.mail for one in deliveries}
    assert sum(to == ELS and "Brasserie Dupont" in subject for to, subject in left) == 1


def _named(office: StoryOffice, kind: type[Relation], name: str) -> list[Relation]:
    return [one for one in office.rows(kind) if one.name == name]
