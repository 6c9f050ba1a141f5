"""A person's answer to an invitation: the REPLY mail (RFC 5546 3.2.3) and what their own calendar notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from icalendar import Calendar, Component
from icalendar import Event as CalendarEvent
from icalendar.prop import vCalAddress

from integrations.playground.exchange.accounts import Account
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.itip_read import read
from integrations.playground.exchange.values import Event, Mail

_PARTSTAT = {"accept": "ACCEPTED", "tentative": "TENTATIVE", "decline": "DECLINED"}
_RESPONSE = {"accept": "Accept", "tentative": "Tentative", "decline": "Decline"}
_SUBJECTS = {
    "en": {"accept": "Accepted: ", "tentative": "Tentative: ", "decline": "Declined: "},
    "fr": {"accept": "Accepté : ", "tentative": "Provisoire : ", "decline": "Refusé : "},
    "nl": {"accept": "Geaccepteerd: ", "tentative": "Voorlopig: ", "decline": "Geweigerd: "},
}
_COPIED = ("DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION", "RECURRENCE-ID", "ORGANIZER", "RRULE")


def answer_of(account: Account, invitation: Mail, answer: str, comment: str, *, at: datetime) -> tuple[Mail, Event]:
    """The REPLY mail to the organiser, and the event as the answering person's calendar should have it.

    Raises EwsError ErrorInvalidOperation when the mail is no REQUEST with an organiser.
    """
    message = read(invitation.calendar) if invitation.calendar else None
    if message is None or message.method != "REQUEST" or not message.events or answer not in _PARTSTAT:
        raise EwsError("ErrorInvalidOperation", "The item is not a meeting request.")
    event = message.events[0]
    if event.organizer is None:
        raise EwsError("ErrorInvalidOperation", "The meeting request has no organizer.")
    language = account.language if account.language in _SUBJECTS else "en"
    reply = Mail(
        to=(event.organizer,),
        subject=_SUBJECTS[language][answer] + event.summary,
        text=comment,
        calendar=_reply(invitation.calendar, account, answer, comment, at),
        item_class={"accept": "IPM.Schedule.Meeting.Resp.Pos", "decline": "IPM.Schedule.Meeting.Resp.Neg"}.get(
            answer, "IPM.Schedule.Meeting.Resp.Tent"
        ),
        in_reply_to=invitation.message_id,
        references=invitation.message_id,
    )
    return reply, replace(event, response=_RESPONSE[answer])


def _reply(request: str, account: Account, answer: str, comment: str, at: datetime) -> str:
    asked = Calendar.from_ical(request)
    calendar = Calendar()
    calendar.add("PRODID", "-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "REPLY")
    for zone in asked.walk("VTIMEZONE"):
        calendar.add_component(zone)
    calendar.add_component(_answered(asked.walk("VEVENT")[0], account, answer, comment, at))
    written: bytes = calendar.to_ical()
    return written.decode()


def _answered(asked: Component, account: Account, answer: str, comment: str, at: datetime) -> CalendarEvent:
    event = CalendarEvent()
    event.add("UID", str(asked["UID"]))
    event.add("SEQUENCE", int(asked.get("SEQUENCE", 0)))
    event.add("DTSTAMP", at.astimezone(UTC).replace(microsecond=0))
    for name in _COPIED:
        if name in asked:
            event[name] = asked[name]
    attendee = vCalAddress(f"mailto:{account.address}")
    attendee.params["CN"] = account.name
    attendee.params["PARTSTAT"] = _PARTSTAT[answer]
    event.add("ATTENDEE", attendee)
    if comment:
        event.add("COMMENT", comment)
    return event
