"""Prospects who became clients, and clients who were lost: when, by whom, how long it took and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import nsmallest

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access import require_present
from store.actions import Action
from store.batches import batches
from store.collaborators import Collaborator
from store.expenses import Expense
from store.expenses.queries import seen
from store.money import totals
from store.relation_facts import Conversion, conversions, held_since
from store.relations import Relation
from store.reports.periods import Period
from store.reports.sources import Source, sources_of


@dataclass(frozen=True, slots=True)
class Turn:
    """One relation that became a client (`is_won`) or ceased to be one. `source` is where it came from, if known.

    `days` is how long it had been what it was before; `spent`, by currency, is what its actions cost in those days, as
    far as the asker may see them: the cost of winning it, or what was spent on a client that was lost.
    """

    relation_id: int
    name: str
    is_won: bool
    conversion: Conversion
    representative: str
    days: int
    spent: dict[str, Decimal]
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Turns:
    """`lines` by day. `first` became clients for the first time ever, `net` are those won less those lost."""

    lines: Sequence[Turn]
    first: int
    each: int
    lost: int

    @property
    def net(self) -> int:
        return self.each - self.lost


def turns(
    session: Session,
    period: Period,
    *,
    asked_by: Collaborator,
    collaborator_id: int | None = None,
    limit: int | None = None,
) -> Turns:
    """Of the relations within the asker's scope; those due to one collaborator if given (who carried out the action
    that caused it, else who noted it). With `limit` the first lines alone, and the numbers of all."""
    require_present(asked_by)
    found = conversions(session, first_on=period.first_on, last_on=period.last_on, asked_by=asked_by)
    told = [(True, one) for one in found.won] + [(False, one) for one in found.lost]
    if collaborator_id is not None:
        told = [pair for pair in told if pair[1].collaborator_id == collaborator_id]
    won = [one for is_won, one in told if is_won]
    lines = _lines(session, told, asked_by, limit)
    return Turns(lines, sum(one.is_first for one in won), len(won), len(told) - len(won))


def _lines(
    session: Session, told: Sequence[tuple[bool, Conversion]], asked_by: Collaborator, limit: int | None
) -> list[Turn]:
    first = _first(told, limit)
    relations, people = _names(session, first)
    first.sort(key=lambda pair: (pair[1].on, relations[pair[1].relation_id].casefold(), pair[1].relation_id))
    shown = first[:limit]
    ids = [one.relation_id for _won, one in shown]
    since = held_since(session, [one for _won, one in shown])
    spent, sources = _spent(session, ids, asked_by), sources_of(session, ids, asked_by=asked_by)
    return [
        Turn(
            one.relation_id,
            relations[one.relation_id],
            won,
            one,
            people.get(one.collaborator_id or 0, ""),
            (one.on - since[one.fact_id]).days,
            _between(since[one.fact_id], one.on, spent.get(one.relation_id, ())),
            sources.get(one.relation_id),
        )
        for won, one in shown
    ]


def _first(told: Sequence[tuple[bool, Conversion]], limit: int | None) -> list[tuple[bool, Conversion]]:
    """The first of them, and those of the last one's day: their names tell which of them come first."""
    if limit is None or len(told) <= limit:
        return list(told)
    last_on = nsmallest(limit, (one.on for _won, one in told))[-1]
    return [(won, one) for won, one in told if one.on <= last_on]


def _names(session: Session, told: Sequence[tuple[bool, Conversion]]) -> tuple[dict[int, str], dict[int, str]]:
    """Of the relations, and of the collaborators."""
    relations: dict[int, str] = {}
    for some in batches(sorted({one.relation_id for _won, one in told})):
        query = select(Relation.id, Relation.name).where(Relation.id.in_(some))
        relations |= {row.id: row.name for row in session.execute(query)}
    ids = {one.collaborator_id for _won, one in told}
    people = select(Collaborator.id, Collaborator.name).where(Collaborator.id.in_(ids))
    return relations, {row.id: row.name for row in session.execute(people)}


def _between(since_on: date, until_on: date, spent: Iterable[tuple[date, str, Decimal]]) -> dict[str, Decimal]:
    """What was spent from the day on which it became what it was until the day on which that ended."""
    return totals((currency, amount) for on, currency, amount in spent if since_on <= on <= until_on)


def _spent(
    session: Session, relation_ids: Sequence[int], asked_by: Collaborator
) -> dict[int, list[tuple[date, str, Decimal]]]:
    """Every expense at these relations: its action's first day, currency and amount."""
    found: dict[int, list[tuple[date, str, Decimal]]] = {}
    columns = (Action.relation_id, Action.starts_on, Expense.currency, Expense.amount)
    for some in batches(sorted(set(relation_ids))):
        costly = (Action.relation_id.in_(some), Action.has_expenses.is_(True))
        query = seen(asked_by).with_only_columns(*columns).where(*costly)
        for relation_id, on, currency, amount in session.execute(query):
            found.setdefault(relation_id, []).append((on, currency, amount))
    return found
