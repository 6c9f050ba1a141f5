"""The opportunities that are open, by stage and by who follows them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
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
    sums: dict[tuple[int, int, str], tuple[int, Decimal, Decimal]] = {}
    for change in as_they_stood(session, end, asked_by):
        if collaborator_id is None or change.owner_id == collaborator_id:
            key = (change.stage_id, change.owner_id, change.currency)
            number, worth, weighted = sums.get(key, (0, Decimal(0), Decimal(0)))
            sums[key] = number + 1, worth + change.worth, weighted + weigh(change.worth, change.probability)
    names = {row.id: row.name for row in session.execute(select(Collaborator.id, Collaborator.name))}
    stages = {row.id: row for row in session.scalars(select(OpportunityStage))}

    def place(key: tuple[int, int, str]) -> tuple[int, int, int, str]:
        stage_id, owner_id, currency = key
        return CURRENCIES.index(currency), stages[stage_id].position, stage_id, names[owner_id].casefold()

    return [
        PipelineLine(
            stages[stage_id].label(asked_by.language), names[owner_id], currency, *sums[stage_id, owner_id, currency]
        )
        for stage_id, owner_id, currency in sorted(sums, key=place)
    ]
