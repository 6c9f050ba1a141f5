"""Birthdays of persons: a day and a month, the year only when somebody gave it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from store.audit import Audited
from store.base import Row


class BirthdayShown(StrEnum):
    """How much of a birthday is shown: to everybody alike, for it is the person's and not the office's to tell."""

    FULL = "full"
    DAY_AND_MONTH = "day_and_month"
    HIDDEN = "hidden"


class Birthday(Audited, Row):
    """`year` is None when it was not given. `shown` is None while the office's setting counts."""

    __tablename__ = "birthday"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), unique=True)
    month: Mapped[int]
    day: Mapped[int]
    year: Mapped[int | None]
    shown: Mapped[BirthdayShown | None]
