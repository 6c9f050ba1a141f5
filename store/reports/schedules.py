"""Kept reports that are posted in a Slack channel by the clock: which, where and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, time

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from store.access import require_admin, require_present
from store.audit import Audited
from store.base import BookError, NotFound, Row, Versioned, _
from store.batches import batches
from store.collaborators import Collaborator
from store.reports.kept import KeptReport
from store.reports.timing import Pace, Timing
from store.reports.wishes import Report, Wish


class ReportSchedule(Audited, Versioned, Row):
    """At most one for each kept report. `weekday` and `month_day` as in Timing; the hour is in its owner's zone.

    What was due before `planned_at` is not posted any more. `due_at` is the last moment for which it was handed over,
    `begun_at` when the call to Slack began that posts it, `posted_at` when Slack took it: for
    the moment `posted_for`.
    """

    __tablename__ = "report_schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("kept_report.id"), unique=True)
    channel_id: Mapped[str]
    pace: Mapped[Pace]
    at: Mapped[time]
    weekday: Mapped[int | None]
    month_day: Mapped[int | None]
    planned_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    posted_at: Mapped[datetime | None]
    posted_for: Mapped[datetime | None]
    kept: Mapped[KeptReport] = relationship(lazy="joined", innerjoin=True)

    @property
    def timing(self) -> Timing:
        return Timing(self.pace, self.at, self.weekday, self.month_day)

    @property
    def is_on(self) -> bool:
        return self.paused_at is None and self.stopped_at is None and self.kept.deleted_at is None

    def next_due(self, after: datetime) -> datetime:
        return self.timing.next_due(after, zone=self.kept.owner.zone)


def schedule_report(
    session: Session,
    kept_id: int,
    timing: Timing,
    channel_id: str,
    *,
    by: Collaborator,
    version: int | None = None,
    now: datetime,
) -> ReportSchedule:
    """From the next time that it is due; instead of how it was scheduled before.

    Whether Rapport may post in the channel is the caller's to ask. Raises NotFound for a report that is not their own,
    ChangedMeanwhile, and BookError at `channel`, `weekday` or `month_day`, or for one that no channel is told.
    """
    require_present(by)
    timing.check()
    kept = session.get(KeptReport, kept_id)
    if kept is None or kept.deleted_at is not None or kept.owner_id != by.id:
        raise NotFound
    require_open(kept.wish)
    if not channel_id:
        raise BookError(_("Please fill this in."), field="channel")
    row = schedule_of(session, kept_id)
    if row is not None:
        row.expect_version(version)
    row = row or ReportSchedule(kept_id=kept_id)
    row.kept, row.channel_id = kept, channel_id
    row.pace, row.at, row.weekday, row.month_day = timing.pace, timing.at, timing.weekday, timing.month_day
    row.planned_at, row.paused_at, row.stopped_at = now, None, None
    session.add(row)
    session.flush()
    return row


def require_open(wish: Wish) -> None:
    """Raises BookError at `channel` for what nobody may know but whom it is about: percentages."""
    if wish.report is Report.COMMISSIONS:
        raise BookError(_("Commissions are told to those they are about: no channel reads them."), field="channel")


def schedule_of(session: Session, kept_id: int) -> ReportSchedule | None:
    """Also one that is paused or was stopped. Whoever may see the report may see it."""
    return session.scalars(select(ReportSchedule).where(ReportSchedule.kept_id == kept_id)).one_or_none()


def schedules_of(session: Session, kept_ids: Collection[int]) -> Mapping[int, ReportSchedule]:
    """By the id of the report; without those that were stopped."""
    found: dict[int, ReportSchedule] = {}
    for some in batches(sorted(kept_ids)):
        query = select(ReportSchedule).where(ReportSchedule.kept_id.in_(some), ReportSchedule.stopped_at.is_(None))
        found |= {row.kept_id: row for row in session.scalars(query)}
    return found


def pause_schedule(session: Session, kept_id: int, *, by: Collaborator, now: datetime) -> ReportSchedule:
    """Until `resume_schedule`. Doing it twice is no error. Raises NotFound for one that is not theirs."""
    row = _to_write(session, kept_id, by)
    row.paused_at = row.paused_at or now
    session.flush()
    return row


def resume_schedule(session: Session, kept_id: int, *, by: Collaborator, now: datetime) -> ReportSchedule:
    """From the next time on: what was due meanwhile is not posted. Also takes a stop back. Raises NotFound."""
    row = _to_write(session, kept_id, by)
    if not row.is_on:
        row.paused_at, row.stopped_at, row.planned_at = None, None, now
    session.flush()
    return row


def stop_schedule(session: Session, kept_id: int, *, by: Collaborator, now: datetime) -> ReportSchedule:
    """For good; `resume_schedule` takes it back. Doing it twice is no error. Raises NotFound."""
    row = _to_write(session, kept_id, by)
    row.stopped_at = row.stopped_at or now
    session.flush()
    return row


def take_over(session: Session, schedule_id: int, *, by: Collaborator, now: datetime) -> ReportSchedule:
    """The report of somebody who left becomes the administrator's, and is posted on, with the administrator's rights.

    Raises NotAllowed, NotFound, and BookError when its owner is here or the administrator keeps one of that name.
    """
    require_admin(by)
    row = session.get(ReportSchedule, schedule_id)
    if row is None or row.stopped_at is not None or row.kept.deleted_at is not None:
        raise NotFound
    if row.kept.owner_id != by.id:
        if row.kept.owner.is_active:
            raise BookError(_("{name} is here: this is theirs to change."), name=row.kept.owner.name)
        same = select(KeptReport.id).where(KeptReport.owner_id == by.id, KeptReport.folded == row.kept.folded)
        if session.scalars(same.where(KeptReport.deleted_at.is_(None))).first() is not None:
            raise BookError(_("You keep a report called {name} already: rename it first."), name=row.kept.name)
        row.kept.owner_id = by.id
        session.flush()
        session.expire(row.kept, ["owner"])
    row.paused_at, row.planned_at = None, now
    session.flush()
    return row


def _to_write(session: Session, kept_id: int, by: Collaborator) -> ReportSchedule:
    require_present(by)
    row = schedule_of(session, kept_id)
    if row is None or not (row.kept.owner_id == by.id or (row.kept.is_shared and by.is_admin)):
        raise NotFound
    return row
