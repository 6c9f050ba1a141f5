"""From an action to a calendar entry: the one place, because the feed (web) and the invitation (job) must agree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.texts import Texts, _
from integrations.calendar.entry import Entry, Moment
from store.actions import Action, Meaning, When
from store.series import PlaceInSeries
from store.snapshots import is_told_private, when_told

ONCE = PlaceInSeries()


def entry_of(action: Action, t: Texts, series: PlaceInSeries = ONCE) -> Entry:
    """As its owner sees it, with everything that a look at the phone before the visit should tell."""
    starts, ends = moments_of(action.when)
    return Entry(
        uid=action.uid,
        sequence=action.sequence,
        stamped_at=action.changed_at,
        created_at=action.created_at,
        changed_at=action.changed_at,
        starts=starts,
        ends=ends,
        title=action.subject,
        place=action.place,
        notes=_notes(action, t),
        is_cancelled=action.deleted_at is not None or action.status.meaning is Meaning.CANCELLED,
        is_private=action.is_private,
        categories=(action.type.label(t.language),),
        rule=series.rule,
        skipped=series.skipped,
        occurrence=series.occurrence,
    )


def entry_told(content: Mapping[str, Any], *, uid: str, sequence: int, stamped_at: datetime, url: str = "") -> Entry:
    """What an invitation mail says, from the snapshot that was kept when it was decided (`store.snapshots`)."""
    starts, ends = moments_of(when_told(content))
    return Entry(
        uid=uid,
        sequence=sequence,
        stamped_at=stamped_at,
        starts=starts,
        ends=ends,
        title=content["subject"],
        place=content["place"],
        notes=content["points"],
        url=url,
        is_private=is_told_private(content),
        rule=content.get("rule", ""),
        skipped=tuple(_start_told(one, content) for one in content.get("skipped", ())),
        occurrence=_start_told(content["occurrence"], content) if content.get("occurrence") else None,
    )


def _start_told(written: str, content: Mapping[str, Any]) -> Moment:
    if "T" not in written:
        return date.fromisoformat(written)
    return datetime.fromisoformat(written).astimezone(ZoneInfo(content["zone"]))


def moments_of(when: When) -> tuple[Moment, Moment]:
    """Dates for whole days, the end being the day after (RFC 5545 3.6.1); else aware datetimes in the action's zone."""
    if when.is_all_day:
        return when.starts_on, when.ends_on + timedelta(days=1)
    return when.starts_at, when.ends_at


def _notes(action: Action, t: Texts) -> str:
    parts = [action.relation.name]
    if action.contact is not None:
        function = f" ({action.contact.function})" if action.contact.function else ""
        parts.append(t(_("With {name}{function}"), name=action.contact.person.name, function=function))
    said = (action.headline, action.discussed, action.report) if action.is_over else (action.points,)
    parts += [text for text in said if text]
    return "\n".join(parts)
