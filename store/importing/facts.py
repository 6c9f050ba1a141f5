"""What one line asks for: its cells checked by the rules of the forms, before anything is looked up or written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from store.addresses import (
    AddressKind,
    MailAddress,
    MailLine,
    Phone,
    PhoneLine,
    PostalLine,
    checked_mails,
    checked_phones,
    put_postal_addresses,
)
from store.base import BookError, Row, _
from store.collaborators import active_collaborators
from store.contacts import ContactKind
from store.contacts.birthdays import Born
from store.countries import country_code
from store.domain import listed
from store.importing.fields import What
from store.importing.inserting import new_row
from store.importing.saying import birthday_said, kind_said, language_said, yes_or_no
from store.involvements import InvolvementCategory
from store.relations import NAME_LIMIT, Relation, RelationKind
from store.typed import line_typed, text_typed
from store.vat import read_vat
from store.words import fold, legal_form_in, name_key

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line cannot be taken over: an untranslated sentence about one field."""

    field: str
    reason: str
    told: dict[str, Any]


class LineRefused(Exception):
    """Every problem of the line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Lists:
    """What cells are compared with: ids of contact kinds by folded label, of collaborators by address.

    `country` is where phone and VAT numbers without a country are from (ISO 3166, "" when not known); `today` and
    `is_month_first` are for days.
    """

    contact_kinds: Mapping[str, int]
    collaborators: Mapping[str, int]
    representative_category: int | None
    country: str
    today: date
    is_month_first: bool

    @classmethod
    def of(cls, session: Session, *, today: date, is_month_first: bool) -> Lists:
        kinds = {
            fold(label): one.id
            for one in listed(session, ContactKind)
            for label in (one.key, one.label_en, one.label_fr, one.label_nl)
        }
        people = {one.mail: one.id for one in active_collaborators(session)}
        categories = [one.id for one in listed(session, InvolvementCategory) if one.fills_representative]
        return cls(kinds, people, next(iter(categories), None), session.info.get("country", ""), today, is_month_first)


@dataclass(slots=True)
class Place:
    """Where a contact is: the relation by name or VAT number, and what belongs to this place alone."""

    relation: str
    vat: str
    function: str
    kind_ids: Sequence[int]
    address: PostalLine
    key: str = ""
    """Of the relation's name."""

    def __post_init__(self) -> None:
        self.key = name_key(self.relation)


@dataclass(slots=True)
class Wanted:
    """`relation` is what the line describes (a contact's person), checked and in no session yet."""

    relation: Relation
    place: Place | None = None
    birthday: Born | None = None
    wants_mailings: bool | None = None
    representative_id: int | None = None
    left_out: Problem | None = None
    """A cell that is not taken over, and does not keep the rest of the line out."""

    @property
    def mails(self) -> list[str]:
        """Folded."""
        return [row.folded for row in self.relation.mail_addresses]

    @property
    def town(self) -> str:
        """Folded."""
        rows = self.relation.postal_addresses
        return fold(rows[0].town if rows else self.place.address.town if self.place else "")


@dataclass(slots=True)
class _Checking:
    """Collects what is wrong instead of stopping at the first."""

    cells: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    left_out: Problem | None = None

    def text(self, key: str) -> str:
        return self.cells.get(key, "").strip()

    def __call__(self, key: str, check: Callable[[], T]) -> T | None:
        try:
            return check()
        except BookError as error:
            self.problems.append(Problem(key, error.text, dict(error.values)))
            return None


def facts_in(cells: Mapping[str, str], what: What, lists: Lists) -> Wanted:
    """`cells` are the line's by field key. Raises LineRefused."""
    checking = _Checking(cells)
    wanted = _contact(checking, lists) if what is What.CONTACTS else _relation(checking, lists)
    if checking.problems:
        raise LineRefused(checking.problems)
    wanted.left_out = checking.left_out
    return wanted


def _relation(checking: _Checking, lists: Lists) -> Wanted:
    kind = checking("kind", lambda: kind_said(checking.text("kind"))) or RelationKind.COMPANY
    relation = new_relation(kind)
    checking("name", lambda: relation.rename(checking.text("name")))
    said = checking.text("legal_form")
    if not said and kind is RelationKind.COMPANY:
        said = legal_form_in(checking.text("name"))
    relation.legal_form = checking("legal_form", lambda: line_typed(said, field="", limit=40)) or ""
    _put_shared(checking, relation, lists, _address(checking))
    checking("vat", lambda: relation.take_vat(checking.text("vat"), country=lists.country))
    checking("qst", lambda: relation.take_qst(checking.text("qst"), country=lists.country))
    return Wanted(relation, representative_id=checking("representative", lambda: _representative(checking, lists)))


def _contact(checking: _Checking, lists: Lists) -> Wanted:
    company, vat = checking.text("relation"), checking.text("vat")
    person = new_relation(RelationKind.PERSON, is_only_contact=bool(company or vat), legal_form="", vat="", qst="")
    name = checking.text("name") or " ".join(filter(None, map(checking.text, ("first_name", "last_name"))))
    checking("name" if "name" in checking.cells else "last_name", lambda: person.rename(name))
    address = checking("street", lambda: _address(checking).checked()) or PostalLine()
    _put_shared(checking, person, lists, PostalLine() if company or vat else address)
    wanted = Wanted(person)
    wanted.birthday = checking("birthday", lambda: _born(checking, lists))
    wanted.wants_mailings = checking("mailings", lambda: yes_or_no(checking.text("mailings")))
    if company or vat:
        wanted.place = Place(
            relation=checking("relation", lambda: line_typed(company, field="", limit=NAME_LIMIT)) or "",
            vat=checking("vat", lambda: read_vat(vat, country=lists.country)) or "",
            function=checking("function", lambda: line_typed(checking.text("function"), field="")) or "",
            kind_ids=checking("contact_kinds", lambda: _contact_kinds(checking.text("contact_kinds"), lists)) or (),
            address=address,
        )
    return wanted


def _put_shared(checking: _Checking, relation: Relation, lists: Lists, address: PostalLine) -> None:
    checking("language", lambda: relation.speak(language_said(checking.text("language"))))
    relation.website = checking("website", lambda: line_typed(checking.text("website"), field="")) or ""
    relation.notes = checking("notes", lambda: text_typed(checking.text("notes"), field="")) or ""
    mails = [MailLine(mail) for mail in _several(checking, "mail", "other_mails")]
    mobile = checking.text("mobile")
    phones = [PhoneLine(number) for number in _several(checking, "phone", "other_phones") if number != mobile]
    phones += [PhoneLine(mobile, AddressKind.MOBILE)] if mobile else []

    # Each by itself, so that each problem is told at its own column; the address first, for it says the country.
    if not address.is_empty:
        checking("street", lambda: put_postal_addresses(relation.postal_addresses, [address]))
    if mails:
        checking("mail", lambda: relation.mail_addresses.extend(_mails(mails)))
    if phones:
        country = relation.country or lists.country
        at = "phone" if "phone" in checking.cells else "mobile"
        checking(at, lambda: relation.phones.extend(_phones(phones, country)))


def new_relation(kind: RelationKind, *, is_only_contact: bool = False, **values: str) -> Relation:
    """In no session: see `new_row`."""
    lines: dict[str, list[Row]] = {"postal_addresses": [], "mail_addresses": [], "phones": []}
    return new_row(Relation, kind=kind, is_only_contact=is_only_contact, **lines, **values)


def _mails(lines: Sequence[MailLine]) -> Iterator[MailAddress]:
    for position, (line, folded) in enumerate(checked_mails(lines)):
        yield new_row(MailAddress, kind=line.kind, position=position, mail=line.mail, folded=folded)


def _phones(lines: Sequence[PhoneLine], country: str) -> Iterator[Phone]:
    for position, (line, read) in enumerate(checked_phones(lines, country=country)):
        dialled = {"e164": read.e164, "extension": read.extension, "digits": read.digits}
        yield new_row(Phone, kind=line.kind, position=position, number=line.number, **dialled)


def _several(checking: _Checking, first: str, others: str) -> list[str]:
    """What stands in the two fields, once each; Google puts " ::: " between several of one kind."""
    typed = [checking.text(first)]
    typed += re.split(r"\s*(?:;|,|\||:::|\n)\s*", checking.text(others))
    return list(dict.fromkeys(text for text in typed if text))


def _address(checking: _Checking) -> PostalLine:
    street, postal_code, town, country = map(checking.text, ("street", "postal_code", "town", "country"))
    code = country_code(country)
    if country and not code:
        reason = _("“{country}” is no country that Rapport knows: the line came in without it.")
        checking.left_out = Problem("country", reason, {"country": country[:100]})
    return PostalLine(street, postal_code, town, code)


def _born(checking: _Checking, lists: Lists) -> Born | None:
    return birthday_said(checking.text("birthday"), today=lists.today, month_first=lists.is_month_first)


def _contact_kinds(text: str, lists: Lists) -> list[int]:
    names = [name for name in re.split(r"\s*[;,|\n]\s*", text) if name]
    for name in names:
        if fold(name) not in lists.contact_kinds:
            raise BookError(_("{typed} is not on the office’s list. Add it there first."), typed=name[:60])
    return list(dict.fromkeys(lists.contact_kinds[fold(name)] for name in names))


def _representative(checking: _Checking, lists: Lists) -> int | None:
    mail = checking.text("representative").casefold()
    if mail and lists.representative_category is None:
        raise BookError(_("No category of the office’s list makes somebody the representative."))
    if mail and mail not in lists.collaborators:
        raise BookError(_("Nobody of the office has the address {mail}."), mail=mail[:100])
    return lists.collaborators.get(mail)
