"""Who may follow an action: a filter of the office's own, made of a few known conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from store.base import BookError, _
from store.collaborators import Collaborator, Role
from store.involvements import Involvement, InvolvementCategory
from store.involvements.queries import is_there
from store.words import fold


class Condition(StrEnum):
    ACTIVE = "active"
    TEAM = "team"
    ROLE = "role"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition: of the same team as who asks, of a role, or with a part of this category in the file.

    The file is the relation, for an action in a dossier also that dossier: a part in another one does not count.
    """

    condition: Condition
    value: str = ""


def read_condition(text: str) -> Asked:
    """ "active", "team", "role:admin" or "category:claims" (the key of an involvement category).

    Raises ValueError for anything else.
    """
    name, _colon, value = text.partition(":")
    known = {Condition.ACTIVE: not value, Condition.TEAM: not value, Condition.CATEGORY: bool(value)}
    known[Condition.ROLE] = value in set(Role)
    if name not in known or not known[Condition(name)]:
        roles = ", ".join(f"role:{role}" for role in Role)
        raise ValueError(f"knows “active”, “team”, {roles} and “category:…”, not “{text}”")
    return Asked(Condition(name), value)


def read_conditions(text: str) -> tuple[Asked, ...]:
    """Separated by spaces. Raises ValueError as `read_condition`."""
    return tuple(map(read_condition, text.split()))


def followers(
    session: Session,
    conditions: str,
    *,
    relation_id: int | None,
    dossier_id: int | None = None,
    on: date,
    asked_by: Collaborator,
    typed: str = "",
    limit: int = 50,
) -> Sequence[Collaborator]:
    """The collaborators who may follow an action with that relation on that day, by name; who left never may."""
    query = _allowed(conditions, relation_id, dossier_id, on=on, asked_by=asked_by)
    found = session.scalars(query.order_by(Collaborator.name, Collaborator.id)).all()
    sought = fold(typed)
    return [one for one in found if sought in fold(one.name)][:limit]


def require_follower(
    session: Session,
    followed_by_id: int,
    conditions: str,
    *,
    relation_id: int,
    dossier_id: int | None = None,
    on: date,
    asked_by: Collaborator,
) -> None:
    """Raises BookError at `followed_by` for somebody whom the office's filter leaves out."""
    query = _allowed(conditions, relation_id, dossier_id, on=on, asked_by=asked_by)
    if session.scalars(query.where(Collaborator.id == followed_by_id)).one_or_none() is None:
        raise BookError(_("This colleague cannot follow this action. Choose somebody else."), field="followed_by")


def _allowed(
    conditions: str, relation_id: int | None, dossier_id: int | None, *, on: date, asked_by: Collaborator
) -> Select[Collaborator]:
    asked = read_conditions(conditions)
    where = [_condition(one, relation_id, dossier_id, on=on, asked_by=asked_by) for one in asked]
    return select(Collaborator).where(Collaborator.is_active, *where)


def _condition(
    asked: Asked, relation_id: int | None, dossier_id: int | None, *, on: date, asked_by: Collaborator
) -> ColumnElement[bool]:
    if asked.condition is Condition.TEAM:
        return (Collaborator.team_id == asked_by.team_id) | (Collaborator.id == asked_by.id)
    if asked.condition is Condition.ROLE:
        return Collaborator.role == Role(asked.value)
    if asked.condition is Condition.CATEGORY:
        parts = select(Involvement.collaborator_id).join(Involvement.category)
        in_file = or_(Involvement.dossier_id.is_(None), Involvement.dossier_id == dossier_id)
        parts = parts.where(Involvement.relation_id == relation_id, in_file, InvolvementCategory.key == asked.value)
        return Collaborator.id.in_(parts.where(*is_there(on)))
    return Collaborator.is_active.is_(True)
