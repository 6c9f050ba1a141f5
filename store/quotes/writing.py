"""Making a quote of an opportunity's items, referring to one of the ERP, and saying what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import access
from store.base import BookError, NotFound, _
from store.collaborators import Collaborator
from store.contacts import contact_seen_by
from store.dossiers.writing import dossier_to_write
from store.money import checked_currency, checked_price
from store.opportunities import (
    Opportunity,
    OpportunityState,
    end_opportunity,
    opportunity_seen_by,
    reopen_opportunity,
)
from store.quotes.model import Quote, QuoteLine, QuoteState
from store.quotes.queries import seen
from store.typed import line_typed

LARGEST_TOTAL = Decimal("999999999.99")


@dataclass(frozen=True, slots=True)
class ErpQuote:
    """A quote as the ERP has it: `number` or `url` says which one."""

    amount: Decimal
    currency: str
    kind: str = ""
    number: str = ""
    url: str = ""


def make_quote(
    session: Session, dossier_id: int, *, by: Collaborator, on: date, contact_id: int | None = None, now: datetime
) -> Quote:
    """With the opportunity's items, quantities and prices as they are now. Raises NotFound, BookError at `contact` and
    when there is no item.
    """
    opportunity = _opportunity(session, dossier_id, by=by)
    if not opportunity.lines:
        raise BookError(_("There is no item in this opportunity yet: add them first."))
    lines = [
        QuoteLine(
            position=line.position,
            label=line.product.label if line.product else line.text,
            quantity=line.quantity,
            price=line.price,
        )
        for line in opportunity.lines
    ]
    quote = Quote(amount=opportunity.total, currency=opportunity.currency, lines=lines)
    return _added(session, quote, opportunity, by=by, on=on, contact_id=contact_id, now=now)


def refer_to_quote(
    session: Session,
    dossier_id: int,
    erp: ErpQuote,
    *,
    by: Collaborator,
    on: date,
    contact_id: int | None = None,
    now: datetime,
) -> Quote:
    """Raises NotFound, and BookError at `contact`, `kind`, `number`, `url`, `amount` or `currency`."""
    opportunity = _opportunity(session, dossier_id, by=by)
    quote = Quote(
        erp_kind=line_typed(erp.kind, field="kind", limit=50),
        erp_number=line_typed(erp.number, field="number", limit=50),
        erp_url=line_typed(erp.url, field="url", limit=500),
        amount=checked_price(erp.amount, field="amount", most=LARGEST_TOTAL),
        currency=checked_currency(erp.currency, field="currency"),
        lines=[],
    )
    if not (quote.erp_number or quote.erp_url):
        raise BookError(_("Say which one: its number, or its address."), field="number")
    if quote.erp_url and not quote.erp_url.startswith(("https://", "http://")):
        raise BookError(_("An address begins with https://."), field="url")
    return _added(session, quote, opportunity, by=by, on=on, contact_id=contact_id, now=now)


def end_quote(
    session: Session, quote_id: int, *, by: Collaborator, state: QuoteState, on: date, now: datetime
) -> Quote:
    """Won or lost on that day. A won one wins its opportunity while that is in progress.

    Raises NotFound, and BookError when it has ended already, when its opportunity was lost or abandoned, or on a day
    before the opportunity began.
    """
    quote = _to_write(session, quote_id, by=by)
    if quote.state is not QuoteState.IN_PROGRESS:
        raise BookError(_("This quote was won or lost already. Take that back first."))
    quote.state, quote.ended_on = state, on
    if state is QuoteState.WON:
        opportunity = _not_lost(_opportunity(session, quote.dossier_id, by=by))
        if opportunity.state is OpportunityState.OPEN:
            end_opportunity(session, quote.dossier_id, by=by, state=OpportunityState.WON, on=on, now=now)
    session.flush()
    return quote


def reopen_quote(session: Session, quote_id: int, *, by: Collaborator, now: datetime) -> Quote:
    """In progress again, and its opportunity with it when this won it. Harmless when it is.

    Raises NotFound, and BookError when its opportunity was lost or abandoned.
    """
    quote = _to_write(session, quote_id, by=by)
    opportunity = _not_lost(_opportunity(session, quote.dossier_id, by=by))
    was_won = quote.state is QuoteState.WON
    quote.state, quote.ended_on, quote.fell_with_sale = QuoteState.IN_PROGRESS, None, False
    session.flush()
    others = select(Quote.id).where(
        Quote.dossier_id == quote.dossier_id, Quote.state == QuoteState.WON, Quote.deleted_at.is_(None)
    )
    if was_won and opportunity.state is OpportunityState.WON and session.scalar(others.limit(1)) is None:
        reopen_opportunity(session, quote.dossier_id, by=by, now=now)
    return quote


def remove_quote(session: Session, quote_id: int, *, by: Collaborator, now: datetime) -> Quote:
    """Out of every list. Raises NotFound, and BookError for a won one."""
    quote = _to_write(session, quote_id, by=by)
    if quote.state is QuoteState.WON:
        raise BookError(_("A quote that was won stays: take that back first."))
    quote.deleted_at = now
    session.flush()
    return quote


def restore_quote(session: Session, quote_id: int, *, by: Collaborator) -> Quote:
    """Takes the removal back; harmless when it was taken back already. Raises NotFound."""
    quote = _to_write(session, quote_id, by=by, also_deleted=True)
    quote.deleted_at = None
    session.flush()
    return quote


def _added(
    session: Session,
    quote: Quote,
    opportunity: Opportunity,
    *,
    by: Collaborator,
    on: date,
    contact_id: int | None,
    now: datetime,
) -> Quote:
    if contact_id is not None:
        contact = contact_seen_by(session, contact_id, asked_by=by)
        if contact is None or contact.relation_id != opportunity.dossier.relation_id:
            raise BookError(_("This contact is not one of the relation chosen."), field="contact")
        contact_id = contact.id
    last = select(func.max(Quote.ordinal)).where(Quote.dossier_id == opportunity.dossier_id)
    quote.dossier_id, quote.ordinal = opportunity.dossier_id, (session.scalar(last) or 0) + 1
    quote.made_on, quote.contact_id = on, contact_id
    quote.created_by_id, quote.created_at = by.id, now
    session.add(quote)
    session.flush()
    return quote


def _opportunity(session: Session, dossier_id: int, *, by: Collaborator) -> Opportunity:
    """Its dossier is locked: of two quotes made at once the second gets the next number."""
    dossier_to_write(session, dossier_id, by=by)
    found = opportunity_seen_by(session, dossier_id, asked_by=by)
    if found is None:
        raise NotFound
    return found


def _not_lost(opportunity: Opportunity) -> Opportunity:
    if opportunity.state in (OpportunityState.LOST, OpportunityState.ABANDONED):
        raise BookError(_("This opportunity has ended already. Reopen it first."))
    return opportunity


def _to_write(session: Session, quote_id: int, *, by: Collaborator, also_deleted: bool = False) -> Quote:
    access.require_active(by)
    query = seen(by, also_deleted=also_deleted).where(Quote.id == quote_id)
    quote = session.scalars(query.with_for_update(of=Quote)).unique().one_or_none()
    if quote is None:
        raise NotFound
    return quote
