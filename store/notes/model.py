"""The rows of a note and of what reminds somebody of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ForeignKey, Index, exists
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store import access
from store.audit import Audited
from store.base import Row, Versioned
from store.collaborators import Collaborator
from store.contacts import Contact
from store.relations import Relation


class ReminderState(StrEnum):
    OPEN = "open"
    DONE = "done"


class Reminder(Audited, Versioned, Row):
    """Tells one collaborator of a note, until they say that it is done.

    The wall time in `zone` is the truth; `remind_at` is when they are told next: at that time, after a snooze
    (`snoozed_until`), or on the next working day because nothing came of the last time (`reminded_at`).
    """

    __tablename__ = "reminder"
    __table_args__ = (Index("reminder_due", "state", "remind_at"), Index("reminder_of_collaborator", "for_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id", ondelete="CASCADE"), index=True)
    for_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    due_on: Mapped[date]
    due_time: Mapped[time]
    zone: Mapped[str]
    state: Mapped[ReminderState] = mapped_column(default=ReminderState.OPEN)
    remind_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    for_whom: Mapped[Collaborator] = relationship(lazy="joined", innerjoin=True)
    note: Mapped[Note] = relationship(back_populates="reminders")

    @property
    def due_at(self) -> datetime:
        """UTC: what the wall time comes to."""
        return wall_moment(self.due_on, self.due_time, self.zone)


class Note(Audited, Versioned, access.Guarded, Row):
    """What was said or seen at a relation. `noted_on` may be past.

    One made from a message in Slack keeps where that stands; `message_key` lets the same message make one note.
    """

    __tablename__ = "note"
    __table_args__ = (
        Index("note_of_relation", "relation_id", "noted_on"),
        Index("note_of_contact", "contact_id", "noted_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    subject: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    noted_on: Mapped[date]
    channel_id: Mapped[str] = mapped_column(default="")
    message_ts: Mapped[str] = mapped_column(default="")
    permalink: Mapped[str] = mapped_column(default="")
    message_key: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    relation: Mapped[Relation] = relationship(lazy="joined", innerjoin=True)
    contact: Mapped[Contact | None] = relationship()
    owner: Mapped[Collaborator | None] = relationship(foreign_keys="Note.owner_id")
    reminders: Mapped[list[Reminder]] = relationship(
        back_populates="note", cascade="all, delete-orphan", order_by=Reminder.id
    )

    @classmethod
    def also_seen_by(cls, collaborator_id: int) -> ColumnElement[bool]:
        """Whom it reminds."""
        # An alias, or a query that joins the reminders would ask for the row that it joined.
        told = Reminder.__table__.alias("told")
        return exists().where(told.c.note_id == cls.id, told.c.for_id == collaborator_id)

    @property
    def message(self) -> Message | None:
        return Message(self.channel_id, self.message_ts, self.permalink) if self.message_ts else None


@dataclass(frozen=True, slots=True)
class Message:
    """A message in Slack: its channel, its `ts` there, and the address that shows it ("" when Slack gave none)."""

    channel_id: str
    ts: str
    permalink: str = ""

    def key(self, *, private_to: int | None) -> str:
        """One note of all and, beside it, one private note of each."""
        told = f"{self.channel_id}/{self.ts}"
        return told if private_to is None else f"{told}/{private_to}"


@dataclass(frozen=True, slots=True)
class Remind:
    """Whom to remind, on which day and at which hour where they are."""

    on: date
    at: time
    for_ids: tuple[int, ...]


def wall_moment(on: date, at: time, zone: str) -> datetime:
    """UTC. An hour that the spring change skips comes later by the gap; of one that comes twice it is the first."""
    return datetime.combine(on, at, ZoneInfo(zone)).astimezone(UTC)
