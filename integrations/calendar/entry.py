"""Calendar entries and the people in them, as values. Frozen, free of any library's types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from integrations.calendar import lines
from integrations.calendar.errors import BadEntry

Moment = date | datetime
"""A date (all day) or an aware datetime. A `datetime` is a `date` too: ask `is_timed`."""

_RULE = re.compile(r"FREQ=[A-Z]+(;[A-Z]+=[A-Z0-9,+-]+)*")
_UNTIL = re.compile(r"UNTIL=(\w+)")


def is_timed(moment: Moment) -> bool:
    return isinstance(moment, datetime)


class Role(StrEnum):
    """RFC 5545 3.2.16 ROLE."""

    REQUIRED = "REQ-PARTICIPANT"
    OPTIONAL = "OPT-PARTICIPANT"
    INFORMED = "NON-PARTICIPANT"


class Status(StrEnum):
    """RFC 5545 3.2.12 PARTSTAT of an event. Any other value counts as NEEDS_ACTION, as that section says."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"


@dataclass(frozen=True, slots=True)
class Organizer:
    """Who invites. `mail` must be the mailbox in the mail's From, else answers go astray."""

    mail: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attendee:
    """Someone invited. `rsvp` False tells calendar programs not to ask again for an answer."""

    mail: str
    name: str = ""
    role: Role = Role.REQUIRED
    status: Status = Status.NEEDS_ACTION
    rsvp: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """One calendar entry, or one occurrence of a series.

    `uid` never changes; `sequence` rises when time, place or rule change (RFC 5546 2.1.4); `stamped_at` is when these
    values were fixed, `created_at` and `changed_at` when the thing behind them was.
    `starts` and `ends` are both dates (all day, `ends` is the day after the last) or both aware datetimes, whose
    ZoneInfo is what other programs will show; `ends` may equal a timed `starts`.

    A series is a list of entries with one `uid`: the first carries `rule` (an RRULE's value, UNTIL in UTC, or a date
    when all day) and `skipped` (the starts of occurrences that do not happen); each changed occurrence is an entry of
    its own whose `occurrence` is the start that the rule gave it. `alarm` is how long before the start to remind.

    Raises BadEntry.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    starts: Moment
    ends: Moment
    title: str
    place: str = ""
    notes: str = ""
    url: str = ""
    created_at: datetime | None = None
    changed_at: datetime | None = None
    is_cancelled: bool = False
    is_busy: bool = True
    is_private: bool = False
    categories: tuple[str, ...] = ()
    rule: str = ""
    skipped: tuple[Moment, ...] = ()
    occurrence: Moment | None = None
    alarm: timedelta | None = None

    def __post_init__(self) -> None:
        if not self.uid.strip() or self.sequence < 0:
            raise BadEntry("uid must not be empty, sequence not negative")
        if not lines.text(self.title).strip():
            raise BadEntry("title must not be blank")  # libical drops a blank SUMMARY, and then the message is invalid
        for stamp in (self.stamped_at, self.created_at, self.changed_at):
            if stamp is not None and stamp.utcoffset() is None:
                raise BadEntry("stamped_at, created_at and changed_at must be aware")
        self._check_times()
        if self.rule:
            self._check_rule()

    @property
    def is_all_day(self) -> bool:
        return not is_timed(self.starts)

    @property
    def is_in_series(self) -> bool:
        return bool(self.rule) or self.occurrence is not None

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Every date or time of the entry; `starts` and `ends` come first."""
        occurrence = () if self.occurrence is None else (self.occurrence,)
        return (self.starts, self.ends, *self.skipped, *occurrence)

    def _check_times(self) -> None:
        if any(is_timed(moment) == self.is_all_day for moment in self.moments):
            raise BadEntry("starts, ends, skipped and occurrence must all be dates or all be datetimes")
        if self.is_all_day:
            if self.ends <= self.starts:
                raise BadEntry("ends of an all-day entry is the day after the last")
            return
        if any(isinstance(moment, datetime) and moment.utcoffset() is None for moment in self.moments):
            raise BadEntry("starts, ends, skipped and occurrence must be aware")
        if self.ends < self.starts:
            raise BadEntry("ends must not be before starts")
        if any(not 1 < moment.year < 9999 for moment in self.moments):
            raise BadEntry("the years 1 and 9999 cannot be turned into UTC")

    def _check_rule(self) -> None:
        if self.occurrence is not None:
            raise BadEntry("a changed occurrence carries no rule")
        if not _RULE.fullmatch(self.rule):
            raise BadEntry("rule must be the value of an RRULE that begins with FREQ")
        until = _UNTIL.search(self.rule)
        if until and not re.fullmatch(r"\d{8}" if self.is_all_day else r"\d{8}T\d{6}Z", until[1]):
            raise BadEntry("UNTIL in rule must be a date for an all-day series, else a UTC time")
