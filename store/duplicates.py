"""Relations that may be one and the same: told with the reason, never refused, and not again once somebody said no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Select, UniqueConstraint, and_, exists, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from store.addresses import MailAddress, Phone, PostalAddress, folded_mail
from store.base import BookError, Row, _
from store.collaborators import Collaborator
from store.contacts import Contact
from store.relations import Relation, relation_to_write
from store.scopes import in_scope
from store.standing import lock_standing
from store.words import name_key


class DuplicateReason(StrEnum):
    """Why two may be the same, the strongest first."""

    VAT = "vat"
    MAIL = "mail"
    PHONE = "phone"
    NAME_AND_TOWN = "name_and_town"
    NAME_AND_PLACE = "name_and_place"
    NAME = "name"


class NotDuplicate(Row):
    """Somebody looked at the two and said that they differ. `one_id` is the lower."""

    __tablename__ = "not_duplicate"
    __table_args__ = (UniqueConstraint("one_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("collaborator.id"))
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Likeness:
    """`other` may be the relation that was asked about, for these reasons."""

    other: Relation
    reasons: tuple[DuplicateReason, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    one: Relation
    other: Relation
    reasons: tuple[DuplicateReason, ...]


One, Other = aliased(Relation), aliased(Relation)


def possible_duplicates(
    session: Session,
    *,
    asked_by: Collaborator,
    name: str = "",
    vat: str = "",
    mails: Sequence[str] = (),
    besides_id: int | None = None,
    limit: int = 10,
) -> Sequence[Relation]:
    """Relations with the same folded name, VAT number or one of these mail addresses, by name, but `besides_id`.

    For a warning: namesakes exist, and couples share an address.
    """
    same_mail = select(MailAddress.relation_id).where(MailAddress.folded.in_([folded_mail(mail) for mail in mails]))
    is_same = or_(
        Relation.folded == (name_key(name) or None), Relation.vat == (vat or None), Relation.id.in_(same_mail)
    )
    query = select(Relation).where(is_same, Relation.deleted_at.is_(None), Relation.id != (besides_id or 0))
    query = query.where(in_scope(Relation.id, asked_by=asked_by))
    return session.scalars(query.order_by(Relation.folded, Relation.id).limit(limit)).all()


def likely_duplicates(
    session: Session, relation_id: int, *, asked_by: Collaborator, limit: int = 5
) -> Sequence[Likeness]:
    """Who in the asker's scope may be the same as this relation, the likeliest first."""
    found: dict[int, list[DuplicateReason]] = {}
    for reason, pairs in _pairs():
        query = pairs.where(One.id == relation_id, Other.id != relation_id)
        for _one_id, other_id in session.execute(_to_tell(query, asked_by).limit(limit * 2)):
            found.setdefault(other_id, []).append(reason)
    ordered = sorted(found.items(), key=lambda item: (_weight(item[1]), item[0]))[:limit]
    return [Likeness(session.get_one(Relation, one), _told(reasons)) for one, reasons in ordered]


def all_duplicates(session: Session, *, asked_by: Collaborator, limit: int = 50) -> Sequence[Pair]:
    """Pairs of the book within the asker's scope, each once, the likeliest first; a name alone does not count."""
    found: dict[tuple[int, int], list[DuplicateReason]] = {}
    for reason, pairs in _pairs():
        if reason is DuplicateReason.NAME:
            continue
        query = _to_tell(pairs.where(One.id < Other.id), asked_by).order_by(One.id, Other.id)
        for one_id, other_id in session.execute(query.limit(limit)):
            found.setdefault((one_id, other_id), []).append(reason)
    ordered = sorted(found.items(), key=lambda item: (_weight(item[1]), item[0]))[:limit]
    return [
        Pair(session.get_one(Relation, one), session.get_one(Relation, other), _told(reasons))
        for (one, other), reasons in ordered
    ]


def differ(session: Session, one_id: int, other_id: int, *, by: Collaborator, now: datetime) -> None:
    """Remembers that the two are not the same; one that was merged counts as the kept one.

    Raises NotAllowed, NotFound, BookError for one and itself.
    """
    low, high = _both(session, one_id, other_id, by=by)
    if low == high:
        raise BookError(_("That is the same relation."))
    if _said_to_differ(session, low, high) is None:
        session.add(NotDuplicate(one_id=low, other_id=high, by_id=by.id, at=now))
        session.flush()


def may_be_same(session: Session, one_id: int, other_id: int, *, by: Collaborator) -> None:
    """Takes `differ` back; harmless when nobody said so. Raises NotAllowed, NotFound."""
    if (row := _said_to_differ(session, *_both(session, one_id, other_id, by=by))) is not None:
        session.delete(row)
        session.flush()


def _both(session: Session, one_id: int, other_id: int, *, by: Collaborator) -> tuple[int, int]:
    """The ids of the relations that these lead to, the lower first; for whoever may change both."""
    ids = lock_standing(session, *(relation_to_write(session, one, by=by).id for one in (one_id, other_id)))
    return min(ids), max(ids)


def _said_to_differ(session: Session, low: int, high: int) -> NotDuplicate | None:
    query = select(NotDuplicate).where(NotDuplicate.one_id == low, NotDuplicate.other_id == high)
    return session.scalars(query).one_or_none()


def _pairs() -> Iterator[tuple[DuplicateReason, Select[int, int]]]:
    """Ids of `One` and `Other`, by each reason."""
    pair = select(One.id, Other.id).distinct()
    yield DuplicateReason.VAT, pair.join(Other, and_(Other.vat == One.vat, One.vat != ""))
    mail, same_mail = aliased(MailAddress), aliased(MailAddress)
    written = pair.join(mail, mail.relation_id == One.id).join(same_mail, same_mail.folded == mail.folded)
    yield DuplicateReason.MAIL, written.join(Other, Other.id == same_mail.relation_id)
    phone, same_phone = aliased(Phone), aliased(Phone)
    called = pair.join(phone, phone.relation_id == One.id).join(same_phone, same_phone.digits == phone.digits)
    yield DuplicateReason.PHONE, called.join(Other, Other.id == same_phone.relation_id).where(phone.digits != "")
    namesakes = pair.join(Other, and_(Other.folded == One.folded, Other.kind == One.kind))
    here, there = aliased(PostalAddress), aliased(PostalAddress)
    nearby = namesakes.join(here, here.relation_id == One.id).join(there, there.relation_id == Other.id)
    nearby = nearby.where(here.town != "", here.town == there.town)
    # Halle in Belgium is not Halle in Germany; whoever says no country may mean either.
    same_country = or_(here.country == there.country, here.country == "", there.country == "")
    yield DuplicateReason.NAME_AND_TOWN, nearby.where(same_country)
    place, same_place = aliased(Contact), aliased(Contact)
    together = namesakes.join(place, place.person_id == One.id).join(same_place, same_place.person_id == Other.id)
    together = together.where(place.relation_id == same_place.relation_id)
    yield DuplicateReason.NAME_AND_PLACE, together.where(place.deleted_at.is_(None), same_place.deleted_at.is_(None))
    yield DuplicateReason.NAME, namesakes


def _to_tell(query: Select[int, int], asked_by: Collaborator) -> Select[int, int]:
    """Without those that are gone, out of scope or said to differ, and without a person beside their own company."""
    pair = or_(
        and_(NotDuplicate.one_id == One.id, NotDuplicate.other_id == Other.id),
        and_(NotDuplicate.one_id == Other.id, NotDuplicate.other_id == One.id),
    )
    alive = One.deleted_at.is_(None) & Other.deleted_at.is_(None)
    seen = in_scope(One.id, asked_by=asked_by) & in_scope(Other.id, asked_by=asked_by)
    return query.where(alive, seen, ~exists().where(pair), ~_works_there(One, Other), ~_works_there(Other, One))


def _works_there(person: Any, company: Any) -> ColumnElement[bool]:
    return exists().where(
        Contact.person_id == person.id, Contact.relation_id == company.id, Contact.deleted_at.is_(None)
    )


def _weight(reasons: Sequence[DuplicateReason]) -> tuple[int, int]:
    order = list(DuplicateReason)
    return min(order.index(reason) for reason in reasons), -len(reasons)


def _told(reasons: Sequence[DuplicateReason]) -> tuple[DuplicateReason, ...]:
    """In their order; the name alone says nothing beside a stronger one with the name in it."""
    found = set(reasons)
    if found & {DuplicateReason.NAME_AND_TOWN, DuplicateReason.NAME_AND_PLACE}:
        found.discard(DuplicateReason.NAME)
    return tuple(reason for reason in DuplicateReason if reason in found)
