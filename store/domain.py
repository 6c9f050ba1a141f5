"""Domain data: the office's own lists (action types, statuses, categories …), each line with a label per language."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from store.audit import Audited
from store.base import NotFound, Versioned


class Listed(Audited, Versioned):
    """A line of a list. `key` is stable across renames; a retired line stays readable in history.

    One that was merged into another is retired, and whoever still asks for it gets the other.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    label_en: Mapped[str]
    label_fr: Mapped[str]
    label_nl: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]

    @declared_attr
    def merged_into_id(cls) -> Mapped[int | None]:  # noqa: N805 (SQLAlchemy calls it with the class)
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"))  # type: ignore[attr-defined]

    def label(self, language: str) -> str:
        own = self.label_fr if language == "fr" else self.label_nl if language == "nl" else ""
        return own or self.label_en


L = TypeVar("L", bound=Listed)


def listed(session: Session, kind: type[L]) -> Sequence[L]:
    """The lines in use, in the office's order."""
    return session.scalars(_in_use(kind)).all()  # type: ignore[arg-type]  # mypy doubts that a class is hashable


@cache
def _in_use(kind: type[L]) -> Select[L]:
    return select(kind).where(kind.retired_at.is_(None)).order_by(kind.position, kind.id)


def line(session: Session, kind: type[L], line_id: int, *, field: str | None = None) -> L:
    """Raises NotFound (at `field`) for an unknown line; a retired one is returned, for history shows it."""
    row = session.get(kind, line_id)
    if row is None:
        raise NotFound(field=field)
    return _followed(session, kind, row)


def line_with_key(session: Session, kind: type[L], key: str) -> L:
    """The line with this stable key. Raises NotFound."""
    row = session.scalars(select(kind).where(kind.key == key)).one_or_none()
    if row is None:
        raise NotFound
    return _followed(session, kind, row)


def lines_with_keys(session: Session, kind: type[L], keys: Collection[str]) -> Sequence[L]:
    """Those in use, in the office's order: the key of a merged one leads to the other, an unknown one to none."""
    rows = session.scalars(select(kind).where(kind.key.in_(keys)))
    found = {_followed(session, kind, row).id for row in rows}
    return [row for row in listed(session, kind) if row.id in found]


def _followed(session: Session, kind: type[L], row: L) -> L:
    while row.merged_into_id is not None:
        row = session.get_one(kind, row.merged_into_id)
    return row
