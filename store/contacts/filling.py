"""The contact that fills a form: the first in rank of a kind, unless they have left or mails to them come back.

Whoever fills a contact in (an action, a quote, an opportunity) knows the kind: action types name one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.addresses import MailAddress
from store.collaborators import Collaborator
from store.consent import Suppression, SuppressionReason
from store.contacts.model import Contact
from store.contacts.queries import contacts_of
from store.contacts.ranks import LAST


class Reason(StrEnum):
    """Why the first in rank is not filled in."""

    LEFT = "left"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class PassedOver:
    contact: Contact
    reason: Reason


@dataclass(frozen=True, slots=True)
class FilledIn:
    """`rank` is the contact's in the kind that was asked for, None when nobody of that kind is there.

    `passed_over` are those before them in rank, first in rank first. `bounces`: mails to this one come back too, but
    there was nobody else of the kind.
    """

    contact: Contact
    rank: int | None
    passed_over: tuple[PassedOver, ...]
    bounces: bool


def who_fills(
    session: Session, relation_id: int, kind_id: int | None, *, asked_by: Collaborator, on: date
) -> FilledIn | None:
    """Who fills a form: the first in rank of the kind who is there that day and whose mails arrive.

    Nobody of the kind, or no kind: the best in rank of any, else the first who was added; None without contacts.
    """
    ever = contacts_of(session, relation_id, asked_by=asked_by, on=None)
    bounced = _bounced(session, ever)

    def rank(contact: Contact) -> int | None:
        return None if kind_id is None else contact.rank(kind_id)

    def precedence(contact: Contact) -> tuple[bool, bool, int, int, int]:
        of_any = min((role.rank for role in contact.roles), default=LAST)
        return rank(contact) is None, contact.id in bounced, rank(contact) or LAST, of_any, contact.id

    found = min((one for one in ever if one.is_there(on)), key=precedence, default=None)
    if found is None:
        return None
    before = sorted(
        (one for one in ever if (rank(one) or LAST) < (rank(found) or LAST)), key=lambda one: rank(one) or 0
    )
    passed = [PassedOver(one, why) for one in before if (why := _why_not(one, bounced, on)) is not None]
    return FilledIn(found, rank(found), tuple(passed), found.id in bounced)


def _why_not(contact: Contact, bounced: set[int], on: date) -> Reason | None:
    if contact.until_on is not None and contact.until_on < on:
        return Reason.LEFT
    return Reason.BOUNCED if contact.id in bounced and contact.is_there(on) else None


def _bounced(session: Session, contacts: Sequence[Contact]) -> set[int]:
    """Ids of those whose mails come back: the address at the place, else the person's first that belongs to none."""
    persons = {one.person_id for one in contacts}
    query = select(MailAddress.relation_id, MailAddress.contact_id, Suppression.id)
    query = query.outerjoin(
        Suppression, (Suppression.mail == MailAddress.folded) & (Suppression.reason == SuppressionReason.BOUNCED)
    )
    query = query.where(MailAddress.relation_id.in_(persons)).order_by(MailAddress.position, MailAddress.id)
    first: dict[tuple[int, int | None], bool] = {}
    for person_id, contact_id, suppression_id in session.execute(query):
        first.setdefault((person_id, contact_id), suppression_id is not None)
    return {one.id for one in contacts if first.get((one.person_id, one.id), first.get((one.person_id, None), False))}
