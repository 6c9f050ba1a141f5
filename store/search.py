"""Finding relations and contacts while somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Subquery, bindparam, func, literal, or_, select, union
from sqlalchemy.orm import Session, aliased

from store.actions import Action
from store.collaborators import Collaborator
from store.involvements import Involvement
from store.search_index import SearchEntry, SearchWord
from store.words import terms_in

Statement = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Option:
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

    Words are those of names, towns and postal codes, mail addresses and phone numbers. First what the caller works
    with (their files, and the relations of their latest actions), then the rest; each by the word that was matched,
    the whole word before longer ones, then by name, contacts behind their company. Nothing typed: the caller's own,
    else all by name.
    """
    if not asked_by.is_active:
        return Found((), has_more=False)
    terms = _rarest_first(session, terms_in(typed))
    facts = {"me": asked_by.id, "on": on, "limit": limit + 1, **_ranges(terms)}
    own = [Option(*row) for row in session.execute(_own(len(terms)), facts)]
    if len(own) > limit or (own and not terms):
        return Found(tuple(own[:limit]), has_more=len(own) > limit)
    others = session.execute(_anyones(len(terms)), {**facts, "limit": limit + 1 + len(own)})
    options = list(dict.fromkeys([*own, *(Option(*row) for row in others)]))
    return Found(tuple(options[:limit]), has_more=len(options) > limit)


_COUNTED = 2_000
"""Beyond this many, one term is as frequent as another."""


def _rarest_first(session: Session, terms: Sequence[str]) -> list[str]:
    if len(terms) < 2:
        return list(terms)
    counts = session.execute(_counts(len(terms)), _ranges(terms)).one()
    return [term for _count, term in sorted(zip(counts, terms, strict=True), key=lambda pair: (pair[0], -len(pair[1])))]


def _ranges(terms: Sequence[str]) -> dict[str, str]:
    lows = {f"low{number}": term for number, term in enumerate(terms)}
    return lows | {f"high{number}": term + "\U0010ffff" for number, term in enumerate(terms)}


@cache
def _counts(terms: int) -> Statement:
    within = (select(literal(1)).where(_begins(SearchWord, number)).limit(_COUNTED) for number in range(terms))
    return select(*(select(func.count()).select_from(some.subquery()).scalar_subquery() for some in within))


def _begins(word: type[SearchWord], number: int) -> ColumnElement[bool]:
    return (word.word >= bindparam(f"low{number}")) & (word.word < bindparam(f"high{number}"))


@cache
def _anyones(terms: int) -> Statement:
    query = select(SearchEntry.relation_id, SearchEntry.contact_id, SearchEntry.label)
    if not terms:
        return query.where(*_on_that_day()).order_by(SearchEntry.sort, SearchEntry.id).limit(bindparam("limit"))
    query = query.join(SearchWord, SearchWord.entry_id == SearchEntry.id)
    earlier = aliased(SearchWord)
    is_first = ~(
        select(literal(1))
        .where(earlier.entry_id == SearchWord.entry_id, _begins(earlier, 0), earlier.word < SearchWord.word)
        .exists()
    )
    query = query.where(_begins(SearchWord, 0), is_first, *_on_that_day(), *(_has(n) for n in range(1, terms)))
    return query.order_by(SearchWord.word, SearchWord.sort, SearchWord.entry_id).limit(bindparam("limit"))


def _has(number: int) -> ColumnElement[bool]:
    other = aliased(SearchWord)
    return select(literal(1)).where(other.entry_id == SearchWord.entry_id, _begins(other, number)).exists()


def _on_that_day() -> list[ColumnElement[bool]]:
    on: BindParameter[date] = bindparam("on")
    return [
        or_(SearchEntry.since_on.is_(None), SearchEntry.since_on <= on),
        or_(SearchEntry.until_on.is_(None), SearchEntry.until_on >= on),
    ]


@cache
def _own(terms: int) -> Statement:
    mine = _mine()
    return _anyones(terms).join(mine, mine.c.relation_id == SearchEntry.relation_id)


_LATEST = 50


def _mine() -> Subquery:
    me: BindParameter[int] = bindparam("me")
    on: BindParameter[date] = bindparam("on")
    files = select(Involvement.relation_id).where(
        Involvement.collaborator_id == me,
        Involvement.since_on <= on,
        or_(Involvement.until_on.is_(None), Involvement.until_on >= on),
    )
    latest = select(Action.relation_id).where(Action.owner_id == me, Action.deleted_at.is_(None))
    latest = latest.order_by(Action.sort_at.desc()).limit(_LATEST)
    return union(files, select(latest.subquery().c.relation_id)).subquery()
