"""The audit trail: who changed what, through which door, before and after. Written by itself for `Audited` rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Index, Integer, Table, cast, event, insert, inspect, literal, null, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Row
from store.bulk import insert_mappings
from store.plain import plain

Changed = Mapping[str, Any]
"""Columns and what they hold, as JSON."""

IS_GONE_ITEM = text("kind = 'opportunity_line' AND deed = 'deleted'")
"""For a WHERE on the trail: an opportunity's item was taken away. As text: an engine takes such an index for no other
words than these.
"""


class Audited:
    """Every insert, change and delete of such a row leaves an AuditEntry in the same transaction."""


class AuditEntry(Row):
    """`before` and `after` hold the columns that changed, as JSON texts: of a row that was deleted, all it had.

    `actor_id` is None for Rapport itself, `relation_id` the relation that the row is or hangs on, if any. What told of
    somebody who was erased is emptied; `erased_by_id` is the entry that says so.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("audit_entry_of_row", "kind", "row_id"),
        Index(
            "audit_entry_of_gone_item",
            "kind",
            "deed",
            "id",
            sqlite_where=IS_GONE_ITEM,
            postgresql_where=IS_GONE_ITEM,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    door: Mapped[str]
    kind: Mapped[str]
    row_id: Mapped[int]
    relation_id: Mapped[int | None] = mapped_column(index=True)
    deed: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    erased_by_id: Mapped[int | None]


def note_deed(
    session: Session,
    deed: str,
    *,
    kind: str,
    row_id: int,
    by_id: int | None,
    relation_id: int | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """For what changes no row and is to be known all the same: a copy handed out, an export, a private card opened."""
    now: Callable[[], datetime] = session.info.get("now", _wall_clock)
    entry = AuditEntry(at=now(), actor_id=by_id, door=session.info.get("door", "job"), deed=deed, before={})
    entry.kind, entry.row_id, entry.relation_id, entry.after = kind, row_id, relation_id, dict(after or {})
    session.add(entry)
    session.flush()
    return entry


def entries_of(session: Session, row: Row) -> Sequence[AuditEntry]:
    """The row's history, newest first."""
    query = select(AuditEntry).where(AuditEntry.kind == _kind(row), AuditEntry.row_id == _key(row))
    return session.scalars(query.order_by(AuditEntry.id.desc())).all()


def last_actor_of(session: Session, kind: str, row_id: int) -> int | None:
    """The id of the collaborator who changed the row of table `kind` last; None when only Rapport did."""
    query = select(AuditEntry.actor_id).where(AuditEntry.kind == kind, AuditEntry.row_id == row_id)
    return session.scalar(query.where(AuditEntry.actor_id.is_not(None)).order_by(AuditEntry.id.desc()).limit(1))


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def _kind(row: Row) -> str:
    return str(row.__tablename__)


def _key(row: Row) -> int:
    identity = inspect(row).identity
    assert identity is not None, "only stored rows have a history"
    return int(identity[0])


def _changes(row: Row) -> tuple[dict[str, Any], dict[str, Any]]:
    state, before, after = inspect(row), {}, {}
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if history.has_changes() and column.key != "version":
            if history.deleted:
                before[column.key] = plain(history.deleted[0])
            if history.added:
                after[column.key] = plain(history.added[0])
    return before, after


def _given(row: Row) -> dict[str, Any]:
    """What a new row was given: looking for what it held before takes ten times as long."""
    held = row.__dict__
    return {key: plain(held[key]) for key in _followed(type(row)) if key in held}


def _pointing(row: Row) -> dict[str, Any]:
    held = row.__dict__
    return {key: held[key] for key in _pointers(type(row)) if held.get(key) is not None}


def _content(row: Row) -> dict[str, Any]:
    held = {key: plain(row.__dict__.get(key)) for key in _followed(type(row))}
    return {key: value for key, value in held.items() if value not in (None, "")}


@cache
def _followed(kind: type[Row]) -> Sequence[str]:
    return [column.key for column in kind.__mapper__.column_attrs if column.key != "version"]


@cache
def _pointers(kind: type[Row]) -> Sequence[str]:
    columns = kind.__mapper__.column_attrs
    return [column.key for column in columns if column.columns[0].foreign_keys and column.key in _followed(kind)]


def _hangs(row: Row) -> bool:
    return _kind(row) == "relation" or "relation_id" in row.__dict__


def _audited(rows: Any) -> Iterator[Row]:
    return (row for row in rows if isinstance(row, Audited) and isinstance(row, Row))


@event.listens_for(Session, "before_flush")
def _gather(session: Session, _context: object, _instances: object) -> None:
    # Anew each time: what a flush that failed had gathered was not written.
    found = session.info["audit"] = []
    found += [("created", row, {}, _given(row)) for row in _audited(session.new)]
    found += [("changed", row, *_changes(row)) for row in _audited(session.dirty) if session.is_modified(row)]


@event.listens_for(Session, "after_flush")
def _write(session: Session, context: Any) -> None:
    found = session.info.pop("audit", [])
    # What a new row points to through a relationship has its id since the flush.
    found = [(deed, row, old, {**_pointing(row), **new} if deed == "created" else new) for deed, row, old, new in found]
    # Only now: that a line was taken off its relation, and is deleted for it, shows within the flush alone.
    gone = (
        state.obj()
        for state, (is_deleted, is_listed_only) in context.states.items()
        if is_deleted and not is_listed_only
    )
    found += [("deleted", row, _content(row), {}) for row in _audited(gone)]
    _record(session, found)


def record_created(session: Session, rows: Sequence[Row]) -> None:
    """For new rows that were inserted past the session, with their ids; those that are not `Audited` are left out."""
    _record(session, [("created", row, {}, _given(row)) for row in _audited(rows)])


def record_past(session: Session, found: Sequence[tuple[str, str, int, int | None, Changed, Changed]]) -> None:
    """For rows that were changed past the session: deed, table, id, the relation it hangs on, before and after."""
    names = ("deed", "kind", "row_id", "relation_id", "before", "after")
    _write_lines(session, [dict(zip(names, one, strict=True)) for one in found])


def record_where(
    session: Session, table: Table, which: ColumnElement[bool], *, before: Changed, after: Changed
) -> None:
    """For rows that one statement is about to change alike, past the session: an entry for each, never read."""
    row, trail = table.c, AuditEntry.__table__.c
    hangs_on = row.id if table.name == "relation" else row.get("relation_id", null())
    told = {**_circumstances(session), "kind": table.name, "deed": "changed", "before": before, "after": after}
    said = {name: literal(value, trail[name].type) for name, value in told.items()}
    lines = select(row.id.label("row_id"), cast(hangs_on, Integer).label("relation_id"), *said.values()).where(which)
    session.execute(insert(AuditEntry).from_select(["row_id", "relation_id", *said], lines))


def _record(session: Session, found: Sequence[tuple[str, Row, dict[str, Any], dict[str, Any]]]) -> None:
    if not found:
        return
    lines = [
        {
            "kind": _kind(row),
            "row_id": row.__dict__["id"],
            "relation_id": row.__dict__["id" if _kind(row) == "relation" else "relation_id"] if _hangs(row) else None,
            "deed": deed,
            "before": before,
            "after": after,
        }
        for deed, row, before, after in found
    ]
    _write_lines(session, lines)


def _write_lines(session: Session, lines: Sequence[Mapping[str, Any]]) -> None:
    fixed = _circumstances(session)
    table = Row.metadata.tables[AuditEntry.__tablename__]
    insert_mappings(session.connection(), table, [{**fixed, **one} for one in lines])


def _circumstances(session: Session) -> dict[str, Any]:
    now: Callable[[], datetime] = session.info.get("now", _wall_clock)
    return {"at": now(), "actor_id": session.info.get("actor_id"), "door": session.info.get("door", "job")}
