"""GetUserAvailability: when people's time is taken, to anybody of the office; what takes it, to the owner alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from integrations.playground.exchange import soap
from integrations.playground.exchange.accounts import Account
from integrations.playground.exchange.errors import EwsError, SchemaViolation
from integrations.playground.exchange.operations.call import Call
from integrations.playground.exchange.own_calendar import component_of
from integrations.playground.exchange.serialized_zone import SerializedZone
from integrations.playground.exchange.soap import Element, escape
from integrations.playground.exchange.values import Event, Item

_LONGEST = timedelta(days=62)
_MOST = 100
_ENTRY = "X-PLAYGROUND-ENTRY"


@dataclass(frozen=True, slots=True)
class _Taken:
    begins_at: datetime
    ends_at: datetime
    event: Event


@dataclass(frozen=True, slots=True)
class _Question:
    """The times are those of `zone`, as are those of the answer."""

    zone: SerializedZone
    begins_at: datetime
    ends_at: datetime
    with_details: bool


def get_user_availability(call: Call) -> str:
    """One response per mailbox: the times of its calendar in the window that are not free, by begin."""
    people = soap.find_all(call.element, "m:MailboxDataArray/t:MailboxData")
    if len(people) > _MOST:
        raise EwsError("ErrorInvalidRequest", "So many mailboxes cannot be asked for at once.")
    question = _question(call.element)
    answers = "".join(_answer(call, soap.text(one, "t:Email/t:Address"), question) for one in people)
    content = f"<m:FreeBusyResponseArray>{answers}</m:FreeBusyResponseArray>"
    return f"<m:GetUserAvailabilityResponse>{content}</m:GetUserAvailabilityResponse>"


def _question(element: Element) -> _Question:
    written, options = soap.find(element, "t:TimeZone"), soap.find(element, "t:FreeBusyViewOptions")
    if written is None or options is None:
        raise EwsError("ErrorInvalidRequest", "The time zone and the window must be given.")
    view = soap.text(options, "t:RequestedView", "FreeBusy")
    if view not in {"FreeBusy", "Detailed"}:
        raise EwsError("ErrorInvalidFreeBusyViewType", "Merged views are not offered.")
    zone = SerializedZone.read(written)
    begins_at, ends_at = (_moment(soap.text(options, f"t:TimeWindow/t:{n}Time"), zone) for n in ("Start", "End"))
    if ends_at <= begins_at:
        raise EwsError("ErrorInvalidTimeInterval", "The window ends before it begins.")
    if ends_at - begins_at > _LONGEST:
        raise EwsError("ErrorTimeIntervalTooBig", "The window is longer than 62 days.")
    return _Question(zone, begins_at, ends_at, view == "Detailed")


def _moment(text: str, zone: SerializedZone) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError as problem:
        raise SchemaViolation("a time is expected") from problem
    return read if read.tzinfo else zone.moment(read)


def _answer(call: Call, address: str, question: _Question) -> str:
    account = call.server.by_address.get(address.strip().casefold())
    if account is None or account.is_external:
        problem = EwsError("ErrorMailRecipientNotFound", "Unable to resolve the e-mail address.")
        return f"<m:FreeBusyResponse>{soap.failure('ResponseMessage', problem)}</m:FreeBusyResponse>"
    is_detailed = question.with_details and account is call.owner
    taken = _taken(call.server.calendar(account.address), account, question)
    events = "".join(_shown(one, question.zone, with_details=is_detailed) for one in taken)
    return (
        f"<m:FreeBusyResponse>{soap.success('ResponseMessage')}<m:FreeBusyView>"
        f"<t:FreeBusyViewType>{'Detailed' if is_detailed else 'FreeBusy'}</t:FreeBusyViewType>"
        f"<t:CalendarEventArray>{events}</t:CalendarEventArray></m:FreeBusyView></m:FreeBusyResponse>"
    )


def _taken(items: Iterable[Item], account: Account, question: _Question) -> list[_Taken]:
    """By begin. Series are expanded in the owner's zone, where their hour stays over a clock change."""
    zone = ZoneInfo(account.zone)
    events = [item.event for item in items if item.event is not None]
    calendar = icalendar.Calendar()
    for number, event in enumerate(events):
        component = component_of(event, zone)
        component.add(_ENTRY, str(number))
        calendar.add_component(component)
    found = recurring_ical_events.of(calendar).between(question.begins_at, question.ends_at)
    return sorted(_not_free(found, events, zone), key=lambda one: (one.begins_at, one.ends_at))


def _not_free(found: Iterable[Any], events: list[Event], zone: ZoneInfo) -> Iterator[_Taken]:
    for component in found:
        event = events[int(str(component[_ENTRY]))]
        begins_at, ends_at = (_at(component[name].dt, zone) for name in ("DTSTART", "DTEND"))
        if event.free_busy != "Free" and begins_at < ends_at:
            yield _Taken(begins_at, ends_at, event)


def _at(when: date | datetime, zone: ZoneInfo) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time(), zone)


def _shown(one: _Taken, zone: SerializedZone, *, with_details: bool) -> str:
    begins, ends = (zone.wall(moment).strftime("%Y-%m-%dT%H:%M:%S") for moment in (one.begins_at, one.ends_at))
    details = _details(one.event) if with_details else ""
    return (
        f"<t:CalendarEvent><t:StartTime>{begins}</t:StartTime><t:EndTime>{ends}</t:EndTime>"
        f"<t:BusyType>{one.event.free_busy}</t:BusyType>{details}</t:CalendarEvent>"
    )


def _details(event: Event) -> str:
    facts = {
        "IsMeeting": bool(event.attendees),
        "IsRecurring": bool(event.recurrence),
        "IsException": bool(event.recurrence_id),
        "IsReminderSet": False,
        "IsPrivate": event.is_private,
    }
    flags = "".join(f"<t:{name}>{str(value).lower()}</t:{name}>" for name, value in facts.items())
    return (
        f"<t:CalendarEventDetails><t:ID>{escape(event.uid)}</t:ID><t:Subject>{escape(event.summary)}</t:Subject>"
        f"<t:Location>{escape(event.location)}</t:Location>{flags}</t:CalendarEventDetails>"
    )
