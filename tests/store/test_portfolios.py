"""Handing a portfolio over and back, who has how much to do, and which files nobody looks after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planned import Visits, colleague, guest, hours, make_visits
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.actions import Action, Participant
from store.administration import deactivate_collaborator
from store.agenda import agenda_of
from store.base import BookError, NotAllowed
from store.collaborators import Collaborator, Role, Scope
from store.domain import line_with_key
from store.engine import Book
from store.involvements import (
    CommissionRule,
    Holding,
    Involvement,
    InvolvementCategory,
    change_from,
    commissions_on,
    end_involvement,
    files_of,
    involve,
    involvements_of,
    lock_commissions,
    representative_of,
)
from store.outbox import Outgoing
from store.planning import plan_action
from store.portfolios import (
    WhichActions,
    Wish,
    files_of_leavers,
    files_without_anybody,
    hand_over,
    handover_seen_by,
    plan_handover,
    undo_handover,
    workloads,
)
from store.relations import Relation, add_relation, delete_relation
from store.series import Every, Recurrence
from store.starter import seed_domain_data

TODAY = date(2026, 11, 21)
NEW_YEAR = date(2027, 1, 1)
DAY = timedelta(days=1)


class Desk:
    """Anna represents the office at Dupont for 60 %, Bram for 40 %; she also has its claims. Emma runs the office."""

    def __init__(self, session: Session, visits: Visits) -> None:
        self.session, self.visits, self.now = session, visits, visits.book.now()
        seed_domain_data(session, self.now)
        self.anna, self.bram, self.charlie = (
            session.get_one(Collaborator, one.id) for one in (visits.anna, visits.bram, visits.charlie)
        )
        self.emma = self.charlie
        self.emma.role = Role.ADMIN
        self.dupont = session.get_one(Relation, visits.dupont.id)
        self.category_ids = {
            key: line_with_key(session, InvolvementCategory, key).id for key in ("representative", "claims")
        }
        holdings = [
            Holding(self.category_ids["representative"], self.anna.id, Decimal(60)),
            Holding(self.category_ids["representative"], self.bram.id, Decimal(40)),
            Holding(self.category_ids["claims"], self.anna.id),
        ]
        change_from(session, self.dupont.id, by=self.emma, on=TODAY - 99 * DAY, holdings=holdings, now=self.now)

    def wish(self, **changes: object) -> Wish:
        return replace(Wish(self.anna.id, self.bram.id, NEW_YEAR), **changes)  # type: ignore[arg-type]

    def file(self, name: str, key: str = "representative") -> Relation:
        """Anna's, from today on."""
        relation = add_relation(self.session, by=self.emma, now=self.now, name=name)
        involve(self.session, by=self.emma, relation_id=relation.id, collaborator_id=self.anna.id,
                category_id=self.category_ids[key], since_on=TODAY, now=self.now)  # fmt: skip
        return relation

    def plan_action(self, on: date, **changes: object) -> Action:
        facts = replace(self.visits.facts, when=hours(on), **changes)  # type: ignore[arg-type]
        return plan_action(self.session, by=self.anna, facts=facts, now=self.now)

    def said(self, on: date) -> list[tuple[str, str, str]]:
        rows = involvements_of(self.session, self.dupont.id, asked_by=self.emma, on=on)
        return sorted((row.category.key, row.collaborator.name, str(row.commission)) for row in rows)

    def dump(self) -> list[list[tuple[object, ...]]]:
        """Every involvement that counts, what an action says of people, and who takes part: but for what only grows."""
        self.session.flush()
        self.session.expire_all()
        involvement, action, taking_part = (kind.__table__ for kind in (Involvement, Action, Participant))
        kept = [column for column in involvement.columns if column.name != "version"]
        grows = {"version", "sequence", "changed_at"}
        queries = (
            select(*kept).where(involvement.c.deleted_at.is_(None)),
            select(*(column for column in action.columns if column.name not in grows)),
            select(*(column for column in taking_part.columns if column.name != "id")),
        )
        return [sorted(map(tuple, self.session.execute(query)), key=str) for query in queries]


@pytest.fixture
def desk(book: Book) -> Iterator[Desk]:
    visits = make_visits(book)
    with book.writing() as session:
        yield Desk(session, visits)


def test_a_handover_splits_the_periods_and_leaves_the_past(desk: Desk) -> None:
    done = hand_over(desk.session, desk.wish(), by=desk.emma, now=desk.now)
    assert [relation.name for relation, _ids in done.plan.files] == ["Dupont"]
    assert desk.said(NEW_YEAR - DAY) == [
        ("claims", "Anna", "None"),
        ("representative", "Anna", "60.00"),
        ("representative", "Bram", "40.00"),
    ]
    assert desk.said(NEW_YEAR) == [("claims", "Bram", "None"), ("representative", "Bram", "100.00")]


def test_only_the_chosen_categories_and_matching_files_move(desk: Desk) -> None:
    desk.file("Zythos")
    wish = desk.wish(category_ids=frozenset({desk.category_ids["claims"]}))
    assert [
        relation.name for relation, _ids in plan_handover(desk.session, wish, by=desk.emma, now=desk.now).files
    ] == ["Dupont"]
    hand_over(desk.session, wish, by=desk.emma, now=desk.now)
    assert ("representative", "Anna", "60.00") in desk.said(NEW_YEAR)
    plan = plan_handover(desk.session, desk.wish(matching="ZYTH"), by=desk.emma, now=desk.now)
    assert [relation.name for relation, _ids in plan.files] == ["Zythos"]


def test_open_actions_from_the_day_on_move_with_their_files(desk: Desk) -> None:
    facts = {"participants": (guest(desk.visits.els), colleague(desk.bram))}
    ours, sooner = desk.plan_action(NEW_YEAR, **facts), desk.plan_action(NEW_YEAR - DAY)
    elsewhere = desk.plan_action(NEW_YEAR, relation_id=add_relation(
        desk.session, by=desk.anna, now=desk.now, name="Prospect").id)  # fmt: skip
    done = hand_over(desk.session, desk.wish(), by=desk.emma, now=desk.now)
    assert [one.id for one in done.plan.actions] == [ours.id]
    assert (ours.owner_id, ours.followed_by_id, ours.sequence) == (desk.bram.id, desk.bram.id, 1)
    assert [one.contact_id for one in ours.participants] == [desk.visits.els.id], "who carries it out is no guest"
    assert (sooner.owner_id, elsewhere.owner_id) == (desk.anna.id, desk.anna.id)
    everything = plan_handover(desk.session, desk.wish(actions=WhichActions.ALL), by=desk.emma, now=desk.now)
    assert [one.id for one in everything.actions] == [elsewhere.id]


def test_a_series_goes_on_with_the_other_from_the_day_on_and_undo_gives_it_back(desk: Desk) -> None:
    desk.plan_action(NEW_YEAR - 14 * DAY, recurrence=Recurrence(Every.WEEK, count=5))

    def agenda(who: Collaborator) -> list[date]:
        found = agenda_of(desk.session, who.id, TODAY, NEW_YEAR + 60 * DAY, zone="Europe/Brussels", asked_by=desk.emma)
        return [entry.when.starts_on for entry in found]

    dates = [NEW_YEAR + weeks * 7 * DAY for weeks in range(-2, 3)]
    done = hand_over(desk.session, desk.wish(), by=desk.emma, now=desk.now)
    assert (agenda(desk.anna), agenda(desk.bram)) == (dates[:2], dates[2:])
    assert undo_handover(desk.session, done.handover.id, by=desk.emma, now=desk.now).actions == 1
    assert (agenda(desk.anna), agenda(desk.bram)) == (dates, [])


def test_what_is_private_stays_unless_its_owner_hands_it_over(desk: Desk) -> None:
    private = desk.plan_action(NEW_YEAR, is_private=True)
    assert plan_handover(desk.session, desk.wish(), by=desk.emma, now=desk.now).actions == []
    assert [one.id for one in plan_handover(desk.session, desk.wish(), by=desk.anna, now=desk.now).actions] == [
        private.id
    ]


def test_guests_are_told_by_the_new_representative_only_when_wished(desk: Desk) -> None:
    desk.plan_action(NEW_YEAR, participants=(guest(desk.visits.els),))
    quietly = plan_handover(desk.session, desk.wish(), by=desk.emma, now=desk.now)
    assert len(quietly.actions) == 1
    done = hand_over(desk.session, desk.wish(tells_guests=True), by=desk.emma, now=desk.now)
    assert [(mail.name, mail.news.value) for mail in done.mails] == [("Els", "invitation")]
    lane = desk.session.scalars(select(Outgoing.lane).where(Outgoing.kind == "invitation")).one()
    assert lane.startswith("mailbox:")
    back = undo_handover(desk.session, done.handover.id, by=desk.emma, now=desk.now)
    assert [(mail.name, mail.news.value) for mail in back.mails] == [("Els", "update")]


def test_undoing_leaves_what_was_changed_since_and_says_so(desk: Desk) -> None:
    zythos = desk.file("Zythos")
    action = desk.plan_action(NEW_YEAR)
    done = hand_over(desk.session, desk.wish(), by=desk.emma, now=desk.now)
    row = involvements_of(desk.session, zythos.id, asked_by=desk.emma, on=NEW_YEAR)[0]
    end_involvement(desk.session, row.id, by=desk.emma, on=NEW_YEAR + DAY, now=desk.now)
    action.subject = "Changed by Bram"
    desk.session.flush()
    undone = undo_handover(desk.session, done.handover.id, by=desk.emma, now=desk.now)
    assert (undone.files, list(undone.files_left), undone.actions, undone.actions_left) == (1, ["Zythos"], 0, 1)
    assert representative_of(desk.session, zythos.id, on=NEW_YEAR) is desk.bram
    assert representative_of(desk.session, desk.dupont.id, on=NEW_YEAR) in (desk.anna, desk.bram)
    assert ("representative", "Anna", "60.00") in desk.said(NEW_YEAR)
    again = undo_handover(desk.session, done.handover.id, by=desk.emma, now=desk.now)
    assert (again.files, again.actions, list(again.files_left)) == (0, 0, [])


def test_nothing_is_given_back_to_who_left_and_no_mail_leaves_in_their_name(desk: Desk) -> None:
    action = desk.plan_action(NEW_YEAR, participants=(guest(desk.visits.els),))
    done = hand_over(desk.session, desk.wish(tells_guests=True), by=desk.emma, now=desk.now)
    deactivate_collaborator(desk.session, desk.anna.id, by=desk.emma)
    mails = len(desk.session.scalars(select(Outgoing)).all())
    with pytest.raises(BookError, match="has left the office") as told:
        undo_handover(desk.session, done.handover.id, by=desk.emma, now=desk.now)
    assert told.value.values == {"name": "Anna"}
    assert (done.handover.undone_at, action.owner_id) == (None, desk.bram.id)
    assert representative_of(desk.session, desk.dupont.id, on=NEW_YEAR) is desk.bram
    assert len(desk.session.scalars(select(Outgoing)).all()) == mails


def test_a_settled_period_keeps_a_file_where_it_is_and_the_preview_says_why(desk: Desk) -> None:
    lock_commissions(desk.session, by=desk.emma, until_on=NEW_YEAR)
    plan = plan_handover(desk.session, desk.wish(), by=desk.emma, now=desk.now)
    assert plan.files == []
    assert [(one.file.relation.name, one.error.values["day"]) for one in plan.left] == [("Dupont", NEW_YEAR)]
    with pytest.raises(BookError, match="Nothing would move"):
        hand_over(desk.session, desk.wish(), by=desk.emma, now=desk.now)
    later = plan_handover(desk.session, desk.wish(from_on=NEW_YEAR + DAY), by=desk.emma, now=desk.now)
    assert [relation.name for relation, _ids in later.files] == ["Dupont"]


def test_the_preview_leaves_what_saving_would_refuse(desk: Desk) -> None:
    """A category that ceased to carry percentages, and a past share that is known no more."""
    anna, bram, representative = desk.anna, desk.bram, desk.category_ids["representative"]
    begun, over = TODAY - 30 * DAY, TODAY - DAY
    ended = add_relation(desk.session, by=desk.emma, now=desk.now, name="Ended")
    holdings = [Holding(representative, anna.id, Decimal(60)), Holding(representative, bram.id, Decimal(30))]
    change_from(desk.session, ended.id, by=desk.emma, on=begun, holdings=holdings, now=desk.now)
    change_from(desk.session, ended.id, by=desk.emma, on=over, holdings=holdings[1:], now=desk.now)
    wish = desk.wish(from_on=begun)
    plan = plan_handover(desk.session, wish, by=anna, now=desk.now)
    done = hand_over(desk.session, wish, by=anna, now=desk.now)
    refused = "Percentages of this file are changed by an administrator, or by whoever has one on it."
    assert [(one.file.name, one.error.text) for one in plan.left] == [("Ended", refused)]
    assert [file.name for file, _ids in plan.files] == [desk.dupont.name]
    assert done.plan.files == plan.files
    assert [(one.file, one.error.text) for one in done.plan.left] == [(one.file, one.error.text) for one in plan.left]
    undo_handover(desk.session, done.handover.id, by=anna, now=desk.now)
    desk.session.get_one(InvolvementCategory, representative).carries_commission = False
    left = plan_handover(desk.session, wish, by=desk.emma, now=desk.now).left
    assert {one.error.text for one in left} == {"This category carries no commission."}


def test_who_left_hands_over_through_an_administrator_and_nobody_hands_over_to_them(desk: Desk) -> None:
    deactivate_collaborator(desk.session, desk.anna.id, by=desk.emma)
    assert [one.name for one in files_of_leavers(desk.session, asked_by=desk.emma, on=TODAY)] == []
    deactivate_collaborator(desk.session, desk.bram.id, by=desk.emma)
    assert [one.name for one in files_of_leavers(desk.session, asked_by=desk.emma, on=TODAY)] == ["Dupont"]
    with pytest.raises(BookError) as told:
        plan_handover(desk.session, desk.wish(), by=desk.emma, now=desk.now)
    assert told.value.field == "taker_id"
    hand_over(desk.session, desk.wish(taker_id=desk.emma.id), by=desk.emma, now=desk.now)
    assert representative_of(desk.session, desk.dupont.id, on=NEW_YEAR) is desk.emma


def test_charlie_hands_over_nobody_elses_files_and_sees_no_handover_of_others(desk: Desk) -> None:
    done = hand_over(desk.session, desk.wish(), by=desk.emma, now=desk.now)
    desk.charlie.role, desk.charlie.scope = Role.REP, Scope.OWN
    other = desk.wish(giver_id=desk.bram.id, taker_id=desk.charlie.id)
    with pytest.raises(NotAllowed):
        plan_handover(desk.session, other, by=desk.charlie, now=desk.now)
    done.handover.by_id = desk.anna.id
    desk.session.flush()
    assert handover_seen_by(desk.session, done.handover.id, asked_by=desk.charlie) is None
    with pytest.raises(NotAllowed):
        undo_handover(desk.session, done.handover.id, by=desk.charlie, now=desk.now)
    assert files_of(desk.session, desk.bram.id, asked_by=desk.charlie, on=NEW_YEAR) == []
    assert [one.files for one in workloads(desk.session, asked_by=desk.charlie, on=TODAY)] == [0, 0, 0]
    assert files_without_anybody(desk.session, asked_by=desk.charlie, on=TODAY) == []


def test_the_workload_counts_files_by_category_and_open_actions(desk: Desk) -> None:
    desk.file("Zythos")
    desk.plan_action(NEW_YEAR)
    gone = desk.file("Gone")
    delete_relation(desk.session, gone.id, by=desk.emma, now=desk.now)
    load = {one.collaborator.name: one for one in workloads(desk.session, asked_by=desk.emma, on=TODAY)}
    anna = load["Anna"]
    assert (anna.files, anna.open_actions) == (2, 1)
    assert [(category.key, number) for category, number in anna.by_category] == [("representative", 2), ("claims", 1)]


def test_files_with_nobody_in_charge_are_found(desk: Desk) -> None:
    desk.file("Claims only", "claims")
    add_relation(desk.session, by=desk.emma, now=desk.now, name="Alone")
    found = files_without_anybody(desk.session, asked_by=desk.emma, on=TODAY)
    assert [one.name for one in found if one.name != "Els" and one.name != "Jan"] == ["Alone", "Claims only"]


def test_the_commission_report_uses_the_split_valid_on_its_day(desk: Desk) -> None:
    before = [str(row.commission) for row in commissions_on(desk.session, asked_by=desk.emma, on=TODAY)]
    hand_over(desk.session, desk.wish(), by=desk.emma, now=desk.now)
    assert before == ["60.00", "40.00"]
    assert [str(row.commission) for row in commissions_on(desk.session, asked_by=desk.emma, on=TODAY)] == before
    assert [str(row.commission) for row in commissions_on(desk.session, asked_by=desk.emma, on=NEW_YEAR)] == ["100.00"]
    own = commissions_on(desk.session, asked_by=desk.bram, on=TODAY)
    assert [(row.collaborator.name, str(row.commission)) for row in own] == [("Anna", "60.00"), ("Bram", "40.00")]


def test_both_are_told_but_not_who_did_it(desk: Desk) -> None:
    done = hand_over(desk.session, desk.wish(), by=desk.anna, now=desk.now)
    undo_handover(desk.session, done.handover.id, by=desk.anna, now=desk.now)
    query = select(Outgoing).where(Outgoing.key.startswith("handover/")).order_by(Outgoing.id)
    told = [(row.content["collaborator_id"], row.content["deed"]) for row in desk.session.scalars(query)]
    assert told == [(desk.bram.id, "done"), (desk.bram.id, "undone")]


_periods = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["representative", "claims"]), st.integers(0, 20), st.integers(0, 9)),
    max_size=6,
)


@given(periods=_periods, on=st.integers(0, 25), actions=st.lists(st.integers(0, 30), max_size=3), is_all=st.booleans())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_handover_undone_restores_every_row(
    book: Book, periods: list[tuple[int, str, int, int]], on: int, actions: list[int], is_all: bool
) -> None:
    visits = _visits(book)
    with book.writers() as session:  # rolled back: every example begins with the same book
        session.connection()
        desk = Desk(session, visits)
        for rule in session.scalars(select(InvolvementCategory)):
            rule.commission_rule = CommissionRule.FREE
        for who, key, first, length in periods:
            people, since_on = (desk.anna, desk.bram, desk.emma), TODAY + first * DAY
            try:
                involve(session, by=desk.emma, relation_id=desk.dupont.id, collaborator_id=people[who].id,
                        category_id=desk.category_ids[key], since_on=since_on, now=desk.now,
                        until_on=since_on + length * DAY)  # fmt: skip
            except BookError:
                continue  # there already
        for number in actions:
            desk.plan_action(TODAY + number * DAY, participants=(colleague(desk.bram), guest(desk.visits.jan)))
        stood = desk.dump()
        which = WhichActions.ALL if is_all else WhichActions.OF_FILES
        done = hand_over(session, desk.wish(from_on=TODAY + on * DAY, actions=which), by=desk.emma, now=desk.now)
        assert desk.dump() != stood
        undone = undo_handover(session, done.handover.id, by=desk.emma, now=desk.now)
        assert (undone.files_left, undone.actions_left) == ([], 0)
        assert desk.dump() == stood
        session.rollback()


_made: dict[int, Visits] = {}


def _visits(book: Book) -> Visits:
    """Made once for all examples of a book."""
    if id(book) not in _made:
        _made[id(book)] = make_visits(book)
    return _made[id(book)]
