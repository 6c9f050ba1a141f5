"""Who is on the file, and to whom it is linked, when two files become one: what contradicts the kept one steps back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store.base import BookError, _
from store.collaborators import Collaborator
from store.involvements import Involvement
from store.involvements.images import part_of
from store.involvements.locking import locked_until
from store.involvements.rules import check_parts
from store.links import Link, LinkEnd
from store.links.rules import OneAtATime, SameLink, check_link
from store.merging.model import Steps, table_of
from store.relations import Relation


def join_involvements(steps: Steps, kept_id: int, merged_id: int, *, now: datetime) -> list[str]:
    """Takes away what the two files cannot both have on one day; returns whose part that was.

    Raises BookError when its commission is settled.
    """
    table, settled = table_of(Involvement), locked_until(steps.session)
    left_out: list[str] = []
    ours = _parts(steps.session, kept_id)
    for category, rows in groupby(_parts(steps.session, merged_id), key=lambda row: row.category):
        standing = [part_of(row) for row in ours if row.category_id == category.id]
        for row in rows:
            part = part_of(row)
            try:
                if standing:
                    both = [*standing, part]
                    check_parts(standing, both, rule=category.commission_rule, is_single=category.is_single)
            except BookError:
                if part.commission is not None and settled is not None and part.since_on <= settled:
                    text = _("{name} has a settled commission in both files: they cannot become one.")
                    raise BookError(text, name=part.name) from None
                steps.change(table, table.c.id == row.id, deleted_at=now)
                held = [(one.collaborator_id, one.commission) for one in standing]
                if (part.collaborator_id, part.commission) not in held:  # else it says what the kept file says
                    left_out.append(part.name)
            else:
                standing.append(part)
    return left_out


def _parts(session: Session, relation_id: int) -> Sequence[Involvement]:
    """On the relation itself: those on a dossier go with it, and meet nobody."""
    here = Involvement.relation_id == relation_id, Involvement.dossier_id.is_(None)
    query = select(Involvement).where(*here, Involvement.deleted_at.is_(None))
    return session.scalars(query.order_by(Involvement.category_id, Involvement.since_on, Involvement.id)).all()


def join_links(steps: Steps, kept_id: int, merged: Relation, *, by: Collaborator, now: datetime) -> list[LinkEnd]:
    """Drops links between the two, and those that the kept one's contradict or say as well; call when all point to it.

    Returns what was dropped: the link and who was at its far end. Raises HierarchyCycle when a company would stand
    above itself.
    """
    table = table_of(Link)
    moved = {step["key"]["id"] for step in steps.made if step["table"] == "link"}
    query = select(Link).where(or_(Link.source_id == kept_id, Link.target_id == kept_id), Link.removed_at.is_(None))
    dropped: list[LinkEnd] = []
    for link in steps.session.scalars(query.order_by(Link.id)).all():
        if link.source_id == link.target_id:
            dropped.append(LinkEnd(link, merged))
        elif link.id in moved and _is_said(steps.session, link, by):
            dropped.append(LinkEnd(link, link.target if link.source_id == kept_id else link.source))
        else:
            continue
        steps.change(table, table.c.id == link.id, removed_at=now)
    return dropped


def _is_said(session: Session, link: Link, by: Collaborator) -> bool:
    days = {"since_on": link.since_on, "until_on": link.until_on}
    try:
        check_link(session, link.source, link.target, kind=link.type, besides_id=link.id, by=by, **days)
    except (SameLink, OneAtATime):
        return True
    return False
