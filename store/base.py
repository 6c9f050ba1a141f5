"""What every subject of the book shares: rows, columns, errors."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    Dialect,
    Enum,
    MetaData,
    Numeric,
    String,
    Table,
    Time,
    TypeDecorator,
    event,
    inspect,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column


def _(text: str) -> str:
    """Marks a text for translation; whoever shows it knows the reader's language."""
    return text


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, on both engines (SQLite stores no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: the book stores aware UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Every constraint has a name that is the same on both engines: a migration can change only what it can name.
_NAMES = {
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class Row(DeclarativeBase):
    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        date: Date(),
        time: Time(),
        str: String(),
        Decimal: Numeric(14, 2),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        # Stored as text: a new member needs no change of the table.
        StrEnum: Enum(StrEnum, native_enum=False, length=40, values_callable=lambda kind: [m.value for m in kind]),
    }


@event.listens_for(Table, "after_parent_attach")
def _never_reuse_ids(table: Table, metadata: MetaData) -> None:
    # SQLite gives the id of the last row again once that is deleted: what remembers the old row by its id (an undo, the
    # trail, a button) would mean the new one. PostgreSQL never does.
    if metadata is Row.metadata and table.autoincrement_column is not None:
        table.dialect_kwargs["sqlite_autoincrement"] = True


class Versioned:
    """Optimistic versioning, for every row that a form edits: the second of two editors is told."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 (SQLAlchemy calls it with the class)
        return {"version_id_col": cls.version}

    def expect_version(self, seen: int | None, *, kept_as: str = "version") -> None:
        """Raises ChangedMeanwhile unless the row still has the version that the form showed (None: do not check).

        `kept_as` tells the versions apart where one form edits two rows.
        """
        if seen is not None and seen != self.version:
            table, row_id = inspect(self).mapper.local_table.name, inspect(self).identity[0]
            raise ChangedMeanwhile(version=self.version, kept_as=kept_as, row=(table, row_id))


class BookError(Exception):
    """A person can mend it. `text` is an untranslated sentence with `{placeholders}` for `values`.

    `field` names the form field that it is about, if any.
    """

    def __init__(self, text: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(text)
        self.text, self.field, self.values = text, field, values


class NotAllowed(BookError):
    """The asking collaborator may not see or do this. A hidden row and a missing one answer alike."""


class NotFound(BookError):
    """The row is gone, or was never there for this collaborator."""

    def __init__(self, text: str = _("This is no longer in the book."), *, field: str | None = None) -> None:
        super().__init__(text, field=field)


class ChangedMeanwhile(BookError):
    """Somebody saved the row after the form was shown; `version` is what stands now (None: not known).

    `kept_as` is the form's name for that version, `row` the row's table and id (None: not known).
    """

    def __init__(
        self, *, version: int | None = None, kept_as: str = "version", row: tuple[str, int] | None = None
    ) -> None:
        super().__init__(
            _("Somebody changed this while you were typing. What you typed is kept: check it, then save again."),
        )
        self.version, self.kept_as, self.row = version, kept_as, row


class BookBusy(Exception):
    """The database is locked, slow or full: nothing was written, and trying again may succeed."""


class ClaimLost(Exception):
    """Another worker took the row over: whoever gets this drops what it was doing, and changes nothing."""
