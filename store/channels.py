"""Slack channels that are about one relation, or one dossier: what forms opened there begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store import access
from store.base import NotFound, Row
from store.collaborators import Collaborator
from store.dossiers import Dossier, dossier_seen_by
from store.relations import Relation, relation_seen_by


class ChannelBinding(Row):
    """What a channel is about: a relation, or a dossier (of a relation or general)."""

    __tablename__ = "channel_binding"
    __table_args__ = (CheckConstraint("(relation_id IS NULL) <> (dossier_id IS NULL)", name="one_thing"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(unique=True)
    relation_id: Mapped[int | None] = mapped_column(ForeignKey("relation.id"), index=True)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    bound_by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    bound_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Subject:
    """`relation` is the dossier's where there is one; None of a general dossier."""

    relation: Relation | None
    dossier: Dossier | None = None


def bind_channel(
    session: Session,
    channel_id: str,
    *,
    by: Collaborator,
    relation_id: int | None = None,
    dossier_id: int | None = None,
    now: datetime,
) -> Subject:
    """Instead of what it was about before. Raises NotFound for what `by` may not see."""
    access.require_active(by)
    subject = _subject(session, relation_id, dossier_id, asked_by=by)
    if subject is None:
        raise NotFound
    row = _row(session, channel_id) or ChannelBinding(channel_id=channel_id)
    dossier, relation = subject.dossier, subject.relation
    row.dossier_id = dossier.id if dossier else None
    row.relation_id = relation.id if relation and not dossier else None
    row.bound_by_id, row.bound_at = by.id, now
    session.add(row)
    session.flush()
    return subject


def unbind_channel(session: Session, channel_id: str, *, by: Collaborator) -> Subject | None:
    """What it was about until now; None when that was nothing, or nothing that they may see (then it stays)."""
    access.require_active(by)
    subject = subject_of(session, channel_id, asked_by=by)
    if subject is not None and (row := _row(session, channel_id)) is not None:
        session.delete(row)
        session.flush()
    return subject


def subject_of(session: Session, channel_id: str, *, asked_by: Collaborator) -> Subject | None:
    """What the channel is about; None for nothing, and for what they may not see or is no longer in the book."""
    session.flush()
    bound = session.connection().execute(_BOUND, {"channel_id": channel_id}).one_or_none()
    return _subject(session, *bound, asked_by=asked_by) if bound else None


# Every form that opens asks it: built once, and asked of the connection, it takes a third of the time.
_BOUND = select(ChannelBinding.relation_id, ChannelBinding.dossier_id).where(
    ChannelBinding.channel_id == bindparam("channel_id")
)


def _row(session: Session, channel_id: str) -> ChannelBinding | None:
    return session.scalars(select(ChannelBinding).where(ChannelBinding.channel_id == channel_id)).one_or_none()


def _subject(
    session: Session, relation_id: int | None, dossier_id: int | None, *, asked_by: Collaborator
) -> Subject | None:
    if dossier_id is not None:
        dossier = dossier_seen_by(session, dossier_id, asked_by=asked_by)
        return Subject(dossier.relation, dossier) if dossier else None
    relation = relation_seen_by(session, relation_id, asked_by=asked_by) if relation_id else None
    return Subject(relation) if relation else None
