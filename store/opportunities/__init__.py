"""Opportunities: dossiers with a type, a stage, a chance, a budget and what is to be sold."""

from store.opportunities.forecasting import Forecast, ForecastLine, Totals, forecast, totals_of
from store.opportunities.model import (
    LossReason,
    Opportunity,
    OpportunityChange,
    OpportunityLine,
    OpportunityStage,
    OpportunityState,
    OpportunityType,
)
from store.opportunities.queries import (
    StageSpell,
    changes_of,
    opportunities_of,
    opportunity_seen_by,
    stage_spells,
    stages_of,
    times_moved,
)
from store.opportunities.stage_chances import follow_stage
from store.opportunities.writing import (
    MOST_LINES,
    TEXT_LIMIT,
    LineFacts,
    OpportunityFacts,
    edit_opportunity,
    end_opportunity,
    facts_of,
    open_opportunity,
    reopen_opportunity,
)

__all__ = [
    "MOST_LINES",
    "TEXT_LIMIT",
    "Forecast",
    "ForecastLine",
    "LineFacts",
    "LossReason",
    "Opportunity",
    "OpportunityChange",
    "OpportunityFacts",
    "OpportunityLine",
    "OpportunityStage",
    "OpportunityState",
    "OpportunityType",
    "StageSpell",
    "Totals",
    "changes_of",
    "edit_opportunity",
    "end_opportunity",
    "facts_of",
    "follow_stage",
    "forecast",
    "open_opportunity",
    "opportunities_of",
    "opportunity_seen_by",
    "reopen_opportunity",
    "stage_spells",
    "stages_of",
    "times_moved",
    "totals_of",
]
