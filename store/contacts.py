"""Contacts: the dated place of a person at a relation."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.audit import Audited
from store.base import Row, Versioned
from store.domain import Listed
from store.relations import Relation


class ContactKind(Listed, Row):
    """What somebody is there for: accounts payable, purchases …"""

    __tablename__ = "contact_kind"


class Contact(Audited, Versioned, Row):
    """`person` is a Relation of kind person; `until` is the day the place ended."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id"), index=True)
    function: Mapped[str] = mapped_column(default="")
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    person: Mapped[Relation] = relationship(foreign_keys=[person_id], lazy="joined")
    relation: Mapped[Relation] = relationship(foreign_keys=[relation_id])
    roles: Mapped[list[ContactRole]] = relationship(cascade="all, delete-orphan")


class ContactRole(Row):
    """A contact's rank among those of one kind at the relation; 1 comes first."""

    __tablename__ = "contact_role"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("contact_kind.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(default=1)
    kind: Mapped[ContactKind] = relationship(lazy="joined")
