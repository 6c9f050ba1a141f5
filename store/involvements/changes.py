"""Changing who has which part in a file: from a day on, as a correction, or at its end."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access import require_active
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.domain import line
from store.dossiers import Dossier, dossier_to_write
from store.involvements.model import Involvement, InvolvementCategory, InvolvementChange
from store.involvements.rules import Part
from store.involvements.saving import Save, Seen
from store.involvements.timeline import Share, changed_from
from store.relations import Relation
from store.scopes import require_in_scope
from store.standing import lock_standing

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has a part in a category, as a form says it."""

    category_id: int
    collaborator_id: int
    commission: Decimal | None = None
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """One period as a correction says it; `row_id` is None for one that was forgotten."""

    row_id: int | None
    collaborator_id: int
    since_on: date
    until_on: date | None = None
    commission: Decimal | None = None
    is_main: bool = False


def involve(
    session: Session,
    *,
    by: Collaborator,
    relation_id: int,
    collaborator_id: int,
    category_id: int,
    since_on: date,
    now: datetime,
    until_on: date | None = None,
    commission: Decimal | None = None,
    is_main: bool = False,
    dossier_id: int | None = None,
) -> Involvement:
    """Adds one beside what is there: on the relation, or on that dossier of it alone.

    Raises NotFound, NotAllowed, and BookError at `collaborator_id` (left, or there already), `commission`, `until_on`,
    `is_main`, `dossier`, or `since_on` (settled).
    """
    save = saving(session, relation_id, dossier_id=dossier_id, by=by, now=now)
    category = line(session, InvolvementCategory, category_id, field="category_id")
    collaborator = _collaborator(session, collaborator_id)
    _check_days(since_on, until_on)
    new = Part(collaborator_id, collaborator.name, since_on, until_on, commission, is_main)
    save.put(category, [*save.parts_in(category_id), new])
    save.finish()
    return save.newest


def change_from(
    session: Session,
    relation_id: int,
    *,
    by: Collaborator,
    on: date,
    holdings: Sequence[Holding],
    now: datetime,
    seen: Seen | None = None,
    within: Collection[int] | None = None,
    dossier_id: int | None = None,
) -> InvolvementChange | None:
    """From `on` exactly these are on the relation, or on that dossier of it. All or nothing.

    Who changes ends the day before, and begins anew.

    `within` are the categories that this is about (None: all); whoever has another one keeps it. Returns the record to
    undo it by, None when nothing changed. Raises as `involve`, with the `category_id` among the error's values;
    ChangedMeanwhile when the form had not `seen` what stands.
    """
    save = saving(session, relation_id, dossier_id=dossier_id, by=by, now=now)
    save.expect(seen)
    _check_days(on, None)
    told = [one for one in save.category_ids if within is None or one in within]
    wanted: dict[int, list[Share]] = {category_id: [] for category_id in told}
    for one in holdings:
        collaborator = _collaborator(session, one.collaborator_id)
        shares = wanted.setdefault(one.category_id, [])
        shares.append(Share(collaborator.id, collaborator.name, one.commission, one.is_main))
    for category_id, shares in wanted.items():
        category = line(session, InvolvementCategory, category_id, field="category_id")
        save.put(category, changed_from(save.parts_in(category_id), on, shares))
    save.finish()
    return save.keep()


def correct_category(
    session: Session,
    relation_id: int,
    category_id: int,
    *,
    by: Collaborator,
    periods: Sequence[Period],
    now: datetime,
    seen: Seen | None = None,
    dossier_id: int | None = None,
) -> InvolvementChange | None:
    """What was entered wrongly: the category's periods become these, also in the past; what is missing was a mistake.

    Returns and raises as `change_from`.
    """
    save = saving(session, relation_id, dossier_id=dossier_id, by=by, now=now)
    save.expect(seen)
    category = line(session, InvolvementCategory, category_id, field="category_id")
    save.put(category, [_part(session, period) for period in periods])
    save.finish()
    return save.keep()


def end_involvement(
    session: Session, involvement_id: int, *, by: Collaborator, on: date, now: datetime, version: int | None = None
) -> InvolvementChange | None:
    """`on` is its last day. Raises NotFound, ChangedMeanwhile, BookError at `until_on` when before its first."""
    row, save = _one(session, involvement_id, by=by, now=now)
    row.expect_version(version)
    parts = save.parts_in(row.category_id)
    save.put(row.category, [replace(part, until_on=on) if part.row_id == row.id else part for part in parts])
    save.finish()
    return save.keep()


def delete_involvement(
    session: Session, involvement_id: int, *, by: Collaborator, now: datetime, version: int | None = None
) -> InvolvementChange | None:
    """Entered by mistake: it never was. Raises NotFound, ChangedMeanwhile, BookError for what is settled."""
    row, save = _one(session, involvement_id, by=by, now=now)
    row.expect_version(version)
    save.put(row.category, [part for part in save.parts_in(row.category_id) if part.row_id != row.id])
    save.finish()
    return save.keep()


def undo_change(session: Session, change_id: int, *, by: Collaborator, now: datetime) -> Involvement:
    """Takes one save back, whole. Returns one that it was about; a second time changes nothing.

    Raises NotFound, BookError when a row was changed since, or when the rules would not allow what stood.
    """
    change = session.get(InvolvementChange, change_id, with_for_update=True)
    if change is None:
        raise NotFound
    row = session.get_one(Involvement, int(next(iter(change.rows))))
    save = saving(session, row.relation_id, dossier_id=row.dossier_id, by=by, now=now)
    if change.undone_at is None:
        if not are_untouched(session, change.rows):
            raise BookError(_("This was changed again since, so it cannot be taken back. Correct it instead."))
        save.put_back({row_id: step["before"] for row_id, step in change.rows.items()})
        save.finish()
        change.undone_at = now
        session.flush()
    return row


def are_untouched(session: Session, rows: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the involvements still have the versions that a save left (`InvolvementChange.rows`)."""
    query = select(Involvement.id, Involvement.version).where(Involvement.id.in_([int(row_id) for row_id in rows]))
    return {str(row_id): version for row_id, version in session.execute(query)} == {
        row_id: step["version"] for row_id, step in rows.items()
    }


def saving(
    session: Session, relation_id: int, *, by: Collaborator, now: datetime, dossier_id: int | None = None
) -> Save:
    """A save on the relation, or on the one that it was merged into, or on a dossier of it.

    Raises NotAllowed, NotFound and BookError at `dossier` for another's.
    """
    require_active(by)
    # Locked, or two who involve the same colleague at the same time would both find nobody there.
    (relation_id,) = lock_standing(session, relation_id)
    relation = session.get(Relation, relation_id)
    if relation is None or relation.deleted_at is not None:
        raise NotFound
    require_in_scope(session, relation_id, by=by)
    return Save(session, relation, _dossier(session, relation_id, dossier_id, by), by=by, now=now)


def _one(session: Session, involvement_id: int, *, by: Collaborator, now: datetime) -> tuple[Involvement, Save]:
    row = session.get(Involvement, involvement_id)
    if row is None or row.deleted_at is not None:
        raise NotFound
    return row, saving(session, row.relation_id, dossier_id=row.dossier_id, by=by, now=now)


def _dossier(session: Session, relation_id: int, dossier_id: int | None, by: Collaborator) -> Dossier | None:
    if dossier_id is None:
        return None
    dossier = dossier_to_write(session, dossier_id, by=by)
    if dossier.relation_id != relation_id:
        raise BookError(_("{reference} belongs to another relation."), field="dossier", reference=dossier.reference)
    return dossier


def _collaborator(session: Session, collaborator_id: int) -> Collaborator:
    collaborator = session.get(Collaborator, collaborator_id)
    if collaborator is None:
        raise NotFound(field="collaborator_id")
    return collaborator


def _part(session: Session, period: Period) -> Part:
    _check_days(period.since_on, period.until_on)
    name = _collaborator(session, period.collaborator_id).name
    return Part(
        period.collaborator_id,
        name,
        period.since_on,
        period.until_on,
        period.commission,
        period.is_main,
        period.row_id,
    )


def _check_days(since_on: date, until_on: date | None) -> None:
    if not all(EARLIEST <= day <= LATEST for day in (since_on, until_on) if day is not None):
        raise BookError(_("Check the year of this day."), field="since_on")
