"""What a collaborator decides about a filed mail: keep it, move it, take it out of the book, put it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action, Participant
from store.base import BookError, NotAllowed, NotFound, _
from store.collaborators import Collaborator
from store.contacts import contact_seen_by
from store.documents import Document, DocumentLink, link_document, unlink_document
from store.dossiers import Dossier
from store.endings import delete_action, restore_action
from store.filing.model import Filing, FilingState
from store.relations import relation_seen_by


def keep_filing(session: Session, *, by: Collaborator, filing_id: int, now: datetime) -> Filing:
    """It was filed well. Raises NotFound, NotAllowed, BookError when it was taken out of the book."""
    filing, _action = _standing(session, by, filing_id)
    filing.state, filing.decided_at = FilingState.KEPT, now
    session.flush()
    return filing


def move_filing(
    session: Session,
    *,
    by: Collaborator,
    filing_id: int,
    relation_id: int,
    contact_id: int | None = None,
    now: datetime,
) -> Filing:
    """It belongs to another relation, out of the dossier of the one before, or to another contact there.

    Raises like `keep_filing`, NotFound at `relation` or `contact`, BookError at `contact` for somebody of another
    relation.
    """
    filing, action = _standing(session, by, filing_id)
    relation = relation_seen_by(session, relation_id, asked_by=by)
    if relation is None:
        raise NotFound(field="relation")
    if contact_id is not None:
        contact = contact_seen_by(session, contact_id, asked_by=by)
        if contact is None:
            raise NotFound(field="contact")
        if contact.relation_id != relation.id:
            raise BookError(_("This contact is not one of the relation chosen."), field="contact")
        contact_id = contact.id
    # Whom it is about now takes part no longer beside that.
    for participant in [one for one in action.participants if contact_id and one.contact_id == contact_id]:
        action.participants.remove(participant)
    if relation.id != action.relation_id:
        dossier = session.get(Dossier, action.dossier_id) if action.dossier_id else None
        action.dossier_id = dossier.id if dossier is not None and dossier.relation_id is None else None
    action.relation_id, action.contact_id, action.changed_at = relation.id, contact_id, now
    filing.state, filing.decided_at = FilingState.KEPT, now
    session.flush()
    session.expire(action, ["relation", "contact"])
    return filing


def unfile(session: Session, *, by: Collaborator, filing_id: int, now: datetime) -> Filing:
    """Not for the book: its action and its documents go (these for good after `documents.UNDO_FOR`), and the mail
    never comes back by itself. Doing it twice is no error. Raises NotFound, NotAllowed."""
    filing, action = _mine(session, by, filing_id)
    if filing.state is FilingState.UNFILED:
        return filing
    links = session.scalars(select(DocumentLink).where(DocumentLink.action_id == action.id).order_by(DocumentLink.id))
    for link in links.all():
        filing.unlinked = [*filing.unlinked, [link.document_id, link.name]]
        unlink_document(session, link, now=now)
    delete_action(session, by=by, action_id=action.id, now=now)
    filing.state, filing.decided_at = FilingState.UNFILED, now
    session.flush()
    return filing


def refile(session: Session, *, by: Collaborator, filing_id: int, now: datetime) -> Filing:
    """Takes `unfile` back; documents that are gone for good stay so. Raises NotFound, NotAllowed."""
    filing, action = _mine(session, by, filing_id)
    if filing.state is not FilingState.UNFILED:
        return filing
    restore_action(session, by=by, action_id=action.id, now=now)
    for document_id, name in filing.unlinked:
        document = session.get(Document, document_id)
        if document is not None:
            link_document(session, document, name=name, action_id=action.id, by=by, now=now)
    filing.state, filing.decided_at, filing.unlinked = FilingState.KEPT, now, []
    session.flush()
    return filing


def filing_seen_by(session: Session, filing_id: int, *, asked_by: Collaborator) -> Filing:
    """For its card, also when it was unfiled. Raises NotFound for what the asking collaborator may not see."""
    access.require_present(asked_by)
    query = select(Filing).join(Filing.action).where(Filing.id == filing_id)
    filing = session.scalars(query.where(access.visible(Action, asked_by=asked_by))).unique().one_or_none()
    if filing is None:
        raise NotFound
    return filing


def _mine(session: Session, by: Collaborator, filing_id: int) -> tuple[Filing, Action]:
    filing = filing_seen_by(session, filing_id, asked_by=by)
    action = filing.action
    assert action is not None, "only a filing with an action is seen"
    takes_part = select(Participant.id).where(Participant.action_id == action.id, Participant.collaborator_id == by.id)
    if action.owner_id != by.id and session.scalar(takes_part) is None:
        raise NotAllowed(_("Only who was on this mail can do that."))
    return filing, action


def _standing(session: Session, by: Collaborator, filing_id: int) -> tuple[Filing, Action]:
    filing, action = _mine(session, by, filing_id)
    if filing.state is FilingState.UNFILED or action.deleted_at is not None:
        raise BookError(_("This mail was taken out of the book."))
    return filing, action


def filings_of(session: Session, action_id: int) -> Sequence[Filing]:
    """The mails that became this action; who may see it is the caller's to check."""
    return session.scalars(select(Filing).where(Filing.action_id == action_id).order_by(Filing.id)).all()
