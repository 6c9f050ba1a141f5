"""Giving a person a place at a relation, changing and ending it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from store.access import require_active
from store.addresses import MailAddress, MailLine, Phone, PhoneLine, folded_mail, put_mails, put_phones
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.contacts.details import STAYS, Details, put_details
from store.contacts.model import Contact
from store.contacts.model import standing_id as standing_place_id
from store.contacts.ranks import contact_to_write, leave_ranks, put_kinds, take_ranks_again
from store.phones import read_phone
from store.relations import Relation, RelationKind, add_relation, standing_id
from store.scopes import require_in_scope
from store.standing import lock_standing
from store.typed import line_typed

Reached = TypeVar("Reached", bound=MailAddress | Phone)


def add_contact(
    session: Session,
    *,
    by: Collaborator,
    now: datetime,
    relation_id: int,
    name: str = "",
    person_id: int | None = None,
    mail: str = "",
    phone: str = "",
    function: str = "",
    language: str = "",
    since_on: date | None = None,
    kind_ids: Sequence[int] = (),
    ranks: Mapping[int, int] = MappingProxyType({}),
    details: Details = STAYS,
) -> Contact:
    """Gives a new person (`name`) or an existing one (`person_id`) a place at the relation.

    Without `mail` an existing person is reached there as at the place held so far. `ranks` by kind id; without one they
    come last. Raises NotFound, and BookError at `name`, `mail`, `phone`,
    `function`, `language`, `kind_ids` or the fields of `put_details`.
    """
    require_active(by)
    relation = _standing(session, relation_id, by=by)
    if person_id is None:
        person = add_relation(
            session, by=by, now=now, name=name, kind=RelationKind.PERSON, language=language, is_only_contact=True
        )
    else:
        person = _standing(session, person_id, by=by, field="name")
        _refuse_second_place(session, person, relation, since_on)
    contact = Contact(person=person, relation=relation, since_on=since_on, changed_at=now)
    contact.roles, contact.groupings = [], []
    contact.function = line_typed(function, field="function")
    session.add(contact)
    session.flush()
    _put_reach(session, contact, mail=mail, phone=phone, on=by.day_of(now))
    if not mail and person_id is not None:
        _share_mail(session, contact, on=by.day_of(now))
    put_kinds(session, contact, kind_ids, ranks)
    put_details(session, contact, details, by=by, now=now)
    session.flush()
    return contact


def _standing(session: Session, relation_id: int, *, by: Collaborator, field: str | None = None) -> Relation:
    relation = session.get(Relation, standing_id(session, relation_id))
    if relation is None or relation.deleted_at is not None:
        raise NotFound(field=field)
    require_in_scope(session, relation.id, by=by, field=field)
    return relation


def _refuse_second_place(
    session: Session,
    person: Relation,
    relation: Relation,
    since_on: date | None,
    until_on: date | None = None,
    *,
    besides_id: int = 0,
) -> None:
    if person.kind is not RelationKind.PERSON or person.id == relation.id:
        raise BookError(_("Choose a person."), field="name")
    # Locked, or two who give them the same place at the same time would both find none.
    lock_standing(session, person.id)
    query = select(Contact).where(Contact.person_id == person.id, Contact.relation_id == relation.id)
    query = query.where(Contact.deleted_at.is_(None), Contact.id != besides_id)
    query = query.where(or_(Contact.until_on.is_(None), Contact.until_on >= (since_on or date.min)))
    query = query.where(or_(Contact.since_on.is_(None), Contact.since_on <= (until_on or date.max)))
    if session.scalars(query.limit(1)).first() is not None:
        raise BookError(
            _("{person} is a contact of {relation} already."), field="name", person=person.name, relation=relation.name
        )


def edit_contact(
    session: Session,
    contact_id: int,
    *,
    by: Collaborator,
    now: datetime,
    version: int | None = None,
    person_version: int | None = None,
    name: str | None = None,
    mail: str | None = None,
    phone: str | None = None,
    function: str | None = None,
    language: str | None = None,
    kind_ids: Sequence[int] | None = None,
    ranks: Mapping[int, int] = MappingProxyType({}),
    details: Details = STAYS,
) -> Contact:
    """What is None stays; name, language and birthday are the person's, wherever else they have a place.

    Raises NotFound, ChangedMeanwhile (of the place, or of the person), and BookError at the fields of `add_contact`.
    """
    contact = contact_to_write(session, contact_id, by=by)
    contact.expect_version(version)
    contact.person.expect_version(person_version, kept_as="person_version")
    if name is not None:
        contact.person.rename(name)
    if language is not None:
        contact.person.speak(language)
    if function is not None:
        contact.function = line_typed(function, field="function")
    _put_reach(session, contact, mail=mail, phone=phone, on=by.day_of(now))
    is_person_changed = session.is_modified(contact.person)  # asked before a query writes the change down
    if put_details(session, contact, details, by=by, now=now) or is_person_changed:
        contact.person.changed_at = now
        flag_modified(contact.person, "changed_at")  # an address alone makes no new version of the person by itself
    if kind_ids is not None:
        put_kinds(session, contact, kind_ids, ranks)
    contact.changed_at = now
    flag_modified(contact, "changed_at")  # a new version also when only an address or a rank changed
    session.flush()
    return contact


def _put_reach(session: Session, contact: Contact, *, mail: str | None, phone: str | None, on: date) -> None:
    """The address and phone that show at this place (see `mail_for`); the person's others stay. "" takes it away."""
    mails, phones = contact.person.mail_addresses, contact.person.phones
    country = contact.relation.country or session.info.get("country", "")
    if mail is not None and mail != getattr(_shown(contact, _current(mails, on)), "mail", ""):
        own = _of_place(contact, _current(mails, on), is_cleared=not mail)
        same = [row for row in mails if mail and row.folded == folded_mail(mail)]
        others = [row for row in mails if row not in own and row not in same]
        if not (shared := _tied_elsewhere(contact, same)):
            put_mails(own, [MailLine(mail)], field="mail")
        mails[:] = _in_order(None, shared, others) if shared else _in_order(contact.id, own, others)
    if phone is not None and phone != getattr(_shown(contact, _current(phones, on)), "number", ""):
        held = _of_place(contact, _current(phones, on), is_cleared=not phone)
        digits = read_phone(phone, country=country).digits
        alike = [row for row in phones if phone and row.digits == digits]
        rest = [row for row in phones if row not in held and row not in alike]
        if not (common := _tied_elsewhere(contact, alike)):
            put_phones(held, [PhoneLine(phone)], country=country, field="phone")
        phones[:] = _in_order(None, common, rest) if common else _in_order(contact.id, held, rest)


def _share_mail(session: Session, contact: Contact, *, on: date) -> None:
    """A further place of who has addresses of places alone: the first of a place still held serves at all of them."""
    mails = _current(contact.person.mail_addresses, on)
    if any(row.contact_id is None for row in mails):
        return
    for row in mails:
        place = session.get_one(Contact, row.contact_id)
        if place.deleted_at is None and place.is_there(on):
            row.contact_id = None
            return


def _current(rows: Sequence[Reached], on: date) -> list[Reached]:
    return [row for row in rows if not row.is_over(on)]


def _shown(contact: Contact, rows: Sequence[Reached]) -> Reached | None:
    free = (row for row in rows if row.contact_id is None)
    return next((row for row in rows if row.contact_id == contact.id), None) or next(free, None)


def _of_place(contact: Contact, rows: Sequence[Reached], *, is_cleared: bool) -> list[Reached]:
    own = [row for row in rows if row.contact_id == contact.id]
    shown = _shown(contact, rows)
    return [shown] if is_cleared and not own and shown else own


def _tied_elsewhere(contact: Contact, same: Sequence[Reached]) -> list[Reached]:
    """The row of another place of the person: what two places have is the person's own, and taken from neither."""
    return [row for row in same if row.contact_id not in (None, contact.id)][:1]


def _in_order(contact_id: int | None, first: Sequence[Reached], others: Sequence[Reached]) -> list[Reached]:
    for row in first:
        row.contact_id = contact_id
    for position, row in enumerate([*first, *others]):
        row.position = position
    return [*first, *others]


def end_contact(
    session: Session, contact_id: int, *, by: Collaborator, on: date, now: datetime, version: int | None = None
) -> Contact:
    """`on` is their last day there. Ranks stay: from the next day forms fill with the next in rank.

    Raises NotFound, ChangedMeanwhile, and BookError at `until_on` when it is before the first day.
    """
    contact = contact_to_write(session, contact_id, by=by)
    contact.expect_version(version)
    if contact.since_on is not None and on < contact.since_on:
        raise BookError(_("The last day must not be before the first."), field="until_on")
    contact.until_on, contact.changed_at = on, now
    session.flush()
    return contact


def reopen_contact(session: Session, contact_id: int, *, by: Collaborator, now: datetime) -> Contact:
    """Takes `end_contact` back. Raises NotFound, and BookError at `name` when they were given the place again since."""
    contact = contact_to_write(session, contact_id, by=by)
    _refuse_second_place(session, contact.person, contact.relation, contact.since_on, besides_id=contact.id)
    contact.until_on, contact.changed_at = None, now
    session.flush()
    return contact


def delete_contact(session: Session, contact_id: int, *, by: Collaborator, now: datetime) -> Contact:
    """For one entered by mistake; who was there and is gone has left (`end_contact`). History keeps the name.

    Those behind in rank close up. A person known through this place alone goes with it. Raises NotFound.
    """
    contact = contact_to_write(session, contact_id, by=by)
    leave_ranks(session, contact)
    contact.deleted_at = contact.changed_at = now
    others = select(Contact.id).where(Contact.person_id == contact.person_id, Contact.deleted_at.is_(None))
    session.flush()
    if contact.person.is_only_contact and session.scalars(others.limit(1)).first() is None:
        contact.person.deleted_at = contact.person.changed_at = now
    session.flush()
    return contact


def restore_contact(session: Session, contact_id: int, *, by: Collaborator, now: datetime) -> Contact:
    """Takes `delete_contact` back; harmless when it was taken back already.

    Raises NotFound, and BookError at `name` when the person was given the same place since.
    """
    require_active(by)
    contact = session.get(Contact, standing_place_id(session, contact_id))
    if contact is None or contact.relation.deleted_at is not None:
        raise NotFound
    require_in_scope(session, contact.relation_id, by=by)
    if contact.deleted_at is None:
        return contact
    if contact.person.deleted_at == contact.deleted_at:
        contact.person.deleted_at, contact.person.changed_at = None, now
    if contact.person.deleted_at is not None:
        raise NotFound
    _refuse_second_place(session, contact.person, contact.relation, contact.since_on, contact.until_on)
    contact.deleted_at, contact.changed_at = None, now
    take_ranks_again(session, contact)
    session.flush()
    return contact
