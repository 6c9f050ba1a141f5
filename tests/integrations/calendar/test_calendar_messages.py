from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from calendar_samples import ANNA, BRAM, BRUSSELS, ELS, FAIR, STAMPED_AT, TORONTO, VISIT, read_back, unfolded, visit

from integrations.calendar.entry import Attendee, Entry, Organizer, Role, Status
from integrations.calendar.errors import BadEntry, BadMessage
from integrations.calendar.itip import cancel, publish, request


def test_a_request_says_all_that_rfc_5546_asks(record) -> None:
    lines = unfolded(record(request(VISIT, ANNA, [ELS])))
    assert lines[:5] == [
        "BEGIN:VCALENDAR",
        "PRODID:-//Rapport//Rapport//EN",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
    ]
    assert lines[lines.index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        "UID:action-7@rapport.example",
        "DTSTAMP:20261121T093000Z",
        "SEQUENCE:0",
        "DTSTART;TZID=Europe/Brussels:20261126T140000",
        "DTEND;TZID=Europe/Brussels:20261126T150000",
        "SUMMARY:Visite Brasserie Dupont",
        r"LOCATION:Rue du Moulin 12\, Tournai",
        r"DESCRIPTION:À discuter : prix 2027 \; échantillons\nAppeler avant",
        "STATUS:CONFIRMED",
        "CLASS:PUBLIC",
        "TRANSP:OPAQUE",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "X-MICROSOFT-CDO-ALLDAYEVENT:FALSE",
        'ORGANIZER;CN="Anna Claes":mailto:anna@office.example',
        (
            'ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="Els Peeters"'
            ":mailto:els@dupont.example"
        ),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    assert "TZID:Europe/Brussels" in lines


def test_every_attendee_has_a_role_a_status_and_is_asked_or_not(record) -> None:
    people = [
        ELS,
        replace(BRAM, role=Role.OPTIONAL, status=Status.ACCEPTED, rsvp=False),
        Attendee("info@dupont.example", role=Role.INFORMED, status=Status.DECLINED),
    ]
    read = read_back(record(request(VISIT, ANNA, people)))["ATTENDEE"]
    assert [(str(a.params["ROLE"]), str(a.params["PARTSTAT"]), str(a.params["RSVP"])) for a in read] == [
        ("REQ-PARTICIPANT", "NEEDS-ACTION", "TRUE"),
        ("OPT-PARTICIPANT", "ACCEPTED", "FALSE"),
        ("NON-PARTICIPANT", "DECLINED", "TRUE"),
    ]
    assert "CN" not in read[2].params


def test_a_cancel_is_cancelled_frees_the_time_and_keeps_the_identity(record) -> None:
    moved = visit(sequence=3)
    event = read_back(record(cancel(moved, ANNA, [ELS])))
    assert (str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == (moved.uid, 3, "CANCELLED")
    assert str(event["TRANSP"]) == "TRANSPARENT"
    assert b"\r\nMETHOD:CANCEL\r\n" in record(cancel(moved, ANNA))


def test_a_published_entry_has_an_organizer_and_no_attendee(record) -> None:
    calendar = record(publish(VISIT, ANNA))
    assert b"\r\nMETHOD:PUBLISH\r\n" in calendar
    assert "ATTENDEE" not in read_back(calendar)
    assert str(read_back(calendar)["ORGANIZER"]) == "mailto:anna@office.example"


def test_an_all_day_entry_ends_the_day_after_the_last(record) -> None:
    calendar = record(request(FAIR, ANNA, [ELS]))
    assert b"DTSTART;VALUE=DATE:20270226\r\nDTEND;VALUE=DATE:20270302\r\n" in calendar
    assert b"X-MICROSOFT-CDO-ALLDAYEVENT:TRUE" in calendar
    assert b"VTIMEZONE" not in calendar


@pytest.mark.parametrize(
    ("zone", "starts", "instant"),
    [
        (BRUSSELS, datetime(2027, 3, 28, 1, 59), "20270328T005900Z"),
        (BRUSSELS, datetime(2027, 3, 28, 3, 0), "20270328T010000Z"),
        (BRUSSELS, datetime(2027, 10, 31, 1, 59), "20271030T235900Z"),
        (BRUSSELS, datetime(2027, 10, 31, 3, 0), "20271031T020000Z"),
        (TORONTO, datetime(2027, 3, 14, 1, 59), "20270314T065900Z"),
        (TORONTO, datetime(2027, 3, 14, 3, 0), "20270314T070000Z"),
        (TORONTO, datetime(2027, 11, 7, 0, 59), "20271107T045900Z"),
        (TORONTO, datetime(2027, 11, 7, 2, 0), "20271107T070000Z"),
    ],
)
def test_times_beside_both_clock_changes_are_read_at_their_instant(record, zone, starts, instant) -> None:
    starts = starts.replace(tzinfo=zone)
    event = read_back(record(request(visit(starts=starts, ends=starts + timedelta(hours=8)), ANNA, [ELS])))
    assert event["DTSTART"].params["TZID"] == zone.key
    assert f"{event['DTSTART'].dt.astimezone(UTC):%Y%m%dT%H%M%SZ}" == instant


@pytest.mark.parametrize(
    ("zone", "starts", "moved"),
    [
        (BRUSSELS, datetime(2027, 3, 28, 2, 30), "20270328T033000"),
        (TORONTO, datetime(2027, 3, 14, 2, 15), "20270314T031500"),
    ],
)
def test_a_start_in_the_spring_gap_moves_forward_and_the_meeting_keeps_its_length(record, zone, starts, moved) -> None:
    starts = starts.replace(tzinfo=zone)
    event = read_back(record(request(visit(starts=starts, ends=starts + timedelta(minutes=45)), ANNA, [ELS])))
    assert f"{event['DTSTART'].dt:%Y%m%dT%H%M%S}" == moved
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=45)


def test_an_end_in_the_spring_gap_moves_forward(record) -> None:
    starts = datetime(2027, 3, 28, 1, 30, tzinfo=BRUSSELS)
    event = read_back(record(request(visit(starts=starts, ends=starts.replace(hour=2)), ANNA, [ELS])))
    assert f"{event['DTEND'].dt:%H%M}" == "0330"


@pytest.mark.parametrize(("fold", "starts_utc"), [(0, b"20271031T003000Z"), (1, b"20271031T013000Z")])
def test_a_time_that_an_autumn_night_has_twice_is_written_in_utc(record, fold: int, starts_utc: bytes) -> None:
    starts = datetime(2027, 10, 31, 2, 30, tzinfo=BRUSSELS, fold=fold)
    entry = visit(starts=starts, ends=datetime(2027, 10, 31, 4, tzinfo=BRUSSELS))
    calendar = record(request(entry, ANNA, [ELS]))
    assert b"DTSTART:" + starts_utc + b"\r\nDTEND:20271031T030000Z\r\n" in calendar


def test_a_utc_time_needs_no_zone(record) -> None:
    starts = datetime(2026, 12, 1, 9, tzinfo=UTC)
    calendar = record(request(visit(starts=starts, ends=starts + timedelta(hours=1)), ANNA, [ELS]))
    assert b"DTSTART:20261201T090000Z" in calendar
    assert b"VTIMEZONE" not in calendar


def test_a_flight_starts_and_ends_in_its_own_zones(record) -> None:
    entry = visit(
        starts=datetime(2026, 12, 1, 10, tzinfo=BRUSSELS),
        ends=datetime(2026, 12, 1, 12, 30, tzinfo=TORONTO),
    )
    calendar = record(request(entry, ANNA, [ELS]))
    assert calendar.count(b"BEGIN:VTIMEZONE") == 2
    assert read_back(calendar)["DTEND"].dt == entry.ends


def test_an_entry_without_duration_has_no_end(record) -> None:
    calendar = record(request(visit(ends=VISIT.starts), ANNA, [ELS]))
    assert b"DTEND" not in calendar


def test_a_series_its_exception_and_its_moved_occurrence_travel_apart(record) -> None:
    series = visit(
        rule="FREQ=WEEKLY;BYDAY=TH;UNTIL=20261231T130000Z", skipped=(datetime(2026, 12, 24, 14, tzinfo=BRUSSELS),)
    )
    moved = visit(
        sequence=1,
        occurrence=datetime(2026, 12, 3, 14, tzinfo=BRUSSELS),
        starts=datetime(2026, 12, 4, 9, tzinfo=BRUSSELS),
        ends=datetime(2026, 12, 4, 10, tzinfo=BRUSSELS),
    )
    assert b"EXDATE;TZID=Europe/Brussels:20261224T140000" in record(request(series, ANNA, [ELS]))
    event = read_back(record(request(moved, ANNA, [ELS])))
    assert event["RECURRENCE-ID"].dt == moved.occurrence
    assert "RRULE" not in event


def test_an_all_day_series_uses_dates_throughout(record) -> None:
    series = replace(FAIR, rule="FREQ=YEARLY;UNTIL=20300301", skipped=(date(2028, 2, 26),))
    calendar = record(request(series, ANNA, [ELS]))
    assert b"EXDATE;VALUE=DATE:20280226" in calendar
    assert b"UNTIL=20300301\r\n" in calendar


def test_optional_facts_are_written_when_there_are_any(record) -> None:
    entry = visit(
        url="https://crm.example/a/7?x=1,2",
        created_at=datetime(2026, 11, 1, 8, tzinfo=BRUSSELS),
        changed_at=STAMPED_AT,
        is_busy=False,
        is_private=True,
        categories=("Visite", "Prix, 2027"),
        alarm=timedelta(minutes=90),
    )
    lines = unfolded(record(request(entry, ANNA, [ELS], language="fr")))
    for line in (
        "URL:https://crm.example/a/7?x=1,2",
        "CREATED:20261101T070000Z",
        "LAST-MODIFIED:20261121T093000Z",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "CLASS:PRIVATE",
        r"CATEGORIES;LANGUAGE=fr:Visite,Prix\, 2027",
        "SUMMARY;LANGUAGE=fr:Visite Brasserie Dupont",
        "TRIGGER:-PT1H30M",
    ):
        assert line in lines


def test_the_organizer_is_the_mailbox_that_was_given(record) -> None:
    event = read_back(record(request(VISIT, Organizer("Anna.Claes@Office.example"), [ELS])))
    assert str(event["ORGANIZER"]) == "mailto:Anna.Claes@Office.example"


def test_a_request_without_attendees_or_for_a_cancelled_entry_is_refused() -> None:
    with pytest.raises(BadMessage, match="attendee"):
        request(VISIT, ANNA, [])
    with pytest.raises(BadMessage, match="CANCEL"):
        request(visit(is_cancelled=True), ANNA, [ELS])
    with pytest.raises(BadMessage, match="language"):
        publish(VISIT, ANNA, language="fr:\r\nX")


@pytest.mark.parametrize(
    "changes",
    [
        {"uid": " "},
        {"title": " \0"},
        {"sequence": -1},
        {"stamped_at": datetime(2026, 1, 1)},
        {"changed_at": datetime(2026, 1, 1)},
        {"ends": date(2026, 11, 27)},
        {"ends": datetime(2026, 11, 26, 13, tzinfo=BRUSSELS)},
        {"starts": datetime(2026, 11, 26, 14), "ends": datetime(2026, 11, 26, 15)},
        {"starts": date(2026, 11, 26), "ends": date(2026, 11, 26)},
        {"starts": datetime(1, 1, 1, tzinfo=BRUSSELS)},
        {"rule": "FREQ=DAILY\r\nX-EVIL:1"},
        {"rule": "COUNT=2"},
        {"rule": "FREQ=DAILY;UNTIL=20270101"},
        {"rule": "FREQ=DAILY", "occurrence": VISIT.starts},
        {"skipped": (date(2026, 12, 24),)},
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadEntry):
        visit(**changes)


def test_the_same_values_give_the_same_bytes() -> None:
    def build(zone: str) -> bytes:
        starts = datetime(2026, 11, 26, 14, tzinfo=ZoneInfo(zone))
        entry = Entry("u", 0, STAMPED_AT, starts, starts + timedelta(hours=1), "t")
        return request(entry, ANNA, [ELS, BRAM])

    assert build("Europe/Brussels") == build("Europe/Brussels")
