"""Reports: what the book tells when it is counted, always as far as the asking collaborator may see."""

from store.reports.activity import ActivityLine, activity
from store.reports.becoming import Turn, Turns, turns
from store.reports.costs import CostGroup, CostLine, costs
from store.reports.kept import (
    NAME_LIMIT,
    KeptReport,
    forget_report,
    keep_report,
    kept_named,
    kept_reports,
    kept_seen_by,
    recall_report,
)
from store.reports.neglected import Neglect, Neglected, neglected
from store.reports.periods import Period, Span, period_of
from store.reports.pipeline import PipelineLine, pipeline
from store.reports.wishes import Report, Wish

__all__ = [
    "NAME_LIMIT",
    "ActivityLine",
    "CostGroup",
    "CostLine",
    "KeptReport",
    "Neglect",
    "Neglected",
    "Period",
    "PipelineLine",
    "Report",
    "Span",
    "Turn",
    "Turns",
    "Wish",
    "activity",
    "costs",
    "forget_report",
    "keep_report",
    "kept_named",
    "kept_reports",
    "kept_seen_by",
    "neglected",
    "period_of",
    "pipeline",
    "recall_report",
    "turns",
]
