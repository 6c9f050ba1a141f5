"""iTIP messages (RFC 5546) to send by mail (RFC 6047): values in, the bytes of the text/calendar part out.

The part's `method` parameter must equal METHOD. Each message carries one VEVENT: a series and each of its changed
occurrences go out one by one, because Outlook refuses a changed occurrence that travels with its series.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from integrations.calendar import lines, zones
from integrations.calendar.entry import Attendee, Entry, Organizer
from integrations.calendar.errors import BadMessage
from integrations.calendar.event import vevent, zones_of

PRODID = "-//Rapport//Rapport//EN"


class Method(StrEnum):
    """RFC 5546 1.4: what a message wants, or answers."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"
    REPLY = "REPLY"
    COUNTER = "COUNTER"


def request(entry: Entry, organizer: Organizer, attendees: Sequence[Attendee], *, language: str = "") -> bytes:
    """An invitation or its update (RFC 5546 3.2.2), in UTF-8. `language` is the texts' tag, such as `fr`.

    Raises BadMessage without attendees or for a cancelled entry (calendars keep an entry that a REQUEST cancels), and
    BadEntry as `event.vevent` does. A `language` that is no tag raises BadMessage in all three messages.
    """
    if not attendees:
        raise BadMessage("a REQUEST names at least one attendee")
    if entry.is_cancelled:
        raise BadMessage("a cancelled entry is announced by CANCEL, not REQUEST")
    return _message(Method.REQUEST, entry, [_organizer(organizer), *map(_attendee, attendees)], language)


def cancel(entry: Entry, organizer: Organizer, attendees: Sequence[Attendee] = (), *, language: str = "") -> bytes:
    """The end of an invitation (RFC 5546 3.2.5), to those concerned; `attendees` are those it ends for.

    `entry.sequence` must be above that of the last REQUEST. STATUS is CANCELLED also when only some are uninvited:
    the RFC would leave it out then, but programs take the entry away only when it is there.
    """
    return _message(Method.CANCEL, entry, [_organizer(organizer), *map(_attendee, attendees)], language)


def publish(entry: Entry, organizer: Organizer, *, language: str = "") -> bytes:
    """An entry to look at or import, which nobody is asked to answer (RFC 5546 3.2.1)."""
    return _message(Method.PUBLISH, entry, [_organizer(organizer)], language)


def _message(method: Method, entry: Entry, people: list[str], language: str) -> bytes:
    if language and not re.fullmatch(r"[A-Za-z0-9-]+", language):
        raise BadMessage("language must be a tag such as fr or fr-BE (RFC 5646)")
    head = ["BEGIN:VCALENDAR", f"PRODID:{PRODID}", "VERSION:2.0", "CALSCALE:GREGORIAN", f"METHOD:{method}"]
    event = vevent(entry, people=people, language=language, is_cancelled=method is Method.CANCEL)
    return b"".join(
        [
            lines.joined(head),
            *(zones.vtimezone(key) or b"" for key in sorted(zones_of(entry))),
            event,
            lines.folded("END:VCALENDAR"),
        ]
    )


def _organizer(organizer: Organizer) -> str:
    return f"ORGANIZER{_named(organizer.name)}:{lines.mailto(organizer.mail)}"


def _attendee(attendee: Attendee) -> str:
    rsvp = "TRUE" if attendee.rsvp else "FALSE"
    facts = f";CUTYPE=INDIVIDUAL;ROLE={attendee.role};PARTSTAT={attendee.status};RSVP={rsvp}"
    return f"ATTENDEE{facts}{_named(attendee.name)}:{lines.mailto(attendee.mail)}"


def _named(name: str) -> str:
    return f";CN={lines.parameter(name.strip())}" if name.strip() else ""
