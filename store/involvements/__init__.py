"""Involvements: a collaborator's dated part in a relation's file."""

from store.involvements.changes import checked_commission, end_involvement, involve, set_representative
from store.involvements.model import (
    REPRESENTATIVE,
    CommissionLock,
    CommissionRule,
    Involvement,
    InvolvementCategory,
    InvolvementChange,
)
from store.involvements.queries import files_of, involvements_of, representative_of

__all__ = [
    "REPRESENTATIVE",
    "CommissionLock",
    "CommissionRule",
    "Involvement",
    "InvolvementCategory",
    "InvolvementChange",
    "checked_commission",
    "end_involvement",
    "files_of",
    "involve",
    "involvements_of",
    "representative_of",
    "set_representative",
]
