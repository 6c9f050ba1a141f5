"""How an action ends, done, cancelled or deleted, and how that is taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from store.actions import Action, Meaning
from store.base import BookError, _
from store.collaborators import Collaborator
from store.planning import require_editable, require_seen, status_meaning
from store.typed import text_typed


def complete_action(
    session: Session, *, by: Collaborator, action_id: int, version: int | None, report: str, now: datetime
) -> Action:
    """Marks it done with its report, whose first line is what the history shows.

    Raises BookError at `report` without a headline, NotFound, ChangedMeanwhile.
    """
    action = require_editable(session, action_id, by=by)
    action.expect_version(version)
    action.report = text_typed(report, field="report")
    if not action.report:
        raise BookError(_("Say in one line what came out of it: the history shows that line."), field="report")
    action.status_id, action.changed_at = status_meaning(session, Meaning.DONE).id, now
    session.flush()
    session.expire(action, ["status"])
    return action


def set_meaning(session: Session, *, by: Collaborator, action_id: int, meaning: Meaning, now: datetime) -> Action:
    """Cancels an action, or takes that back: the status becomes the first of the list with this meaning."""
    action = require_editable(session, action_id, by=by)
    if action.status.meaning is not meaning:
        action.status_id, action.changed_at = status_meaning(session, meaning).id, now
        action.sequence += 1
        session.flush()
        session.expire(action, ["status"])
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
        session.flush()
    return action


def restore_action(session: Session, *, by: Collaborator, action_id: int, now: datetime) -> Action:
    action = require_seen(session, action_id, by=by)
    if action.deleted_at is not None:
        action.deleted_at, action.changed_at = None, now
        action.sequence += 1
        session.flush()
    return action
