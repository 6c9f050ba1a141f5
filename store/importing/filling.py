"""Filling what is empty at a relation or contact of the book with what a line has; what stands there stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from store.base import Row
from store.contacts import Contact
from store.importing.facts import Wanted
from store.relations import Relation


@dataclass(slots=True)
class Filled:
    """`made` are the lines that it got, `rows` those whose empty columns were filled, with what they hold now."""

    relation: Relation
    made: list[Row] = field(default_factory=list)
    rows: list[tuple[Relation | Contact, dict[str, str]]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.made and not self.rows


def fill_relation(relation: Relation, wanted: Wanted, *, now: datetime) -> Filled:
    filled = Filled(relation)
    _fill_columns(filled, relation, wanted.relation, ("legal_form", "vat", "qst", "language", "website", "notes"))
    _fill_lines(filled, relation, wanted.relation)
    _stamp(filled, relation, now)
    return filled


def fill_contact(contact: Contact, wanted: Wanted, *, now: datetime) -> Filled:
    """The person's own fields, and those of this place."""
    filled = fill_relation(contact.person, wanted, now=now)
    if wanted.place is not None and wanted.place.function and not contact.function:
        contact.function = wanted.place.function
        filled.rows.append((contact, {"function": contact.function}))
        contact.changed_at = now
    return filled


def _fill_columns(filled: Filled, into: Relation, given: Relation, columns: tuple[str, ...]) -> None:
    values = {name: getattr(given, name) for name in columns if getattr(given, name) and not getattr(into, name)}
    for name, value in values.items():
        setattr(into, name, value)
    if values:
        filled.rows.append((into, values))


def _fill_lines(filled: Filled, into: Relation, given: Relation) -> None:
    for name in ("mail_addresses", "phones", "postal_addresses"):
        here: list[Any] = getattr(into, name)
        lines = list(getattr(given, name))
        if lines and not here:
            getattr(given, name).clear()
            here.extend(lines)
            filled.made += lines


def _stamp(filled: Filled, relation: Relation, now: datetime) -> None:
    if not filled.is_empty:
        relation.changed_at = now
        flag_modified(relation, "changed_at")  # a new version also when only a line was added
