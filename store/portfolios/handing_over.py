"""Handing a portfolio over in one transaction, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from store.access import require_active, require_admin
from store.actions import Action, Participant, ParticipantRole
from store.base import BookError, NotFound, _
from store.batches import batches
from store.collaborators import Collaborator
from store.domain import line
from store.inviting import MailNews, invite
from store.involvements import File, Involvement, InvolvementCategory
from store.involvements.changes import are_untouched, saving
from store.involvements.timeline import Share, handed_over
from store.outbox import put_in_outbox, slack_lane
from store.portfolios.model import Handover
from store.portfolios.planning import Left, Plan, Wish, actions_along, plan_handover
from store.recurring import split_series
from store.relations import Relation
from store.scopes import in_scope
from store.series import rule_of


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was done, and which mails are on their way."""

    handover: Handover
    plan: Plan
    mails: tuple[MailNews, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """How many files and actions are as before, and which files and how many actions were changed since and stay."""

    handover: Handover
    files: int
    actions: int
    files_left: Sequence[str]
    actions_left: int
    mails: tuple[MailNews, ...]


def hand_over(session: Session, wish: Wish, *, by: Collaborator, now: datetime) -> HandedOver:
    """Splits the giver's involvements at the day and moves their open actions; what was before that day stays.

    Tells both, but not who did it. A file that the book refuses stays, and is among the plan's `left`. Raises as
    `plan_handover`, and BookError when nothing would move or no file can.
    """
    plan = plan_handover(session, wish, by=by, now=now)
    if not plan.files and not plan.actions:
        raise BookError(_("Nothing would move: {name} has no such file from that day on."), name=plan.giver.name)
    plan, rows = _move_files(session, plan, wish, by, now)
    plan, split = _with_series_split(session, plan, wish, now)
    actions, mails = _move_all(session, plan, split, wish, now)
    handover = Handover(
        giver_id=wish.giver_id,
        taker_id=wish.taker_id,
        by_id=by.id,
        from_on=wish.from_on,
        tells_guests=wish.tells_guests,
        made_at=now,
        rows=rows,
        actions=actions,
    )
    session.add(handover)
    session.flush()
    _tell_both(session, handover, plan.giver, plan.taker, by=by, now=now)
    return HandedOver(handover, plan, mails)


def undo_handover(session: Session, handover_id: int, *, by: Collaborator, now: datetime) -> Undone:
    """Takes back what nobody touched since; a second time changes nothing.

    Guests who were told get a mail again. Raises NotFound, NotAllowed for who neither did it nor is an administrator,
    and BookError when the giver has left.
    """
    require_active(by)
    handover = session.get(Handover, handover_id, with_for_update=True)
    if handover is None:
        raise NotFound
    if handover.by_id != by.id:
        require_admin(by)
    if handover.undone_at is not None:
        return Undone(handover, 0, 0, (), 0, ())
    giver, taker = (session.get_one(Collaborator, one) for one in (handover.giver_id, handover.taker_id))
    if not giver.is_active:
        raise BookError(_("{name} has left the office. Hand the files over to somebody else instead."), name=giver.name)
    files, left = _undo_files(session, handover, by, now)
    actions, actions_left, mails = _undo_actions(session, handover, now)
    handover.undone_at = now
    session.flush()
    _tell_both(session, handover, giver, taker, by=by, now=now)
    return Undone(handover, files, actions, left, actions_left, mails)


def handover_seen_by(session: Session, handover_id: int, *, asked_by: Collaborator) -> Handover | None:
    """None for who has no part in it and is no administrator."""
    handover = session.get(Handover, handover_id)
    if handover is None or not asked_by.is_active:
        return None
    parties = (handover.giver_id, handover.taker_id, handover.by_id)
    return handover if asked_by.is_admin or asked_by.id in parties else None


def files_handed_over(session: Session, handover: Handover, *, asked_by: Collaborator) -> Sequence[Relation]:
    """By name; those that `asked_by` may see."""
    ids = select(Involvement.relation_id).where(Involvement.id.in_([int(row_id) for row_id in handover.rows]))
    query = select(Relation).where(Relation.id.in_(ids), in_scope(Relation.id, asked_by=asked_by))
    return session.scalars(query.order_by(Relation.folded, Relation.id)).all()


def _move_files(
    session: Session, plan: Plan, wish: Wish, by: Collaborator, now: datetime
) -> tuple[Plan, dict[str, Any]]:
    """The plan as it came out, and the rows that were changed: one file that the book refuses holds up no other."""
    moved, left, rows = [], [*plan.left], dict[str, Any]()
    taker = Share(plan.taker.id, plan.taker.name)
    for file, category_ids in plan.files:
        try:
            save = saving(session, file.relation.id, dossier_id=file.dossier_id, by=by, now=now)
            for category_id in category_ids:
                parts = handed_over(save.parts_in(category_id), giver_id=wish.giver_id, taker=taker, on=wish.from_on)
                save.put(line(session, InvolvementCategory, category_id), parts)
            save.finish(tells=False)
        except BookError as error:
            left.append(Left(file, error))
        else:
            moved.append((file, category_ids))
            rows |= save.changed_rows()
    if len(moved) == len(plan.files):
        return plan, rows
    if not moved:
        raise left[-1].error
    actions = actions_along(session, wish, [file for file, _ids in moved], by)
    return replace(plan, files=moved, left=left, actions=actions), rows


def _with_series_split(session: Session, plan: Plan, wish: Wish, now: datetime) -> tuple[Plan, list[Action]]:
    """The plan with what goes on of the series that began before the day, and those series, which end there."""
    split = [one for one in plan.actions if rule_of(one) is not None and one.starts_on < wish.from_on]
    afters = {one.id: split_series(session, one, wish.from_on, now=now) for one in split}
    return replace(plan, actions=[afters.get(one.id, one) for one in plan.actions]), split


def _move_all(
    session: Session, plan: Plan, split: Sequence[Action], wish: Wish, now: datetime
) -> tuple[dict[str, Any], tuple[MailNews, ...]]:
    images = {action.id: _move(session, action, plan.giver.id, plan.taker.id, now) for action in plan.actions}
    mails: list[MailNews] = []
    if wish.tells_guests:
        for action in (*split, *plan.actions):
            mails += invite(session, action, now=now)
        session.flush()
    versions = {action.id: action.version for action in plan.actions}
    return {str(one): {**image, "version": versions[one]} for one, image in images.items()}, tuple(mails)


def _move(session: Session, action: Action, giver_id: int, taker_id: int, now: datetime) -> dict[str, Any]:
    """Returns what was the giver's, and the taker's own part in it until now."""
    image: dict[str, Any] = {"owner": action.owner_id == giver_id, "followed_by": action.followed_by_id == giver_id}
    own = next((one for one in action.participants if one.collaborator_id == taker_id), None)
    image["role"] = own.role.value if own and image["owner"] else None
    if image["owner"]:
        action.owner_id = taker_id
        action.sequence += 1  # another organiser (RFC 5546)
        if own:
            action.participants.remove(own)
    if image["followed_by"]:
        action.followed_by_id = taker_id
    _touch(session, action, now)
    return image


def _touch(session: Session, action: Action, now: datetime) -> None:
    action.changed_at = now
    flag_modified(action, "changed_at")
    session.flush()
    session.expire(action, ["owner"])


def _undo_files(session: Session, handover: Handover, by: Collaborator, now: datetime) -> tuple[int, list[str]]:
    undone, left = 0, []
    ids = [int(row_id) for row_id in handover.rows]
    by_file: dict[File, dict[str, Any]] = {}
    for some in batches(ids):
        query = select(Involvement).where(Involvement.id.in_(some)).order_by(Involvement.id)
        for row in session.scalars(query):
            by_file.setdefault(row.file, {})[str(row.id)] = handover.rows[str(row.id)]
    for file, rows in by_file.items():
        if _is_put_back(session, file, rows, by, now):
            undone += 1
        else:
            left.append(file.name)
    return undone, left


def _is_put_back(session: Session, file: File, rows: Mapping[str, Any], by: Collaborator, now: datetime) -> bool:
    if not are_untouched(session, rows):
        return False
    try:
        save = saving(session, file.relation.id, dossier_id=file.dossier_id, by=by, now=now)
        save.put_back({row_id: step["before"] for row_id, step in rows.items()})
        save.finish(tells=False)
    except BookError:  # deleted, settled, or against the rules by what others have there since
        return False
    return True


def _undo_actions(session: Session, handover: Handover, now: datetime) -> tuple[int, int, tuple[MailNews, ...]]:
    undone: int = 0
    mails: list[MailNews] = []
    for action_id, image in handover.actions.items():
        action = session.get(Action, int(action_id))
        if action is not None and action.version == image["version"]:
            _give_back(session, action, handover, image, now)
            undone += 1
            mails += invite(session, action, now=now) if handover.tells_guests else ()
    return undone, len(handover.actions) - undone, tuple(mails)


def _give_back(session: Session, action: Action, handover: Handover, image: Mapping[str, Any], now: datetime) -> None:
    if image["owner"]:
        action.owner_id = handover.giver_id
        action.sequence += 1
    if image["followed_by"]:
        action.followed_by_id = handover.giver_id
    if image["role"]:
        role = ParticipantRole(image["role"])
        action.participants.append(Participant(collaborator_id=handover.taker_id, role=role))
    _touch(session, action, now)


def _tell_both(
    session: Session, handover: Handover, giver: Collaborator, taker: Collaborator, *, by: Collaborator, now: datetime
) -> None:
    for one in (giver, taker):
        if one.id != by.id and one.is_active:
            deed = "undone" if handover.undone_at else "done"
            put_in_outbox(
                session,
                kind="notice",
                key=f"handover/{handover.id}/{deed}/{one.id}",
                lane=slack_lane(one.id),
                content={"notice": "handover", "collaborator_id": one.id, "handover_id": handover.id, "deed": deed},
                now=now,
            )
