"""Merging lines that facts with periods hang on: two that overlap and say the same become one.

Those that meet no other move unread, as all other rows do; the rest is read in portions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, select, true
from sqlalchemy.orm import Session

from store.base import BookError, _
from store.batches import batches
from store.collaborators import Collaborator
from store.involvements import CommissionRule, Involvement, InvolvementCategory
from store.involvements.rules import ALL, Part, check_parts
from store.links import Link, LinkType
from store.links.rules import check_link
from store.lists.moving import Merging, Move, Moved, rows_move
from store.plain import plain

NAMED = 5
"""Files that a refusal names."""

_PERIOD = ("since_on", "until_on")


def _overlapping(rows: Sequence[Any]) -> list[list[Any]]:
    """Groups of two or more rows whose days touch one another."""
    groups: list[list[Any]] = []
    last = date.min
    for row in sorted(rows, key=lambda one: (one.since_on or date.min, one.id)):
        if groups and (row.since_on or date.min) <= last:
            groups[-1].append(row)
        else:
            groups.append([row])
            last = date.min
        last = max(last, row.until_on or date.max)
    return [group for group in groups if len(group) > 1]


def _union(rows: Sequence[Any]) -> tuple[date | None, date | None]:
    is_open, is_endless = (any(getattr(row, end) is None for row in rows) for end in _PERIOD)
    return (
        None if is_open else min(row.since_on for row in rows),
        None if is_endless else max(row.until_on for row in rows),
    )


def _restored(column: str, value: Any) -> Any:
    if isinstance(value, str) and column.endswith("_on"):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if isinstance(value, str) and column.endswith("_at") else value


class _Periods:
    """Moves rows with periods, and joins those that overlap and say the same; the others of them count as removed."""

    kind: Any
    pointer: str
    gone: str
    """The column that says since when the row was an error."""
    more: tuple[str, ...] = ()

    def there(self, session: Session, merging: Merging) -> Moved:
        found = {**self._unread.there(session, merging), "ids": [], "changed": {}}
        for which in self.portions(session, merging):
            some = self._join_some(session, merging, which)
            found["ids"] += some["ids"]
            found["changed"] |= some["changed"]
        session.expire_all()  # what moved unread stands in the session as it was
        return found

    def _join_some(self, session: Session, merging: Merging, which: ColumnElement[bool]) -> Moved:
        target_id = merging.target_id
        kept, moved = (self._where(session, self._has(one), which) for one in (target_id, merging.source_id))
        rows = [*kept, *moved]
        was = {row.id: self._plain(row) for row in rows}
        before = [self.part(row) for row in kept if getattr(row, self.gone) is None]
        for row in moved:
            setattr(row, self.pointer, target_id)
        self.settle(kept, moved)
        touched = {self.same(one) for one in moved}
        self._join([row for row in rows if self.same(row) in touched], merging.now)
        session.flush()
        self.check(session, target_id, before, rows, merging.by)
        changed = {str(row.id): [was[row.id], self._plain(row)] for row in rows if was[row.id] != self._plain(row)}
        return {"ids": [row.id for row in moved], "changed": changed}

    def back(self, session: Session, merging: Merging, moved: Moved) -> None:
        self._unread.back(session, merging, moved)
        session.expire_all()
        ids = set(moved["ids"])
        for some in batches(sorted(ids.union(map(int, moved["changed"])))):
            for row in self._where(session, self._has(merging.target_id), self.kind.id.in_(some)):
                was, now = moved["changed"].get(str(row.id), (None, None))
                if now is not None and now == self._plain(row):
                    for column, value in was.items():
                        setattr(row, column, _restored(column, value))
                if row.id in ids:
                    setattr(row, self.pointer, merging.source_id)
            session.flush()

    @property
    def _unread(self) -> Move:
        return rows_move(self.kind.__table__.c[self.pointer], self.alone)

    def alone(self, session: Session, merging: Merging) -> ColumnElement[bool]:
        """Those of the source that meet no other row, and with which no rule of the target can be broken."""
        return false()

    def portions(self, session: Session, merging: Merging) -> Iterator[ColumnElement[bool]]:
        """Conditions that together mean all the other rows of the source, each with whatever it may meet."""
        yield true()

    def same(self, row: Any) -> Hashable:
        """Rows with the same answer, on the same days, say the same."""
        raise NotImplementedError

    def joins(self, row: Any) -> bool:
        return True

    def part(self, row: Any) -> Any:
        """What `check` compares, as it stands now."""
        return row

    def settle(self, kept: Sequence[Any], moved: Sequence[Any]) -> None:
        """What a moved row gives up."""

    def absorb(self, first: Any, others: Sequence[Any]) -> None:
        """What the one that stays takes from those that are joined with it, beside their days."""

    def check(
        self, session: Session, target_id: int, before: Sequence[Any], after: Sequence[Any], by: Collaborator
    ) -> None:
        """`before` are the target's parts as they were. Raises BookError when the merge breaks a rule of the target."""

    def _has(self, line_id: int) -> ColumnElement[bool]:
        has: ColumnElement[bool] = getattr(self.kind, self.pointer) == line_id
        return has

    def _where(self, session: Session, *conditions: ColumnElement[bool]) -> list[Any]:
        return list(session.scalars(select(self.kind).where(*conditions).order_by(self.kind.id)).unique())

    def _plain(self, row: Any) -> Moved:
        return {column: plain(getattr(row, column)) for column in (*_PERIOD, self.gone, *self.more)}

    def _join(self, rows: Sequence[Any], now: datetime) -> None:
        alike: dict[Hashable, list[Any]] = defaultdict(list)
        for row in rows:
            if getattr(row, self.gone) is None and self.joins(row):
                alike[self.same(row)].append(row)
        for first, *others in (group for found in alike.values() for group in _overlapping(found)):
            first.since_on, first.until_on = _union([first, *others])
            self.absorb(first, others)
            for other in others:
                setattr(other, self.gone, now)


_File = tuple[int, int | None]
"""A relation, and the dossier of it that somebody's part is in (None: in the relation itself)."""


def _file(row: Involvement) -> _File:
    return row.relation_id, row.dossier_id


class _Involvements(_Periods):
    """A percentage is never joined or changed: where two meet on one day, the merge is refused."""

    kind, pointer, gone, more = Involvement, "category_id", "deleted_at", ("is_main",)

    def alone(self, session: Session, merging: Merging) -> ColumnElement[bool]:
        """The one part at its relation, with a percentage that the target takes from a single person."""
        target = session.get_one(InvolvementCategory, merging.target_id)
        mine, other = Involvement.__table__.c, Involvement.__table__.alias().c
        meets = exists().where(other.relation_id == mine.relation_id, other.id != mine.id)
        meets = meets.where(other.category_id.in_((merging.source_id, merging.target_id)))
        fits = true() if target.carries_commission else mine.commission.is_(None)
        is_free = target.commission_rule is not CommissionRule.EXACTLY_100
        return and_(~meets, fits, true() if is_free else mine.commission == ALL)

    def portions(self, session: Session, merging: Merging) -> Iterator[ColumnElement[bool]]:
        left = select(Involvement.relation_id).where(Involvement.category_id == merging.source_id).distinct()
        for some in batches(session.scalars(left.order_by(Involvement.relation_id)).all()):
            yield Involvement.relation_id.in_(some)

    def same(self, row: Involvement) -> Hashable:
        return _file(row), row.collaborator_id

    def joins(self, row: Involvement) -> bool:
        return row.commission is None

    def part(self, row: Involvement) -> tuple[_File, Part]:
        return _file(row), Part(
            row.collaborator_id, row.collaborator.name, row.since_on, row.until_on, row.commission, row.is_main, row.id
        )

    def settle(self, kept: Sequence[Involvement], moved: Sequence[Involvement]) -> None:
        led = {_file(row) for row in kept if row.is_main and row.deleted_at is None}
        for row in moved:
            row.is_main = row.is_main and _file(row) not in led

    def check(
        self,
        session: Session,
        target_id: int,
        before: Sequence[tuple[_File, Part]],
        after: Sequence[Involvement],
        by: Collaborator,
    ) -> None:
        target = session.get_one(InvolvementCategory, target_id)
        live = [row for row in after if row.deleted_at is None]
        parts: dict[_File, tuple[list[Part], list[Part]]] = defaultdict(lambda: ([], []))
        for side, found in enumerate((before, [self.part(row) for row in live])):
            for file, part in found:
                parts[file][side].append(part)
        broken = {one for one, (was, now) in parts.items() if not _is_allowed(was, now, target)}
        _refuse_files(target.label(by.language), [row.relation.name for row in live if _file(row) in broken])


def _is_allowed(was: Sequence[Part], now: Sequence[Part], target: InvolvementCategory) -> bool:
    try:
        check_parts(was, now, rule=target.commission_rule, is_single=target.is_single)
    except BookError:
        return False
    return target.carries_commission or all(part.commission is None for part in now)


def _refuse_files(label: str, names: Sequence[str]) -> None:
    if names:
        found = sorted(set(names))
        raise BookError(
            _("Not merged: “{label}” does not allow what would then stand on some files. Mend these first: {files}"),
            field="into",
            label=label,
            files=", ".join([*found[:NAMED], *(["…"] if len(found) > NAMED else [])]),
        )


class _Links(_Periods):
    kind, pointer, gone, more = Link, "type_id", "removed_at", ("notes",)

    def same(self, row: Link) -> Hashable:
        ends = row.source_id, row.target_id
        return tuple(sorted(ends)) if row.type.is_symmetric else ends

    def part(self, row: Link) -> int:
        return row.id

    def absorb(self, first: Link, others: Sequence[Link]) -> None:
        notes = [one.notes for one in (first, *others) if one.notes]
        first.notes = "\n".join(dict.fromkeys(notes))

    def check(
        self, session: Session, target_id: int, before: Sequence[int], after: Sequence[Link], by: Collaborator
    ) -> None:
        target, was_there = session.get_one(LinkType, target_id), set(before)
        moved = [link for link in after if link.removed_at is None and link.id not in was_there]
        broken = [link for link in moved if not _may_stand(session, link, target, by)]
        _refuse_files(target.label(by.language), [link.source.name for link in broken])


def _may_stand(session: Session, link: Link, kind: LinkType, by: Collaborator) -> bool:
    days = {"since_on": link.since_on, "until_on": link.until_on}
    try:
        check_link(session, link.source, link.target, kind=kind, besides_id=link.id, by=by, **days)
    except BookError:
        return False
    return True


_INVOLVEMENTS, _LINKS = _Involvements(), _Links()

PERIOD_MOVES: Mapping[str, Move] = {
    "involvement.category_id": Move(_INVOLVEMENTS.there, _INVOLVEMENTS.back),
    "link.type_id": Move(_LINKS.there, _LINKS.back),
}
