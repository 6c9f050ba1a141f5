"""Exports: what a collaborator may see, as rows of text that an import understands. Each one stands in the trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Select, literal, select, true
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, selectinload

from store.access import require_admin, require_present, visible
from store.actions import Action
from store.addresses import AddressKind
from store.audit import Audited
from store.base import Row
from store.batches import AT_ONCE, batches
from store.collaborators import Collaborator, Scope
from store.consent import Suppression, refusals
from store.contacts import Birthday, BirthdayShown, Born, Contact, mail_for, phone_for, shown_of
from store.involvements import commissions_on
from store.relations import Relation
from store.scopes import in_scope, scoped
from store.vat import shown_qst, shown_vat


class Exported(StrEnum):
    RELATIONS = "relations"
    CONTACTS = "contacts"
    ACTIONS = "actions"
    SUPPRESSIONS = "suppressions"
    COMMISSIONS = "commissions"
    REPORTS = "reports"


class Export(Audited, Row):
    """That somebody took data out of the book: what, in which format, and whether of their own files alone."""

    __tablename__ = "export"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[Exported]
    file_format: Mapped[str]
    is_own_only: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    at: Mapped[datetime]


Record = Mapping[str, str]
"""By field key, as an import reads it, a country by its code; what is empty may be missing."""


def note_export(
    session: Session, *, by: Collaborator, now: datetime, what: Exported, file_format: str, is_own_only: bool
) -> Export:
    """To be committed before anything is handed over. Raises NotAllowed; suppressions are for administrators."""
    require_admin(by) if what is Exported.SUPPRESSIONS else require_present(by)
    row = Export(what=what, file_format=file_format, is_own_only=is_own_only, by_id=by.id, at=now)
    session.add(row)
    session.flush()
    return row


def exported_records(
    session: Session,
    what: Exported,
    *,
    asked_by: Collaborator,
    is_own_only: bool,
    on: date,
    birthdays: BirthdayShown,
) -> Iterator[Record]:
    """In the order in which they were added; what the asking collaborator may not see is left out.

    Commissions are those valid `on` that day, by collaborator. `birthdays` is how much the office shows of them.
    """
    require_admin(asked_by) if what is Exported.SUPPRESSIONS else require_present(asked_by)
    if what is Exported.SUPPRESSIONS:
        return _suppressions(session)
    if what is Exported.ACTIONS:
        return _actions(session, asked_by, is_own_only=is_own_only)
    if what is Exported.COMMISSIONS:
        return _commissions(session, asked_by, is_own_only=is_own_only, on=on)
    if what is Exported.RELATIONS:
        return _relations(session, asked_by, is_own_only=is_own_only, on=on)
    return _contacts(session, asked_by, is_own_only=is_own_only, on=on, office=birthdays)


def _files(relation_id: object, asked_by: Collaborator, *, is_own_only: bool, on: date) -> list[ColumnElement[bool]]:
    own = scoped(relation_id, Scope.OWN, me=literal(asked_by.id), on=literal(on)) if is_own_only else true()
    return [in_scope(relation_id, asked_by=asked_by, on=on), own]


def _relations(session: Session, asked_by: Collaborator, *, is_own_only: bool, on: date) -> Iterator[Record]:
    query = select(Relation.id).where(Relation.deleted_at.is_(None), Relation.is_only_contact.is_(False))
    ids = session.scalars(
        query.where(*_files(Relation.id, asked_by, is_own_only=is_own_only, on=on)).order_by(Relation.id)
    )
    lines = (Relation.postal_addresses, Relation.mail_addresses, Relation.phones)
    for some in batches(list(ids)):
        found = select(Relation).where(Relation.id.in_(some)).options(*(selectinload(line) for line in lines))
        for relation in session.scalars(found.order_by(Relation.id)):
            yield {
                "name": relation.name,
                "kind": relation.kind.value,
                "legal_form": relation.legal_form,
                "vat": shown_vat(relation.vat) if relation.vat else "",
                "qst": shown_qst(relation.qst),
                **_reach(relation, on),
            }
        session.expunge_all()


def _reach(relation: Relation, on: date) -> dict[str, str]:
    mails = [row.mail for row in relation.mail_addresses if row.is_valid(on)]
    phones = [row.number for row in relation.phones if row.is_valid(on) and row.kind is not AddressKind.MOBILE]
    mobiles = [row.number for row in relation.phones if row.is_valid(on) and row.kind is AddressKind.MOBILE]
    address = next((row for row in relation.postal_addresses if row.is_valid(on)), None)
    return {
        "mail": mails[0] if mails else "",
        "other_mails": "; ".join(mails[1:]),
        "phone": phones[0] if phones else "",
        "mobile": mobiles[0] if mobiles else "",
        "other_phones": "; ".join([*phones[1:], *mobiles[1:]]),
        **{name: getattr(address, name, "") for name in ("street", "postal_code", "town", "country")},
        "language": relation.language,
        "website": relation.website,
        "notes": relation.notes,
    }


def _contacts(
    session: Session, asked_by: Collaborator, *, is_own_only: bool, on: date, office: BirthdayShown
) -> Iterator[Record]:
    person, relation = aliased(Relation), aliased(Relation)
    query = (
        select(Contact.id)
        .join(person, person.id == Contact.person_id)
        .join(relation, relation.id == Contact.relation_id)
    )
    query = query.where(Contact.deleted_at.is_(None), person.deleted_at.is_(None), relation.deleted_at.is_(None))
    query = query.where(*_files(Contact.relation_id, asked_by, is_own_only=is_own_only, on=on))
    for some in batches(list(session.scalars(query.order_by(Contact.id)))):
        contacts = session.scalars(select(Contact).where(Contact.id.in_(some)).order_by(Contact.id)).all()
        contacts = [one for one in contacts if one.is_there(on)]
        birthdays = _birthdays(session, [one.person_id for one in contacts], office)
        reached = [(one.person_id, (mail_for(session, one, on=on) or "").casefold()) for one in contacts]
        for contact, refused in zip(contacts, refusals(session, reached, topic_id=None), strict=True):
            yield _contact(session, contact, on=on, language=asked_by.language) | {
                "birthday": birthdays.get(contact.person_id, ""),
                "mailings": "no" if refused else "",
            }
        session.expunge_all()


def _contact(session: Session, contact: Contact, *, on: date, language: str) -> dict[str, str]:
    here = _reach(contact.person, on)
    of_relation = next((row for row in contact.relation.postal_addresses if row.is_valid(on)), None)
    address = contact if contact.has_own_address else of_relation
    return {
        "name": contact.person.name,
        "relation": contact.relation.name,
        "vat": shown_vat(contact.relation.vat) if contact.relation.vat else "",
        "function": contact.function,
        "contact_kinds": "; ".join(role.kind.label(language) for role in contact.roles),
        **here,
        "mail": mail_for(session, contact, on=on) or "",
        "phone": phone_for(session, contact, on=on) or "",
        **{name: getattr(address, name, "") for name in ("street", "postal_code", "town", "country")},
    }


def _birthdays(session: Session, person_ids: list[int], office: BirthdayShown) -> dict[int, str]:
    """What the cards show of them."""
    rows = session.scalars(select(Birthday).where(Birthday.person_id.in_(person_ids)))
    return {row.person_id: _day(born) for row in rows if (born := shown_of(row, office)) is not None}


def _day(born: Born) -> str:
    return f"{born.year:04}-{born.month:02}-{born.day:02}" if born.year else f"--{born.month:02}-{born.day:02}"


def _actions(session: Session, asked_by: Collaborator, *, is_own_only: bool) -> Iterator[Record]:
    query = select(Action.id).where(Action.deleted_at.is_(None), visible(Action, asked_by=asked_by))
    query = query.where(Action.owner_id == asked_by.id) if is_own_only else query
    for some in batches(list(session.scalars(query.order_by(Action.id)))):
        for action in session.scalars(_with_points(some)):
            yield {
                "type": action.type.label(asked_by.language),
                "status": action.status.label(asked_by.language),
                "subject": action.subject,
                "relation": action.relation.name,
                "contact": action.contact.person.name if action.contact else "",
                "starts": _moment(action.starts_on, action.starts_time),
                "ends": _moment(action.ends_on, action.ends_time),
                "representative": action.owner.mail,
                "place": action.place,
                "points": action.points,
                "headline": action.headline,
                "discussed": action.discussed,
                "report": action.report,
            }
        session.expunge_all()


def _with_points(ids: Sequence[int]) -> Select[Action]:
    return select(Action).where(Action.id.in_(ids)).options(selectinload(Action.point_rows)).order_by(Action.id)


def _commissions(session: Session, asked_by: Collaborator, *, is_own_only: bool, on: date) -> Iterator[Record]:
    for row in commissions_on(session, asked_by=asked_by, on=on):
        if is_own_only and row.collaborator_id != asked_by.id:
            continue
        yield {
            "collaborator": row.collaborator.name,
            "relation": row.relation.name,
            "dossier": row.dossier.label if row.dossier else "",
            "category": row.category.label(asked_by.language),
            "commission": f"{row.commission:f}",
            "since": row.since_on.isoformat(),
            "until": row.until_on.isoformat() if row.until_on else "",
        }


def _moment(on: date, at: object) -> str:
    return f"{on.isoformat()} {at:%H:%M}" if at else on.isoformat()


def _suppressions(session: Session) -> Iterator[Record]:
    for row in session.scalars(select(Suppression).order_by(Suppression.id).execution_options(yield_per=AT_ONCE)):
        yield {"mail": row.mail, "reason": row.reason.value, "since": row.at.date().isoformat()}
