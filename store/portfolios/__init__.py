"""Portfolios: the files and the open actions of a collaborator, and handing them over to another."""

from store.portfolios.handing_over import HandedOver, Undone, hand_over, handover_seen_by, undo_handover
from store.portfolios.model import Handover
from store.portfolios.planning import Left, Plan, WhichActions, Wish, plan_handover

__all__ = [
    "HandedOver",
    "Handover",
    "Left",
    "Plan",
    "Undone",
    "WhichActions",
    "Wish",
    "hand_over",
    "handover_seen_by",
    "plan_handover",
    "undo_handover",
]
