"""What a list can bring into the book, and by which column names it is known in three languages and two programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from store.base import _
from store.importing.headers import NAMES
from store.words import fold


class What(StrEnum):
    """What the lines of a list are: relations, or contacts with the relation they belong to."""

    RELATIONS = "relations"
    CONTACTS = "contacts"


class Duplicates(StrEnum):
    """What happens with a line that matches what the book has: left out, used to fill what is empty, or added."""

    SKIP = "skip"
    FILL = "fill"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class ImportField:
    key: str
    label: str


_SHARED = (
    ImportField("mail", _("E-mail")),
    ImportField("other_mails", _("Other e-mails")),
    ImportField("phone", _("Phone")),
    ImportField("mobile", _("Mobile phone")),
    ImportField("other_phones", _("Other phones")),
    ImportField("street", _("Street")),
    ImportField("postal_code", _("Postal code")),
    ImportField("town", _("Town")),
    ImportField("country", _("Country")),
    ImportField("language", _("Language")),
    ImportField("website", _("Website")),
    ImportField("notes", _("Remarks")),
)
FIELDS: dict[What, tuple[ImportField, ...]] = {
    What.RELATIONS: (
        ImportField("name", _("Name")),
        ImportField("kind", _("Company or person")),
        ImportField("legal_form", _("Legal form")),
        ImportField("vat", _("VAT number")),
        ImportField("qst", _("QST number (Québec)")),
        *_SHARED,
        ImportField("representative", _("E-mail of the representative")),
    ),
    What.CONTACTS: (
        ImportField("name", _("Name")),
        ImportField("first_name", _("First name")),
        ImportField("last_name", _("Last name")),
        ImportField("relation", _("Relation where they are")),
        ImportField("vat", _("VAT number of that relation")),
        ImportField("function", _("Function")),
        ImportField("contact_kinds", _("What this person does there")),
        ImportField("birthday", _("Birthday")),
        ImportField("mailings", _("Mailings (yes or no)")),
        *_SHARED,
    ),
}
KEYS: dict[What, frozenset[str]] = {what: frozenset(one.key for one in fields) for what, fields in FIELDS.items()}


def guessed_what(columns: Sequence[str]) -> What:
    """Contacts when there are first or last names, or a person's function."""
    found = set(guessed_fields(What.CONTACTS, columns))
    is_of_people = found & {"first_name", "last_name", "function", "birthday", "contact_kinds", "mailings"}
    return What.CONTACTS if is_of_people or {"name", "relation"} <= found else What.RELATIONS


def guessed_fields(what: What, columns: Sequence[str]) -> list[str]:
    """For each column the field that its name says, "" for none; each field once, by its most usual name."""
    names = [_header_key(column) for column in columns]
    fields = [""] * len(names)
    for one in FIELDS[what]:
        known = NAMES[what.value].get(one.key) or NAMES["shared"].get(one.key, ())
        free = {name: at for at, name in reversed(list(enumerate(names))) if not fields[at]}
        at = next((free[name] for name in known if name in free), None)
        if at is not None:
            fields[at] = one.key
    return fields


def _header_key(column: str) -> str:
    return "".join(sign for sign in fold(column) if sign.isalnum())
