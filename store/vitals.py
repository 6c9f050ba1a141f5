"""How the office's machinery is doing, in numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from store.handover import MailState
from store.mailboxes import Mailbox
from store.mailings import Delivery
from store.outbox import Outgoing

LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Vitals:
    """Counts of rows; `overdue_outgoing` should have left ten minutes ago."""

    mailboxes: int
    failing_mailboxes: int
    waiting_outgoing: int
    overdue_outgoing: int
    given_up_outgoing: int
    waiting_deliveries: int
    unknown_deliveries: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def vitals(session: Session, *, now: datetime) -> Vitals:
    """What stands in the book now."""
    waiting = Outgoing.delivered_at.is_(None) & Outgoing.given_up_at.is_(None)
    return Vitals(
        mailboxes=_count(session, Mailbox, Mailbox.is_active.is_(True)),
        failing_mailboxes=_count(session, Mailbox, Mailbox.is_active.is_(True) & (Mailbox.failing_since < now - LATE)),
        waiting_outgoing=_count(session, Outgoing, waiting),
        overdue_outgoing=_count(session, Outgoing, waiting & (Outgoing.written_at < now - LATE)),
        given_up_outgoing=_count(session, Outgoing, Outgoing.given_up_at.is_not(None)),
        waiting_deliveries=_count(session, Delivery, Delivery.state == MailState.QUEUED),
        unknown_deliveries=_count(session, Delivery, Delivery.state == MailState.UNKNOWN),
    )


def _count(session: Session, kind: type[Mailbox | Outgoing | Delivery], where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(kind).where(where)) or 0
