"""Reports: costs, who became a client, activity, neglected relations, the pipeline; and who may see what of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dupont import START, new_relation
from hypothesis import given
from hypothesis import strategies as st
from planned import ZONE, Visits, make_visits
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from store.access import before_others
from store.actions import Meaning, When
from store.audit import AuditEntry
from store.base import BookError
from store.collaborators import Collaborator, Scope
from store.domain import line_with_key, listed
from store.endings import set_meaning
from store.engine import Book
from store.expenses import ExpenseFacts, book_expense
from store.links import LinkType, add_link
from store.opportunities import OpportunityFacts, OpportunityStage, OpportunityType, open_opportunity
from store.relation_facts import What, note_by_hand, note_of_action
from store.relations import RelationKind
from store.reports import (
    CostGroup,
    Origin,
    Period,
    Report,
    Span,
    Wish,
    activity,
    costs,
    neglected,
    period_of,
    pipeline,
    relations_listed,
    turns,
)
from store.series import Every, Recurrence
from store.starter import seed_domain_data
from store.statuses import RelationPriority, RelationStatus

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@dataclass
class Desk:
    visits: Visits
    ids: dict[str, int]

    @property
    def book(self) -> Book:
        return self.visits.book

    def visit(self, on: date, *costs: str, meaning: Meaning | None = Meaning.DONE, **changes: Any) -> int:
        """The id of a visit of that day; its costs like "12.50 EUR"."""
        with self.book.writing() as session:
            action = self.visits.plan(session, when=When.day(on, zone=ZONE), **changes)
            if meaning is not None:
                set_meaning(session, by=self.visits.anna, action_id=action.id, meaning=meaning, now=START)
            for cost in costs:
                price, currency = cost.split()
                said = ExpenseFacts(Decimal(1), currency, description="parking", price=Decimal(price))
                book_expense(session, action.id, said, by=self.visits.anna, now=START)
            return action.id

    def status(self, key: str, on: date) -> None:
        with self.book.writing() as session:
            dupont, anna = self.visits.dupont, self.visits.anna
            note_by_hand(session, dupont.id, What.STATUS, self.ids[key], on=on, by=anna, now=START)

    def costs(
        self, group: CostGroup = CostGroup.RELATION, *, asked_by: Collaborator | None = None, period: Period = YEAR
    ) -> list[tuple[str, str, str]]:
        with self.book.reading() as session:
            found = costs(session, period, asked_by=asked_by or self.visits.anna, group=group)
            return [(line.name or str(line.month_on), f"{line.amount}", line.currency) for line in found.lines]

    def narrow(self, who: Collaborator, scope: Scope = Scope.OWN) -> Collaborator:
        with self.book.writing() as session:
            session.get_one(Collaborator, who.id).scope = scope
        with self.book.reading() as session:
            return session.get_one(Collaborator, who.id)


@pytest.fixture
def desk(book: Book) -> Desk:
    visits = make_visits(book)
    with book.writing() as session:
        seed_domain_data(session, START)
        ids = {row.key: row.id for row in session.scalars(select(RelationStatus))}
    return Desk(visits, ids)


# Costs


def test_costs_are_added_up_by_relation_and_never_across_currencies(desk: Desk) -> None:
    desk.visit(date(2026, 11, 3), "12.50 EUR", "7.25 EUR", "20.00 CAD")
    desk.visit(date(2026, 11, 4), "0.25 EUR")
    assert desk.costs() == [("Dupont", "20.00", "EUR"), ("Dupont", "20.00", "CAD")]


def test_costs_by_month_stand_in_order(desk: Desk) -> None:
    desk.visit(date(2026, 11, 30), "1.00 EUR")
    desk.visit(date(2026, 2, 1), "2.00 EUR")
    desk.visit(date(2026, 2, 28), "3.00 EUR")
    assert desk.costs(CostGroup.MONTH) == [("2026-02-01", "5.00", "EUR"), ("2026-11-01", "1.00", "EUR")]


@pytest.mark.parametrize(
    ("group", "name"),
    [(CostGroup.REPRESENTATIVE, "Anna"), (CostGroup.TYPE, "Mail sent"), (CostGroup.PRODUCT, "None"),
     (CostGroup.DOSSIER, "None")],
)  # fmt: skip
def test_costs_are_grouped_by_what_is_asked(desk: Desk, group: CostGroup, name: str) -> None:
    desk.visit(date(2026, 11, 3), "12.50 EUR")
    assert [line[1:] for line in desk.costs(group)] == [("12.50", "EUR")]
    assert desk.costs(group)[0][0].startswith(name)


def test_costs_of_an_action_outside_the_period_are_not_counted(desk: Desk) -> None:
    desk.visit(date(2026, 10, 31), "1.00 EUR")
    desk.visit(date(2026, 12, 1), "2.00 EUR")
    desk.visit(date(2026, 11, 30), "4.00 EUR")
    assert desk.costs(period=NOVEMBER) == [("Dupont", "4.00", "EUR")]


def test_costs_of_a_private_action_are_told_to_nobody_else(desk: Desk) -> None:
    desk.visit(date(2026, 11, 3), "12.50 EUR", is_private=True)
    assert desk.costs() == [("Dupont", "12.50", "EUR")]
    assert desk.costs(asked_by=desk.visits.charlie) == []


def test_charlie_with_the_scope_own_finds_only_their_own_files_in_the_reports(desk: Desk) -> None:
    desk.visit(date(2026, 11, 3), "12.50 EUR")
    desk.status("prospect", date(2026, 1, 1))
    desk.status("client", date(2026, 11, 1))
    charlie = desk.narrow(desk.visits.charlie)
    with desk.book.reading() as session:
        assert costs(session, YEAR, asked_by=charlie, group=CostGroup.RELATION).lines == []
        assert activity(session, YEAR, asked_by=charlie) == []
        assert turns(session, YEAR, asked_by=charlie).lines == []
        assert neglected(session, asked_by=charlie, now=START, days=1).lines == []
        assert activity(session, YEAR, asked_by=desk.visits.charlie) != []


# Prospects who became clients


def test_a_prospect_who_became_a_client_is_told_with_the_day_who_how_long_and_at_what_cost(desk: Desk) -> None:
    desk.status("prospect", date(2026, 3, 10))
    desk.visit(date(2026, 3, 9), "100.00 EUR")
    desk.visit(date(2026, 3, 12), "10.00 EUR")
    visit = desk.visit(date(2026, 6, 1), "5.50 EUR")
    with desk.book.writing() as session:
        note_of_action(session, visit, What.STATUS, desk.ids["client"], by=desk.visits.anna, now=START)
    with desk.book.reading() as session:
        found = turns(session, YEAR, asked_by=desk.visits.anna)
    (line,) = found.lines
    assert (line.name, line.is_won, line.representative) == ("Dupont", True, "Anna")
    assert line.conversion.on == date(2026, 6, 1)
    assert (line.days, line.spent) == (83, {"EUR": Decimal("15.50")})
    assert (found.first, found.each, found.lost, found.net) == (1, 1, 0, 1)


def test_a_client_is_told_with_where_it_came_from_as_far_as_the_book_knows(desk: Desk) -> None:
    desk.status("prospect", date(2026, 3, 10))
    desk.status("client", date(2026, 6, 1))
    anna = desk.visits.anna

    def source(asked_by: Collaborator = anna) -> tuple[Origin, str] | None:
        with desk.book.reading() as session:
            (line,) = turns(session, YEAR, asked_by=asked_by).lines
            return (line.source.origin, line.source.name) if line.source else None

    assert source() is None
    with desk.book.writing() as session:
        session.add(
            AuditEntry(at=START, actor_id=anna.id, door="import", kind="relation", row_id=desk.visits.dupont.id,
                       deed="created", before={}, after={})
        )  # fmt: skip
    assert source() == (Origin.IMPORTED, "")
    with desk.book.writing() as session:
        roy = new_relation(session, "Maison Roy").id
        kind = line_with_key(session, LinkType, "introduced").id
        add_link(session, by=anna, source_id=roy, target_id=desk.visits.dupont.id, type_id=kind)
    assert source() == (Origin.INTRODUCED, "Maison Roy")
    desk.visit(date(2026, 6, 2), representative_id=desk.visits.charlie.id)
    assert source(desk.narrow(desk.visits.charlie)) == (Origin.IMPORTED, "")  # Roy is no file of Charlie's


def test_becoming_a_client_counts_the_first_time_each_time_and_net(desk: Desk) -> None:
    for key, on in (("prospect", 1), ("client", 2), ("former_client", 4), ("client", 6)):
        desk.status(key, date(2026, on, 1))
    desk.visit(date(2026, 3, 1), "8.00 EUR")
    with desk.book.reading() as session:
        found = turns(session, YEAR, asked_by=desk.visits.anna)
        bram = turns(session, YEAR, asked_by=desk.visits.anna, collaborator_id=desk.visits.bram.id)
    assert (found.first, found.each, found.lost, found.net) == (1, 2, 1, 1)
    assert [line.spent for line in found.lines if not line.is_won] == [{"EUR": Decimal("8.00")}]
    assert bram.lines == []


# Activity


def test_activity_counts_planned_done_missed_and_cancelled_and_relations_once(desk: Desk) -> None:
    for meaning in (Meaning.DONE, Meaning.DONE, Meaning.NO_SHOW, Meaning.CANCELLED, None):
        desk.visit(date(2026, 11, 25), meaning=meaning)
    desk.visit(date(2026, 11, 26), is_private=True)
    with desk.book.reading() as session:
        (line,) = activity(session, NOVEMBER, asked_by=desk.visits.anna)
        (before_bram,) = activity(session, NOVEMBER, asked_by=desk.visits.bram)
    told = (line.representative, line.planned, line.done, line.no_show, line.cancelled, line.relations)
    assert told == ("Anna", 1, 3, 1, 1, 1)
    assert (before_bram.done, before_bram.relations) == (2, 1)


def test_activity_of_one_representative_leaves_out_the_others(desk: Desk) -> None:
    desk.visit(date(2026, 11, 25))
    with desk.book.reading() as session:
        bram = desk.visits.bram.id
        assert activity(session, NOVEMBER, asked_by=desk.visits.anna, collaborator_id=bram) == []


def test_each_occurrence_of_a_series_counts_as_planned(desk: Desk) -> None:
    desk.visit(date(2026, 11, 26), meaning=None, recurrence=Recurrence(Every.WEEK))
    december = Period(date(2026, 12, 1), date(2026, 12, 31))
    with desk.book.reading() as session:
        (line,) = activity(session, december, asked_by=desk.visits.anna, collaborator_id=desk.visits.anna.id)
        assert activity(session, december, asked_by=desk.visits.anna, collaborator_id=desk.visits.bram.id) == []
        nexts = [line.next_at for line in neglected(session, asked_by=desk.visits.anna, now=START, days=1).lines]
    assert line.planned == 5
    assert [at.astimezone(ZoneInfo(ZONE)).date() for at in nexts if at] == [date(2026, 11, 26)]


# Neglected relations


def _neglected(desk: Desk, **asked: Any) -> list[tuple[str, int | None, bool]]:
    with desk.book.reading() as session:
        found = neglected(session, **{"asked_by": desk.visits.anna, "now": START, "days": 60, **asked})
        return [(line.name, line.days, line.next_at is not None) for line in found.lines if line.name != "Els"]


def _put_priority(desk: Desk, relation_id: int) -> int:
    """The priority A, which the relation now has."""
    with desk.book.writing() as session:
        row = session.scalars(select(RelationPriority).order_by(RelationPriority.position)).first()
        assert row is not None
        note_by_hand(session, relation_id, What.PRIORITY, row.id, on=date(2026, 1, 1), by=desk.visits.anna, now=START)
        return row.id


def test_relations_with_a_priority_and_no_action_for_sixty_days_are_neglected(desk: Desk) -> None:
    priority_id = _put_priority(desk, desk.visits.dupont.id)
    with desk.book.writing() as session:
        new_relation(session, "Other")
    desk.visit(START.date() - timedelta(days=61))
    desk.visit(START.date() + timedelta(days=5), meaning=None)
    assert _neglected(desk, priority_id=priority_id) == [("Dupont", 61, True)]
    assert _neglected(desk, priority_id=priority_id, days=62) == []
    with desk.book.writing() as session:
        other_id = next(one.id for one in listed(session, RelationPriority) if one.id != priority_id)
        session.get_one(RelationPriority, other_id).merged_into_id = priority_id
    assert _neglected(desk, priority_id=other_id) == [("Dupont", 61, True)], "of a kept report, merged since"


def test_where_nothing_was_ever_done_comes_first_and_what_is_only_planned_does_not_count(desk: Desk) -> None:
    desk.visit(START.date() - timedelta(days=90))
    with desk.book.writing() as session:
        new_relation(session, "Never")
    found = [one for one in _neglected(desk) if one[0] in {"Never", "Dupont"}]
    assert found == [("Never", None, False), ("Dupont", 90, False)]


def test_what_was_done_in_private_does_not_tell_charlie_that_a_relation_is_not_neglected(desk: Desk) -> None:
    desk.visit(START.date() - timedelta(days=2), is_private=True)
    assert ("Dupont", None, False) in _neglected(desk, asked_by=desk.visits.charlie)
    assert "Dupont" not in {name for name, _days, _next in _neglected(desk)}


def test_of_many_only_the_longest_ago_are_read_and_all_are_counted_private_ones_with_their_owner(desk: Desk) -> None:
    with desk.book.writing() as session:
        ids = [new_relation(session, f"R{number}").id for number in range(4)]
    for number, relation_id in enumerate(ids):
        desk.visit(START.date() - timedelta(days=100 + number), relation_id=relation_id)
    desk.visit(START.date() - timedelta(days=2), relation_id=ids[3], is_private=True)
    desk.visit(START.date() - timedelta(days=90), relation_id=ids[2], is_private=True)
    named = {"R0", "R1", "R2", "R3"}
    told = {}
    for who in (desk.visits.anna, desk.visits.bram):
        with desk.book.reading() as session:
            every = neglected(session, asked_by=who, now=START, days=60)
            never = sum(line.days is None for line in every.lines)
            first = neglected(session, asked_by=who, now=START, days=60, limit=never + 1)
        assert (first.number, len(every.lines)) == (every.number, every.number)
        assert first.lines == every.lines[: never + 1]
        told[who.name] = [(line.name, line.days) for line in every.lines if line.name in named]
    assert told["Anna"] == [("R1", 101), ("R0", 100), ("R2", 90)]
    assert told["Bram"] == [("R3", 103), ("R2", 102), ("R1", 101), ("R0", 100)]


def test_before_others_nobody_is_told_what_is_private_not_even_their_own(desk: Desk) -> None:
    desk.visit(START.date() - timedelta(days=2), "12.50 EUR", is_private=True)
    anna = desk.narrow(desk.visits.anna)
    in_a_channel = before_others(anna)
    assert desk.costs(asked_by=anna) == [("Dupont", "12.50", "EUR")]
    assert desk.costs(asked_by=in_a_channel) == []
    with desk.book.reading() as session:
        assert [line.done for line in activity(session, YEAR, asked_by=anna)] == [1]
        assert activity(session, YEAR, asked_by=in_a_channel) == []
        wish = Wish(Report.RELATIONS, kind=RelationKind.COMPANY)
        theirs = relations_listed(session, wish, asked_by=anna, today=START.date())
        assert [line.name for line in theirs.lines] == ["Dupont"]  # theirs because of that visit alone
        assert relations_listed(session, wish, asked_by=in_a_channel, today=START.date()).number == 0
    desk.visit(START.date() - timedelta(days=100))
    assert ("Dupont", 100, False) in _neglected(desk, asked_by=in_a_channel)
    assert "Dupont" not in {name for name, _days, _next in _neglected(desk, asked_by=anna)}


# The pipeline


def test_the_pipeline_adds_up_by_stage_representative_and_currency(desk: Desk) -> None:
    with desk.book.writing() as session:
        stage = session.scalars(select(OpportunityStage).order_by(OpportunityStage.position)).first()
        kind = session.scalars(select(OpportunityType)).first()
        assert stage is not None
        assert kind is not None
        for budget, currency in ((100, "EUR"), (50, "EUR"), (10, "CAD")):
            facts = OpportunityFacts(name="Cellar", type_id=kind.id, stage_id=stage.id, owner_id=desk.visits.anna.id,
                                     currency=currency, budget=Decimal(budget), own_probability=50,
                                     opened_on=START.date())  # fmt: skip
            open_opportunity(session, by=desk.visits.anna, relation_id=desk.visits.dupont.id, facts=facts, now=START)
    charlie = desk.narrow(desk.visits.charlie)
    with desk.book.reading() as session:
        found = pipeline(session, asked_by=desk.visits.anna, as_of=START.date(), zone=ZONE)
        assert pipeline(session, asked_by=charlie, as_of=START.date(), zone=ZONE) == []
    assert [(one.currency, one.number, one.worth, one.weighted) for one in found] == [
        ("EUR", 2, Decimal(150), Decimal(75)),
        ("CAD", 1, Decimal(10), Decimal(5)),
    ]


# Days, rights, speed


@given(st.sampled_from([one for one in Span if one is not Span.CHOSEN]), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_named_period_is_whole_months_and_begins_with_its_quarter_or_year(span: Span, today: date) -> None:
    period = period_of(span, today=today)
    assert period.first_on.day == (period.last_on + timedelta(days=1)).day == 1
    assert (period.first_on <= today <= period.last_on) == span.value.startswith("this")
    if span.value.startswith("last"):
        this = Span(span.value.replace("last", "this"))
        assert period_of(this, today=today).first_on - timedelta(days=1) == period.last_on


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BookError) as told:
        Period(date(2026, 2, 1), date(2026, 1, 31)).check()
    assert told.value.field == "last"


def test_no_report_reads_all_actions(desk: Desk) -> None:
    """Each query is answered by a range of an index: asked of the engine itself."""
    desk.visit(date(2026, 11, 3), "1.00 EUR")
    desk.status("prospect", date(2026, 1, 1))
    desk.status("client", date(2026, 11, 1))
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    with desk.book.reading() as session:
        by = desk.visits.anna
        event.listen(desk.book.engine, "before_cursor_execute", keep)
        costs(session, NOVEMBER, asked_by=by, group=CostGroup.RELATION)
        activity(session, NOVEMBER, asked_by=by)
        turns(session, NOVEMBER, asked_by=by)
        neglected(session, asked_by=by, now=START, days=60)
        event.remove(desk.book.engine, "before_cursor_execute", keep)
        plans = {one[0]: _plan(session, *one) for one in asked if " action" in one[0]}
    assert len(plans) >= 6
    assert [sql for sql, plan in plans.items() if "SCAN action\n" in plan or "Seq Scan on action " in plan] == []


def _plan(session: Session, statement: str, parameters: Any) -> str:
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "".join(f"{row[-1]}\n" for row in rows)
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # a small table is read whole otherwise
    return "".join(f"{row[0]}\n" for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))
