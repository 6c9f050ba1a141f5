"""The row of an address on the web that actions are linked to, and whether it still opens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from store.base import Row

DEAD_AFTER = 3
"""Times in a row that it did not open, a day apart: a server may be down for a weekend."""


class LinkedAddress(Row):
    """One for all actions with the same address. `key` is the SHA-256 of `url`, for an index takes no text that long.

    `due_at` is when it is looked at next, None for what is not on the web. `failures` in a row began at
    `failed_since_at`.
    """

    __tablename__ = "linked_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    failures: Mapped[int] = mapped_column(default=0)
    failed_since_at: Mapped[datetime | None]

    @property
    def dead_since_at(self) -> datetime | None:
        """None while it opens, or may."""
        return self.failed_since_at if self.failures >= DEAD_AFTER else None
