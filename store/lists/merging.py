"""Merging two lines of a list: what pointed to the one points to the other, and it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access import require_admin
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.domain import Listed
from store.line_merges import LineMerge
from store.links import LinkType
from store.lists.lines import keeping_needs
from store.lists.model import OfficeList
from store.lists.moving import Merging, Moved, move_of, name_of, pointing_to
from store.lists.own_moves import OWN_MOVES

ALIKE = {
    "action_status": ("meaning",),
    "relation_status": ("meaning",),
    "link_type": ("is_symmetric", "is_hierarchy"),
}
"""What two lines of a list must have in common to be merged."""


def merge_lines(
    session: Session,
    of: OfficeList,
    source_id: int,
    target_id: int,
    *,
    by: Collaborator,
    now: datetime,
    version: int | None = None,
) -> LineMerge:
    """The source is retired, and everything that had it has the target.

    Raises NotAllowed, NotFound, ChangedMeanwhile, and BookError at `into` when that would break a rule.
    """
    require_admin(by)
    source, target = _mergeable(session, of, source_id, target_id, language=by.language)
    source.expect_version(version)
    was_retired_at = source.retired_at
    merge = LineMerge(
        list_name=of.name,
        source_id=source.id,
        target_id=target.id,
        moved={},
        source_retired_at=was_retired_at,
        merged_at=now,
        merged_by_id=by.id,
    )
    session.add(merge)
    session.flush()
    with keeping_needs(session, of):
        merge.moved = _move(session, of, Merging(merge.id, source.id, target.id, now, by))
        source.retired_at, source.merged_into_id = was_retired_at or now, target.id
        session.flush()
    session.expire_all()
    of.follow(session, target_id)
    return merge


def undo_merge(session: Session, of: OfficeList, source_id: int, *, by: Collaborator, now: datetime) -> Listed:
    """The line is as it was, and so is what was moved and not changed since. Returns the line.

    Raises NotAllowed, NotFound, and BookError when the other line was merged in its turn.
    """
    require_admin(by)
    merge = merge_of(session, of, source_id)
    source: Any = session.get(of.kind, source_id)
    if merge is None or source is None:
        raise NotFound
    target: Any = session.get_one(of.kind, merge.target_id)
    if target.merged_into_id is not None:
        text = _("“{label}” was itself merged into another line since. Undo that first.")
        raise BookError(text, label=target.label(by.language))
    source.merged_into_id, source.retired_at = None, merge.source_retired_at
    session.flush()
    merging = Merging(merge.id, source_id, merge.target_id, now, by)
    for column in pointing_to(of.kind):
        if (moved := merge.moved.get(name_of(column))) is not None:
            move_of(column, OWN_MOVES).back(session, merging, moved)
    merge.undone_at = now
    session.flush()
    session.expire_all()
    of.follow(session, source_id)
    return session.get_one(of.kind, source_id)


def merge_of(session: Session, of: OfficeList, source_id: int) -> LineMerge | None:
    """How the line was merged; None when it was not, or no longer is."""
    query = select(LineMerge).where(
        LineMerge.list_name == of.name, LineMerge.source_id == source_id, LineMerge.undone_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def _move(session: Session, of: OfficeList, merging: Merging) -> dict[str, Any]:
    moved: dict[str, Moved] = {}
    for column in pointing_to(of.kind):
        found = move_of(column, OWN_MOVES).there(session, merging)
        if any(found.values()):
            moved[name_of(column)] = found
    return moved


def _mergeable(session: Session, of: OfficeList, source_id: int, target_id: int, *, language: str) -> tuple[Any, Any]:
    # Locked in one order, or two administrators who merge either line into the other at once would lose both.
    ids = sorted({source_id, target_id})
    query = select(of.kind).where(of.kind.id.in_(ids)).order_by(of.kind.id).with_for_update()
    rows = session.scalars(query.execution_options(populate_existing=True))
    found: dict[int, Any] = {row.id: row for row in rows}
    source, target = found.get(source_id), found.get(target_id)
    if source is None or target is None:
        raise NotFound(field="into")
    said = {"source": source.label(language), "target": target.label(language)}
    if source is target:
        raise BookError(_("A line cannot be merged into itself."), field="into")
    if source.merged_into_id is not None:
        raise BookError(_("This line was merged already."), field="into")
    if target.retired_at is not None:
        raise BookError(_("“{label}” is retired: take it back into use first."), field="into", label=said["target"])
    if any(getattr(source, column) != getattr(target, column) for column in ALIKE.get(of.name, ())):
        text = _("“{source}” and “{target}” do not mean the same kind of thing: they cannot be merged.")
        raise BookError(text, field="into", **said)
    if isinstance(source, LinkType) and source.label_en == target.back_label_en != target.label_en:
        text = _("“{source}” and “{target}” read in opposite directions: they cannot be merged.")
        raise BookError(text, field="into", **said)
    return source, target
