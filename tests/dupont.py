"""The small office that the tests of filing and mailings play in: Anna and Bram, and the Dupont brewery's people."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from store.actions import ActionStatus, ActionType, Meaning
from store.addresses import MailAddress, folded_mail
from store.collaborators import Collaborator, Role, add_collaborator
from store.contacts import Contact
from store.mailboxes import Mailbox
from store.relations import Relation, RelationKind
from store.statuses import ActionPriority

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def new_collaborator(session: Session, name: str, *, is_admin: bool = False) -> tuple[Collaborator, Mailbox]:
    mail = f"{name.lower()}@office.example"
    row = add_collaborator(session, name=name, mail=mail, role=Role.ADMIN if is_admin else Role.REP, now=START)
    mailbox = Mailbox(collaborator_id=row.id, address=mail, server="exchange", bound_at=START)
    session.add(mailbox)
    session.flush()
    return row, mailbox


def new_relation(
    session: Session, name: str, *mails: str, kind: RelationKind = RelationKind.COMPANY, language: str = "fr"
) -> Relation:
    row = Relation(kind=kind, name=name, folded=name.casefold(), language=language, created_at=START, changed_at=START)
    row.mail_addresses = [
        MailAddress(mail=mail, folded=folded_mail(mail), position=position) for position, mail in enumerate(mails)
    ]
    session.add(row)
    session.flush()
    return row


def new_person(session: Session, name: str, *mails: str, language: str = "") -> Relation:
    return new_relation(session, name, *mails, kind=RelationKind.PERSON, language=language)


def new_contact(
    session: Session,
    person: Relation,
    relation: Relation,
    *,
    mail: str = "",
    function: str = "",
    until_on: date | None = None,
) -> Contact:
    row = Contact(person_id=person.id, relation_id=relation.id, function=function, until_on=until_on, changed_at=START)
    session.add(row)
    session.flush()
    if mail:
        position = len(person.mail_addresses)
        person.mail_addresses.append(
            MailAddress(mail=mail, folded=folded_mail(mail), contact_id=row.id, position=position)
        )
        session.flush()
    return row


def lay_down_lists(session: Session) -> None:
    """The lines of the office's lists that filing needs."""
    labels = {"label_en": "Mail sent", "label_fr": "E-mail envoyé", "label_nl": "E-mail verstuurd"}
    session.add(ActionType(key="mail_sent", emoji="email", is_all_day=False, invites=False, **labels))
    session.add(ActionType(key="visit", emoji="car", **labels))
    for meaning in Meaning:
        session.add(ActionStatus(key=meaning.value, meaning=meaning, **labels))
    session.add(ActionPriority(key="normal", is_usual=True, **labels))
    session.flush()
