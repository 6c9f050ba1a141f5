"""The life of one outgoing mail, so that it leaves at most once and is never silently lost.

queued → drafting → handed over → sent | drafted | failed | unknown. `drafting` and `handed over` are committed before
the call that they name, so after a crash the mailbox itself tells how far it came: nothing leaves before `handed over`,
and what was handed over is looked for, never repeated.

A worker holds a row by its claim. The operations here update the worker's own copy of the row in place, and raise
ClaimLost when somebody else took the row over: then the worker drops what it was doing. Each belongs in a transaction
of its own; when that fails, the copy is stale and is dropped too.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeVar

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from store.base import ClaimLost
from store.outbox import retry_delay

CLAIM_LENGTH = timedelta(minutes=5)
"""Longer than any call to a mailbox may take: after it, the worker is taken for dead."""
SETTLES_IN = timedelta(minutes=2)
"""A draft that is nowhere after this was never saved: the call that might have saved it ended long ago."""
LOST_AFTER = timedelta(minutes=15)
"""What was handed over and stands nowhere for this long is reported as unknown."""
LOOK_AGAIN_IN = timedelta(seconds=30)
"""For `set_aside`, when there is nothing to do but wait."""
MOST_ATTEMPTS = 100
"""At half an hour between two tries this is about two days, as long as the outbox tries."""


class MailState(StrEnum):
    QUEUED = "queued"
    DRAFTING = "drafting"
    HANDED_OVER = "handed_over"
    SENT = "sent"
    DRAFTED = "drafted"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


OPEN_STATES = (MailState.QUEUED, MailState.DRAFTING, MailState.HANDED_OVER)
_BEGUN = (MailState.DRAFTING, MailState.HANDED_OVER)


class Sendable:
    """Columns of a row that stands for one outgoing mail. `marker` finds it again in the mailbox, whatever happens.

    `drafting_at` and `handed_over_at` are the times of the last such call; `due_at` is when a failed try is repeated.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    marker: Mapped[str] = mapped_column(unique=True)
    message_id: Mapped[str]
    draft_id: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(default="")
    claim: Mapped[str] = mapped_column(default="")
    claimed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    drafting_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


S = TypeVar("S", bound=Sendable)
Found = Literal["drafts", "sent"]


class Step(StrEnum):
    """What to do with a mail that was begun. DISCARD: delete its draft if there is one, then note it as skipped."""

    WAIT = "wait"
    DRAFT = "draft"
    HAND_OVER = "hand_over"
    NOTE_SENT = "note_sent"
    NOTE_DRAFTED = "note_drafted"
    NOTE_UNKNOWN = "note_unknown"
    DISCARD = "discard"


def new_marker() -> str:
    return secrets.token_hex(16)


def message_id_for(marker: str, address: str) -> str:
    """RFC 5322 3.6.4, in the domain of the sending mailbox."""
    return f"<{marker}@{address.rpartition('@')[2]}>"


def after_crash(
    state: MailState,
    found_in: Found | None,
    age: timedelta,
    *,
    stays_draft: bool = False,
    is_wanted: bool = True,
) -> Step:
    """What to do with a mail that was begun, found where the mailbox says it is, `age` after the last call began.

    `stays_draft` is for mails that the person sends by hand; `is_wanted` is False once it must no longer leave.
    """
    is_handed_over = state is MailState.HANDED_OVER
    if found_in == "sent":
        step = Step.NOTE_SENT
    elif (age < LOST_AFTER and is_handed_over) or (age < SETTLES_IN and found_in is None):
        step = Step.WAIT
    elif is_handed_over and found_in is None:
        step = Step.NOTE_UNKNOWN
    elif not is_wanted:
        step = Step.DISCARD
    elif found_in is None:
        step = Step.DRAFT
    else:
        # A draft that is still there did not leave, and the server sends one draft once.
        step = Step.NOTE_DRAFTED if stays_draft else Step.HAND_OVER
    return step


def age_of(row: Sendable, *, now: datetime) -> timedelta:
    """Since the last call to the mailbox for this mail began; zero when the clock was set back since."""
    began_at = row.handed_over_at if row.state is MailState.HANDED_OVER else row.drafting_at
    return max(timedelta(), now - began_at) if began_at is not None else timedelta()


def is_free(kind: type[Sendable], *, now: datetime) -> ColumnElement[bool]:
    """The condition for a WHERE: due, and claimed by nobody alive (a claim from the future: the clock was set back)."""
    unclaimed = or_(
        kind.claimed_at.is_(None), kind.claimed_at <= now - CLAIM_LENGTH, kind.claimed_at > now + CLAIM_LENGTH
    )
    return and_(unclaimed, or_(kind.due_at.is_(None), kind.due_at <= now))


def begin_drafting(session: Session, row: Sendable, *, now: datetime) -> None:
    """Claims a queued mail, or goes on with one that is ours. Commit, then save the draft."""
    if row.state is MailState.QUEUED:
        _take(session, row, now=now, values={"state": MailState.DRAFTING, "drafting_at": now})
    else:
        _move(session, row, [MailState.DRAFTING], drafting_at=now, claimed_at=now)


def take_over(session: Session, row: Sendable, *, now: datetime) -> None:
    """Claims a mail that was begun and that no living worker holds. Commit, look for it, then see `after_crash`."""
    _take(session, row, now=now, values={})


def note_draft(session: Session, row: Sendable, item_id: str, *, now: datetime) -> None:
    _move(session, row, _BEGUN, draft_id=item_id, claimed_at=now)


def begin_hand_over(session: Session, row: Sendable, *, now: datetime) -> None:
    """Commit, then send the draft. Also for a draft that was handed over before and never left."""
    assert row.draft_id, "only a saved draft is handed over"
    _move(session, row, _BEGUN, state=MailState.HANDED_OVER, handed_over_at=now, claimed_at=now, failure="")


def note_sent(session: Session, row: Sendable, *, now: datetime) -> None:
    _finish(session, row, MailState.SENT, "", now)


def note_drafted(session: Session, row: Sendable, item_id: str, *, now: datetime) -> None:
    """The draft stays where it is, for the person to send."""
    _finish(session, row, MailState.DRAFTED, "", now, draft_id=item_id)


def note_skipped(session: Session, row: Sendable, why: str, *, now: datetime) -> None:
    """It will not leave, and no draft of it is left behind."""
    _finish(session, row, MailState.SKIPPED, why, now)


def note_unknown(session: Session, row: Sendable, *, now: datetime) -> None:
    """Handed over, and nowhere to be found: a person decides whether to send it again."""
    _finish(session, row, MailState.UNKNOWN, "nowhere to be found after it was handed over", now)


def note_failed(
    session: Session,
    row: Sendable,
    failure: str,
    *,
    is_permanent: bool,
    now: datetime,
    retry_after: timedelta | None = None,
) -> None:
    """The server refused, so nothing left: for good, or to be tried again (doubling, or when the server said).

    Not for a lost answer: that is `set_aside`.
    """
    if is_permanent or row.attempts >= MOST_ATTEMPTS:
        _finish(session, row, MailState.FAILED, failure, now)
        return
    _move(
        session,
        row,
        _BEGUN,
        state=MailState.DRAFTING if row.draft_id else MailState.QUEUED,
        handed_over_at=None,
        failure=failure[:500],
        due_at=now + (retry_after or retry_delay(row.attempts)),
        claim="",
        claimed_at=None,
    )


def set_aside(session: Session, row: Sendable, failure: str = "", *, until: datetime) -> None:
    """Lets go of the row in the state that it has: whoever takes it over looks for the mail first."""
    _move(session, row, _BEGUN, failure=failure[:500], due_at=until, claim="", claimed_at=None)


def note_seen_sent(session: Session, kind: type[Sendable], marker: str, *, now: datetime) -> bool:
    """A mail with our marker turned up in Sent Items: it left, whoever pressed the button. False when none is ours."""
    left = update(kind).where(kind.marker == marker, kind.state.in_((MailState.DRAFTED, MailState.UNKNOWN)))
    left = left.values(state=MailState.SENT, finished_at=now, failure="")
    return session.scalar(left.returning(kind.id)) is not None


def is_ours(session: Session, kind: type[Sendable], message_id: str) -> bool:
    """Whether a mail of this kind has this Message-ID (with angle brackets), as `message_id_for` makes them."""
    marker = message_id.removeprefix("<").partition("@")[0]
    return session.scalar(select(kind.id).where(kind.marker == marker)) is not None


def let_go_all(session: Session, kind: type[Sendable]) -> None:
    """Drops every claim on mails of this kind: for who knows that no other worker lives."""
    session.execute(update(kind).where(kind.claim != "", kind.state.in_(_BEGUN)).values(claim="", claimed_at=None))


def first_free(session: Session, kind: type[S], *conditions: ColumnElement[bool], now: datetime) -> S | None:
    """The oldest mail of this kind that was begun, meets the conditions and is held by nobody, taken over."""
    query = select(kind).where(kind.state.in_(_BEGUN), is_free(kind, now=now), *conditions)
    row = session.scalars(query.order_by(kind.id).limit(1).with_for_update(skip_locked=True, of=kind)).one_or_none()
    if row is not None:
        take_over(session, row, now=now)
    return row


def _take(session: Session, row: Sendable, *, now: datetime, values: dict[str, object]) -> None:
    fresh = {"claim": secrets.token_hex(8), "claimed_at": now, "due_at": None, "attempts": row.attempts + 1}
    _update(session, row, is_free(type(row), now=now) & (type(row).state == row.state), fresh | values)


def _move(session: Session, row: Sendable, states: Collection[MailState], **values: object) -> None:
    kind = type(row)
    _update(session, row, and_(kind.claim == row.claim, kind.claim != "", kind.state.in_(states)), values)


def _finish(session: Session, row: Sendable, state: MailState, failure: str, now: datetime, **values: object) -> None:
    done = {"failure": failure[:500], "finished_at": now, "claim": "", "claimed_at": None, "due_at": None}
    _move(session, row, _BEGUN, state=state, **done, **values)


def _update(session: Session, row: Sendable, condition: ColumnElement[bool], values: dict[str, object]) -> None:
    kind = type(row)
    moved = update(kind).where(kind.id == row.id, condition).values(**values).returning(kind.id)
    if session.scalar(moved.execution_options(synchronize_session=False)) is None:
        raise ClaimLost(f"{kind.__name__} {row.id}")
    for name, value in values.items():
        set_committed_value(row, name, value)
