"""The calendar page and what it asks: whose calendars, what stands in them, subscribe, refresh, unsubscribe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from integrations.playground.calendar.fetching import Copy
from integrations.playground.calendar.occurrences import occurrences
from integrations.playground.calendar.subscriptions import CannotSubscribe, Subscription, Subscriptions
from integrations.playground.pages import HERE, PageFiles, doors_of, page
from integrations.playground.people import Person, person_of

LONGEST_WINDOW = timedelta(days=400)

# A person's own calendar as iCalendar text, by mail address.
OwnCalendar = Callable[[str], str]


def page_routes(
    people: tuple[Person, ...], subscriptions: Subscriptions, own: OwnCalendar, *, refresh_every: timedelta
) -> list[BaseRoute]:
    """Everything under `/calendar`. An open page asks for news every `refresh_every`."""
    calendars = _CalendarPage(people, subscriptions, own, refresh_every)
    return [
        Route("/calendar", calendars.show),
        Route("/calendar/page-api/calendars", calendars.read),
        Route("/calendar/page-api/subscribe", calendars.subscribe, methods=["POST"]),
        Route("/calendar/page-api/refresh", calendars.refresh, methods=["POST"]),
        Route("/calendar/page-api/unsubscribe", calendars.unsubscribe, methods=["POST"]),
        Mount("/calendar/static", PageFiles(directory=HERE / "calendar/page")),
    ]


class _CalendarPage:
    def __init__(
        self, people: tuple[Person, ...], subscriptions: Subscriptions, own: OwnCalendar, refresh_every: timedelta
    ) -> None:
        self._people = people
        self._subscriptions = subscriptions
        self._own = own
        self._refresh_every = refresh_every

    async def show(self, request: Request) -> Response:
        person = person_of(self._people, request.query_params.get("person"))
        return page(
            "calendar.html.j2",
            page="calendar",
            people=self._people,
            person=person,
            as_person=doors_of(person),
            address=request.query_params.get("subscribe", ""),
            refresh_every_s=self._refresh_every.total_seconds(),
        )

    async def read(self, request: Request) -> Response:
        """Every calendar of `person` with what stands in it from `from` up to, not including, `to` (ISO dates)."""
        try:
            first_on, until_on = (date.fromisoformat(request.query_params.get(name, "")) for name in ("from", "to"))
        except ValueError:
            return JSONResponse({"error": "from and to are dates such as 2026-11-26."}, 400)
        if not timedelta() < until_on - first_on <= LONGEST_WINDOW:
            return JSONResponse({"error": "to comes after from, by 400 days at most."}, 400)
        person = person_of(self._people, request.query_params.get("person"))
        return JSONResponse(await run_in_threadpool(self._calendars, person, first_on, until_on))

    def _calendars(self, person: Person, first_on: date, until_on: date) -> dict[str, object]:
        zone = ZoneInfo(person.timezone)
        subscribed = self._subscriptions.of(person.mail)
        bodies = {"own": self._own(person.mail)} | {one.id: one.copy.body for one in subscribed}
        entries: list[dict[str, object]] = []
        for id_, body in bodies.items():
            found = occurrences(body, first_on=first_on, until_on=until_on, zone=zone)
            entries += [{**asdict(entry), "calendar": id_} for entry in found]
        return {"calendars": [_shown(one) for one in subscribed], "entries": entries}

    async def subscribe(self, request: Request) -> Response:
        asked = await request.json()
        owner = person_of(self._people, asked.get("person")).mail
        try:
            added = await run_in_threadpool(self._subscriptions.subscribe, owner, str(asked.get("url", "")))
        except CannotSubscribe as problem:
            return JSONResponse({"error": str(problem)}, 422)
        return JSONResponse(_shown(added))

    async def refresh(self, request: Request) -> Response:
        asked = await request.json()
        owner = person_of(self._people, asked.get("person")).mail
        await run_in_threadpool(self._subscriptions.refresh, owner)
        return JSONResponse([_shown(subscription) for subscription in self._subscriptions.of(owner)])

    async def unsubscribe(self, request: Request) -> Response:
        asked = await request.json()
        owner = person_of(self._people, asked.get("person")).mail
        await run_in_threadpool(self._subscriptions.unsubscribe, owner, str(asked.get("id", "")))
        return JSONResponse({})


def _shown(subscription: Subscription) -> dict[str, object]:
    copy = subscription.copy
    return {
        "id": subscription.id,
        "url": subscription.url,
        "colour": subscription.colour,
        "name": copy.name or subscription.url,
        "fetched_at": copy.fetched_at.isoformat() if copy.fetched_at else None,
        "state": _state(copy),
        "is_problem": bool(copy.problem),
        "etag": copy.etag,
        "refresh_interval": copy.refresh_interval,
    }


def _state(copy: Copy) -> str:
    if copy.problem:
        return f"{copy.problem} You see what was there before."
    return "unchanged (304)" if copy.is_unchanged else "fetched (200)"
