"""What the Slack figures are measured between: a workspace, Rapport and a bare Bolt app, each in a process of its own.

All three are served by uvicorn with the same settings. The workspace notes when a modal opens and when it is filled;
the monotonic clock is one for the whole machine, so that the moments can be compared with those of another process.
"""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

import uvicorn
from slack_bolt import App, BoltResponse
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.office import make_office
from bot.settings import Settings
from bot.slack.app import make_app
from bot.slack.manifest import make_manifest
from bot.web.app import make_web_app
from integrations.playground.slack import Person, Workspace, slack_routes

BOT_TOKEN = "xoxb-bench"
SIGNING_SECRET = "bench-signing-secret"
CHANNEL = "C0GENERAL"


def settings_of(workspace_url: str, own_url: str, folder: Path) -> Settings:
    return Settings.model_validate({
        "database": {"url": f"sqlite:///{folder / 'book.db'}"},
        "documents": {"folder": str(folder / "documents")},
        "slack": {
            "mode": "http",
            "api_url": f"{workspace_url}/slack/api/",
            "bot_token": BOT_TOKEN,
            "signing_secret": SIGNING_SECRET,
        },
        "web": {"bind": own_url.removeprefix("http://"), "public_url": own_url, "secret": "s" * 40},
    })  # fmt: skip


def serve_rapport(workspace_url: str, own_url: str, folder: Path) -> None:
    """Slack's requests and the web pages, as `rapport serve` answers them; no jobs."""
    office = make_office(settings_of(workspace_url, own_url, folder))
    _serve(make_web_app(office, make_app(office)), own_url)


def serve_bare(workspace_url: str, own_url: str, view: dict[str, Any]) -> None:
    """The floor: acknowledges and opens a view that is ready, in Bolt's fastest mode."""
    result = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=BOT_TOKEN)
    app = App(
        signing_secret=SIGNING_SECRET,
        client=WebClient(token=BOT_TOKEN, base_url=f"{workspace_url}/slack/api/"),
        process_before_response=True,
        ssl_check_enabled=False,
        authorize=lambda **_context: result,
        logger=logging.getLogger("slack_bolt"),
    )

    @app.command("/action")
    def action(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=view)

    async def slack(request: Request) -> Response:
        bolt_request = to_bolt_request(request, await request.body())
        answer: BoltResponse = await run_in_threadpool(app.dispatch, bolt_request)
        return to_starlette_response(answer)

    _serve(Starlette(routes=[Route("/slack/events", slack, methods=["POST"])]), own_url)


def serve_workspace(own_url: str, app_url: str, folder: Path, people: list[Person]) -> None:
    """The local Web API without rate limits, and three questions of the bench beside it."""
    workspace = _Watched(
        folder / "slack.db",
        people,
        make_manifest(settings_of(own_url, app_url, folder)),
        signing_secret=SIGNING_SECRET,
        bot_token=BOT_TOKEN,
        url=own_url,
        has_rate_limits=False,
    )
    routes = [
        Route("/bench/begin", workspace.begin, methods=["POST"]),
        Route("/bench/seen", workspace.seen),
        Route("/bench/view", workspace.shown),
    ]
    _serve(Starlette(routes=[*routes, *slack_routes(workspace)]), own_url)


class _Watched(Workspace):
    """A view without a submit button is one that only says to wait."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.opened_at: dict[str, float] = {}
        self.filled_at: dict[str, float] = {}
        self.filled: dict[str, asyncio.Event] = {}

    def _views_changed(self, user: str) -> None:
        now = time.monotonic()
        super()._views_changed(user)
        stack = self.views.stack(user)
        if not stack:
            return
        self.opened_at.setdefault(user, now)
        if "submit" in stack[-1].sent:
            self.filled_at.setdefault(user, now)
            self.filled[user].set()

    async def begin(self, request: Request) -> Response:
        """Empties the person's screen; answers with what Slack would send for `/action` now."""
        user = request.query_params["user"]
        self.views.clear(user)
        self.opened_at.pop(user, None)
        self.filled_at.pop(user, None)
        self.filled[user] = asyncio.Event()
        channel = self.conversations.channel(CHANNEL)
        assert channel is not None, "every workspace has a general channel"
        urls = {"response_url": f"{self.url}/slack/respond/bench", "trigger_id": self.triggers.make(user)}
        return JSONResponse(self.payloads.command(self.people[user], channel, "/action", "", **urls))

    async def seen(self, request: Request) -> Response:
        """When the first view stood on the person's screen, and when the form did."""
        user = request.query_params["user"]
        await asyncio.wait_for(self.filled[user].wait(), 10)
        return JSONResponse([self.opened_at[user], self.filled_at[user]])

    async def shown(self, request: Request) -> Response:
        return JSONResponse(self.views.stack(request.query_params["user"])[-1].sent)


def _serve(app: ASGIApp, url: str) -> None:
    host, _colon, port = url.removeprefix("http://").rpartition(":")
    uvicorn.run(app, host=host, port=int(port), log_config=None, access_log=False, ws="none")
