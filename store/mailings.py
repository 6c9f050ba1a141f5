"""Mailings: a mail to many, one delivery per recipient, paced per mailbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.audit import Audited
from store.base import Row, Versioned
from store.collaborators import Collaborator
from store.consent import MailingTopic
from store.handover import Sendable
from store.mailboxes import Mailbox


class MailingState(StrEnum):
    PREPARED = "prepared"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"


class MailingMode(StrEnum):
    DIRECT = "direct"
    DRAFTS = "drafts"


class Mailing(Audited, Versioned, Row):
    """`delay_s` is the least number of seconds between two hand-overs of its mailbox."""

    __tablename__ = "mailing"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("mailing_topic.id"))
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    mode: Mapped[MailingMode] = mapped_column(default=MailingMode.DIRECT)
    delay_s: Mapped[int] = mapped_column(default=10)
    state: Mapped[MailingState] = mapped_column(default=MailingState.PREPARED)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    progress_channel: Mapped[str] = mapped_column(default="")
    progress_ts: Mapped[str] = mapped_column(default="")
    topic: Mapped[MailingTopic | None] = relationship(lazy="joined")
    mailbox: Mapped[Mailbox] = relationship(lazy="joined")
    created_by: Mapped[Collaborator] = relationship(lazy="joined")
    texts: Mapped[list[MailingText]] = relationship(order_by="MailingText.id", cascade="all, delete-orphan")


class MailingText(Row):
    """Subject and body templates in one language; the first text of a mailing serves whoever has another language."""

    __tablename__ = "mailing_text"
    __table_args__ = (UniqueConstraint("mailing_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"))
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]


class Delivery(Sendable, Row):
    """One recipient's part of a mailing. `failure` also says why somebody was skipped."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("mailing_id", "folded"),
        Index("delivery_waiting", "mailing_id", "state", "id"),
        Index("delivery_of_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("relation.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    mail: Mapped[str]
    folded: Mapped[str]
    name: Mapped[str]
    language: Mapped[str]
    mailing: Mapped[Mailing] = relationship()


class Pace(Row):
    """When the next mailing mail may leave a mailbox, across workers, restarts and mailings."""

    __tablename__ = "pace"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"), primary_key=True)
    next_at: Mapped[datetime]
