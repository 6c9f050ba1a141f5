"""Actions that come back: the rule of a series, and its occurrences."""

from store.series.rules import LAST, Every, Recurrence

__all__ = ["LAST", "Every", "Recurrence"]
