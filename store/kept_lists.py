"""The office's lists, kept in the process between requests and compared with the book in every transaction.

Lines are never removed, and whoever changes one gives it a new version or a new position. So the ids, versions and
positions of a list say whether it is the one that is kept, whichever process changed it: one statement asks them, in
the transaction that shows the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.dialects import registry
from sqlalchemy.orm import Session

from store.domain import Listed, listed

Lists: TypeAlias = dict[type[Listed], Sequence[Any]]


def kept_lists(session: Session, *kinds: type[Listed]) -> Lists:
    """The lines in use of each, in the office's order: to be shown, not to be changed, for others get the same ones.

    In a transaction that writes they are read anew, for it may have changed them itself.
    """
    kept: dict[type[Listed], tuple[str, Sequence[Any]]] | None = session.info.get("kept_lists")
    if kept is None:
        return {kind: listed(session, kind) for kind in kinds}
    connection, found = session.connection(), {}
    stamps = connection.exec_driver_sql(_stamps_asked(connection.dialect.name, kinds)).one()
    for kind, stamp in zip(kinds, stamps, strict=True):
        known = kept.get(kind)
        if known is None or known[0] != stamp:
            with Session(connection) as own:  # its lines outlive the session that asks
                known = kept[kind] = stamp, listed(own, kind)
        found[kind] = known[1]
    return found


@cache
def _stamps_asked(dialect: str, kinds: Sequence[type[Listed]]) -> str:
    """As text: SQLAlchemy takes longer to recognise a statement of several parts than a database to answer it."""
    query = select(*map(_stamp, kinds))
    return str(query.compile(dialect=registry.load(dialect)(), compile_kwargs={"literal_binds": True}))


def _stamp(kind: type[Listed]) -> ColumnElement[str]:
    id_, version, position = (cast(column, String) for column in (kind.id, kind.version, kind.position))
    return select(func.aggregate_strings(id_ + "/" + version + "/" + position, ",")).scalar_subquery()
