"""Mailboxes of the office that administrators bound to collaborators, and how far each folder has been read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from store import access
from store.addresses import MailLine, folded_mail
from store.base import BookError, NotFound, Row, Versioned, _
from store.collaborators import Collaborator, collaborator_by_mail
from store.typed import line_typed


class Mailbox(Versioned, Row):
    """`server` is the name of a `[mail.<name>]` section of the settings; no secret stands here."""

    __tablename__ = "mailbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    collaborator_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"), index=True)
    address: Mapped[str] = mapped_column(unique=True)
    server: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    bound_at: Mapped[datetime]
    last_read_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    collaborator: Mapped[Collaborator] = relationship()

    @property
    def lane(self) -> str:
        """The outbox lane of what leaves through this mailbox."""
        return f"mailbox:{self.id}"


class SyncState(Row):
    """How far a folder was read: the provider's own opaque text."""

    __tablename__ = "sync_state"
    __table_args__ = (UniqueConstraint("mailbox_id", "folder"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    folder: Mapped[str]
    state: Mapped[str]
    read_at: Mapped[datetime]


def bind_mailbox(
    session: Session, *, by: Collaborator, collaborator_id: int, address: str, server: str, now: datetime
) -> Mailbox:
    """Raises NotAllowed unless `by` is an administrator, NotFound at `collaborator_id` for somebody who is not there.

    BookError at `address` when it is none, is bound already, or is another collaborator's.
    """
    access.require_admin(by)
    address = folded_mail(MailLine(line_typed(address, field="address", required=True)).checked(field="address").mail)
    collaborator = session.get(Collaborator, collaborator_id)
    if collaborator is None or not collaborator.is_active:
        raise NotFound(field="collaborator_id")
    owner = collaborator_by_mail(session, address)
    if owner is not None and owner.id != collaborator_id:
        raise BookError(_("{address} already belongs to a collaborator."), field="address", address=address)
    known = session.scalars(select(Mailbox).where(Mailbox.address == address)).one_or_none()
    if known is not None and (known.is_active or known.collaborator_id != collaborator_id):
        raise BookError(_("{address} already belongs to a collaborator."), field="address", address=address)
    if known is None:
        known = Mailbox(address=address, collaborator_id=collaborator_id, server=server, bound_at=now)
        session.add(known)
    else:  # bound anew, it starts anew: what was sent in between is not Rapport's
        session.execute(delete(SyncState).where(SyncState.mailbox_id == known.id))
        known.bound_at, known.last_read_at = now, None
    known.server, known.is_active, known.failure, known.failing_since = server, True, "", None
    session.flush()
    return known


def active_mailboxes(session: Session) -> Sequence[Mailbox]:
    """By id."""
    return session.scalars(select(Mailbox).where(Mailbox.is_active).order_by(Mailbox.id)).all()


def mailbox_of(session: Session, collaborator_id: int) -> Mailbox | None:
    """The mailbox from which this collaborator's mails leave: the first one bound; None without one."""
    query = select(Mailbox).where(Mailbox.collaborator_id == collaborator_id, Mailbox.is_active)
    return session.scalars(query.order_by(Mailbox.id).limit(1)).one_or_none()


def mailboxes_for(session: Session, *, by: Collaborator) -> Sequence[Mailbox]:
    """Those from which this collaborator may send mailings: their own, an administrator's own first, then all."""
    query = select(Mailbox).where(Mailbox.is_active).order_by(Mailbox.collaborator_id != by.id, Mailbox.id)
    return session.scalars(query if by.is_admin else query.where(Mailbox.collaborator_id == by.id)).all()


def sync_state_of(session: Session, mailbox_id: int, folder: str) -> str | None:
    query = select(SyncState.state).where(SyncState.mailbox_id == mailbox_id, SyncState.folder == folder)
    return session.scalar(query)


def keep_sync_state(session: Session, mailbox_id: int, folder: str, state: str, *, now: datetime) -> None:
    query = select(SyncState).where(SyncState.mailbox_id == mailbox_id, SyncState.folder == folder)
    row = session.scalars(query).one_or_none()
    if row is None:
        row = SyncState(mailbox_id=mailbox_id, folder=folder)
        session.add(row)
    row.state, row.read_at = state, now


def note_mailbox_read(session: Session, mailbox_id: int, *, now: datetime) -> None:
    row = session.get_one(Mailbox, mailbox_id)
    row.last_read_at, row.failing_since, row.failure = now, None, ""


def note_mailbox_failure(session: Session, mailbox_id: int, failure: str, *, now: datetime) -> Mailbox:
    row = session.get_one(Mailbox, mailbox_id)
    row.failing_since, row.failure = row.failing_since or now, failure[:500]
    return row


def office_addresses(session: Session) -> frozenset[str]:
    """Every folded address of the office: a mail among these alone is internal."""
    own = session.scalars(select(Collaborator.mail)).all()
    return frozenset(own) | frozenset(session.scalars(select(Mailbox.address)).all())
