"""Who is told that they represent the office somewhere, or no longer do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.involvements.model import InvolvementCategory
from store.involvements.rules import Part
from store.outbox import put_in_outbox, slack_lane
from store.relations import Relation

Parts = Mapping[int, Sequence[Part]]


def tell_representatives(
    session: Session,
    relation: Relation,
    before: Parts,
    after: Parts,
    *,
    dossier_id: int | None,
    by: Collaborator,
    now: datetime,
) -> None:
    """A notice to each whose time as representative begins anew or got an end, but not to who did it."""
    today = by.day_of(now)
    filling = select(InvolvementCategory.id).where(InvolvementCategory.fills_representative)
    for category_id in session.scalars(filling):
        was, has = _times(before.get(category_id, ()), today), _times(after.get(category_id, ()), today)
        for collaborator_id, news in _news(was, has):
            if collaborator_id != by.id:
                put_in_outbox(
                    session,
                    kind="notice",
                    key=f"representative/{relation.id}/{relation.version}/{collaborator_id}",
                    lane=slack_lane(collaborator_id),
                    content={
                        "notice": "representative",
                        "collaborator_id": collaborator_id,
                        "relation_id": relation.id,
                        "dossier_id": dossier_id,
                        "by_id": by.id,
                        **news,
                    },
                    now=now,
                )


def _times(parts: Sequence[Part], today: date) -> dict[int, tuple[date, date]]:
    """First and last day, by collaborator, of what is not over yet."""
    times: dict[int, tuple[date, date]] = {}
    for part in parts:
        if part.last_on >= today:
            first, last = times.get(part.collaborator_id, (part.since_on, part.last_on))
            times[part.collaborator_id] = min(first, part.since_on), max(last, part.last_on)
    return times


def _news(
    was: Mapping[int, tuple[date, date]], has: Mapping[int, tuple[date, date]]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """`since_on` for who begins; `until_on` for who ends on a day to come, None for who is no longer there."""
    for one, (first, _last) in has.items():
        if one not in was:
            yield one, {"since_on": first.isoformat()}
    for one, (_first, last) in was.items():
        if one not in has:
            yield one, {"until_on": None}
        elif has[one][1] < last and last == date.max:
            yield one, {"until_on": has[one][1].isoformat()}
