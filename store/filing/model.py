"""The row of a filing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.actions import Action
from store.audit import Audited
from store.base import Row
from store.dossiers import TagIgnored


class FilingState(StrEnum):
    FILED = "filed"
    KEPT = "kept"
    UNFILED = "unfiled"


class Filing(Audited, Row):
    """One mail, however many mailboxes saw it: `key` is made from its Message-ID, else from what it says.

    `unlinked` holds [document id, name] of what unfiling took away, so that it can be put back; `not_kept` [name,
    bytes] of attachments that were too large to fetch. `tag` is a reference in the subject that chose no dossier.
    """

    __tablename__ = "filing"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[FilingState] = mapped_column(default=FilingState.FILED)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"), index=True)
    collaborator_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    filed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    not_kept: Mapped[list[Any]] = mapped_column(JSON, default=list)
    tag: Mapped[str] = mapped_column(default="")
    tag_ignored: Mapped[TagIgnored | None]
    unlinked: Mapped[list[Any]] = mapped_column(JSON, default=list)
    action: Mapped[Action | None] = relationship()
