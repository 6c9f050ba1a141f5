"""The rows: a person's dated place at a relation, and their ranks there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Table, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from store.addresses import in_one_line
from store.audit import Audited
from store.base import Row, Versioned
from store.countries import country_name
from store.domain import Listed
from store.relations import Relation

UNNESTED: Any = "unnested"
"""As an outer join where a contact is read beside something else: SQLite writes out a nested join before it looks
anything up. (Documented by SQLAlchemy, and missing in its types.)
"""


class ContactKind(Listed, Row):
    """What somebody is there for: accounts payable, purchases …"""

    __tablename__ = "contact_kind"


class Grouping(Listed, Row):
    """What contacts are gathered under to be written to together: the year's wishes, a wine tasting …"""

    __tablename__ = "grouping"


_in_grouping = Table(
    "contact_in_grouping",
    Row.metadata,
    Column("contact_id", ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True),
    Column("grouping_id", ForeignKey("grouping.id"), primary_key=True, index=True),
)


class Contact(Audited, Versioned, Row):
    """`person` is a Relation of kind person; `until_on` is the last day of the place.

    Website and postal address are those of this place alone; while they are empty, the relation's stand for them.
    `country` is an ISO 3166-1 alpha-2 code.
    A deleted one was entered by mistake: it shows nowhere, and can be brought back.
    """

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    function: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    street: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    person: Mapped[Relation] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=UNNESTED)
    relation: Mapped[Relation] = relationship(foreign_keys=[relation_id], lazy="joined", innerjoin=UNNESTED)
    roles: Mapped[list[ContactRole]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    groupings: Mapped[list[Grouping]] = relationship(secondary=_in_grouping, order_by=Grouping.position)

    @property
    def label(self) -> str:
        """ "Els Peeters · Brasserie Dupont"."""
        return f"{self.person.name} · {self.relation.name}"

    @property
    def has_own_address(self) -> bool:
        return bool(self.street or self.postal_code or self.town or self.country)

    def own_address(self, language: str) -> str:
        """The postal address of this place alone, in one line; "" while it is the relation's."""
        return in_one_line(self.street, self.postal_code, self.town, country_name(self.country, language))

    def rank(self, kind_id: int) -> int | None:
        return next((role.rank for role in self.roles if role.kind_id == kind_id), None)

    def is_there(self, on: date) -> bool:
        return (self.since_on or on) <= on <= (self.until_on or on)


def standing_id(session: Session, contact_id: int) -> int:
    """The id itself, or that of the place into which it was merged, however often."""
    while (into_id := session.scalar(_MERGED_INTO, {"contact_id": contact_id})) is not None:
        contact_id = into_id
    return contact_id


_MERGED_INTO = select(Contact.merged_into_id).where(Contact.id == bindparam("contact_id"))


class ContactRole(Row):
    """A contact's rank among those of one kind at the relation: 1, 2, 3 … without gaps; 1 fills forms."""

    __tablename__ = "contact_role"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("contact_kind.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(default=1)
    kind: Mapped[ContactKind] = relationship(lazy="joined")
