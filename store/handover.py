"""The life of one outgoing mail, so that it leaves at most once and is never silently lost.

queued → drafting → handed over → sent | drafted | failed | unknown. `drafting` and `handed over` are committed before
the call that they name, so after a crash the mailbox itself tells how far it came: nothing leaves before `handed over`,
and what was handed over is looked for, never repeated.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column


class MailState(StrEnum):
    QUEUED = "queued"
    DRAFTING = "drafting"
    HANDED_OVER = "handed_over"
    SENT = "sent"
    DRAFTED = "drafted"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Sendable:
    """Columns of a row that stands for one outgoing mail. `marker` finds it again in the mailbox, whatever happens."""

    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    marker: Mapped[str] = mapped_column(unique=True)
    message_id: Mapped[str]
    draft_id: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(default="")
    handed_over_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
