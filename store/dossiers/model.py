"""The row of a dossier, and the reference that people call it by."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.audit import Audited
from store.base import Row, Versioned
from store.relations import Relation, RelationKind
from store.words import name_key

GENERAL = "GEN"
NAMELESS = "REL"
"""The short of a relation whose name has no letter of the Latin alphabet."""
LONGEST_SHORT = 10
_FOREIGN = re.compile(r"[^a-z0-9]")


class Dossier(Audited, Versioned, Row):
    """`relation_id` None: a general one. `short` is what the relation was called by when the dossier was made.

    The number in the reference is the row's own id, which no engine gives a second time: a reference means the same
    dossier for ever, also when it was deleted, or when its relation was renamed or merged.
    """

    __tablename__ = "dossier"
    __table_args__ = (Index("dossier_of_relation", "relation_id", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    relation_id: Mapped[int | None] = mapped_column(ForeignKey("relation.id"))
    short: Mapped[str]
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    relation: Mapped[Relation | None] = relationship(lazy="joined")

    @property
    def reference(self) -> str:
        """ "ACME-12"."""
        return f"{self.short}-{self.id}"

    @property
    def label(self) -> str:
        """ "ACME-12 Cellar 2027"."""
        return f"{self.reference} {self.name}"


def short_of(relation: Relation | None) -> str:
    """What stands before the number: a person's last word, a company's first; letters and digits alone."""
    if relation is None:
        return GENERAL
    words = [word for part in name_key(relation.name).split() if (word := _FOREIGN.sub("", part))]
    if not words:
        return NAMELESS
    word = words[-1] if relation.kind is RelationKind.PERSON else words[0]
    return word[:LONGEST_SHORT].upper()
