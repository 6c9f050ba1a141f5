"""The rows of mailings."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.audit import Audited
from store.base import Row, Versioned
from store.collaborators import Collaborator
from store.consent import MailingTopic
from store.handover import MailState, Sendable
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


class SkipReason(StrEnum):
    """Why somebody of the list gets no mail. The first three are `consent.Refusal`'s."""

    SUPPRESSED = "suppressed"
    REFUSED_ALL = "refused_all"
    REFUSED_TOPIC = "refused_topic"
    NO_ADDRESS = "no_address"
    SAME_ADDRESS = "same_address"
    LEFT = "left"
    MISSING_FIELD = "missing_field"
    CANCELLED = "cancelled"


class Mailing(Audited, Versioned, Row):
    """`delay_s` is the least number of seconds between two hand-overs of its mailbox.

    `sender_name` is what its mails are signed with, whatever the collaborator is called later.
    """

    __tablename__ = "mailing"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("mailing_topic.id"))
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    sender_name: Mapped[str] = mapped_column(default="")
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
    """One recipient's part of a mailing. `folded` is None for who holds no address of it (none, or the same one).

    `unsubscribed_at` is when they left by the link of this very mail.

    `failure` of a skipped one is a SkipReason; after "missing_field: " follow the names of the fields.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("mailing_id", "folded"),
        Index("delivery_waiting", "mailing_id", "state", "id"),
        Index("delivery_of_person", "person_id"),
    )

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("relation.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    mail: Mapped[str] = mapped_column(default="")
    folded: Mapped[str | None]
    name: Mapped[str]
    company: Mapped[str] = mapped_column(default="")
    function: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    unsubscribed_at: Mapped[datetime | None]
    mailing: Mapped[Mailing] = relationship(lazy="joined")

    @property
    def skipped_because(self) -> SkipReason | None:
        return SkipReason(self.failure.partition(":")[0]) if self.state is MailState.SKIPPED else None


class Pace(Row):
    """The last hand-over of a mailing mail by a mailbox, across workers, restarts and mailings.

    `gap_s` is what that mail asked to be left free after it.
    """

    __tablename__ = "pace"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"), primary_key=True)
    last_at: Mapped[datetime]
    gap_s: Mapped[float]
