"""GetUserAvailability: read with exchangelib's own reader, in the zone that the request writes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from exchange_server import ANNA, BRAM, CAROL, ELS
from exchangelib import EWSDateTime, EWSTimeZone
from exchangelib.errors import ErrorMailRecipientNotFound, ErrorTimeIntervalTooBig
from exchangelib.properties import (
    DaylightTime,
    Email,
    FreeBusyView,
    FreeBusyViewOptions,
    MailboxData,
    StandardTime,
    TimeWindow,
    TimeZone,
)
from exchangelib.services import GetUserAvailability

from integrations.playground.exchange import Account, Address, ExchangeServer, Mail

BRUSSELS = TimeZone(
    bias=-60,
    standard_time=StandardTime(bias=0, time=time(3), occurrence=5, iso_month=10, weekday="Sunday"),
    daylight_time=DaylightTime(bias=-60, time=time(2), occurrence=5, iso_month=3, weekday="Sunday"),
)
TORONTO = TimeZone(
    bias=300,
    standard_time=StandardTime(bias=0, time=time(2), occurrence=1, iso_month=11, weekday="Sunday"),
    daylight_time=DaylightTime(bias=-60, time=time(2), occurrence=2, iso_month=3, weekday="Sunday"),
)
WRITTEN = {"Europe/Brussels": BRUSSELS, "America/Toronto": TORONTO}
"""As Windows has them, which is not how the IANA database does."""


def at(text: str, zone: str = "Europe/Brussels") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def view_of(exchange: Any, asking: Account, of: str, first: str, last: str, zone: str, view: str) -> FreeBusyView:
    """What exchangelib reads: an exception of its own about a mailbox that Exchange refuses."""
    ews_zone = EWSTimeZone(zone)
    window = TimeWindow(
        **{
            name: EWSDateTime.from_datetime(at(text, zone)).astimezone(ews_zone)
            for name, text in (("start", first), ("end", last))
        }
    )
    (found,) = GetUserAvailability(exchange.open(asking).protocol).call(
        tzinfo=ews_zone,
        mailbox_data=[MailboxData(email=Email(email_address=of), attendee_type="Required", exclude_conflicts=False)],
        timezone=WRITTEN[zone],
        free_busy_view_options=FreeBusyViewOptions(
            time_window=window, merged_free_busy_interval=30, requested_view=view
        ),
    )
    return found


def busy(
    exchange: Any, of: Account, first: str, last: str, zone: str = "Europe/Brussels"
) -> Sequence[tuple[datetime, datetime, str]]:
    view = view_of(exchange, ANNA, of.address, first, last, zone, "Detailed")
    events = view.calendar_events or []
    assert all(event.details is None for event in events), "what it is must stay with its owner"
    return [(event.start, event.end, event.busy_type) for event in events]


def invited(server: ExchangeServer, to: Account, lines: str, *, answer: str = "accept") -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
        f"UID:{hash(lines)}@office.example\r\nDTSTAMP:20261121T090000Z\r\nSUMMARY:Takeover\r\n{lines}\r\n"
        f"ORGANIZER:mailto:anna@office.example\r\nATTENDEE:mailto:{to.address}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    mail = Mail(to=(Address(to.address),), calendar=calendar, item_class="IPM.Schedule.Meeting.Request")
    server.send(ANNA.address, mail)
    if answer:
        server.answer_invitation(to.address, server.items(to.address)[0].id, answer)


@pytest.mark.parametrize("zone", ["Europe/Brussels", "America/Toronto"])
def test_a_series_keeps_its_hour_over_clock_changes_whatever_zone_is_asked_in(exchange, zone):
    invited(exchange.server, BRAM, "DTSTART:20270326T090000Z\r\nDTEND:20270326T100000Z\r\nRRULE:FREQ=WEEKLY;COUNT=40")
    spring = busy(exchange, BRAM, "2027-03-08T00:00", "2027-04-05T00:00", zone)
    autumn = busy(exchange, BRAM, "2027-10-25T00:00", "2027-11-20T00:00", zone)
    begins = [begins for begins, _ends, _kind in (*spring, *autumn)]
    fridays = ["2027-03-26", "2027-04-02", "2027-10-29", "2027-11-05", "2027-11-12", "2027-11-19"]
    assert begins == [at(f"{friday}T10:00") for friday in fridays]


def test_whole_days_are_those_of_the_owner_and_each_kind_of_time_is_told(exchange):
    server = exchange.server
    day = "DTSTART;VALUE=DATE:20261126\r\nDTEND;VALUE=DATE:20261127"
    invited(server, CAROL, f"{day}\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF")
    invited(server, CAROL, "DTSTART:20261127T140000Z\r\nDTEND:20261127T150000Z\r\nCLASS:PRIVATE")
    invited(server, CAROL, "DTSTART:20261127T150000Z\r\nDTEND:20261127T160000Z", answer="")
    invited(server, CAROL, "DTSTART:20261127T160000Z\r\nDTEND:20261127T170000Z", answer="decline")
    invited(server, CAROL, "DTSTART:20261127T170000Z\r\nDTEND:20261127T180000Z\r\nTRANSP:TRANSPARENT")
    assert busy(exchange, CAROL, "2026-11-25T00:00", "2026-11-28T00:00") == [
        (at("2026-11-26T00:00", CAROL.zone), at("2026-11-27T00:00", CAROL.zone), "OOF"),
        (at("2026-11-27T15:00"), at("2026-11-27T16:00"), "Busy"),
        (at("2026-11-27T16:00"), at("2026-11-27T17:00"), "Tentative"),
    ]
    own = view_of(exchange, CAROL, CAROL.address, "2026-11-27T00:00", "2026-11-28T00:00", CAROL.zone, "Detailed")
    assert [(event.details.subject, event.details.is_private) for event in own.calendar_events] == [
        ("Takeover", True), ("Takeover", False),
    ]  # fmt: skip


def test_who_is_no_colleague_and_too_long_a_time_are_refused(exchange):
    ask = ("2026-11-25T00:00", "2026-11-28T00:00", "Europe/Brussels", "FreeBusy")
    assert isinstance(view_of(exchange, ANNA, ELS.address, *ask), ErrorMailRecipientNotFound)
    with pytest.raises(ErrorTimeIntervalTooBig):
        view_of(exchange, ANNA, BRAM.address, "2026-11-25T00:00", "2027-02-25T00:00", *ask[2:])
