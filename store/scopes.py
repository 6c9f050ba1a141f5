"""Whose files a collaborator may see: the condition that every query on relations, and on what hangs on them, carries.

A colleague's *files* are the relations of their live involvements, those they entered, and those of the actions that
they carry out, follow or take part in. The persons who have a place at a file belong to it. Imports no subject: every
subject asks it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    column,
    exists,
    false,
    literal,
    or_,
    select,
    table,
    true,
    union,
)
from sqlalchemy.orm import Session

from store.base import NotFound
from store.collaborators import Collaborator, Scope

# By name, for the modules of these rows import this one; under other names, or a query on actions that asks for the
# scope of its own `relation_id` would mean the inner table's.
_RELATION = table("relation", column("id"), column("created_by_id")).alias("scope_relation")
_INVOLVEMENT = table(
    "involvement",
    column("relation_id"),
    column("collaborator_id"),
    column("since_on", Date),
    column("until_on", Date),
    column("deleted_at"),
).alias("scope_involvement")
_CONTACT = table(
    "contact", column("person_id"), column("relation_id"), column("until_on", Date), column("deleted_at")
).alias("scope_contact")
_ACTION = table(
    "action",
    column("id"),
    column("relation_id"),
    column("owner_id"),
    column("followed_by_id"),
    column("is_private", Boolean),
    column("deleted_at"),
).alias("scope_action")
_PARTICIPANT = table("participant", column("action_id"), column("collaborator_id")).alias("scope_participant")
_COLLABORATOR = table("collaborator", column("id"), column("team_id"), column("is_active", Boolean)).alias("scope_team")

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
    me = literal(asked_by.id)
    return scoped(
        relation_id, asked_by.scope, me=me, on=literal(on, Date), tells_private=not asked_by.is_before_others
    )  # fmt: skip


def require_in_scope(session: Session, relation_id: int, *, by: Collaborator, field: str | None = None) -> None:
    """For writing. Raises NotFound (at `field`) for a relation that they may not see: it answers like a missing one."""
    if not is_in_scope(session, relation_id, asked_by=by):
        raise NotFound(field=field)


def is_in_scope(session: Session, relation_id: int, *, asked_by: Collaborator) -> bool:
    """Of one relation. Also True of a missing one for who sees everything."""
    if asked_by.scope is Scope.ALL:
        return True
    return bool(session.scalar(select(in_scope(literal(relation_id), asked_by=asked_by))))


def scoped(
    relation_id: Any, scope: Scope, *, me: ColumnElement[int], on: ColumnElement[date], tells_private: bool = True
) -> ColumnElement[bool]:
    """As `in_scope`, for a statement that is written once for many collaborators and days.

    Without `tells_private` a relation is nobody's because of a private action. A few probes of indexes for each row
    that is asked about, however many files there are.
    """
    if scope is Scope.ALL:
        return true()
    files = _files(scope, me, on, tells_private=tells_private)
    with_a_place = exists().where(
        _CONTACT.c.person_id == relation_id, _has_place(on), _is_one(_CONTACT.c.relation_id, files)
    )
    return or_(_is_one(relation_id, files), with_a_place)


def ids_in_scope(scope: Scope, *, me: ColumnElement[int], on: ColumnElement[date]) -> CompoundSelect[Any]:
    """All the relations at once, in a column `id`: where few are looked for among many. Not for Scope.ALL."""
    files = union(*_files(scope, me, on)).cte("files")
    # Not as a join: SQLite would read all contacts first, to know which relations have any.
    persons = select(_CONTACT.c.person_id).where(_CONTACT.c.relation_id.in_(select(files.c.relation_id)))
    return union(select(files.c.relation_id.label("id")), persons.where(_has_place(on)))


def _is_one(relation_id: Any, files: Sequence[Select[Any]]) -> ColumnElement[bool]:
    return or_(*(some.where(some.selected_columns[0] == relation_id).exists() for some in files))


def _has_place(on: ColumnElement[date]) -> ColumnElement[bool]:
    until_on = _CONTACT.c.until_on
    return _CONTACT.c.deleted_at.is_(None) & or_(until_on.is_(None), until_on >= on)


def _files(
    scope: Scope, me: ColumnElement[int], on: ColumnElement[date], *, tells_private: bool = True
) -> list[Select[Any]]:
    part, action, takes_part = _INVOLVEMENT.c, _ACTION.c, _PARTICIPANT.c
    whose = _one(me) if scope is Scope.OWN else _team_of(me)
    is_live = part.deleted_at.is_(None) & (part.since_on <= on) & or_(part.until_on.is_(None), part.until_on >= on)

    def told(collaborator_id: ColumnElement[Any]) -> ColumnElement[bool]:
        # A colleague's private action does not tell the team where they go.
        is_public = action.is_private.is_(False)
        is_told = or_(is_public, collaborator_id == me) if tells_private else is_public
        return action.deleted_at.is_(None) & whose(collaborator_id) & is_told

    invited = _ACTION.join(_PARTICIPANT, takes_part.action_id == action.id)
    return [
        select(part.relation_id).where(whose(part.collaborator_id), is_live),
        select(_RELATION.c.id).where(whose(_RELATION.c.created_by_id)),
        select(action.relation_id).where(told(action.owner_id)),
        select(action.relation_id).where(told(action.followed_by_id)),
        select(action.relation_id).select_from(invited).where(told(takes_part.collaborator_id)),
    ]


def _one(me: ColumnElement[int]) -> _Whose:
    return lambda collaborator_id: collaborator_id == me


def _team_of(me: ColumnElement[int]) -> _Whose:
    own = select(_COLLABORATOR.c.team_id).where(_COLLABORATOR.c.id == me).scalar_subquery()
    is_colleague = (_COLLABORATOR.c.team_id == own) & _COLLABORATOR.c.is_active
    members = select(_COLLABORATOR.c.id).where(or_(_COLLABORATOR.c.id == me, is_colleague))
    return lambda collaborator_id: collaborator_id.in_(members)
