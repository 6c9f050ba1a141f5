"""How the parts of one category become others from a day on: values in, values out. What was before that day stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from store.involvements.rules import DAY, Part, stretches


@dataclass(frozen=True, slots=True)
class Share:
    """Who shall have a part from a day on, and what comes with it."""

    collaborator_id: int
    name: str
    commission: Decimal | None = None
    is_main: bool = False


def changed_from(parts: Sequence[Part], on: date, wanted: Sequence[Share]) -> list[Part]:
    """From `on` exactly these have a part; one that changes ends the day before and begins anew.

    What begins after `on` was planned apart from this, and stays. A new period ends when the one it follows would have.
    """
    left, changed = list(wanted), []
    for part in parts:
        if not part.is_there(on):
            changed.append(part)
            continue
        share = next((one for one in left if one.collaborator_id == part.collaborator_id), None)
        if share is not None:
            left.remove(share)
        changed += _from_then(part, on, share)
    return [*changed, *(Part(s.collaborator_id, s.name, on, None, s.commission, s.is_main) for s in left)]


def _from_then(part: Part, on: date, share: Share | None) -> list[Part]:
    if share and (share.commission, share.is_main) == (part.commission, part.is_main):
        return [part]
    # Begun that very day: no day remains of it as it was.
    earlier = [replace(part, until_on=on - DAY)] if part.since_on < on else []
    if share is None:
        return earlier
    row_id = None if earlier else part.row_id
    return [
        *earlier,
        replace(part, since_on=on, commission=share.commission, is_main=share.is_main, row_id=row_id),
    ]


def handed_over(parts: Sequence[Part], *, giver_id: int, taker: Share, on: date) -> list[Part]:
    """From `on` the taker has the giver's part beside their own: percentages are added up.

    The giver's part ends the day before. Raises nothing: what comes of it is for `check_parts` to judge.
    """
    given = [replace(p, since_on=max(p.since_on, on)) for p in parts if p.collaborator_id == giver_id]
    given = [part for part in given if part.last_on >= on]
    if not given:
        return list(parts)
    own = [part for part in parts if part.collaborator_id == taker.collaborator_id]
    others = [part for part in parts if part.collaborator_id not in (giver_id, taker.collaborator_id)]
    past = [part for part in parts if part.collaborator_id == giver_id and part.since_on < on]
    kept = [replace(part, until_on=min(part.last_on, on - DAY)) for part in past]
    return [*others, *kept, *_added_up(own, given, taker)]


def _added_up(own: Sequence[Part], given: Sequence[Part], taker: Share) -> list[Part]:
    result: list[Part] = []
    begun = {part.since_on: part.row_id for part in own}
    for first, last in stretches(own, given):
        there = [part for part in (*own, *given) if part.is_there(first)]
        if not there:
            continue
        shares = [part.commission for part in there if part.commission is not None]
        new = Part(
            taker.collaborator_id,
            taker.name,
            first,
            last if last < date.max else None,
            sum(shares, Decimal(0)) if shares else None,
            any(part.is_main for part in there),
            begun.get(first),
        )
        if result and first not in begun and _goes_on(result[-1], new):
            result[-1] = replace(result[-1], until_on=new.until_on)
        else:
            result.append(new)
    return result


def _goes_on(earlier: Part, later: Part) -> bool:
    return earlier.last_on + DAY == later.since_on and earlier.holding == later.holding
