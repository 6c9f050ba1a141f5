"""Ranks: who comes first among the contacts of one kind at a relation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access import require_active
from store.base import BookBusy, NotFound
from store.collaborators import Collaborator
from store.contacts.model import Contact, ContactKind, ContactRole, standing_id
from store.domain import line
from store.scopes import require_in_scope
from store.standing import lock_standing

LAST = 1_000_000
"""Behind every other rank."""


def contact_to_write(session: Session, contact_id: int, *, by: Collaborator) -> Contact:
    """Raises NotFound, also when the place, person or relation is deleted, and NotAllowed."""
    require_active(by)
    contact = session.get(Contact, standing_id(session, contact_id))
    if contact is None or contact.deleted_at or contact.person.deleted_at or contact.relation.deleted_at:
        raise NotFound
    require_in_scope(session, contact.relation_id, by=by)
    return contact


def rank_contact(session: Session, contact_id: int, *, by: Collaborator, kind_id: int, rank: int | None) -> None:
    """Moves a contact to this rank of the kind (at most the last); those behind shift. None: no longer of this kind.

    Raises NotFound.
    """
    contact = contact_to_write(session, contact_id, by=by)
    _move(session, contact, line(session, ContactKind, kind_id, field="kind_ids").id, rank)
    session.flush()


def put_kinds(
    session: Session, contact: Contact, kind_ids: Sequence[int], ranks: Mapping[int, int] = MappingProxyType({})
) -> None:
    """Ticks these kinds and no others. `ranks` by kind: what has none stays, or comes last when newly ticked.

    Raises NotFound at `kind_ids`.
    """
    before = {role.kind_id for role in contact.roles}
    wanted = {line(session, ContactKind, kind_id, field="kind_ids").id: ranks.get(kind_id) for kind_id in kind_ids}
    for kind_id in before - set(wanted):
        _move(session, contact, kind_id, None)
    for kind_id, rank in wanted.items():
        if rank is not None or kind_id not in before:
            _move(session, contact, kind_id, LAST if rank is None else rank)


def leave_ranks(session: Session, contact: Contact) -> None:
    """For a place that is being deleted: the others close up, and its roles remember where it stood."""
    for role in contact.roles:
        _lock(session, contact)
        _number(_in_order(session, contact, role.kind_id))


def leave_kind(session: Session, contact: Contact, kind_id: int) -> None:
    """The contact is no longer of this kind, and the others close up."""
    _move(session, contact, kind_id, None)


def take_ranks_again(session: Session, contact: Contact) -> None:
    """For a place that is brought back: where it stood, and the others make room."""
    for role in list(contact.roles):
        _move(session, contact, role.kind_id, role.rank)


def _move(session: Session, contact: Contact, kind_id: int, rank: int | None) -> None:
    _lock(session, contact)
    roles = _in_order(session, contact, kind_id)
    own = next((role for role in contact.roles if role.kind_id == kind_id), None)
    if rank is None:
        contact.roles[:] = [role for role in contact.roles if role is not own]
    else:
        own = own or ContactRole(kind_id=kind_id)
        if own not in contact.roles:
            contact.roles.append(own)
        roles.insert(max(rank, 1) - 1, own)
    _number(roles)


def _lock(session: Session, contact: Contact) -> None:
    # Two who add a contact at the same time would both get the last rank.
    if lock_standing(session, contact.relation_id) != [contact.relation_id]:
        raise BookBusy("the relation was merged meanwhile")


def _in_order(session: Session, contact: Contact, kind_id: int) -> list[ContactRole]:
    """The roles of the others at the relation, first in rank first; a deleted place has none."""
    query = select(ContactRole).join(Contact, Contact.id == ContactRole.contact_id)
    query = query.where(Contact.relation_id == contact.relation_id, ContactRole.kind_id == kind_id)
    query = query.where(Contact.deleted_at.is_(None), Contact.id != contact.id)
    # As they stand now: another transaction may have moved them before the lock was ours.
    return list(session.scalars(query.order_by(ContactRole.rank).execution_options(populate_existing=True)))


def _number(roles: Sequence[ContactRole]) -> None:
    for number, role in enumerate(roles, start=1):
        role.rank = number
