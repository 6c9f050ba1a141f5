"""What a contact's form asks behind "More": website and address of the place, groupings, the person's birthday."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from store.addresses import PostalLine
from store.collaborators import Collaborator
from store.contacts.birthdays import Birthday, BirthdayShown, birthday_of, birthday_typed
from store.contacts.model import Contact, Grouping
from store.domain import line
from store.relations import Relation
from store.typed import line_typed


@dataclass(frozen=True, slots=True)
class Details:
    """None: stays as it is. An empty website or address: the relation's.

    `birthday` is as typed. `birthday_shown` is a BirthdayShown, or "" for the office's setting.
    """

    website: str | None = None
    address: PostalLine | None = None
    grouping_ids: Sequence[int] | None = None
    birthday: str | None = None
    birthday_shown: str | None = None


STAYS = Details()


def put_details(session: Session, contact: Contact, details: Details, *, by: Collaborator, now: datetime) -> bool:
    """Whether something of the person changed. Raises BookError at `website`, `street`, `grouping_ids`, `birthday`."""
    if details.website is not None:
        contact.website = line_typed(details.website, field="website")
    if details.address is not None:
        address = details.address.checked(field="street")
        contact.street, contact.postal_code = address.street, address.postal_code
        contact.town, contact.country = address.town, address.country
    if details.grouping_ids is not None:
        found = [line(session, Grouping, one, field="grouping_ids") for one in details.grouping_ids]
        contact.groupings[:] = list(dict.fromkeys(found))
    return _put_birthday(session, contact.person, details, by=by, today=by.day_of(now))


def _put_birthday(session: Session, person: Relation, details: Details, *, by: Collaborator, today: date) -> bool:
    if details.birthday is None and details.birthday_shown is None:
        return False
    row = birthday_of(session, person.id)
    if details.birthday is not None:
        born = birthday_typed(details.birthday, today=today, month_first=by.locale == "en-US")
        if born is None:
            if row is not None:
                session.delete(row)
            return row is not None
        if row is None:
            row = Birthday(person_id=person.id, shown=None)
            session.add(row)
        row.day, row.month, row.year = born.day, born.month, born.year
    if row is not None and details.birthday_shown is not None:
        row.shown = BirthdayShown(details.birthday_shown) if details.birthday_shown else None
    return row is not None and (row in session.new or session.is_modified(row))
