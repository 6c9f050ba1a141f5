"""What a category allows on one file, decided from values alone.

A change is held against what stood before: it answers for the days that it alters, not for what was there already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from store.base import BookError, _
from store.involvements.model import CommissionRule

ALL = Decimal(100)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part in one category of a file. `row_id` is that of its row, None for one still to be written."""

    collaborator_id: int
    name: str
    since_on: date
    until_on: date | None = None
    commission: Decimal | None = None
    is_main: bool = False
    row_id: int | None = None

    @property
    def last_on(self) -> date:
        return self.until_on or date.max

    def is_there(self, on: date) -> bool:
        return self.since_on <= on <= self.last_on

    @property
    def holding(self) -> tuple[int, Decimal | None, bool]:
        """What of it the rules look at on one day."""
        return self.collaborator_id, self.commission, self.is_main


def stretches(*sides: Sequence[Part]) -> Iterator[tuple[date, date]]:
    """First and last day of each stretch in which nobody comes or goes, from the first part's first day on."""
    parts = [part for side in sides for part in side]
    ends = {part.last_on + DAY for part in parts if part.last_on < date.max}
    firsts = sorted({part.since_on for part in parts} | ends)
    for first, following in zip(firsts, [*firsts, None][1:], strict=True):
        yield first, following - DAY if following else date.max


def check_parts(before: Sequence[Part], after: Sequence[Part], *, rule: CommissionRule, is_single: bool) -> None:
    """Raises BookError at `collaborator_id`, `commission` or `until_on` when the change makes a day that may not be."""
    for part in after:
        if part.last_on < part.since_on:
            raise BookError(_("The last day must not be before the first."), field="until_on")
    for first, _last in stretches(before, after):
        there = [part for part in after if part.is_there(first)]
        if _alike([part for part in before if part.is_there(first)], there):
            continue
        _check_people(there, is_single=is_single)
        _check_total(there, first, rule)


def changes_locked(before: Sequence[Part], after: Sequence[Part], *, locked_until: date) -> bool:
    """Whether a percentage on a day up to and including `locked_until` would be another."""
    return any(
        _shares(before, first) != _shares(after, first)
        for first, _last in stretches(before, after)
        if first <= locked_until
    )


def gaps(parts: Sequence[Part]) -> list[tuple[date, date]]:
    """First and last day of each time between two parts in which nobody had one."""
    return [
        (first, last)
        for first, last in stretches(parts)
        if last < date.max and not any(part.is_there(first) for part in parts)
    ]


def _alike(before: Sequence[Part], after: Sequence[Part]) -> bool:
    return sorted(map(repr, (part.holding for part in before))) == sorted(map(repr, (part.holding for part in after)))


def _shares(parts: Sequence[Part], on: date) -> set[tuple[int, Decimal]]:
    there = (part for part in parts if part.is_there(on))
    return {(part.collaborator_id, part.commission) for part in there if part.commission is not None}


def _check_people(there: Sequence[Part], *, is_single: bool) -> None:
    ids = [part.collaborator_id for part in there]
    for part in there:
        if ids.count(part.collaborator_id) > 1:
            text = _("{collaborator} has this part in the file already.")
            raise BookError(text, field="collaborator_id", collaborator=part.name)
    if is_single and len(there) > 1:
        text = _("Only one person at a time can have this part: {names}.")
        raise BookError(text, field="collaborator_id", names=[part.name for part in there])
    if sum(part.is_main for part in there) > 1:
        text = _("Only one of them can be the main one: {names}.")
        raise BookError(text, field="is_main", names=[part.name for part in there if part.is_main])


def _check_total(there: Sequence[Part], first: date, rule: CommissionRule) -> None:
    shares = [(part.name, part.commission or Decimal(0)) for part in there]
    total = sum((share for _name, share in shares), Decimal(0))
    told = {"day": first, "shares": shares, "total": total}
    if rule is not CommissionRule.FREE and total > ALL:
        text = _("From {day} on: {shares}. Together that is {total}%, {over}% too much.")
        raise BookError(text, field="commission", over=total - ALL, **told)
    if rule is CommissionRule.EXACTLY_100 and there and total != ALL:
        text = _("From {day} on: {shares}. {left}% is left; together it must be 100%.")
        raise BookError(text, field="commission", left=ALL - total, **told)
