"""To whom a relation is linked, in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.links.model import Link, LinkEnd, LinkGroup
from store.scopes import in_scope


def link_seen_by(session: Session, link_id: int, *, asked_by: Collaborator) -> Link | None:
    """None when it is removed or missing, or when one of its ends is deleted or not in their scope."""
    query = select(Link).where(Link.id == link_id, Link.removed_at.is_(None))
    query = query.where(in_scope(Link.source_id, asked_by=asked_by), in_scope(Link.target_id, asked_by=asked_by))
    link = session.scalars(query).one_or_none()
    return None if link is None or link.source.deleted_at or link.target.deleted_at else link


def links_of(
    session: Session, relation_id: int, *, asked_by: Collaborator, on: date | None = None
) -> Sequence[LinkGroup]:
    """The links in force on that day (None: past and future ones too), in the order of the office's list of types.

    Those whose two relations are in the scope of `asked_by`.
    """
    query = select(Link).where(or_(Link.source_id == relation_id, Link.target_id == relation_id))
    query = query.where(in_scope(Link.source_id, asked_by=asked_by), in_scope(Link.target_id, asked_by=asked_by))
    groups: dict[tuple[int, int, bool], list[LinkEnd]] = {}
    for link in session.scalars(query.where(Link.removed_at.is_(None)).order_by(Link.id)):
        is_at_source = link.source_id == relation_id
        other = link.target if is_at_source else link.source
        if link.source.deleted_at or link.target.deleted_at or not (on is None or link.is_there(on)):
            continue
        key = link.type.position, link.type_id, not is_at_source and not link.type.is_symmetric
        groups.setdefault(key, []).append(LinkEnd(link, other))
    return [
        _group(is_back, ends) for (_position, _type, is_back), ends in sorted(groups.items(), key=lambda one: one[0])
    ]


def _group(is_back: bool, ends: Sequence[LinkEnd]) -> LinkGroup:
    by_name = sorted(ends, key=lambda end: (end.other.folded, end.link.id))
    return LinkGroup(ends[0].link.type, is_back, tuple(by_name))
