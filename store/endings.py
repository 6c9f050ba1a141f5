"""How an action ends, done, cancelled or deleted, and how that is taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from store.action_checks import HEADLINE_LIMIT, NO_HEADLINE, status_meaning
from store.actions import Action, Meaning
from store.base import BookError
from store.carrying import settle_points
from store.collaborators import Collaborator
from store.planning import require_editable, require_seen
from store.points import points_typed, put_points
from store.typed import is_seen, line_typed, text_typed


def complete_action(
    session: Session,
    *,
    by: Collaborator,
    action_id: int,
    version: int | None,
    headline: str,
    discussed: str = "",
    report: str = "",
    now: datetime,
) -> Action:
    """Marks it done: its headline is what the history shows, `discussed` are points, one a line.

    Points that were planned and are not among them go on to the next action with the relation. Raises BookError at
    `headline` without one, at `discussed` and `report`, NotFound, ChangedMeanwhile.
    """
    action = require_editable(session, action_id, by=by)
    action.expect_version(version)
    action.headline = line_typed(headline, field="headline", limit=HEADLINE_LIMIT)
    if not is_seen(action.headline):
        raise BookError(NO_HEADLINE, field="headline")
    action.report = text_typed(report, field="report")
    points = points_typed(text_typed(discussed, field="discussed"), field="discussed")
    action.status_id, action.changed_at = status_meaning(session, Meaning.DONE).id, now
    session.flush()
    session.expire(action, ["status"])
    put_points(session, action, points_typed(action.points, field="points"), points)
    settle_points(session, action.relation_id)
    return action


def take_completion_back(
    session: Session, *, by: Collaborator, action_id: int, version: int | None, now: datetime
) -> Action:
    """Plans a done action again; what was reported is kept for when it is completed again.

    One that is not done any more stays as somebody made it since. Raises NotFound, and ChangedMeanwhile when somebody
    changed it since it was completed.
    """
    action = require_editable(session, action_id, by=by)
    if action.status.meaning is not Meaning.DONE:
        return action
    action.expect_version(version)
    action.status_id, action.changed_at = status_meaning(session, Meaning.PLANNED).id, now
    session.flush()
    session.expire(action, ["status"])
    settle_points(session, action.relation_id)
    return action


def set_meaning(session: Session, *, by: Collaborator, action_id: int, meaning: Meaning, now: datetime) -> Action:
    """Cancels an action, or takes that back: the status becomes the first of the list with this meaning."""
    action = require_editable(session, action_id, by=by)
    if action.status.meaning is not meaning:
        action.status_id, action.changed_at = status_meaning(session, meaning).id, now
        action.sequence += 1
        session.flush()
        session.expire(action, ["status"])
        settle_points(session, action.relation_id)
    return action


def take_cancelling_back(session: Session, *, by: Collaborator, action_id: int, now: datetime) -> Action:
    """Plans a cancelled action again; one that is no longer cancelled stays as somebody made it since."""
    action = require_editable(session, action_id, by=by)
    if action.status.meaning is not Meaning.CANCELLED:
        return action
    return set_meaning(session, by=by, action_id=action_id, meaning=Meaning.PLANNED, now=now)


def delete_action(session: Session, *, by: Collaborator, action_id: int, now: datetime) -> Action:
    """Out of every list, until `restore_action`. Doing it twice is no error."""
    action = require_seen(session, action_id, by=by)
    if action.deleted_at is None:
        action.deleted_at, action.changed_at = now, now
        action.sequence += 1
        settle_points(session, action.relation_id)
    return action


def restore_action(session: Session, *, by: Collaborator, action_id: int, now: datetime) -> Action:
    action = require_seen(session, action_id, by=by)
    if action.deleted_at is not None:
        action.deleted_at, action.changed_at = None, now
        action.sequence += 1
        settle_points(session, action.relation_id)
    return action
