"""Reports that are kept under a name: whose they are, who may run them, and that only the wish is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from dupont import START
from hypothesis import given
from hypothesis import strategies as st
from planned import Visits, make_visits

from store.base import BookError, ChangedMeanwhile, NotFound
from store.collaborators import Collaborator
from store.engine import Book
from store.relations import RelationKind
from store.reports import (
    CostGroup,
    Counted,
    KeptReport,
    Report,
    Span,
    Wish,
    edit_report,
    forget_report,
    keep_report,
    kept_named,
    kept_reports,
    kept_seen_by,
    recall_report,
)

WISH = Wish(Report.COSTS, Span.LAST_MONTH, group=CostGroup.TYPE)


@pytest.fixture
def visits(book: Book) -> Visits:
    return make_visits(book)


def keep(visits: Visits, name: str = "Costs", by: Collaborator | None = None, **more: Any) -> int:
    with visits.book.writing() as session:
        return keep_report(session, name, more.pop("wish", WISH), by=by or visits.anna, now=START, **more).id


def names(visits: Visits, asked_by: Collaborator) -> list[str]:
    with visits.book.reading() as session:
        return [row.name for row in kept_reports(session, asked_by=asked_by)]


def test_a_kept_report_is_found_by_its_name_and_asks_for_the_same_again(visits: Visits) -> None:
    keep(visits, "Costs of visits")
    with visits.book.reading() as session:
        for typed in ("Costs of visits", "COSTS OF VISITS", "costs"):
            row = kept_named(session, typed, asked_by=visits.anna)
            assert row is not None
            assert row.wish == WISH
        assert kept_named(session, "visits", asked_by=visits.anna) is None


def test_charlie_meets_what_is_shared_and_nothing_else(visits: Visits) -> None:
    own, shared = keep(visits, "Mine"), keep(visits, "Ours", is_shared=True)
    assert names(visits, visits.charlie) == ["Ours"]
    assert names(visits, visits.anna) == ["Mine", "Ours"]
    with visits.book.reading() as session:
        assert kept_seen_by(session, own, asked_by=visits.charlie) is None
        assert kept_named(session, "Mine", asked_by=visits.charlie) is None
    for kept_id in (own, shared):
        with pytest.raises(NotFound), visits.book.writing() as session:
            forget_report(session, kept_id, by=visits.charlie, now=START)


def test_keeping_under_the_same_name_replaces_what_was_kept(visits: Visits) -> None:
    first = keep(visits, "Costs")
    assert keep(visits, "  costs ", wish=Wish(Report.ACTIVITY)) == first
    with visits.book.reading() as session:
        assert session.get_one(KeptReport, first).wish == Wish(Report.ACTIVITY)


def test_a_report_that_was_taken_away_comes_back_unless_its_name_was_taken(visits: Visits) -> None:
    kept_id = keep(visits)
    with visits.book.writing() as session:
        forget_report(session, kept_id, by=visits.anna, now=START)
    assert names(visits, visits.anna) == []
    with visits.book.writing() as session:
        recall_report(session, kept_id, by=visits.anna)
    assert names(visits, visits.anna) == ["Costs"]
    with visits.book.writing() as session:
        forget_report(session, kept_id, by=visits.anna, now=START)
    keep(visits)
    with pytest.raises(BookError), visits.book.writing() as session:
        recall_report(session, kept_id, by=visits.anna)


@pytest.mark.parametrize(("name", "wish", "field"), [
    ("  ", WISH, "name"),
    ("x" * 61, WISH, "name"),
    ("Days", Wish(Report.COSTS, Span.CHOSEN, date(2026, 2, 1), date(2026, 1, 1)), "last"),
])  # fmt: skip
def test_what_cannot_be_kept_is_told_at_its_field(visits: Visits, name: str, wish: Wish, field: str) -> None:
    with pytest.raises(BookError) as told:
        keep(visits, name, wish=wish)
    assert told.value.field == field


@given(
    st.builds(
        Wish,
        st.sampled_from(Report),
        st.sampled_from(Span),
        st.none() | st.dates(),
        st.none() | st.dates(),
        st.sampled_from(CostGroup),
        st.none() | st.integers(1, 9),
        st.none() | st.integers(1, 9),
        st.none() | st.integers(1, 9),
        st.integers(1, 3650),
        columns=st.lists(st.sampled_from(["name", "town", "vat"]), unique=True).map(tuple),
        kind=st.none() | st.sampled_from(RelationKind),
        category_id=st.none() | st.integers(1, 9),
        towns=st.text(max_size=9),
        country=st.sampled_from(["", "BE"]),
        language=st.sampled_from(["", "nl"]),
        since_on=st.none() | st.dates(),
        on=st.none() | st.dates(),
        contact_kind_id=st.none() | st.integers(1, 9),
        grouping_id=st.none() | st.integers(1, 9),
        counted=st.none() | st.sampled_from(Counted),
    )
)
def test_every_wish_is_read_back_as_it_was_kept(wish: Wish) -> None:
    assert Wish.loaded(wish.dumped()) == wish


def test_changing_a_kept_report_keeps_to_its_owner_its_version_and_names_that_are_free(visits: Visits) -> None:
    first, other = keep(visits, "Costs"), keep(visits, "Activity")

    def change(name: str, by: Collaborator, version: int | None = None) -> None:
        with visits.book.writing() as session:
            edit_report(session, first, name, WISH, by=by, version=version, is_shared=True, now=START)

    for name, by, error in (("Mine", visits.bram, NotFound), ("activity ", visits.anna, BookError)):
        with pytest.raises(error):
            change(name, by)
    with pytest.raises(ChangedMeanwhile):
        change("Spent", visits.anna, version=7)
    change("Spent", visits.anna, version=1)
    assert names(visits, visits.anna) == ["Activity", "Spent"]
    assert first != other


def test_who_left_the_office_runs_nothing(visits: Visits) -> None:
    keep(visits, "Ours", is_shared=True)
    with visits.book.writing() as session:
        session.get_one(Collaborator, visits.charlie.id).is_active = False
    with visits.book.reading() as session:
        charlie = session.get_one(Collaborator, visits.charlie.id)
        with pytest.raises(BookError):
            kept_reports(session, asked_by=charlie)
