"""The beginnings that stories in Slack share: a relation with a contact, and a mailbox to invite from."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session
from world import CLAIRE, World

from store.action_facts import ActionFacts, Participation
from store.actions import Action, ActionType, When
from store.addresses import MailLine, PostalLine
from store.base import Row
from store.collaborators import Collaborator
from store.contacts import add_contact
from store.domain import line_with_key
from store.involvements import set_representative
from store.mailboxes import Mailbox
from store.outbox import Outgoing
from store.planning import plan_action
from store.relations import add_relation

FAR = date(2030, 5, 14)
"""A Tuesday that no clock of a test reaches."""


def add_dupont(world: World, *, by: Collaborator | None = None, name: str = "Brasserie Dupont") -> tuple[int, int]:
    """Ids of the relation and of its contact Els Peeters; Claire represents the office there."""
    office = world.office
    claire = by or world.collaborator(CLAIRE)
    with office.book.writing() as session:
        relation = add_relation(
            session,
            by=claire,
            now=office.now(),
            name=name,
            mails=[MailLine("info@dupont.example")],
            postal_addresses=[PostalLine("Rue du Moulin 12", "7500", "Tournai", "")],
        )
        contact = add_contact(
            session, by=claire, now=office.now(), relation_id=relation.id, name="Els Peeters", mail="els@dupont.example"
        )
        set_representative(
            session,
            by=claire,
            relation_id=relation.id,
            collaborator_id=claire.id,
            on=office.now().date(),
            now=office.now(),
        )
        return relation.id, contact.id


def bind_mailbox_of(world: World, who: Collaborator) -> None:
    with world.office.book.writing() as session:
        session.add(Mailbox(collaborator_id=who.id, address=who.mail, server="office", bound_at=datetime.now(UTC)))


def add_action(
    world: World,
    by: Collaborator,
    relation_id: int,
    subject: str = "Visit",
    *,
    on: date = FAR,
    starts: time | None = time(14),
    participants: Sequence[Participation] = (),
    is_private: bool = False,
    contact_id: int | None = None,
) -> int:
    zone = by.zone
    when = When.hours(on, starts, None, zone=zone, lasts=timedelta(hours=1)) if starts else When.day(on, zone=zone)
    with world.office.book.writing() as session:
        facts = ActionFacts(
            relation_id=relation_id,
            type_id=line_with_key(session, ActionType, "visit").id,
            subject=subject,
            when=when,
            representative_id=by.id,
            contact_id=contact_id,
            is_private=is_private,
            participants=tuple(participants),
        )
        return plan_action(session, by=by, facts=facts, now=world.office.now()).id


def count(world: World, kind: type[Row]) -> int:
    with world.office.book.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def action_with_id(world: World, action_id: int) -> Action:
    with world.office.book.reading() as session:
        action = session.get_one(Action, action_id)
        _ = action.participants, action.status, action.contact, action.point_rows
        return action


def only_action(world: World) -> Action:
    with world.office.book.reading() as session:
        action = session.scalars(select(Action)).unique().one()
        _ = action.participants, action.contact and action.contact.person, action.point_rows
        return action


def mails_on_their_way(world: World) -> list[dict[str, Any]]:
    with world.office.book.reading() as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.kind == "invitation").order_by(Outgoing.id)).all()
        return [_mail(session, row) for row in rows]


def _mail(session: Session, row: Outgoing) -> dict[str, Any]:
    from store.invitations import InvitationMail

    mail = session.get_one(InvitationMail, row.content["invitation_mail_id"])
    return {"to": mail.invitation.name, "news": mail.content["news"], "method": mail.method.value}


@contextmanager
def slow_book(world: World, delay_s: float) -> Iterator[None]:
    """Every transaction begins `delay_s` late, as on a server under load."""
    stopped = threading.Event()  # the listener stays: SQLAlchemy's list of them must not change while others read it

    def wait(_connection: object) -> None:
        stopped.wait(delay_s)

    event.listen(world.office.book.engine, "begin", wait)
    try:
        yield
    finally:
        stopped.set()


@contextmanager
def locked_book(world: World) -> Iterator[None]:
    """Another process holds SQLite's write lock."""
    path = Path(str(world.office.book.url.database))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def wait_until(holds: Callable[[], bool]) -> None:
    until = monotonic() + 20
    while not holds():
        assert monotonic() < until, "it did not come to hold within 20 s"
        sleep(0.02)
