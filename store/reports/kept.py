"""Reports kept under a name, to be asked for again: what is wanted is kept, never what was found.

So a report that is shared with the office tells whoever runs it what they themselves may see, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from store.access import require_present
from store.audit import Audited
from store.base import BookError, NotFound, Row, Versioned, _
from store.collaborators import Collaborator
from store.reports.wishes import Wish
from store.typed import line_typed
from store.words import fold

NAME_LIMIT = 60
MOST_KEPT = 100
"""So that a list of them is one page."""


class KeptReport(Audited, Versioned, Row):
    """`folded` is the name as it is looked for. `is_shared`: everyone in the office may run it; only its owner, and an
    administrator, may take it away."""

    __tablename__ = "kept_report"
    __table_args__ = (Index("kept_report_of_owner", "owner_id", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    name: Mapped[str]
    folded: Mapped[str]
    content: Mapped[dict[str, Any]]
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    owner: Mapped[Collaborator] = relationship(lazy="joined", innerjoin=True)

    @property
    def wish(self) -> Wish:
        return Wish.loaded(self.content)


def keep_report(
    session: Session, name: str, wish: Wish, *, by: Collaborator, is_shared: bool = False, now: datetime
) -> KeptReport:
    """Instead of what they kept under that name before. Readers may too: it changes nothing of the office's.

    Raises BookError at `name` without a name and beyond a hundred of their own, at `last` for days that end too early.
    """
    require_present(by)
    name, own = _name(name), _own(session, by)
    row = next((one for one in own if one.folded == fold(name)), None)
    if row is None and len(own) >= MOST_KEPT:
        raise BookError(_("You keep {number} reports already: delete one first."), field="name", number=MOST_KEPT)
    row = row or KeptReport(owner_id=by.id, created_at=now)
    _apply(row, name, wish, is_shared, by, now)
    session.add(row)
    session.flush()
    return row


def edit_report(
    session: Session,
    kept_id: int,
    name: str,
    wish: Wish,
    *,
    by: Collaborator,
    version: int | None,
    is_shared: bool,
    now: datetime,
) -> KeptReport:
    """Also another name; where it is posted stays. Raises NotFound for one that is not their own, ChangedMeanwhile, and
    BookError as `keep_report`, also at `name` for a name that another of theirs has."""
    row = _to_write(session, kept_id, by)
    if row.owner_id != by.id or row.deleted_at is not None:
        raise NotFound
    row.expect_version(version)
    name = _name(name)
    if any(one.folded == fold(name) for one in _own(session, by) if one is not row):
        raise BookError(_("You keep another report under this name."), field="name")
    _apply(row, name, wish, is_shared, by, now)
    session.flush()
    return row


def _own(session: Session, by: Collaborator) -> Sequence[KeptReport]:
    query = select(KeptReport).where(KeptReport.owner_id == by.id, KeptReport.deleted_at.is_(None))
    return session.scalars(query).all()


def _name(typed: str) -> str:
    return line_typed(typed, field="name", limit=NAME_LIMIT, required=True)


def _apply(row: KeptReport, name: str, wish: Wish, is_shared: bool, by: Collaborator, now: datetime) -> None:
    wish.period(today=by.day_of(now))
    row.name, row.folded, row.content, row.is_shared, row.changed_at = name, fold(name), wish.dumped(), is_shared, now


def kept_reports(session: Session, *, asked_by: Collaborator) -> Sequence[KeptReport]:
    """Their own first, then those that colleagues share, by name."""
    found = session.scalars(_seen(asked_by).order_by(KeptReport.folded, KeptReport.id)).all()
    return sorted(found, key=lambda row: row.owner_id != asked_by.id)


def kept_named(session: Session, name: str, *, asked_by: Collaborator) -> KeptReport | None:
    """The one with this name, their own before a shared one; else the only one whose name begins so."""
    wanted = fold(name)
    found = kept_reports(session, asked_by=asked_by)
    exact = [row for row in found if row.folded == wanted]
    begins = [row for row in found if row.folded.startswith(wanted)]
    return exact[0] if exact else begins[0] if len(begins) == 1 else None


def kept_seen_by(session: Session, kept_id: int, *, asked_by: Collaborator) -> KeptReport | None:
    return session.scalars(_seen(asked_by).where(KeptReport.id == kept_id)).one_or_none()


def forget_report(session: Session, kept_id: int, *, by: Collaborator, now: datetime) -> KeptReport:
    """Until `recall_report`. Doing it twice is no error. Raises NotFound for one that is not theirs to take away."""
    row = _to_write(session, kept_id, by)
    row.deleted_at = row.deleted_at or now
    session.flush()
    return row


def recall_report(session: Session, kept_id: int, *, by: Collaborator) -> KeptReport:
    """As it was kept. Raises NotFound, and BookError when another has its name by now."""
    row = _to_write(session, kept_id, by)
    same = select(KeptReport.id).where(KeptReport.owner_id == row.owner_id, KeptReport.folded == row.folded)
    if session.scalars(same.where(KeptReport.deleted_at.is_(None), KeptReport.id != row.id)).first() is not None:
        raise BookError(_("Another report is kept under this name by now."))
    row.deleted_at = None
    session.flush()
    return row


def _seen(asked_by: Collaborator) -> Select[KeptReport]:
    """A private one is seen by its owner alone; those of who left the office stay shared."""
    require_present(asked_by)
    is_theirs = or_(KeptReport.owner_id == asked_by.id, KeptReport.is_shared)
    return select(KeptReport).where(KeptReport.deleted_at.is_(None), is_theirs)


def _to_write(session: Session, kept_id: int, by: Collaborator) -> KeptReport:
    require_present(by)
    row = session.get(KeptReport, kept_id)
    if row is None or not (row.owner_id == by.id or (row.is_shared and by.is_admin)):
        raise NotFound
    return row
