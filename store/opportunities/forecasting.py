"""What the open opportunities are likely to bring: by month and by who follows them up, as they stood on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from store.collaborators import Collaborator
from store.dossiers import Dossier
from store.dossiers.queries import is_seen
from store.opportunities.model import Opportunity, OpportunityChange, OpportunityState
from store.relations import standing_id

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """One month (its first day; None: no closing day is known) of one collaborator, in one currency."""

    month_on: date | None
    owner: Collaborator
    currency: str
    number: int
    worth: Decimal
    weighted: Decimal


@dataclass(frozen=True, slots=True)
class Forecast:
    """`lines` by month (None last), then by name and currency."""

    as_of: date
    lines: Sequence[ForecastLine]


def forecast(session: Session, *, asked_by: Collaborator, as_of: date, zone: str) -> Forecast:
    """Of all opportunities that were open at the end of that day in `zone` and that the asker may see. The days typed
    for opening and end count, also when they were noted later; until the first change, how it stood when it was noted.

    Amounts × chance, each opportunity rounded once, half a cent to the even cent; a closing day that was past by then
    stays in its month.
    """
    end = datetime.combine(as_of + timedelta(days=1), time(), ZoneInfo(zone))
    stood = as_they_stood(session, end, asked_by)
    sums: dict[tuple[date | None, int, str], tuple[int, Decimal, Decimal]] = {}
    for change in stood:
        month_on = change.closes_on.replace(day=1) if change.closes_on else None
        key = (month_on, change.owner_id, change.currency)
        number, worth, weighted = sums.get(key, (0, Decimal(0), Decimal(0)))
        sums[key] = (number + 1, worth + change.worth, weighted + weigh(change.worth, change.probability))
    owners = {one.id: one for one in _people(session, (owner_id for _month, owner_id, _currency in sums))}
    lines = [
        ForecastLine(month, owners[owner_id], currency, *told) for (month, owner_id, currency), told in sums.items()
    ]
    return Forecast(as_of, sorted(lines, key=_order))


@dataclass(frozen=True, slots=True)
class Totals:
    """Of some opportunities, in one currency."""

    number: int
    worth: Decimal
    weighted: Decimal


def totals_of(
    session: Session, relation_id: int | None = None, *, asked_by: Collaborator, states: Collection[OpportunityState]
) -> dict[str, Totals]:
    """By currency: the relation's (else all) in these states that the asker may see; one that ended weighs its worth
    when it was won, nothing else.
    """
    query = _last_changes(asked_by).where(OpportunityChange.state.in_(states))
    if relation_id is not None:
        query = query.where(Dossier.relation_id == standing_id(session, relation_id))
    found: dict[str, Totals] = {}
    for change in session.scalars(query):
        before = found.get(change.currency, Totals(0, Decimal(0), Decimal(0)))
        weighted = before.weighted + weigh(change.worth, _chance(change))
        found[change.currency] = Totals(before.number + 1, before.worth + change.worth, weighted)
    return found


def _chance(change: OpportunityChange) -> int:
    ended = {OpportunityState.WON: 100, OpportunityState.LOST: 0, OpportunityState.ABANDONED: 0}
    return ended.get(change.state, change.probability)


def weigh(worth: Decimal, probability: int) -> Decimal:
    """The worth times the chance in percent, rounded to the cent, half a cent to the even one."""
    return (worth * probability / 100).quantize(_CENT, rounding=ROUND_HALF_EVEN)


def as_they_stood(session: Session, end: datetime, asked_by: Collaborator) -> Sequence[Any]:
    """The last change before `end`, a midnight, of each opportunity that was open then and that the asker may see: the
    first one of those that were opened by then and noted later.
    """
    is_open = or_(Dossier.closed_at.is_(None), Dossier.closed_at >= end)
    # Their ids first, or SQLite walks through all that ever changed.
    stands = aliased(Opportunity)
    not_ended = select(stands.dossier_id).where(or_(stands.ended_on.is_(None), stands.ended_on >= end.date()))
    query = _last_changes(asked_by, before=end).where(OpportunityChange.state == OpportunityState.OPEN)
    # As columns: thousands may be open, and each is only added to a sum.
    change = OpportunityChange
    columns = (change.stage_id, change.owner_id, change.currency, change.worth, change.probability, change.closes_on)
    return session.execute(query.where(is_open, change.dossier_id.in_(not_ended)).with_only_columns(*columns)).all()


def _last_changes(asked_by: Collaborator, *, before: datetime | None = None) -> Select[OpportunityChange]:
    """Of each opportunity that they may see its last change (before a midnight), with its dossier."""
    later = aliased(OpportunityChange)
    is_later = (later.at > OpportunityChange.at) | (
        (later.at == OpportunityChange.at) & (later.id > OpportunityChange.id)
    )
    superseded = exists().where(later.dossier_id == OpportunityChange.dossier_id, is_later)
    query = select(OpportunityChange).join(Dossier, Dossier.id == OpportunityChange.dossier_id)
    query = query.where(Dossier.deleted_at.is_(None), is_seen(asked_by))
    if before is not None:
        superseded = superseded.where(later.at < before)
        earlier = aliased(OpportunityChange)
        same = earlier.dossier_id == OpportunityChange.dossier_id
        is_first = ~exists().where(same, earlier.id < OpportunityChange.id)
        was_opened = and_(Opportunity.opened_on < before.date(), is_first)
        query = query.join(Opportunity, Opportunity.dossier_id == OpportunityChange.dossier_id)
        query = query.where(or_(OpportunityChange.at < before, was_opened))
    return query.where(~superseded).order_by(OpportunityChange.dossier_id)


def _people(session: Session, ids: Iterable[int]) -> Sequence[Collaborator]:
    return session.scalars(select(Collaborator).where(Collaborator.id.in_(set(ids)))).all()


def _order(line: ForecastLine) -> tuple[bool, date, str, int, str]:
    return line.month_on is None, line.month_on or date.min, line.owner.name.casefold(), line.owner.id, line.currency
