"""What of an action is billed: hours, rate, and the document in which it was. Rapport makes no invoices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action, ActionStatus, Meaning
from store.base import BookError, _
from store.collaborators import Collaborator
from store.money import checked_currency, checked_price, checked_quantity, line_amount
from store.typed import line_typed

MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Billing:
    """`rate` is for one hour, in `currency` (ISO 4217); `billed_in` is "" until it was billed."""

    hours: Decimal
    rate: Decimal
    currency: str
    billed_in: str = ""

    @property
    def amount(self) -> Decimal:
        return line_amount(self.hours, self.rate)


def checked_billing(billing: Billing) -> Billing:
    """As it is stored. Raises BookError at `billed_hours`, `billed_rate`, `billed_currency` or `billed_in`."""
    return Billing(
        checked_quantity(billing.hours, field="billed_hours"),
        checked_price(billing.rate, field="billed_rate"),
        checked_currency(billing.currency, field="billed_currency"),
        line_typed(billing.billed_in, field="billed_in", limit=100),
    )


def billing_of(action: Action) -> Billing | None:
    """None for an action that is not billed."""
    if not action.is_billable:
        return None
    assert action.billed_hours is not None, "what is billable has hours"
    assert action.billed_rate is not None, "what is billable has a rate"
    return Billing(action.billed_hours, action.billed_rate, action.billed_currency, action.billed_in)


def put_billing(action: Action, billing: Billing | None) -> None:
    action.is_billable = billing is not None
    action.billed_hours, action.billed_rate = (billing.hours, billing.rate) if billing else (None, None)
    action.billed_currency, action.billed_in = (billing.currency, billing.billed_in) if billing else ("", "")


def billable_actions(
    session: Session, first: date, last: date, *, zone: str, asked_by: Collaborator
) -> Sequence[Action]:
    """The billable actions that were done from `first` to `last` (days in `zone`) and that the asker may see, by start.

    Raises BookError at `last` when the period ends before it begins, or is longer than a year.
    """
    access.require_present(asked_by)
    if not timedelta(0) <= last - first <= timedelta(days=MOST_DAYS):
        raise BookError(_("Choose a period of at most one year, its last day not before its first."), field="last")
    begins, ends = (datetime.combine(day, time(), ZoneInfo(zone)) for day in (first, last + timedelta(days=1)))
    query = select(Action).join(ActionStatus, ActionStatus.id == Action.status_id)
    query = query.where(
        Action.is_billable,
        Action.deleted_at.is_(None),
        Action.sort_at >= begins,
        Action.sort_at < ends,
        ActionStatus.meaning == Meaning.DONE,
        access.visible(Action, asked_by=asked_by),
    )
    return session.scalars(query.order_by(Action.sort_at, Action.id)).unique().all()
