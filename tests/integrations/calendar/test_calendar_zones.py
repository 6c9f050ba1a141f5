from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from calendar_samples import ANNA, ELS, TOKYO, read_back, visit
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Timezone

from integrations.calendar.errors import BadEntry
from integrations.calendar.event import zones_of
from integrations.calendar.itip import request
from integrations.calendar.zones import is_written_rightly, vtimezone, zone_named

# Their rules have not changed since 2020 and are not expected to: wherever ZoneInfo has an opinion, so has the rule.
STEADY = [
    "Europe/Brussels", "Europe/London", "Europe/Dublin", "Europe/Athens", "Europe/Moscow", "Atlantic/Azores",
    "America/Toronto", "America/St_Johns", "America/Halifax", "America/Havana", "America/Los_Angeles",
    "America/Phoenix", "America/Sao_Paulo", "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "Africa/Lagos",
    "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Antarctica/Troll",
]  # fmt: skip
EVERY = sorted(zoneinfo.available_timezones() - {"Factory", "localtime"})

instants = st.datetimes(datetime(2020, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))
wall_times = st.datetimes(datetime(2020, 1, 1), datetime(2037, 12, 31))


@cache
def as_read(key: str) -> tzinfo:
    """The zone that icalendar (through dateutil) makes of our VTIMEZONE alone."""
    written = vtimezone(key)
    assert written is not None
    return Timezone.from_ical(written).to_tz(lookup_tzid=False)


@given(key=st.sampled_from(STEADY), instant=instants)
@settings(max_examples=300, deadline=None)
def test_another_reader_finds_zoneinfos_offset_at_any_instant(key: str, instant: datetime) -> None:
    local = instant.astimezone(ZoneInfo(key))
    assert local.replace(tzinfo=as_read(key)).utcoffset() == local.utcoffset()


@pytest.mark.parametrize("key", STEADY)
def test_another_reader_changes_the_clock_in_the_same_second(key: str) -> None:
    zone, hour = ZoneInfo(key), timedelta(hours=1)
    start = datetime(2027, 1, 1, tzinfo=UTC)
    for before in (start + hour * n for n in range(366 * 24)):
        if before.astimezone(zone).utcoffset() != (before + hour).astimezone(zone).utcoffset():
            for instant in (
                before - hour,
                before + timedelta(minutes=59, seconds=59),
                before + hour,
                before + 2 * hour,
            ):
                local = instant.astimezone(zone)
                assert local.replace(tzinfo=as_read(key)).utcoffset() == local.utcoffset(), local


@given(key=st.sampled_from(EVERY), wall=wall_times, fold=st.sampled_from([0, 1]))
@settings(max_examples=300, deadline=None)
def test_a_meeting_in_any_zone_at_any_time_is_read_at_its_instant(key: str, wall: datetime, fold: int) -> None:
    starts = wall.replace(microsecond=0, tzinfo=ZoneInfo(key), fold=fold)
    calendar = request(visit(starts=starts, ends=starts + timedelta(hours=30)), ANNA, [ELS])
    property_ = read_back(calendar)["DTSTART"]
    zones = {
        str(zone["TZID"]): zone.to_tz(lookup_tzid=False) for zone in Calendar.from_ical(calendar).walk("VTIMEZONE")
    }
    tzid = property_.params.get("TZID")
    read = property_.dt.replace(tzinfo=zones[tzid] if tzid else UTC)
    assert read.astimezone(UTC) == starts.astimezone(UTC)


@pytest.mark.parametrize("key", STEADY)
def test_a_zone_has_one_standard_part_and_at_most_one_daylight_part_with_rules_only(key: str) -> None:
    written = (vtimezone(key) or b"").decode()
    has_daylight_time = len({datetime(2027, month, 1, tzinfo=ZoneInfo(key)).utcoffset() for month in range(1, 13)}) > 1
    assert written.count("BEGIN:STANDARD") == 1
    assert written.count("BEGIN:DAYLIGHT") == has_daylight_time
    assert written.count("RRULE:FREQ=YEARLY;BYMONTH=") == 2 * has_daylight_time
    assert "RDATE" not in written


def test_dublins_winter_is_standard_time_as_other_programs_expect() -> None:
    zone = Timezone.from_ical(vtimezone("Europe/Dublin") or b"")
    offsets = [part["TZOFFSETTO"].td for part in (*zone.standard, *zone.daylight)]
    assert offsets == [timedelta(0), timedelta(hours=1)]


@pytest.mark.parametrize("key", ["UTC", "Etc/UTC", "Africa/Abidjan", "Atlantic/Reykjavik"])
def test_a_zone_that_is_always_at_utc_is_written_as_utc(key: str) -> None:
    assert vtimezone(key) is None


@pytest.mark.parametrize("key", ["Africa/Cairo", "America/Nuuk", "Asia/Jerusalem", "America/Santiago"])
def test_a_meeting_in_a_zone_whose_change_is_no_nth_weekday_is_written_in_utc(record, key: str) -> None:
    starts = datetime(2027, 7, 1, 14, tzinfo=ZoneInfo(key))
    entry = visit(starts=starts, ends=starts + timedelta(hours=1))
    calendar = record(request(entry, ANNA, [ELS]))
    assert zones_of(entry) == frozenset()
    assert f"DTSTART:{starts.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode() in calendar


@pytest.mark.parametrize(
    ("key", "moment"),
    [
        ("America/Toronto", datetime(2006, 4, 1, 12)),  # before the rule of 2007
        ("America/Toronto", datetime(2006, 10, 31, 12)),
        ("Asia/Tokyo", datetime(1950, 7, 1, 12)),
    ],
)
def test_a_time_before_the_present_rule_is_not_written_by_it(key: str, moment: datetime) -> None:
    assert not is_written_rightly(moment.replace(tzinfo=ZoneInfo(key)))


def test_a_past_meeting_outside_the_present_rule_is_written_in_utc(record) -> None:
    starts = datetime(2006, 4, 1, 12, tzinfo=ZoneInfo("America/Toronto"))
    calendar = record(request(visit(starts=starts, ends=starts + timedelta(hours=1)), ANNA, [ELS]))
    assert b"DTSTART:20060401T170000Z" in calendar


def test_a_series_in_a_zone_that_cannot_be_written_is_refused() -> None:
    starts = datetime(2027, 7, 1, 14, tzinfo=ZoneInfo("Africa/Cairo"))
    with pytest.raises(BadEntry, match="series"):
        request(visit(starts=starts, ends=starts, rule="FREQ=WEEKLY;COUNT=4"), ANNA, [ELS])


def test_a_series_in_utc_or_at_a_fixed_offset_is_written_in_utc() -> None:
    starts = datetime(2027, 7, 1, 14, tzinfo=UTC)
    assert b"DTSTART:20270701T140000Z" in request(visit(starts=starts, ends=starts, rule="FREQ=DAILY"), ANNA, [ELS])


@pytest.mark.parametrize("key", ["Mars/Olympus", "../etc/passwd"])
def test_an_unknown_zone_is_not_written(key: str) -> None:
    with pytest.raises((zoneinfo.ZoneInfoNotFoundError, ValueError)):
        vtimezone(key)


@pytest.mark.parametrize(
    ("tzid", "key"),
    [
        ("Europe/Brussels", "Europe/Brussels"),
        ("Romance Standard Time", "Europe/Paris"),
        ('"W. Europe Standard Time"', "Europe/Berlin"),
        ("Eastern Standard Time", "America/New_York"),
        ("/freeassociation.sourceforge.net/Europe/Brussels", "Europe/Brussels"),
        ("/mozilla.org/20070129_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("UTC", "UTC"),
    ],
)
def test_zones_are_known_by_the_names_other_programs_use(tzid: str, key: str) -> None:
    assert zone_named(tzid) == ZoneInfo(key)


@pytest.mark.parametrize("tzid", ["", "/", "Customized Time Zone", "../../etc/passwd", "\0", "Europe"])
def test_a_name_of_no_zone_is_none(tzid: str) -> None:
    assert zone_named(tzid) is None


def test_a_zone_without_daylight_time_is_written_once(record) -> None:
    starts = datetime(2027, 7, 1, 14, tzinfo=TOKYO)
    calendar = record(request(visit(starts=starts, ends=starts + timedelta(hours=1)), ANNA, [ELS]))
    assert calendar.count(b"BEGIN:STANDARD") == 1
    assert b"DAYLIGHT" not in calendar
    assert b"DTSTART;TZID=Asia/Tokyo:20270701T140000" in calendar
