"""That a line of one of the office's lists was merged into another, and what moved: kept so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Row


class LineMerge(Row):
    """`list_name` is the list's; `moved` holds, by table and column, what pointed to the source line."""

    __tablename__ = "line_merge"
    __table_args__ = (Index("line_merge_of_line", "list_name", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_name: Mapped[str]
    source_id: Mapped[int]
    target_id: Mapped[int]
    moved: Mapped[dict[str, Any]]
    source_retired_at: Mapped[datetime | None]
    merged_at: Mapped[datetime]
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    undone_at: Mapped[datetime | None]
