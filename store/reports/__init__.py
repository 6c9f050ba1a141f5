"""Reports: what the book tells when it is counted, always as far as the asking collaborator may see."""

from store.reports.activity import ActivityLine, activity
from store.reports.becoming import Turn, Turns, turns
from store.reports.costs import CostGroup, CostLine, Costs, costs
from store.reports.counting import OF_CONTACTS, CountLine, Counts, counted
from store.reports.kept import (
    NAME_LIMIT,
    KeptReport,
    edit_report,
    forget_report,
    keep_report,
    kept_named,
    kept_reports,
    kept_seen_by,
    recall_report,
)
from store.reports.listing import ContactLine, Lines, RelationLine, contacts_listed, relations_listed
from store.reports.neglected import Neglect, Neglected, neglected
from store.reports.periods import Period, Span, period_of
from store.reports.pipeline import PipelineLine, pipeline
from store.reports.schedules import (
    ReportSchedule,
    pause_schedule,
    require_open,
    resume_schedule,
    schedule_of,
    schedule_report,
    schedules_of,
    stop_schedule,
    take_over,
)
from store.reports.sources import Origin, Source
from store.reports.timing import Pace, Timing
from store.reports.wishes import Counted, Report, Wish

__all__ = [
    "NAME_LIMIT",
    "OF_CONTACTS",
    "ActivityLine",
    "ContactLine",
    "CostGroup",
    "CostLine",
    "Costs",
    "CountLine",
    "Counted",
    "Counts",
    "KeptReport",
    "Lines",
    "Neglect",
    "Neglected",
    "Origin",
    "Pace",
    "Period",
    "PipelineLine",
    "RelationLine",
    "Report",
    "ReportSchedule",
    "Source",
    "Span",
    "Timing",
    "Turn",
    "Turns",
    "Wish",
    "activity",
    "contacts_listed",
    "costs",
    "counted",
    "edit_report",
    "forget_report",
    "keep_report",
    "kept_named",
    "kept_reports",
    "kept_seen_by",
    "neglected",
    "pause_schedule",
    "period_of",
    "pipeline",
    "recall_report",
    "relations_listed",
    "require_open",
    "resume_schedule",
    "schedule_of",
    "schedule_report",
    "schedules_of",
    "stop_schedule",
    "take_over",
    "turns",
]
