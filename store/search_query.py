"""The one statement behind every search, for both engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    bindparam,
    case,
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

MOST_READ = 10_000
"""Of the rarest of several words, and what is counted of each to know which it is: so a word with fewer entries is
always read whole. Of more frequent ones, that many hold several pages of answers unless the words hardly ever meet."""
RARE = 300
"""A word with fewer entries is read without counting the others any further."""
A_FEW = 5_000
"""Up to so many relations, looking into each costs less than looking through all others."""

Row = tuple[int, int, str]
"""Relation, row (0: the relation itself), label."""
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
    """Searches of one collaborator on one shelf; each reads at most `most` entries of each part."""

    def __init__(self, session: Session, shelf: Shelf, *, asked_by: Collaborator, on: date, most: int) -> None:
        self._session, self._shelf, self._scope = session, shelf, asked_by.scope
        self._facts = {"me": asked_by.id, "day": on.isoformat(), "most": most}
        self._sight = _sight_of(session, asked_by, on)

    def rows(self, terms: Sequence[str], parts: tuple[Part, ...] = tuple(Part)) -> list[Row]:
        """The entries with all these beginnings of words (in the order typed), each once, a part behind the other."""
        facts: dict[str, object] = {**self._facts}
        # The longest first: of two that are equally frequent it is likely to tell more.
        for number, term in enumerate(sorted(terms, key=len, reverse=True) or [""]):
            facts |= {f"low{number}": term, f"high{number}": _behind(term), f"has{number}": f" {term}"}
        # "Peeters Els" is called Els Peeters, "Van den Berg Jan" Jan van den Berg.
        for number in range(len(terms)):
            facts[f"name{number}"] = " ".join([*terms[number:], *terms[:number]])[:LONGEST]
        # As text: handing a hundred parameters through SQLAlchemy would cost as much as all the reading.
        connection = self._session.connection()
        engine = connection.dialect.name
        sql, constants = _as_text(engine, self._shelf, self._scope, self._sight, len(terms) or 1, parts)
        rows = connection.exec_driver_sql(sql, {**constants, **facts})
        return list(dict.fromkeys((row[0], row[1], row[2]) for row in rows))

    def was_cut(self, terms: Sequence[str]) -> bool:
        """Whether each of these words has more entries than a search reads."""
        return all(
            self._session.execute(
                select(literal(1))
                .where(_WORD.shelf == int(self._shelf), _WORD.owner_id == EVERYONE)
                .where(_WORD.word >= term, _WORD.word < _behind(term))
                .offset(MOST_READ)
                .limit(1)
            ).first()
            for term in terms
        )


def _sight_of(session: Session, asked_by: Collaborator, on: date) -> _Sight:
    if asked_by.scope is Scope.ALL:
        return _Sight.ALL
    some = select(ids_in_scope(asked_by.scope, me=_me(), on=_day()).subquery()).limit(A_FEW + 1).subquery()
    count = session.scalar(select(func.count()).select_from(some), {"me": asked_by.id, "day": on})
    return _Sight.FEW if (count or 0) <= A_FEW else _Sight.MANY


def _behind(term: str) -> str:
    # Nothing typed is a whole word, the empty one.
    return term + "\U0010ffff" if term else "\x01"


@cache
def _as_text(
    engine: str, shelf: Shelf, scope: Scope, sight: _Sight, terms: int, parts: tuple[Part, ...]
) -> tuple[str, Mapping[str, object]]:
    """The statement with its named parameters, and those of them that never change."""
    name, style = ("sqlite", "named") if engine == "sqlite" else ("postgresql.psycopg", "pyformat")
    has = func.instr if engine == "sqlite" else func.strpos
    compiled = (
        _Statement(shelf, scope, sight, terms, has).of(parts).compile(dialect=registry.load(name)(paramstyle=style))
    )
    return compiled.string, compiled.params


@dataclass(frozen=True, slots=True)
class _Statement:
    shelf: Shelf
    scope: Scope
    sight: _Sight
    terms: int
    position: Any
    """The engine's function that says where one text stands in another, from 1; 0: nowhere."""

    def of(self, parts: tuple[Part, ...]) -> CompoundSelect[*tuple[Any, ...]]:
        # One statement, because a second would cost as much again. Each part finds one more than is shown, so there
        # are enough even when two parts find the same. Parts with a limit are never read in parallel: they keep their
        # order.
        if self.terms > 1:
            low, high = self._rarest()
        else:
            # As a query: PostgreSQL keeps its plan when the values cannot change it, and planning costs more than
            # reading.
            low, high = (select(bound).scalar_subquery() for bound in _bounds(0))
        return union_all(*(select(self._part(part, low, high).subquery()) for part in parts))

    def _rarest(self) -> tuple[ColumnElement[str], ColumnElement[str]]:
        """The bounds of the term that the fewest entries have."""
        bounds = [_bounds(number) for number in range(self.terms)]
        few = union_all(
            *(
                select(literal(number).label("number"), low.label("low"), high.label("high"),
                       self._count(low, high, RARE).label("many"))
                for number, (low, high) in enumerate(bounds)
            )
        ).cte("few")  # fmt: skip
        # Counting far costs as much as reading: only when no word is rare.
        fewest = select(func.min(few.c.many)).scalar_subquery()
        many = case((fewest < RARE, few.c.many), else_=self._count(few.c.low, few.c.high, MOST_READ))
        rarest = select(few.c.low, few.c.high).order_by(many, few.c.number).limit(1).cte("rarest")
        return select(rarest.c.low).scalar_subquery(), select(rarest.c.high).scalar_subquery()

    def _count(self, low: ColumnElement[str], high: ColumnElement[str], most: int) -> ScalarSelect[int]:
        some = select(literal(1)).where(*self._on_shelf(EVERYONE), _WORD.word >= low, _WORD.word < high)
        return select(func.count()).select_from(some.limit(most).subquery()).scalar_subquery()

    def _is_seen(self) -> ColumnElement[bool]:
        return scoped(_WORD.relation_id, self.scope, me=_me(), on=_day())

    def _on_shelf(self, owner: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return _WORD.shelf == int(self.shelf), _WORD.owner_id == owner

    def _part(self, part: Part, low: ColumnElement[str], high: ColumnElement[str]) -> Select[*tuple[Any, ...]]:
        if part in {Part.MY_NAMESAKES, Part.NAMESAKES}:
            return self._namesakes(_me() if part is Part.MY_NAMESAKES else EVERYONE)
        query = _entries().where(_WORD.word >= low, _WORD.word < high, _WORD.shared < func.length(low))
        if part is Part.REST and self.sight is _Sight.FEW:
            seen = ids_in_scope(self.scope, me=_me(), on=_day()).cte("seen")
            query = query.where(*self._by_relation(seen.c.id))
        elif part is Part.USED:
            query = query.where(*self._by_relation(_latest().c.relation_id), self._is_seen())
        else:
            query = query.where(*self._on_shelf(_me() if part is Part.FILES else EVERYONE), self._is_seen())
        query = query.order_by(*_KEY)
        if self.terms == 1:
            return query.limit(_most())
        some = query.limit(MOST_READ).subquery()
        has = (self.position(some.c.words, bindparam(f"has{number}")) > 0 for number in reversed(range(self.terms)))
        return select(some).where(*has).limit(_most())

    def _namesakes(self, owner: Any) -> Select[*tuple[Any, ...]]:
        """What has the first term as a whole word and sorts by all of them: it is called so."""
        low, _high = _bounds(0)
        names = [bindparam(f"name{number}", type_=_WORD.sort.type) for number in range(self.terms)]
        # Queries of one value each, as the bounds are.
        is_called = _WORD.sort.in_([select(name).scalar_subquery() for name in names])
        query = _entries().where(*self._on_shelf(owner), _WORD.word == select(low).scalar_subquery(), is_called)
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


def _bounds(number: int) -> tuple[ColumnElement[str], ColumnElement[str]]:
    kind = _WORD.word.type
    return bindparam(f"low{number}", type_=kind), bindparam(f"high{number}", type_=kind)


def _latest() -> Subquery:
    latest = select(_ACTION.relation_id).where(_ACTION.owner_id == _me(), _ACTION.deleted_at.is_(None))
    return latest.order_by(_ACTION.sort_at.desc()).limit(_LATEST).subquery()


def _me() -> ColumnElement[int]:
    return bindparam("me", type_=_WORD.owner_id.type)


def _day() -> ColumnElement[date]:
    return bindparam("day", type_=Date)


def _most() -> ColumnElement[int]:
    return bindparam("most", type_=Integer)
