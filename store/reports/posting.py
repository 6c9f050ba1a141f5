"""Posting scheduled reports by the clock: each once for every time that it is due, late after a stop, never doubled.

The report is computed when it is posted, with its owner's rights at that moment. That a call is about to be made is
committed before it: what a crash leaves in doubt is told to the owner and never posted a second time by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store.access import require_present
from store.base import NotFound
from store.collaborators import Collaborator
from store.outbox import put_in_outbox, slack_lane
from store.reports.schedules import ReportSchedule

POSTED = "report_post"
"""The notice that posts one; its content has `schedule_id` and `due_at`."""
TROUBLE = "report_trouble"
"""The notice that tells somebody why one was not posted: `schedule_id`, `due_at` and `trouble`, a Trouble or a text."""


class Trouble(StrEnum):
    """Why a report did not reach its channel."""

    NOT_THERE = "not_there"
    """Rapport is not in the channel, or the channel is gone."""
    SHARED = "shared"
    """People of other organisations read the channel."""
    REFUSED = "refused"
    """The book does not make this report for its owner any more."""
    IN_DOUBT = "in_doubt"
    """Rapport stopped while it was posting: nobody knows whether it stands there."""
    OWNER_LEFT = "owner_left"


def live_schedules(session: Session) -> Sequence[int]:
    """Ids of all that are neither paused nor stopped."""
    query = select(ReportSchedule.id).where(ReportSchedule.paused_at.is_(None), ReportSchedule.stopped_at.is_(None))
    return session.scalars(query.order_by(ReportSchedule.id)).all()


def is_due(session: Session, schedule_id: int, *, now: datetime) -> bool:
    """Whether it is to be posted now, late or not."""
    row = session.get(ReportSchedule, schedule_id)
    return row is not None and _due(row, now) is not None


def hand_over(session: Session, schedule_id: int, *, now: datetime) -> bool:
    """Puts it on its way for the last time that it was due; those missed before are not made up for.

    False when it is not due, and for somebody who left: then it is paused, and the administrators are told.
    """
    row = session.get(ReportSchedule, schedule_id, with_for_update={"of": ReportSchedule}, populate_existing=True)
    due_at = _due(row, now) if row is not None else None
    if row is None or due_at is None:
        return False
    if not row.kept.owner.is_active:
        _end_for_who_left(session, row, due_at, now)
        return False
    content = {"notice": POSTED, "schedule_id": row.id, "due_at": due_at.isoformat()}
    _note(session, row.id, due_at=due_at, begun_at=None)
    key = f"report/{row.id}/{due_at.isoformat()}"
    return put_in_outbox(session, kind="notice", key=key, lane=f"report:{row.id}", content=content, now=now) is not None


def _due(row: ReportSchedule, now: datetime) -> datetime | None:
    """The moment for which it is still to be posted."""
    if not row.is_on:
        return None
    due_at = row.timing.last_due(now, zone=row.kept.owner.zone)
    return due_at if due_at > max(row.planned_at, row.due_at or row.planned_at) else None


def begin(session: Session, schedule_id: int, *, due_at: datetime, now: datetime) -> Trouble | None:
    """To be committed before Slack is called. Trouble.IN_DOUBT when the call was begun before and never settled.

    Raises NotFound when it is not to be posted any more: paused, stopped, due again since.
    """
    row = session.get(ReportSchedule, schedule_id, with_for_update={"of": ReportSchedule}, populate_existing=True)
    if row is None or not row.is_on or row.due_at != due_at or row.posted_for == due_at:
        raise NotFound
    if not row.kept.owner.is_active:
        _end_for_who_left(session, row, due_at, now)
        raise NotFound
    if row.begun_at is not None:
        return Trouble.IN_DOUBT
    _note(session, schedule_id, begun_at=now)
    return None


def not_sent(session: Session, schedule_id: int) -> None:
    """The call did not reach Slack, or Slack asked to try again: the next try is a first one."""
    _note(session, schedule_id, begun_at=None)


def sent(session: Session, schedule_id: int, *, due_at: datetime, now: datetime) -> None:
    """It stands there for the time `due_at`; the next may have come meanwhile, and is still to be posted."""
    _note(session, schedule_id, posted_at=now, posted_for=due_at)


def give_up(
    session: Session, schedule_id: int, trouble: Trouble, *, due_at: datetime, reason: str = "", now: datetime
) -> None:
    """Not for this time: its owner is told why, and gets the report. `reason` is a sentence for Trouble.REFUSED."""
    row = session.get_one(ReportSchedule, schedule_id)
    content = {
        "notice": TROUBLE, "collaborator_id": row.kept.owner_id, "schedule_id": row.id, "due_at": due_at.isoformat(),
        "trouble": trouble.value, "reason": reason,
    }  # fmt: skip
    key, lane = f"report-trouble/{row.id}/{due_at.isoformat()}/{now.isoformat()}", slack_lane(row.kept.owner_id)
    put_in_outbox(session, kind="notice", key=key, lane=lane, content=content, now=now)


def lose_post(session: Session, content: Mapping[str, Any], *, now: datetime) -> None:
    """What was put on its way with this content is given up: its owner is told, as of one that is in doubt."""
    if session.get(ReportSchedule, content["schedule_id"]) is not None:
        due_at = datetime.fromisoformat(content["due_at"])
        give_up(session, content["schedule_id"], Trouble.IN_DOUBT, due_at=due_at, now=now)


def post_again(session: Session, schedule_id: int, *, by: Collaborator, now: datetime) -> ReportSchedule:
    """At once, for the time that failed. Raises NotFound for one that is not theirs, or was paused or stopped."""
    require_present(by)
    row = session.get(ReportSchedule, schedule_id)
    if row is None or row.kept.owner_id != by.id or not row.is_on:
        raise NotFound
    due_at = row.due_at or now
    _note(session, row.id, due_at=due_at, begun_at=None, posted_for=None)
    content = {"notice": POSTED, "schedule_id": row.id, "due_at": due_at.isoformat()}
    key = f"report/{row.id}/{due_at.isoformat()}/again/{now.isoformat()}"
    put_in_outbox(session, kind="notice", key=key, lane=f"report:{row.id}", content=content, now=now)
    return row


def _end_for_who_left(session: Session, row: ReportSchedule, due_at: datetime, now: datetime) -> None:
    """Paused, and the administrators are told."""
    row.paused_at = now
    session.flush()
    here = (Collaborator.is_active, Collaborator.is_admin, Collaborator.slack_user_id.is_not(None))
    for admin_id in session.scalars(select(Collaborator.id).where(*here)):
        content = {
            "notice": TROUBLE, "collaborator_id": admin_id, "schedule_id": row.id, "due_at": due_at.isoformat(),
            "trouble": Trouble.OWNER_LEFT.value,
        }  # fmt: skip
        key = f"report-orphan/{row.id}/{due_at.isoformat()}/{admin_id}"
        put_in_outbox(session, kind="notice", key=key, lane=slack_lane(admin_id), content=content, now=now)


def _note(session: Session, schedule_id: int, **values: datetime | None) -> None:
    """What the clock did: without a new version, which the form of somebody who is changing it would trip over."""
    session.execute(update(ReportSchedule).where(ReportSchedule.id == schedule_id).values(**values))
