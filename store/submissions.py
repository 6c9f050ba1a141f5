"""Forms on their way: that a submission was saved (so a repeat is harmless), and what somebody was typing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Row

DRAFT_LIVES = timedelta(hours=24)


class Submission(Row):
    """`key` names one press of Save (the view's id in Slack)."""

    __tablename__ = "submission"

    key: Mapped[str] = mapped_column(primary_key=True)
    saved_at: Mapped[datetime] = mapped_column(index=True)


class FormDraft(Row):
    """What a collaborator had typed in a form that was not saved yet."""

    __tablename__ = "form_draft"
    __table_args__ = (UniqueConstraint("collaborator_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collaborator_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    form: Mapped[str]
    content: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime]


def is_first(session: Session, key: str, *, now: datetime) -> bool:
    """True once per key, within the transaction that saves; a second submission waits for the first, then is False."""
    try:
        with session.begin_nested():
            session.add(Submission(key=key, saved_at=now))
    except IntegrityError:
        return False
    return True


def is_saved(session: Session, key: str) -> bool:
    """Whether this submission was saved already."""
    return session.get(Submission, key) is not None


def keep_draft(session: Session, collaborator_id: int, form: str, content: dict[str, Any], *, now: datetime) -> None:
    row = _draft(session, collaborator_id, form)
    if row is None:
        row = FormDraft(collaborator_id=collaborator_id, form=form)
        session.add(row)
    row.content, row.kept_at = content, now


def drop_draft(session: Session, collaborator_id: int, form: str) -> None:
    session.execute(delete(FormDraft).where(FormDraft.collaborator_id == collaborator_id, FormDraft.form == form))


def draft_of(session: Session, collaborator_id: int, form: str, *, now: datetime) -> FormDraft | None:
    """None when there is none younger than a day."""
    row = _draft(session, collaborator_id, form)
    return row if row is not None and row.kept_at > now - DRAFT_LIVES else None


def draft_kept_at(session: Session, collaborator_id: int, form: str, *, now: datetime) -> datetime | None:
    """Since when there is a draft that `draft_of` would return."""
    session.flush()
    found = session.connection().execute(_KEPT_AT, {"collaborator_id": collaborator_id, "form": form})
    kept_at: datetime | None = found.scalar()
    return kept_at if kept_at is not None and kept_at > now - DRAFT_LIVES else None


def forget_old(session: Session, *, now: datetime) -> None:
    """Removes what no repeat and no person will ask for any more."""
    session.execute(delete(Submission).where(Submission.saved_at < now - timedelta(days=2)))
    session.execute(delete(FormDraft).where(FormDraft.kept_at < now - DRAFT_LIVES))


def _draft(session: Session, collaborator_id: int, form: str) -> FormDraft | None:
    return session.scalars(_DRAFT, {"collaborator_id": collaborator_id, "form": form}).one_or_none()


_ONE = (FormDraft.collaborator_id == bindparam("collaborator_id")) & (FormDraft.form == bindparam("form"))
_DRAFT = select(FormDraft).where(_ONE)
_KEPT_AT = select(FormDraft.kept_at).where(_ONE)  # each new form asks it, of the connection: half of a session's time
