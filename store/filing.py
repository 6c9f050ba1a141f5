"""Filing: that a mail which a rep sent became an action, and that it stays unfiled once somebody said so."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.actions import Action
from store.base import Row


class FilingState(StrEnum):
    FILED = "filed"
    KEPT = "kept"
    UNFILED = "unfiled"


class Filing(Row):
    """One mail, however many mailboxes saw it: `key` is made from its Message-ID, else from what it says."""

    __tablename__ = "filing"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[FilingState] = mapped_column(default=FilingState.FILED)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"), index=True)
    collaborator_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    filed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    action: Mapped[Action | None] = relationship()
