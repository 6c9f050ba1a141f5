"""Expenses: what an action cost the office, line by line, at a price that is frozen when it is booked."""

from store.expenses.booking import (
    DESCRIPTION_LIMIT,
    book_expense,
    correct_expense,
    remove_expense,
    restore_expense,
    withdraw_expenses,
)
from store.expenses.model import Expense, ExpenseFacts, PriceOrigin
from store.expenses.queries import expense_seen_by, expenses_of, last_currency, month_totals, recent_descriptions

__all__ = [
    "DESCRIPTION_LIMIT",
    "Expense",
    "ExpenseFacts",
    "PriceOrigin",
    "book_expense",
    "correct_expense",
    "expense_seen_by",
    "expenses_of",
    "last_currency",
    "month_totals",
    "recent_descriptions",
    "remove_expense",
    "restore_expense",
    "withdraw_expenses",
]
