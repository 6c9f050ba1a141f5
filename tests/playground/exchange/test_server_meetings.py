"""Invitations on the server: what a recipient's calendar makes of them, and the answer that goes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from exchange_server import ANNA, BRAM, ELS, PEOPLE
from exchangelib import Attendee, CalendarItem, Mailbox
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from integrations.playground.exchange import Address, ExchangeServer, Mail, Mangling
from integrations.playground.exchange.errors import EwsError

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOURS = "DTSTART:20261126T130000Z\r\nDTEND:20261126T140000Z"


def message(
    *,
    method: str = "REQUEST",
    sequence: int = 0,
    stamp: str = "20261121T090000Z",
    when: str = HOURS,
    summary: str = "Visite",
    more: str = "",
) -> str:
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:visit-1@office.example\r\n"
        f"SEQUENCE:{sequence}\r\nDTSTAMP:{stamp}\r\n{when}\r\nSUMMARY:{summary}\r\n{more}"
        "ORGANIZER;CN=Anna:mailto:anna@office.example\r\nATTENDEE;CN=Els;RSVP=TRUE:mailto:els@brewery.example\r\n"
        "ATTENDEE:mailto:bram@office.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


@pytest.fixture(params=[Mangling(), Mangling.none()], ids=["mangled", "as it came"])
def server(tmp_path: Path, request: pytest.FixtureRequest):
    server = ExchangeServer(tmp_path / "exchange.db", PEOPLE, request.param, now=lambda: NOW)
    yield server
    server.close()


def invite(server: ExchangeServer, calendar: str) -> None:
    item_class = "IPM.Schedule.Meeting.Request" if "METHOD:REQUEST" in calendar else "IPM.Schedule.Meeting.Canceled"
    server.send(
        ANNA.address, Mail(to=(Address(ELS.address),), subject="Visite", calendar=calendar, item_class=item_class)
    )


def test_an_invitation_stands_tentatively_in_the_calendar(server):
    invite(server, message())
    (entry,) = server.calendar(ELS.address)
    assert entry.event is not None
    assert (entry.event.summary, entry.event.response, entry.event.is_all_day) == (
        "Visite",
        "NoResponseReceived",
        False,
    )
    assert entry.event.start == datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
    assert server.calendar(BRAM.address) == []


def test_an_all_day_invitation_keeps_its_days(server):
    invite(server, message(when="DTSTART;VALUE=DATE:20261126\r\nDTEND;VALUE=DATE:20261128"))
    (entry,) = server.calendar(ELS.address)
    assert entry.event is not None
    assert (entry.event.start, entry.event.end) == (date(2026, 11, 26), date(2026, 11, 28))


def test_an_update_moves_the_entry_and_asks_again(server):
    invite(server, message())
    server.answer_invitation(ELS.address, server.items(ELS.address)[0].id, "accept")
    invite(server, message(sequence=1, when="DTSTART:20261127T130000Z\r\nDTEND:20261127T140000Z"))
    (entry,) = server.calendar(ELS.address)
    assert entry.event is not None
    assert (entry.event.start.day, entry.event.response) == (27, "NoResponseReceived")


def test_a_rewording_keeps_the_answer(server):
    invite(server, message())
    server.answer_invitation(ELS.address, server.items(ELS.address)[0].id, "accept")
    invite(server, message(stamp="20261121T100000Z", summary="Visite de cave"))
    (entry,) = server.calendar(ELS.address)
    assert entry.event is not None
    assert (entry.event.summary, entry.event.response) == ("Visite de cave", "Accept")


def test_a_cancellation_marks_the_entry(server):
    invite(server, message())
    invite(server, message(method="CANCEL", sequence=1, more="STATUS:CANCELLED\r\n"))
    (entry,) = server.calendar(ELS.address)
    assert entry.event is not None
    assert entry.event.is_cancelled


def test_one_moved_occurrence_stands_beside_its_series(server):
    invite(server, message(more="RRULE:FREQ=WEEKLY;COUNT=4\r\n"))
    moved = message(
        stamp="20261121T100000Z",
        when="DTSTART:20261204T130000Z\r\nDTEND:20261204T140000Z",
        more="RECURRENCE-ID:20261203T130000Z\r\n",
    )
    invite(server, moved)
    entries = [entry.event for entry in server.calendar(ELS.address)]
    assert [event.recurrence_id[:10] for event in entries if event] == ["", "2026-12-03"]
    invite(server, message(method="CANCEL", sequence=1, more="STATUS:CANCELLED\r\n"))
    assert all(entry.event.is_cancelled for entry in server.calendar(ELS.address) if entry.event)


versions = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=6, unique=True)


@given(versions)
@settings(max_examples=25, deadline=None)
def test_whatever_the_order_of_arrival_the_newest_invitation_stands(tmp_path_factory, sent):
    server = ExchangeServer(tmp_path_factory.mktemp("order") / "exchange.db", PEOPLE, now=lambda: NOW)
    try:
        for sequence, minute in sent:
            stamp = f"20261121T09{minute:02}00Z"
            invite(server, message(sequence=sequence, stamp=stamp, summary=f"{sequence}/{minute}"))
        (entry,) = server.calendar(ELS.address)
        sequence, minute = max(sent)
        assert entry.mail.subject == f"{sequence}/{minute}"
    finally:
        server.close()


@pytest.mark.parametrize(
    ("answer", "partstat", "item_class"),
    [
        ("accept", "ACCEPTED", "IPM.Schedule.Meeting.Resp.Pos"),
        ("tentative", "TENTATIVE", "IPM.Schedule.Meeting.Resp.Tent"),
        ("decline", "DECLINED", "IPM.Schedule.Meeting.Resp.Neg"),
    ],
)
def test_an_answer_is_a_reply_with_one_attendee_to_the_organiser(server, answer, partstat, item_class):
    invite(server, message(sequence=3, more="RECURRENCE-ID:20261126T130000Z\r\n"))
    server.answer_invitation(ELS.address, server.items(ELS.address)[0].id, answer, "Avec plaisir")
    (reply,) = server.items(ANNA.address)
    assert reply.mail.item_class == item_class
    assert reply.mail.sender is not None
    assert reply.mail.sender.address == ELS.address
    calendar = Calendar.from_ical(reply.mail.calendar)
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REPLY"
    assert (event["UID"], event["SEQUENCE"]) == ("visit-1@office.example", 3)
    assert event["DTSTAMP"].dt == NOW
    assert event["RECURRENCE-ID"].dt == datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
    attendee = event["ATTENDEE"]
    assert not isinstance(attendee, list)
    assert (attendee, attendee.params["PARTSTAT"]) == ("mailto:els@brewery.example", partstat)


def test_only_an_invitation_can_be_answered(server):
    server.send(ANNA.address, Mail(to=(Address(ELS.address),), subject="Bonjour", text="x"))
    with pytest.raises(EwsError, match="not a meeting request"):
        server.answer_invitation(ELS.address, server.items(ELS.address)[0].id, "accept")
    assert server.items(ANNA.address) == []


def test_a_broken_invitation_is_still_a_mail(server):
    invite(server, "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nDTSTART:never\r\nEND:VEVENT\r\n")
    assert len(server.items(ELS.address)) == 1
    assert server.calendar(ELS.address) == []


def test_the_pages_hear_of_each_change(server):
    heard: list[str] = []
    stop: Callable[[], None] = server.subscribe(ELS.address, heard.append)
    invite(server, message())
    assert sorted(heard) == ["calendar", "inbox"]
    stop()
    invite(server, message(sequence=1))
    assert sorted(heard) == ["calendar", "inbox"]


def test_exchangelib_sees_the_invitation_and_the_calendar_entry(exchange):
    server = exchange.server
    invite(server, message(more="LOCATION:Rue du Moulin 12\r\n"))
    invite(server, message(sequence=1, more="LOCATION:Ailleurs\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n"))
    account = exchange.open(ELS)
    first = next(iter(account.inbox.all().order_by("datetime_received")))
    assert type(first).__name__ == "MeetingRequest"
    assert first.item_class == "IPM.Schedule.Meeting.Request"
    assert b"text/calendar; charset=utf-8; method=REQUEST" in first.mime_content
    entry = account.calendar.all().get()
    assert (entry.uid, entry.location, entry.my_response_type) == (
        "visit-1@office.example",
        "Ailleurs",
        "NoResponseReceived",
    )
    assert entry.start == datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
    invited = [box.mailbox.email_address for box in entry.required_attendees]
    assert invited == ["els@brewery.example", "bram@office.example"]


def test_a_reply_updates_the_organisers_own_entry(exchange):
    account = exchange.open(ANNA)
    CalendarItem(
        account=account,
        folder=account.calendar,
        subject="Visite",
        uid="visit-1@office.example",
        start=datetime(2026, 11, 26, 13, 0, tzinfo=UTC),
        end=datetime(2026, 11, 26, 14, 0, tzinfo=UTC),
        required_attendees=[Attendee(mailbox=Mailbox(email_address=ELS.address), response_type="Unknown")],
    ).save(send_meeting_invitations="SendToNone")
    invite(exchange.server, message())
    exchange.server.answer_invitation(ELS.address, exchange.server.items(ELS.address)[0].id, "accept")
    (entry,) = exchange.server.calendar(ANNA.address)
    assert entry.event is not None
    assert {person.address: status for person, status in entry.event.attendees} == {ELS.address: "ACCEPTED"}
