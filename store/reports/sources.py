"""Where a relation came from, as far as the book knows: who introduced it, which colleague brought it in, a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.audit import AuditEntry
from store.batches import batches
from store.collaborators import Collaborator
from store.importing.running import DOOR
from store.involvements import Involvement, InvolvementCategory
from store.involvements.queries import is_there
from store.links import Link, LinkType
from store.relations import Relation
from store.scopes import in_scope

_INTRODUCED, _INTRODUCER = "introduced", "introducer"
"""The keys of the type of link and of the category that every office begins with."""


class Origin(StrEnum):
    """The surest first."""

    INTRODUCED = "introduced"
    """By another relation: a link says so."""
    BROUGHT = "brought"
    """By a collaborator, whose part in the file says so."""
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Source:
    """`name` is of the relation or the collaborator; "" of an imported one."""

    origin: Origin
    name: str = ""


def sources_of(session: Session, relation_ids: Sequence[int], *, asked_by: Collaborator) -> Mapping[int, Source]:
    """By relation, of those of which anything is known. A relation that the asker may not see introduced nobody."""
    found: dict[int, Source] = {}
    for some in batches(sorted(set(relation_ids))):
        imported = select(AuditEntry.row_id).where(
            AuditEntry.kind == Relation.__tablename__, AuditEntry.row_id.in_(some),
            AuditEntry.deed == "created", AuditEntry.door == DOOR,
        )  # fmt: skip
        found |= {row_id: Source(Origin.IMPORTED) for row_id in session.scalars(imported)}
        brought = select(Involvement.relation_id, Collaborator.name).join(Involvement.category)
        brought = brought.join(Collaborator, Collaborator.id == Involvement.collaborator_id)
        is_meant = (Involvement.relation_id.in_(some), InvolvementCategory.key == _INTRODUCER, *is_there(None))
        order = Involvement.since_on.desc(), Involvement.id.desc()
        rows = session.execute(brought.where(*is_meant).order_by(*order))
        found |= {relation_id: Source(Origin.BROUGHT, name) for relation_id, name in rows}
        introduced = select(Link.target_id, Relation.name).join(Relation, Relation.id == Link.source_id)
        introduced = introduced.join(LinkType, LinkType.id == Link.type_id).where(LinkType.key == _INTRODUCED)
        stands = (Link.target_id.in_(some), Link.removed_at.is_(None), Relation.deleted_at.is_(None))
        query = introduced.where(*stands, in_scope(Link.source_id, asked_by=asked_by)).order_by(Link.id.desc())
        found |= {relation_id: Source(Origin.INTRODUCED, name) for relation_id, name in session.execute(query)}
    return found
