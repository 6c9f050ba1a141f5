"""How many relations or contacts there are of each status, representative, town …, as far as the asker may see."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from store.access import require_present
from store.addresses import PostalAddress
from store.collaborators import Collaborator
from store.contacts import Contact, ContactKind, ContactRole, Grouping
from store.countries import country_name
from store.relation_facts.model import What
from store.relations import Relation, RelationCategory
from store.reports.narrowing import (
    RELATION,
    address_of_contact,
    contacts_meant,
    first_address,
    relations_meant,
    representatives_on,
    spoken,
    status_on,
)
from store.reports.wishes import Counted, Report, Wish
from store.statuses import RelationPriority, RelationStatus
from store.words import fold

_LISTS: Mapping[Counted, Any] = {
    Counted.STATUS: RelationStatus,
    Counted.PRIORITY: RelationPriority,
    Counted.CATEGORY: RelationCategory,
    Counted.CONTACT_KIND: ContactKind,
    Counted.GROUPING: Grouping,
}
OF_CONTACTS = (Counted.CONTACT_KIND, Counted.GROUPING)
"""What only contacts are counted by."""
_SEVERAL = (Counted.REPRESENTATIVE, Counted.CONTACT_KIND, Counted.GROUPING)
"""Of these, one relation or contact may have several."""


@dataclass(frozen=True, slots=True)
class CountLine:
    """`name` is "" for those of whom nothing is known; a language is its code."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Counts:
    """`total` counts each once, also where it stands in several lines (one for each representative, say)."""

    lines: Sequence[CountLine]
    total: int


def counted(session: Session, wish: Wish, *, asked_by: Collaborator, today: date) -> Counts:
    """The most first. Raises NotFound for a filter's line that is not there; `wish.counted` must be set."""
    require_present(asked_by)
    by = wish.counted
    assert by is not None, "asked for only where something is counted"
    meant = contacts_meant if wish.report is Report.CONTACTS else relations_meant
    query = meant(session, wish, asked_by=asked_by, today=today)
    found = _with_key(query, wish, by, wish.on or today).subquery()
    rows = session.execute(select(found.c.key, func.count()).group_by(found.c.key))
    names = _names(session, by, asked_by.language)
    spelled: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    for key, number in rows:
        name = str(key or "") if names is None else names.get(key, "")
        spelled[fold(name) if by is Counted.TOWN else name and key][name] += number
    # A town is called as most write it.
    lines = [CountLine(names_of.most_common(1)[0][0], names_of.total()) for names_of in spelled.values()]
    total = sum(line.number for line in lines)
    if by in _SEVERAL:
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return Counts(sorted(lines, key=lambda line: (not line.name, -line.number, line.name.casefold())), total)


def _with_key(query: Select[Any], wish: Wish, by: Counted, on: date) -> Select[Any]:
    """Each id once for every `key` that it has; NULL where it has none."""
    is_contacts = wish.report is Report.CONTACTS
    row_id, relation = (Contact.id, RELATION) if is_contacts else (Relation.id, Relation)
    key: Any
    if by is Counted.REPRESENTATIVE:
        who = representatives_on(on).subquery()
        query, key = query.outerjoin(who, who.c.relation_id == relation.id), who.c.collaborator_id
    elif by is Counted.CONTACT_KIND:
        query, key = query.outerjoin(ContactRole, ContactRole.contact_id == Contact.id), ContactRole.kind_id
    elif by is Counted.GROUPING:
        query, key = query.outerjoin(Contact.groupings), Grouping.id
    elif by in (Counted.TOWN, Counted.COUNTRY):
        own, theirs = (
            (Contact.town, PostalAddress.town) if by is Counted.TOWN else (Contact.country, PostalAddress.country)
        )
        key = address_of_contact(own, theirs, on) if is_contacts else first_address(Relation.id, theirs, on)
    elif by is Counted.LANGUAGE:
        key = spoken() if is_contacts else Relation.language
    elif by is Counted.CATEGORY:
        key = relation.category_id
    else:
        key = status_on(relation, What(by.value), wish.on)
    query = query.with_only_columns(row_id.label("id"), key.label("key"))
    return query.distinct() if by in _SEVERAL else query


def _names(session: Session, by: Counted, language: str) -> Mapping[Any, str] | None:
    """By key; None where the key is the name."""
    if by is Counted.REPRESENTATIVE:
        people = session.execute(select(Collaborator.id, Collaborator.name))
        return {row[0]: row[1] for row in people}
    if by is Counted.COUNTRY:
        codes = session.scalars(select(PostalAddress.country).union(select(Contact.country)))
        return {code: country_name(code, language) if code else "" for code in codes}
    if by not in _LISTS:
        return None
    return {row.id: row.label(language) for row in session.scalars(select(_LISTS[by]))}
