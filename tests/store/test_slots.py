"""Moments at which everybody is free: never a taken one, within working hours, also when the clock changes."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planned import ZONE, Visits, colleague, hours, make_visits

from store.actions import When
from store.engine import Book
from store.slots import TakenElsewhere, WorkingHours, find_slots, free_slots

OFFICE = WorkingHours()
HOUR = timedelta(hours=1)
MONDAY = date(2026, 11, 23)
ZONES = ("Europe/Brussels", "America/Toronto", "UTC", "Asia/Kathmandu")
_BEGINNINGS = st.datetimes(datetime(2026, 3, 20), datetime(2026, 11, 20), timezones=st.just(UTC))


def _wall(spans: list[tuple[datetime, datetime]], zone: str = ZONE) -> list[str]:
    return [f"{begins.astimezone(ZoneInfo(zone)):%d/%m %H:%M}" for begins, _ends in spans]


@given(
    _BEGINNINGS,
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, 14 * 48), st.integers(1, 20)), max_size=30),
    st.integers(1, 16),
)
def test_no_moment_is_proposed_that_is_taken_or_outside_working_hours(
    after: datetime, zones: list[str], taken: list[tuple[int, int]], halves: int
) -> None:
    half = timedelta(minutes=30)
    busy = [(after + start * half, after + (start + number) * half) for start, number in taken]
    length = halves * half
    found = list(free_slots(busy, zones=zones, hours=OFFICE, length=length, after=after))
    assert len(found) <= 5
    assert found == sorted(found)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(found))
    for begins, ends in found:
        assert ends - begins == length
        assert begins >= after
        assert not [span for span in busy if span[0] < ends and begins < span[1]]
        for zone in zones:
            here, until = begins.astimezone(ZoneInfo(zone)), ends.astimezone(ZoneInfo(zone))
            assert here.weekday() < 5
            assert time(9) <= here.time() < until.time() <= time(17)
            assert here.date() == until.date()


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_working_hours_are_those_of_the_wall_on_both_sides_of_a_clock_change(sunday: date) -> None:
    friday = datetime.combine(sunday - timedelta(days=2), time(9), ZoneInfo(ZONE))
    found = list(free_slots([], zones=[ZONE], hours=OFFICE, length=8 * HOUR, after=friday))
    assert {begins.astimezone(ZoneInfo(ZONE)).time() for begins, _ends in found} == {time(9)}
    assert [begins.astimezone(ZoneInfo(ZONE)).weekday() for begins, _ends in found] == [4, 0, 1, 2, 3]


def test_between_two_zones_the_common_hours_alone_are_proposed() -> None:
    monday = datetime.combine(MONDAY, time(8), ZoneInfo(ZONE))
    found = list(free_slots([], zones=[ZONE, "America/Toronto"], hours=OFFICE, length=HOUR, after=monday))
    assert _wall(found)[:2] == ["23/11 15:00", "23/11 16:00"]
    assert not list(free_slots([], zones=[ZONE, "Pacific/Auckland"], hours=OFFICE, length=HOUR, after=monday))


def test_other_working_hours_than_from_monday_to_friday_are_read() -> None:
    assert WorkingHours.read("Tue-Sat 08:30-12:00") == WorkingHours(1, 5, time(8, 30), time(12))
    for wrong in ("9-17", "Fri-Mon 09:00-17:00", "Mon-Fri 17:00-09:00", "Mon-Foo 09:00-17:00", "Mon-Fri 25:00-26:00"):
        with pytest.raises(ValueError, match=r".+"):
            WorkingHours.read(wrong)


@pytest.fixture
def visits(book: Book) -> Visits:
    return make_visits(book)


def test_everybodys_actions_take_their_time_private_ones_and_series_too(visits: Visits) -> None:
    now = datetime.combine(MONDAY, time(8), ZoneInfo(ZONE)).astimezone(UTC)
    with visits.book.writing() as session:
        visits.plan(session, when=hours(MONDAY, time(9), time(12)), is_private=True)
        visits.plan(
            session, by=visits.bram, representative_id=visits.bram.id, when=hours(MONDAY, time(12), time(16)),
            participants=(colleague(visits.anna),),
        )  # fmt: skip
        visits.plan(session, when=When.day(MONDAY + timedelta(days=1), zone=ZONE))
        both = [visits.anna, visits.bram]
        ask = {"length": HOUR, "hours": OFFICE, "asked_by": visits.charlie, "now": now}
        assert _wall(find_slots(session, both, **ask))[:2] == ["23/11 16:00", "25/11 09:00"]  # type: ignore[arg-type]
        beside = find_slots(session, both, **ask, with_whole_days=True)  # type: ignore[arg-type]
        assert _wall(beside)[:2] == ["23/11 16:00", "24/11 09:00"]


def test_what_other_calendars_say_counts_and_what_they_have_from_the_book_counts_once(visits: Visits) -> None:
    now = datetime.combine(MONDAY, time(8), ZoneInfo(ZONE)).astimezone(UTC)
    moving, other = hours(MONDAY, time(9), time(11)), hours(MONDAY, time(11), time(15))
    tuesday = datetime.combine(MONDAY + timedelta(days=1), time(0), ZoneInfo(ZONE)).astimezone(UTC)
    in_exchange = [
        TakenElsewhere(when.starts_at.astimezone(UTC), when.ends_at.astimezone(UTC)) for when in (moving, other)
    ]
    with visits.book.writing() as session:
        for when in (moving, other):
            visits.plan(session, when=when, participants=(colleague(visits.bram),))

        def found(*more: TakenElsewhere, moved: bool = True, beside: bool = False) -> list[str]:
            spans = find_slots(
                session, [visits.anna, visits.bram], length=2 * HOUR, hours=OFFICE, asked_by=visits.charlie, now=now,
                with_whole_days=beside, elsewhere={visits.bram.id: [*in_exchange, *more]},
                moving=moving if moved else None,
            )  # fmt: skip
            return _wall(spans)[:2]

        assert found() == ["23/11 09:00", "23/11 15:00"]
        assert found(moved=False) == ["23/11 15:00", "24/11 09:00"]
        assert found(in_exchange[0]) == ["23/11 15:00", "24/11 09:00"]
        day = tuesday, tuesday + timedelta(days=1)
        assert found(in_exchange[0], TakenElsewhere(*day)) == ["23/11 15:00", "25/11 09:00"]
        assert found(in_exchange[0], TakenElsewhere(*day), beside=True) == ["23/11 15:00", "24/11 09:00"]
        assert found(in_exchange[0], TakenElsewhere(*day, is_away=True), beside=True) == ["23/11 15:00", "25/11 09:00"]
