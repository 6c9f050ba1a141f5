"""Asks a calendar's address for what is new, as a calendar program does (RFC 9110 13, conditional requests)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

import httpx
from icalendar import Calendar, Component, vDDDTypes

ANSWER_WITHIN_S = 10.0
LARGEST_BYTES = 30_000_000

_PLAIN_WORDS = {
    401: "This calendar asks for a password (401).",
    403: "This calendar may not be read (403).",
    404: "There is no calendar at this address (404).",
    410: "This calendar was withdrawn; its address no longer works (410).",
    429: "The server asks for patience (429).",
}


class NotACalendar(Exception):
    """What was fetched cannot be read; the text says so to the person who subscribed."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What a calendar's address last gave. `problem` is "" when the last answer was good.

    `is_unchanged` tells that the last answer was 304. `refresh_interval` is as written in the file (an RFC 5545
    3.3.6 duration such as PT1H), "" when it says nothing.
    """

    body: str = ""
    name: str = ""
    refresh_interval: str = ""
    etag: str = ""
    last_modified: str = ""
    fetched_at: datetime | None = None
    is_unchanged: bool = False
    problem: str = ""


def fetch(client: httpx.Client, url: str, copy: Copy, *, now: datetime) -> Copy:
    """The copy brought up to date. A failure keeps what was there and says why in `problem`."""
    try:
        answer = client.get(url, headers=_conditions(copy), timeout=ANSWER_WITHIN_S, follow_redirects=True)
    except httpx.TimeoutException:
        return replace(copy, problem=f"No answer within {ANSWER_WITHIN_S:.0f} seconds.", is_unchanged=False)
    except (httpx.HTTPError, httpx.InvalidURL):
        return replace(copy, problem="The server cannot be reached at this address.", is_unchanged=False)
    if answer.status_code == httpx.codes.NOT_MODIFIED:
        return replace(copy, fetched_at=now, is_unchanged=True, problem="")
    if answer.status_code != httpx.codes.OK:
        words = _PLAIN_WORDS.get(answer.status_code, f"The server answered {answer.status_code}.")
        return replace(copy, problem=words, is_unchanged=False)
    return _read(answer, copy, now=now)


def _conditions(copy: Copy) -> dict[str, str]:
    headers = {"Accept": "text/calendar", "User-Agent": "Playground calendar"}
    if copy.etag:
        headers["If-None-Match"] = copy.etag
    if copy.last_modified:
        headers["If-Modified-Since"] = copy.last_modified
    return headers


def _read(answer: httpx.Response, copy: Copy, *, now: datetime) -> Copy:
    if len(answer.content) > LARGEST_BYTES:
        return replace(copy, problem="This calendar is larger than 30 MB.", is_unchanged=False)
    body = answer.content.decode("utf-8", "replace")
    try:
        calendar = parsed(body)
    except NotACalendar as unreadable:
        return replace(copy, problem=str(unreadable), is_unchanged=False)
    return Copy(
        body=body,
        name=str(calendar.get("NAME") or calendar.get("X-WR-CALNAME") or ""),
        refresh_interval=_duration(calendar),
        etag=answer.headers.get("etag", ""),
        last_modified=answer.headers.get("last-modified", ""),
        fetched_at=now,
    )


def _duration(calendar: Calendar) -> str:
    """REFRESH-INTERVAL (RFC 7986 5.7), else X-PUBLISHED-TTL, which says the same to Outlook."""
    for name in ("REFRESH-INTERVAL", "X-PUBLISHED-TTL"):
        value = calendar.get(name)
        if value is not None:
            return value.to_ical().decode() if hasattr(value, "to_ical") else str(value)
    return ""


@lru_cache(maxsize=32)
def parsed(body: str) -> Calendar:
    """The file's one VCALENDAR, less entries without a readable start, which stand on no day. Raises NotACalendar."""
    try:
        found = Calendar.from_ical(body)
    except (ValueError, IndexError, KeyError) as error:
        raise NotACalendar("The address answers, but not with a calendar.") from error
    if not isinstance(found, Calendar):
        raise NotACalendar("The address answers, but not with a calendar.")
    found.subcomponents = [part for part in found.subcomponents if part.name != "VEVENT" or _has_start(part)]
    return found


def _has_start(entry: Component) -> bool:
    start = entry.get("DTSTART")
    return isinstance(start, vDDDTypes) and isinstance(start.dt, date)
