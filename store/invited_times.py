"""What the guests of a series know of its times that have a row, as far as nobody told them of these apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from store.action_facts import facts_of
from store.actions import Action, Meaning
from store.invitations import Answer, Invitation, InvitationMail
from store.series import moved
from store.snapshots import fingerprint_of, snapshot_of

_CARRIED = (
    "mail", "name", "language", "collaborator_id", "contact_id", "sequence", "answer", "answer_sequence", "answered_at",
    "comment",
)  # fmt: skip


def carry_invitations(session: Session, whole: Action, row: Action) -> None:
    """Who was told of the series knows of this occurrence, which has a row now: their answers are kept, no mail is due.

    What they were told before a change that nobody told them is what they know of it.
    """
    up_to_date, as_series = _fingerprints(whole, row)
    for one in _invitations(session, whole):
        if not one.is_cancelled:
            _carry(session, one, row, as_series if one.told == up_to_date else one.told)
    session.flush()


def carry_to_opened(session: Session, whole: Action, *, now: datetime) -> None:
    """The guests were told of the whole series: so they know, of each time to come that has a row, what it says.

    It says of some times that they are not: of those that are cancelled or deleted, and those that its rule leaves out.
    """
    for row in _rows_to_come(session, whole, now):
        up_to_date, as_series = _fingerprints(whole, row)
        known = {one.mail: one for one in _invitations(session, row)}
        apart = set(session.scalars(_told_apart(row)))
        for one in _invitations(session, whole):
            if one.mail in apart or one.told != up_to_date:
                continue
            carried = known.get(one.mail) or _carry(session, one, row, as_series)
            if carried.sequence != one.sequence and carried.told != as_series:
                carried.answer, carried.comment = Answer.NEEDS_ACTION, ""  # it was to another time or place
            carried.sequence, carried.told = one.sequence, as_series
            carried.is_cancelled = one.is_cancelled or not _is_shown(whole, row)
    session.flush()


def tell_anew(session: Session, action: Action) -> None:
    """What its guests were told of this occurrence went with the series that it stood in: `invite` says it again."""
    for one in _invitations(session, action):
        one.told, one.is_cancelled = "", False
    session.flush()


def _rows_to_come(session: Session, whole: Action, now: datetime) -> Iterator[Action]:
    query = select(Action).where(Action.series_id == whole.series_id, Action.recurs_on.is_not(None))
    for row in session.scalars(query.order_by(Action.recurs_on)).unique().all():
        if row.when.ends_at > now:
            yield row


def _is_shown(whole: Action, row: Action) -> bool:
    rule = facts_of(whole).recurrence
    if rule is None or row.recurs_on is None or row.deleted_at is not None or row.status.meaning is Meaning.CANCELLED:
        return False
    return next(rule.dates(whole.starts_on, first=row.recurs_on), None) == row.recurs_on


def _fingerprints(whole: Action, row: Action) -> tuple[str, str]:
    """Of what the whole series says, and of what it says of this time."""
    assert row.recurs_on is not None, "rows of occurrences have a date"
    facts = facts_of(whole)
    of_time = replace(facts, when=moved(facts.when, row.recurs_on), recurrence=None)
    return fingerprint_of(snapshot_of(facts)), fingerprint_of(snapshot_of(of_time))


def _carry(session: Session, one: Invitation, row: Action, told: str) -> Invitation:
    carried = Invitation(**{name: getattr(one, name) for name in _CARRIED}, action_id=row.id, told=told)
    session.add(carried)
    return carried


def _invitations(session: Session, action: Action) -> list[Invitation]:
    return list(session.scalars(select(Invitation).where(Invitation.action_id == action.id).order_by(Invitation.id)))


def _told_apart(row: Action) -> Select[str]:
    """The addresses that got a mail about this very time."""
    query = select(Invitation.mail).join(InvitationMail, InvitationMail.invitation_id == Invitation.id)
    return query.where(Invitation.action_id == row.id)
