"""Links: typed, dated connections between two relations, with a label in each direction."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.audit import Audited
from store.base import Row, Versioned
from store.domain import Listed
from store.relations import Relation


class LinkType(Listed, Row):
    """The list's labels read from `source` to `target`; the back labels the other way (the same when symmetric)."""

    __tablename__ = "link_type"

    back_label_en: Mapped[str]
    back_label_fr: Mapped[str]
    back_label_nl: Mapped[str]

    def back_label(self, language: str) -> str:
        return {"fr": self.back_label_fr, "nl": self.back_label_nl}.get(language) or self.back_label_en


class Link(Audited, Versioned, Row):
    __tablename__ = "link"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("link_type.id"))
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    notes: Mapped[str] = mapped_column(default="")
    source: Mapped[Relation] = relationship(foreign_keys=[source_id])
    target: Mapped[Relation] = relationship(foreign_keys=[target_id])
    type: Mapped[LinkType] = relationship(lazy="joined")
