from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_samples import ANNA, BRUSSELS, ELS, FAIR, STAMPED_AT, VISIT, unfolded, visit
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from integrations.calendar import lines
from integrations.calendar.entry import Entry, Moment
from integrations.calendar.event import zones_of
from integrations.calendar.feed import feed, fragment
from integrations.calendar.itip import request

HOUR = timedelta(hours=1)


def feed_of(entries: list[Entry], name: str = "Anna — Rapport") -> bytes:
    zones = frozenset().union(*map(zones_of, entries))
    return feed(name, map(fragment, entries), zones, refresh=HOUR, shown_in="Europe/Brussels")


def test_a_feed_says_its_name_its_zone_and_how_often_to_poll(record) -> None:
    calendar = record(feed("Anna; Rapport", [fragment(VISIT)], zones_of(VISIT), refresh=HOUR, color="teal"))
    assert unfolded(calendar)[:9] == [
        "BEGIN:VCALENDAR",
        "PRODID:-//Rapport//Rapport//EN",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        r"NAME:Anna\; Rapport",
        r"X-WR-CALNAME:Anna\; Rapport",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "COLOR:teal",
    ]
    assert "X-WR-TIMEZONE:Europe/Brussels" in unfolded(feed_of([VISIT]))


def test_a_feed_names_no_attendee_and_no_method(record) -> None:
    calendar = record(feed_of([VISIT, FAIR]))
    assert b"ATTENDEE" not in calendar
    assert b"METHOD" not in calendar


def test_each_zone_is_declared_once_and_utc_never(record) -> None:
    entries = []
    for key in ("Europe/Brussels", "America/Toronto", "Asia/Tokyo", "UTC"):
        for day in (1, 2):
            starts = datetime(2027, 7, day, 9, tzinfo=ZoneInfo(key))
            entries.append(visit(uid=f"{key}-{day}", starts=starts, ends=starts + HOUR))
    keys = [key for entry in entries for key in (*zones_of(entry), "UTC")]
    calendar = record(feed("Zones", map(fragment, entries), keys, refresh=HOUR))
    declared = [line for line in unfolded(calendar) if line.startswith("TZID:")]
    assert declared == ["TZID:America/Toronto", "TZID:Asia/Tokyo", "TZID:Europe/Brussels"]


def test_a_cancelled_entry_stays_in_the_feed_as_cancelled_and_free(record) -> None:
    gone = visit(is_cancelled=True, sequence=2, changed_at=STAMPED_AT)
    written = unfolded(record(feed_of([gone])))
    assert {"STATUS:CANCELLED", "TRANSP:TRANSPARENT", "SEQUENCE:2", "LAST-MODIFIED:20261121T093000Z"} <= set(written)


def test_a_feed_and_an_invitation_say_the_same_of_an_entry() -> None:
    in_feed = set(unfolded(feed_of([VISIT])))
    in_message = set(unfolded(request(VISIT, ANNA, [ELS])))
    assert {line.split(":")[0].split(";")[0] for line in in_message - in_feed} == {"METHOD", "ORGANIZER", "ATTENDEE"}


def test_an_empty_feed_is_a_calendar(record) -> None:
    assert Calendar.from_ical(record(feed_of([]))).walk("VEVENT") == []


def test_a_series_and_its_moved_occurrence_share_a_feed(record) -> None:
    series = visit(rule="FREQ=WEEKLY;COUNT=4")
    moved = visit(
        occurrence=VISIT.starts + timedelta(days=7),
        starts=VISIT.starts + timedelta(days=8),
        ends=VISIT.ends + timedelta(days=8),
    )
    events = Calendar.from_ical(record(feed_of([series, moved]))).walk("VEVENT")
    assert [str(event["UID"]) for event in events] == [VISIT.uid, VISIT.uid]


def moments(zone: str) -> st.SearchStrategy[Moment]:
    within = (datetime(2020, 1, 1), datetime(2037, 12, 30))
    return st.datetimes(*within, timezones=st.just(ZoneInfo(zone))).map(lambda moment: moment.replace(microsecond=0))


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    text = st.text(max_size=60)
    if draw(st.booleans()):
        starts: Moment = draw(st.dates(datetime(2020, 1, 1).date(), datetime(2037, 12, 1).date()))
        ends: Moment = starts + timedelta(days=draw(st.integers(1, 20)))
    else:
        starts = draw(moments(draw(st.sampled_from(["Europe/Brussels", "America/Toronto", "Asia/Tokyo", "UTC"]))))
        ends = starts + timedelta(minutes=draw(st.integers(1, 3000)))
        assume(in_utc(starts) < in_utc(ends))  # in the hour that comes twice, what is later on the wall may be earlier
    return replace(
        VISIT,
        uid=f"action-{draw(st.integers(1, 10**6))}@rapport.example",
        sequence=draw(st.integers(0, 50)),
        starts=starts,
        ends=ends,
        title=draw(text.filter(lambda title: lines.text(title).strip())),
        place=draw(text),
        notes=draw(text),
        categories=tuple(draw(st.lists(st.text("aé,;\\", min_size=1, max_size=9), max_size=3))),
        is_private=draw(st.booleans()),
        changed_at=draw(moments("UTC")),
    )


def by_icalendar(entry: Entry) -> Event:
    """The same entry as icalendar builds, writes and reads it."""
    event = Event()
    for name, value in (
        ("uid", entry.uid),
        ("dtstamp", entry.stamped_at),
        ("sequence", entry.sequence),
        ("last-modified", entry.changed_at),
        ("dtstart", entry.starts),
        ("dtend", entry.ends),
        ("summary", entry.title),
        ("location", entry.place),
        ("description", entry.notes),
        ("class", "PRIVATE" if entry.is_private else "PUBLIC"),
        ("categories", list(entry.categories)),
    ):
        if value not in ("", [], ()):
            event.add(name, value)
    return event


def facts(event: Event) -> dict[str, object]:
    moment = {name: event[name].dt for name in ("DTSTART", "DTEND", "DTSTAMP", "LAST-MODIFIED")}
    in_utc = {name: when.astimezone(UTC) if isinstance(when, datetime) else when for name, when in moment.items()}
    words = {name: str(event[name]) for name in ("UID", "SUMMARY", "LOCATION", "DESCRIPTION", "CLASS") if name in event}
    categories = [str(word) for word in event["CATEGORIES"].cats] if "CATEGORIES" in event else []
    return {**in_utc, **words, "SEQUENCE": int(event["SEQUENCE"]), "CATEGORIES": categories}


@given(st.lists(entries(), min_size=1, max_size=3, unique_by=lambda entry: entry.uid))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_icalendar_reads_the_same_values_as_were_given(record, some: list[Entry]) -> None:
    read = Calendar.from_ical(record(feed_of(some))).walk("VEVENT")
    for entry, event in zip(some, read, strict=True):
        assert event.errors == []
        read_facts = facts(event)
        assert (read_facts["UID"], read_facts["SEQUENCE"]) == (entry.uid, entry.sequence)
        assert (read_facts["DTSTART"], read_facts["DTEND"]) == (in_utc(entry.starts), in_utc(entry.ends))
        assert (read_facts["LAST-MODIFIED"], read_facts["DTSTAMP"]) == (entry.changed_at, entry.stamped_at)
        assert read_facts["CLASS"] == ("PRIVATE" if entry.is_private else "PUBLIC")
        assert read_facts["CATEGORIES"] == list(entry.categories)


def in_utc(moment: Moment) -> Moment:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def test_icalendar_reads_the_same_from_our_bytes_as_from_its_own() -> None:
    everything = [
        VISIT,
        FAIR,
        visit(title="Ωmega 😀; a,b \\ c" * 12, place="עברית", notes="x\ny" * 200, categories=("a,b", "é")),
        visit(starts=datetime(2027, 3, 28, 3, tzinfo=BRUSSELS), ends=datetime(2027, 3, 28, 4, tzinfo=BRUSSELS)),
        visit(is_private=True, sequence=7),
    ]
    entries = [replace(entry, changed_at=STAMPED_AT, uid=f"{n}") for n, entry in enumerate(everything)]
    calendar = Calendar()
    for entry in entries:
        calendar.add_component(by_icalendar(entry))
    theirs = Calendar.from_ical(calendar.to_ical()).walk("VEVENT")
    ours = Calendar.from_ical(feed_of(entries)).walk("VEVENT")
    assert [facts(event) for event in ours] == [facts(event) for event in theirs]


def test_joining_changes_no_fragment() -> None:
    fragments = [fragment(VISIT), fragment(FAIR)]
    assert b"".join(fragments) in feed("x", fragments, zones_of(VISIT), refresh=HOUR)
