"""A workspace's people, app manifest and clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from integrations.playground.slack import Channel, Person, Workspace
from integrations.playground.slack.workspace import BOT_USER_ID, default_channels

SECRET, BOT_TOKEN, APP_TOKEN = "signing-secret", "xoxb-playground", "xapp-playground"
ANNA = Person("U0ANNA", "anna", "Anna Peeters", "anna@office.example", "nl-BE")
BRUNO = Person("U0BRUNO", "bruno", "Bruno Lambert", "bruno@office.example", "fr-BE", is_admin=True)
GONE = Person("U0GONE", "gone", "Gaston Gone", "gone@office.example", deleted=True)
OTTO = Person("U0OTTO", "otto", "Otto Outside", "otto@elsewhere.example", team_id="T0ELSEWHERE")
PEOPLE = (ANNA, BRUNO, GONE, OTTO)
OPEN_DOOR = Channel("C0OPENDOOR", "open-door", "channel", ("U0ANNA", "U0BRUNO"))
BACK_ROOM = Channel("C0BACKROOM", "back-room", "private", ("U0ANNA", "U0BRUNO"))
BOARD = Channel("C0BOARD000", "board", "private", ("U0ANNA", BOT_USER_ID))
CHANNELS = [*default_channels(PEOPLE), OPEN_DOOR, BACK_ROOM, BOARD]
SCOPES = [
    *("commands", "chat:write", "im:write", "im:read", "im:history", "channels:read", "users:read", "users:read.email"),
    *("channels:history", "groups:history", "groups:read"),
    *("app_mentions:read", "reactions:read", "reactions:write", "files:read", "files:write", "team:read"),
    *("links:read", "links:write"),
]
EVENTS = [
    *("app_home_opened", "message.im", "app_mention", "reaction_added", "reaction_removed"),
    *("file_shared", "file_deleted", "user_change", "link_shared"),
]


class Clock:
    """Real time, moved by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def manifest(
    app_url: str, *, is_socket_mode: bool = False, scopes: Sequence[str] = SCOPES, events: Sequence[str] = EVENTS
) -> dict[str, Any]:
    return {
        "display_information": {"name": "Tester"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "tester"},
            "unfurl_domains": ["crm.office.example"],
            "slash_commands": [{"command": "/crm", "url": app_url, "description": "The CRM", "usage_hint": "relation"}],
            "shortcuts": [
                {"name": "New note", "type": "global", "callback_id": "new_note", "description": "A note"},
                {"name": "File this", "type": "message", "callback_id": "file_this", "description": "Files it"},
            ],
        },
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {
            "event_subscriptions": {"request_url": app_url, "bot_events": [*events] if "im:history" in scopes else []},
            "interactivity": {"is_enabled": True, "request_url": app_url, "message_menu_options_url": app_url},
            "socket_mode_enabled": is_socket_mode,
        },
    }


def client_of(workspace: Workspace, token: str | None = BOT_TOKEN) -> WebClient:
    return WebClient(token=token, base_url=f"{workspace.url}/slack/api/")
