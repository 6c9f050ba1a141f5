"""A workspace's people, app manifest and clock, and a server for it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from integrations.playground.slack import Person, Workspace

SECRET, BOT_TOKEN, APP_TOKEN = "signing-secret", "xoxb-playground", "xapp-playground"
ANNA = Person("U0ANNA", "anna", "Anna Peeters", "anna@office.example", "nl-BE")
BRUNO = Person("U0BRUNO", "bruno", "Bruno Lambert", "bruno@office.example", "fr-BE", is_admin=True)
GONE = Person("U0GONE", "gone", "Gaston Gone", "gone@office.example", deleted=True)
OTTO = Person("U0OTTO", "otto", "Otto Outside", "otto@elsewhere.example", team_id="T0ELSEWHERE")
PEOPLE = (ANNA, BRUNO, GONE, OTTO)
SCOPES = [
    *("commands", "chat:write", "im:write", "im:read", "im:history", "channels:read", "users:read", "users:read.email"),
    *("app_mentions:read", "reactions:read", "reactions:write", "files:read", "files:write", "team:read"),
]
EVENTS = ["app_home_opened", "message.im", "app_mention", "reaction_added", "file_shared"]


class Clock:
    """Real time, moved by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(routes: Sequence[BaseRoute], port: int, on_stop: Callable[[], Any] | None = None) -> Iterator[str]:
    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> Any:
        yield
        if on_stop is not None:
            await on_stop()

    app = Starlette(routes=list(routes), lifespan=lifespan)
    config = uvicorn.Config(
        app, port=port, log_level="error", ws="websockets-sansio", timeout_graceful_shutdown=1, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(5)
    assert not thread.is_alive()


def manifest(app_url: str, *, is_socket_mode: bool = False, scopes: Sequence[str] = SCOPES) -> dict[str, Any]:
    return {
        "display_information": {"name": "Tester"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "tester"},
            "slash_commands": [{"command": "/crm", "url": app_url, "description": "The CRM", "usage_hint": "relation"}],
            "shortcuts": [
                {"name": "New note", "type": "global", "callback_id": "new_note", "description": "A note"},
                {"name": "File this", "type": "message", "callback_id": "file_this", "description": "Files it"},
            ],
        },
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {
            "event_subscriptions": {"request_url": app_url, "bot_events": EVENTS if "im:history" in scopes else []},
            "interactivity": {"is_enabled": True, "request_url": app_url, "message_menu_options_url": app_url},
            "socket_mode_enabled": is_socket_mode,
        },
    }


def client_of(workspace: Workspace, token: str | None = BOT_TOKEN) -> WebClient:
    return WebClient(token=token, base_url=f"{workspace.url}/slack/api/")
