"""The rows: the office's categories, who has which part in which file, and what a save changed of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.audit import Audited
from store.base import Row, Versioned
from store.collaborators import Collaborator
from store.domain import Listed
from store.dossiers import Dossier
from store.relations import Relation

REPRESENTATIVE = "representative"
"""Key of the category that represents the office in a new book."""


class CommissionRule(StrEnum):
    """What the percentages of one category on one file may add up to, on any day that somebody has it."""

    FREE = "free"
    AT_MOST_100 = "at_most_100"
    EXACTLY_100 = "exactly_100"


class InvolvementCategory(Listed, Row):
    """`is_single`: one collaborator per file and day. `fills_representative`: forms take the representative from it."""

    __tablename__ = "involvement_category"

    carries_commission: Mapped[bool] = mapped_column(default=False)
    commission_rule: Mapped[CommissionRule] = mapped_column(default=CommissionRule.FREE)
    is_single: Mapped[bool] = mapped_column(default=False)
    fills_representative: Mapped[bool] = mapped_column(default=False)


class Involvement(Audited, Versioned, Row):
    """`commission` is a percentage (0 to 100, two decimals); `until_on` is the last day.

    `dossier_id` None: on the relation itself; else on that dossier of it alone, where the rules count apart. `is_main`
    marks one of several in a category. A deleted one was entered by mistake: nothing counts it.
    """

    __tablename__ = "involvement"
    __table_args__ = (Index("involvement_in_scope", "collaborator_id", "relation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"))
    collaborator_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("involvement_category.id"))
    since_on: Mapped[date]
    until_on: Mapped[date | None]
    commission: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    is_main: Mapped[bool] = mapped_column(default=False)
    deleted_at: Mapped[datetime | None]
    relation: Mapped[Relation] = relationship(lazy="joined", innerjoin=True)
    dossier: Mapped[Dossier | None] = relationship(lazy="joined")
    collaborator: Mapped[Collaborator] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[InvolvementCategory] = relationship(lazy="joined", innerjoin=True)

    @property
    def file(self) -> File:
        return File(self.relation, self.dossier)


@dataclass(frozen=True, slots=True)
class File:
    """What somebody has a part in: a relation itself, or one dossier of it."""

    relation: Relation
    dossier: Dossier | None = None

    @property
    def name(self) -> str:
        """ "Dupont", "Dupont (DUPONT-12 Cellar 2027)"."""
        return f"{self.relation.name} ({self.dossier.label})" if self.dossier else self.relation.name

    @property
    def dossier_id(self) -> int | None:
        return self.dossier.id if self.dossier else None


class InvolvementChange(Row):
    """One save, kept so that it can be undone: `rows` holds, by the id of each involvement, how it stood before.

    Each is `{"version": 3, "before": {…}}`: the version that the save left, and the columns, or None for a new one.
    """

    __tablename__ = "involvement_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    rows: Mapped[dict[str, Any]]


class CommissionLock(Audited, Versioned, Row):
    """Percentages up to and including `until_on` are settled and stay as they are. One row, or none."""

    __tablename__ = "commission_lock"

    id: Mapped[int] = mapped_column(primary_key=True)
    until_on: Mapped[date | None]
