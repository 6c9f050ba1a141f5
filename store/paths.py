"""How two relations are connected: the shortest chain of live links and contacts' places between them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.collaborators import Collaborator
from store.contacts import Contact
from store.links import Link, LinkType
from store.relations import Relation
from store.scopes import in_scope

LONGEST = 6
"""Steps of a chain: a longer one says nothing about two people any more."""

MOST_LOOKED_AT = 50_000
"""Relations: a chain through somebody whom everybody is linked to is given up rather than waited for."""

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Step:
    """From one relation to the next: `link_type` read as `is_back` says, or with None a contact's place.

    At a place, `is_back` goes from the company to the person who works there.
    """

    start: Relation
    end: Relation
    link_type: LinkType | None
    is_back: bool


@dataclass(frozen=True, slots=True)
class _Edge:
    """`type_id` None is a place."""

    from_id: int
    to_id: int
    type_id: int | None
    is_back: bool

    def turned(self) -> _Edge:
        return _Edge(self.to_id, self.from_id, self.type_id, not self.is_back)


def path_between(
    session: Session, one_id: int, other_id: int, *, asked_by: Collaborator, on: date
) -> tuple[Step, ...] | None:
    """The steps from one to the other on that day; None when they are not connected within six of them.

    Every relation on the way, the first and the last included, is in the scope of `asked_by`.
    """
    ends = select(Relation.id).where(Relation.id.in_((one_id, other_id)), _is_shown(Relation.id, asked_by))
    if len(session.scalars(ends).all()) < 2:
        return None
    edges = _search(session, one_id, other_id, asked_by, on)
    return None if edges is None else _told(session, edges)


def _search(session: Session, one_id: int, other_id: int, asked_by: Collaborator, on: date) -> list[_Edge] | None:
    """From both ends, always the side with the fewer to look at, a whole level at a time: the first meeting is
    the shortest."""
    sides: tuple[dict[int, _Edge | None], dict[int, _Edge | None]] = ({one_id: None}, {other_id: None})
    frontiers = [[one_id], [other_id]]
    for _step in range(LONGEST):
        turn = 0 if len(frontiers[0]) <= len(frontiers[1]) else 1
        mine, theirs, level = sides[turn], sides[1 - turn], list[int]()
        meeting: int | None = None
        for edge in _edges_from(session, frontiers[turn], asked_by, on):
            if edge.to_id in mine:
                continue
            mine[edge.to_id] = edge
            level.append(edge.to_id)
            if edge.to_id in theirs and meeting is None:
                meeting = edge.to_id
        if meeting is not None:
            return _joined(sides[0], sides[1], meeting)
        frontiers[turn] = level
        if not level or len(sides[0]) + len(sides[1]) > MOST_LOOKED_AT:
            return None
    return None


def _joined(from_one: dict[int, _Edge | None], from_other: dict[int, _Edge | None], meeting: int) -> list[_Edge]:
    before, node = list[_Edge](), meeting
    while (edge := from_one[node]) is not None:
        before.append(edge)
        node = edge.from_id
    after, node = list[_Edge](), meeting
    while (edge := from_other[node]) is not None:
        after.append(edge.turned())
        node = edge.from_id
    return [*reversed(before), *after]


def _edges_from(session: Session, ids: Sequence[int], asked_by: Collaborator, on: date) -> Iterator[_Edge]:
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        yield from _links_from(session, some, asked_by, on)
        yield from _places_from(session, some, asked_by, on)


def _links_from(session: Session, ids: Sequence[int], asked_by: Collaborator, on: date) -> Iterator[_Edge]:
    for near, far, is_back in ((Link.source_id, Link.target_id, False), (Link.target_id, Link.source_id, True)):
        query = select(near, far, Link.type_id).join(LinkType, LinkType.id == Link.type_id)
        query = query.where(near.in_(ids), Link.removed_at.is_(None), _in_force(Link, on))
        query = query.where(_is_shown(far, asked_by)).order_by(LinkType.position, Link.id)
        for from_id, to_id, type_id in session.execute(query):
            yield _Edge(from_id, to_id, type_id, is_back)


def _places_from(session: Session, ids: Sequence[int], asked_by: Collaborator, on: date) -> Iterator[_Edge]:
    ends = ((Contact.person_id, Contact.relation_id, False), (Contact.relation_id, Contact.person_id, True))
    for near, far, is_back in ends:
        query = select(near, far).where(near.in_(ids), Contact.deleted_at.is_(None), _in_force(Contact, on))
        for from_id, to_id in session.execute(query.where(_is_shown(far, asked_by)).order_by(Contact.id)):
            yield _Edge(from_id, to_id, None, is_back)


def _is_shown(relation_id: InstrumentedAttribute[int], asked_by: Collaborator) -> ColumnElement[bool]:
    standing = select(Relation.id).where(Relation.id == relation_id, Relation.deleted_at.is_(None)).exists()
    return standing & in_scope(relation_id, asked_by=asked_by)


def _in_force(kind: type[Link | Contact], on: date) -> ColumnElement[bool]:
    begun = or_(kind.since_on.is_(None), kind.since_on <= on)
    return begun & or_(kind.until_on.is_(None), kind.until_on >= on)


def _told(session: Session, edges: Collection[_Edge]) -> tuple[Step, ...]:
    return tuple(
        Step(
            session.get_one(Relation, edge.from_id),
            session.get_one(Relation, edge.to_id),
            session.get_one(LinkType, edge.type_id) if edge.type_id else None,
            edge.is_back,
        )
        for edge in edges
    )
