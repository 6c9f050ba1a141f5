"""Answers to invitations (RFC 5546 3.2.3 REPLY, 3.2.7 COUNTER): bytes in, values out, never an exception."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote

from integrations.calendar.components import Component, Property, plain_text, read_components
from integrations.calendar.entry import Moment, Status
from integrations.calendar.itip import Method
from integrations.calendar.moments import end_after, read_moment

_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(0x7F, 0xA0)))
_COMMENT_LENGTH = 10_000


class Problem(StrEnum):
    """Why something in the bytes became no reply, or not a whole one. For the log."""

    NO_CALENDAR = "no calendar in it"
    NOT_A_REPLY = "a calendar whose method is neither REPLY nor COUNTER"
    NO_EVENT = "a reply without an event"
    NO_UID = "an event without UID"
    NO_STAMP = "an event without a readable DTSTAMP"
    NO_ATTENDEE = "an event without an attendee's mail address"
    BAD_OCCURRENCE = "a RECURRENCE-ID that names no date or known time"
    BAD_PROPOSAL = "proposed times that cannot be read"


class _Unusable(Exception):
    """Ends the reading of one event."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class Version(NamedTuple):
    """What orders an attendee's replies (RFC 5546 2.1.5): the highest SEQUENCE, then the newest DTSTAMP."""

    sequence: int
    stamped_at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """One attendee's answer about one entry, or about one occurrence of a series.

    `mail` is as written and only claimed: compare it with the mail's sender, or, when someone answers for another,
    the sender with `sent_by` (else ""). `occurrence` is a UTC time or a date. `status` of a counter-proposal may be
    NEEDS_ACTION. The proposed times are dates or datetimes in their zone, both present or both absent.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    mail: str
    name: str
    sent_by: str
    status: Status
    comment: str
    occurrence: Moment | None = None
    is_counter: bool = False
    proposed_starts: Moment | None = None
    proposed_ends: Moment | None = None

    @property
    def version(self) -> Version:
        return Version(self.sequence, self.stamped_at)


@dataclass(frozen=True, slots=True)
class ReadReplies:
    """In the file's order. A problem without a reply beside it means that nothing could be used."""

    replies: tuple[Reply, ...]
    problems: tuple[Problem, ...]


def newer(reply: Reply, *, than: Version | None) -> bool:
    """Whether the reply replaces what is known of its attendee; the same reply a second time does not."""
    return than is None or reply.version > than


def read_replies(data: bytes, *, received_at: datetime | None = None) -> ReadReplies:
    """The replies in a text/calendar part, whatever the bytes are.

    One for each attendee of each event: a REPLY has one attendee, a COUNTER may repeat the others (their status is
    hearsay, which the comparison with the mail's sender drops). `received_at` stands in for a missing DTSTAMP.
    """
    replies: list[Reply] = []
    problems: list[Problem] = []
    calendars = [component for component in read_components(data) if component.name == "VCALENDAR"]
    if not calendars:
        problems.append(Problem.NO_CALENDAR)
    for calendar in calendars:
        method = calendar.value("METHOD").upper()
        events = [component for component in calendar.components if component.name == "VEVENT"]
        if method not in {Method.REPLY, Method.COUNTER}:
            problems.append(Problem.NOT_A_REPLY)
            continue
        if not events:
            problems.append(Problem.NO_EVENT)
        for event in events:
            try:
                replies += _replies(event, received_at, problems, is_counter=method == Method.COUNTER)
            except _Unusable as unusable:
                problems.append(unusable.problem)
    return ReadReplies(tuple(replies), tuple(problems))


def _replies(
    event: Component, received_at: datetime | None, problems: list[Problem], *, is_counter: bool
) -> list[Reply]:
    """Raises _Unusable; adds BAD_PROPOSAL to `problems` when the rest is still worth having."""
    uid, occurrence = _clean(event.value("UID")), _occurrence(event)
    stamped_at = _stamp(event) or received_at
    attendees = [prop for prop in event.properties.get("ATTENDEE", []) if _mail(prop)]
    if not uid:
        raise _Unusable(Problem.NO_UID)
    if stamped_at is None:
        raise _Unusable(Problem.NO_STAMP)
    if not attendees:
        raise _Unusable(Problem.NO_ATTENDEE)
    starts, ends = _proposal(event) if is_counter else (None, None)
    if is_counter and starts is None:
        problems.append(Problem.BAD_PROPOSAL)
    return [
        Reply(
            uid=uid,
            sequence=_sequence(event),
            stamped_at=stamped_at,
            mail=_mail(attendee),
            name=_clean(attendee.parameters.get("CN", "")),
            sent_by=_address(attendee.parameters.get("SENT-BY", "")),
            status=_status(attendee),
            comment=_comment(event, attendee),
            occurrence=occurrence,
            is_counter=is_counter,
            proposed_starts=starts,
            proposed_ends=ends,
        )
        for attendee in attendees
    ]


def _clean(value: str) -> str:
    """Plain text without control characters, which a database may refuse."""
    return plain_text(value).translate(_CONTROLS).strip()


def _address(value: str) -> str:
    """The mail address in a CAL-ADDRESS, also without its `mailto:`; "" when it is some other name."""
    mail = unquote(re.split(r"mailto:", value, flags=re.IGNORECASE)[-1])
    mail = mail.translate(_CONTROLS).strip().strip("<>")
    return mail if re.fullmatch(r"[^\s@:]+@[^\s@:/]+", mail) else ""


def _mail(attendee: Property) -> str:
    """Apple and Exchange sometimes name an attendee by a directory path, with the address in EMAIL (RFC 7986 6.2)."""
    return _address(attendee.value) or _address(attendee.parameters.get("EMAIL", ""))


def _status(attendee: Property) -> Status:
    try:
        return Status(attendee.parameters.get("PARTSTAT", "").upper())
    except ValueError:
        return Status.NEEDS_ACTION


def _comment(event: Component, attendee: Property) -> str:
    """COMMENT; Google writes the answer's words into a parameter of the attendee."""
    said = [_clean(prop.value) for prop in event.properties.get("COMMENT", [])]
    words = "\n".join(filter(None, said)) or _clean(attendee.parameters.get("X-RESPONSE-COMMENT", ""))
    return words[:_COMMENT_LENGTH]


def _sequence(event: Component) -> int:
    """0 when it is missing, as RFC 5545 3.8.7.4 says, or no number that RFC 5545 3.3.8 knows."""
    written = event.value("SEQUENCE")
    is_number = written.isascii() and written.isdigit() and len(written) <= 10
    return min(int(written), 2**31 - 1) if is_number else 0


def _stamp(event: Component) -> datetime | None:
    """DTSTAMP, which is in UTC even where a program forgot to say so."""
    stamp = event.first("DTSTAMP")
    moment = read_moment(stamp, default=UTC) if stamp else None
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None


def _occurrence(event: Component) -> Moment | None:
    written = event.first("RECURRENCE-ID")
    if written is None:
        return None
    moment = read_moment(written)
    if moment is None:
        raise _Unusable(Problem.BAD_OCCURRENCE)
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def _proposal(event: Component) -> tuple[Moment, Moment] | tuple[None, None]:
    start, end = event.first("DTSTART"), event.first("DTEND")
    starts = read_moment(start) if start else None
    if starts is None:
        return None, None
    ends = read_moment(end) if end else end_after(starts, event.value("DURATION"))
    if ends is None or isinstance(starts, datetime) != isinstance(ends, datetime) or ends < starts:
        return None, None
    return starts, ends
