"""The rows of a quote: what was offered, to whom, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.audit import Audited
from store.base import Row, Versioned
from store.contacts import Contact
from store.dossiers import Dossier
from store.money import line_amount


class QuoteState(StrEnum):
    IN_PROGRESS = "in_progress"
    WON = "won"
    LOST = "lost"


class QuoteLine(Row):
    """As it was offered: what changes in the opportunity or in the list of products afterwards changes nothing here."""

    __tablename__ = "quote_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), index=True)
    position: Mapped[int]
    label: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(12, 3))
    price: Mapped[Decimal]

    @property
    def amount(self) -> Decimal:
        return line_amount(self.quantity, self.price)


class Quote(Audited, Versioned, Row):
    """The dossier's `ordinal`-th. One that was made in the ERP has its kind, number or address there, and no lines.

    `amount` is the total in `currency`; `ended_on` the day on which it was won or lost. `fell_with_sale`: it was lost
    because its opportunity was, and comes back with it.
    """

    __tablename__ = "quote"
    __table_args__ = (UniqueConstraint("dossier_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey(Dossier.id))
    ordinal: Mapped[int]
    state: Mapped[QuoteState] = mapped_column(default=QuoteState.IN_PROGRESS)
    made_on: Mapped[date]
    ended_on: Mapped[date | None]
    fell_with_sale: Mapped[bool] = mapped_column(default=False)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    amount: Mapped[Decimal]
    currency: Mapped[str]
    erp_kind: Mapped[str] = mapped_column(default="")
    erp_number: Mapped[str] = mapped_column(default="")
    erp_url: Mapped[str] = mapped_column(default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"))
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    dossier: Mapped[Dossier] = relationship(lazy="joined", innerjoin=True)
    contact: Mapped[Contact | None] = relationship()
    lines: Mapped[list[QuoteLine]] = relationship(order_by=QuoteLine.position, cascade="all, delete-orphan")

    @property
    def label(self) -> str:
        """ "DUPONT-12/1", or what the ERP calls it: "Quote 2026-118"."""
        named = " ".join(part for part in (self.erp_kind, self.erp_number) if part)
        return named or f"{self.dossier.reference}/{self.ordinal}"
