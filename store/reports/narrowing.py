"""Which relations and contacts a report is about: what its filters come to in a query, as of a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from store.addresses import PostalAddress, valid
from store.collaborators import Collaborator
from store.contact_filters import lives_in, spellings, towns_typed
from store.contacts import Contact, ContactKind, ContactRole, Grouping
from store.contacts.queries import there
from store.domain import Listed, line
from store.involvements import Involvement, InvolvementCategory
from store.involvements.queries import is_there
from store.relation_facts.model import What, as_of
from store.relations import Relation, RelationCategory
from store.reports.wishes import Wish
from store.scopes import in_scope
from store.statuses import RelationPriority, RelationStatus
from store.words import fold

RELATION, PERSON = aliased(Relation, name="of_relation"), aliased(Relation, name="of_person")
"""The relation that a contact is at, and the person: both stand in the same table."""


def relations_meant(session: Session, wish: Wish, *, asked_by: Collaborator, today: date) -> Select[Any]:
    """A SELECT of Relation.id: those in the asker's scope that the filters leave. Who is a contact alone is left out.

    Raises NotFound for a line of a list that is not there.
    """
    query = select(Relation.id).where(Relation.deleted_at.is_(None), Relation.is_only_contact.is_(False))
    query = query.where(in_scope(Relation.id, asked_by=asked_by))
    if wish.kind is not None:
        query = query.where(Relation.kind == wish.kind)
    if wish.language:
        query = query.where(Relation.language == wish.language)
    if wish.since_on is not None:
        query = query.where(Relation.created_at >= _midnight(wish.since_on, asked_by))
    if wish.on is not None:
        query = query.where(Relation.created_at < _midnight(wish.on + timedelta(days=1), asked_by))
    on = wish.on or today
    if wish.towns:
        query = query.where(Relation.id.in_(_at(session, wish.towns, on)))
    if wish.country:
        here = select(PostalAddress.relation_id).where(PostalAddress.country == wish.country)
        query = query.where(Relation.id.in_(here.where(valid(PostalAddress, on=on))))
    return query.where(*_of_relation(session, wish, Relation, on))


def contacts_meant(session: Session, wish: Wish, *, asked_by: Collaborator, today: date) -> Select[Any]:
    """As `relations_meant`, of Contact.id: those who are there on the day. Joined to nothing.

    Category, status, priority and representative are the relation's; the language is the person's, else the relation's.
    """
    on = wish.on or today
    gone = select(Relation.id).where(Relation.deleted_at.is_not(None))
    # Against the few that are gone, not by joins: most counts look at no relation at all.
    is_kept = (Contact.person_id.not_in(gone), Contact.relation_id.not_in(gone))
    query = select(Contact.id).where(*there(on), Contact.deleted_at.is_(None), *is_kept)
    query = query.where(in_scope(Contact.relation_id, asked_by=asked_by))
    if wish.language:
        query = query.where(spoken() == wish.language)
    if wish.since_on is not None:
        query = query.where(Contact.since_on >= wish.since_on)
    if wish.contact_kind_id is not None:
        kind_id = _kept(session, ContactKind, wish.contact_kind_id)
        query = query.where(Contact.roles.any(ContactRole.kind_id == kind_id))
    if wish.grouping_id is not None:
        grouping_id = _kept(session, Grouping, wish.grouping_id)
        query = query.where(Contact.groupings.any(Grouping.id == grouping_id))
    if wish.towns:
        query = query.where(lives_in(session, {fold(town) for town in towns_typed(wish.towns)}, on))
    if wish.country:
        query = query.where(address_of_contact(Contact.country, PostalAddress.country, on) == wish.country)
    if of_relation := list(_of_relation(session, wish, Relation, on)):
        query = query.where(Contact.relation_id.in_(select(Relation.id).where(*of_relation)))
    return query


def status_on(relation: Any, what: What, on: date | None) -> Any:
    """The id of the relation's status or priority, now or of that day."""
    if on is not None:
        return as_of(relation.id, what, on)
    return relation.status_id if what is What.STATUS else relation.priority_id


def representatives_on(on: date) -> Select[int, int]:
    """Relation and collaborator of everybody who represents the office somewhere that day."""
    query = select(Involvement.relation_id, Involvement.collaborator_id).join(Involvement.category)
    represents = (InvolvementCategory.fills_representative, Involvement.dossier_id.is_(None))
    return query.where(*represents, *is_there(on))


def first_address(relation_id: Any, column: Any, on: date) -> Any:
    """A part of the relation's first address of that day, NULL without one."""
    query = select(column).where(PostalAddress.relation_id == relation_id, valid(PostalAddress, on=on))
    return query.order_by(PostalAddress.position, PostalAddress.id).limit(1).scalar_subquery()


def address_of_contact(own: Any, theirs: Any, on: date) -> Any:
    """The same part of the place's own address, else of the relation's first."""
    is_empty = Contact.street + Contact.postal_code + Contact.town == ""
    return case((is_empty, first_address(Contact.relation_id, theirs, on)), else_=func.nullif(own, ""))


def spoken() -> Any:
    """The language of a contact, NULL for the office's."""
    own, theirs = (
        select(func.nullif(Relation.language, "")).where(Relation.id == row_id).scalar_subquery()
        for row_id in (Contact.person_id, Contact.relation_id)
    )
    return func.coalesce(own, theirs)


def _of_relation(session: Session, wish: Wish, relation: Any, on: date) -> Iterator[ColumnElement[bool]]:
    if wish.category_id is not None:
        yield relation.category_id == _kept(session, RelationCategory, wish.category_id)
    if wish.status_id is not None:
        status_id = _kept(session, RelationStatus, wish.status_id)
        yield status_on(relation, What.STATUS, wish.on) == status_id
    if wish.priority_id is not None:
        priority_id = _kept(session, RelationPriority, wish.priority_id)
        yield status_on(relation, What.PRIORITY, wish.on) == priority_id
    if wish.collaborator_id is not None:
        theirs = representatives_on(on).where(Involvement.collaborator_id == wish.collaborator_id)
        yield relation.id.in_(theirs.with_only_columns(Involvement.relation_id))


def _kept(session: Session, kind: type[Listed], line_id: int) -> int:
    """The line itself, or the one into which it was merged since the report was kept."""
    return line(session, kind, line_id).id


def _at(session: Session, towns: str, on: date) -> Select[Any]:
    wanted = {fold(town) for town in towns_typed(towns)}
    query = select(PostalAddress.relation_id).where(valid(PostalAddress, on=on))
    return query.where(PostalAddress.town.in_(spellings(session, PostalAddress.town, wanted)))


def _midnight(on: date, asked_by: Collaborator) -> datetime:
    """With which the day begins where the asker is."""
    return datetime.combine(on, time(), ZoneInfo(asked_by.zone))
