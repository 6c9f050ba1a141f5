"""Where a relation is reached: postal addresses, e-mail addresses and phones, several of each, each with a kind.

The frozen `…Line` values are what somebody typed; the rows are what the book keeps of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Self, TypeVar

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, ForeignKey, Index, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.audit import Audited
from store.base import BookError, Row, _
from store.countries import country_code, country_name
from store.phones import ReadPhone, read_phone, shown_phone
from store.typed import line_typed
from store.words import digits_in


class AddressKind(StrEnum):
    WORK = "work"
    HOME = "home"
    BILLING = "billing"
    DELIVERY = "delivery"
    MOBILE = "mobile"
    OTHER = "other"


class Dated:
    """What was true from one day on and to another, both included; None for a day that nobody knows."""

    since_on: Mapped[date | None]
    until_on: Mapped[date | None]

    def is_valid(self, on: date) -> bool:
        return (self.since_on or on) <= on <= (self.until_on or on)

    def is_over(self, on: date | None) -> bool:
        """Whether its last day lies before that day (None: a day before all)."""
        return bool(on and self.until_on and self.until_on < on)


def valid(kind: type[Dated], *, on: date) -> ColumnElement[bool]:
    """The condition for a WHERE: those that may be written to or offered on that day."""
    begun, over = or_(kind.since_on.is_(None), kind.since_on <= on), or_(kind.until_on.is_(None), kind.until_on >= on)
    return and_(begun, over)


def in_one_line(street: str, postal_code: str, town: str, country: str) -> str:
    """ "Rue du Moulin 12, 7500 Tournai, Belgique", the country as it is given; "" for an empty address."""
    place = " ".join(part for part in (postal_code, town) if part)
    return ", ".join(part for part in (street, place, country) if part)


class PostalAddress(Audited, Dated, Row):
    """`country` is an ISO 3166-1 alpha-2 code, "" when nobody said it."""

    __tablename__ = "postal_address"
    __table_args__ = (
        Index("address_in_country", "country", "relation_id"),
        Index("address_of_relation", "relation_id", "position", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"))
    kind: Mapped[AddressKind] = mapped_column(default=AddressKind.WORK)
    position: Mapped[int] = mapped_column(default=0)
    street: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")

    def one_line(self, language: str) -> str:
        """The country as that language calls it."""
        return in_one_line(self.street, self.postal_code, self.town, country_name(self.country, language))


def first_towns(session: Session, relation_ids: Collection[int], *, on: date) -> dict[int, str]:
    """The town of each relation's first address of that day; without those that have none."""
    if not relation_ids:
        return {}
    query = select(PostalAddress.relation_id, PostalAddress.town).where(PostalAddress.relation_id.in_(relation_ids))
    query = query.where(valid(PostalAddress, on=on), PostalAddress.town != "")
    last_first = query.order_by(PostalAddress.position.desc(), PostalAddress.id.desc())
    return dict(session.execute(last_first).all())


class MailAddress(Audited, Dated, Row):
    """`contact_id` ties an address to one place of a person (the work address at that company)."""

    __tablename__ = "mail_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    kind: Mapped[AddressKind] = mapped_column(default=AddressKind.WORK)
    position: Mapped[int] = mapped_column(default=0)
    mail: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)


class Phone(Audited, Dated, Row):
    """`number` is as typed, `e164` as every phone dials it ("+3269223344"), "" when it is no known number.

    `digits` are equal for two spellings of one phone and extension; `contact_id` as for mail addresses.
    """

    __tablename__ = "phone"

    id: Mapped[int] = mapped_column(primary_key=True)
    relation_id: Mapped[int] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    kind: Mapped[AddressKind] = mapped_column(default=AddressKind.WORK)
    position: Mapped[int] = mapped_column(default=0)
    number: Mapped[str]
    e164: Mapped[str] = mapped_column(default="")
    extension: Mapped[str] = mapped_column(default="")
    digits: Mapped[str] = mapped_column(index=True)

    def shown(self, country: str) -> str:
        """As it is dialled in that country (ISO 3166); as typed when it is no known number."""
        return shown_phone(self.number, self.e164, self.extension, country=country)


Reach = TypeVar("Reach", MailAddress, Phone, PostalAddress)


@dataclass(frozen=True, slots=True)
class PostalLine:
    """`country` as people write it, or its code."""

    street: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = ""
    kind: AddressKind = AddressKind.WORK

    def checked(self, *, field: str = "postal_addresses") -> Self:
        """Trimmed, the country by its code. Raises BookError at `field`, also for a country that is not understood."""
        parts = (self.street, self.postal_code, self.town, self.country)
        street, postal_code, town, country = (line_typed(part, field=field) for part in parts)
        code = country_code(country)
        if country and not code:
            raise BookError(_("“{country}” is no country that Rapport knows."), field=field, country=country)
        return type(self)(street, postal_code, town, code, self.kind)

    @property
    def is_empty(self) -> bool:
        return not (self.street or self.postal_code or self.town or self.country)


@dataclass(frozen=True, slots=True)
class MailLine:
    mail: str
    kind: AddressKind = AddressKind.WORK

    def checked(self, *, field: str = "mails") -> Self:
        """Normalized, with the domain in Unicode. Raises BookError at `field` unless it is an address (RFC 6531)."""
        typed = line_typed(self.mail, field=field, limit=254)
        try:
            return type(self)(_normalized(typed) if typed else "", self.kind)
        except EmailNotValidError as error:
            raise BookError(_("{mail} is not an e-mail address."), field=field, mail=typed) from error

    @property
    def is_empty(self) -> bool:
        return not self.mail


@dataclass(frozen=True, slots=True)
class PhoneLine:
    number: str
    kind: AddressKind = AddressKind.WORK

    def checked(self, *, field: str = "phones") -> Self:
        """As typed. Raises BookError at `field` unless it has 3 to 20 digits."""
        typed = line_typed(self.number, field=field, limit=60)
        if typed and not 3 <= len(digits_in(typed)) <= 20:
            raise BookError(_("{number} is not a phone number."), field=field, number=typed)
        return type(self)(typed, self.kind)

    @property
    def is_empty(self) -> bool:
        return not self.number


@lru_cache(1_000)
def _normalized(mail: str) -> str:
    """Raises EmailNotValidError. An import asks for the same address several times, and for many of one domain."""
    local, at, domain = mail.rpartition("@")
    if at and len(local) <= 64 and len(mail) <= 254 and mail.isascii() and _PLAIN_LOCAL.fullmatch(local):
        return f"{local}@{_domain(domain)}"
    return validate_email(mail, check_deliverability=False).normalized


@lru_cache(10_000)
def _domain(domain: str) -> str:
    return validate_email(f"a@{domain}", check_deliverability=False).domain


_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
"""The part before the "@" of nearly all addresses (an RFC 5322 dot-atom): nothing in it is to be normalized."""


def folded_mail(mail: str) -> str:
    """The form in which two spellings of an address are compared. Takes anything; a broken address is kept as it is."""
    try:
        return _normalized(mail.strip()).casefold()
    except EmailNotValidError:
        return mail.strip().casefold()


def put_mails(
    rows: list[MailAddress], lines: Sequence[MailLine], *, on: date | None = None, field: str = "mails"
) -> None:
    """Makes `rows` hold these lines in this order; a row whose address stays keeps its id and days.

    What was valid until before `on` stays behind them, unless it stands among the lines: then it is valid again.
    Empty lines are left out. Raises BookError at `field` for a wrong address, or for the same one twice.
    """
    wanted = checked_mails(lines, field=field)
    known = {row.folded: row for row in rows}
    _put(rows, [known[key] if key in known else MailAddress(folded=key) for _line, key in wanted], on)
    for row, (line, _key) in zip(rows, wanted, strict=False):
        row.mail, row.kind = line.mail, line.kind


def checked_mails(lines: Sequence[MailLine], *, field: str = "mails") -> list[tuple[MailLine, str]]:
    """Those that are not empty, each with its folded address. Raises as `put_mails`."""
    wanted = [line for line in (line.checked(field=field) for line in lines) if not line.is_empty]
    keys = [folded_mail(line.mail) for line in wanted]
    if len(set(keys)) < len(keys):
        raise BookError(_("The same e-mail address stands here twice."), field=field)
    return list(zip(wanted, keys, strict=True))


def put_phones(
    rows: list[Phone],
    lines: Sequence[PhoneLine],
    *,
    on: date | None = None,
    country: str = "",
    field: str = "phones",
) -> None:
    """As `put_mails`; `country` as for `read_phone`. Two spellings of one number are the same phone."""
    wanted = checked_phones(lines, country=country, field=field)
    # As typed too: a number may be read otherwise than when it was entered, once the address tells its country.
    known = {row.number: row for row in rows} | {row.digits: row for row in rows}
    found: list[Phone] = []
    for line, phone in wanted:
        row = known.get(phone.digits) or known.get(line.number)
        found.append(Phone() if row is None or row in found else row)
    _put(rows, found, on)
    for row, (line, phone) in zip(rows, wanted, strict=False):
        row.number, row.kind, row.digits = line.number, line.kind, phone.digits
        row.e164, row.extension = phone.e164, phone.extension


def checked_phones(
    lines: Sequence[PhoneLine], *, country: str = "", field: str = "phones"
) -> list[tuple[PhoneLine, ReadPhone]]:
    """Those that are not empty, each with how it is read. Raises as `put_phones`."""
    wanted = [line for line in (line.checked(field=field) for line in lines) if not line.is_empty]
    read = [read_phone(line.number, country=country) for line in wanted]
    if len({phone.digits for phone in read}) < len(read):
        raise BookError(_("The same phone number stands here twice."), field=field)
    return list(zip(wanted, read, strict=True))


def put_postal_addresses(
    rows: list[PostalAddress],
    lines: Sequence[PostalLine],
    *,
    on: date | None = None,
    field: str = "postal_addresses",
) -> None:
    """As `put_mails`, but each line goes to the row in its place; the same address may stand twice in two kinds."""
    wanted = [line for line in (line.checked(field=field) for line in lines) if not line.is_empty]
    if len(set(wanted)) < len(wanted):
        raise BookError(_("The same address stands here twice."), field=field)
    current = [row for row in rows if not row.is_over(on)][: len(wanted)]
    _put(rows, [*current, *(PostalAddress() for _missing in wanted[len(current) :])], on)
    for row, line in zip(rows, wanted, strict=False):
        row.street, row.postal_code, row.town, row.country = line.street, line.postal_code, line.town, line.country
        row.kind = line.kind


def _put(rows: list[Reach], wanted: Sequence[Reach], on: date | None) -> None:
    for row in wanted:
        if row.is_over(on):
            row.until_on = None
    over: list[Reach] = [row for row in rows if row not in wanted and row.is_over(on)]
    rows[:] = list(wanted) + over
    for position, row in enumerate(rows):
        row.position = position
