"""The local Slack workspace, served with a small app behind it, and how a person uses its page."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Locator, Page, expect
from slack_bolt import App, BoltRequest
from small_app import small_app
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from integrations.playground.slack import Person, Workspace, slack_routes
from integrations.playground.slack.page_routes import page_routes

CLAIRE = Person("U0CLAIRE", "claire", "Claire Dubois", "claire@office.example", "fr-BE")
BRAM = Person("U0BRAM", "bram", "Bram de Vries", "bram@office.example", "nl-BE")
EMMA = Person("U0EMMA", "emma", "Emma Clarke", "emma@office.example", "en-GB", is_admin=True)
OTTO = Person("U0OTTO", "otto", "Otto Outside", "otto@elsewhere.example", team_id="T0ELSEWHERE")
SCOPES = ["commands", "chat:write", "im:write", "im:history", "users:read", "files:read", "files:write"]
SECRET, TOKEN = "signing-secret", "xoxb-playground"


def manifest(url: str) -> dict[str, Any]:
    commands = [
        ("/crm", "[action | relation | help] …", "Everything of the office's book"),
        ("/agenda", "[day]", "What is planned"),
    ]
    return {
        "display_information": {"name": "Rapport"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "Rapport"},
            "slash_commands": [{"command": c, "url": url, "usage_hint": u, "description": d} for c, u, d in commands],
            "shortcuts": [
                {"name": "New note", "type": "global", "callback_id": "note", "description": "A note"},
                {"name": "File this", "type": "message", "callback_id": "file", "description": "Files it"},
            ],
        },
        "oauth_config": {"scopes": {"bot": SCOPES}},
        "settings": {
            "event_subscriptions": {"request_url": url, "bot_events": ["app_home_opened", "message.im"]},
            "interactivity": {"is_enabled": True, "request_url": url, "message_menu_options_url": url},
        },
    }  # fmt: skip


@dataclass
class Office:
    """A served workspace with its app; `heard` is what the app was told."""

    url: str
    workspace: Workspace
    heard: list[dict[str, Any]]

    def last(self, kind: str) -> dict[str, Any]:
        return next(told for told in reversed(self.heard) if told.get("type") == kind or told.get("command") == kind)


def app_route(app: App) -> Route:
    async def answer(request: Request) -> Response:
        asked = BoltRequest(body=(await request.body()).decode(), headers=dict(request.headers))
        answered = await run_in_threadpool(app.dispatch, asked)
        return Response(answered.body, answered.status, {k: v[0] for k, v in answered.headers.items()})

    return Route("/app", answer, methods=["POST"])


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    people = (CLAIRE, BRAM, EMMA, OTTO)
    workspace = Workspace(
        tmp_path / "slack.db", people, manifest(f"{url}/app"), signing_secret=SECRET, bot_token=TOKEN, url=url,
        has_rate_limits=False,
    )  # fmt: skip
    app, heard = small_app(f"{url}/slack/api/", TOKEN, SECRET)

    @contextlib.asynccontextmanager
    async def closing(_app: Starlette) -> Any:
        yield
        await workspace.close()

    routes = [*slack_routes(workspace), *page_routes(front="/"), app_route(app)]
    config = uvicorn.Config(
        Starlette(routes=routes, lifespan=closing), port=port, log_level="error", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield Office(url, workspace, heard)
    server.should_exit = True
    thread.join(5)


def sit_down(office: Office, page: Page, person: Person = EMMA, tab: str = "") -> Page:
    page.goto(f"{office.url}/slack#/{person.id}/D{person.id[1:]}{tab}")
    expect(page.get_by_test_id("sidebar")).to_be_visible()
    return page


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer").get_by_role("combobox").fill(text)
    page.keyboard.press("Enter")


def modal(page: Page) -> Locator:
    return page.get_by_test_id("modal")
