"""What a relation is to the office (prospect, client …), and how much it or an action matters: the office's own lists.

`emoji` is a Slack short name that gives the line its colour.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from store.base import Row
from store.domain import Listed


class Standing(StrEnum):
    """What any status of a relation comes down to, for counting who became a client."""

    PROSPECT = "prospect"
    CLIENT = "client"
    FORMER = "former"
    OTHER = "other"


class RelationStatus(Listed, Row):
    """`next_keys` are the keys of the statuses that may come after it, with commas between them; "" for any.

    A key that stands for no status in use counts for nothing.
    """

    __tablename__ = "relation_status"

    emoji: Mapped[str] = mapped_column(default="")
    meaning: Mapped[Standing] = mapped_column(default=Standing.OTHER)
    next_keys: Mapped[str] = mapped_column(default="")


class RelationPriority(Listed, Row):
    __tablename__ = "relation_priority"

    emoji: Mapped[str] = mapped_column(default="")


class ActionPriority(Listed, Row):
    """`is_usual` marks the one that an action has unless another is chosen."""

    __tablename__ = "action_priority"

    is_usual: Mapped[bool] = mapped_column(default=False)
    emoji: Mapped[str] = mapped_column(default="")
