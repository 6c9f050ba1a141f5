"""Who a mailing can be addressed to without naming each: all contacts, those of a kind, those of one's own files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from store import access
from store.collaborators import Collaborator
from store.contacts import Contact, ContactRole, Grouping
from store.involvements import Involvement
from store.relations import Relation
from store.scopes import in_scope


def contacts_in_place(
    session: Session,
    *,
    asked_by: Collaborator,
    on: date,
    kind_id: int | None = None,
    grouping_ids: Sequence[int] = (),
    only_own_files: bool = False,
) -> Sequence[int]:
    """Ids of the contacts who have a place on that day, by relation then person.

    `kind_id` keeps those of one contact kind, `grouping_ids` those of any of these groupings, `only_own_files` those at
    relations the asking collaborator is on.
    """
    access.require_present(asked_by)
    person, relation = aliased(Relation), aliased(Relation)
    query = (
        select(Contact.id)
        .join(person, person.id == Contact.person_id)
        .join(relation, relation.id == Contact.relation_id)
        .where(
            Contact.deleted_at.is_(None),
            person.deleted_at.is_(None),
            relation.deleted_at.is_(None),
            or_(Contact.since_on.is_(None), Contact.since_on <= on),
            or_(Contact.until_on.is_(None), Contact.until_on >= on),
            in_scope(Contact.relation_id, asked_by=asked_by),
        )
        .order_by(relation.folded, person.folded, Contact.id)
    )
    if kind_id is not None:
        query = query.where(exists().where(ContactRole.contact_id == Contact.id, ContactRole.kind_id == kind_id))
    if grouping_ids:
        query = query.where(Contact.groupings.any(Grouping.id.in_(grouping_ids)))
    if only_own_files:
        on_file = exists().where(
            Involvement.relation_id == Contact.relation_id,
            Involvement.collaborator_id == asked_by.id,
            Involvement.deleted_at.is_(None),
            Involvement.since_on <= on,
            or_(Involvement.until_on.is_(None), Involvement.until_on >= on),
        )
        query = query.where(on_file)
    return session.scalars(query).all()
