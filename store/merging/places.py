"""The contacts of two relations that become one: places are taken over, ranks stay without gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select

from store.actions import Participant
from store.base import Row
from store.contacts import Contact, ContactRole
from store.merging.model import Steps, table_of

Place = Mapping[str, Any]


def join_places(steps: Steps, kept_id: int, merged_id: int, *, now: datetime) -> None:
    """Both the places that people have there, and the places that the person has elsewhere."""
    contact = table_of(Contact)
    for column, other in (("relation_id", "person_id"), ("person_id", "relation_id")):
        ours = _places(steps, contact.c[column] == kept_id)
        for place in _places(steps, contact.c[column] == merged_id):
            twin = next((one for one in ours if one[other] == place[other] and _meet(one, place)), None)
            if place[other] == kept_id:
                steps.change_row(contact, place, deleted_at=place["deleted_at"] or now)
            elif twin is not None:
                _join(steps, twin, place, now=now)
            if column == "relation_id":
                _rank_last(steps, place["id"], kept_id)
            steps.change(contact, contact.c.id == place["id"], **{column: kept_id})
    _close_gaps(steps, kept_id)


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
    until = [place["until_on"] for place in (kept, merged)]
    values: dict[str, Any] = {name: kept[name] or merged[name] for name in ("function", "website")}
    values["since_on"] = None if None in since else min(since)
    values["until_on"] = None if None in until else max(until)
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


def _rank_last(steps: Steps, contact_id: int, kept_id: int) -> None:
    """Behind the kept one's own, in their order: far enough for all of them, `_close_gaps` does the rest."""
    role, contact = table_of(ContactRole), table_of(Contact)
    there = select(contact.c.id).where(contact.c.relation_id == kept_id)
    most = select(role.c.rank).where(role.c.contact_id.in_(there)).order_by(role.c.rank.desc()).limit(1)
    last = steps.session.scalar(most) or 0
    for row in steps.session.execute(role.select().where(role.c.contact_id == contact_id)).all():
        steps.change_row(role, row._asdict(), rank=last + row.rank)


def _close_gaps(steps: Steps, relation_id: int) -> None:
    role, contact = table_of(ContactRole), table_of(Contact)
    query = role.select().join(contact, contact.c.id == role.c.contact_id)
    query = query.where(contact.c.relation_id == relation_id, contact.c.deleted_at.is_(None))
    next_rank: dict[int, int] = {}
    for row in steps.session.execute(query.order_by(role.c.kind_id, role.c.rank, role.c.contact_id)).all():
        next_rank[row.kind_id] = next_rank.get(row.kind_id, 0) + 1
        steps.change_row(role, row._asdict(), rank=next_rank[row.kind_id])
