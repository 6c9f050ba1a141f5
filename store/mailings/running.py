"""Starting, stopping and watching mailings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from store import access
from store.base import BookError, NotAllowed, NotFound, _
from store.collaborators import Collaborator, Scope
from store.consent import ConsentSource, SuppressionReason, suppress, withdraw_consent
from store.contacts import Contact
from store.handover import MailState
from store.mailboxes import Mailbox
from store.mailings.model import Delivery, Mailing, MailingState, SkipReason
from store.outbox import put_in_outbox, slack_lane
from store.scopes import in_scope

_FROM = {
    MailingState.RUNNING: (MailingState.PREPARED, MailingState.PAUSED),
    MailingState.PAUSED: (MailingState.RUNNING,),
    MailingState.CANCELLED: (MailingState.PREPARED, MailingState.RUNNING, MailingState.PAUSED),
    MailingState.FINISHED: (MailingState.RUNNING,),
}


def may_become(state: MailingState, wanted: MailingState) -> bool:
    """A cancelled or finished mailing stays so."""
    return state in _FROM.get(wanted, ())


def is_over(state: MailingState) -> bool:
    return not may_become(state, MailingState.CANCELLED)


def start_mailing(session: Session, *, by: Collaborator, mailing_id: int, now: datetime) -> Mailing:
    """Raises BookError when nobody would receive it, it was started before, or its mailbox is not bound any more;
    NotAllowed, NotFound."""
    mailing = _mine(session, by, mailing_id)
    if mailing.state is not MailingState.PREPARED:
        raise BookError(_("This mailing was started before."))
    _require_bound(mailing)
    if not progress(session, mailing_id).get(MailState.QUEUED):
        raise BookError(_("Nobody of the list can receive this mailing."))
    mailing.state, mailing.started_at = MailingState.RUNNING, now
    put_in_outbox(
        session,
        kind="notice",
        key=f"mailing_progress/{mailing.id}/start",
        lane=slack_lane(mailing.created_by_id),
        content={"notice": "mailing_progress", "mailing_id": mailing.id, "collaborator_id": mailing.created_by_id},
        now=now,
    )
    session.flush()
    return mailing


def pause_mailing(session: Session, *, by: Collaborator, mailing_id: int) -> Mailing:
    """No mail of it is handed over until it is resumed. Raises BookError unless it is running."""
    mailing = _mine(session, by, mailing_id)
    if not may_become(mailing.state, MailingState.PAUSED):
        raise BookError(_("This mailing is not running."))
    mailing.state = MailingState.PAUSED
    session.flush()
    return mailing


def pause_mailings_from(session: Session, mailbox_id: int) -> None:
    """For a mailbox that is not to send any more."""
    running = select(Mailing).where(Mailing.mailbox_id == mailbox_id, Mailing.state == MailingState.RUNNING)
    for mailing in session.scalars(running.with_for_update(of=Mailing)):
        mailing.state = MailingState.PAUSED
    session.flush()


def resume_mailing(session: Session, *, by: Collaborator, mailing_id: int) -> Mailing:
    """It goes on with those who wait; nobody gets a second mail.

    Raises BookError unless it is paused and its mailbox bound.
    """
    mailing = _mine(session, by, mailing_id)
    if mailing.state is not MailingState.PAUSED:
        raise BookError(_("This mailing is not paused."))
    _require_bound(mailing)
    mailing.state = MailingState.RUNNING
    session.flush()
    return mailing


def cancel_mailing(session: Session, *, by: Collaborator, mailing_id: int, now: datetime) -> Mailing:
    """Who waits gets no mail. Raises BookError when it was cancelled before or is finished."""
    mailing = _mine(session, by, mailing_id)
    if not may_become(mailing.state, MailingState.CANCELLED):
        raise BookError(_("This mailing is over."))
    mailing.state, mailing.finished_at = MailingState.CANCELLED, now
    waiting = update(Delivery).where(Delivery.mailing_id == mailing_id, Delivery.state == MailState.QUEUED)
    session.execute(waiting.values(state=MailState.SKIPPED, failure=SkipReason.CANCELLED, finished_at=now))
    session.flush()
    return mailing


def mailing_seen_by(session: Session, mailing_id: int, *, asked_by: Collaborator) -> Mailing:
    """Who sees every file sees every mailing, anybody else their own. Raises NotAllowed for who left, NotFound."""
    access.require_present(asked_by)
    mailing = session.scalars(select(Mailing).where(Mailing.id == mailing_id, *_seen(asked_by))).one_or_none()
    if mailing is None:
        raise NotFound
    return mailing


def list_mailings(session: Session, *, asked_by: Collaborator, limit: int = 50) -> Sequence[Mailing]:
    """Newest first; see `mailing_seen_by`."""
    access.require_present(asked_by)
    return session.scalars(select(Mailing).where(*_seen(asked_by)).order_by(Mailing.id.desc()).limit(limit)).all()


def _seen(asked_by: Collaborator) -> list[ColumnElement[bool]]:
    if asked_by.scope is Scope.ALL:
        return []
    own = select(Mailbox.id).where(Mailbox.collaborator_id == asked_by.id)
    return [or_(Mailing.created_by_id == asked_by.id, Mailing.mailbox_id.in_(own))]


def _deliveries_seen(asked_by: Collaborator) -> Select[Delivery]:
    place = select(Contact.relation_id).where(Contact.id == Delivery.contact_id).correlate(Delivery).scalar_subquery()
    return select(Delivery).where(
        in_scope(Delivery.person_id, asked_by=asked_by),
        or_(Delivery.contact_id.is_(None), in_scope(place, asked_by=asked_by)),
    )


def progress(session: Session, mailing_id: int) -> dict[MailState, int]:
    """How many deliveries are in each state; states without any are left out."""
    query = select(Delivery.state, func.count()).where(Delivery.mailing_id == mailing_id).group_by(Delivery.state)
    return dict(session.execute(query).all())


def deliveries_of_mailing(
    session: Session, mailing_id: int, *, asked_by: Collaborator, state: MailState | None = None
) -> Sequence[Delivery]:
    """In the order of the list; only those in this state, if given."""
    access.require_present(asked_by)
    query = _deliveries_seen(asked_by).where(Delivery.mailing_id == mailing_id).order_by(Delivery.id)
    return session.scalars(query if state is None else query.where(Delivery.state == state)).all()


def deliveries_of_person(
    session: Session, person_id: int, *, asked_by: Collaborator, limit: int = 50
) -> Sequence[Delivery]:
    """The list of sendings: what this person was sent or not, newest first."""
    access.require_present(asked_by)
    query = _deliveries_seen(asked_by).where(Delivery.person_id == person_id).order_by(Delivery.id.desc())
    return session.scalars(query.limit(limit)).all()


def delivery_seen_by(session: Session, delivery_id: int, *, asked_by: Collaborator) -> Delivery | None:
    """None when it is missing, or the recipient is not in the scope of `asked_by`."""
    access.require_present(asked_by)
    return session.scalars(_deliveries_seen(asked_by).where(Delivery.id == delivery_id)).one_or_none()


def leave_out(session: Session, delivery_id: int, *, by: Collaborator, now: datetime) -> Delivery:
    """The mailing goes on without this recipient, who left. Raises BookError unless the mail waits, NotFound,
    NotAllowed."""
    return _put_in_state(session, delivery_id, by, MailState.QUEUED, MailState.SKIPPED, SkipReason.LEFT, now)


def put_back_in(session: Session, delivery_id: int, *, by: Collaborator) -> Delivery:
    """Takes `leave_out` back. Raises BookError when the mailing is over by now, NotFound, NotAllowed."""
    return _put_in_state(session, delivery_id, by, MailState.SKIPPED, MailState.QUEUED, "", None)


def _put_in_state(
    session: Session,
    delivery_id: int,
    by: Collaborator,
    before: MailState,
    state: MailState,
    why: str,
    finished_at: datetime | None,
) -> Delivery:
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound
    mailing = _mine(session, by, delivery.mailing_id)
    session.refresh(delivery, with_for_update={"of": Delivery})
    is_left_out = delivery.skipped_because is SkipReason.LEFT
    if delivery.state is not before or (before is MailState.SKIPPED and not is_left_out) or is_over(mailing.state):
        raise BookError(_("This mailing went on meanwhile: nothing is changed."))
    delivery.state, delivery.failure, delivery.finished_at = state, str(why), finished_at
    session.flush()
    return delivery


def unsubscribe(session: Session, delivery_id: int, *, from_all: bool, now: datetime) -> None:
    """The recipient of this delivery asked for no more of its topic, or of any mailing.

    A mailing without a topic can only be left with all of them; then the address is suppressed too, so that nobody
    else's row brings it back. Asking twice changes nothing more. Raises NotFound.
    """
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound
    topic_id = None if from_all else delivery.mailing.topic_id
    if topic_id is None:
        suppress(session, delivery.mail, reason=SuppressionReason.UNSUBSCRIBED, now=now)
    delivery.unsubscribed_at = delivery.unsubscribed_at or now
    withdraw_consent(session, person_id=delivery.person_id, topic_id=topic_id, source=ConsentSource.PERSON, now=now)


def _require_bound(mailing: Mailing) -> None:
    if not mailing.mailbox.is_active:
        text = _("The mailbox {address} is not bound any more. An administrator can bind it again.")
        raise BookError(text, address=mailing.mailbox.address)


def _mine(session: Session, by: Collaborator, mailing_id: int) -> Mailing:
    access.require_active(by)
    mailing = session.get(Mailing, mailing_id, with_for_update={"of": Mailing})
    if mailing is None:
        raise NotFound
    if by.id not in {mailing.created_by_id, mailing.mailbox.collaborator_id} and not by.is_admin:
        raise NotAllowed(_("Only who prepared this mailing can do that."))
    return mailing
