"""Consent: what a person agreed to receive, as dated facts; and suppression, which belongs to the address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Row
from store.domain import Listed


class MailingTopic(Listed, Row):
    """What a mailing is about: newsletter, offers, events …; somebody may refuse one and keep the others."""

    __tablename__ = "mailing_topic"


class Consent(Row):
    """A fact: from `at` on, this person does (not) want mailings on the topic (None: on any)."""

    __tablename__ = "consent"
    __table_args__ = (Index("consent_of_person", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("relation.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("mailing_topic.id"))
    is_given: Mapped[bool]
    source: Mapped[str]
    wording: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"))


class Suppression(Row):
    """No mailing goes to this address (folded), whoever it belongs to."""

    __tablename__ = "suppression"

    id: Mapped[int] = mapped_column(primary_key=True)
    mail: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[str]
    at: Mapped[datetime]
