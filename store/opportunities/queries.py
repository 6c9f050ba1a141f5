"""Reading opportunities, as far as the asking collaborator may, and what their history says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.domain import listed
from store.dossiers import Dossier
from store.dossiers.queries import is_seen
from store.opportunities.model import Opportunity, OpportunityChange, OpportunityStage, OpportunityState
from store.relations import standing_id


def seen(asked_by: Collaborator, *, also_deleted: bool = False) -> Select[Opportunity]:
    """Those of the dossiers that they may see."""
    query = select(Opportunity).join(Dossier, Dossier.id == Opportunity.dossier_id).where(is_seen(asked_by))
    return query if also_deleted else query.where(Dossier.deleted_at.is_(None))


def opportunity_seen_by(session: Session, dossier_id: int, *, asked_by: Collaborator) -> Opportunity | None:
    """None when its dossier is none, is deleted, hidden from them, or not there."""
    return session.scalars(seen(asked_by).where(Opportunity.dossier_id == dossier_id)).unique().one_or_none()


def opportunities_of(
    session: Session,
    relation_id: int | None = None,
    *,
    asked_by: Collaborator,
    states: Sequence[OpportunityState] = (OpportunityState.OPEN,),
    limit: int,
    offset: int = 0,
) -> Sequence[Opportunity]:
    """Of the relation, else of all, in these states: those that close first come first, those without a day last."""
    query = seen(asked_by).where(Opportunity.state.in_(states))
    if relation_id is not None:
        query = query.where(Dossier.relation_id == standing_id(session, relation_id))
    order = Opportunity.closes_on.is_(None), Opportunity.closes_on, Opportunity.dossier_id
    return session.scalars(query.order_by(*order).limit(limit).offset(offset)).unique().all()


def stages_of(session: Session, type_id: int) -> list[OpportunityStage]:
    """In use and in the office's order: the type's own, else those of no type."""
    found = listed(session, OpportunityStage)
    own = [one for one in found if one.type_id == type_id]
    return own or [one for one in found if one.type_id is None]


@dataclass(frozen=True, slots=True)
class StageSpell:
    """A time that it spent in one stage; `days` until the next began, or until it ended, or until today."""

    stage: OpportunityStage
    since_on: date
    days: int


def changes_of(session: Session, opportunity: Opportunity) -> Sequence[OpportunityChange]:
    """The oldest first."""
    query = select(OpportunityChange).where(OpportunityChange.dossier_id == opportunity.dossier_id)
    return session.scalars(query.order_by(OpportunityChange.at, OpportunityChange.id)).all()


def stage_spells(changes: Sequence[OpportunityChange], *, zone: str, today: date) -> list[StageSpell]:
    """Of an opportunity's changes (the oldest first), as days where the reader is; the oldest spell first."""

    def day(at: datetime) -> date:
        return at.astimezone(ZoneInfo(zone)).date()

    begun: list[OpportunityChange] = []
    for change in changes:
        if not begun or begun[-1].stage_id != change.stage_id:
            begun.append(change)
    last = changes[-1] if changes else None
    ended = last is not None and last.state is not OpportunityState.OPEN
    end = day(last.at) if last is not None and ended else today
    ends = [*(day(one.at) for one in begun[1:]), end]
    return [StageSpell(one.stage, day(one.at), (end - day(one.at)).days) for one, end in zip(begun, ends, strict=True)]


def times_moved(changes: Sequence[OpportunityChange]) -> int:
    """How often the estimated closing day was put on another day; giving it one for the first time does not count."""
    days = [change.closes_on for change in changes if change.closes_on is not None]
    return sum(one != other for one, other in pairwise(days))
