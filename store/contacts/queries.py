"""Who has a place at a relation, on which day, and where they are reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from store.addresses import MailAddress, Phone, valid
from store.collaborators import Collaborator
from store.contacts.model import Contact, Grouping, standing_id
from store.relations import Relation
from store.scopes import in_scope


def contact_seen_by(session: Session, contact_id: int, *, asked_by: Collaborator) -> Contact | None:
    """None when the place, person or relation is deleted, when missing, or not in the scope of `asked_by`.

    One that was merged into another leads to that one.
    """
    query = select(Contact).where(Contact.id == standing_id(session, contact_id), *not_deleted())
    return session.scalars(query.where(in_scope(Contact.relation_id, asked_by=asked_by))).one_or_none()


def contacts_of(
    session: Session,
    relation_id: int,
    *,
    asked_by: Collaborator,
    on: date | None,
    kind_id: int | None = None,
    grouping_id: int | None = None,
) -> Sequence[Contact]:
    """Who has a place there on that day (None: ever had); by rank in the kind, else by name."""
    query = select(Contact).where(Contact.relation_id == relation_id, *not_deleted(), *there(on))
    query = query.where(in_scope(Contact.relation_id, asked_by=asked_by))
    if grouping_id is not None:
        query = query.where(Contact.groupings.any(Grouping.id == grouping_id))
    found = session.scalars(query).all()
    if kind_id is None:
        return sorted(found, key=lambda contact: (contact.person.folded, contact.id))
    return sorted((one for one in found if one.rank(kind_id)), key=lambda contact: contact.rank(kind_id) or 0)


def contact_names(session: Session, relation_id: int, *, asked_by: Collaborator, on: date) -> Sequence[tuple[int, str]]:
    """Id and name of everybody who has a place there on that day, in no order: without making rows of them."""
    query = select(Contact.id, Relation.name).join(Relation, Relation.id == Contact.person_id)
    query = query.where(Contact.relation_id == relation_id, *not_deleted(), *there(on))
    found = session.execute(query.where(in_scope(Contact.relation_id, asked_by=asked_by)))
    return [(row[0], row[1]) for row in found]


def places_of(session: Session, person_id: int, *, asked_by: Collaborator, on: date | None) -> Sequence[Contact]:
    """The person's places on that day (None: ever), by relation."""
    query = select(Contact).where(Contact.person_id == person_id, *not_deleted(), *there(on))
    query = query.where(in_scope(Contact.relation_id, asked_by=asked_by))
    return sorted(session.scalars(query), key=lambda contact: (contact.relation.folded, contact.id))


def there(on: date | None) -> list[ColumnElement[bool]]:
    """The conditions for a WHERE: places held on that day (None: ever)."""
    if on is None:
        return []
    return [
        or_(Contact.since_on.is_(None), Contact.since_on <= on),
        or_(Contact.until_on.is_(None), Contact.until_on >= on),
    ]


def not_deleted() -> list[ColumnElement[bool]]:
    """The conditions for a WHERE: neither the place nor one of its two ends is deleted."""
    return [
        Contact.deleted_at.is_(None),
        Contact.person.has(Relation.deleted_at.is_(None)),
        Contact.relation.has(Relation.deleted_at.is_(None)),
    ]


def mail_for(session: Session, contact: Contact, *, on: date | None = None) -> str | None:
    """The address at this place, else the person's first that belongs to no place; None without one.

    As valid on that day (today, unless said).
    """
    query = select(MailAddress.mail).where(*_usable(MailAddress, contact, on or datetime.now(UTC).date()))
    return session.scalars(query.order_by(*_here_first(MailAddress)).limit(1)).first()


def phone_for(session: Session, contact: Contact, *, on: date | None = None) -> str | None:
    """As `mail_for`: the number as it was typed."""
    phone = phone_at(session, contact, on=on or datetime.now(UTC).date())
    return phone.number if phone else None


def phone_at(session: Session, contact: Contact, *, on: date) -> Phone | None:
    """As `mail_for`, the row that says how it is dialled."""
    query = select(Phone).where(*_usable(Phone, contact, on))
    return session.scalars(query.order_by(*_here_first(Phone)).limit(1)).first()


def _usable(kind: type[MailAddress | Phone], contact: Contact, on: date) -> tuple[ColumnElement[bool], ...]:
    is_here = or_(kind.contact_id == contact.id, kind.contact_id.is_(None))
    return kind.relation_id == contact.person_id, is_here, valid(kind, on=on)


def _here_first(kind: type[MailAddress | Phone]) -> tuple[ColumnElement[Any], ...]:
    return kind.contact_id.is_(None), kind.position.expression, kind.id.expression


def language_for(contact: Contact) -> str | None:
    """ "en", "fr" or "nl": the person's, else the relation's, else None for the office's."""
    return contact.person.language or contact.relation.language or None
