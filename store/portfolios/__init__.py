"""Portfolios: the files and the open actions of a collaborator, and handing them over to another."""

from store.portfolios.handing_over import (
    HandedOver,
    Undone,
    files_handed_over,
    hand_over,
    handover_seen_by,
    undo_handover,
)
from store.portfolios.model import Handover
from store.portfolios.planning import Left, Plan, WhichActions, Wish, plan_handover
from store.portfolios.queries import Workload, files_of_leavers, files_without_anybody, workloads

__all__ = [
    "HandedOver",
    "Handover",
    "Left",
    "Plan",
    "Undone",
    "WhichActions",
    "Wish",
    "Workload",
    "files_handed_over",
    "files_of_leavers",
    "files_without_anybody",
    "hand_over",
    "handover_seen_by",
    "plan_handover",
    "undo_handover",
    "workloads",
]
