"""Dossiers: files that group actions, general ones and those of one relation."""

from store.dossiers.model import Dossier
from store.dossiers.queries import (
    actions_in,
    dossier_seen_by,
    dossier_with_reference,
    dossiers_for,
    dossiers_of,
    general_dossiers,
)
from store.dossiers.tags import Tagged, TagIgnored, dossier_tagged
from store.dossiers.writing import (
    NAME_LIMIT,
    NOTE_LIMIT,
    DossierFacts,
    close_dossier,
    delete_dossier,
    dossier_for_action,
    dossier_to_write,
    edit_dossier,
    open_dossier,
    reopen_dossier,
    restore_dossier,
)

__all__ = [
    "NAME_LIMIT",
    "NOTE_LIMIT",
    "Dossier",
    "DossierFacts",
    "TagIgnored",
    "Tagged",
    "actions_in",
    "close_dossier",
    "delete_dossier",
    "dossier_for_action",
    "dossier_seen_by",
    "dossier_tagged",
    "dossier_to_write",
    "dossier_with_reference",
    "dossiers_for",
    "dossiers_of",
    "edit_dossier",
    "general_dossiers",
    "open_dossier",
    "reopen_dossier",
    "restore_dossier",
]
