"""What a relation is to the office (prospect, client …), and how much it or an action matters: the office's own lists.

`emoji` is a Slack short name that gives the line its colour.
"""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from store.base import Row
from store.domain import Listed


class RelationStatus(Listed, Row):
    __tablename__ = "relation_status"

    emoji: Mapped[str] = mapped_column(default="")


class RelationPriority(Listed, Row):
    __tablename__ = "relation_priority"

    emoji: Mapped[str] = mapped_column(default="")


class ActionPriority(Listed, Row):
    __tablename__ = "action_priority"

    emoji: Mapped[str] = mapped_column(default="")
