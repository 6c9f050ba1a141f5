"""Who works on how much, and which files nobody looks after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action, ActionStatus, Meaning
from store.collaborators import Collaborator
from store.involvements import Involvement, InvolvementCategory
from store.involvements.queries import is_there
from store.relations import Relation
from store.scopes import in_scope


@dataclass(frozen=True, slots=True)
class Workload:
    """How many files somebody has, in all and by category (in the office's order), and how many open actions."""

    collaborator: Collaborator
    files: int
    by_category: Sequence[tuple[InvolvementCategory, int]]
    open_actions: int


def workloads(session: Session, *, asked_by: Collaborator, on: date) -> list[Workload]:
    """Of each active collaborator, and of who left but still has something, by name.

    Only files within the scope of `asked_by` and actions that they may see are counted.
    """
    files = _files_by_category(session, asked_by, on)
    distinct = _distinct_files(session, asked_by, on)
    actions = _open_actions(session, asked_by)
    categories = {one.id: one for one in session.scalars(select(InvolvementCategory))}
    order = sorted(categories.values(), key=lambda one: (one.position, one.id))
    everybody = session.scalars(select(Collaborator).order_by(Collaborator.name, Collaborator.id)).all()
    return [
        Workload(
            one,
            distinct.get(one.id, 0),
            [(category, files[one.id, category.id]) for category in order if (one.id, category.id) in files],
            actions.get(one.id, 0),
        )
        for one in everybody
        if one.is_active or one.id in distinct or one.id in actions
    ]


def files_without_anybody(session: Session, *, asked_by: Collaborator, on: date, limit: int = 20) -> Sequence[Relation]:
    """Relations where nobody represents the office, by name; without persons known through their places alone."""
    return _unattended(session, ~_represented(on), asked_by, limit)


def files_of_leavers(session: Session, *, asked_by: Collaborator, on: date, limit: int = 20) -> Sequence[Relation]:
    """Relations whose representatives have all left the office, by name."""
    still_here = _represented(on, Collaborator.is_active.is_(True))
    return _unattended(session, _represented(on) & ~still_here, asked_by, limit)


def _unattended(
    session: Session, condition: ColumnElement[bool], asked_by: Collaborator, limit: int
) -> Sequence[Relation]:
    query = select(Relation).where(
        Relation.deleted_at.is_(None),
        Relation.is_only_contact.is_(False),
        in_scope(Relation.id, asked_by=asked_by),
        condition,
    )
    return session.scalars(query.order_by(Relation.folded, Relation.id).limit(limit)).all()


def _represented(on: date, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Involvement.relation_id == Relation.id,
        Involvement.dossier_id.is_(None),
        Involvement.category_id == InvolvementCategory.id,
        InvolvementCategory.fills_representative,
        Involvement.collaborator_id == Collaborator.id,
        *is_there(on),
        *conditions,
    )


def _live(asked_by: Collaborator, on: date) -> list[ColumnElement[bool]]:
    return [Relation.deleted_at.is_(None), in_scope(Relation.id, asked_by=asked_by), *is_there(on)]


def _files_by_category(session: Session, asked_by: Collaborator, on: date) -> dict[tuple[int, int], int]:
    key = Involvement.collaborator_id, Involvement.category_id
    query = select(*key, func.count(func.distinct(Involvement.relation_id)))
    query = query.join(Relation, Relation.id == Involvement.relation_id).where(*_live(asked_by, on)).group_by(*key)
    return {(who, category): number for who, category, number in session.execute(query)}


def _distinct_files(session: Session, asked_by: Collaborator, on: date) -> dict[int, int]:
    query = select(Involvement.collaborator_id, func.count(func.distinct(Involvement.relation_id)))
    query = query.join(Relation, Relation.id == Involvement.relation_id).where(*_live(asked_by, on))
    return {row.collaborator_id: row[1] for row in session.execute(query.group_by(Involvement.collaborator_id))}


def _open_actions(session: Session, asked_by: Collaborator) -> dict[int, int]:
    query = select(Action.owner_id, func.count()).join(ActionStatus, ActionStatus.id == Action.status_id)
    query = query.where(
        Action.deleted_at.is_(None),
        ActionStatus.meaning == Meaning.PLANNED,
        access.visible(Action, asked_by=asked_by),
    )
    return {who: number for who, number in session.execute(query.group_by(Action.owner_id)) if who is not None}
