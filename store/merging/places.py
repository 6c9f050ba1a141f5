"""The contacts of two relations that become one: places are taken over, ranks stay without gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from store.actions import Participant
from store.base import Row
from store.contacts import Contact, ContactRole
from store.merging.model import Steps, table_of

Place = Mapping[str, Any]


def join_places(steps: Steps, kept_id: int, merged_id: int, *, now: datetime) -> None:
    """Both the places that people have there, and the places that the person has elsewhere."""
    contact = table_of(Contact)
    _rank_behind(steps, kept_id, merged_id)
    left: set[int] = {kept_id}
    for column, other in (("relation_id", "person_id"), ("person_id", "relation_id")):
        ours = _places(steps, contact.c[column] == kept_id)
        for place in _places(steps, contact.c[column] == merged_id):
            twin = next((one for one in ours if one[other] == place[other] and _meet(one, place)), None)
            if place[other] == kept_id:
                steps.change_row(contact, place, deleted_at=place["deleted_at"] or now)
            elif twin is not None:
                _join(steps, twin, place, now=now)
            if column == "person_id":
                left.add(place["relation_id"])
            steps.change(contact, contact.c.id == place["id"], **{column: kept_id})
    for relation_id in sorted(left):
        for role, rank in misplaced(steps.session, relation_id):
            steps.change_row(table_of(ContactRole), role, rank=rank)


def _places(steps: Steps, where: Any) -> Sequence[Place]:
    contact = table_of(Contact)
    return [row._asdict() for row in steps.session.execute(contact.select().where(where).order_by(contact.c.id))]


def _meet(one: Place, other: Place) -> bool:
    if one["deleted_at"] or other["deleted_at"]:
        return False
    begins = max(place["since_on"] or date.min for place in (one, other))
    return begins <= min(place["until_on"] or date.max for place in (one, other))


def _join(steps: Steps, kept: Place, merged: Place, *, now: datetime) -> None:
    """One place of one person: what pointed to the other points to this one."""
    contact = table_of(Contact)
    since = [place["since_on"] for place in (kept, merged)]
    until = [place["until_on"] for place in (kept, merged) if place["until_on"] is not None]
    values: dict[str, Any] = {name: kept[name] or merged[name] for name in ("function", "website")}
    values["since_on"] = None if None in since else min(since)
    # Who is known to have left in one of the files has left, though nobody said so in the other.
    values["until_on"] = max(until, default=None)
    steps.change_row(contact, kept, **values, changed_at=now, version=kept["version"] + 1)
    _without_twins(steps, kept["id"], merged["id"])
    for table in Row.metadata.sorted_tables:
        for column in table.c:
            if any(key.column.table.name == "contact" for key in column.foreign_keys):
                steps.change(table, column == merged["id"], **{column.name: kept["id"]})
    steps.change(contact, contact.c.id == merged["id"], deleted_at=now, merged_into_id=kept["id"])


def _without_twins(steps: Steps, kept_id: int, merged_id: int) -> None:
    """Takes away what the kept place has as well: its kinds, groupings and parts in actions."""
    role, part = table_of(ContactRole), table_of(Participant)
    grouping = Row.metadata.tables["contact_in_grouping"]
    for table, column in ((role, "kind_id"), (grouping, "grouping_id"), (part, "action_id")):
        ours = select(table.c[column]).where(table.c.contact_id == kept_id)
        steps.remove(table, and_(table.c.contact_id == merged_id, table.c[column].in_(ours)))


def _rank_behind(steps: Steps, kept_id: int, merged_id: int) -> None:
    """The merged one's contacts behind all of the kept one's, in their order; before any of them is joined."""
    role, contact = table_of(ContactRole), table_of(Contact)

    def at(relation_id: int) -> Any:
        return role.c.contact_id.in_(select(contact.c.id).where(contact.c.relation_id == relation_id))

    last = steps.session.scalar(select(func.max(role.c.rank)).where(at(kept_id))) or 0
    for row in steps.session.execute(role.select().where(at(merged_id))).all():
        steps.change_row(role, row._asdict(), rank=last + row.rank)


def misplaced(session: Session, relation_id: int) -> list[tuple[Place, int]]:
    """The roles at the relation whose rank leaves a gap or stands twice, each with the rank that it should have."""
    role, contact = table_of(ContactRole), table_of(Contact)
    query = role.select().join(contact, contact.c.id == role.c.contact_id)
    query = query.where(contact.c.relation_id == relation_id, contact.c.deleted_at.is_(None))
    found: list[tuple[Place, int]] = []
    next_rank: dict[int, int] = {}
    for row in session.execute(query.order_by(role.c.kind_id, role.c.rank, role.c.contact_id)).all():
        next_rank[row.kind_id] = next_rank.get(row.kind_id, 0) + 1
        if row.rank != next_rank[row.kind_id]:
            found.append((row._asdict(), next_rank[row.kind_id]))
    return found


def people_around(session: Session, *relation_ids: int) -> set[int]:
    """Persons with a place at one of them, and where these have places: all are found by other words afterwards."""
    query = select(Contact.person_id, Contact.relation_id)
    about = Contact.person_id.in_(relation_ids) | Contact.relation_id.in_(relation_ids)
    return {one for pair in session.execute(query.where(about)) for one in pair}
