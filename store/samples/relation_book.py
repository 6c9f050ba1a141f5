"""What makes sample relations lived in: VAT numbers, categories, birthdays, groupings, notes, and a look-alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.addresses import MailLine, PhoneLine
from store.collaborators import Collaborator
from store.contacts import Contact, Grouping
from store.contacts.birthdays import Birthday
from store.domain import line_with_key, listed
from store.involvements import representative_of
from store.notes import NoteFacts, Remind, write_note
from store.relations import Relation, RelationCategory, RelationKind, add_relation, edit_relation
from store.samples.trades import NOTES


def live_in(session: Session, made: Sequence[Relation], *, by: Collaborator, now: datetime, random: Random) -> None:
    """Adds to these relations what an office gathers in some years; the first company gets a look-alike."""
    for relation in made:
        _describe(session, relation, by=by, now=now, random=random)
        if random.random() < 0.4:
            _note(session, relation, by=by, now=now, random=random)
    contacts = session.scalars(select(Contact).order_by(Contact.id)).all()
    for contact in contacts:
        _know(session, contact, today=now.date(), random=random)
    companies = [relation for relation in made if relation.kind is RelationKind.COMPANY]
    if companies:
        _look_alike(session, companies[0], by=by, now=now)
    session.flush()


def _describe(session: Session, relation: Relation, *, by: Collaborator, now: datetime, random: Random) -> None:
    key = random.choices(("client", "prospect", "supplier"), (6, 3, 1))[0]
    is_belgian = relation.kind is RelationKind.COMPANY and relation.language in ("fr", "nl")
    edit_relation(
        session,
        relation.id,
        by=by,
        now=now,
        category_id=line_with_key(session, RelationCategory, key).id,
        vat=belgian_vat(random) if is_belgian else None,
    )


def belgian_vat(random: Random) -> str:
    """A number whose check digits fit: 97 less the remainder of the first eight figures by 97."""
    first = random.randrange(4_000_000, 9_999_999)
    return f"BE0{first}{97 - first % 97:02}"


def _note(session: Session, relation: Relation, *, by: Collaborator, now: datetime, random: Random) -> None:
    subject, detail = random.choice(NOTES.get(relation.language) or NOTES["en"])
    day = now.date() - timedelta(days=random.randrange(0, 90))
    author = representative_of(session, relation.id, on=now.date()) or by
    remind = Remind(now.date() + timedelta(days=random.randrange(1, 5)), time(9), (author.id,))
    facts = NoteFacts(
        relation_id=relation.id,
        subject=subject,
        detail=detail,
        noted_on=day,
        remind=remind if random.random() < 0.2 else None,
    )
    write_note(session, by=author, facts=facts, now=now)


def _know(session: Session, contact: Contact, *, today: date, random: Random) -> None:
    if random.random() < 0.4:
        born = date(random.randrange(1958, 2001), 1, 1) + timedelta(days=random.randrange(365))
        if random.random() < 0.15:
            coming = today + timedelta(days=random.randrange(0, 7))
            born = date(born.year, coming.month, min(coming.day, 28))
        year = born.year if random.random() < 0.5 else None
        session.add(Birthday(person_id=contact.person_id, month=born.month, day=born.day, year=year))
    if random.random() < 0.3:
        contact.groupings.append(random.choice(listed(session, Grouping)))


def _look_alike(session: Session, relation: Relation, *, by: Collaborator, now: datetime) -> None:
    """Entered a second time by somebody who did not search first: the same address, another spelling."""
    add_relation(
        session,
        by=by,
        now=now,
        name=f"{relation.name.split()[-1].upper()} {' '.join(relation.name.split()[:-1])}".strip(),
        language=relation.language,
        mails=[MailLine(row.mail) for row in relation.mail_addresses],
        phones=[PhoneLine(row.number) for row in relation.phones],
    )
