"""Relations: the companies and persons that the office deals with, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload
from sqlalchemy.orm.attributes import flag_modified

from store.access import require_active
from store.addresses import (
    MailAddress,
    MailLine,
    Phone,
    PhoneLine,
    PostalAddress,
    PostalLine,
    put_mails,
    put_phones,
    put_postal_addresses,
)
from store.audit import Audited
from store.base import BookError, NotFound, Row, Versioned, _
from store.collaborators import LANGUAGES, Collaborator
from store.domain import Listed, line
from store.scopes import in_scope, require_in_scope
from store.typed import line_typed, text_typed
from store.vat import read_qst, read_vat
from store.words import legal_form_in, name_key

NAME_LIMIT = 150
UNCHANGED = -1


class RelationKind(StrEnum):
    COMPANY = "company"
    PERSON = "person"


class RelationCategory(Listed, Row):
    """What a relation is to the office: client, supplier, group … The office's own list."""

    __tablename__ = "relation_category"


_IS_GONE = text("deleted_at IS NOT NULL")


class Relation(Audited, Versioned, Row):
    """A contact's person is a Relation too, so one person stays one row however many places they have.

    `language` is "en", "fr" or "nl", or "" for the office's. `folded` is the name without accents, case and legal
    form. `vat` is compact, its country first ("BE0403170701"), or ""; `qst` is a Canadian relation's number in Québec
    ("1000043774TQ0003"). `is_only_contact`: a person known through their places alone, offered through them while they
    have one.
    `status_id` and `priority_id` are what its last fact says (`store.relation_facts` keeps them).
    A deleted relation can be brought back; one that was merged into another leads there.
    """

    __tablename__ = "relation"
    __table_args__ = (Index("relation_gone", "id", sqlite_where=_IS_GONE, postgresql_where=_IS_GONE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RelationKind] = mapped_column(default=RelationKind.COMPANY)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("relation_category.id"), index=True)
    legal_form: Mapped[str] = mapped_column(default="")
    vat: Mapped[str] = mapped_column(default="", index=True)
    qst: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    is_only_contact: Mapped[bool] = mapped_column(default=False)
    status_id: Mapped[int | None] = mapped_column(ForeignKey("relation_status.id"), index=True)
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("relation_priority.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"), index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("relation.id"))
    category: Mapped[RelationCategory | None] = relationship()
    postal_addresses: Mapped[list[PostalAddress]] = relationship(
        order_by=PostalAddress.position, cascade="all, delete-orphan"
    )
    mail_addresses: Mapped[list[MailAddress]] = relationship(
        order_by=MailAddress.position, cascade="all, delete-orphan"
    )
    phones: Mapped[list[Phone]] = relationship(order_by=Phone.position, cascade="all, delete-orphan")

    @property
    def country(self) -> str:
        """The ISO 3166 code of the first postal address, "" when it says none."""
        return next((row.country for row in self.postal_addresses if row.country), "")

    def address_on(self, on: date, language: str) -> str:
        """The first postal address of that day in one line, "" without one: what fills an action's place."""
        return next((row.one_line(language) for row in self.postal_addresses if row.is_valid(on)), "")

    def rename(self, name: str) -> None:
        """Raises BookError at `name` for an empty name or more than 150 characters."""
        self.name = line_typed(name, field="name", limit=NAME_LIMIT, required=True)
        self.folded = name_key(self.name)

    def speak(self, language: str) -> None:
        """Raises BookError at `language` for one that Rapport does not speak; "" is the office's."""
        if language and language not in LANGUAGES:
            raise BookError(_("Rapport writes in English, French or Dutch."), field="language")
        self.language = language

    def take_category(self, session: Session, category_id: int | None) -> None:
        """Raises NotFound at `category_id`."""
        self.category = line(session, RelationCategory, category_id, field="category_id") if category_id else None
        self.category_id = category_id or None  # at once: the audit trail looks at the column before the flush

    def take_vat(self, vat: str, *, country: str) -> None:
        """`country` as for `read_vat`. Raises BookError at `vat` for a wrong number."""
        self.vat = read_vat(vat, country=self.country or country)

    def take_qst(self, qst: str, *, country: str) -> None:
        """`country` is the office's. Raises BookError at `qst` for a wrong number, and outside Canada."""
        number = read_qst(qst)
        if number and (self.country or country) != "CA":
            raise BookError(_("Only a relation in Canada has a QST number."), field="qst")
        self.qst = number

    def take_texts(self, *, legal_form: str | None, website: str | None, notes: str | None) -> None:
        """What is None stays. Raises BookError at the one that is too long."""
        if legal_form is not None:
            self.legal_form = line_typed(legal_form, field="legal_form", limit=40)
        if website is not None:
            self.website = line_typed(website, field="website")
        if notes is not None:
            self.notes = text_typed(notes, field="notes")

    def take_numbers(self, *, vat: str | None, qst: str | None, country: str) -> None:
        """What is None stays. Raises BookError as `take_vat` and `take_qst`, whose `country` it is."""
        if vat is not None:
            self.take_vat(vat, country=country)
        if qst is not None:
            self.take_qst(qst, country=country)

    def take_reach(
        self,
        *,
        mails: Sequence[MailLine] | None,
        phones: Sequence[PhoneLine] | None,
        postal_addresses: Sequence[PostalLine] | None,
        on: date,
        country: str,
    ) -> None:
        """What is None stays. `country` is where numbers are dialled that say none, unless an address tells it."""
        if postal_addresses is not None:
            put_postal_addresses(self.postal_addresses, postal_addresses, on=on)
        if mails is not None:
            put_mails(self.mail_addresses, mails, on=on)
        if phones is not None:
            put_phones(self.phones, phones, on=on, country=self.country or country)


def add_relation(
    session: Session,
    *,
    by: Collaborator,
    now: datetime,
    name: str,
    kind: RelationKind = RelationKind.COMPANY,
    category_id: int | None = None,
    legal_form: str | None = None,
    vat: str = "",
    qst: str = "",
    language: str = "",
    website: str = "",
    notes: str = "",
    mails: Sequence[MailLine] = (),
    phones: Sequence[PhoneLine] = (),
    postal_addresses: Sequence[PostalLine] = (),
    is_only_contact: bool = False,
) -> Relation:
    """`legal_form` None: the one in a company's name, if any.

    Raises NotFound at `category_id`, and BookError at `name`, `legal_form`, `vat`, `qst`, `language`, `website`,
    `notes`, `mails`, `phones` or `postal_addresses`.
    """
    require_active(by)
    relation = Relation(kind=kind, is_only_contact=is_only_contact, created_by_id=by.id, created_at=now, changed_at=now)
    relation.rename(name)
    relation.speak(language)
    relation.take_category(session, category_id)
    if legal_form is None:
        legal_form = legal_form_in(relation.name) if kind is RelationKind.COMPANY else ""
    relation.take_texts(legal_form=legal_form, website=website, notes=notes)
    country, today = session.info.get("country", ""), by.day_of(now)
    relation.take_reach(mails=mails, phones=phones, postal_addresses=postal_addresses, on=today, country=country)
    relation.take_numbers(vat=vat, qst=qst, country=country)
    session.add(relation)
    session.flush()
    return relation


def edit_relation(
    session: Session,
    relation_id: int,
    *,
    by: Collaborator,
    now: datetime,
    version: int | None = None,
    name: str | None = None,
    kind: RelationKind | None = None,
    category_id: int | None = UNCHANGED,
    legal_form: str | None = None,
    vat: str | None = None,
    qst: str | None = None,
    language: str | None = None,
    website: str | None = None,
    notes: str | None = None,
    mails: Sequence[MailLine] | None = None,
    phones: Sequence[PhoneLine] | None = None,
    postal_addresses: Sequence[PostalLine] | None = None,
    is_only_contact: bool | None = None,
) -> Relation:
    """What is None stays, and the category unless it is given (None: none).

    Raises NotFound, ChangedMeanwhile, and BookError at the fields of `add_relation`.

    After a BookError nothing of this edit may be kept: let the transaction roll back.
    """
    relation = relation_to_write(session, relation_id, by=by)
    relation.expect_version(version)
    if name is not None:
        relation.rename(name)
    if language is not None:
        relation.speak(language)
    relation.kind = kind or relation.kind
    relation.is_only_contact = relation.is_only_contact if is_only_contact is None else is_only_contact
    relation.take_texts(legal_form=legal_form, website=website, notes=notes)
    if category_id != UNCHANGED:
        relation.take_category(session, category_id)
    country, today = session.info.get("country", ""), by.day_of(now)
    relation.take_reach(mails=mails, phones=phones, postal_addresses=postal_addresses, on=today, country=country)
    relation.take_numbers(vat=vat, qst=qst, country=country)
    relation.changed_at = now
    flag_modified(relation, "changed_at")  # a new version also when only a line changed, within the same instant
    session.flush()
    return relation


def delete_relation(
    session: Session, relation_id: int, *, by: Collaborator, now: datetime, version: int | None = None
) -> Relation:
    """Out of every list, search and default; its history stays. Raises NotFound, ChangedMeanwhile."""
    relation = relation_to_write(session, relation_id, by=by)
    relation.expect_version(version)
    relation.deleted_at = relation.changed_at = now
    session.flush()
    return relation


def restore_relation(session: Session, relation_id: int, *, by: Collaborator, now: datetime) -> Relation:
    """Takes the deletion back; harmless when it was taken back already. Raises NotFound."""
    relation = relation_to_write(session, relation_id, by=by, also_deleted=True)
    relation.deleted_at, relation.changed_at = None, now
    session.flush()
    return relation


def relation_seen_by(session: Session, relation_id: int, *, asked_by: Collaborator) -> Relation | None:
    """With its addresses, mails and phones; None when deleted, missing, or outside the scope of `asked_by`.

    One that was merged into another leads to that one.
    """
    relation_id = standing_id(session, relation_id)
    query = select(Relation).where(Relation.id == relation_id, Relation.deleted_at.is_(None))
    query = query.where(in_scope(Relation.id, asked_by=asked_by))
    lines = (Relation.postal_addresses, Relation.mail_addresses, Relation.phones, Relation.category)
    return session.scalars(query.options(*(selectinload(line) for line in lines))).one_or_none()


def standing_id(session: Session, relation_id: int) -> int:
    """The id itself, or that of the relation into which it was merged, however often."""
    while (into_id := session.scalar(_MERGED_INTO, {"relation_id": relation_id})) is not None:
        relation_id = into_id
    return relation_id


_MERGED_INTO = select(Relation.merged_into_id).where(Relation.id == bindparam("relation_id"))


def relation_to_write(session: Session, relation_id: int, *, by: Collaborator, also_deleted: bool = False) -> Relation:
    """The relation, for whoever may change it. Raises NotAllowed, and NotFound when it is deleted or out of scope."""
    require_active(by)
    relation = session.get(Relation, standing_id(session, relation_id))
    if relation is None or (relation.deleted_at is not None and not also_deleted):
        raise NotFound
    require_in_scope(session, relation.id, by=by)
    return relation
