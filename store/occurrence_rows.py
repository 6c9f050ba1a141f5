"""What becomes of the occurrences that have a row when the series behind them changes.

What a row says like its series, it goes on to say like it; what it says of its own, it keeps. What is over, called off
or deleted stays as it was. Each keeps its place in the series: none comes twice, and a deleted one does not come back
unless the series had left its date out since, and has it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store.action_facts import ActionFacts, facts_of
from store.actions import Action, Meaning
from store.documents import DocumentLink
from store.expenses import Expense
from store.invitations import Invitation, InvitationMail
from store.invited_times import tell_anew
from store.planning import put_facts
from store.series import begins_at, moved
from store.snapshots import fingerprint_of, snapshot_of


@dataclass(frozen=True, slots=True)
class Kept:
    """An occurrence before its series changes: `own` are the facts that differ from those of the series.

    Guests know it by `known_as`: UID and RECURRENCE-ID. `is_left_out`: the rule had no such date, and it was deleted.
    """

    row: Action
    own: Mapping[str, Any]
    known_as: tuple[str, date]
    is_left_out: bool


def rows_from(session: Session, whole: Action, on: date) -> Sequence[Action]:
    """The occurrences of that date and later that have a row, be it deleted."""
    query = select(Action).where(Action.series_id == whole.series_id, Action.recurs_on >= on)
    return session.scalars(query.order_by(Action.recurs_on)).unique().all()


def kept_from(session: Session, whole: Action, on: date, *, edited: Action | None = None) -> list[Kept]:
    """Those from that date on. What `edited` said of its own is what the whole series says from now on."""
    rows = rows_from(session, whole, on)
    dates = _dates_in(whole, rows, timedelta())
    left_out = {one.id for one in rows if one.deleted_at is not None and one.id not in dates}
    return [
        Kept(
            one,
            {} if one is edited or one.id in left_out else _own(one, whole),
            _known_as(one, whole),
            one.id in left_out,
        )
        for one in rows
    ]


def is_pristine(session: Session, row: Action, whole: Action) -> bool:
    """Whether the row says nothing else than its series does for that day, and nothing hangs on it."""
    return _is_planned(row) and not _own(row, whole) and not _holds_something(session, row)


def follow(
    session: Session, kept: Sequence[Kept], after: Action, *, days: int, now: datetime
) -> tuple[list[Action], list[Action]]:
    """Takes them over into the series as it goes on, each on its own date or, where that is none, so many days later.

    Returns those that the series no longer has, which are deleted, and those that guests must be told of beside it.
    """
    dates = _dates_in(after, [one.row for one in kept], timedelta(days=days))
    gone: list[Action] = []
    apart: list[Action] = []
    for one in kept:
        row, on = one.row, dates.get(one.row.id)
        if on is not None:
            row.series_id, row.recurs_on, row.uid, row.begun_uid = after.series_id, on, after.uid, after.begun_uid
            row.deleted_at = None if one.is_left_out else row.deleted_at
            says_otherwise = _goes_along(session, one, after, on, now=now)
            is_renamed = _known_as(row, after) != one.known_as
            if says_otherwise and is_renamed:
                tell_anew(session, row)
            if says_otherwise or (not is_renamed and _was_told_apart(session, row)):
                apart.append(row)
        elif _is_planned(row) and not one.own and not _holds_something(session, row):
            row.deleted_at = row.changed_at = now
            row.sequence += 1
            gone.append(row)
    session.flush()
    return gone, apart


def _goes_along(session: Session, one: Kept, after: Action, on: date, *, now: datetime) -> bool:
    """Whether the occurrence tells guests something else than its series does."""
    row = one.row
    if not _is_planned(row):
        return False  # what the guests of the series are told leaves it out
    alike = replace(facts_of(after), when=moved(after.when, on), recurrence=None)
    if not one.own or row.relation_id == after.relation_id:  # its dossier and its contact are those of its relation
        put_facts(session, row, replace(alike, **one.own))
    row.sequence, row.changed_at = max(row.sequence + bool(one.own), after.sequence), now
    return fingerprint_of(snapshot_of(facts_of(row))) != fingerprint_of(snapshot_of(alike))


def _dates_in(after: Action, rows: Sequence[Action], later: timedelta) -> dict[int, date]:
    rule = facts_of(after).recurrence

    def comes(on: date) -> bool:
        return rule is not None and on >= after.starts_on and next(rule.dates(after.starts_on, first=on), None) == on

    found = {one.id: one.recurs_on for one in rows if one.recurs_on is not None and comes(one.recurs_on)}
    for one in rows:
        assert one.recurs_on is not None, "rows of occurrences have a date"
        if one.id not in found and (on := one.recurs_on + later) not in found.values() and comes(on):
            found[one.id] = on
    return found


def _own(row: Action, whole: Action) -> dict[str, Any]:
    assert row.recurs_on is not None, "rows of occurrences have a date"
    expected = replace(facts_of(whole), when=moved(whole.when, row.recurs_on), recurrence=None)
    said, names = facts_of(row), (one.name for one in fields(ActionFacts))
    return {name: getattr(said, name) for name in names if getattr(said, name) != getattr(expected, name)}


def _known_as(row: Action, whole: Action) -> tuple[str, date]:
    assert row.recurs_on is not None, "rows of occurrences have a date"
    return row.uid, begins_at(whole.when, row.recurs_on)


def _is_planned(row: Action) -> bool:
    return row.deleted_at is None and row.status.meaning is Meaning.PLANNED


def _was_told_apart(session: Session, row: Action) -> bool:
    """Whether calendars have it beside its series, and go on showing what they were told of it."""
    query = select(InvitationMail.id).join(Invitation, Invitation.id == InvitationMail.invitation_id)
    return session.scalar(query.where(Invitation.action_id == row.id).limit(1)) is not None


def _holds_something(session: Session, row: Action) -> bool:
    document, expense = (select(one.id).where(one.action_id == row.id) for one in (DocumentLink, Expense))
    return session.scalar(select(or_(document.exists(), expense.exists()))) or False
