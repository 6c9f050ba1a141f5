"""Opportunities: stages and chances, moves, ends, lines, and the forecast as of a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from clock import Clock
from dupont import new_collaborator, new_contact, new_person, new_relation
from hypothesis import given
from hypothesis import strategies as st
from privacy_office import SECRET, everything
from privacy_office import office as office_with_secret
from sqlalchemy.orm import Session

from store.base import BookError, ChangedMeanwhile, NotFound
from store.collaborators import Collaborator, Role, Scope
from store.domain import line_with_key
from store.dossiers import dossier_seen_by
from store.engine import Book
from store.lists.lines import edit_line
from store.lists.merging import merge_lines, undo_merge
from store.lists.registry import list_of
from store.merging import merge_relations
from store.opportunities import (
    LineFacts,
    LossReason,
    Opportunity,
    OpportunityFacts,
    OpportunityStage,
    OpportunityState,
    OpportunityType,
    changes_of,
    edit_opportunity,
    end_opportunity,
    facts_of,
    forecast,
    open_opportunity,
    opportunities_of,
    opportunity_seen_by,
    reopen_opportunity,
    stage_spells,
    stages_of,
    times_moved,
)
from store.opportunities.forecasting import weigh
from store.opportunities.model import OpportunityChange
from store.privacy import erase_person
from store.products import Product
from store.starter import seed_domain_data

DAY = date(2026, 11, 21)
ZONE = "Europe/Brussels"


@dataclass
class Desk:
    book: Book
    anna: Collaborator
    bram: Collaborator
    dupont_id: int
    els_id: int
    facts: OpportunityFacts

    def opens(self, session: Session, now: datetime | None = None, **changes: object) -> Opportunity:
        facts = replace(self.facts, **changes)  # type: ignore[arg-type]
        now = now or self.book.now()
        return open_opportunity(session, by=self.anna, relation_id=self.dupont_id, facts=facts, now=now)

    def edits(self, session: Session, one: Opportunity, now: datetime | None = None, **changes: object) -> None:
        facts = replace(facts_of(one), **changes)  # type: ignore[arg-type]
        edit_opportunity(session, one.dossier_id, by=self.anna, version=None, facts=facts, now=now or self.book.now())


@pytest.fixture
def desk(book: Book) -> Desk:
    with book.writing() as session:
        seed_domain_data(session, book.now())
        anna, _mailbox = new_collaborator(session, "Anna")
        bram, _mailbox = new_collaborator(session, "Bram")
        dupont = new_relation(session, "Dupont")
        els = new_contact(session, new_person(session, "Els"), dupont)
        facts = OpportunityFacts(
            name="Cellar 2027",
            type_id=line_with_key(session, OpportunityType, "sale").id,
            stage_id=line_with_key(session, OpportunityStage, "offer_made").id,
            owner_id=anna.id,
            currency="EUR",
            opened_on=DAY,
            closes_on=date(2027, 3, 15),
            budget=Decimal("12400.00"),
            contact_id=els.id,
        )
        return Desk(book, anna, bram, dupont.id, els.id, facts)


def _stage(session: Session, key: str) -> int:
    return line_with_key(session, OpportunityStage, key).id


def test_an_opportunity_is_a_dossier_with_a_reference_that_is_never_reused(desk: Desk) -> None:
    with desk.book.writing() as session:
        one = desk.opens(session, note="Two rooms")
        assert one.dossier.reference == f"DUPONT-{one.dossier_id}"
        assert (one.dossier.name, one.dossier.note) == ("Cellar 2027", "Two rooms")
        assert dossier_seen_by(session, one.dossier_id, asked_by=desk.anna) is one.dossier
        assert (one.state, one.currency, one.budget) == (OpportunityState.OPEN, "EUR", Decimal("12400.00"))
        assert desk.opens(session).dossier.reference != one.dossier.reference


def test_the_stage_gives_the_chance_until_somebody_sets_another(desk: Desk) -> None:
    with desk.book.writing() as session:
        one = desk.opens(session)
        assert (one.probability, one.own_probability) == (50, None)
        desk.edits(session, one, stage_id=_stage(session, "negotiation"))
        assert one.probability == 75
        desk.edits(session, one, own_probability=0)
        assert (one.probability, one.own_probability) == (0, 0)
        desk.edits(session, one, own_probability=None)
        assert one.probability == 75
        with pytest.raises(BookError) as refused:
            desk.edits(session, one, own_probability=101)
        assert refused.value.field == "own_probability"


def test_a_type_has_its_own_stages_or_those_of_every_type(desk: Desk) -> None:
    labels = {"label_en": "x", "label_fr": "x", "label_nl": "x"}
    with desk.book.writing() as session:
        rental = OpportunityType(key="rental", **labels)
        session.add(rental)
        session.flush()
        assert [one.key for one in stages_of(session, rental.id)][:2] == ["first_contact", "needs_known"]
        visit = OpportunityStage(key="visit", type_id=rental.id, probability=20, **labels)
        session.add(visit)
        session.flush()
        assert stages_of(session, rental.id) == [visit]
        assert visit not in stages_of(session, desk.facts.type_id)
        one = desk.opens(session)
        with pytest.raises(BookError, match="not one of this type") as refused:
            desk.edits(session, one, type_id=rental.id)
        assert refused.value.field == "stage"
        desk.edits(session, one, type_id=rental.id, stage_id=visit.id)
        assert one.probability == 20


def test_the_history_says_how_long_it_stood_in_each_stage(desk: Desk) -> None:
    start = datetime(2026, 11, 1, 9, tzinfo=UTC)
    with desk.book.writing() as session:
        one = desk.opens(session, start, opened_on=start.date())
        desk.edits(session, one, start + timedelta(days=4), budget=Decimal(10))
        desk.edits(session, one, start + timedelta(days=10), stage_id=_stage(session, "negotiation"))
        spells = stage_spells(changes_of(session, one), zone=ZONE, today=date(2026, 11, 21))
        assert [(spell.stage.key, spell.days) for spell in spells] == [("offer_made", 10), ("negotiation", 10)]
        end_opportunity(
            session,
            one.dossier_id,
            by=desk.anna,
            state=OpportunityState.WON,
            on=date(2026, 11, 13),
            now=start + timedelta(days=12),
        )
        spells = stage_spells(changes_of(session, one), zone=ZONE, today=date(2027, 11, 21))
        assert [spell.days for spell in spells] == [10, 2], "an ended one grows no older"


def test_the_moves_of_the_closing_day_are_counted(desk: Desk) -> None:
    with desk.book.writing() as session:
        one = desk.opens(session, closes_on=None)
        assert times_moved(changes_of(session, one)) == 0
        for day in (1, 2, 2, 3):
            desk.edits(session, one, closes_on=date(2027, 4, day))
        assert times_moved(changes_of(session, one)) == 2, "the first day is no move, the same day neither"
        with pytest.raises(BookError) as refused:
            desk.edits(session, one, closes_on=DAY - timedelta(days=1))
        assert refused.value.field == "closes_on"


def test_a_lost_one_has_a_reason_and_any_end_closes_the_dossier_until_it_is_reopened(desk: Desk) -> None:
    with desk.book.writing() as session:
        one, now = desk.opens(session), desk.book.now()
        end = {"by": desk.anna, "on": DAY, "now": now}
        with pytest.raises(BookError) as refused:
            end_opportunity(session, one.dossier_id, state=OpportunityState.LOST, **end)  # type: ignore[arg-type]
        assert refused.value.field == "reason"
        with pytest.raises(BookError, match="still to come") as refused:
            end_opportunity(
                session, one.dossier_id, by=desk.anna, state=OpportunityState.WON, on=DAY + timedelta(days=1), now=now
            )
        assert refused.value.field == "on"
        reason = line_with_key(session, LossReason, "price")
        end_opportunity(session, one.dossier_id, state=OpportunityState.LOST, reason_id=reason.id, **end)  # type: ignore[arg-type]
        assert (one.state, one.reason, one.ended_on) == (OpportunityState.LOST, reason, DAY)
        assert one.stage.key == "offer_made", "how far it came is not how it ended"
        assert one.dossier.closed_at == now
        with pytest.raises(BookError, match="ended already"):
            end_opportunity(session, one.dossier_id, state=OpportunityState.WON, **end)  # type: ignore[arg-type]
        reopen_opportunity(session, one.dossier_id, by=desk.anna, now=now)
        assert (one.state, one.reason, one.ended_on, one.dossier.closed_at) == (OpportunityState.OPEN, None, None, None)
        end_opportunity(session, one.dossier_id, state=OpportunityState.ABANDONED, **end)  # type: ignore[arg-type]
        assert list(opportunities_of(session, asked_by=desk.anna, limit=9)) == []
        gone = opportunities_of(session, asked_by=desk.anna, states=(OpportunityState.ABANDONED,), limit=9)
        assert list(gone) == [one]


def test_lines_have_a_quantity_and_a_price_and_their_total_may_differ_from_the_budget(desk: Desk) -> None:
    with desk.book.writing() as session:
        now = desk.book.now()
        hop = Product(code="HOP", name="Hops", folded="hop hops", price=Decimal(3), currency="EUR",
                      created_at=now, changed_at=now)  # fmt: skip
        session.add(hop)
        session.flush()
        lines = (
            LineFacts(Decimal("2.5"), Decimal("3.01"), product_id=hop.id),
            LineFacts(Decimal(1), Decimal(100), text="Delivery"),
        )
        one = desk.opens(session, lines=lines)
        assert [line.amount for line in one.lines] == [Decimal("7.52"), Decimal("100.00")], "half a cent to the even"
        assert (one.total, one.worth) == (Decimal("107.52"), Decimal("12400.00"))
        desk.edits(session, one, lines=lines[1:], budget=None)
        assert ([line.text for line in one.lines], one.worth) == (["Delivery"], Decimal("100.00"))
        for wrong, field in (
            (LineFacts(Decimal(0), Decimal(1), text="x"), "lines.0.quantity"),
            (LineFacts(Decimal(1), Decimal("1.001"), text="x"), "lines.0.price"),
            (LineFacts(Decimal(1), Decimal(1)), "lines.0.text"),
            (LineFacts(Decimal(1), Decimal(1), product_id=999), "lines.0.product"),
        ):
            with pytest.raises(BookError) as refused:
                desk.edits(session, one, lines=(wrong,))
            assert refused.value.field == field


def test_two_editors_of_an_opportunity_do_not_overwrite_each_other(desk: Desk) -> None:
    with desk.book.writing() as session:
        one = desk.opens(session)
        version, dossier_version = one.version, one.dossier.version
        desk.edits(session, one, lines=(LineFacts(Decimal(1), Decimal(1), text="x"),))
        told = {"by": desk.bram, "facts": facts_of(one), "now": desk.book.now()}
        with pytest.raises(ChangedMeanwhile):
            edit_opportunity(session, one.dossier_id, version=version, **told)  # type: ignore[arg-type]
        desk.edits(session, one, note="x")
        with pytest.raises(ChangedMeanwhile):
            edit_opportunity(
                session,
                one.dossier_id,
                version=one.version,
                dossier_version=dossier_version,
                **told,  # type: ignore[arg-type]
            )


def test_the_contact_is_one_of_the_relation(desk: Desk) -> None:
    with desk.book.writing() as session:
        other = new_contact(session, new_person(session, "Jan"), new_relation(session, "Orval"))
        with pytest.raises(BookError) as refused:
            desk.opens(session, contact_id=other.id)
        assert refused.value.field == "contact"


def test_a_contact_who_was_deleted_does_not_stand_in_the_way_of_another_change(desk: Desk) -> None:
    with desk.book.writing() as session:
        one = desk.opens(session)
        assert one.contact is not None
        one.contact.deleted_at = desk.book.now()
        session.flush()
        desk.edits(session, one, lines=(LineFacts(Decimal(1), Decimal(1), text="x"),))
        assert (one.contact_id, one.total) == (desk.els_id, 1)


def test_the_forecast_weighs_by_month_and_rep_as_of_any_day(desk: Desk) -> None:
    start = datetime(2026, 11, 1, 9, tzinfo=UTC)
    with desk.book.writing() as session:
        first = desk.opens(session, start, opened_on=start.date())
        desk.opens(session, start, opened_on=start.date(), budget=Decimal("0.05"), closes_on=date(2027, 3, 1))
        desk.opens(session, start, opened_on=start.date(), currency="CAD", owner_id=desk.bram.id, closes_on=None)
        later = start + timedelta(days=5)
        desk.edits(session, first, later, closes_on=date(2027, 4, 2), own_probability=10)
        end_opportunity(
            session,
            first.dossier_id,
            by=desk.anna,
            state=OpportunityState.WON,
            on=date(2026, 11, 10),
            now=start + timedelta(days=9),
        )

        def told(as_of: date) -> list[tuple[object, ...]]:
            found = forecast(session, asked_by=desk.anna, as_of=as_of, zone=ZONE)
            return [(one.month_on, one.owner.name, one.currency, one.number, one.weighted) for one in found.lines]

        undated = (None, "Bram", "CAD", 1, Decimal("6200.00"))
        small = (date(2027, 3, 1), "Anna", "EUR", 1, Decimal("0.02"))
        assert told(date(2026, 10, 31)) == []
        assert told(date(2026, 11, 5)) == [(date(2027, 3, 1), "Anna", "EUR", 2, Decimal("6200.02")), undated]
        assert told(later.date()) == [small, (date(2027, 4, 1), "Anna", "EUR", 1, Decimal("1240.00")), undated]
        assert told(date(2026, 11, 21)) == [small, undated]
        noted_late = desk.opens(session, opened_on=date(2026, 10, 5), currency="USD", closes_on=None)
        october = [(None, "Anna", "USD", 1, Decimal("6200.00"))]
        assert (told(date(2026, 10, 4)), told(date(2026, 10, 31))) == ([], october)
        won = {"state": OpportunityState.WON, "on": date(2026, 10, 20), "now": desk.book.now()}
        end_opportunity(session, noted_late.dossier_id, by=desk.anna, **won)
        assert (told(date(2026, 10, 19)), told(date(2026, 10, 20))) == (october, [])


def test_another_chance_of_a_stage_counts_in_the_forecast_from_that_day_on(desk: Desk, clock: Clock) -> None:
    def weighted(as_of: date) -> list[Decimal]:
        found = forecast(session, asked_by=desk.anna, as_of=as_of, zone=ZONE)
        return [one.weighted for one in found.lines]

    stages = list_of(OpportunityStage)
    with desk.book.writing() as session:
        desk.anna.role = Role.ADMIN
        offered, negotiated = _stage(session, "offer_made"), _stage(session, "negotiation")
        one = desk.opens(session, budget=Decimal(1000))
        other = desk.opens(session, budget=Decimal(1000), own_probability=10, currency="CAD")
        clock.advance(timedelta(days=1))
        edit_line(session, stages, offered, {"probability": 60}, by=desk.anna)
        assert (weighted(DAY), weighted(clock().date())) == ([100, 500], [100, one.probability * 10])
        clock.advance(timedelta(days=1))
        merge_lines(session, stages, offered, negotiated, by=desk.anna, now=clock())
        assert weighted(clock().date()) == [100, 750]
        desk.edits(session, other, clock(), closes_on=clock().date())
        clock.advance(timedelta(days=1))
        undo_merge(session, stages, offered, by=desk.anna, now=clock())
        assert (weighted(DAY), weighted(clock().date())) == ([100, 500], [100, 600])
        assert [changes_of(session, it)[-1].stage_id for it in (one, other)] == [offered, offered]


@given(
    st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False),
    st.integers(0, 100),
)
def test_what_is_weighed_is_never_less_than_nothing_nor_more_than_the_worth(worth: Decimal, chance: int) -> None:
    weighed = weigh(worth, chance)
    assert 0 <= weighed <= worth
    assert abs(weighed * 100 - worth * chance) <= Decimal("0.5")


@given(st.lists(st.sampled_from([None, date(2027, 1, 1), date(2027, 1, 2)]), max_size=8))
def test_a_day_is_moved_no_oftener_than_it_was_set(days: list[date | None]) -> None:
    moved = times_moved([OpportunityChange(closes_on=day) for day in days])
    assert 0 <= moved <= max(0, sum(day is not None for day in days) - 1)


def test_charlie_meets_no_opportunity_of_a_file_that_is_not_his(desk: Desk) -> None:
    with desk.book.writing() as session:
        one = desk.opens(session)
        charlie = session.merge(desk.bram)
        charlie.scope = Scope.OWN
        session.flush()
        assert opportunity_seen_by(session, one.dossier_id, asked_by=charlie) is None
        assert list(opportunities_of(session, asked_by=charlie, limit=9)) == []
        assert forecast(session, asked_by=charlie, as_of=DAY, zone=ZONE).lines == []
        with pytest.raises(NotFound):
            reopen_opportunity(session, one.dossier_id, by=charlie, now=desk.book.now())


def test_merging_relations_carries_the_opportunities(desk: Desk) -> None:
    with desk.book.writing() as session:
        one, kept = desk.opens(session), new_relation(session, "Dupont & fils")
    with desk.book.writing() as session:
        merge_relations(session, kept.id, desk.dupont_id, by=desk.anna, now=desk.book.now())
        for relation_id in (kept.id, desk.dupont_id):
            found = opportunities_of(session, relation_id, asked_by=desk.anna, limit=9)
            assert [each.id for each in found] == [one.id]


def test_erasing_a_person_takes_the_name_out_of_the_lines_of_opportunities(book: Book) -> None:
    anna, _bram, person_id, _contact_id = office_with_secret(book)
    with book.writing(door="slack") as session:
        seed_domain_data(session, book.now())
        facts = OpportunityFacts(
            name=f"For Els {SECRET}",
            type_id=line_with_key(session, OpportunityType, "sale").id,
            stage_id=_stage(session, "offer_made"),
            owner_id=anna.id,
            currency="EUR",
            opened_on=DAY,
            lines=(LineFacts(Decimal(1), Decimal(1), text=f"Chair of Els {SECRET}"),),
        )
        open_opportunity(session, by=anna, relation_id=person_id, facts=facts, now=book.now())
    with book.writing() as session:
        erase_person(session, person_id, by=anna, reason="by letter", now=book.now())
    assert SECRET.upper()[:10] not in everything(book).upper()
