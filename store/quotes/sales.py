"""How an opportunity ends with its quotes: what is still in progress falls with a lost one, and comes back with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store.collaborators import Collaborator
from store.opportunities import Opportunity, OpportunityState, end_opportunity, reopen_opportunity
from store.quotes.model import Quote, QuoteState


def end_sale(
    session: Session,
    dossier_id: int,
    *,
    by: Collaborator,
    state: OpportunityState,
    on: date,
    reason_id: int | None = None,
    now: datetime,
) -> Opportunity:
    """As `end_opportunity`. Beside a won one, quotes in progress stay so: another part of it may be won yet."""
    opportunity = end_opportunity(session, dossier_id, by=by, state=state, on=on, reason_id=reason_id, now=now)
    if state is not OpportunityState.WON:
        for quote in _of(session, dossier_id, Quote.state == QuoteState.IN_PROGRESS):
            quote.state, quote.ended_on, quote.fell_with_sale = QuoteState.LOST, on, True
        session.flush()
    return opportunity


def reopen_sale(session: Session, dossier_id: int, *, by: Collaborator, now: datetime) -> Opportunity:
    """As `reopen_opportunity`; the quotes that fell with it are in progress again."""
    opportunity = reopen_opportunity(session, dossier_id, by=by, now=now)
    for quote in _of(session, dossier_id, Quote.fell_with_sale.is_(True)):
        quote.state, quote.ended_on, quote.fell_with_sale = QuoteState.IN_PROGRESS, None, False
    session.flush()
    return opportunity


def _of(session: Session, dossier_id: int, condition: ColumnElement[bool]) -> Sequence[Quote]:
    return session.scalars(select(Quote).where(Quote.dossier_id == dossier_id, condition)).unique().all()
