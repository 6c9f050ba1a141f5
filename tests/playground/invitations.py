"""An invitation as a mail, for the pages' tests."""

from __future__ import annotations

from integrations.playground.exchange import Address, Mail

_REQUEST = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Office//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:visit-1@office.example
DTSTAMP:{stamp}
SEQUENCE:{sequence}
DTSTART:20261126T130000Z
DTEND:20261126T140000Z
SUMMARY:Visite · Brasserie Dupont
LOCATION:Rue du Moulin 12\\, Tournai
ORGANIZER;CN=Anna Lambert:mailto:anna@office.example
ATTENDEE;CN=Els Peeters;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{to}
END:VEVENT
END:VCALENDAR
"""


def invitation(to: str, *, sequence: int = 0, stamp: str = "20261121T090000Z") -> Mail:
    """Anna asks `to` for a visit on Thursday 26 November 2026, 13:00–14:00 UTC."""
    calendar = _REQUEST.format(to=to, sequence=sequence, stamp=stamp).replace("\n", "\r\n")
    return Mail(to=(Address(to, "Els Peeters"),), subject="Invitation : visite", text="Bonjour Els", calendar=calendar)
