"""The row of a fact: from a day on, a relation had this status or this priority."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from store.actions import Action
from store.audit import Audited
from store.base import BookError, Row, _
from store.domain import Listed
from store.statuses import RelationPriority, RelationStatus


class What(StrEnum):
    """What about a relation the fact tells."""

    STATUS = "status"
    PRIORITY = "priority"


class RelationFact(Audited, Row):
    """One of `status` and `priority`, as of `effective_on`; within a day in the order of `position`.

    What held before is the fact before it, so a fact that is noted late only slots in. `action` is what caused it, None
    when set by hand; while that is not done, or deleted, the fact is withdrawn (`withdrawn_at`) and holds for nothing.
    `position` is 0 until it has been given its place.
    """

    __tablename__ = "relation_fact"
    __table_args__ = (
        CheckConstraint("(status_id IS NULL) <> (priority_id IS NULL)", name="says_one"),
        Index("fact_of_relation", "relation_id", "effective_on", "position", "id"),
        Index("fact_of_status", "status_id", "effective_on"),
        Index("fact_of_priority", "priority_id", "effective_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id"))
    status_id: Mapped[int | None] = mapped_column(ForeignKey("relation_status.id"))
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("relation_priority.id"))
    effective_on: Mapped[date]
    position: Mapped[int] = mapped_column(default=0)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    noted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    status: Mapped[RelationStatus | None] = relationship()
    priority: Mapped[RelationPriority | None] = relationship()
    action: Mapped[Action | None] = relationship()

    @property
    def what(self) -> What:
        return What.PRIORITY if self.status_id is None else What.STATUS

    @property
    def line(self) -> Listed:
        """The status or priority that it tells."""
        found = self.priority if self.status_id is None else self.status
        assert found is not None, "a fact tells one of the two"
        return found

    @property
    def value_id(self) -> int:
        value_id = self.priority_id if self.status_id is None else self.status_id
        assert value_id is not None, "a fact tells one of the two"
        return value_id


class SameDay(BookError):
    """Another fact says something else on that day: somebody must tell which of them came last.

    `others` are the ids of those facts in their order.
    """

    def __init__(self, what: What, others: Sequence[int]) -> None:
        super().__init__(
            _("Something else was noted for that day already. Say which of them came last."), field=f"{what}_order"
        )
        self.what, self.others = what, tuple(others)


def value_column(what: What) -> InstrumentedAttribute[Any]:
    return RelationFact.status_id if what is What.STATUS else RelationFact.priority_id


def list_of(what: What) -> type[RelationStatus | RelationPriority]:
    return RelationStatus if what is What.STATUS else RelationPriority


def standing_facts(what: What, *conditions: ColumnElement[bool]) -> Select[RelationFact]:
    """Those that hold, in the order in which they came."""
    query = select(RelationFact).where(value_column(what).is_not(None), RelationFact.withdrawn_at.is_(None))
    return query.where(*conditions).order_by(RelationFact.effective_on, RelationFact.position, RelationFact.id)


def as_of(relation_id: Any, what: What, on: date) -> Any:
    """For a query on relations (`relation_id` a column): the id of the status or priority of that day, or NULL."""
    facts = RelationFact.__table__.alias("as_of")
    value = facts.c[value_column(what).key]
    holds = and_(facts.c.relation_id == relation_id, value.is_not(None), facts.c.withdrawn_at.is_(None))
    order = facts.c.effective_on.desc(), facts.c.position.desc(), facts.c.id.desc()
    return select(value).where(holds, facts.c.effective_on <= on).order_by(*order).limit(1).scalar_subquery()
