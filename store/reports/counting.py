"""How many relations or contacts there are of each status, representative, town …, as far as the asker may see."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, null, select
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
    found = _several if by in _SEVERAL else _one_each
    rows = session.execute(found(query, wish, by, wish.on or today)).all()
    names = _names(session, by, asked_by.language, [row[0] for row in rows])
    spelled: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    for key, number, _total in rows:
        name = str(key or "") if names is None else names.get(key, "")
        spelled[fold(name) if by is Counted.TOWN else name and key][name] += number
    # A town is called as most write it.
    lines = [CountLine(names_of.most_common(1)[0][0], names_of.total()) for names_of in spelled.values()]
    total = rows[0].total if rows and by in _SEVERAL else sum(line.number for line in lines)
    return Counts(sorted(lines, key=lambda line: (not line.name, -line.number, line.name.casefold())), total)


def _several(query: Select[Any], wish: Wish, by: Counted, on: date) -> Select[Any]:
    """Each key (NULL: none) with how many have it, and how many there are in all."""
    of_contacts = wish.report is Report.CONTACTS
    columns = (Contact.id, Contact.relation_id) if of_contacts else (Relation.id, Relation.id)
    ids = query.with_only_columns(columns[0].label("id"), columns[1].label("relation_id"))
    meant = ids.cte("meant").prefix_with("MATERIALIZED")  # found once, for the keys and for the total
    if by is Counted.REPRESENTATIVE:
        who = representatives_on(on).distinct().subquery()
        key, joined = who.c.collaborator_id, meant.outerjoin(who, who.c.relation_id == meant.c.relation_id)
    else:
        kept: Any = ContactRole.__table__ if by is Counted.CONTACT_KIND else Contact.groupings.property.secondary
        key = kept.c.kind_id if by is Counted.CONTACT_KIND else kept.c.grouping_id
        joined = meant.outerjoin(kept, kept.c.contact_id == meant.c.id)
    total = select(func.count()).select_from(meant).scalar_subquery()
    return select(key, func.count(), total.label("total")).select_from(joined).group_by(key)


def _one_each(query: Select[Any], wish: Wish, by: Counted, on: date) -> Select[Any]:
    """Each key (NULL: none) with how many have it, and NULL."""
    is_contacts = wish.report is Report.CONTACTS
    relation = RELATION if is_contacts else Relation
    key: Any
    if by in (Counted.TOWN, Counted.COUNTRY):
        own, theirs = (
            (Contact.town, PostalAddress.town) if by is Counted.TOWN else (Contact.country, PostalAddress.country)
        )
        key = address_of_contact(own, theirs, on) if is_contacts else first_address(Relation.id, theirs, on)
    elif by is Counted.LANGUAGE:
        key = spoken() if is_contacts else Relation.language
    else:
        query = query.join(RELATION, RELATION.id == Contact.relation_id) if is_contacts else query
        key = relation.category_id if by is Counted.CATEGORY else status_on(relation, What(by.value), wish.on)
    found = query.with_only_columns(key.label("key")).subquery()
    return select(found.c.key, func.count(), null()).group_by(found.c.key)


def _names(session: Session, by: Counted, language: str, keys: Sequence[Any]) -> Mapping[Any, str] | None:
    """By key; None where the key is the name."""
    if by is Counted.REPRESENTATIVE:
        people = session.execute(select(Collaborator.id, Collaborator.name))
        return {row[0]: row[1] for row in people}
    if by is Counted.COUNTRY:
        return {code: country_name(code, language) for code in keys if code}
    if by not in _LISTS:
        return None
    return {row.id: row.label(language) for row in session.scalars(select(_LISTS[by]))}
