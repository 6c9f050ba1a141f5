"""What a category allows on a file, and how parts change from a day on: rules that hold for all values."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.base import BookError
from store.involvements import CommissionRule
from store.involvements.rules import Part, changes_locked, check_parts, gaps, stretches
from store.involvements.timeline import Share, changed_from, handed_over

NEW_YEAR = date(2027, 1, 1)
NAMES = ("Anna", "Bram", "Claire")


def day(number: int) -> date:
    return NEW_YEAR + timedelta(days=number)


def part(who: int, first: int, last: int | None, percent: str | None = None, *, row: int | None = None) -> Part:
    commission = Decimal(percent) if percent else None
    return Part(who, NAMES[who], day(first), None if last is None else day(last), commission, False, row)


@st.composite
def histories(draw: st.DrawFn) -> list[Part]:
    """Up to three people, each with periods that do not overlap."""
    found: list[Part] = []
    for who in range(len(NAMES)):
        days = sorted(draw(st.sets(st.integers(0, 30), max_size=5)))
        for first, following in zip(days[::2], days[1::2], strict=False):
            percent = draw(st.none() | st.integers(0, 60).map(Decimal))
            found.append(Part(who, NAMES[who], day(first), day(following), percent, False, len(found) + 1))
        if len(days) % 2:
            found.append(Part(who, NAMES[who], day(days[-1]), None, Decimal(10), False, len(found) + 1))
    return found


def held_on(parts: list[Part], on: date) -> dict[int, Decimal | None]:
    return {one.collaborator_id: one.commission for one in parts if one.is_there(on)}


@pytest.mark.parametrize(
    ("percents", "rule", "said"),
    [
        (("60", "50"), CommissionRule.AT_MOST_100, {"total": Decimal(110), "over": Decimal(10)}),
        (("60", "30"), CommissionRule.EXACTLY_100, {"total": Decimal(90), "left": Decimal(10)}),
        (("60", "40.01"), CommissionRule.EXACTLY_100, {"over": Decimal("0.01")}),
    ],
)
def test_a_broken_rule_says_who_holds_what_and_what_is_left(
    percents: tuple[str, str], rule: CommissionRule, said: dict[str, Decimal]
) -> None:
    parts = [part(0, 0, None, percents[0]), part(1, 5, None, percents[1])]
    before = [part(0, 0, None, percents[0])]
    with pytest.raises(BookError) as told:
        check_parts(before, parts, rule=rule, is_single=False)
    assert told.value.field == "commission"
    assert told.value.values["shares"] == [("Anna", Decimal(percents[0])), ("Bram", Decimal(percents[1]))]
    assert told.value.values["day"] == day(5)
    assert said.items() <= told.value.values.items()


def test_a_total_is_free_where_the_category_says_so_and_exact_where_it_must_be() -> None:
    parts = [part(0, 0, None, "90"), part(1, 0, None, "90")]
    check_parts([], parts, rule=CommissionRule.FREE, is_single=False)
    check_parts([], [part(0, 0, 9, "100"), part(1, 10, None, "100")], rule=CommissionRule.EXACTLY_100, is_single=True)


def test_a_change_answers_for_the_days_that_it_alters_only() -> None:
    wrong_long_ago = [part(0, 0, 9, "80", row=1), part(1, 0, 9, "80", row=2)]
    after = [*wrong_long_ago, part(0, 20, None, "100")]
    check_parts(wrong_long_ago, after, rule=CommissionRule.EXACTLY_100, is_single=False)
    with pytest.raises(BookError, match="too much"):
        check_parts(wrong_long_ago, [part(0, 0, 9, "70"), after[1]], rule=CommissionRule.AT_MOST_100, is_single=False)


def test_one_at_a_time_and_one_main_one() -> None:
    with pytest.raises(BookError, match="Only one person"):
        check_parts([], [part(0, 0, 5), part(1, 5, 9)], rule=CommissionRule.FREE, is_single=True)
    check_parts([], [part(0, 0, 5), part(1, 6, 9)], rule=CommissionRule.FREE, is_single=True)
    mains = [Part(who, NAMES[who], day(0), None, None, True) for who in (0, 1)]
    with pytest.raises(BookError, match="main one"):
        check_parts([], mains, rule=CommissionRule.FREE, is_single=False)


def test_gaps_between_two_periods_are_found() -> None:
    assert gaps([part(0, 0, 3), part(1, 2, 5), part(0, 8, None)]) == [(day(6), day(7))]
    assert gaps([part(0, 0, 3), part(1, 4, 5)]) == []


def test_settled_days_are_changed_by_another_percentage_alone() -> None:
    before = [part(0, 0, None, "60")]
    ended = [part(0, 0, 9, "60")]
    assert not changes_locked(before, ended, locked_until=day(9))
    assert changes_locked(before, ended, locked_until=day(10))
    assert not changes_locked(before, [*before, part(1, 0, None)], locked_until=day(99))


@given(parts=histories())
def test_stretches_cover_every_day_once_from_the_first(parts: list[Part]) -> None:
    found = list(stretches(parts))
    assert [first for first, _last in found[1:]] == [last + timedelta(days=1) for _first, last in found[:-1]]
    for first, last in found:
        assert held_on(parts, first) == held_on(parts, min(last, day(60)))


wishes = st.lists(st.sampled_from(range(3)), unique=True).flatmap(
    lambda ids: st.tuples(*(st.tuples(st.just(one), st.none() | st.integers(0, 33).map(Decimal)) for one in ids))
)


@given(parts=histories(), on=st.integers(0, 35).map(day), wanted=wishes)
def test_a_change_from_a_day_leaves_what_was_before_it(
    parts: list[Part], on: date, wanted: tuple[tuple[int, Decimal | None], ...]
) -> None:
    after = changed_from(parts, on, [Share(who, NAMES[who], percent) for who, percent in wanted])
    for number in range(60):
        if day(number) < on:
            assert held_on(after, day(number)) == held_on(parts, day(number))
    assert held_on(after, on) == dict(wanted)
    kept = [one.row_id for one in after if one.row_id]
    assert len(kept) == len(set(kept))


@given(parts=histories(), on=st.integers(-1, 35).map(day))
def test_a_handover_adds_up_what_both_held_and_leaves_the_past(parts: list[Part], on: date) -> None:
    after = handed_over(parts, giver_id=0, taker=Share(1, "Bram"), on=on)
    for number in range(-1, 60):
        was, has = held_on(parts, day(number)), held_on(after, day(number))
        if day(number) >= on and 0 in was:
            shares = [share for who, share in was.items() if who in (0, 1) and share is not None]
            both = sum(shares, Decimal(0)) if shares else None
            was = {who: share for who, share in was.items() if who == 2} | {1: both}
        assert has == was
        assert sum(one.is_there(day(number)) for one in after) == len(has), "nobody stands there twice"
