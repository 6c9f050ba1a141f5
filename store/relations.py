"""Relations: the companies and persons that the office deals with, one row each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.addresses import MailAddress, Phone, PostalAddress
from store.audit import Audited
from store.base import Row, Versioned


class RelationKind(StrEnum):
    COMPANY = "company"
    PERSON = "person"


class Relation(Audited, Versioned, Row):
    """A contact's person is a Relation too, so one person stays one row however many places they have.

    `language` is "en", "fr" or "nl", or "" for the office's. A deleted relation can be brought back.
    """

    __tablename__ = "relation"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RelationKind] = mapped_column(default=RelationKind.COMPANY)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"))
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    postal_addresses: Mapped[list[PostalAddress]] = relationship(
        order_by=PostalAddress.position, cascade="all, delete-orphan"
    )
    mail_addresses: Mapped[list[MailAddress]] = relationship(
        order_by=MailAddress.position, cascade="all, delete-orphan"
    )
    phones: Mapped[list[Phone]] = relationship(order_by=Phone.position, cascade="all, delete-orphan")
