"""Relations at whom nothing was done for a while: "A-clients without an action for 60 days"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action, ActionStatus, Meaning
from store.batches import batches
from store.collaborators import Collaborator
from store.relations import Relation
from store.scopes import in_scope
from store.series import happens_once, next_occurrence, whole_series
from store.statuses import RelationPriority, RelationStatus


@dataclass(frozen=True, slots=True)
class Neglect:
    """`last_at` is when something was last done there, `next_at` what is planned first; as far as the asker sees.

    `days` have gone by since, by the asker's calendar; None when nothing was ever done.
    """

    relation_id: int
    name: str
    status: str
    priority: str
    last_at: datetime | None
    days: int | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Neglected:
    """`number` of them there are; `lines` are the first of these."""

    number: int
    lines: Sequence[Neglect]


def neglected(
    session: Session,
    *,
    asked_by: Collaborator,
    now: datetime,
    days: int,
    priority_id: int | None = None,
    status_id: int | None = None,
    limit: int | None = None,
) -> Neglected:
    """Those in the asker's scope with this priority and status, if given, at whom nothing was done for so many days.

    First those at whom nothing ever was, then the longest ago. People who are contacts alone are left out.
    """
    access.require_present(asked_by)
    meanings = {row.id: row.meaning for row in session.scalars(select(ActionStatus))}
    done = [status_id for status_id, meaning in meanings.items() if meaning is Meaning.DONE]
    at_it = and_(
        Action.relation_id == Relation.id,
        Action.deleted_at.is_(None),
        Action.status_id.in_(done),
        Action.sort_at <= now,
        access.visible(Action, asked_by=asked_by),
    )
    recent = select(Action.id).where(at_it, Action.sort_at > now - timedelta(days=days))
    last = select(Action.sort_at).where(at_it).order_by(Action.sort_at.desc()).limit(1).scalar_subquery()
    is_meant = [Relation.deleted_at.is_(None), Relation.is_only_contact.is_(False), ~recent.exists()]
    is_meant += [] if priority_id is None else [Relation.priority_id == priority_id]
    is_meant += [] if status_id is None else [Relation.status_id == status_id]
    query = select(Relation.id, Relation.name, Relation.status_id, Relation.priority_id)
    query = query.where(*is_meant, in_scope(Relation.id, asked_by=asked_by))
    found = session.execute(query.add_columns(last))
    told = sorted(found, key=lambda row: (row[4] is not None, row[4] or now, row[1].casefold(), row[0]))
    shown = told[:limit]
    planned = [status_id for status_id, meaning in meanings.items() if meaning is Meaning.PLANNED]
    nexts = _next_planned(session, [row[0] for row in shown], planned, asked_by, now)
    statuses = {row.id: row.label(asked_by.language) for row in session.scalars(select(RelationStatus))}
    priorities = {row.id: row.label(asked_by.language) for row in session.scalars(select(RelationPriority))}
    zone = ZoneInfo(asked_by.zone)
    today = now.astimezone(zone).date()
    lines = [
        Neglect(
            relation_id,
            name,
            statuses.get(status or 0, ""),
            priorities.get(priority or 0, ""),
            at,
            (today - at.astimezone(zone).date()).days if at else None,
            nexts.get(relation_id),
        )
        for relation_id, name, status, priority, at in shown
    ]
    return Neglected(len(told), lines)


def _next_planned(
    session: Session, relation_ids: Sequence[int], planned: Sequence[int], asked_by: Collaborator, now: datetime
) -> dict[int, datetime]:
    """By relation; an occurrence of a series counts as any other action."""
    found: dict[int, datetime] = {}
    is_seen = access.visible(Action, asked_by=asked_by)
    for some in batches(relation_ids):
        is_there: tuple[ColumnElement[bool], ...] = (Action.relation_id.in_(some), is_seen)
        query = select(Action.relation_id, func.min(Action.sort_at)).where(
            *is_there, happens_once(), Action.deleted_at.is_(None), Action.sort_at >= now, Action.status_id.in_(planned)
        )
        found |= {row[0]: row[1] for row in session.execute(query.group_by(Action.relation_id))}
        for action in whole_series(session, *is_there, first=now.date()):
            one = next_occurrence(session, [action], after=now)
            if one is not None:
                found[action.relation_id] = min(one.when.starts_at, found.get(action.relation_id, one.when.starts_at))
    return found
