"""The opportunities that are open, by stage and by who follows them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from store.access import require_present
from store.collaborators import Collaborator
from store.money import CURRENCIES
from store.opportunities.forecasting import as_they_stood, weigh
from store.opportunities.model import OpportunityStage


@dataclass(frozen=True, slots=True)
class PipelineLine:
    """`number` opportunities in one currency; `weighted` is their worth times their chance."""

    stage: str
    representative: str
    currency: str
    number: int
    worth: Decimal
    weighted: Decimal


def pipeline(
    session: Session, *, asked_by: Collaborator, as_of: date, zone: str, collaborator_id: int | None = None
) -> list[PipelineLine]:
    """As it stood at the end of that day in `zone`, as far as the asker may see: in the order of the stages."""
    require_present(asked_by)
    end = datetime.combine(as_of + timedelta(days=1), time(), ZoneInfo(zone))
    sums: dict[tuple[OpportunityStage, int, str], tuple[int, Decimal, Decimal]] = {}
    for change in as_they_stood(session, end, asked_by):
        if collaborator_id is None or change.owner_id == collaborator_id:
            key = (change.stage, change.owner_id, change.currency)
            number, worth, weighted = sums.get(key, (0, Decimal(0), Decimal(0)))
            sums[key] = number + 1, worth + change.worth, weighted + weigh(change.worth, change.probability)
    names = {owner_id: session.get_one(Collaborator, owner_id).name for _stage, owner_id, _currency in sums}
    order = sorted(
        sums, key=lambda key: (CURRENCIES.index(key[2]), key[0].position, key[0].id, names[key[1]].casefold())
    )
    return [
        PipelineLine(stage.label(asked_by.language), names[owner_id], currency, *sums[stage, owner_id, currency])
        for stage, owner_id, currency in order
    ]
