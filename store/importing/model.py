"""The rows: an import with how far it came, what became of each line, and the mappings that were used before."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.audit import Audited
from store.base import Row, Versioned
from store.importing.fields import Duplicates, What


class ImportState(StrEnum):
    PREPARED = "prepared"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class Import(Audited, Versioned, Row):
    """One list on its way into the book. `fields` says for each column which field it fills, "" for none.

    `position` is how many lines were handled; what they became is committed with it, so that a killed import goes on
    from there; `worked_at` is when that was. `sha256` is the file's. `is_month_first` is how days are written in it.
    """

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[What]
    file_name: Mapped[str]
    sha256: Mapped[str]
    columns: Mapped[list[str]]
    fields: Mapped[list[str]]
    duplicates: Mapped[Duplicates] = mapped_column(default=Duplicates.SKIP)
    is_month_first: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ImportState] = mapped_column(default=ImportState.PREPARED)
    by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    prepared_at: Mapped[datetime]
    worked_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    filled: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)


class Outcome(StrEnum):
    ADDED = "added"
    FILLED = "filled"
    SKIPPED = "skipped"
    REFUSED = "refused"


class ImportLine(Row):
    """What became of the line with this number in the file.

    `field` and `reason` (an untranslated sentence for `told`) say why it was refused or skipped, or which cell was left
    out; `cells` are its own, kept for those alone. `made` has the ids of what it added, by table (of a role its
    contact, kind and rank); `changed` what it filled (see `undoing`). `kept` says why undoing left something of it in
    the book.
    """

    __tablename__ = "import_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    outcome: Mapped[Outcome]
    field: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cells: Mapped[list[str]] = mapped_column(default=list)
    made: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    kept: Mapped[str] = mapped_column(default="")


class ImportMapping(Row):
    """The mapping that was chosen last for lists with these columns (`columns_key` is a hash of their names)."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("columns_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    columns_key: Mapped[str]
    what: Mapped[What]
    fields: Mapped[list[str]]
    saved_at: Mapped[datetime]
