"""The rows of a link and of its type, and a link as seen from one of its ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.audit import Audited
from store.base import Row, Versioned
from store.domain import Listed
from store.relations import Relation, RelationKind


class LinkType(Listed, Row):
    """The list's labels read from `source` to `target`; the back labels the other way (the same when symmetric).

    `source_kind` and `target_kind` say who may stand there (None: companies and persons). With `has_one_source` a
    target has one source at a time ("one employer"), with `has_one_target` the other way. A hierarchy's sources stand
    above its targets, and no chain of such links comes back to where it began.
    """

    __tablename__ = "link_type"

    back_label_en: Mapped[str]
    back_label_fr: Mapped[str]
    back_label_nl: Mapped[str]
    source_kind: Mapped[RelationKind | None]
    target_kind: Mapped[RelationKind | None]
    is_symmetric: Mapped[bool] = mapped_column(default=False)
    is_hierarchy: Mapped[bool] = mapped_column(default=False)
    has_one_source: Mapped[bool] = mapped_column(default=False)
    has_one_target: Mapped[bool] = mapped_column(default=False)

    def may_join(self, source: RelationKind | None, target: RelationKind | None) -> bool:
        """Whether such relations may stand at its ends; None for one that nobody chose yet."""
        ends = ((source, self.source_kind), (target, self.target_kind))
        return all(kind is None or wanted in (None, kind) for kind, wanted in ends)

    def back_label(self, language: str) -> str:
        return {"fr": self.back_label_fr, "nl": self.back_label_nl}.get(language) or self.back_label_en


class Link(Audited, Versioned, Row):
    """`until_on` is the last day. A removed link was entered by mistake: it shows nowhere."""

    __tablename__ = "link"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("link_type.id"))
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    notes: Mapped[str] = mapped_column(default="")
    removed_at: Mapped[datetime | None]
    source: Mapped[Relation] = relationship(foreign_keys=[source_id], lazy="joined", innerjoin=True)
    target: Mapped[Relation] = relationship(foreign_keys=[target_id], lazy="joined", innerjoin=True)
    type: Mapped[LinkType] = relationship(lazy="joined", innerjoin=True)

    def is_there(self, on: date) -> bool:
        return (self.since_on or on) <= on <= (self.until_on or on)


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """A link as seen from one of its relations: `other` is at the far end."""

    link: Link
    other: Relation


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """A relation's links of one type in one direction: `is_back` reads from target to source. By the others' names."""

    type: LinkType
    is_back: bool
    ends: tuple[LinkEnd, ...]

    def label(self, language: str) -> str:
        """What the relation is to the others: "Subsidiary of"."""
        return self.type.back_label(language) if self.is_back else self.type.label(language)
