"""Reading expenses: of an action, of a month, and what was booked before under which words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from store import access
from store.actions import Action
from store.collaborators import Collaborator
from store.expenses.model import Expense
from store.money import totals
from store.words import fold

_LOOKED_AT = 300
"""A collaborator's last lines, among which descriptions are found to propose."""


def seen(asked_by: Collaborator) -> Select[Expense]:
    """The lines of the actions that they may see."""
    query = select(Expense).join(Action, Action.id == Expense.action_id)
    there = (Expense.deleted_at.is_(None), Action.deleted_at.is_(None))
    return query.where(*there, access.visible(Action, asked_by=asked_by))


def expenses_of(session: Session, action_id: int, *, asked_by: Collaborator) -> Sequence[Expense]:
    """In the order in which they were booked; none of an action that the asking collaborator may not see."""
    return session.scalars(seen(asked_by).where(Expense.action_id == action_id).order_by(Expense.id)).all()


def expense_seen_by(session: Session, expense_id: int, *, asked_by: Collaborator) -> Expense | None:
    return session.scalars(seen(asked_by).where(Expense.id == expense_id)).one_or_none()


def month_totals(session: Session, *, asked_by: Collaborator, on: date) -> dict[str, Decimal]:
    """What the actions of that day's month cost that they carry out, by currency."""
    first = on.replace(day=1)
    next_first = (first + timedelta(days=31)).replace(day=1)
    query = seen(asked_by).with_only_columns(Expense.currency, func.sum(Expense.amount)).group_by(Expense.currency)
    query = query.where(Action.owner_id == asked_by.id, Action.starts_on >= first, Action.starts_on < next_first)
    # The index is on the moment; no zone is a whole day away from UTC.
    day = timedelta(days=1)
    since, until = (datetime.combine(one, time(), UTC) for one in (first - day, next_first + day))
    return totals((row[0], row[1]) for row in session.execute(query.where(Action.sort_at.between(since, until))))


def recent_descriptions(session: Session, typed: str = "", *, asked_by: Collaborator, limit: int = 10) -> list[str]:
    """What they called their last expenses, newest first, each once; those that hold what was typed."""
    query = select(Expense.description).where(Expense.created_by_id == asked_by.id, Expense.description != "")
    found = session.scalars(query.order_by(Expense.id.desc()).limit(_LOOKED_AT))
    once: dict[str, str] = {}
    for description in found:
        once.setdefault(fold(description), description)
    return [text for key, text in once.items() if fold(typed) in key][:limit]


def last_currency(session: Session, *, asked_by: Collaborator) -> str | None:
    """The one of the line that they booked last."""
    query = select(Expense.currency).where(Expense.created_by_id == asked_by.id)
    return session.scalar(query.order_by(Expense.id.desc()).limit(1))
