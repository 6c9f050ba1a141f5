"""What is kept of people whom no file knows: `store.strangers` counts them, `store.consent` forgets them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Row


class Stranger(Row):
    """That the collaborator sent one mail with a document to this address (folded). `mail_key` is filing's."""

    __tablename__ = "stranger"
    __table_args__ = (UniqueConstraint("collaborator_id", "address", "mail_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collaborator_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    address: Mapped[str] = mapped_column(index=True)
    mail_key: Mapped[str]
    sent_at: Mapped[datetime]


class LeftAlone(Row):
    """The collaborator is not to be asked about this address again: only its keyed hash remains.

    `times` is how often they said so; the row stays when they take it back, to ask once more and not at every mail.
    """

    __tablename__ = "stranger_left_alone"
    __table_args__ = (UniqueConstraint("collaborator_id", "address_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collaborator_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    address_hash: Mapped[str]
    times: Mapped[int]
    is_taken_back: Mapped[bool] = mapped_column(default=False)
