"""Involvements: a collaborator's dated part in a relation's file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.audit import Audited
from store.base import Row, Versioned
from store.collaborators import Collaborator
from store.domain import Listed
from store.relations import Relation

REPRESENTATIVE = "representative"
"""Key of the category from which forms fill the representative."""


class InvolvementCategory(Listed, Row):
    __tablename__ = "involvement_category"

    carries_commission: Mapped[bool] = mapped_column(default=False)


class Involvement(Audited, Versioned, Row):
    """`commission` is a percentage (0–100, two decimals); `until_on` is the last day."""

    __tablename__ = "involvement"

    id: Mapped[int] = mapped_column(primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    collaborator_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("involvement_category.id"))
    since_on: Mapped[date]
    until_on: Mapped[date | None]
    commission: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    relation: Mapped[Relation] = relationship()
    collaborator: Mapped[Collaborator] = relationship(lazy="joined")
    category: Mapped[InvolvementCategory] = relationship(lazy="joined")
