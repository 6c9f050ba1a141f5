"""Whose birthday it is: among the contacts at one's own files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.contacts import Birthday, BirthdayShown, Born, Contact, shown_of
from store.involvements import Involvement
from store.involvements.queries import is_there
from store.relations import Relation
from store.scopes import in_scope


@dataclass(frozen=True, slots=True)
class Celebration:
    on: date
    contact: Contact


def celebrations(
    session: Session, *, asked_by: Collaborator, first: date, last: date, office: BirthdayShown
) -> list[Celebration]:
    """Birthdays from `first` to `last` of the contacts at files that the asking collaborator is on, by day then name.

    Each person once; without those whose birthday is hidden.
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    is_on_file = select(Involvement.relation_id).where(
        Involvement.collaborator_id == asked_by.id,
        *is_there(first),
    )
    query = (
        select(Birthday, Contact)
        .join(Contact, Contact.person_id == Birthday.person_id)
        .where(
            or_(*(_is_born_for(day) for day in days)),
            Contact.relation_id.in_(is_on_file),
            Contact.deleted_at.is_(None),
            or_(Contact.since_on.is_(None), Contact.since_on <= first),
            or_(Contact.until_on.is_(None), Contact.until_on >= first),
            Contact.person.has(Relation.deleted_at.is_(None)),
            Contact.relation.has(Relation.deleted_at.is_(None)),
            in_scope(Contact.relation_id, asked_by=asked_by),
        )
        .order_by(Contact.id)
    )
    found: dict[int, Celebration] = {}
    for birthday, contact in session.execute(query):
        if (born := shown_of(birthday, office)) is not None:
            on = next(day for day in days if born.celebrated_on(day.year) == day)
            found.setdefault(birthday.person_id, Celebration(on, contact))
    return sorted(found.values(), key=lambda one: (one.on, one.contact.person.folded))


def _is_born_for(day: date) -> ColumnElement[bool]:
    is_that = and_(Birthday.month == day.month, Birthday.day == day.day)
    is_stand_in = Born(29, 2).celebrated_on(day.year) == day
    return or_(is_that, and_(Birthday.month == 2, Birthday.day == 29)) if is_stand_in else is_that
