"""The office that the tests of jobs play in: Anna and Bram, the Dupont brewery, a mail server in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol

from dupont import lay_down_lists, new_collaborator, new_contact, new_person, new_relation
from mailbox_in_memory import MailServerInMemory
from slack_sdk import WebClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.office import Office
from bot.settings import Settings
from integrations.mail.mailbox import Mailbox as OpenMailbox
from jobs.deliver_outbox import drain, sweep
from jobs.lanes import run_lane
from store.action_facts import ActionFacts, Participation
from store.actions import ActionType, When
from store.collaborators import Collaborator
from store.documents import DocumentShelf
from store.engine import Book
from store.invitations import Invitation
from store.inviting import invite
from store.mailboxes import Mailbox
from store.outbox import Outgoing
from store.planning import edit_action, plan_action
from store.series import Recurrence

ZONE = "Europe/Brussels"
SETTINGS = {
    "office": {"name": "Bureau Dubois", "locale": "fr-BE"},
    "database": {"url": "sqlite://"},
    "slack": {"mode": "http", "bot_token": "xoxb-1", "signing_secret": "signing"},
    "web": {"public_url": "https://rapport.example", "secret": "s" * 40},
    "mail": {
        "exchange": {
            "endpoint": "https://mail.example/EWS/Exchange.asmx",
            "username": "service",
            "password": "secret",
            "mails_a_minute": 10_000,
        }
    },
}


class MovingClock(Protocol):
    def __call__(self) -> datetime: ...

    def advance(self, length: timedelta) -> None: ...


@dataclass
class JobOffice:
    office: Office
    server: MailServerInMemory
    clock: MovingClock
    anna_id: int
    bram_id: int
    relation_id: int
    els_id: int
    jan_id: int

    def mailbox_id(self, collaborator_id: int) -> int:
        with self.office.book.reading() as session:
            query = select(Mailbox.id).where(Mailbox.collaborator_id == collaborator_id)
            return session.scalars(query).one()

    def plans(
        self,
        *guests: int,
        subject: str = "Visite",
        on: date = date(2026, 11, 26),
        colleagues: Iterable[int] = (),
        is_private: bool = False,
        recurrence: Recurrence | None = None,
    ) -> int:
        """Anna plans a visit at two in the afternoon with these contacts, and saves with invitations."""
        with self.office.book.writing() as session:
            anna = session.get_one(Collaborator, self.anna_id)
            facts = self._facts(session, subject, on, guests, colleagues)
            facts = replace(facts, is_private=is_private, recurrence=recurrence)
            action = plan_action(session, by=anna, facts=facts, now=self.clock())
            invite(session, action, now=self.clock())
            return action.id

    def changes(self, action_id: int, *guests: int, subject: str = "Visite", on: date = date(2026, 11, 26)) -> None:
        with self.office.book.writing() as session:
            anna = session.get_one(Collaborator, self.anna_id)
            facts = self._facts(session, subject, on, guests, ())
            action = edit_action(session, by=anna, action_id=action_id, version=None, facts=facts, now=self.clock())
            invite(session, action, now=self.clock())

    def _facts(
        self, session: Session, subject: str, on: date, guests: Iterable[int], colleagues: Iterable[int]
    ) -> ActionFacts:
        visit = session.scalars(select(ActionType).where(ActionType.key == "visit")).one()
        return ActionFacts(
            relation_id=self.relation_id,
            type_id=visit.id,
            subject=subject,
            when=When(on, time(14), on, time(15), ZONE),
            representative_id=self.anna_id,
            place="Rue du Moulin 12, Tournai",
            points="Prix 2027",
            participants=(
                *(Participation(contact_id=guest) for guest in guests),
                *(Participation(collaborator_id=one) for one in colleagues),
            ),
        )

    def drains(self, collaborator_id: int | None = None) -> None:
        drain(self.office, f"mailbox:{self.mailbox_id(collaborator_id or self.anna_id)}")

    def reads(self, collaborator_id: int | None = None) -> None:
        run_lane(self.office, f"read:{self.mailbox_id(collaborator_id or self.anna_id)}")

    def runs_everything_due(self) -> None:
        """What an engine would do now: every lane that a sweep would wake."""
        woken: list[str] = []
        self.office.wakers.append(woken.append)
        sweep(self.office, self.clock())
        self.office.wakers.remove(woken.append)
        for lane in woken:
            run_lane(self.office, lane)

    def rows(self, kind: type, order: object = None) -> list:
        with self.office.book.reading() as session:
            return list(session.scalars(select(kind).order_by(kind.id)).unique())

    def invitation(self, action_id: int) -> Invitation:
        with self.office.book.reading() as session:
            return session.scalars(select(Invitation).where(Invitation.action_id == action_id)).one()

    def notices(self) -> list[dict]:
        return [row.content for row in self.rows(Outgoing) if row.kind == "notice"]


def make_job_office(book: Book, clock: MovingClock, folder: Path) -> JobOffice:
    server = MailServerInMemory(now=clock)
    with book.writing() as session:
        lay_down_lists(session)
        anna, anna_box = new_collaborator(session, "Anna")
        bram, bram_box = new_collaborator(session, "Bram")
        anna.signature = "Bureau Dubois\n+32 2 555 12 12"
        relation = new_relation(session, "Brasserie Dupont", "info@dupont.example")
        els = new_contact(
            session, new_person(session, "Els Peeters", language="nl"), relation, mail="els@dupont.example"
        )
        jan = new_contact(session, new_person(session, "Jan Maes", language="fr"), relation, mail="jan@dupont.example")
        ids = (anna.id, bram.id, relation.id, els.id, jan.id)
        addresses = [anna_box.address, bram_box.address]
    boxes: dict[tuple[str, str], OpenMailbox] = {("exchange", one): server.mailbox(one) for one in addresses}
    office = Office(
        settings=Settings.model_validate(SETTINGS),
        book=book,
        slack=WebClient(token="xoxb-1", base_url="http://127.0.0.1:9/"),
        shelf=DocumentShelf(folder / "documents"),
        now=clock,
        _mailboxes=boxes,
    )
    return JobOffice(office, server, clock, *ids)
