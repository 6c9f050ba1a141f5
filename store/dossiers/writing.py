"""Opening, changing, closing and deleting a dossier, and which one an action may stand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import column, select, table
from sqlalchemy.orm import Session

from store import access
from store.actions import Action
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.dossiers.model import Dossier, short_of
from store.dossiers.queries import dossier_seen_by, seen
from store.relations import Relation, relation_seen_by
from store.typed import line_typed, text_typed

# By name, for the modules of these rows import this one.
_DOCUMENT_LINK = table("document_link", column("dossier_id"))
_QUOTE = table("quote", column("dossier_id"), column("deleted_at"))
_INVOLVEMENT = table("involvement", column("relation_id"), column("dossier_id"), column("deleted_at"))
NAME_LIMIT = 100
NOTE_LIMIT = 3_000


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """Everything about a dossier that a form decides. Its relation is decided once."""

    name: str
    note: str = ""


def open_dossier(
    session: Session, *, by: Collaborator, relation_id: int | None, facts: DossierFacts, now: datetime
) -> Dossier:
    """Of the relation, or a general one (None). Raises NotFound at `relation`, BookError at `name` or `note`."""
    access.require_active(by)
    relation = None if relation_id is None else _relation(session, relation_id, by=by)
    dossier = Dossier(short=short_of(relation), created_by_id=by.id, created_at=now, changed_at=now)
    dossier.relation_id = relation.id if relation else None
    _apply(dossier, facts)
    session.add(dossier)
    session.flush()
    return dossier


def edit_dossier(
    session: Session, dossier_id: int, *, by: Collaborator, version: int | None, facts: DossierFacts, now: datetime
) -> Dossier:
    """Raises NotFound, ChangedMeanwhile, BookError at `name` or `note`."""
    dossier = dossier_to_write(session, dossier_id, by=by)
    dossier.expect_version(version)
    _apply(dossier, facts)
    dossier.changed_at = now
    session.flush()
    return dossier


def close_dossier(session: Session, dossier_id: int, *, by: Collaborator, now: datetime) -> Dossier:
    """Out of lists and forms unless they are asked for closed ones; its actions stay. Raises NotFound."""
    dossier = dossier_to_write(session, dossier_id, by=by)
    dossier.closed_at, dossier.changed_at = dossier.closed_at or now, now
    session.flush()
    return dossier


def reopen_dossier(session: Session, dossier_id: int, *, by: Collaborator, now: datetime) -> Dossier:
    """Harmless when it is open already. Raises NotFound."""
    dossier = dossier_to_write(session, dossier_id, by=by)
    dossier.closed_at, dossier.changed_at = None, now
    session.flush()
    return dossier


def delete_dossier(session: Session, dossier_id: int, *, by: Collaborator, now: datetime) -> Dossier:
    """Only an empty one; its reference is never given again. Raises NotFound, BookError when something stands in it."""
    dossier = dossier_to_write(session, dossier_id, by=by)
    held = select(Action.id).where(Action.dossier_id == dossier.id, Action.deleted_at.is_(None))
    if session.scalar(held.limit(1)) is not None:
        raise BookError(_("There are actions in {reference}: close it instead."), reference=dossier.reference)
    quotes = select(_QUOTE.c.dossier_id).where(_QUOTE.c.dossier_id == dossier.id, _QUOTE.c.deleted_at.is_(None))
    if session.scalar(quotes.limit(1)) is not None:
        raise BookError(_("There are quotes in {reference}: close it instead."), reference=dossier.reference)
    documents = select(_DOCUMENT_LINK.c.dossier_id).where(_DOCUMENT_LINK.c.dossier_id == dossier.id)
    if session.scalar(documents.limit(1)) is not None:
        raise BookError(_("There are documents in {reference}: close it instead."), reference=dossier.reference)
    here = _INVOLVEMENT.c.relation_id == dossier.relation_id, _INVOLVEMENT.c.dossier_id == dossier.id
    involved = select(_INVOLVEMENT.c.dossier_id).where(*here, _INVOLVEMENT.c.deleted_at.is_(None))
    if session.scalar(involved.limit(1)) is not None:
        raise BookError(
            _("There are internal relations on {reference}: close it instead."), reference=dossier.reference
        )
    dossier.deleted_at = dossier.changed_at = now
    session.flush()
    return dossier


def restore_dossier(session: Session, dossier_id: int, *, by: Collaborator, now: datetime) -> Dossier:
    """Takes the deletion back; harmless when it was taken back already. Raises NotFound."""
    dossier = dossier_to_write(session, dossier_id, by=by, also_deleted=True)
    dossier.deleted_at, dossier.changed_at = None, now
    session.flush()
    return dossier


def dossier_for_action(session: Session, dossier_id: int, *, relation_id: int, by: Collaborator) -> Dossier:
    """The dossier that an action at this relation is put in.

    Raises, at `dossier`, NotFound, and BookError for another relation's and for one that was closed in the meantime.
    """
    dossier = dossier_seen_by(session, dossier_id, asked_by=by)
    if dossier is None:
        raise NotFound(_("This dossier is no longer in the book."), field="dossier")
    if dossier.relation_id not in {None, relation_id}:
        raise BookError(_("{reference} belongs to another relation."), field="dossier", reference=dossier.reference)
    if dossier.closed_at is not None:
        raise BookError(_("{reference} is closed. Reopen it first."), field="dossier", reference=dossier.reference)
    return dossier


def dossier_to_write(session: Session, dossier_id: int, *, by: Collaborator, also_deleted: bool = False) -> Dossier:
    """Locked until the end of the transaction. Raises NotFound, NotAllowed."""
    access.require_active(by)
    query = seen(by, also_deleted=also_deleted).where(Dossier.id == dossier_id)
    dossier = session.scalars(query.with_for_update(of=Dossier)).one_or_none()
    if dossier is None:
        raise NotFound
    return dossier


def _relation(session: Session, relation_id: int, *, by: Collaborator) -> Relation:
    relation = relation_seen_by(session, relation_id, asked_by=by)
    if relation is None:
        raise NotFound(_("This relation is no longer in the book."), field="relation")
    return relation


def _apply(dossier: Dossier, facts: DossierFacts) -> None:
    dossier.name = line_typed(facts.name, field="name", limit=NAME_LIMIT, required=True)
    dossier.note = text_typed(facts.note, field="note", limit=NOTE_LIMIT)
