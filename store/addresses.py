"""Where a relation is reached: postal addresses, e-mail addresses and phones, several of each, each with a kind."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Row


class AddressKind(StrEnum):
    WORK = "work"
    HOME = "home"
    BILLING = "billing"
    DELIVERY = "delivery"
    MOBILE = "mobile"
    OTHER = "other"


class PostalAddress(Row):
    __tablename__ = "postal_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[AddressKind] = mapped_column(default=AddressKind.WORK)
    position: Mapped[int] = mapped_column(default=0)
    street: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")

    @property
    def one_line(self) -> str:
        town = " ".join(part for part in (self.postal_code, self.town) if part)
        return ", ".join(part for part in (self.street, town, self.country) if part)


class MailAddress(Row):
    """`contact_id` ties an address to one place of a person (the work address at that company)."""

    __tablename__ = "mail_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    kind: Mapped[AddressKind] = mapped_column(default=AddressKind.WORK)
    position: Mapped[int] = mapped_column(default=0)
    mail: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)


class Phone(Row):
    __tablename__ = "phone"

    id: Mapped[int] = mapped_column(primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[AddressKind] = mapped_column(default=AddressKind.WORK)
    position: Mapped[int] = mapped_column(default=0)
    number: Mapped[str]
    digits: Mapped[str] = mapped_column(index=True)
