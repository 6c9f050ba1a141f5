"""A dossier named in a subject: "Offer [ACME-12]". Taken where it fits, never required."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.dossiers.model import Dossier
from store.dossiers.queries import dossier_with_reference

MOST_TRIED = 5
_TAG = re.compile(r"\[\s*([A-Za-z0-9]{1,10}-\d{1,18})\s*\]")


class TagIgnored(StrEnum):
    """Why a reference in a subject chose nothing."""

    UNKNOWN = "unknown"
    CLOSED = "closed"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Tagged:
    """The dossier that was named; else the first reference that chose nothing ("" when there is none), and why."""

    dossier: Dossier | None = None
    reference: str = ""
    ignored: TagIgnored | None = None


def dossier_tagged(session: Session, subject: str, *, relation_ids: Collection[int], asked_by: Collaborator) -> Tagged:
    """The first reference in square brackets that fits: of an open dossier of one of these relations, or a general one.

    Of what `asked_by` may not see it says the same as of what is not there.
    """
    first = Tagged()
    for reference in dict.fromkeys(_TAG.findall(subject)[:MOST_TRIED]):
        found = dossier_with_reference(session, reference, asked_by=asked_by)
        why = _why_ignored(found, relation_ids)
        if found is not None and why is None:
            return Tagged(found)
        if not first.reference:
            first = Tagged(None, reference.upper(), why)
    return first


def _why_ignored(found: Dossier | None, relation_ids: Collection[int]) -> TagIgnored | None:
    if found is None:
        return TagIgnored.UNKNOWN
    if found.relation_id is not None and found.relation_id not in relation_ids:
        return TagIgnored.FOREIGN
    return TagIgnored.CLOSED if found.closed_at is not None else None
