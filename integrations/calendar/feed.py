"""Subscribable calendars (RFC 5545, RFC 7986): rendered entries in, the file that calendar programs poll out.

A feed has no METHOD: it is not a message, and as METHOD:PUBLISH every entry would need an ORGANIZER (RFC 5546 3.2.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from integrations.calendar import lines, zones
from integrations.calendar.entry import Entry
from integrations.calendar.event import vevent
from integrations.calendar.itip import PRODID


def fragment(entry: Entry) -> bytes:
    """One rendered entry: the same values give the same bytes, so keep it by the entry's version.

    `event.zones_of` names the zones that the feed must then declare. Raises BadEntry as `event.vevent` does.
    """
    return vevent(entry)


def feed(
    name: str,
    fragments: Iterable[bytes],
    zone_keys: Iterable[str],
    *,
    refresh: timedelta,
    shown_in: str = "",
    color: str = "",
) -> bytes:
    """The whole file, in UTF-8. `refresh` is how often to poll, `shown_in` the IANA zone of the calendar's owner.

    `color` is a CSS3 colour name (RFC 7986 5.9). `zone_keys` may name zones that no fragment uses.
    """
    every = lines.duration(refresh)
    head = ["BEGIN:VCALENDAR", f"PRODID:{PRODID}", "VERSION:2.0", "CALSCALE:GREGORIAN"]
    head += [f"NAME:{lines.text(name)}", f"X-WR-CALNAME:{lines.text(name)}"]
    head += [f"REFRESH-INTERVAL;VALUE=DURATION:{every}", f"X-PUBLISHED-TTL:{every}"]
    if shown_in:
        head.append(f"X-WR-TIMEZONE:{lines.text(shown_in)}")
    if color:
        head.append(f"COLOR:{lines.text(color)}")
    return b"".join(
        [
            lines.joined(head),
            *(zones.vtimezone(key) or b"" for key in sorted(set(zone_keys))),
            *fragments,
            lines.folded("END:VCALENDAR"),
        ]
    )
