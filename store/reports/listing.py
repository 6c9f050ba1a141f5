"""Relations and contacts as a report: one line for each that the filters leave, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from store.access import require_present
from store.addresses import MailAddress, Phone
from store.batches import batches
from store.collaborators import Collaborator
from store.contacts import Contact
from store.domain import Listed
from store.involvements import Involvement
from store.relation_facts.model import What
from store.relations import Relation, RelationKind
from store.reports.narrowing import PERSON, RELATION, contacts_meant, relations_meant, representatives_on, status_on
from store.reports.wishes import Wish
from store.statuses import RelationPriority, RelationStatus
from store.vat import shown_vat


@dataclass(frozen=True, slots=True)
class RelationLine:
    """`status` and `priority` as of the day; "" for what is not known. `representatives` by name. `country` a code."""

    relation_id: int
    name: str
    kind: RelationKind
    category: str
    status: str
    priority: str
    representatives: Sequence[str]
    postal_code: str
    town: str
    country: str
    language: str
    vat: str
    mail: str
    phone: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ContactLine:
    """As RelationLine; category, status, priority and representatives are the relation's."""

    contact_id: int
    name: str
    relation: str
    function: str
    kinds: Sequence[str]
    groupings: Sequence[str]
    category: str
    status: str
    priority: str
    representatives: Sequence[str]
    postal_code: str
    town: str
    country: str
    language: str
    mail: str
    phone: str
    since_on: date | None


L = TypeVar("L")
R = TypeVar("R", MailAddress, Phone)


@dataclass(frozen=True, slots=True)
class Lines(Generic[L]):
    """`number` of them there are; `lines` are the first of these."""

    number: int
    lines: Sequence[L]


def relations_listed(
    session: Session, wish: Wish, *, asked_by: Collaborator, today: date, limit: int | None = None
) -> Lines[RelationLine]:
    """By name, as far as the asker may see. Raises NotFound for a filter's line that is not there."""
    require_present(asked_by)
    query = relations_meant(session, wish, asked_by=asked_by, today=today)
    ordered = query.order_by(Relation.folded, Relation.id).limit(limit)
    told = _told(session, ordered, Relation, wish)
    known = _Known(session, wish.on or today, asked_by.language, [row.relation_id for row in told])
    lines: list[RelationLine] = []
    loads = (Relation.postal_addresses, Relation.mail_addresses, Relation.phones, Relation.category)
    for some in batches(told):
        found = select(Relation).where(Relation.id.in_([row.id for row in some]))
        rows = {row.id: row for row in session.scalars(found.options(*(selectinload(one) for one in loads)))}
        lines += [known.relation_line(rows[row.id], row) for row in some]
    return Lines(_number(session, query, len(lines), limit), lines)


def contacts_listed(
    session: Session, wish: Wish, *, asked_by: Collaborator, today: date, limit: int | None = None
) -> Lines[ContactLine]:
    """By the person's name, as far as the asker may see. Raises as `relations_listed`."""
    require_present(asked_by)
    query = contacts_meant(session, wish, asked_by=asked_by, today=today)
    told = _told(session, _in_order(session, query, limit), RELATION, wish)
    known = _Known(session, wish.on or today, asked_by.language, [row.relation_id for row in told])
    lines: list[ContactLine] = []
    of_relation = selectinload(Contact.relation)
    of_person = selectinload(Contact.person)
    loads = (
        selectinload(Contact.groupings),
        of_person.selectinload(Relation.mail_addresses),
        of_person.selectinload(Relation.phones),
        of_relation.selectinload(Relation.postal_addresses),
        of_relation.selectinload(Relation.category),
    )
    for some in batches(told):
        found = select(Contact).where(Contact.id.in_([row.id for row in some])).options(*loads)
        rows = {row.id: row for row in session.scalars(found)}
        lines += [known.contact_line(rows[row.id], row) for row in some]
    return Lines(_number(session, query, len(lines), limit), lines)


def _in_order(session: Session, query: Select[Any], limit: int | None) -> Select[Any]:
    """Those of a query on contacts by name, joined to PERSON and RELATION."""
    named = query.join(PERSON, PERSON.id == Contact.person_id)
    if limit is not None:
        # Names alone first: the engine walks along their index until there are enough.
        names = session.scalars(named.with_only_columns(PERSON.folded).order_by(PERSON.folded).limit(limit)).all()
        named = named.where(PERSON.folded <= names[-1]) if names else named
    placed = named.join(RELATION, RELATION.id == Contact.relation_id)
    return placed.order_by(PERSON.folded, RELATION.folded, Contact.id).limit(limit)


def _told(session: Session, query: Select[Any], relation: Any, wish: Wish) -> Sequence[Any]:
    """Rows of `id`, `relation_id`, `status_id` and `priority_id`."""
    columns = [status_on(relation, what, wish.on).label(f"{what.value}_id") for what in What]
    query = query.with_only_columns(query.selected_columns[0].label("id"), relation.id.label("relation_id"), *columns)
    return session.execute(query).all()


def _number(session: Session, query: Select[Any], shown: int, limit: int | None) -> int:
    if limit is None or shown < limit:
        return shown
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


class _Known:
    """What stands in the lines beside their own rows: labels, and who represents the office."""

    def __init__(self, session: Session, on: date, language: str, relation_ids: Sequence[int]) -> None:
        self._on, self._language = on, language
        self._statuses = _labels(session.scalars(select(RelationStatus)), language)
        self._priorities = _labels(session.scalars(select(RelationPriority)), language)
        self._representatives: dict[int, list[str]] = {}
        for some in batches(sorted(set(relation_ids))):
            query = representatives_on(on).join(Collaborator, Collaborator.id == Involvement.collaborator_id)
            query = query.where(Involvement.relation_id.in_(some)).order_by(Collaborator.name, Collaborator.id)
            for relation_id, name in session.execute(
                query.with_only_columns(Involvement.relation_id, Collaborator.name)
            ):
                self._representatives.setdefault(relation_id, []).append(name)

    def relation_line(self, row: Relation, told: Any) -> RelationLine:
        address = next((one for one in row.postal_addresses if one.is_valid(self._on)), None)
        return RelationLine(
            relation_id=row.id,
            name=row.name,
            kind=row.kind,
            postal_code=address.postal_code if address else "",
            town=address.town if address else "",
            country=address.country if address else "",
            language=row.language,
            vat=shown_vat(row.vat) if row.vat else "",
            mail=next((one.mail for one in row.mail_addresses if one.is_valid(self._on)), ""),
            phone=next((one.number for one in row.phones if one.is_valid(self._on)), ""),
            added_at=row.created_at,
            **self._of_relation(row, told),
        )

    def contact_line(self, row: Contact, told: Any) -> ContactLine:
        first = next((one for one in row.relation.postal_addresses if one.is_valid(self._on)), None)
        address = row if row.street or row.postal_code or row.town else first
        return ContactLine(
            contact_id=row.id,
            name=row.person.name,
            relation=row.relation.name,
            function=row.function,
            kinds=[role.kind.label(self._language) for role in row.roles],
            groupings=[one.label(self._language) for one in row.groupings],
            postal_code=address.postal_code if address else "",
            town=address.town if address else "",
            country=address.country if address else "",
            language=row.person.language or row.relation.language,
            mail=next((one.mail for one in self._usable(row.person.mail_addresses, row)), ""),
            phone=next((one.number for one in self._usable(row.person.phones, row)), ""),
            since_on=row.since_on,
            **self._of_relation(row.relation, told),
        )

    def _usable(self, rows: Sequence[R], contact: Contact) -> list[R]:
        """As `mail_for` and `phone_for` have it: those of this place first, then those of no place."""
        here = [one for one in rows if one.contact_id in (contact.id, None) and one.is_valid(self._on)]
        return sorted(here, key=lambda one: one.contact_id is None)

    def _of_relation(self, row: Relation, told: Any) -> dict[str, Any]:
        return {
            "category": row.category.label(self._language) if row.category else "",
            "status": self._statuses.get(told.status_id, ""),
            "priority": self._priorities.get(told.priority_id, ""),
            "representatives": self._representatives.get(row.id, ()),
        }


def _labels(lines: Iterable[Listed], language: str) -> Mapping[int | None, str]:
    return {one.id: one.label(language) for one in lines}
