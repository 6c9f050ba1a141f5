"""What follows for opportunities from another chance of their stage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from store.opportunities.model import Opportunity, OpportunityChange, OpportunityStage, OpportunityState

_COPIED = ("dossier_id", "stage_id", "owner_id", "state", "worth", "currency", "closes_on")


def follow_stage(session: Session, stage_id: int) -> None:
    """From now on those open in it that have no chance of their own weigh as much as it says; what a forecast as of an
    earlier day tells stays.
    """
    now: Callable[[], datetime] = session.info["now"]
    stage, later = session.get_one(OpportunityStage, stage_id), aliased(OpportunityChange)
    superseded = exists().where(later.dossier_id == OpportunityChange.dossier_id, later.id > OpportunityChange.id)
    query = select(OpportunityChange).join(Opportunity, Opportunity.dossier_id == OpportunityChange.dossier_id)
    stands_in_it = (Opportunity.stage_id == stage_id, Opportunity.state == OpportunityState.OPEN)
    is_other = (Opportunity.own_probability.is_(None), OpportunityChange.probability != stage.probability)
    for last in session.scalars(query.where(*stands_in_it, *is_other, ~superseded)).all():
        stands = {name: getattr(last, name) for name in _COPIED}
        by_id = session.info.get("actor_id") or last.by_id
        session.add(OpportunityChange(at=now(), by_id=by_id, probability=stage.probability, **stands))
    session.flush()
