"""What a handover would move, decided before anything is saved: the form shows it, the save does the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from store import access
from store.access import require_active
from store.actions import Action, ActionStatus, Meaning
from store.addresses import PostalAddress
from store.base import BookError, NotAllowed, NotFound, _
from store.batches import batches
from store.collaborators import Collaborator
from store.involvements import File, Involvement, knows_all_shares, locked_until
from store.involvements.images import part_of
from store.involvements.rules import Part, changes_locked, check_parts
from store.involvements.saving import checked_commission, keeps_shares
from store.involvements.timeline import Share, handed_over
from store.relations import Relation
from store.scopes import in_scope
from store.series import ActionSeries, is_whole_series
from store.words import fold


class WhichActions(StrEnum):
    """Which of the giver's open actions from the day on go along."""

    OF_FILES = "of_files"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Wish:
    """Who hands over to whom, from which day on.

    `category_ids` None stands for all; `matching` is part of a file's name, town or postal code, "" for every file.
    `tells_guests`: who was invited by the giver gets a mail from the taker.
    """

    giver_id: int
    taker_id: int
    from_on: date
    category_ids: frozenset[int] | None = None
    matching: str = ""
    actions: WhichActions = WhichActions.OF_FILES
    tells_guests: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """A file that stays as it is, and why."""

    file: File
    error: BookError


@dataclass(frozen=True, slots=True)
class Plan:
    """`files` by name, each with the ids of the categories that change hands there; `actions` by start."""

    giver: Collaborator
    taker: Collaborator
    files: Sequence[tuple[File, tuple[int, ...]]]
    actions: Sequence[Action]
    left: Sequence[Left]


def plan_handover(session: Session, wish: Wish, *, by: Collaborator, now: datetime) -> Plan:
    """Of what is private only what `by` may see moves; what saving would refuse is among `left`.

    Raises NotAllowed for another's portfolio unless `by` is an administrator, NotFound, BookError at `giver_id` or
    `taker_id`.
    """
    giver, taker = _parties(session, wish, by)
    rows = _rows(session, wish, by)
    files, left = _files(session, wish, taker, rows, by, by.day_of(now))
    actions = actions_along(session, wish, [file for file, _ids in files], by)
    return Plan(giver, taker, files, actions, left)


def _parties(session: Session, wish: Wish, by: Collaborator) -> tuple[Collaborator, Collaborator]:
    require_active(by)
    giver, taker = session.get(Collaborator, wish.giver_id), session.get(Collaborator, wish.taker_id)
    if giver is None or taker is None:
        raise NotFound(field="giver_id" if giver is None else "taker_id")
    if giver.id == taker.id:
        raise BookError(_("Choose somebody else to take over."), field="taker_id")
    if not taker.is_active:
        raise BookError(_("This collaborator has left. Choose somebody else."), field="taker_id")
    if by.id != giver.id and not by.is_admin:
        raise NotAllowed(_("Only an administrator hands over what is a colleague’s."))
    return giver, taker


def _rows(session: Session, wish: Wish, by: Collaborator) -> dict[File, list[Involvement]]:
    """The giver's, by file, the relations by name."""
    query = select(Involvement).join(Involvement.relation).where(
        Involvement.collaborator_id == wish.giver_id,
        Involvement.deleted_at.is_(None),
        or_(Involvement.until_on.is_(None), Involvement.until_on >= wish.from_on),
        Relation.deleted_at.is_(None),
        in_scope(Relation.id, asked_by=by),
    )  # fmt: skip
    if wish.category_ids is not None:
        query = query.where(Involvement.category_id.in_(wish.category_ids))
    if wanted := fold(wish.matching.strip()):
        query = query.where(_matches(wanted))
    found: dict[File, list[Involvement]] = {}
    order = Relation.folded, Relation.id, func.coalesce(Involvement.dossier_id, 0), Involvement.id
    for row in session.scalars(query.order_by(*order)):
        found.setdefault(row.file, []).append(row)
    return found


def _matches(wanted: str) -> ColumnElement[bool]:
    in_address = exists().where(
        PostalAddress.relation_id == Relation.id,
        or_(PostalAddress.town.icontains(wanted, autoescape=True), PostalAddress.postal_code.startswith(wanted)),
    )
    return or_(Relation.folded.contains(wanted, autoescape=True), in_address)


def _files(
    session: Session,
    wish: Wish,
    taker: Collaborator,
    rows: dict[File, list[Involvement]],
    by: Collaborator,
    today: date,
) -> tuple[list[tuple[File, tuple[int, ...]]], list[Left]]:
    files, left = [], []
    parts, settled_until = _all_parts(session, list(rows)), locked_until(session)
    for file, given in rows.items():
        category_ids = tuple(sorted({row.category_id for row in given}))
        try:
            for row in {row.category_id: row for row in given}.values():
                before = parts[file.relation.id, file.dossier_id, row.category_id]
                after = _check(row, before, wish, taker, settled_until)
                if not keeps_shares(before, after) and not _knows_shares(session, file, by, today):
                    text = _("Percentages of this file are changed by an administrator, or by whoever has one on it.")
                    raise BookError(text, field="commission")
        except BookError as error:
            may_know = "shares" not in error.values or _knows_shares(session, file, by, today)
            left.append(Left(file, error if may_know else _without_shares()))
        else:
            files.append((file, category_ids))
    return files, left


def _knows_shares(session: Session, file: File, by: Collaborator, today: date) -> bool:
    return knows_all_shares(session, file.relation.id, dossier_id=file.dossier_id, asked_by=by, today=today)


def _without_shares() -> BookError:
    return BookError(_("The percentages there would not add up."))


def _all_parts(session: Session, files: Sequence[File]) -> dict[tuple[int, int | None, int], list[Part]]:
    """Everybody's, by relation, dossier and category."""
    found: dict[tuple[int, int | None, int], list[Part]] = {}
    ids = sorted({file.relation.id for file in files})
    for some in batches(ids):
        query = select(Involvement).where(Involvement.relation_id.in_(some), Involvement.deleted_at.is_(None))
        for row in session.scalars(query.order_by(Involvement.since_on, Involvement.id)):
            found.setdefault((row.relation_id, row.dossier_id, row.category_id), []).append(part_of(row))
    return found


def _check(
    row: Involvement, parts: Sequence[Part], wish: Wish, taker: Collaborator, settled: date | None
) -> list[Part]:
    after = handed_over(parts, giver_id=wish.giver_id, taker=Share(taker.id, taker.name), on=wish.from_on)
    category = row.category
    for part in after:
        checked_commission(part.commission, category)
    check_parts(parts, after, rule=category.commission_rule, is_single=category.is_single)
    if any(part.commission is not None and part.commission > 100 for part in after):
        raise BookError(_("{name} would hold more than 100%."), name=taker.name)
    if settled and changes_locked(parts, after, locked_until=settled):
        raise BookError(_("Commissions are settled up to {day}: choose a later day."), field="from_on", day=settled)
    return after


def actions_along(session: Session, wish: Wish, files: Sequence[File], by: Collaborator) -> Sequence[Action]:
    """Those that move with these files, with the series that began before the day and go on: they are split there."""
    if wish.actions is WhichActions.NONE:
        return []
    goes_on = and_(is_whole_series(), ActionSeries.ends_on.is_(None) | (ActionSeries.ends_on >= wish.from_on))
    query = (
        select(Action)
        .join(ActionStatus, ActionStatus.id == Action.status_id)
        .outerjoin(ActionSeries, ActionSeries.id == Action.series_id)
        .where(
            or_(Action.owner_id == wish.giver_id, Action.followed_by_id == wish.giver_id),
            Action.deleted_at.is_(None),
            or_(Action.starts_on >= wish.from_on, goes_on),
            ActionStatus.meaning == Meaning.PLANNED,
            access.visible(Action, asked_by=by),
        )
        .options(selectinload(Action.participants))
        .order_by(Action.sort_at, Action.id)
    )
    found = session.scalars(query).unique().all()
    if wish.actions is WhichActions.OF_FILES:
        relation_ids = {file.relation.id for file in files if file.dossier is None}
        dossier_ids = {file.dossier_id for file in files if file.dossier}
        return [one for one in found if one.relation_id in relation_ids or one.dossier_id in dossier_ids]
    return found
