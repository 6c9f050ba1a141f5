"""Anna at work: what the tests of contacts begin with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator, add_collaborator
from store.contacts import Contact, ContactKind, ContactRole, Grouping, add_contact, contacts_of, who_fills
from store.domain import line_with_key
from store.engine import Book
from store.relations import Relation, add_relation
from store.starter import seed_domain_data

TODAY = date(2026, 11, 21)


class Desk:
    """A company, kinds of contacts, and shorthand."""

    def __init__(self, session: Session, book: Book) -> None:
        self.session, self.now = session, book.now()
        seed_domain_data(session, self.now)
        self.anna: Collaborator = add_collaborator(session, name="Anna", mail="anna@office.example", now=self.now)
        self.dupont = self.company("Dupont", language="fr")
        self.purchases = line_with_key(session, ContactKind, "purchases").id
        self.payable = line_with_key(session, ContactKind, "accounts_payable").id

    def company(self, name: str, **facts: str) -> Relation:
        return add_relation(self.session, by=self.anna, now=self.now, name=name, **facts)  # type: ignore[arg-type]

    def contact(self, name: str, relation: Relation | None = None, **facts: object) -> Contact:
        place = (relation or self.dupont).id
        return add_contact(self.session, by=self.anna, now=self.now, relation_id=place, name=name, **facts)  # type: ignore[arg-type]

    def grouping(self, key: str) -> int:
        row = Grouping(key=key, **{f"label_{code}": f"{key} {code}" for code in ("en", "fr", "nl")})
        self.session.add(row)
        self.session.flush()
        return row.id

    def default(self, kind_id: int | None = None, on: date = TODAY) -> str | None:
        found = who_fills(self.session, self.dupont.id, kind_id, asked_by=self.anna, on=on)
        return found.contact.person.name if found else None

    def listed(self, kind_id: int | None = None, **more: int) -> Sequence[Contact]:
        return contacts_of(self.session, self.dupont.id, asked_by=self.anna, on=TODAY, kind_id=kind_id, **more)

    def ranks(self, kind_id: int) -> list[tuple[int, str]]:
        query = select(ContactRole.rank, Relation.name).join(Contact, Contact.id == ContactRole.contact_id)
        query = query.join(Relation, Relation.id == Contact.person_id).where(ContactRole.kind_id == kind_id)
        return [(rank, name) for rank, name in self.session.execute(query.order_by(ContactRole.rank))]
