"""When a scheduled report is due, in its owner's zone: pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.base import BookError
from store.reports import Pace, Timing

ZONE = "Europe/Brussels"
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
TIMINGS = st.builds(Timing, st.sampled_from(Pace), st.times(), st.integers(0, 6), st.integers(1, 31))


@given(TIMINGS, MOMENTS, st.sampled_from([ZONE, "America/Toronto", "UTC"]))
def test_a_report_is_due_on_its_days_alone_and_once_between_two_times(timing: Timing, now: datetime, zone: str) -> None:
    last, coming = timing.last_due(now, zone=zone), timing.next_due(now, zone=zone)
    assert last <= now < coming
    assert timing.is_on(coming.astimezone(ZoneInfo(zone)).date())
    assert timing.last_due(coming - timedelta(seconds=1), zone=zone) == last
    assert timing.last_due(coming, zone=zone) == coming


@pytest.mark.parametrize(("timing", "coming"), [
    (Timing(Pace.DAILY, time(8)), datetime(2026, 11, 22, 8)),
    (Timing(Pace.WORKDAYS, time(8)), datetime(2026, 11, 23, 8)),
    (Timing(Pace.WEEKLY, time(8), weekday=4), datetime(2026, 11, 27, 8)),
    (Timing(Pace.MONTHLY, time(8), month_day=31), datetime(2026, 11, 30, 8)),
    (Timing(Pace.MONTHLY, time(8), month_day=1), datetime(2026, 12, 1, 8)),
])  # fmt: skip
def test_the_hour_is_that_of_the_owners_zone(timing: Timing, coming: datetime) -> None:
    saturday = datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert timing.next_due(saturday, zone=ZONE) == coming.replace(tzinfo=ZoneInfo(ZONE))


def test_a_month_that_is_too_short_has_its_last_day() -> None:
    monthly = Timing(Pace.MONTHLY, time(8), month_day=30)
    assert [on for on in (date(2026, 2, 28), date(2026, 3, 30), date(2026, 3, 31)) if monthly.is_on(on)] == [
        date(2026, 2, 28),
        date(2026, 3, 30),
    ]


@pytest.mark.parametrize(("timing", "field"), [
    (Timing(Pace.WEEKLY, time(8)), "weekday"),
    (Timing(Pace.MONTHLY, time(8), month_day=32), "month_day"),
])  # fmt: skip
def test_a_day_that_is_missing_is_told_at_its_field(timing: Timing, field: str) -> None:
    with pytest.raises(BookError) as told:
        timing.check()
    assert told.value.field == field
