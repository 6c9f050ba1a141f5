"""A calendar server over real HTTP that answers as it is told and remembers what it was asked."""

from __future__ import annotations

import time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

FEED = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Office//Feed//FR
NAME:Agenda d’Anna
REFRESH-INTERVAL;VALUE=DURATION:PT1H
BEGIN:VEVENT
UID:visit-1@office.example
DTSTAMP:20261120T090000Z
DTSTART:20261126T130000Z
DTEND:20261126T140000Z
SUMMARY:Visite · Brasserie Dupont
LOCATION:Rue du Moulin 12\\, Tournai
DESCRIPTION:Prix 2027\\néchantillons
END:VEVENT
BEGIN:VEVENT
UID:weekly@office.example
DTSTAMP:20261120T090000Z
DTSTART;TZID=Europe/Brussels:20261023T090000
DTEND;TZID=Europe/Brussels:20261023T093000
RRULE:FREQ=WEEKLY;COUNT=12
SUMMARY:Team call
END:VEVENT
BEGIN:VEVENT
UID:fair@office.example
DTSTAMP:20261120T090000Z
DTSTART;VALUE=DATE:20261124
DTEND;VALUE=DATE:20261126
SUMMARY:Salon de Tournai
END:VEVENT
BEGIN:VEVENT
UID:lunch@office.example
DTSTAMP:20261120T090000Z
DTSTART:20261126T133000Z
DTEND:20261126T150000Z
STATUS:CANCELLED
SUMMARY:Appel · Café Central
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


class FeedServer:
    """`path` /feed.ics. Set `body`, `status` or `delay_s` to change what comes next; `asked` holds the headers."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.body = FEED
        self.status = 200
        self.delay_s = 0.0
        self.asked: list[dict[str, str]] = []

    @property
    def etag(self) -> str:
        return f'"{hash(self.body)}"'

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/feed.ics", self._feed)])

    def _feed(self, request: Request) -> Response:
        self.asked.append(dict(request.headers))
        time.sleep(self.delay_s)
        if self.status != 200:
            return PlainTextResponse("no", self.status)
        headers = {"ETag": self.etag, "Last-Modified": "Sat, 21 Nov 2026 08:00:00 GMT"}
        if request.headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=headers)
        return Response(self.body, headers=headers, media_type="text/calendar")
