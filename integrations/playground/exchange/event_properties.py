"""What EWS shows of calendar entries, in the order of its schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime

from integrations.playground.exchange.item_rows import event_of
from integrations.playground.exchange.soap import escape
from integrations.playground.exchange.values import Event

_CALENDAR = frozenset({"CalendarItem"})
_RESPONSES = {"ACCEPTED": "Accept", "TENTATIVE": "Tentative", "DECLINED": "Decline"}


def _event(row: sqlite3.Row) -> Event:
    event = event_of(row)
    assert event is not None, "only calendar entries have the kind CalendarItem"
    return event


def _shown(name: str, value: Callable[[Event], object]) -> Callable[[sqlite3.Row], str]:
    def show(row: sqlite3.Row) -> str:
        found = value(_event(row))
        if found is None or found == "":
            return ""
        text = str(found).lower() if isinstance(found, bool) else str(found)
        return f"<t:{name}>{escape(text)}</t:{name}>"

    return show


def _column(name: str, column: str) -> Callable[[sqlite3.Row], str]:
    return lambda row: f"<t:{name}>{row[column]}</t:{name}>"


def _stamped(event: Event) -> str | None:
    return event.stamped_at.strftime("%Y-%m-%dT%H:%M:%SZ") if event.stamped_at else None


def _kind(event: Event) -> str:
    if event.recurrence_id:
        return "Exception"
    return "RecurringMaster" if event.recurrence else "Single"


def _original(event: Event) -> str | None:
    if not event.recurrence_id:
        return None
    return event.recurrence_id if "T" in event.recurrence_id else f"{event.recurrence_id}T00:00:00Z"


def _organizer(row: sqlite3.Row) -> str:
    person = _event(row).organizer
    return f"<t:Organizer>{_mailbox(person.address, person.name)}</t:Organizer>" if person else ""


def _attendees(row: sqlite3.Row) -> str:
    people = "".join(
        f"<t:Attendee>{_mailbox(person.address, person.name)}"
        f"<t:ResponseType>{_RESPONSES.get(status, 'NoResponseReceived')}</t:ResponseType></t:Attendee>"
        for person, status in _event(row).attendees
    )
    return f"<t:RequiredAttendees>{people}</t:RequiredAttendees>" if people else ""


def _mailbox(mail: str, name: str) -> str:
    return (
        f"<t:Mailbox><t:Name>{escape(name or mail)}</t:Name><t:EmailAddress>{escape(mail)}</t:EmailAddress></t:Mailbox>"
    )


def _is_datetime(event: Event) -> bool:
    return isinstance(event.start, datetime)


# (kinds that have it, field URI, how it is shown)
EVENT_PROPERTIES: tuple[tuple[frozenset[str], str, Callable[[sqlite3.Row], str]], ...] = (
    (_CALENDAR, "calendar:UID", _shown("UID", lambda event: event.uid)),
    (_CALENDAR, "calendar:RecurrenceId", _shown("RecurrenceId", _original)),
    (_CALENDAR, "calendar:DateTimeStamp", _shown("DateTimeStamp", _stamped)),
    (_CALENDAR, "calendar:Start", _column("Start", "starts_at")),
    (_CALENDAR, "calendar:End", _column("End", "ends_at")),
    (_CALENDAR, "calendar:IsAllDayEvent", _shown("IsAllDayEvent", lambda event: not _is_datetime(event))),
    (_CALENDAR, "calendar:LegacyFreeBusyStatus", _shown("LegacyFreeBusyStatus", lambda event: event.free_busy)),
    (_CALENDAR, "calendar:Location", _shown("Location", lambda event: event.location)),
    (_CALENDAR, "calendar:IsMeeting", _shown("IsMeeting", lambda event: event.organizer is not None)),
    (_CALENDAR, "calendar:IsCancelled", _shown("IsCancelled", lambda event: event.is_cancelled)),
    (_CALENDAR, "calendar:IsRecurring", _shown("IsRecurring", lambda event: bool(event.recurrence))),
    (_CALENDAR, "calendar:CalendarItemType", _shown("CalendarItemType", _kind)),
    (_CALENDAR, "calendar:MyResponseType", _shown("MyResponseType", lambda event: event.response)),
    (_CALENDAR, "calendar:Organizer", _organizer),
    (_CALENDAR, "calendar:RequiredAttendees", _attendees),
    (
        _CALENDAR,
        "calendar:AppointmentSequenceNumber",
        _shown("AppointmentSequenceNumber", lambda event: event.sequence),
    ),
)
