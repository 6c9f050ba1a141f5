"""The office's lists, kept in the process between requests and compared with the book in every transaction.

Lines are never removed, and whoever changes one gives it a new version or a new position. So the ids, versions and
positions of a list say whether it is the one that is kept, whichever process changed it: one statement asks them of
all lists, in the transaction that shows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.dialects import registry
from sqlalchemy.orm import Session

from store.base import Row
from store.domain import Listed, listed

L = TypeVar("L", bound=Listed)


def kept_lines(session: Session, kind: type[L]) -> Sequence[L]:
    """The lines in use, in the office's order: to be shown, not to be changed, for others are shown the same ones.

    In a transaction that writes they are read anew, for it may have changed them itself.
    """
    kept: dict[type[Listed], tuple[str, Sequence[Any]]] | None = session.info.get("kept_lists")
    if kept is None:
        return listed(session, kind)
    stamp = _stamps(session)[kind.__tablename__]  # type: ignore[attr-defined]
    found = kept.get(kind)
    if found is None or found[0] != stamp:
        with Session(session.connection()) as own:  # they outlive the session that asks
            found = kept[kind] = stamp, listed(own, kind)
    return found[1]


def _stamps(session: Session) -> Mapping[str, str]:
    """By table, as this transaction sees the lists; a reading one sees one state of the book."""
    stamps: Mapping[str, str] | None = session.info.get("stamps")
    if stamps is None:
        connection = session.connection()
        row = connection.exec_driver_sql(_stamps_asked(connection.dialect.name)).one()
        stamps = session.info["stamps"] = dict(zip(_tables(), row, strict=True))
    return stamps


@cache
def _stamps_asked(dialect: str) -> str:
    """As text: SQLAlchemy takes longer to recognise a statement of so many parts than a database to answer it."""
    query = select(*map(_stamp, _tables()))
    return str(query.compile(dialect=registry.load(dialect)(), compile_kwargs={"literal_binds": True}))


def _stamp(table: str) -> ColumnElement[str]:
    id_, version, position = (
        cast(Row.metadata.tables[table].c[name], String) for name in ("id", "version", "position")
    )
    return select(func.aggregate_strings(id_ + "/" + version + "/" + position, ",")).scalar_subquery()


@cache
def _tables() -> Sequence[str]:
    mappers = [mapper for mapper in Row.registry.mappers if issubclass(mapper.class_, Listed)]
    return sorted(str(mapper.local_table) for mapper in mappers)
