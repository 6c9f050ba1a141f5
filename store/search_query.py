"""The one statement behind every search, for both engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects import registry
from sqlalchemy.orm import Session

from store.actions import Action
from store.base import Row as Base
from store.collaborators import Collaborator, Scope
from store.scopes import ids_in_scope, scoped
from store.search_entries import EVERYONE, Shelf
from store.search_rows import SearchWord
from store.words import LONGEST

READ_FIRST = 2_000
"""Of the rarest of several words, and what is counted of each to know which it is: a word with fewer entries is always
read whole. Of more frequent ones, that many hold a page of answers unless the words seldom meet: then MOST_READ."""
MOST_READ = 10_000
ENOUGH = 10
"""Answers for which no more is read: nobody looks through a longer list, they type on."""
A_FEW = 5_000
"""Up to so many relations, looking into each costs less than looking through all others."""

Row = tuple[int, int, str]
"""Relation, row (0: the relation itself), label."""


class Rows(NamedTuple):
    """`is_cut`: what was not read may hold more of those that have all words."""

    rows: list[Row]
    is_cut: bool


_WORD = Base.metadata.tables[SearchWord.__tablename__].c
_ACTION = Base.metadata.tables[Action.__tablename__].c
_KEY = (_WORD.word, _WORD.sort, _WORD.relation_id, _WORD.row_id)
_LATEST = 20


class Part(IntEnum):
    """Which entries are read, the best first.

    What is called just as was typed: among the caller's files, then anybody's. What else begins so: of the caller's
    files, of what they worked with last, of everybody.
    """

    MY_NAMESAKES = 0
    NAMESAKES = 1
    FILES = 2
    USED = 3
    REST = 4


class _Sight(Enum):
    """How much of the book the caller may see."""

    ALL = "all"
    FEW = "few"
    MANY = "many"


class Search:
    """Searches of one collaborator on one shelf; each finds at most `most` entries of each part."""

    def __init__(self, session: Session, shelf: Shelf, *, asked_by: Collaborator, on: date, most: int) -> None:
        self._connection, self._shelf, self._scope = session.connection(), shelf, asked_by.scope
        self._me, self._on, self._most = asked_by.id, on, most
        self._engine = self._connection.dialect.name
        self._sight = _sight_of(session, asked_by, on)

    def rows(self, terms: Sequence[str], parts: tuple[Part, ...] = tuple(Part)) -> Rows:
        """The entries with all these beginnings of words (in the order typed), each once, a part behind the other."""
        # "Peeters Els" is called Els Peeters, "Van den Berg Jan" Jan van den Berg.
        names = [" ".join([*terms[at:], *terms[:at]])[:LONGEST] for at in range(len(terms))]
        if len(terms) < 2:
            return Rows(self._read(terms or [""], names, parts, MOST_READ), is_cut=False)
        found = Rows([], is_cut=True)
        for most_read in (READ_FIRST, MOST_READ):
            many = self._counted(terms, most_read)
            # The longest first: of two that are equally frequent it is likely to tell more.
            rarest_first = sorted(terms, key=lambda term: (many[term], -len(term)))
            is_cut = many[rarest_first[0]] > most_read
            found = Rows(self._read(rarest_first, names, parts, most_read), is_cut)
            if not is_cut or len(found.rows) >= min(ENOUGH, self._most):
                break
        return found

    def _read(self, terms: Sequence[str], names: Sequence[str], parts: tuple[Part, ...], most_read: int) -> list[Row]:
        facts: dict[str, object] = {f"name{number}": name for number, name in enumerate(names)}
        facts |= {f"has{number}": f" {term}" for number, term in enumerate(terms)}
        facts |= {"me": self._me, "day": self._on.isoformat(), "most": self._most, "most_read": most_read}
        sql, constants = _reading(self._engine, self._shelf, self._scope, self._sight, len(terms), parts)
        rows = self._ask(sql, {**constants, **facts, **_bounds_of(terms[:1])})
        return list(dict.fromkeys((row[0], row[1], row[2]) for row in rows))

    def _counted(self, terms: Sequence[str], most_read: int) -> dict[str, int]:
        """How many entries each word has: exactly for the rarest, if it can be read whole."""
        sql, constants = _counting(self._engine, self._shelf, len(terms))
        counts: Sequence[int] = ()
        # Counting far costs as much as reading.
        for most in sorted({min(2 * READ_FIRST, most_read), most_read}):
            (counts,) = self._ask(sql, {**constants, **_bounds_of(terms), "most": most + 1})
            if min(counts) <= most:
                break
        return dict(zip(terms, counts, strict=True))

    def _ask(self, sql: str, facts: Mapping[str, object]) -> Sequence[Any]:
        # As text: handing a hundred parameters through SQLAlchemy would cost as much as all the reading.
        return self._connection.exec_driver_sql(sql, dict(facts)).all()


def _sight_of(session: Session, asked_by: Collaborator, on: date) -> _Sight:
    if asked_by.scope is Scope.ALL:
        return _Sight.ALL
    some = select(ids_in_scope(asked_by.scope, me=_me(), on=_day()).subquery()).limit(A_FEW + 1).subquery()
    count = session.scalar(select(func.count()).select_from(some), {"me": asked_by.id, "day": on})
    return _Sight.FEW if (count or 0) <= A_FEW else _Sight.MANY


def _behind(term: str) -> str:
    # Nothing typed is a whole word, the empty one.
    return term + "\U0010ffff" if term else "\x01"


def _bounds_of(terms: Sequence[str]) -> dict[str, object]:
    lows = {f"low{number}": term for number, term in enumerate(terms)}
    return {**lows, **{f"high{number}": _behind(term) for number, term in enumerate(terms)}}


_Text = tuple[str, Mapping[str, object]]
"""A statement with its named parameters, and those of them that never change."""


@cache
def _reading(engine: str, shelf: Shelf, scope: Scope, sight: _Sight, terms: int, parts: tuple[Part, ...]) -> _Text:
    has = func.instr if engine == "sqlite" else func.strpos
    return _as_text(_Statement(shelf, scope, sight, terms, has).of(parts), engine)


@cache
def _counting(engine: str, shelf: Shelf, terms: int) -> _Text:
    def counted(number: int) -> ScalarSelect[int]:
        low, high = _bounds(number)
        some = select(literal(1)).where(*_on_shelf(shelf, EVERYONE), _WORD.word >= low, _WORD.word < high)
        return select(func.count()).select_from(some.limit(_most()).subquery()).scalar_subquery()

    return _as_text(select(*(counted(number) for number in range(terms))), engine)


def _as_text(statement: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]], engine: str) -> _Text:
    name, style = ("sqlite", "named") if engine == "sqlite" else ("postgresql.psycopg", "pyformat")
    compiled = statement.compile(dialect=registry.load(name)(paramstyle=style))
    return compiled.string, compiled.params


@dataclass(frozen=True, slots=True)
class _Statement:
    shelf: Shelf
    scope: Scope
    sight: _Sight
    terms: int
    """The first is the rarest: its entries are read, and the others are looked for in them."""
    position: Any
    """The engine's function that says where one text stands in another, from 1; 0: nowhere."""

    def of(self, parts: tuple[Part, ...]) -> CompoundSelect[*tuple[Any, ...]]:
        # One statement, because a second would cost as much again. Each part finds one more than is shown, so there
        # are enough even when two parts find the same. Parts with a limit are never read in parallel: they keep their
        # order.
        return union_all(*(select(self._part(part).subquery()) for part in parts))

    def _is_seen(self) -> ColumnElement[bool]:
        return scoped(_WORD.relation_id, self.scope, me=_me(), on=_day())

    def _part(self, part: Part) -> Select[*tuple[Any, ...]]:
        if part in {Part.MY_NAMESAKES, Part.NAMESAKES}:
            return self._namesakes(_me() if part is Part.MY_NAMESAKES else EVERYONE)
        low, high = _bounds(0)
        query = _entries().where(_WORD.word >= low, _WORD.word < high, _WORD.shared < func.length(low))
        if part is Part.REST and self.sight is _Sight.FEW:
            seen = ids_in_scope(self.scope, me=_me(), on=_day()).cte("seen")
            query = query.where(*self._by_relation(seen.c.id))
        elif part is Part.USED:
            query = query.where(*self._by_relation(_latest().c.relation_id), self._is_seen())
        else:
            query = query.where(*_on_shelf(self.shelf, _me() if part is Part.FILES else EVERYONE), self._is_seen())
        query = query.order_by(*_KEY)
        if self.terms == 1:
            return query.limit(_most())
        some = query.limit(bindparam("most_read", type_=Integer)).subquery()
        has = (self.position(some.c.words, bindparam(f"has{number}")) > 0 for number in range(1, self.terms))
        return select(some).where(*has).limit(_most())

    def _namesakes(self, owner: Any) -> Select[*tuple[Any, ...]]:
        """What has the first term as a whole word and sorts by all of them: it is called so."""
        low, _high = _bounds(0)
        is_called = _WORD.sort.in_([_text(f"name{number}") for number in range(self.terms)])
        query = _entries().where(*_on_shelf(self.shelf, owner), _WORD.word == low, is_called)
        return query.where(self._is_seen()).order_by(*_KEY).limit(_most())

    def _by_relation(self, relation_id: ColumnElement[int]) -> list[ColumnElement[bool]]:
        # Sums, so that no engine begins with the range of the word among everybody's.
        here = (_WORD.shelf + 0 == int(self.shelf), _WORD.owner_id + 0 == EVERYONE)
        return [_WORD.relation_id == relation_id, *here]


def _entries() -> Select[*tuple[Any, ...]]:
    """That day's."""
    query: Select[*tuple[Any, ...]] = select(_WORD.relation_id, _WORD.row_id, _WORD.label, _WORD.words)
    day = _day()
    return query.where(
        or_(_WORD.since_on.is_(None), _WORD.since_on <= day), or_(_WORD.until_on.is_(None), _WORD.until_on >= day)
    )


def _on_shelf(shelf: Shelf, owner: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _WORD.shelf == int(shelf), _WORD.owner_id == owner


def _bounds(number: int) -> tuple[ColumnElement[str], ColumnElement[str]]:
    return _text(f"low{number}"), _text(f"high{number}")


def _text(name: str) -> ColumnElement[str]:
    # As a query: PostgreSQL keeps its plan when the values cannot change it, and planning costs more than reading.
    return select(bindparam(name, type_=_WORD.word.type)).scalar_subquery()


def _latest() -> Subquery:
    latest = select(_ACTION.relation_id).where(_ACTION.owner_id == _me(), _ACTION.deleted_at.is_(None))
    return latest.order_by(_ACTION.sort_at.desc()).limit(_LATEST).subquery()


def _me() -> ColumnElement[int]:
    return bindparam("me", type_=_WORD.owner_id.type)


def _day() -> ColumnElement[date]:
    return bindparam("day", type_=Date)


def _most() -> ColumnElement[int]:
    return bindparam("most", type_=Integer)
