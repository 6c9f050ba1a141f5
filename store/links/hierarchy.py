"""Links that stand above one another (parent company, group): no circles, and who belongs to one group."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session, aliased

from store.base import BookError, _
from store.batches import batches
from store.collaborators import Collaborator
from store.links.model import Link, LinkType
from store.relations import Relation
from store.scopes import in_scope

Days = tuple[date, date]
"""The first and the last of them, both included."""


class HierarchyCycle(BookError):
    """On some day the relation would stand above itself; `names` are those in the chain, from its top to its top."""

    def __init__(self, names: Sequence[str]) -> None:
        text = _("{name} would stand above itself: {chain}.")
        super().__init__(text, field="type_id", name=names[0], chain=" → ".join(names))


def refuse_cycle(
    session: Session, source: Relation, target: Relation, days: Days, *, besides_id: int | None, by: Collaborator
) -> None:
    """Raises HierarchyCycle when `target` stands above `source` on one of these days, were `besides_id` not there."""
    # Locked, or two who each add one half of a circle at the same time would both find none.
    types = select(LinkType.id).where(LinkType.is_hierarchy).order_by(LinkType.id)
    session.execute(types.with_for_update()).all()
    chain = _way_down(session, target.id, source.id, days, besides_id=besides_id)
    if chain:
        raise HierarchyCycle(_names(session, [source.id, *chain], by))


@dataclass(frozen=True, slots=True)
class _Reached:
    """A relation below the one where the walk began, and the days on which the whole way down to it is there."""

    ids: tuple[int, ...]
    days: Days


def _way_down(
    session: Session, from_id: int, to_id: int, days: Days, *, besides_id: int | None
) -> tuple[int, ...] | None:
    """The relations of a chain of links that are all there on one same day of `days`; None when there is none."""
    frontier = [_Reached((from_id,), days)]
    seen: dict[int, list[Days]] = {from_id: [days]}
    while frontier:
        below: dict[int, list[Row[int, int, date | None, date | None]]] = {}
        for row in _below(session, {one.ids[-1] for one in frontier}, besides_id):
            below.setdefault(row[0], []).append(row)
        found = []
        for reached in frontier:
            for _source_id, target_id, since_on, until_on in below.get(reached.ids[-1], ()):
                common = max(reached.days[0], since_on or date.min), min(reached.days[1], until_on or date.max)
                if common[0] > common[1] or any(_covers(known, common) for known in seen.get(target_id, ())):
                    continue
                if target_id == to_id:
                    return (*reached.ids, target_id)
                seen.setdefault(target_id, []).append(common)
                found.append(_Reached((*reached.ids, target_id), common))
        frontier = found
    return None


def _covers(known: Days, days: Days) -> bool:
    return known[0] <= days[0] and days[1] <= known[1]


def _below(
    session: Session, source_ids: Collection[int], besides_id: int | None
) -> Iterator[Row[int, int, date | None, date | None]]:
    # Deleted relations too: they can be brought back.
    for ids in batches(sorted(source_ids)):
        query = select(Link.source_id, Link.target_id, Link.since_on, Link.until_on)
        query = query.join(LinkType, LinkType.id == Link.type_id)
        query = query.where(Link.source_id.in_(ids), LinkType.is_hierarchy, Link.removed_at.is_(None))
        yield from session.execute(query.where(Link.id != (besides_id or 0)).order_by(Link.id))


def _names(session: Session, relation_ids: Sequence[int], by: Collaborator) -> list[str]:
    """Without those that they may not see."""
    query = select(Relation.id, Relation.name).where(Relation.id.in_(relation_ids))
    known = {row.id: row.name for row in session.execute(query.where(in_scope(Relation.id, asked_by=by)))}
    return [known.get(relation_id, "…") for relation_id in relation_ids]


@dataclass(frozen=True, slots=True)
class RelationGroup:
    """`top` stands above all others; `members` are all of them, the top first, then level by level by name."""

    top: Relation
    members: tuple[Relation, ...]


def group_of(session: Session, relation_id: int, *, asked_by: Collaborator, on: date) -> RelationGroup | None:
    """The group that the relation belongs to on that day; None when nobody stands above or below it.

    With several above, the first in the office's list of types counts. Those in the scope of `asked_by`, as if the
    others were not there.
    """
    top_id, seen = relation_id, {relation_id}
    while (above := _above(session, top_id, asked_by, on)) is not None and above not in seen:
        top_id = above
        seen.add(above)
    top = session.get(Relation, top_id)
    if top is None:
        return None
    members = _all_below(session, top, asked_by, on)
    return RelationGroup(top, tuple(members)) if len(members) > 1 else None


def _above(session: Session, relation_id: int, asked_by: Collaborator, on: date) -> int | None:
    query = _in_force(select(Link.source_id), asked_by, on).where(Link.target_id == relation_id)
    return session.scalars(query.order_by(LinkType.position, Link.id).limit(1)).first()


def _all_below(session: Session, top: Relation, asked_by: Collaborator, on: date) -> list[Relation]:
    members, level = {top.id: top}, [top.id]
    while level:
        found: list[Relation] = []
        for ids in batches(level):
            lower = _in_force(select(Link.target_id), asked_by, on).where(Link.source_id.in_(ids))
            found += session.scalars(select(Relation).where(Relation.id.in_(lower)))
        fresh = {one.id: one for one in sorted(found, key=lambda one: (one.folded, one.id)) if one.id not in members}
        members |= fresh
        level = list(fresh)
    return list(members.values())


def _in_force(query: Select[int], asked_by: Collaborator, on: date) -> Select[int]:
    source, target = aliased(Relation), aliased(Relation)
    query = query.join(LinkType, LinkType.id == Link.type_id).where(LinkType.is_hierarchy, Link.removed_at.is_(None))
    query = query.join(source, source.id == Link.source_id).join(target, target.id == Link.target_id)
    query = query.where(source.deleted_at.is_(None), target.deleted_at.is_(None))
    query = query.where(in_scope(Link.source_id, asked_by=asked_by), in_scope(Link.target_id, asked_by=asked_by))
    return query.where(
        or_(Link.since_on.is_(None), Link.since_on <= on), or_(Link.until_on.is_(None), Link.until_on >= on)
    )
