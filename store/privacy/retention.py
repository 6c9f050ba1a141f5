"""How long the book keeps what it knows of people: after its term, it goes by itself."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, cast, exists, func, select, update
from sqlalchemy.orm import Session

from store.audit import AuditEntry
from store.audit_erasing import ERASED, empty_entries
from store.base import BookError
from store.importing import Import, ImportLine
from store.mailings import Delivery
from store.privacy.erasing import erase_person
from store.privacy.holds import LegalHold
from store.relations import Relation, RelationKind
from store.strangers import forget_strangers

log = logging.getLogger(__name__)

TERM = "the term has run out"
GONE = "–"
AT_ONCE = 100
"""Rows in one transaction, so that nobody who writes to the book waits for long; of people one, who is looked for in
all lists that came in."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Days after which each kind goes; 0: never. Deliveries lose their names, audit entries what they told.

    Imports lose the cells of the lines that were refused or skipped, and what undoing them would need. Strangers alone
    go at once with 0: nothing is kept of them then.
    """

    deleted_people_days: int = 0
    deliveries_days: int = 0
    audit_days: int = 0
    imports_days: int = 0
    strangers_days: int = 0


def forget_expired(session: Session, retention: Retention, *, now: datetime) -> int:
    """Forgets one person and at most a hundred rows of each other kind whose term has run out; returns how many.

    People on hold stay, and so does whoever cannot be erased for another reason: the next time tries again.
    """
    terms = (
        (retention.deleted_people_days, _erase_people),
        (retention.deliveries_days, _forget_names),
        (retention.audit_days, _empty_entries),
        (retention.imports_days, _empty_lines),
    )
    forgotten = sum(forget(session, now - timedelta(days=days), now) for days, forget in terms if days)
    return forgotten + forget_strangers(session, days=retention.strangers_days, now=now)


def _erase_people(session: Session, before: datetime, now: datetime) -> int:
    is_erased = exists().where(
        AuditEntry.kind == "relation", AuditEntry.row_id == Relation.id, AuditEntry.deed == ERASED
    )
    lasts = LegalHold.until_on.is_(None) | (LegalHold.until_on >= now.date())
    is_held = exists().where(LegalHold.relation_id == Relation.id, LegalHold.lifted_at.is_(None), lasts)
    # Whoever was merged away goes with the one that stands, who may be a living client.
    is_gone = (Relation.deleted_at <= before) & Relation.merged_into_id.is_(None)
    due = select(Relation.id).where(Relation.kind == RelationKind.PERSON, is_gone, ~is_erased, ~is_held)
    for person_id in session.scalars(due.order_by(Relation.id)).all():
        try:
            with session.begin_nested():
                erase_person(session, person_id, by=None, reason=TERM, now=now)
        except BookError as refused:
            log.info("relation %d is not erased yet: %s", person_id, refused.text)
            continue
        return 1
    return 0


def _forget_names(session: Session, before: datetime, _now: datetime) -> int:
    due = select(Delivery.id).where(Delivery.finished_at <= before, Delivery.name != GONE)
    found = session.scalars(due.order_by(Delivery.id).limit(AT_ONCE)).all()
    nameless = {"mail": "", "folded": None, "name": GONE, "company": "", "function": ""}
    session.execute(update(Delivery).where(Delivery.id.in_(found)).values(nameless))
    return len(found)


def _empty_entries(session: Session, before: datetime, _now: datetime) -> int:
    tell = (AuditEntry.at <= before) & AuditEntry.erased_by_id.is_(None) & (AuditEntry.deed != ERASED)
    first_id = session.scalar(select(func.min(AuditEntry.id)).where(tell))
    if first_id is None:
        return 0
    emptied = empty_entries(session, tell, kind="audit_entry", row_id=first_id, by_id=None, reason=TERM, limit=AT_ONCE)
    return len(emptied)


def _empty_lines(session: Session, before: datetime, _now: datetime) -> int:
    ended = select(Import.id).where(Import.prepared_at <= before)
    tells = (cast(ImportLine.cells, String) != "[]") | (cast(ImportLine.changed, String) != "{}")
    due = select(ImportLine.id).where(ImportLine.import_id.in_(ended), tells)
    found = session.scalars(due.order_by(ImportLine.id).limit(AT_ONCE)).all()
    emptied: dict[str, object] = {"cells": [], "told": {}, "changed": {}}
    session.execute(update(ImportLine).where(ImportLine.id.in_(found)).values(emptied))
    return len(found)
