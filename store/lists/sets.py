"""All lists of the office as one text (TOML), to keep, to compare and to take into another book."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import tomli_w
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store.base import BookError
from store.domain import Listed
from store.lists.extras import Extra, LineOf
from store.lists.lines import keeping_needs, put_facts, put_new, refuse_same
from store.lists.model import LANGUAGES, OfficeList
from store.lists.registry import OFFICE_LISTS

FORMAT = 1
_KEY = re.compile(r"[a-z0-9_]{1,60}")


@dataclass(frozen=True, slots=True)
class Problem:
    """`place` is where in the text; `wrong` says what it is and what would do."""

    place: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.place}: {self.wrong}"


class SetProblems(Exception):
    """Nothing was taken over; these are all the reasons."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(slots=True)
class Imported:
    """How many lines came in, and how many of the book's were changed."""

    added: int = 0
    changed: int = 0


def export_set(session: Session) -> str:
    """Every line of every list in the office's order, the retired ones too. The same book gives the same text."""
    lists = {of.name: [_written(session, of, row) for row in _in_order(session, of)] for of in OFFICE_LISTS}
    return tomli_w.dumps({"format": FORMAT, **{name: lines for name, lines in lists.items() if lines}})


def import_set(session: Session, text: str, *, now: datetime) -> Imported:
    """Adds the lines that are missing and makes the others as they stand in the text; a list's order is the text's.

    Lines that the text does not name stay, behind. Who may is the caller's to check. Raises SetProblems.
    """
    taking = _Taking(session, now)
    lists = taking.read(text)
    with session.begin_nested() as changes:
        for of in sorted(OFFICE_LISTS, key=lambda one: any(isinstance(extra, LineOf) for extra in one.extras)):
            taking.take(of, lists.get(of.name, []))
        if taking.problems:
            changes.rollback()
    if taking.problems:
        session.expire_all()
        raise SetProblems(taking.problems)
    return taking.imported


def _in_order(session: Session, of: OfficeList) -> list[Listed]:
    return list(session.scalars(select(of.kind).order_by(of.kind.position, of.kind.id)))


def _written(session: Session, of: OfficeList, row: Listed) -> dict[str, Any]:
    line: dict[str, Any] = {"key": row.key} | {language: row.label(language) for language in LANGUAGES}
    line |= {_name(extra): extra.plain(session, getattr(row, extra.column)) for extra in of.extras}
    if row.merged_into_id is not None:
        line["merged_into"] = session.get_one(of.kind, row.merged_into_id).key
    elif row.retired_at is not None:
        line["is_retired"] = True
    return {name: value for name, value in line.items() if value is not None}


def _name(extra: Extra) -> str:
    """As it is called in the text: a line of another list stands there by its key."""
    return extra.column.removesuffix("_id") if isinstance(extra, LineOf) else extra.column


Line = Mapping[str, Any]


@dataclass(slots=True)
class _Taking:
    session: Session
    now: datetime
    problems: list[Problem] = field(default_factory=list)
    imported: Imported = field(default_factory=Imported)
    new: list[Listed] = field(default_factory=list)

    def wrong(self, place: str, text: str) -> None:
        self.problems.append(Problem(place, text))

    # What the text says

    def read(self, text: str) -> dict[str, list[Line]]:
        """The lines that can be read, by list."""
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SetProblems([Problem("the file", f"this is not TOML: {error}")]) from error
        if content.pop("format", None) != FORMAT:
            self.wrong("format", f"must be {FORMAT}: write “format = {FORMAT}” at the top")
        known = {of.name: of for of in OFFICE_LISTS}
        for name in content.keys() - known:
            self.wrong(name, f"there is no such list; the lists are {', '.join(known)}")
        return {name: list(self._lines(known[name], content[name])) for name in content if name in known}

    def _lines(self, of: OfficeList, found: Any) -> Iterator[Line]:
        if not isinstance(found, list) or not all(isinstance(line, dict) for line in found):
            self.wrong(of.name, f"write each line under [[{of.name}]]")
            return
        names = {"key", *LANGUAGES, *map(_name, of.extras), "is_retired", "merged_into"}
        seen = set[str]()
        for number, line in enumerate(found, start=1):
            key = line.get("key")
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                self.wrong(f"{of.name}[{number}].key", "a key has small letters, digits and _, and at most 60 of them")
                continue
            if key in seen:
                self.wrong(_place(of, key), "stands here twice: leave one out")
                continue
            seen.add(key)
            for name in line.keys() - names:
                self.wrong(f"{_place(of, key)}.{name}", f"is not known; a line has {', '.join(sorted(names))}")
            yield line

    # What becomes of it

    def take(self, of: OfficeList, lines: Sequence[Line]) -> None:
        rows: dict[str, Listed] = {row.key: row for row in _in_order(self.session, of)}
        try:
            with keeping_needs(self.session, of):
                taken = [row for line in lines if (row := self._put(of, line, rows)) is not None]
                self._merge_and_retire(of, lines, rows)
        except BookError as error:
            self.wrong(of.name, _sentence(error))
            return
        self._order(of, taken)
        for row in taken:
            if row.merged_into_id is None:
                self._told(of, row.key, lambda row=row: refuse_same(self.session, of, row))

    def _put(self, of: OfficeList, line: Line, rows: dict[str, Listed]) -> Listed | None:
        key: str = line["key"]
        facts = {f"label_{language}": line.get(language, "") for language in LANGUAGES}
        facts |= {extra.column: line.get(_name(extra)) for extra in of.extras}
        row = rows.get(key)
        if row is None:
            added: Listed | None = self._told(of, key, lambda: put_new(self.session, of, facts, key=key, now=self.now))
            if added is not None:
                rows[key] = added
                self.new.append(added)
                self.imported.added += 1
            return added
        version = row.version
        self._told(of, key, lambda: put_facts(self.session, of, row, facts))
        self.imported.changed += row.version != version
        return row

    def _merge_and_retire(self, of: OfficeList, lines: Sequence[Line], rows: Mapping[str, Listed]) -> None:
        merged = {line["key"]: line["merged_into"] for line in lines if "merged_into" in line}
        for line in (one for one in lines if one["key"] in rows):
            row, place = rows[line["key"]], _place(of, line["key"])
            into = merged.get(row.key)
            target = rows.get(into) if isinstance(into, str) else None
            if into is not None and (target is None or into in merged or target is row):
                self.wrong(f"{place}.merged_into", "must be the key of another line of the list, not merged itself")
            elif target is not None and row in self.new:
                row.merged_into_id, row.retired_at = target.id, self.now
            elif row.merged_into_id != (target.id if target else None):
                self.wrong(place, "merging, and undoing it, is done in Slack, for it moves what has the line")
            elif target is None:
                self._retire(row, line.get("is_retired", False), f"{place}.is_retired")
        self.session.flush()

    def _retire(self, row: Listed, is_retired: object, place: str) -> None:
        if not isinstance(is_retired, bool):
            self.wrong(place, "is yes or no: true or false")
        elif is_retired != (row.retired_at is not None):
            row.retired_at = self.now if is_retired else None
            self.imported.changed += row not in self.new

    def _order(self, of: OfficeList, taken: Sequence[Listed]) -> None:
        others = [row for row in _in_order(self.session, of) if row not in taken]
        for position, row in enumerate([*taken, *others] if taken else (), start=1):
            if row.position != position:
                self.session.execute(update(of.kind).where(of.kind.id == row.id).values(position=position))

    def _told(self, of: OfficeList, key: str, change: Any) -> Any:
        """What the change returns; None when the book refuses it, which is told."""
        try:
            return change()
        except BookError as error:
            column = (error.field or "").removeprefix("label_")
            name = next((_name(extra) for extra in of.extras if extra.column == column), column)
            self.wrong(f"{_place(of, key)}{f'.{name}' if name else ''}", _sentence(error))
            return None


def _place(of: OfficeList, key: str) -> str:
    return f"{of.name} “{key}”"


def _sentence(error: BookError) -> str:
    return error.text.format(**error.values)
