"""Who has a place at a relation, on which day, and who of them fills a form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from store.addresses import MailAddress, Phone
from store.collaborators import Collaborator
from store.contacts.model import Contact
from store.contacts.ranks import LAST
from store.relations import Relation


def contact_seen_by(session: Session, contact_id: int, *, asked_by: Collaborator) -> Contact | None:
    """None when the place, person or relation is deleted, when missing, or `asked_by` has left."""
    if not asked_by.is_active:
        return None
    return session.scalars(select(Contact).where(Contact.id == contact_id, *_not_deleted())).one_or_none()


def contacts_of(
    session: Session, relation_id: int, *, asked_by: Collaborator, on: date | None, kind_id: int | None = None
) -> Sequence[Contact]:
    """Who has a place there on that day (None: ever had); by rank in the kind, else by name."""
    if not asked_by.is_active:
        return []
    query = select(Contact).where(Contact.relation_id == relation_id, *_not_deleted(), *_there(on))
    found = session.scalars(query).all()
    if kind_id is None:
        return sorted(found, key=lambda contact: (contact.person.folded, contact.id))
    return sorted((one for one in found if one.rank(kind_id)), key=lambda contact: contact.rank(kind_id) or 0)


def places_of(session: Session, person_id: int, *, on: date | None) -> Sequence[Contact]:
    """The person's places on that day (None: ever), by relation."""
    query = select(Contact).where(Contact.person_id == person_id, *_not_deleted(), *_there(on))
    return sorted(session.scalars(query), key=lambda contact: (contact.relation.folded, contact.id))


def default_contact(session: Session, relation_id: int, kind_id: int | None, *, on: date) -> Contact | None:
    """Who fills a form: the first in rank of the kind who is there that day.

    Nobody of the kind, or no kind: the best in rank of any, else the first who was added; None without contacts.
    """
    query = select(Contact).where(Contact.relation_id == relation_id, *_not_deleted(), *_there(on))
    found = session.scalars(query).all()

    def precedence(contact: Contact) -> tuple[int, int, int]:
        of_kind = contact.rank(kind_id) if kind_id is not None else None
        return of_kind or LAST, min((role.rank for role in contact.roles), default=LAST), contact.id

    return min(found, key=precedence, default=None)


def _there(on: date | None) -> list[ColumnElement[bool]]:
    if on is None:
        return []
    return [
        or_(Contact.since_on.is_(None), Contact.since_on <= on),
        or_(Contact.until_on.is_(None), Contact.until_on >= on),
    ]


def _not_deleted() -> list[ColumnElement[bool]]:
    return [
        Contact.deleted_at.is_(None),
        Contact.person.has(Relation.deleted_at.is_(None)),
        Contact.relation.has(Relation.deleted_at.is_(None)),
    ]


def mail_for(session: Session, contact: Contact) -> str | None:
    """The address at this place, else the person's first that belongs to no place; None without one."""
    query = select(MailAddress.mail).where(*_usable(MailAddress, contact))
    return session.scalars(query.order_by(*_here_first(MailAddress)).limit(1)).first()


def phone_for(session: Session, contact: Contact) -> str | None:
    """As `mail_for`."""
    query = select(Phone.number).where(*_usable(Phone, contact))
    return session.scalars(query.order_by(*_here_first(Phone)).limit(1)).first()


def _usable(kind: type[MailAddress | Phone], contact: Contact) -> tuple[ColumnElement[bool], ...]:
    return kind.relation_id == contact.person_id, or_(kind.contact_id == contact.id, kind.contact_id.is_(None))


def _here_first(kind: type[MailAddress | Phone]) -> tuple[ColumnElement[Any], ...]:
    return kind.contact_id.is_(None), kind.position.expression, kind.id.expression


def language_for(contact: Contact) -> str | None:
    """ "en", "fr" or "nl": the person's, else the relation's, else None for the office's."""
    return contact.person.language or contact.relation.language or None
