"""Invitations out, answers back, sent mails filed: over real EWS, as one process runs it."""

from __future__ import annotations

import time as clock_time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from dupont import new_contact, new_person, new_relation
from sqlalchemy import select
from world import BRAM, CLAIRE, ELS, World, small_office

from integrations.playground.exchange import Address, Attachment, Mail, Mangling
from jobs import embedded
from store.action_facts import ActionFacts, Participation
from store.actions import Action, ActionType, When
from store.collaborators import Collaborator
from store.filing import Filing
from store.invitations import Answer, Invitation
from store.inviting import invite
from store.mailboxes import Mailbox, SyncState
from store.planning import plan_action

DOCUMENT = Attachment("Offre 2026-118.pdf", "application/pdf", b"%PDF-1.7 offer", size=14)


@pytest.fixture(params=["mangling", "keeping"])
def world(
    request: pytest.FixtureRequest, new_sqlite_url: Callable[[], str], tmp_path: Path
) -> Iterator[tuple[World, int]]:
    """The office with mailboxes of Claire and Bram, and Els of the brewery in the book; jobs run."""
    with small_office(new_sqlite_url(), tmp_path) as world:
        if request.param == "keeping":
            world.exchange.post_office.mangling = Mangling.none()
            world.exchange.mangling = Mangling.none()
        with world.office.book.writing() as session:
            for who in (CLAIRE, BRAM):
                owner = session.scalars(select(Collaborator).where(Collaborator.mail == who.email)).one()
                session.add(
                    Mailbox(collaborator_id=owner.id, address=who.email, server="office", bound_at=datetime.now(UTC))
                )
            relation = new_relation(session, "Brasserie Dupont")
            els = new_contact(session, new_person(session, "Els Peeters", language="nl"), relation, mail=ELS.address)
            els_id = els.id
        with embedded.running(world.office):
            until(lambda: len(rows(world, SyncState)) == 4)
            yield world, els_id


def until(holds: Callable[[], bool], within_s: float = 20) -> None:
    end = clock_time.monotonic() + within_s
    while not holds():
        assert clock_time.monotonic() < end, "it did not happen in time"
        clock_time.sleep(0.05)


def rows(world: World, kind: type) -> list:
    with world.office.book.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)).unique())


def test_an_invitation_goes_out_and_the_answer_comes_back(world: tuple[World, int]) -> None:
    world, els_id = world
    _plan(world, els_id)
    until(lambda: len(world.exchange.items(ELS.address)) == 1)
    (item,) = world.exchange.items(ELS.address)
    assert item.mail.subject.startswith("Uitnodiging: Visite, ")
    world.exchange.answer_invitation(ELS.address, item.id, "accept", "Tot dan")

    until(lambda: rows(world, Invitation)[0].answer is Answer.ACCEPTED)

    assert rows(world, Invitation)[0].comment == "Tot dan"
    assert len(world.exchange.outgoing(CLAIRE.email)) == 1
    claire = world.person(CLAIRE)
    claire.waits_for_message("Els Peeters")


def test_a_mail_with_a_document_is_filed_once_though_two_mailboxes_saw_it(world: tuple[World, int]) -> None:
    world, _els_id = world
    offer = Mail(
        to=(Address(ELS.address, ELS.name),),
        cc=(Address(BRAM.email, BRAM.real_name),),
        subject="Offre de bières",
        text="Bonjour",
        attachments=(DOCUMENT,),
        message_id="<offer-118@office.example>",
    )
    world.exchange.send(CLAIRE.email, offer)
    until(lambda: len(rows(world, Filing)) == 1)
    # The same mail also stands in Bram's Sent Items, as when he sent it on Claire's behalf.
    world.exchange.send(BRAM.email, offer)
    until(lambda: BRAM.real_name in _participants(world))

    (filing,) = rows(world, Filing)
    (action,) = [one for one in rows(world, Action) if one.id == filing.action_id]
    assert action.subject == "Offre de bières"


def _participants(world: World) -> list[str]:
    with world.office.book.reading() as session:
        (action,) = session.scalars(select(Action)).unique()
        return [one.collaborator.name for one in action.participants if one.collaborator]


def _plan(world: World, els_id: int) -> None:
    day = date.today() + timedelta(days=3)
    with world.office.book.writing() as session:
        claire = session.scalars(select(Collaborator).where(Collaborator.mail == CLAIRE.email)).one()
        visit = session.scalars(select(ActionType).where(ActionType.key == "visit")).one()
        facts = ActionFacts(
            relation_id=1,
            type_id=visit.id,
            subject="Visite",
            when=When(day, time(14), day, time(15), "Europe/Brussels"),
            representative_id=claire.id,
            participants=(Participation(contact_id=els_id),),
        )
        now = datetime.now(UTC)
        invite(session, plan_action(session, by=claire, facts=facts, now=now), now=now)
