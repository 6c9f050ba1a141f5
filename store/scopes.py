"""Whose files a collaborator may see: the condition that every query on relations, and on what hangs on them, carries.

A colleague's *files* are the relations of their live involvements, those they entered, and those of the actions that
they carry out, follow or take part in. The persons who have a place at a file belong to it. Imports no subject: every
subject asks it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Date,
    column,
    false,
    literal,
    or_,
    select,
    table,
    true,
    union_all,
)

from store.collaborators import Collaborator, Scope

# By name, for the modules of these rows import this one.
_RELATION = table("relation", column("id"), column("created_by_id"))
_INVOLVEMENT = table(
    "involvement",
    column("relation_id"),
    column("collaborator_id"),
    column("since_on", Date),
    column("until_on", Date),
)
_CONTACT = table("contact", column("person_id"), column("relation_id"), column("until_on", Date), column("deleted_at"))
_ACTION = table(
    "action",
    column("id"),
    column("relation_id"),
    column("owner_id"),
    column("followed_by_id"),
    column("is_private", Boolean),
    column("deleted_at"),
)
_PARTICIPANT = table("participant", column("action_id"), column("collaborator_id"))
_COLLABORATOR = table("collaborator", column("id"), column("team_id"), column("is_active", Boolean))

_Whose = Callable[[ColumnElement[Any]], ColumnElement[bool]]
"""Whether the collaborator with the id in this column is one whose files are meant."""


def in_scope(relation_id: Any, *, asked_by: Collaborator, on: date | None = None) -> ColumnElement[bool]:
    """The condition for a WHERE: the relation with this id (a column) is one that the asking collaborator may see.

    Nobody's for somebody who left the office. `on` is today where they are, unless said. Costs nothing to who sees
    everything.
    """
    if not asked_by.is_active:
        return false()
    on = on or datetime.now(ZoneInfo(asked_by.zone)).date()
    return scoped(relation_id, asked_by.scope, me=literal(asked_by.id), on=literal(on, Date))


def scoped(relation_id: Any, scope: Scope, *, me: ColumnElement[int], on: ColumnElement[date]) -> ColumnElement[bool]:
    """As `in_scope`, for a statement that is written once for many collaborators and days."""
    if scope is Scope.ALL:
        return true()
    whose = _one(me) if scope is Scope.OWN else _team_of(me)
    files = _files(whose, me, on)
    here = or_(_CONTACT.c.until_on.is_(None), _CONTACT.c.until_on >= on)
    persons = select(_CONTACT.c.person_id).where(
        _CONTACT.c.relation_id.in_(files), _CONTACT.c.deleted_at.is_(None), here
    )
    # As sets that do not depend on the row: they are read once, and a list is then found from them.
    return or_(relation_id.in_(files), relation_id.in_(persons))


def _one(me: ColumnElement[int]) -> _Whose:
    return lambda collaborator_id: collaborator_id == me


def _team_of(me: ColumnElement[int]) -> _Whose:
    own = select(_COLLABORATOR.c.team_id).where(_COLLABORATOR.c.id == me).scalar_subquery()
    is_colleague = (_COLLABORATOR.c.team_id == own) & _COLLABORATOR.c.is_active
    members = select(_COLLABORATOR.c.id).where(or_(_COLLABORATOR.c.id == me, is_colleague))
    return lambda collaborator_id: collaborator_id.in_(members)


def _files(whose: _Whose, me: ColumnElement[int], on: ColumnElement[date]) -> CompoundSelect[Any]:
    part, action, takes_part = _INVOLVEMENT.c, _ACTION.c, _PARTICIPANT.c
    is_live = (part.since_on <= on) & or_(part.until_on.is_(None), part.until_on >= on)

    def told(collaborator_id: ColumnElement[Any]) -> ColumnElement[bool]:
        # A colleague's private action does not tell the team where they go.
        return (
            whose(collaborator_id)
            & action.deleted_at.is_(None)
            & or_(action.is_private.is_(False), collaborator_id == me)
        )

    invited = _ACTION.join(_PARTICIPANT, takes_part.action_id == action.id)
    return union_all(
        select(part.relation_id).where(whose(part.collaborator_id), is_live),
        select(_RELATION.c.id).where(whose(_RELATION.c.created_by_id)),
        select(action.relation_id).where(told(action.owner_id)),
        select(action.relation_id).where(told(action.followed_by_id)),
        select(action.relation_id).select_from(invited).where(told(takes_part.collaborator_id)),
    )
