"""That a line of one of the office's lists was merged into another, and what moved: kept so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Row


class LineMerge(Row):
    """`list_name` is the list's; `moved` tells, by table and column, of what pointed to the source line.

    Which rows these were stands in LineMergeRow.
    """

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


class LineMergeRow(Row):
    """One row that a merge made point to the other line: `place` is its table and column ("action.type_id").

    Of what is held at most once by each (a rank, a grouping) `row_id` is the holder's, and `is_both` says that it had
    the target too and kept that alone; `rank` is what it was among those of the source.
    """

    __tablename__ = "line_merge_row"

    merge_id: Mapped[int] = mapped_column(ForeignKey("line_merge.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True)
    is_both: Mapped[bool] = mapped_column(default=False)
    rank: Mapped[int | None]
