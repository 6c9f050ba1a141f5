"""The dates of a series, against what other programs make of the same rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, islice, takewhile
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st
from icalendar import Calendar

from integrations.calendar.entry import Entry
from integrations.calendar.event import zones_of
from integrations.calendar.feed import feed, fragment
from store.actions import When
from store.base import BookError
from store.series import LAST, Every, Recurrence, moved

STAMPED = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = ("Europe/Brussels", "America/Toronto", "UTC")

recurrences = st.builds(
    Recurrence,
    every=st.sampled_from(Every),
    interval=st.integers(1, 6),
    weekdays=st.frozensets(st.integers(0, 6)),
    ordinal=st.sampled_from([1, 2, 3, 4, LAST]),
    or_last_day=st.booleans(),
    count=st.none() | st.integers(1, 30),
)
first_days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
lengths = st.none() | st.integers(0, 900).map(lambda days: timedelta(days=days))


def _dates(recurrence: Recurrence, starts_on: date, number: int = 8) -> list[str]:
    return [on.isoformat() for on in recurrence.first_dates(starts_on, number)]


def test_every_two_weeks_on_monday_and_thursday() -> None:
    rule = Recurrence(Every.WEEK, interval=2, weekdays=frozenset({0, 3}))
    assert _dates(rule, date(2026, 3, 4), 4) == ["2026-03-05", "2026-03-16", "2026-03-19", "2026-03-30"]


def test_without_weekdays_a_week_goes_on_with_the_first_one() -> None:
    assert _dates(Recurrence(Every.WEEK), date(2026, 3, 4), 2) == ["2026-03-04", "2026-03-11"]


def test_the_31st_is_skipped_in_short_months_or_gives_way_to_the_last_day() -> None:
    skips, last_day = Recurrence(Every.MONTH_DATE), Recurrence(Every.MONTH_DATE, or_last_day=True)
    assert _dates(skips, date(2026, 1, 31), 3) == ["2026-01-31", "2026-03-31", "2026-05-31"]
    assert _dates(last_day, date(2026, 1, 31), 4) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_the_30th_stays_the_30th_where_there_is_one() -> None:
    rule = Recurrence(Every.MONTH_DATE, or_last_day=True)
    assert _dates(rule, date(2026, 1, 30), 4) == ["2026-01-30", "2026-02-28", "2026-03-30", "2026-04-30"]


def test_29_february_waits_for_a_leap_year_or_gives_way_to_the_28th() -> None:
    skips, last_day = Recurrence(Every.YEAR), Recurrence(Every.YEAR, or_last_day=True)
    assert _dates(skips, date(2024, 2, 29), 2) == ["2024-02-29", "2028-02-29"]
    assert _dates(last_day, date(2024, 2, 29), 3) == ["2024-02-29", "2025-02-28", "2026-02-28"]


def test_the_second_and_the_last_tuesday_of_the_month() -> None:
    second, last = Recurrence(Every.MONTH_WEEKDAY, ordinal=2), Recurrence(Every.MONTH_WEEKDAY, ordinal=LAST)
    assert _dates(second, date(2026, 1, 13), 3) == ["2026-01-13", "2026-02-10", "2026-03-10"]
    assert _dates(last, date(2026, 1, 27), 3) == ["2026-01-27", "2026-02-24", "2026-03-31"]


def test_the_last_day_is_included_and_the_count_counts_from_the_first_date_that_fits() -> None:
    until = Recurrence(Every.DAY, until_on=date(2026, 3, 6))
    assert _dates(until, date(2026, 3, 4)) == ["2026-03-04", "2026-03-05", "2026-03-06"]
    counted = Recurrence(Every.WEEK, weekdays=frozenset({0}), count=2)
    assert _dates(counted, date(2026, 3, 4)) == ["2026-03-09", "2026-03-16"]
    assert counted.ends_on(date(2026, 3, 4)) == date(2026, 3, 16)
    assert Recurrence(Every.DAY).ends_on(date(2026, 3, 4)) is None


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Recurrence(Every.DAY, interval=0), "interval"),
        (Recurrence(Every.DAY, interval=100), "interval"),
        (Recurrence(Every.DAY, count=0), "count"),
        (Recurrence(Every.DAY, count=1000), "count"),
        (Recurrence(Every.DAY, until_on=date(2026, 3, 3)), "last_on"),
        (Recurrence(Every.WEEK, weekdays=frozenset({0}), until_on=date(2026, 3, 6)), "last_on"),
    ],
)
def test_a_rule_that_nobody_can_mean_is_refused_at_its_field(rule: Recurrence, field: str) -> None:
    with pytest.raises(BookError) as caught:
        rule.check(date(2026, 3, 4))
    assert caught.value.field == field


@given(recurrences, first_days, st.integers(0, 4000))
def test_reading_from_a_day_on_gives_what_counting_through_gives(rule: Recurrence, starts_on: date, days: int) -> None:
    first = starts_on + timedelta(days=days)
    ends = first + timedelta(days=500)
    through = [on for on in takewhile(lambda on: on <= ends, rule.dates(starts_on)) if on >= first]
    assert list(takewhile(lambda on: on <= ends, rule.dates(starts_on, first=first))) == through


@given(recurrences, first_days, lengths, st.sampled_from(ZONES), st.times(max_value=time(23)))
def test_other_programs_read_the_same_occurrences_from_the_written_rule(
    rule: Recurrence, starts_on: date, lasts: timedelta | None, zone: str, at: time
) -> None:
    if lasts is not None:
        rule = replace(rule, count=None, until_on=starts_on + lasts)
    found = rule.first_dates(starts_on, 200)
    assume(found)
    begins, horizon = found[0], found[-1]
    when = When.hours(begins, at.replace(second=0, microsecond=0), None, zone=zone, lasts=timedelta(minutes=30))
    expected = [moved(when, on).starts_at for on in found]

    by_dateutil = rrulestr(rule.rrule(when), dtstart=datetime.combine(begins, when.starts_time or at, ZoneInfo(zone)))
    assert [one.astimezone(UTC) for one in islice(by_dateutil, 200)] == expected

    entry = Entry("1@test", 0, STAMPED, when.starts_at, when.ends_at, "Visit", rule=rule.rrule(when))
    written = feed("Test", [fragment(entry)], zones_of(entry), refresh=timedelta(hours=1))
    events = recurring_ical_events.of(Calendar.from_ical(written)).between(begins, horizon + timedelta(days=1))
    assert sorted(event["DTSTART"].dt.astimezone(UTC) for event in events) == expected


@pytest.mark.parametrize(
    ("zone", "hours"), [("Europe/Brussels", [13, 12, 13]), ("America/Toronto", [19, 18, 19]), ("UTC", [14])]
)
def test_the_hour_stays_the_same_over_clock_changes(zone: str, hours: list[int]) -> None:
    begins = date(2026, 1, 8)
    when = When.hours(begins, time(14, 30), None, zone=zone, lasts=timedelta(hours=1))
    found = [moved(when, on) for on in Recurrence(Every.WEEK).first_dates(begins, 52)]
    assert {(one.starts_at.time(), one.ends_at.time()) for one in found} == {(time(14, 30), time(15, 30))}
    assert [hour for hour, _same in groupby(one.starts_at.astimezone(UTC).hour for one in found)] == hours
