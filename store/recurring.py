"""One occurrence of a series, this and the following ones, or all of them: opened, changed and ended.

What happened keeps what was written about it: a change never reaches back. "All" changes what is still to come.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from store import access
from store.action_facts import ActionFacts, facts_of
from store.actions import Action
from store.base import NotFound, _
from store.collaborators import Collaborator
from store.invited_times import carry_invitations
from store.occurrence_rows import follow, is_pristine, kept_from, rows_from
from store.planning import add_action, edit_action, new_uid, plan_action, require_editable, require_seen
from store.series import ActionSeries, Recurrence, is_whole_series, moved, put_rule, require_occurrence

MOST_TRIED = 20


@dataclass(frozen=True, slots=True)
class Changed:
    """`action` stands for the series as it goes on; the guests of all `concerned` may have to be told."""

    action: Action
    concerned: tuple[Action, ...]


def occurrence_on(session: Session, action_id: int, on: date, *, by: Collaborator, now: datetime) -> Action:
    """The action of one occurrence, given a row when somebody first asks for it. Nobody is told of that.

    Raises NotFound when the series has no such date (any more), or this occurrence was deleted.
    """
    row = occurrence_row(session, require_editable(session, action_id, by=by), on, now=now)
    return require_editable(session, row.id, by=by)


def occurrence_row(session: Session, whole: Action, on: date, *, now: datetime) -> Action:
    """The same for who need not ask: an answer of a guest. A deleted one is returned too."""
    series = session.get(ActionSeries, whole.series_id or 0, with_for_update=True)
    if series is None or whole.recurs_on is not None:
        raise NotFound(_("This series no longer takes place on that day."))
    query = select(Action).where(Action.series_id == series.id, Action.recurs_on == on)
    row = session.scalars(query).unique().one_or_none()
    if row is not None:
        return row
    occurrence = require_occurrence(session, whole, on)
    facts = replace(facts_of(whole), when=occurrence.when, recurrence=None)
    row = add_action(session, facts, uid=whole.uid, created_by_id=whole.created_by_id, now=now, recurs=(series.id, on))
    row.sequence, row.created_at, row.begun_uid = whole.sequence, whole.created_at, whole.begun_uid
    session.flush()
    carry_invitations(session, whole, row)
    return row


def first_time(session: Session, action: Action, *, by: Collaborator, now: datetime) -> Action:
    """The first occurrence that is still there of an action that stands for a series; any other action itself."""
    rule = facts_of(action).recurrence
    if rule is None:
        return action
    for on in rule.first_dates(action.starts_on, MOST_TRIED):
        with suppress(NotFound):
            return occurrence_on(session, action.id, on, by=by, now=now)
    return action


def whole_of(session: Session, action: Action) -> Action | None:
    """The action that stands for the series of this occurrence; None for a single action, and for the whole itself."""
    if action.series_id is None or action.recurs_on is None:
        return None
    query = select(Action).where(is_whole_series(), Action.series_id == action.series_id)
    return session.scalars(query).unique().one_or_none()


def change_following(
    session: Session, *, by: Collaborator, action_id: int, version: int | None, facts: ActionFacts, now: datetime
) -> Changed:
    """This occurrence and those after it, as the facts say: the series ends before it, and another goes on.

    A COUNT that was left as it is counts on. Raises what `edit_action` raises.
    """
    row = require_editable(session, action_id, by=by)
    row.expect_version(version)
    whole, on = _require_whole(session, row, by=by)
    return _change_from(session, whole, on, facts, edited=row, by=by, now=now)


def change_all(
    session: Session, *, by: Collaborator, action_id: int, version: int | None, facts: ActionFacts, now: datetime
) -> Changed:
    """Every occurrence from today on (in the representative's zone); those before stay as they were.

    `facts.when` is that of the occurrence: the others move by as many days. Raises what `edit_action` raises.
    """
    row = require_editable(session, action_id, by=by)
    row.expect_version(version)
    whole, on = _require_whole(session, row, by=by)
    today = now.astimezone(ZoneInfo(whole.zone)).date()
    rule = session.get_one(ActionSeries, whole.series_id).recurrence
    first = next(rule.dates(whole.starts_on, first=max(today, whole.starts_on)), on)
    shifted = replace(facts, when=moved(facts.when, first + (facts.when.starts_on - on)))
    return _change_from(session, whole, first, shifted, edited=row, by=by, now=now)


def split_series(session: Session, whole: Action, on: date, *, now: datetime) -> Action:
    """Makes two of a series that says the same before and after: returns the one that goes on from that day.

    Occurrences keep their rows. Nobody is told.
    """
    rule = facts_of(whole).recurrence
    assert rule is not None, "only a series is split"
    first = next(rule.dates(whole.starts_on, first=on))
    facts = _fitting(replace(facts_of(whole), when=moved(whole.when, first)), whole, first)
    rows = rows_from(session, whole, first)
    _end_before(session, whole, first, now=now)
    after = add_action(session, facts, uid=new_uid(), created_by_id=whole.created_by_id, now=now)
    _go_on(after, whole)
    for row in rows:
        row.series_id, row.uid, row.begun_uid = after.series_id, after.uid, after.begun_uid
    session.flush()
    return after


def ended_before(action: Action) -> tuple[Action, ActionFacts] | None:
    """Of one occurrence: the whole series, and what it says when this is the first time that no longer is.

    None for the first time of all: then nothing is left.
    """
    session, on = object_session(action), action.recurs_on
    whole = whole_of(session, action) if session else None
    if whole is None or on is None or on <= whole.starts_on:
        return None
    facts = facts_of(whole)
    assert facts.recurrence is not None, "it is a series"
    return whole, replace(facts, recurrence=replace(facts.recurrence, count=None, until_on=on - timedelta(days=1)))


def end_series(session: Session, *, by: Collaborator, action_id: int, now: datetime) -> Changed:
    """No occurrence from this one on. What is done of them stays; `resume_series` takes it back."""
    row = require_seen(session, action_id, by=by)
    whole, on = _require_whole(session, row, by=by)
    left = ended_before(row)
    if left is None:
        whole.deleted_at = now
    else:
        put_rule(session, whole, left[1].recurrence, whole.starts_on)
    whole.sequence += 1
    whole.changed_at = now
    gone = [one for one in rows_from(session, whole, on) if is_pristine(session, one, whole)]
    for one in gone:
        one.deleted_at, one.changed_at = now, now
        one.sequence += 1
    session.flush()
    return Changed(whole, (whole, *gone))


def resume_series(
    session: Session, *, by: Collaborator, action_id: int, until_on: date | None, count: int | None, now: datetime
) -> Changed:
    """Takes `end_series` back; `until_on` and `count` are the rule's before.

    Occurrences with a row come back unless the series was changed since.
    """
    whole = require_seen(session, action_id, by=by)
    series = session.get_one(ActionSeries, whole.series_id)
    query = select(Action).where(Action.series_id == series.id, Action.recurs_on.is_not(None))
    back = session.scalars(query.where(Action.deleted_at == whole.changed_at)).unique().all()
    put_rule(session, whole, replace(series.recurrence, until_on=until_on, count=count), whole.starts_on)
    for one in (whole, *back):
        one.deleted_at, one.changed_at = None, now
        one.sequence += 1
    session.flush()
    return Changed(whole, (whole, *back))


def _require_whole(session: Session, row: Action, *, by: Collaborator) -> tuple[Action, date]:
    access.require_active(by)
    whole = whole_of(session, row)
    if whole is None or row.recurs_on is None or whole.deleted_at is not None:
        raise NotFound(_("This series no longer takes place on that day."))
    session.get(ActionSeries, whole.series_id or 0, with_for_update=True)
    return whole, row.recurs_on


def _change_from(
    session: Session,
    whole: Action,
    on: date,
    facts: ActionFacts,
    *,
    edited: Action,
    by: Collaborator,
    now: datetime,
) -> Changed:
    kept = kept_from(session, whole, on, edited=edited)
    if on <= whole.starts_on:
        facts = _fitting(facts, whole, whole.starts_on)
        after = edit_action(session, by=by, action_id=whole.id, version=None, facts=facts, now=now)
    else:
        facts = _fitting(facts, whole, on)
        _end_before(session, whole, on, now=now)
        after = plan_action(session, by=by, facts=facts, now=now, goes_on_from=whole)
        _go_on(after, whole)
    gone, apart = follow(session, kept, after, days=(facts.when.starts_on - on).days, now=now)
    return Changed(after, tuple(dict.fromkeys((whole, *gone, after, *apart))))


def _go_on(after: Action, whole: Action) -> None:
    """Whoever was told of a time while it was the earlier action's knows of it, and it was planned then."""
    after.begun_uid, after.created_at = whole.begun_uid or whole.uid, whole.created_at


def _end_before(session: Session, whole: Action, on: date, *, now: datetime) -> None:
    rule = session.get_one(ActionSeries, whole.series_id).recurrence
    put_rule(session, whole, replace(rule, count=None, until_on=on - timedelta(days=1)), whole.starts_on)
    whole.sequence += 1
    whole.changed_at = now
    session.flush()


def _fitting(facts: ActionFacts, whole: Action, on: date) -> ActionFacts:
    """The facts for a series that goes on from `on`: what is left of its count, the weekday that it was moved to."""
    rule = facts_of(whole).recurrence
    new = facts.recurrence
    if rule is None or new is None:
        return facts
    if new.count is not None and new.count == rule.count:
        new = replace(new, count=rule.count - _number_before(rule, whole.starts_on, on))
    if new.weekdays == rule.weekdays and len(new.weekdays) == 1 and on.weekday() in rule.weekdays:
        new = replace(new, weekdays=frozenset({facts.when.starts_on.weekday()}))
    return replace(facts, recurrence=new)


def _number_before(rule: Recurrence, starts_on: date, on: date) -> int:
    number = 0
    for found in rule.dates(starts_on):
        if found >= on:
            break
        number += 1
    return number
