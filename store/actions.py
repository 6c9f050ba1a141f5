"""Actions: the visits, calls, meetings and sent documents of the office, planned or done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Numeric, UniqueConstraint, exists
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store import access
from store.action_indexes import ACTION_INDEXES
from store.audit import Audited
from store.base import BookError, Row, Versioned, _
from store.collaborators import Collaborator
from store.contacts import Contact, ContactKind
from store.domain import Listed
from store.linked_addresses import LinkedAddress
from store.relations import Relation
from store.statuses import ActionPriority

LONGEST = timedelta(days=31)
"""So that an agenda knows how far back to look."""


class Meaning(StrEnum):
    """What any status of the office's own list comes down to."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class ActionType(Listed, Row):
    """What an action of this type begins with; `emoji` is a Slack short name, the type's colour.

    `contact_kind` names the kind whose first in rank fills the contact. Completing one proposes an action of type
    `next_type_id`, `next_after_days` later. `reminder_min` is minutes before the start, None for no reminder.
    """

    __tablename__ = "action_type"

    emoji: Mapped[str] = mapped_column(default="")
    duration_min: Mapped[int] = mapped_column(default=60)
    is_all_day: Mapped[bool] = mapped_column(default=True)
    invites: Mapped[bool] = mapped_column(default=True)
    is_private: Mapped[bool] = mapped_column(default=False)
    asks_expenses: Mapped[bool] = mapped_column(default=False)
    reminder_min: Mapped[int | None]
    next_type_id: Mapped[int | None] = mapped_column(ForeignKey("action_type.id"))
    next_after_days: Mapped[int | None]
    contact_kind_id: Mapped[int | None] = mapped_column(ForeignKey(ContactKind.id))


class ActionStatus(Listed, Row):
    __tablename__ = "action_status"

    meaning: Mapped[Meaning]


class ParticipantRole(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"
    INFORMED = "informed"


class Participant(Row):
    """A collaborator or a contact who takes part in an action, and is invited to it."""

    __tablename__ = "participant"
    __table_args__ = (
        CheckConstraint("(collaborator_id IS NULL) <> (contact_id IS NULL)", name="one_person"),
        UniqueConstraint("action_id", "collaborator_id"),
        UniqueConstraint("action_id", "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"), index=True)
    collaborator_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    role: Mapped[ParticipantRole] = mapped_column(default=ParticipantRole.REQUIRED)
    collaborator: Mapped[Collaborator | None] = relationship(lazy="joined")
    contact: Mapped[Contact | None] = relationship(lazy="joined")


class ActionPoint(Audited, Row):
    """One line of an action's report: planned, discussed, or both.

    A planned point that stays open goes on to a later action as a row of its own; `carried_from_id` is the row in which
    it was first written down (`store.points` moves them).
    """

    __tablename__ = "action_point"

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    text: Mapped[str]
    is_planned: Mapped[bool] = mapped_column(default=True)
    is_discussed: Mapped[bool] = mapped_column(default=False)
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("action_point.id"), index=True)
    carried_from: Mapped[ActionPoint | None] = relationship(remote_side="ActionPoint.id")
    action: Mapped[Action] = relationship(back_populates="point_rows")


class Action(Audited, Versioned, access.Guarded, Row):
    """`owner` is the representative, `followed_by` watches over it.

    The wall time in `zone` is the truth; `sort_at` (UTC) follows from it.

    `starts_time` is None for a whole day; then `ends_on` is the last day. `uid` never changes (RFC 5545 3.8.4.7).
    An action with `series_id` stands for a whole series; with `recurs_on` too it is the series' occurrence of that
    date, and has its `uid` (`store.series`). `begun_uid` is "" but where it goes on from another action, under a new
    `uid`: then it is that of the first of them all. `has_expenses`: something was booked on it, also where that was
    removed since; the first expense sets it.
    """

    __tablename__ = "action"
    __table_args__ = (*ACTION_INDEXES, UniqueConstraint("series_id", "recurs_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str]
    series_id: Mapped[int | None] = mapped_column(ForeignKey("action_series.id"))
    recurs_on: Mapped[date | None]
    begun_uid: Mapped[str] = mapped_column(default="")
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"))
    type_id: Mapped[int] = mapped_column(ForeignKey("action_type.id"))
    status_id: Mapped[int] = mapped_column(ForeignKey("action_status.id"))
    followed_by_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"))
    subject: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    headline: Mapped[str] = mapped_column(default="")
    report: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date]
    starts_time: Mapped[time | None]
    ends_on: Mapped[date]
    ends_time: Mapped[time | None]
    zone: Mapped[str]
    sort_at: Mapped[datetime] = mapped_column(index=True)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    priority_id: Mapped[int] = mapped_column(ForeignKey(ActionPriority.id))
    deadline_on: Mapped[date | None]
    linked_kind: Mapped[str] = mapped_column(default="")
    linked_journal: Mapped[str] = mapped_column(default="")
    linked_number: Mapped[str] = mapped_column(default="")
    linked_url: Mapped[str] = mapped_column(default="")
    linked_address_id: Mapped[int | None] = mapped_column(ForeignKey("linked_address.id"))
    is_billable: Mapped[bool] = mapped_column(default=False)
    billed_hours: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    billed_rate: Mapped[Decimal | None]
    billed_currency: Mapped[str] = mapped_column(default="")
    billed_in: Mapped[str] = mapped_column(default="")
    has_expenses: Mapped[bool] = mapped_column(default=False)
    relation: Mapped[Relation] = relationship(lazy="joined")
    contact: Mapped[Contact | None] = relationship()
    type: Mapped[ActionType] = relationship(lazy="joined")
    status: Mapped[ActionStatus] = relationship(lazy="joined")
    priority: Mapped[ActionPriority] = relationship()
    linked_address: Mapped[LinkedAddress | None] = relationship()
    owner: Mapped[Collaborator] = relationship(foreign_keys="Action.owner_id", lazy="joined")
    followed_by: Mapped[Collaborator | None] = relationship(foreign_keys="Action.followed_by_id")
    participants: Mapped[list[Participant]] = relationship(cascade="all, delete-orphan")
    point_rows: Mapped[list[ActionPoint]] = relationship(
        cascade="all, delete-orphan", back_populates="action", order_by=(ActionPoint.position, ActionPoint.id)
    )

    @classmethod
    def also_seen_by(cls, collaborator_id: int) -> ColumnElement[bool]:
        takes_part = exists().where(Participant.action_id == cls.id, Participant.collaborator_id == collaborator_id)
        return takes_part | (cls.followed_by_id == collaborator_id)

    @property
    def is_over(self) -> bool:
        """Whether it was done, cancelled or missed; else it is still planned."""
        return self.status.meaning is not Meaning.PLANNED

    def is_overdue(self, now: datetime) -> bool:
        """Planned, and its time is past: never stored, for it follows from the clock."""
        return not self.is_over and self.when.ends_at <= now

    @property
    def points(self) -> str:
        """What was written down to discuss, one point a line, without what came from earlier actions."""
        own = (one.text for one in self.point_rows if one.is_planned and one.carried_from_id is None)
        return "\n".join(own)

    @property
    def discussed(self) -> str:
        """The points that were discussed, planned or not, one a line."""
        ticked = [one for one in self.point_rows if one.is_discussed]
        return "\n".join(one.text for one in sorted(ticked, key=lambda one: not one.is_planned))

    @property
    def when(self) -> When:
        return When(self.starts_on, self.starts_time, self.ends_on, self.ends_time, self.zone)


@dataclass(frozen=True, slots=True)
class When:
    """Local wall time plus zone. Without `starts_time`: whole days, `ends_on` included.

    A time that the spring change skips is moved forward by the gap, as calendars do.
    """

    starts_on: date
    starts_time: time | None
    ends_on: date
    ends_time: time | None
    zone: str

    @classmethod
    def day(cls, on: date, *, zone: str, until: date | None = None) -> When:
        return cls(on, None, until or on, None, zone)

    @classmethod
    def hours(cls, on: date, starts: time, ends: time | None, *, zone: str, lasts: timedelta) -> When:
        """Without `ends`, the end follows from `lasts`, over midnight if need be."""
        if ends is not None:
            return cls(on, starts, on, ends, zone)
        end = _wall(on, starts, zone).replace(tzinfo=None) + lasts
        return cls(on, starts, end.date(), end.time(), zone)

    @property
    def is_all_day(self) -> bool:
        return self.starts_time is None

    @property
    def starts_at(self) -> datetime:
        """Aware, in the action's zone; the first midnight of a whole day."""
        return _wall(self.starts_on, self.starts_time or time(), self.zone)

    @property
    def ends_at(self) -> datetime:
        """Aware, in the action's zone; exclusive: the midnight after a whole day."""
        if self.ends_time is None:
            return _wall(self.ends_on + timedelta(days=1), time(), self.zone)
        return _wall(self.ends_on, self.ends_time, self.zone)

    def check(self) -> None:
        """Raises BookError at `ends` or `until` unless the end is after the start, and at most 31 days later."""
        if self.is_all_day and self.ends_on < self.starts_on:
            raise BookError(_("The last day must not be before the first."), field="until")
        if not self.is_all_day and self.ends_at < self.starts_at:
            raise BookError(_("The end must not be before the start."), field="ends")
        if self.ends_on - self.starts_on > LONGEST:
            raise BookError(_("An action lasts {days} days at most."), field="until", days=LONGEST.days)


def _wall(on: date, at: time, zone: str) -> datetime:
    naive = datetime.combine(on, at, ZoneInfo(zone))
    return naive.astimezone(UTC).astimezone(ZoneInfo(zone))
