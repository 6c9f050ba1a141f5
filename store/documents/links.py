"""Documents linked to actions, relations, contacts and dossiers, and who sees them there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from store import access
from store.actions import Action
from store.base import NotFound
from store.collaborators import Collaborator
from store.contacts import Contact
from store.contacts.model import standing_id as standing_place_id
from store.documents.model import Document, DocumentLink, hold_content
from store.dossiers import Dossier
from store.dossiers.queries import seen
from store.scopes import in_scope
from store.standing import lock_standing


def link_document(
    session: Session,
    document: Document,
    *,
    name: str,
    now: datetime,
    by: Collaborator | None,
    action_id: int | None = None,
    relation_id: int | None = None,
    contact_id: int | None = None,
    dossier_id: int | None = None,
) -> DocumentLink:
    """Puts the document under this name on exactly one action, relation, contact or dossier.

    The same document under the same name at the same place is linked once. A place that was merged leads to the kept.
    Raises NotFound when the document is gone.
    """
    places = (action_id, relation_id, contact_id, dossier_id)
    assert sum(place is not None for place in places) == 1, "exactly one place"
    hold_content(session, document.sha256)
    if session.scalar(select(Document.id).where(Document.id == document.id)) is None:
        raise NotFound
    if relation_id is not None:
        (relation_id,) = lock_standing(session, relation_id)
    if contact_id is not None:
        contact_id = standing_place_id(session, contact_id)
    place = {
        "action_id": action_id,
        "relation_id": relation_id,
        "contact_id": contact_id,
        "dossier_id": dossier_id,
    }
    query = select(DocumentLink).filter_by(document_id=document.id, name=name, **place)
    if (known := session.scalars(query).first()) is not None:
        return known
    row = DocumentLink(document=document, name=name, linked_at=now, linked_by_id=by.id if by else None, **place)
    document.unused_since = None
    session.add(row)
    session.flush()
    return row


def unlink_document(session: Session, link: DocumentLink, *, now: datetime) -> None:
    """The document stays a day without links, then goes for good. Who may do this is the caller's to check."""
    document = link.document
    hold_content(session, document.sha256)
    session.delete(link)
    session.flush()
    others = select(func.count()).where(DocumentLink.document_id == document.id)
    if not session.scalar(others):
        document.unused_since = now
        session.flush()


def documents_of(
    session: Session,
    *,
    asked_by: Collaborator,
    action_id: int | None = None,
    relation_id: int | None = None,
    contact_id: int | None = None,
    dossier_id: int | None = None,
) -> Sequence[DocumentLink]:
    """What is linked there, newest first; but for an action's also what stands on its actions, at a relation also what
    stands in its dossiers, at one time of a series also what stands on the series.

    Nothing of an action that the asking collaborator may not see, or that was deleted.
    """
    places: list[ColumnElement[bool]] = []
    if action_id is not None:
        places += [DocumentLink.action_id == action_id, _of_its_series(action_id)]
    if relation_id is not None:
        of_relation = select(Dossier.id).where(Dossier.relation_id == relation_id)
        places += [DocumentLink.relation_id == relation_id, Action.relation_id == relation_id]
        places.append(DocumentLink.dossier_id.in_(of_relation))
    if contact_id is not None:
        places += [DocumentLink.contact_id == contact_id, Action.contact_id == contact_id]
    if dossier_id is not None:
        places += [DocumentLink.dossier_id == dossier_id, Action.dossier_id == dossier_id]
    query = select(DocumentLink).outerjoin(Action, Action.id == DocumentLink.action_id)
    query = query.where(or_(*places), _is_seen(asked_by))
    return session.scalars(query.order_by(DocumentLink.linked_at.desc(), DocumentLink.id.desc())).all()


def document_link(session: Session, link_id: int, *, asked_by: Collaborator) -> DocumentLink:
    """For a download. Raises NotFound, also for what the asking collaborator may not see."""
    query = select(DocumentLink).outerjoin(Action, Action.id == DocumentLink.action_id)
    row = session.scalars(query.where(DocumentLink.id == link_id, _is_seen(asked_by))).one_or_none()
    if row is None:
        raise NotFound
    return row


def links_seen_by(session: Session, link_ids: Collection[int], *, asked_by: Collaborator) -> set[int]:
    """Those of these links that the asking collaborator may see."""
    query = select(DocumentLink.id).outerjoin(Action, Action.id == DocumentLink.action_id)
    return set(session.scalars(query.where(DocumentLink.id.in_(link_ids), _is_seen(asked_by))))


def _of_its_series(action_id: int) -> ColumnElement[bool]:
    one = aliased(Action)
    series_id = select(one.series_id).where(one.id == action_id).scalar_subquery()
    return and_(Action.series_id == series_id, Action.recurs_on.is_(None))


def _is_seen(asked_by: Collaborator) -> ColumnElement[bool]:
    there = select(Contact.relation_id).where(Contact.id == DocumentLink.contact_id).correlate(DocumentLink)
    dossiers = seen(asked_by).with_only_columns(Dossier.id).order_by(None)
    return or_(
        DocumentLink.dossier_id.in_(dossiers),
        Action.deleted_at.is_(None) & access.visible(Action, asked_by=asked_by),
        DocumentLink.relation_id.is_not(None) & in_scope(DocumentLink.relation_id, asked_by=asked_by),
        DocumentLink.contact_id.is_not(None) & in_scope(there.scalar_subquery(), asked_by=asked_by),
    )
