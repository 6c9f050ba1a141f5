"""Ranks: who comes first among the contacts of one kind at a relation."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access import require_active
from store.base import NotFound
from store.collaborators import Collaborator
from store.contacts.model import Contact, ContactKind, ContactRole
from store.domain import line
from store.relations import Relation

LAST = 1_000_000
"""Behind every other rank."""


def contact_to_write(session: Session, contact_id: int, *, by: Collaborator) -> Contact:
    """Raises NotFound, also when the place, person or relation is deleted, and NotAllowed."""
    require_active(by)
    contact = session.get(Contact, contact_id)
    if contact is None or contact.deleted_at or contact.person.deleted_at or contact.relation.deleted_at:
        raise NotFound
    return contact


def rank_contact(session: Session, contact_id: int, *, by: Collaborator, kind_id: int, rank: int | None) -> None:
    """Moves a contact to this rank of the kind (at most the last); those behind shift. None: no longer of this kind.

    Raises NotFound.
    """
    contact = contact_to_write(session, contact_id, by=by)
    line(session, ContactKind, kind_id, field="kind_ids")
    _move(session, contact, kind_id, rank)
    session.flush()


def put_kinds(session: Session, contact: Contact, kind_ids: Sequence[int]) -> None:
    """Ticks these kinds and no others; what is newly ticked comes last in rank. Raises NotFound at `kind_ids`."""
    before = {role.kind_id for role in contact.roles}
    for kind_id in before - set(kind_ids):
        _move(session, contact, kind_id, None)
    for kind_id in dict.fromkeys(kind_ids):
        line(session, ContactKind, kind_id, field="kind_ids")
        if kind_id not in before:
            _move(session, contact, kind_id, LAST)


def _move(session: Session, contact: Contact, kind_id: int, rank: int | None) -> None:
    # Locked, or two who add a contact at the same time would both get the last rank.
    session.execute(select(Relation.id).where(Relation.id == contact.relation_id).with_for_update())
    query = select(ContactRole).join(Contact, Contact.id == ContactRole.contact_id)
    query = query.where(Contact.relation_id == contact.relation_id, ContactRole.kind_id == kind_id)
    roles = list(session.scalars(query.order_by(ContactRole.rank)))
    own = next((role for role in roles if role.contact_id == contact.id), None)
    roles = [role for role in roles if role is not own]
    if rank is None:
        contact.roles[:] = [role for role in contact.roles if role is not own]
    else:
        own = own or ContactRole(kind_id=kind_id)
        if own not in contact.roles:
            contact.roles.append(own)
        roles.insert(max(rank, 1) - 1, own)
    for number, role in enumerate(roles, start=1):
        role.rank = number
