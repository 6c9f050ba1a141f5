"""The words by which things are found follow the rows by themselves, at the end of the same transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from store.actions import Action
from store.addresses import MailAddress, Phone, PostalAddress
from store.base import Row
from store.contacts import Contact
from store.documents import DocumentLink
from store.dossiers import Dossier
from store.involvements import Involvement
from store.notes import Note, Reminder
from store.relations import Relation
from store.search_entries import DOCUMENTS, NOTES, relation_entries
from store.search_writing import PENDING, Pending, index_relations, renew, write

BY_HAND = "search_index_by_hand"
"""Key of a session's `info`: while it is there, rows are not followed, and who put it there calls `index_new`."""
_TOLD: Mapping[type[Row], Sequence[str]] = {
    Relation: ("id",),
    MailAddress: ("relation_id",),
    Phone: ("relation_id",),
    PostalAddress: ("relation_id",),
    Contact: ("relation_id", "person_id"),
    Involvement: ("relation_id",),
    Dossier: ("relation_id",),
}
"""Of which relations a row tells: what changes there is written anew under the old one and the new."""
_TIES = (Contact, Dossier, Involvement)


@event.listens_for(Session, "after_flush")
def follow(session: Session, _context: object) -> None:
    """Notes what a flush has changed; the entries are written once, at the end of the transaction."""
    if BY_HAND in session.info:
        return
    # Here, not in each operation: a merge that forgot would leave what nobody finds.
    pending: Pending = session.info.setdefault(PENDING, Pending())
    changed: set[int] = set()
    tied: set[int] = set()
    rows = (*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row)))
    for row in rows:
        (tied if isinstance(row, _TIES) else changed).update(_told(row, _TOLD.get(type(row), ())))
    _follow_documents(session, pending, rows)
    _follow_notes(session, pending, rows)
    pending.new |= {row.__dict__["id"] for row in session.new if isinstance(row, Relation)}
    pending.changed |= changed | tied
    pending.new -= tied


def _follow_documents(session: Session, pending: Pending, rows: Sequence[object]) -> None:
    if links := [row for row in rows if isinstance(row, DocumentLink)]:
        pending.hanging[DOCUMENTS] |= {link.id for link in links}
        pending.places |= _places(session, links)
    for row in rows:
        if isinstance(row, Action) and (left := set(_told(row, ("relation_id",))) - {row.relation_id}):
            on_it = select(DocumentLink.id).where(DocumentLink.action_id == row.id)
            pending.hanging[DOCUMENTS] |= set(session.scalars(on_it))
            pending.places |= left | {row.relation_id}


def _follow_notes(session: Session, pending: Pending, rows: Sequence[object]) -> None:
    for row in rows:
        if isinstance(row, Note):
            pending.hanging[NOTES].add(row.__dict__["id"])
            pending.places.update(_told(row, ("relation_id",)))
    # Whom a note reminds sees it; a reminder that only moved changes nothing of that.
    come_or_gone = {*session.new, *session.deleted}
    noted = {row.__dict__["note_id"] for row in rows if isinstance(row, Reminder) and row in come_or_gone}
    if noted:
        pending.hanging[NOTES] |= noted
        pending.places |= set(session.scalars(select(Note.relation_id).where(Note.id.in_(noted))))


@event.listens_for(Session, "before_commit")
def _write_at_the_end(session: Session) -> None:
    if not session.in_nested_transaction():
        session.flush()
        catch_up(session)


def catch_up(session: Session) -> None:
    """Writes what the transaction has changed so far, for whoever searches before it ends."""
    pending: Pending | None = session.info.pop(PENDING, None)
    if pending is None:
        return
    for kind, ids in pending.hanging.items():
        renew(session, kind, sorted(ids), pending.places)
    is_nested = session.in_nested_transaction()
    # Nobody has a place or a part at one that is new and untied: nothing to forget, lock or look up.
    if pending.new and not is_nested:
        write(session, relation_entries(session, sorted(pending.new)), owners={})
    changed = pending.changed | pending.new if is_nested else pending.changed - pending.new
    if changed:
        # Whoever is known only through a place there is found in their own right once it is deleted.
        people = select(Contact.person_id).where(Contact.relation_id.in_(changed))
        index_relations(session, changed | set(session.execute(people).scalars()))
    if is_nested:
        # It may be rolled back, and what was changed before it may not: all of it is written again at the end.
        session.info[PENDING] = Pending(set(), changed, pending.hanging, pending.places)


def _told(row: object, columns: Sequence[str]) -> Iterator[int]:
    state = inspect(row)
    for column in columns:
        yield from (one for one in (state.dict[column], *state.attrs[column].history.deleted) if one is not None)


def _places(session: Session, links: Sequence[DocumentLink]) -> set[int]:
    by_action = select(Action.relation_id).where(Action.id.in_([link.action_id for link in links]))
    by_contact = select(Contact.relation_id).where(Contact.id.in_([link.contact_id for link in links]))
    by_dossier = select(Dossier.relation_id).where(Dossier.id.in_([link.dossier_id for link in links]))
    of_dossiers = {one for one in session.scalars(by_dossier) if one is not None}
    own = of_dossiers | {link.relation_id for link in links if link.relation_id is not None}
    return own.union(session.scalars(by_action), session.scalars(by_contact))
