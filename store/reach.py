"""From when and until when an address or phone of a relation is right: what is over stays in its history."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from store.addresses import MailAddress, Phone, PostalAddress
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.relations import Relation, relation_to_write


class ReachKind(StrEnum):
    MAIL = "mail"
    PHONE = "phone"
    POSTAL = "postal"


Reach = MailAddress | Phone | PostalAddress


def reached_by(relation: Relation) -> list[tuple[ReachKind, Reach]]:
    """All that the relation is, was or will be reached by, in the order in which it is offered."""
    found: list[tuple[ReachKind, Reach]] = []
    found += [(ReachKind.MAIL, row) for row in relation.mail_addresses]
    found += [(ReachKind.PHONE, row) for row in relation.phones]
    found += [(ReachKind.POSTAL, row) for row in relation.postal_addresses]
    return found


def date_reach(
    session: Session,
    relation_id: int,
    kind: ReachKind,
    row_id: int,
    *,
    by: Collaborator,
    now: datetime,
    since_on: date | None,
    until_on: date | None,
    version: int | None = None,
) -> Reach:
    """Says from when and until when (both included) it is right; None for a day that nobody knows.

    Raises NotFound, ChangedMeanwhile (of the relation), and BookError at `until_on` when it is before the first day.
    """
    relation = relation_to_write(session, relation_id, by=by)
    relation.expect_version(version)
    row = next((row for its_kind, row in reached_by(relation) if (its_kind, row.id) == (kind, row_id)), None)
    if row is None:
        raise NotFound
    if since_on and until_on and until_on < since_on:
        raise BookError(_("The last day must not be before the first."), field="until_on")
    row.since_on, row.until_on = since_on, until_on
    relation.changed_at = now
    flag_modified(relation, "changed_at")  # so that another editor of the relation is told
    session.flush()
    return row
