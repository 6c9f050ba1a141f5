"""Finding relations and contacts while somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from store.actions import Action
from store.collaborators import Collaborator
from store.search_index import EVERYONE, SearchEntry, SearchWord
from store.words import fold, terms_in

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

    Words are those of names, towns and postal codes, mail addresses and phone numbers. First the relations of the
    caller's latest actions by name, then the caller's files (those without an end), then the rest; each by the word
    that was matched, the whole word before longer ones, then by name, contacts behind their company. Nothing typed:
    the caller's own, else all by name.
    """
    if not asked_by.is_active:
        return Found((), has_more=False)
    terms = _rarest_first(session, terms_in(typed))
    facts = {"me": asked_by.id, "on": on, "limit": limit + 1, **_ranges(terms)}
    used = sorted(session.execute(_used(len(terms)), facts), key=lambda row: fold(row.label))
    rows = dict.fromkeys([*used, *session.execute(_files(len(terms)), facts)])
    if len(rows) <= limit and (terms or not rows):
        found = session.execute(_everyones(len(terms)), {**facts, "limit": limit + 1 + len(rows)})
        rows.update(dict.fromkeys(found))
    options = tuple(Option(*row) for row in islice(rows, limit))
    return Found(options, has_more=len(rows) > limit)


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
    within = (
        select(literal(1)).where(SearchWord.owner_id == EVERYONE, _begins(SearchWord, number)).limit(_COUNTED)
        for number in range(terms)
    )
    return select(*(select(func.count()).select_from(some.subquery()).scalar_subquery() for some in within))


def _begins(word: type[SearchWord], number: int) -> ColumnElement[bool]:
    return (word.word >= bindparam(f"low{number}")) & (word.word < bindparam(f"high{number}"))


@cache
def _used(terms: int) -> Statement:
    latest = select(Action.relation_id).where(Action.owner_id == bindparam("me"), Action.deleted_at.is_(None))
    latest = latest.order_by(Action.sort_at.desc()).limit(_LATEST)
    is_latest = SearchEntry.relation_id.in_(select(latest.subquery().c.relation_id))
    query = select(SearchEntry.relation_id, SearchEntry.contact_id, SearchEntry.label)
    return query.where(is_latest, *_on_that_day(), *(_has(SearchEntry.id, number) for number in range(terms)))


_LATEST = 20


@cache
def _files(terms: int) -> Statement:
    return _matching(bindparam("me"), terms).limit(bindparam("limit"))


@cache
def _everyones(terms: int) -> Statement:
    return _matching(EVERYONE, terms).limit(bindparam("limit"))


def _matching(owner: ColumnElement[int] | int, terms: int) -> Statement:
    query = select(SearchEntry.relation_id, SearchEntry.contact_id, SearchEntry.label).where(*_on_that_day())
    if not terms:
        return _unsearched(query, owner)
    earlier = aliased(SearchWord)
    same = (earlier.entry_id == SearchWord.entry_id, earlier.word < SearchWord.word)
    is_first = ~select(literal(1)).where(*same, _begins(earlier, 0)).exists()
    query = query.join(SearchWord, SearchWord.entry_id == SearchEntry.id)
    query = query.where(SearchWord.owner_id == owner, _begins(SearchWord, 0), is_first)
    query = query.where(*(_has(SearchWord.entry_id, number) for number in range(1, terms)))
    return query.order_by(SearchWord.word, SearchWord.sort, SearchWord.entry_id)


def _unsearched(query: Statement, owner: ColumnElement[int] | int) -> Statement:
    if not isinstance(owner, int):
        query = query.where(SearchEntry.id.in_(select(SearchWord.entry_id).where(SearchWord.owner_id == owner)))
    return query.order_by(SearchEntry.sort, SearchEntry.id)


def _has(entry_id: ColumnElement[int] | InstrumentedAttribute[int], number: int) -> ColumnElement[bool]:
    # Whoever's: an entry has the same words for everyone and for its owners.
    other = aliased(SearchWord)
    return select(literal(1)).where(other.entry_id == entry_id, _begins(other, number)).exists()


def _on_that_day() -> list[ColumnElement[bool]]:
    on: BindParameter[date] = bindparam("on")
    return [
        or_(SearchEntry.since_on.is_(None), SearchEntry.since_on <= on),
        or_(SearchEntry.until_on.is_(None), SearchEntry.until_on >= on),
    ]
