"""The ledger: which delivery is next, may it still leave, and what to do with one that was begun.

A worker claims a delivery and commits, saves its draft, notes it (`handover.note_draft`), asks `begin_hand_over` and
commits, sends, and notes that (`handover.note_sent`). What a dead worker left is claimed with `claim_begun_delivery`,
looked for in the mailbox, and `next_step` says how to go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.base import ExecutableOption

from store import handover
from store.consent import refusal
from store.handover import OPEN_STATES, Found, MailState, Step, after_crash, age_of, is_free
from store.mailboxes import Mailbox
from store.mailings.model import Delivery, Mailing, MailingMode, MailingState, SkipReason
from store.mailings.pacing import free_at, gap_of, pace_of, take_turn
from store.outbox import put_in_outbox, slack_lane

PER_MINUTE = 30
"""What Exchange Online takes from one mailbox."""
_MOST_SKIPPED = 100

_with_sender = (selectinload(Mailing.texts), joinedload(Mailing.mailbox).joinedload(Mailbox.collaborator))
_whole = joinedload(Delivery.mailing).options(*_with_sender)
_is_begun = or_(
    Delivery.state == MailState.HANDED_OVER,
    and_(Delivery.state == MailState.DRAFTING, Mailing.state != MailingState.PAUSED),
)


def claim_next_delivery(
    session: Session, mailbox_id: int, *, now: datetime, per_minute: int = PER_MINUTE
) -> Delivery | None:
    """A waiting delivery of the mailbox, claimed and in state drafting; commit, then save its draft.

    None when there is none, or not yet: `next_try_at` says when. Mailings go in the order in which they were started.
    Who must not receive it any more is skipped on the way; a mailing without open deliveries is finished.
    """
    for mailing in _running(session, mailbox_id, *_with_sender):
        is_our_turn = _turn_at(session, mailing, per_minute=per_minute, now=now) <= now
        for _attempt in range(_MOST_SKIPPED if is_our_turn else 0):
            waiting = (Delivery.mailing_id == mailing.id, Delivery.state == MailState.QUEUED)
            query = select(Delivery).where(*waiting, is_free(Delivery, now=now)).order_by(Delivery.id).limit(1)
            locked = query.options(lazyload(Delivery.mailing)).with_for_update(skip_locked=True)
            delivery = session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
            if delivery is None:
                break
            handover.begin_drafting(session, delivery, now=now)
            if (why := _why_not(session, delivery, mailing.state, mailing.topic_id)) is None:
                set_committed_value(delivery, "mailing", mailing)
                return delivery
            handover.note_skipped(session, delivery, why, now=now)
        _finish_when_done(session, mailing, now)
    return None


def claim_begun_delivery(session: Session, mailbox_id: int, *, now: datetime) -> Delivery | None:
    """A delivery that was begun and that no living worker holds, claimed; look for its mail, then ask `next_step`."""
    query = select(Delivery).join(Delivery.mailing).where(Mailing.mailbox_id == mailbox_id, _is_begun)
    query = query.where(Delivery.state.in_(OPEN_STATES), is_free(Delivery, now=now)).order_by(Delivery.id).limit(1)
    query = query.options(_whole).with_for_update(skip_locked=True, of=Delivery)
    delivery = session.scalars(query.execution_options(populate_existing=True)).unique().one_or_none()
    if delivery is not None:
        handover.take_over(session, delivery, now=now)
    return delivery


def next_step(delivery: Delivery, found_in: Found | None, *, now: datetime) -> Step:
    """How to go on with a claimed delivery whose mail was looked for."""
    return after_crash(
        delivery.state,
        found_in,
        age_of(delivery, now=now),
        stays_draft=delivery.mailing.mode is MailingMode.DRAFTS,
        is_wanted=delivery.mailing.state is not MailingState.CANCELLED,
    )


def begin_hand_over(session: Session, delivery: Delivery, *, now: datetime, per_minute: int = PER_MINUTE) -> bool:
    """True: once this is committed, send the draft `delivery.draft_id`.

    False: when it was skipped (cancelled, refused meanwhile) delete the draft; else it was let go, for the turn is not
    ours yet or the mailing was paused, and whoever claims it later finds the draft.
    """
    asked = select(Mailing.state, Mailing.topic_id, Mailing.delay_s, Mailing.mailbox_id)
    locked = asked.where(Mailing.id == delivery.mailing_id).with_for_update()
    state, topic_id, delay_s, mailbox_id = session.execute(locked).one()
    if (why := _why_not(session, delivery, state, topic_id)) is not None:
        handover.note_skipped(session, delivery, why, now=now)
        return False
    if state is MailingState.PAUSED:
        handover.set_aside(session, delivery, until=now + handover.LOOK_AGAIN_IN)
        return False
    until = take_turn(session, mailbox_id, gap_of(delay_s, per_minute=per_minute), now=now)
    if until is not None:
        handover.set_aside(session, delivery, until=until)
        return False
    handover.begin_hand_over(session, delivery, now=now)
    return True


def mailboxes_with_work(session: Session) -> Sequence[int]:
    """The ids of the mailboxes of mailings that run (or only have to be finished), or with mails that were begun."""
    begun = exists().where(Delivery.mailing_id == Mailing.id, _is_begun)
    query = select(Mailing.mailbox_id).where(or_(Mailing.state == MailingState.RUNNING, begun)).distinct()
    return session.scalars(query.order_by(Mailing.mailbox_id)).all()


def next_try_at(session: Session, mailbox_id: int, *, now: datetime, per_minute: int = PER_MINUTE) -> datetime | None:
    """When a claim may succeed again (now or later); None when nothing waits."""
    times = []
    for mailing in _running(session, mailbox_id):
        query = select(Delivery).where(Delivery.mailing_id == mailing.id, Delivery.state == MailState.QUEUED)
        first = session.scalars(query.order_by(Delivery.due_at.is_not(None), Delivery.due_at).limit(1)).first()
        if first is not None:
            times.append(max(first.due_at or now, _turn_at(session, mailing, per_minute=per_minute, now=now)))
    begun = select(Delivery.due_at, Delivery.claimed_at).join(Delivery.mailing)
    begun = begun.where(Mailing.mailbox_id == mailbox_id, _is_begun)
    for due_at, claimed_at in session.execute(begun):
        dead_at = claimed_at + handover.CLAIM_LENGTH if claimed_at is not None else now
        times.append(max(due_at or now, dead_at))
    return max(now, min(times)) if times else None


def _running(session: Session, mailbox_id: int, *loaded: ExecutableOption) -> Sequence[Mailing]:
    query = select(Mailing).where(Mailing.mailbox_id == mailbox_id, Mailing.state == MailingState.RUNNING)
    return session.scalars(query.options(*loaded).order_by(Mailing.started_at, Mailing.id)).unique().all()


def _turn_at(session: Session, mailing: Mailing, *, per_minute: int, now: datetime) -> datetime:
    """Drafts do not wait: nothing leaves with them."""
    if mailing.mode is MailingMode.DRAFTS:
        return now
    last_at, gap = pace_of(session, mailing.mailbox_id)
    return free_at(last_at, max(gap, gap_of(mailing.delay_s, per_minute=per_minute)), now=now)


def _why_not(session: Session, delivery: Delivery, state: MailingState, topic_id: int | None) -> SkipReason | None:
    if state is MailingState.CANCELLED:
        return SkipReason.CANCELLED
    why = refusal(session, person_id=delivery.person_id, mail=delivery.mail, topic_id=topic_id)
    return SkipReason(why.value) if why is not None else None


def _finish_when_done(session: Session, mailing: Mailing, now: datetime) -> None:
    is_open = select(Delivery.id).where(Delivery.mailing_id == mailing.id, Delivery.state.in_(OPEN_STATES)).limit(1)
    if session.scalar(is_open) is None:
        mailing.state, mailing.finished_at = MailingState.FINISHED, now
        ids = {"mailing_id": mailing.id, "collaborator_id": mailing.created_by_id}
        lane = slack_lane(mailing.created_by_id)
        # The card that showed the progress loses its buttons, then the summary is said.
        for notice, key in (("mailing_progress", f"{mailing.id}/end"), ("mailing_done", str(mailing.id))):
            content = {"notice": notice, **ids}
            put_in_outbox(session, kind="notice", key=f"{notice}/{key}", lane=lane, content=content, now=now)
