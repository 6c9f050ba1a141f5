"""Groups of contacts by a saved filter: who is in one follows from the book each time that it is used.

Everybody of the office sees which filters there are; whom one finds depends on the scope of who asks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, aliased, mapped_column, relationship

from store import access
from store.addresses import PostalAddress, valid
from store.audit import Audited
from store.base import BookError, NotAllowed, NotFound, Row, Versioned, _
from store.collaborators import LANGUAGES, Collaborator
from store.contacts import Contact, ContactKind, ContactRole, Grouping
from store.contacts.queries import not_deleted, there
from store.domain import Listed, line
from store.involvements import Involvement, InvolvementCategory
from store.involvements.queries import is_there
from store.relations import Relation, RelationCategory
from store.scopes import in_scope
from store.statuses import RelationPriority, RelationStatus
from store.typed import line_typed
from store.words import fold

NAME_LIMIT = 60
_LISTS: dict[str, type[Listed]] = {
    "kind_id": ContactKind,
    "grouping_id": Grouping,
    "category_id": RelationCategory,
    "status_id": RelationStatus,
    "priority_id": RelationPriority,
}


class ContactFilter(Audited, Versioned, Row):
    """Each column that says something narrows the group; None and "" narrow nothing.

    `towns` are as typed, with commas between them: any of them will do. Category, status, priority and representative
    are the relation's.
    """

    __tablename__ = "contact_filter"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("contact_kind.id"))
    grouping_id: Mapped[int | None] = mapped_column(ForeignKey("grouping.id"))
    towns: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("relation_category.id"))
    status_id: Mapped[int | None] = mapped_column(ForeignKey("relation_status.id"))
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("relation_priority.id"))
    representative_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    kind: Mapped[ContactKind | None] = relationship()
    grouping: Mapped[Grouping | None] = relationship()
    category: Mapped[RelationCategory | None] = relationship()
    status: Mapped[RelationStatus | None] = relationship()
    priority: Mapped[RelationPriority | None] = relationship()
    representative: Mapped[Collaborator | None] = relationship(foreign_keys=[representative_id])


@dataclass(frozen=True, slots=True)
class FilterFacts:
    """Everything about a filter that a form decides."""

    name: str
    kind_id: int | None = None
    grouping_id: int | None = None
    towns: str = ""
    language: str = ""
    category_id: int | None = None
    status_id: int | None = None
    priority_id: int | None = None
    representative_id: int | None = None


# Saving


def save_filter(session: Session, *, by: Collaborator, facts: FilterFacts, now: datetime) -> ContactFilter:
    """A new one. Raises BookError at `name` (empty, taken, or nothing to filter by) and at the column that is wrong."""
    access.require_active(by)
    row = ContactFilter(created_by_id=by.id, created_at=now)
    _apply(session, row, facts, now)
    session.add(row)
    session.flush()
    return row


def edit_filter(
    session: Session, filter_id: int, *, by: Collaborator, version: int | None, facts: FilterFacts, now: datetime
) -> ContactFilter:
    """As `save_filter`; also raises NotFound, ChangedMeanwhile, NotAllowed for all but its maker and administrators."""
    row = _to_write(session, filter_id, by=by)
    row.expect_version(version)
    _apply(session, row, facts, now)
    session.flush()
    return row


def delete_filter(session: Session, filter_id: int, *, by: Collaborator, now: datetime) -> ContactFilter:
    """Its contacts stay. Raises NotFound and NotAllowed as `edit_filter`."""
    row = _to_write(session, filter_id, by=by)
    row.deleted_at = row.changed_at = now
    session.flush()
    return row


def restore_filter(session: Session, filter_id: int, *, by: Collaborator, now: datetime) -> ContactFilter:
    """Takes the deletion back; harmless when it was taken back already. Raises NotFound and NotAllowed."""
    row = _to_write(session, filter_id, by=by, also_deleted=True)
    row.deleted_at, row.changed_at = None, now
    session.flush()
    return row


def _to_write(session: Session, filter_id: int, *, by: Collaborator, also_deleted: bool = False) -> ContactFilter:
    access.require_active(by)
    row = session.get(ContactFilter, filter_id)
    if row is None or (row.deleted_at is not None and not also_deleted):
        raise NotFound
    if row.created_by_id != by.id and not by.is_admin:
        raise NotAllowed(_("Only who made this group and administrators can change it."))
    return row


def _apply(session: Session, row: ContactFilter, facts: FilterFacts, now: datetime) -> None:
    name = line_typed(facts.name, field="name", limit=NAME_LIMIT, required=True)
    others = select(ContactFilter).where(ContactFilter.deleted_at.is_(None))
    if any(fold(one.name) == fold(name) for one in session.scalars(others) if one is not row):
        raise BookError(_("There is a group called {name} already."), field="name", name=name)
    if facts.language and facts.language not in LANGUAGES:
        raise BookError(_("Rapport writes in English, French or Dutch."), field="language")
    for column, kind in _LISTS.items():
        if (line_id := getattr(facts, column)) is not None:
            line(session, kind, line_id, field=column)
    if facts.representative_id is not None and session.get(Collaborator, facts.representative_id) is None:
        raise NotFound(field="representative_id")
    towns = ", ".join(towns_typed(line_typed(facts.towns, field="towns")))
    wanted = asdict(facts) | {"name": name, "towns": towns}
    if not any(said for column, said in wanted.items() if column != "name"):
        raise BookError(_("Choose at least one thing to filter by."), field="name")
    for column, said in wanted.items():
        setattr(row, column, said)
    row.changed_at = now


def towns_typed(typed: str) -> list[str]:
    return [town for town in re.split(r"\s*[,;]\s*", typed.strip()) if town]


# Using


def filters_saved(session: Session, *, asked_by: Collaborator) -> Sequence[ContactFilter]:
    """By name. Raises NotAllowed."""
    access.require_present(asked_by)
    found = session.scalars(select(ContactFilter).where(ContactFilter.deleted_at.is_(None))).all()
    return sorted(found, key=lambda one: (fold(one.name), one.id))


def filter_seen_by(session: Session, filter_id: int, *, asked_by: Collaborator) -> ContactFilter:
    """Raises NotFound for one that is deleted or was never there, NotAllowed."""
    access.require_present(asked_by)
    row = session.get(ContactFilter, filter_id)
    if row is None or row.deleted_at is not None:
        raise NotFound
    return row


def contacts_in_filter(
    session: Session,
    filter_id: int,
    *,
    asked_by: Collaborator,
    on: date,
    office_language: str,
    relation_id: int | None = None,
) -> Sequence[int]:
    """Ids of the contacts within the asker's scope who are there on that day and whom it finds, by relation and person.

    `office_language` is that of whoever has no language; `relation_id` keeps those of one relation. Raises NotFound.
    """
    one = filter_seen_by(session, filter_id, asked_by=asked_by)
    person, relation = aliased(Relation), aliased(Relation)
    query = select(Contact.id).join(person, person.id == Contact.person_id)
    query = query.join(relation, relation.id == Contact.relation_id).where(*not_deleted(), *there(on))
    query = query.where(in_scope(Contact.relation_id, asked_by=asked_by), *_narrowed(session, one, relation, on))
    if one.language:
        said = func.coalesce(func.nullif(person.language, ""), func.nullif(relation.language, ""), office_language)
        query = query.where(said == one.language)
    if relation_id is not None:
        query = query.where(Contact.relation_id == relation_id)
    return session.scalars(query.order_by(relation.folded, person.folded, Contact.id)).all()


def _narrowed(session: Session, one: ContactFilter, relation: Any, on: date) -> Iterator[ColumnElement[bool]]:
    for column in ("category_id", "status_id", "priority_id"):
        if (line_id := getattr(one, column)) is not None:
            yield getattr(relation, column) == line_id
    if one.kind_id is not None:
        yield Contact.roles.any(ContactRole.kind_id == one.kind_id)
    if one.grouping_id is not None:
        yield Contact.groupings.any(Grouping.id == one.grouping_id)
    if one.towns:
        yield lives_in(session, {fold(town) for town in towns_typed(one.towns)}, on)
    if one.representative_id is not None:
        represented = select(Involvement.relation_id).join(Involvement.category)
        by_them = Involvement.collaborator_id == one.representative_id
        by_them &= Involvement.dossier_id.is_(None)
        represented = represented.where(InvolvementCategory.fills_representative, by_them, *is_there(on))
        yield Contact.relation_id.in_(represented)


def lives_in(session: Session, towns: Collection[str], on: date) -> ColumnElement[bool]:
    """The place's own address says the town; while it has none, one of the relation's does."""
    own = Contact.street + Contact.postal_code + Contact.town
    theirs = select(PostalAddress.relation_id).where(
        PostalAddress.town.in_(spellings(session, PostalAddress.town, towns)), valid(PostalAddress, on=on)
    )
    here = Contact.town.in_(spellings(session, Contact.town, towns))
    return here | and_(own == "", Contact.relation_id.in_(theirs))


def spellings(session: Session, column: InstrumentedAttribute[str], towns: Collection[str]) -> list[str]:
    """How the book writes these towns: accents and capitals are compared here, for neither engine folds them."""
    return [town for town in session.scalars(select(column).distinct()) if fold(town) in towns]
