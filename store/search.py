"""Finding relations and contacts while somebody types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
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
from store.base import Row
from store.collaborators import Collaborator
from store.search_index import EVERYONE, SearchWord
from store.words import terms_in


class Option(NamedTuple):
    """A relation, or with `contact_id` a person at it: "Els Peeters · Brasserie Dupont"."""

    relation_id: int
    contact_id: int | None
    label: str


@dataclass(frozen=True, slots=True)
class Found:
    """`has_more` than these: whoever typed should type more."""

    options: tuple[Option, ...]
    has_more: bool


def search_options(session: Session, typed: str, *, asked_by: Collaborator, on: date, limit: int = 50) -> Found:
    """Relations and contacts of that day that have every typed word, as the beginning of one of theirs, in any order.

    Words are those of names, towns and postal codes, mail addresses and phone numbers. First the relations of the
    caller's latest actions, then the caller's files (those without an end), then the rest; each by the word that was
    matched (of several typed the rarest), the whole word before longer ones, then by name, contacts behind their
    company. Nothing typed: the caller's own, else all by name.
    """
    if not asked_by.is_active:
        return Found((), has_more=False)
    terms = sorted(terms_in(typed), key=len, reverse=True)
    facts: dict[str, object] = {"me": asked_by.id, "day": on.isoformat(), "most": limit + 1}
    for number, term in enumerate(terms or [""]):
        facts |= {f"low{number}": term, f"high{number}": _behind(term), f"has{number}": _beginning(term)}
    if terms:
        rows = _rows(session, len(terms), (_Part.USED, _Part.FILES, _Part.REST), facts)
    else:
        rows = _rows(session, 1, (_Part.USED, _Part.FILES), facts) or _rows(session, 1, (_Part.REST,), facts)
    options = tuple(map(Option._make, islice(dict.fromkeys(rows), limit + 1)))
    return Found(options[:limit], has_more=len(options) > limit)


class _Part(IntEnum):
    USED = 0
    FILES = 1
    REST = 2


_WORD = Row.metadata.tables[SearchWord.__tablename__].c
_ACTION = Row.metadata.tables[Action.__tablename__].c
_LATEST = 20
_COUNTED = 200
"""Beyond this many, one term is as frequent as another."""


def _behind(term: str) -> str:
    # Nothing typed is a whole word, the empty one.
    return term + "\U0010ffff" if term else "\x01"


def _beginning(term: str) -> str:
    """How a word that begins so stands in a row's `words`, in the language of LIKE."""
    return " " + "".join("/" + sign if sign in "%_/" else sign for sign in term)


def _rows(session: Session, terms: int, parts: tuple[_Part, ...], facts: Mapping[str, object]) -> Sequence[Any]:
    # As text: handing a hundred parameters through SQLAlchemy would cost as much as all the reading.
    connection = session.connection()
    sql, constants = _as_text(connection.dialect.name, terms, parts)
    return connection.exec_driver_sql(sql, {**constants, **facts}).all()


@cache
def _as_text(engine: str, terms: int, parts: tuple[_Part, ...]) -> tuple[str, Mapping[str, object]]:
    """The statement with its named parameters, and those of them that never change."""
    name, style = ("sqlite", "named") if engine == "sqlite" else ("postgresql.psycopg", "pyformat")
    compiled = _found(terms, parts).compile(dialect=registry.load(name)(paramstyle=style))
    return compiled.string, compiled.params


def _found(terms: int, parts: tuple[_Part, ...]) -> CompoundSelect[*tuple[Any, ...]]:
    # One statement, because a second would cost as much again. Each part finds one more than is shown, so there are
    # enough even when two parts find the same. Parts with a limit are never read in parallel: they keep their order.
    low, high = _rarest(terms) if terms > 1 else _bounds(0)
    if terms == 1:
        # As a query: PostgreSQL keeps its plan when the values cannot change it, and planning costs more than reading.
        low, high = select(low).scalar_subquery(), select(high).scalar_subquery()
    return union_all(*(select(_part(part, low, high, terms).subquery()) for part in parts))


def _rarest(terms: int) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """The bounds of the term that the fewest entries have."""
    counted = []
    for number in range(terms):
        low, high = _bounds(number)
        some = select(literal(1)).where(_WORD.owner_id == EVERYONE, _WORD.word >= low, _WORD.word < high)
        many = select(func.count()).select_from(some.limit(_COUNTED).subquery()).scalar_subquery()
        counted.append(
            select(literal(number).label("number"), low.label("low"), high.label("high"), many.label("many"))
        )
    rarest = union_all(*counted).order_by("many", "number").limit(1).cte()
    return select(rarest.c.low).scalar_subquery(), select(rarest.c.high).scalar_subquery()


def _bounds(number: int) -> tuple[ColumnElement[str], ColumnElement[str]]:
    kind = _WORD.word.type
    return bindparam(f"low{number}", type_=kind), bindparam(f"high{number}", type_=kind)


def _part(part: _Part, low: ColumnElement[str], high: ColumnElement[str], terms: int) -> Select[*tuple[Any, ...]]:
    contact_id = func.nullif(_WORD.contact_id, 0).label("contact_id")
    query = select(_WORD.relation_id, contact_id, _WORD.label)
    owner = bindparam("me", type_=_WORD.owner_id.type) if part is _Part.FILES else literal(EVERYONE)
    query = query.where(_WORD.owner_id == owner, _WORD.word >= low, _WORD.word < high)
    query = query.where(_WORD.shared < func.length(low), *_on_that_day())
    if terms > 1:
        # As `contains`: a pattern that is a bare parameter makes SQLite plan the statement anew each time.
        query = query.where(
            *(_WORD.words.contains(bindparam(f"has{number}"), escape="/") for number in reversed(range(terms)))
        )
    if part is _Part.USED:
        latest = select(_ACTION.relation_id).where(_ACTION.owner_id == bindparam("me"), _ACTION.deleted_at.is_(None))
        latest = latest.order_by(_ACTION.sort_at.desc()).limit(_LATEST)
        query = query.where(_WORD.relation_id == latest.subquery().c.relation_id)
    return query.order_by(_WORD.word, _WORD.sort, _WORD.relation_id, _WORD.contact_id).limit(bindparam("most"))


def _on_that_day() -> list[ColumnElement[bool]]:
    day = bindparam("day", type_=_WORD.since_on.type)
    return [or_(_WORD.since_on.is_(None), _WORD.since_on <= day), or_(_WORD.until_on.is_(None), _WORD.until_on >= day)]
