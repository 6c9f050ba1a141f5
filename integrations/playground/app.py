"""The whole playground on one origin: its front page, Slack, Exchange, mail and calendars."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from integrations.playground.calendar.page_routes import page_routes as calendar_page_routes
from integrations.playground.calendar.subscriptions import Subscriptions
from integrations.playground.exchange import ExchangeServer, exchange_routes
from integrations.playground.exchange.own_calendar import calendar_text
from integrations.playground.exchange.page_routes import page_routes as mail_page_routes
from integrations.playground.front import Guide, front_routes
from integrations.playground.pages import HERE, PageFiles
from integrations.playground.people import Person
from integrations.playground.slack import Workspace, slack_routes
from integrations.playground.slack.page_routes import page_routes as slack_page_routes


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


def playground_app(
    workspace: Workspace,
    exchange: ExchangeServer,
    people: Sequence[Person],
    guides: Sequence[Guide],
    *,
    subscriptions_path: Path,
    refresh_every: timedelta = timedelta(seconds=5),
    now: Callable[[], datetime] = utc_now,
) -> Starlette:
    """The application to serve, with `/`, `/slack`, `/EWS/Exchange.asmx`, `/mail` and `/calendar`.

    `people` are listed in this order; the first has a mailbox. `guides` has one for each language of the front page.
    Calendar subscriptions are kept in `subscriptions_path`; an open calendar page asks for news every `refresh_every`.
    The workspace is closed with the application, on whose loop it delivers; `exchange` stays the caller's to close.
    """
    client = httpx.Client(headers={"User-Agent": "Playground"}, trust_env=False)
    return Starlette(
        routes=[
            *front_routes(tuple(people), tuple(guides)),
            *slack_routes(workspace),
            *slack_page_routes(front="/"),
            *exchange_routes(exchange),
            *page_doors(exchange, people, client, subscriptions_path, refresh_every=refresh_every, now=now),
        ],
        lifespan=lambda _app: _closing(workspace, client),
    )


def page_doors(
    exchange: ExchangeServer,
    people: Sequence[Person],
    client: httpx.Client,
    subscriptions_path: Path,
    *,
    refresh_every: timedelta,
    now: Callable[[], datetime],
) -> list[BaseRoute]:
    """The mail and calendar pages of those who have a mailbox, and the styles that all pages share."""
    with_mailbox = tuple(person for person in people if person.mail.casefold() in exchange.by_address)
    zones = {person.mail: ZoneInfo(person.timezone) for person in with_mailbox}

    def own_calendar(mail: str) -> str:
        return calendar_text(exchange.calendar(mail), zones[mail])

    subscriptions = Subscriptions(subscriptions_path, client, now=now)
    return [
        *mail_page_routes(with_mailbox, exchange, client),
        *calendar_page_routes(with_mailbox, subscriptions, own_calendar, refresh_every=refresh_every),
        Mount("/static", PageFiles(directory=HERE / "page")),
    ]


@asynccontextmanager
async def _closing(workspace: Workspace, client: httpx.Client) -> AsyncIterator[None]:
    with client:
        yield
        await workspace.close()
