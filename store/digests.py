"""The morning digest: at which hour somebody wants it, and that it is said once a day."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import access
from store.collaborators import Collaborator
from store.outbox import Outgoing, put_in_outbox, slack_lane


def choose_digest(session: Session, *, by: Collaborator, at: time | None) -> None:
    """One's own hour, in one's own zone; None for no digest."""
    access.require_present(by)
    session.get_one(Collaborator, by.id).digest_time = at
    session.flush()


def digest_due_at(one: Collaborator, now: datetime) -> datetime | None:
    """Today's moment in the collaborator's zone; None for who wants none, and on the day that they came."""
    if one.digest_time is None:
        return None
    zone = ZoneInfo(one.zone)
    due_at = datetime.combine(now.astimezone(zone).date(), one.digest_time, zone)
    return due_at if one.created_at <= due_at else None


def wanting_digests(session: Session) -> list[int]:
    """Ids of whoever is here, in Slack, and wants one."""
    wanted = (Collaborator.is_active, Collaborator.slack_user_id.is_not(None), Collaborator.digest_time.is_not(None))
    return list(session.scalars(select(Collaborator.id).where(*wanted).order_by(Collaborator.id)))


def is_digest_due(session: Session, collaborator_id: int, *, now: datetime) -> bool:
    one = session.get_one(Collaborator, collaborator_id)
    due_at = digest_due_at(one, now)
    if due_at is None or due_at > now:
        return False
    return session.scalar(select(Outgoing.id).where(Outgoing.key == _key(one, due_at))) is None


def send_digest(session: Session, collaborator_id: int, *, now: datetime) -> bool:
    """Puts it on its way; what it says is read when it is said. False when it is not due, or was sent today."""
    one = session.get(Collaborator, collaborator_id, with_for_update={"of": Collaborator}, populate_existing=True)
    due_at = digest_due_at(one, now) if one is not None and one.is_active else None
    if one is None or due_at is None or due_at > now:
        return False
    content = {"notice": "digest", "collaborator_id": one.id, "due_at": due_at.isoformat()}
    lane = slack_lane(one.id)
    sent = put_in_outbox(session, kind="notice", key=_key(one, due_at), lane=lane, content=content, now=now)
    return sent is not None


def _key(one: Collaborator, due_at: datetime) -> str:
    return f"digest/{one.id}/{due_at.date()}"
