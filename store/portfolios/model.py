"""The row: one handover, kept so that it can be undone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from store.audit import Audited
from store.base import Row


class Handover(Audited, Row):
    """Files and open actions of one collaborator that became another's, from `from_on` on.

    `rows` says of each involvement how it stood before (as `InvolvementChange.rows`), `actions` by the id of each
    action what was theirs: `{"version": 4, "owner": true, "followed_by": true, "role": null}`, where `role` is the part
    that the new owner had in it.
    """

    __tablename__ = "portfolio_handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    from_on: Mapped[date]
    tells_guests: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    rows: Mapped[dict[str, Any]]
    actions: Mapped[dict[str, Any]]
