"""Quotes: offers made for an opportunity, frozen as they were made, or made elsewhere and referred to."""

from store.quotes.model import Quote, QuoteLine, QuoteState
from store.quotes.queries import quote_seen_by, quote_totals, quotes_of
from store.quotes.sales import end_sale, reopen_sale
from store.quotes.writing import (
    ErpQuote,
    end_quote,
    make_quote,
    refer_to_quote,
    remove_quote,
    reopen_quote,
    restore_quote,
)

__all__ = [
    "ErpQuote",
    "Quote",
    "QuoteLine",
    "QuoteState",
    "end_quote",
    "end_sale",
    "make_quote",
    "quote_seen_by",
    "quote_totals",
    "quotes_of",
    "refer_to_quote",
    "remove_quote",
    "reopen_quote",
    "reopen_sale",
    "restore_quote",
]
