"""Merging two kinds of contact: who was ranked in the merged kind alone comes behind those of the other."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, delete, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from store.contacts import Contact, ContactRole
from store.line_merges import LineMergeRow
from store.lists.moving import Merging, Move, Moved, note_rows, noted_rows

_KIND: Any = ContactRole.__table__.c.kind_id
_IS_THERE = Contact.deleted_at.is_(None)


def _join(session: Session, merging: Merging) -> Moved:
    """A deleted contact keeps its figure: it has no rank until it is brought back."""
    session.flush()
    of_source, other = ContactRole.kind_id == merging.source_id, ContactRole.__table__.alias()
    is_both = exists().where(other.c.contact_id == ContactRole.contact_id, other.c.kind_id == merging.target_id)
    roles = select(ContactRole.contact_id.label("row_id"), ContactRole.rank, is_both.label("is_both"))
    number = note_rows(session, merging, _KIND, roles.where(of_source))
    both = noted_rows(merging, _KIND).where(LineMergeRow.is_both)
    session.execute(delete(ContactRole).where(of_source, ContactRole.contact_id.in_(both)), execution_options=_PAST)
    behind = _behind(merging).subquery()
    ranked = update(ContactRole).where(of_source, ContactRole.contact_id == behind.c.contact_id)
    ranked = ranked.values(kind_id=merging.target_id, rank=behind.c.rank)
    session.execute(ranked, execution_options=_PAST)
    rest = update(ContactRole).where(of_source).values(kind_id=merging.target_id)
    session.execute(rest, execution_options=_PAST)
    return {"rows": number}


def _behind(merging: Merging) -> Select[Any]:
    """Contacts of the source and the rank that each gets behind those of the target."""
    at = select(Contact.relation_id, func.count().label("number")).join(
        ContactRole, ContactRole.contact_id == Contact.id
    )
    ranked = at.where(ContactRole.kind_id == merging.target_id, _IS_THERE).group_by(Contact.relation_id).subquery()
    place = func.row_number().over(
        partition_by=Contact.relation_id, order_by=(ContactRole.rank, ContactRole.contact_id)
    )
    rank = (func.coalesce(ranked.c.number, 0) + place).label("rank")
    query = select(ContactRole.contact_id, rank).join(Contact, Contact.id == ContactRole.contact_id)
    query = query.outerjoin(ranked, ranked.c.relation_id == Contact.relation_id)
    return query.where(ContactRole.kind_id == merging.source_id, _IS_THERE)


def _part(session: Session, merging: Merging, _moved: Moved) -> None:
    """Who has the target still gets the source again, in the order of then; the others of the target close up."""
    session.flush()
    noted, of_target = noted_rows(merging, _KIND), ContactRole.kind_id == merging.target_id
    place = func.row_number().over(
        partition_by=(Contact.relation_id, _IS_THERE), order_by=(LineMergeRow.rank, LineMergeRow.row_id)
    )
    mine = and_(LineMergeRow.merge_id == merging.merge_id, LineMergeRow.place == "contact_role.kind_id")
    again = (
        select(ContactRole.contact_id, literal(merging.source_id), case((_IS_THERE, place), else_=LineMergeRow.rank))
        .join(LineMergeRow, and_(mine, LineMergeRow.row_id == ContactRole.contact_id))
        .join(Contact, Contact.id == ContactRole.contact_id)
    )
    session.execute(insert(ContactRole).from_select(["contact_id", "kind_id", "rank"], again.where(of_target)))
    came = ContactRole.contact_id.in_(noted.where(LineMergeRow.is_both.is_(False)))
    session.execute(delete(ContactRole).where(of_target, came), execution_options=_PAST)
    dense = _closed_up(merging).subquery()
    ranked = update(ContactRole).where(of_target, ContactRole.contact_id == dense.c.contact_id)
    session.execute(ranked.values(rank=dense.c.rank), execution_options=_PAST)


def _closed_up(merging: Merging) -> Select[Any]:
    """The contacts of the target where something had moved, and their ranks without gaps."""
    place = func.row_number().over(
        partition_by=Contact.relation_id, order_by=(ContactRole.rank, ContactRole.contact_id)
    )
    query = select(ContactRole.contact_id, place.label("rank")).join(Contact, Contact.id == ContactRole.contact_id)
    there = select(Contact.relation_id).where(Contact.id.in_(noted_rows(merging, _KIND)))
    return query.where(ContactRole.kind_id == merging.target_id, _IS_THERE, Contact.relation_id.in_(there))


_PAST = {"synchronize_session": False}
"""The session forgets what it has read once the merge is made."""

RANK_MOVE = Move(_join, _part)
