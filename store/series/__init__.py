"""Actions that come back: the rule of a series, and its occurrences."""

from store.series.model import (
    ActionSeries,
    begins_at,
    happens_once,
    is_whole_series,
    moved,
    put_rule,
    rule_of,
    series_of,
)
from store.series.occurrences import (
    Occurrence,
    PlaceInSeries,
    next_occurrence,
    occurrences_between,
    place_in_series,
    require_occurrence,
    whole_series,
)
from store.series.rules import LAST, MOST_COUNT, MOST_INTERVAL, Every, Recurrence

__all__ = [
    "LAST",
    "MOST_COUNT",
    "MOST_INTERVAL",
    "ActionSeries",
    "Every",
    "Occurrence",
    "PlaceInSeries",
    "Recurrence",
    "begins_at",
    "happens_once",
    "is_whole_series",
    "moved",
    "next_occurrence",
    "occurrences_between",
    "place_in_series",
    "put_rule",
    "require_occurrence",
    "rule_of",
    "series_of",
    "whole_series",
]
