"""The rows of an opportunity: its lists, its lines, and how it stood after each change."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from store.audit import Audited
from store.base import Row, Versioned
from store.collaborators import Collaborator
from store.contacts import Contact, ContactKind
from store.domain import Listed
from store.dossiers import Dossier
from store.money import line_amount
from store.products import Product


class OpportunityState(StrEnum):
    """How it ended, if it did: apart from the stage, which says how far it came."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    ABANDONED = "abandoned"


class OpportunityType(Listed, Row):
    """`contact_kind` names the kind whose first in rank fills the contact."""

    __tablename__ = "opportunity_type"

    contact_kind_id: Mapped[int | None] = mapped_column(ForeignKey(ContactKind.id))


class OpportunityStage(Listed, Row):
    """Of one type, or (`type_id` None) of every type that has no stages of its own. `probability` in percent."""

    __tablename__ = "opportunity_stage"

    type_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity_type.id"))
    probability: Mapped[int] = mapped_column(default=50)


class LossReason(Listed, Row):
    __tablename__ = "loss_reason"


class OpportunityLine(Audited, Row):
    """Something to be sold: a product of the office, or what `text` says. `price` is of one, in its currency."""

    __tablename__ = "opportunity_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey(Dossier.id), index=True)
    position: Mapped[int]
    product_id: Mapped[int | None] = mapped_column(ForeignKey(Product.id), index=True)
    text: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(12, 3))
    price: Mapped[Decimal]
    product: Mapped[Product | None] = relationship()

    @property
    def amount(self) -> Decimal:
        return line_amount(self.quantity, self.price)


class Opportunity(Audited, Versioned, Row):
    """A dossier with these fields; its name says what it is about, its note is the dossier's.

    `own_probability` is what somebody set in the stage's stead. `owner` follows it up. `ended_on` is the day on which
    it was won, lost or abandoned.
    """

    __tablename__ = "opportunity"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey(Dossier.id), unique=True)
    type_id: Mapped[int] = mapped_column(ForeignKey(OpportunityType.id))
    stage_id: Mapped[int] = mapped_column(ForeignKey(OpportunityStage.id))
    owner_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    own_probability: Mapped[int | None]
    budget: Mapped[Decimal | None]
    currency: Mapped[str]
    state: Mapped[OpportunityState] = mapped_column(default=OpportunityState.OPEN)
    reason_id: Mapped[int | None] = mapped_column(ForeignKey(LossReason.id))
    opened_on: Mapped[date]
    closes_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    dossier: Mapped[Dossier] = relationship(lazy="joined", innerjoin=True)
    type: Mapped[OpportunityType] = relationship(lazy="joined", innerjoin=True)
    stage: Mapped[OpportunityStage] = relationship(lazy="joined", innerjoin=True)
    owner: Mapped[Collaborator] = relationship(lazy="joined", innerjoin=True)
    contact: Mapped[Contact | None] = relationship()
    reason: Mapped[LossReason | None] = relationship()
    lines: Mapped[list[OpportunityLine]] = relationship(
        primaryjoin=lambda: Opportunity.dossier_id == foreign(OpportunityLine.dossier_id),
        order_by=OpportunityLine.position,
        cascade="all, delete-orphan",
        lazy="selectin",
    )

    @property
    def probability(self) -> int:
        """In percent: what somebody set, else the stage's."""
        return self.stage.probability if self.own_probability is None else self.own_probability

    @property
    def total(self) -> Decimal:
        """Of the lines; the budget may be another."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def worth(self) -> Decimal:
        """The budget; without one the total of the lines."""
        return self.total if self.budget is None else self.budget


class OpportunityChange(Row):
    """How an opportunity stood from `at` on: what a forecast as of another day, and its history, are made of."""

    __tablename__ = "opportunity_change"
    __table_args__ = (Index("change_of_opportunity", "dossier_id", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey(Dossier.id))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    stage_id: Mapped[int] = mapped_column(ForeignKey(OpportunityStage.id))
    owner_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    state: Mapped[OpportunityState]
    probability: Mapped[int]
    worth: Mapped[Decimal]
    currency: Mapped[str]
    closes_on: Mapped[date | None]
    stage: Mapped[OpportunityStage] = relationship(lazy="joined", innerjoin=True)
