"""Involvements: a collaborator's dated part in a relation's file, or in one dossier of it."""

from store.involvements.changes import (
    Holding,
    Period,
    change_from,
    correct_category,
    delete_involvement,
    end_involvement,
    involve,
    undo_change,
)
from store.involvements.commissions import (
    commissions_on,
    known_shares,
    knows_all_shares,
    number_of_commissions,
)
from store.involvements.locking import commission_lock, lock_commissions, locked_until
from store.involvements.model import (
    REPRESENTATIVE,
    CommissionLock,
    CommissionRule,
    File,
    Involvement,
    InvolvementCategory,
    InvolvementChange,
)
from store.involvements.queries import (
    categories,
    files_of,
    involvement_seen_by,
    involvements_in_dossiers,
    involvements_of,
)
from store.involvements.representatives import representative_category, representative_of, set_representative
from store.involvements.saving import checked_commission

__all__ = [
    "REPRESENTATIVE",
    "CommissionLock",
    "CommissionRule",
    "File",
    "Holding",
    "Involvement",
    "InvolvementCategory",
    "InvolvementChange",
    "Period",
    "categories",
    "change_from",
    "checked_commission",
    "commission_lock",
    "commissions_on",
    "correct_category",
    "delete_involvement",
    "end_involvement",
    "files_of",
    "involve",
    "involvement_seen_by",
    "involvements_in_dossiers",
    "involvements_of",
    "known_shares",
    "knows_all_shares",
    "lock_commissions",
    "locked_until",
    "number_of_commissions",
    "representative_category",
    "representative_of",
    "set_representative",
    "undo_change",
]
