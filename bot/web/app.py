"""The ASGI application: every address that Rapport answers at."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from slack_bolt import App
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.logs import log_failure, referred
from bot.office import Office
from bot.record_links import PATH
from bot.slack.door import http_door
from bot.texts import _
from bot.web import documents, feeds, health, unsubscribing
from bot.web.pages import page
from bot.web.records import RecordPage
from store.base import BookBusy

log = logging.getLogger(__name__)

Answer = Callable[[Office, Request], Response]


def make_web_app(office: Office, slack: App) -> Starlette:
    """Slack's requests are only taken in http mode; over a socket they come in by another door."""
    routes = [
        Route("/calendar/{token}.ics", _answering(office, feeds.show_feed), methods=["GET"]),
        Route("/unsubscribe/{token}", _answering(office, unsubscribing.ask), methods=["GET"]),
        Route("/unsubscribe/{token}", unsubscribing.unsubscribing(office), methods=["POST"]),
        Route("/documents/{token}", _answering(office, documents.download), methods=["GET"]),
        Route(f"{PATH}/{{kind}}/{{number:int}}", _answering(office, RecordPage().show), methods=["GET"]),
        Route("/health", _answering(office, health.show_health), methods=["GET"]),
        Route("/metrics", _answering(office, health.show_metrics), methods=["GET"]),
    ]
    if office.settings.slack.mode == "http":
        routes.append(Route("/slack/events", http_door(slack, office.threads), methods=["POST"]))
    return Starlette(routes=routes, exception_handlers={BookBusy: _busy(office), Exception: _apologising(office)})


def _answering(office: Office, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, office, request)

    return endpoint


def _busy(office: Office) -> Callable[[Request, Exception], Response]:
    t = office.texts("")

    def answer(_request: Request, _error: Exception) -> Response:
        content = page(office, t, title=t(_("One moment…")), text=t(_("Please try again in a minute.")))
        return HTMLResponse(content, status_code=503, headers={"Retry-After": "30"})

    return answer


def _apologising(office: Office) -> Callable[[Request, Exception], Response]:
    t = office.texts("")

    def answer(_request: Request, error: Exception) -> Response:
        with referred() as reference:
            log_failure(log, "request failed", error)
        text = t(_("Please try again later, or tell us this reference: {reference}."), reference=reference)
        content = page(office, t, title=t(_("This did not work, and it is our fault")), text=text)
        return HTMLResponse(content, status_code=500)

    return answer
