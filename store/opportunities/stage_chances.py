"""What follows for opportunities from another chance of their stage, and from their coming back to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from store.opportunities.model import Opportunity, OpportunityChange, OpportunityStage, OpportunityState

_COPIED = ("dossier_id", "owner_id", "state", "worth", "currency", "closes_on")


def follow_stage(session: Session, stage_id: int) -> None:
    """From now on those open in it stand in it, and weigh as much as it says unless they have a chance of their own.

    What a forecast as of an earlier day tells stays.
    """
    now: Callable[[], datetime] = session.info["now"]
    stage, later = session.get_one(OpportunityStage, stage_id), aliased(OpportunityChange)
    superseded = exists().where(later.dossier_id == OpportunityChange.dossier_id, later.id > OpportunityChange.id)
    own = Opportunity.own_probability
    query = select(OpportunityChange, own).join(Opportunity, Opportunity.dossier_id == OpportunityChange.dossier_id)
    stands_in_it = (Opportunity.stage_id == stage_id, Opportunity.state == OpportunityState.OPEN)
    weighs_other = own.is_(None) & (OpportunityChange.probability != stage.probability)
    is_other = or_(weighs_other, OpportunityChange.stage_id != stage_id)  # noted while its stage was another's
    for last, chance in session.execute(query.where(*stands_in_it, is_other, ~superseded)).all():
        stands = {name: getattr(last, name) for name in _COPIED} | {"stage_id": stage_id}
        by_id = session.info.get("actor_id") or last.by_id
        stands["probability"] = stage.probability if chance is None else chance
        session.add(OpportunityChange(at=now(), by_id=by_id, **stands))
    session.flush()
