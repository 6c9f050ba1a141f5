"""Quotes: frozen copies of an opportunity's items or references to the ERP, and what winning one does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from dupont import new_collaborator, new_contact, new_person, new_relation
from sqlalchemy.orm import Session

from store.base import BookError, NotFound
from store.collaborators import Collaborator, Scope
from store.domain import line_with_key
from store.dossiers import delete_dossier
from store.engine import Book
from store.opportunities import (
    LineFacts,
    LossReason,
    OpportunityFacts,
    OpportunityStage,
    OpportunityState,
    OpportunityType,
    edit_opportunity,
    facts_of,
    open_opportunity,
    opportunity_seen_by,
)
from store.quotes import (
    ErpQuote,
    Quote,
    QuoteState,
    end_quote,
    end_sale,
    make_quote,
    quote_seen_by,
    quote_totals,
    quotes_of,
    refer_to_quote,
    remove_quote,
    reopen_quote,
    reopen_sale,
    restore_quote,
)
from store.starter import seed_domain_data

DAY = date(2026, 11, 21)


@dataclass
class Desk:
    book: Book
    anna: Collaborator
    bram: Collaborator
    dupont_id: int
    els_id: int
    dossier_id: int

    def makes(self, session: Session, contact_id: int | None = None) -> Quote:
        return make_quote(session, self.dossier_id, by=self.anna, on=DAY, contact_id=contact_id, now=self.book.now())

    def refers(self, session: Session, **told: object) -> Quote:
        facts = {"amount": Decimal(10), "currency": "EUR", "number": "2026-118", **told}
        erp = ErpQuote(**facts)  # type: ignore[arg-type]
        return refer_to_quote(session, self.dossier_id, erp, by=self.anna, on=DAY, now=self.book.now())

    def ends(self, session: Session, quote: Quote, state: QuoteState) -> None:
        end_quote(session, quote.id, by=self.anna, state=state, on=DAY, now=self.book.now())

    def state(self, session: Session) -> OpportunityState:
        found = opportunity_seen_by(session, self.dossier_id, asked_by=self.anna)
        assert found is not None
        return found.state


@pytest.fixture
def desk(book: Book) -> Desk:
    with book.writing() as session:
        seed_domain_data(session, book.now())
        anna, _mailbox = new_collaborator(session, "Anna")
        bram, _mailbox = new_collaborator(session, "Bram")
        dupont = new_relation(session, "Dupont")
        els = new_contact(session, new_person(session, "Els"), dupont)
        facts = OpportunityFacts(
            name="Cellar",
            type_id=line_with_key(session, OpportunityType, "sale").id,
            stage_id=line_with_key(session, OpportunityStage, "offer_made").id,
            owner_id=anna.id,
            currency="EUR",
            opened_on=DAY,
            lines=(LineFacts(Decimal("2.5"), Decimal("3.01"), text="Hops"),),
        )
        one = open_opportunity(session, by=anna, relation_id=dupont.id, facts=facts, now=book.now())
        return Desk(book, anna, bram, dupont.id, els.id, one.dossier_id)


def test_a_quote_keeps_the_items_as_they_were_when_it_was_made(desk: Desk) -> None:
    with desk.book.writing() as session:
        first = desk.makes(session, desk.els_id)
        assert first.label == f"DUPONT-{desk.dossier_id}/1"
        one = opportunity_seen_by(session, desk.dossier_id, asked_by=desk.anna)
        assert one is not None
        facts = facts_of(one)
        changed = OpportunityFacts(
            **{**{name: getattr(facts, name) for name in facts.__slots__},
               "lines": (LineFacts(Decimal(9), Decimal(9), text="Malt"),)}
        )  # fmt: skip
        edit_opportunity(session, desk.dossier_id, by=desk.anna, version=None, facts=changed, now=desk.book.now())
        second = desk.makes(session)
        assert [(line.label, line.amount) for line in first.lines] == [("Hops", Decimal("7.52"))]
        assert (first.amount, second.amount, second.ordinal) == (Decimal("7.52"), Decimal("81.00"), 2)
        assert first.contact is not None
        assert list(quotes_of(session, asked_by=desk.anna, dossier_id=desk.dossier_id, limit=9)) == [second, first]


def test_a_quote_of_the_erp_is_referred_to_by_number_or_address(desk: Desk) -> None:
    with desk.book.writing() as session:
        quote = desk.refers(session, kind="Quote", url="https://erp.example/118")
        assert (quote.label, quote.lines, quote.amount) == ("Quote 2026-118", [], Decimal("10.00"))
        for wrong, field in (
            ({"number": "", "url": ""}, "number"),
            ({"url": "javascript:alert(1)"}, "url"),
            ({"amount": Decimal(-1)}, "amount"),
            ({"currency": "XXX"}, "currency"),
        ):
            with pytest.raises(BookError) as refused:
                desk.refers(session, **wrong)
            assert refused.value.field == field


def test_a_won_quote_wins_the_opportunity_and_taking_it_back_reopens_it(desk: Desk) -> None:
    with desk.book.writing() as session:
        quote, other = desk.makes(session), desk.makes(session)
        desk.ends(session, other, QuoteState.LOST)
        assert desk.state(session) is OpportunityState.OPEN, "one lost quote does not lose the sale"
        desk.ends(session, quote, QuoteState.WON)
        assert (desk.state(session), quote.ended_on) == (OpportunityState.WON, DAY)
        with pytest.raises(BookError, match="already"):
            desk.ends(session, quote, QuoteState.LOST)
        with pytest.raises(BookError, match="stays"):
            remove_quote(session, quote.id, by=desk.anna, now=desk.book.now())
        reopen_quote(session, quote.id, by=desk.anna, now=desk.book.now())
        assert (desk.state(session), quote.state) == (OpportunityState.OPEN, QuoteState.IN_PROGRESS)


def test_quotes_in_progress_fall_with_a_lost_opportunity_and_come_back_with_it(desk: Desk) -> None:
    with desk.book.writing() as session:
        lost, waiting = desk.makes(session), desk.makes(session)
        desk.ends(session, lost, QuoteState.LOST)
        facts: dict[str, Any] = {"by": desk.anna, "now": desk.book.now()}
        reason_id = line_with_key(session, LossReason, "price").id
        lose = OpportunityState.LOST
        end_sale(session, desk.dossier_id, state=lose, on=DAY, reason_id=reason_id, **facts)
        assert (waiting.state, waiting.ended_on) == (QuoteState.LOST, DAY)
        with pytest.raises(BookError, match="Reopen it first"):
            reopen_quote(session, waiting.id, **facts)
        reopen_sale(session, desk.dossier_id, **facts)
        assert (lost.state, waiting.state, waiting.ended_on) == (QuoteState.LOST, QuoteState.IN_PROGRESS, None)
        end_sale(session, desk.dossier_id, state=OpportunityState.WON, on=DAY, **facts)
        assert waiting.state is QuoteState.IN_PROGRESS, "another part of it may be won yet"


def test_each_view_of_quotes_has_its_totals_by_currency(desk: Desk) -> None:
    with desk.book.writing() as session:
        won, lost, gone = desk.makes(session), desk.refers(session), desk.refers(session)
        desk.refers(session, currency="CAD", amount=Decimal("0.10"))
        desk.refers(session, currency="CAD", amount=Decimal("0.20"))
        desk.ends(session, won, QuoteState.WON)
        desk.ends(session, lost, QuoteState.LOST)
        remove_quote(session, gone.id, by=desk.anna, now=desk.book.now())

        def total(state: QuoteState) -> list[tuple[str, int, Decimal]]:
            return quote_totals(session, asked_by=desk.anna, relation_id=desk.dupont_id, states=(state,))

        assert total(QuoteState.WON) == [("EUR", 1, Decimal("7.52"))]
        assert total(QuoteState.LOST) == [("EUR", 1, Decimal("10.00"))]
        assert total(QuoteState.IN_PROGRESS) == [("CAD", 2, Decimal("0.30"))]
        restore_quote(session, gone.id, by=desk.anna)
        assert total(QuoteState.IN_PROGRESS)[1] == ("EUR", 1, Decimal("10.00"))
        with pytest.raises(BookError, match="quotes"):
            delete_dossier(session, desk.dossier_id, by=desk.anna, now=desk.book.now())


def test_charlie_meets_no_quote_of_a_file_that_is_not_his(desk: Desk) -> None:
    with desk.book.writing() as session:
        quote = desk.makes(session)
        charlie = session.merge(desk.bram)
        charlie.scope = Scope.OWN
        session.flush()
        assert quote_seen_by(session, quote.id, asked_by=charlie) is None
        assert list(quotes_of(session, asked_by=charlie, limit=9)) == []
        assert quote_totals(session, asked_by=charlie, states=tuple(QuoteState)) == []
        with pytest.raises(NotFound):
            remove_quote(session, quote.id, by=charlie, now=desk.book.now())


def test_an_opportunity_without_items_gives_no_quote(desk: Desk) -> None:
    with desk.book.writing() as session:
        one = opportunity_seen_by(session, desk.dossier_id, asked_by=desk.anna)
        assert one is not None
        one.lines.clear()
        session.flush()
        with pytest.raises(BookError, match="no item"):
            desk.makes(session)
